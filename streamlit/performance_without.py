"""What can be told of a batch without outcomes? Whether to believe an estimate, the estimate, and how it fared."""

import pandas as pd
import streamlit as st

import states
from charts import show_chart
from curve_charts import draw_reliability, say_reliability
from kobe_shots.aggregates.curves import SCORE
from kobe_shots.monitoring.judgement import Judgement
from kobe_shots.report import Monitored
from performance_parts import METRICS, Tables, choose_metric, choose_segments, show_windows
from performance_tables import estimator_title, lay_out_metrics, lay_out_trials
from segment_chart import lay_out_unmeasured
from words import t

REALIZED, ESTIMATED = "realized", "estimated"


def show_without_labels(tables: Tables, judged: Judgement, monitored: Monitored, batch: str) -> None:
    """Show what can be told without outcomes: whether to believe an estimate, the estimates, and how they fared."""
    st.header(t("May an estimate be believed?"))
    for finding in judged.findings:
        if finding.sentence != judged.overall.sentence:
            states.show_verdict(finding)
    st.header(t("What can be expected"))
    estimated = tables.health[tables.health["kind"] == ESTIMATED]
    if len(estimated):
        st.table(
            lay_out_metrics(tables.whole, METRICS, ESTIMATED),
            hide_index=True,
            border="horizontal",
            alt=t("Metrics as they are to be expected, with intervals or bounds, and what is usual."),
        )
        metric = choose_metric(estimated)
        show_windows(estimated, metric)
        st.caption(
            t(
                "Where no estimate may be believed, bars reach from the least to the most it can be, whatever the "
                "outcomes."
            )
        )
        st.header(t("What outcomes said later"))
        show_truth(tables, metric)
    st.header(t("How the estimators do where the truth is known"))
    show_trials(monitored, batch)
    st.header(t("What shots it was given"))
    if len(tables.curves):
        show_chart(draw_reliability(scores := of_scores(tables.curves)), say_reliability(scores))
    if len(tables.segments):
        st.table(
            lay_out_unmeasured(choose_segments(tables.segments)),
            hide_index=True,
            border="horizontal",
            alt=t("How many shots by segment, how many of them in support, and the mean probability given."),
        )


def of_scores(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the histogram of the scores alone: outcomes are not to be shown."""
    return curves[curves["curve"] == SCORE]


def show_truth(tables: Tables, metric: str) -> None:
    """Show estimate against truth, window by window, where outcomes came."""
    realized = tables.health[(tables.health["kind"] == REALIZED) & (tables.health["metric"] == metric)]
    if realized["value"].isna().all():
        st.info(t("No outcomes have come yet that are enough to compare with."), icon=":material/info:")
        return
    compared = tables.estimates[tables.estimates["metric"] == metric]
    if compared.empty:
        st.markdown(t("In no window could both be told: there is nothing to compare."))
    else:
        row = compared.iloc[0]
        st.markdown(
            t(
                "The truth lay within the interval of the estimate in {inside} of {windows} windows; on average they "
                "were {error:.4f} apart.",
                inside=int(row["inside"]),
                windows=int(row["windows"]),
                error=row["error"],
            )
        )
    show_windows(tables.health[~tables.health["metric"].str.endswith("_constant")], metric)


def show_trials(monitored: Monitored, batch: str) -> None:
    """Show how the estimators of the batch's model did on its reference."""
    of_dev_model = batch.removeprefix("prod_")
    trials = monitored.trials.get(of_dev_model) or monitored.trials.get("champion", [])
    st.caption(
        t(
            "Stretches and slices of the shots learned from play the new ones. An estimator that is not nearer to the "
            "truth than saying that nothing has changed, by more than a standard error, is retired for that metric."
        )
    )
    for estimator in dict.fromkeys(trial.estimator for trial in trials):
        st.subheader(estimator_title(estimator))
        st.table(
            lay_out_trials([trial for trial in trials if trial.estimator == estimator]),
            hide_index=True,
            border="horizontal",
            alt=t("Mean errors of an estimator by metric, beside that of saying that nothing has changed."),
        )
    if not trials:
        st.info(t("No estimator could be tried: the reference holds too few outcomes."), icon=":material/help:")
