"""Have the shots changed, and does it matter to the model? What came beside what was learned, without outcomes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

import reading
import states
from charts import show_chart
from drift_charts import Runs, draw_bars, draw_histograms, draw_scale, draw_windows, write
from drift_words import say_bars, say_histograms, say_scale, say_windows
from kobe_shots.aggregates import drifts as drifts_table
from kobe_shots.aggregates import histograms as histograms_table
from kobe_shots.aggregates.drifts import say_drift
from kobe_shots.aggregates.separation import Separation, read_separation
from kobe_shots.monitoring.drift import DISTANCES
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.monitoring.table import ALL
from kobe_shots.shots.schema import FEATURES
from kobe_shots.verdicts import Finding
from terms import batch_title
from words import named, t

TABLES = {
    "health": {"batch", "window", "start", "metric", "kind", "value", "lower_limit", "upper_limit", "alert"},
    "drifts": set(drifts_table.COLUMNS),
    "separations": set(Separation.model_fields),
    "histograms": {"batch", *histograms_table.COLUMNS},
}


class Tables(NamedTuple):
    """What the pipelines wrote of one batch."""

    health: pd.DataFrame
    drifts: pd.DataFrame
    separations: pd.DataFrame
    histograms: pd.DataFrame


def need_tables(batch: str) -> Tables:
    """Return the tables of a batch; where one is not there, or is another version's, the page says so and ends."""
    found = {name: states.need_table(name, columns) for name, columns in TABLES.items()}
    return Tables(**{name: table[table["batch"] == batch] for name, table in found.items()})


def finding(said: Verdicts, code: str) -> Finding | None:
    """Return what was found without outcomes under a code."""
    return next((one for one in said.without_labels.findings if one.code == code), None)


def show_findings(said: Verdicts, whole: pd.DataFrame) -> None:
    """Show what has changed, the gravest first, each in a sentence."""
    if support := finding(said, "support"):
        states.show_verdict(support)
    grave = reading.records(whole[whole["consequences"]])
    for row in grave:
        states.show_verdict(say_drift(row))
    if not grave and (drift := finding(said, "drift")):
        states.show_verdict(drift)
    for alarm in said.without_labels.findings:
        if alarm.code.startswith("alarm_"):
            states.show_verdict(alarm)


def show_separation(one: Separation) -> None:
    """Show how well a classifier tells these shots from those learned, and what it implies."""
    states.show_verdict(one.finding)
    if one.auc is None:
        return
    show_chart(draw_scale(one), say_scale(one))
    st.caption(
        t(
            "Tried on {judged:,} of the {n:,} shots and {learned:,} learned from. Mean density weight of those learned "
            "from: {weight:.2f} (trusted from {low:g} to {high:g}); effective share of them once weighted: {share:.1%} "
            "(at least {least:.0%}).",
            judged=one.judged,
            n=one.n,
            learned=one.judged_learned,
            weight=one.mean_weight,
            low=one.trusted_weight_low,
            high=one.trusted_weight_high,
            share=one.effective_share,
            least=one.minimum_effective_share,
        )
    )


def show_health(health: pd.DataFrame, metric: str, title: str, pattern: str) -> None:
    """Show a number of the health table, window by window, beside what is usual."""
    rows = health[(health["metric"] == metric) & (health["kind"] == "drift") & (health["window"] != ALL)]
    runs = Runs(title, pattern)
    sentence = say_windows(rows, runs)
    show_chart(draw_windows(rows, runs), sentence)
    st.caption(sentence)


def show_ranking(whole: pd.DataFrame) -> None:
    """Show what each change does to the model, as bars and as a table."""
    effect, unseen = st.columns(2)
    limit, most = whole["effect_limit"].iloc[0], whole["unseen_limit"].iloc[0]
    shown = [
        (effect, "effect", [-limit, limit], t("change of expected log loss"), "+.4f"),
        (unseen, "unseen", [most], t("shots beyond what was learned"), ".0%"),
    ]
    for column, value, limits, title, pattern in shown:
        with column:
            show_chart(draw_bars(whole, value, limits, title, pattern), say_bars(whole, value, limits, title, pattern))
    st.table(pd.DataFrame([_ranked(row) for row in reading.records(whole)]).set_index(t("feature")))
    st.caption(
        t(
            "An effect counts from {effect:g} of log loss, and is told on the shots within what was learned only; more "
            "than {unseen:.0%} beyond it is too much. A p-value up to {level:g} is a change; it is corrected for the "
            "number of features.",
            effect=limit,
            unseen=most,
            level=whole["level"].iloc[0],
        )
    )


def _ranked(row: Mapping[str, Any]) -> dict[str, str]:
    effect = write(row["effect"], "+.4f") if row["unseen"] < 1 else t("cannot tell")
    said = t("matters") if row["consequences"] else t("bearable")
    return {
        t("feature"): named(row["feature"]),
        t("effect"): effect,
        t("beyond learned"): t("{value:.1%}", value=row["unseen"]),
        t("p-value"): t("{value:.3f}", value=row["p_value"]),
        t("change"): said if row["drifted"] else t("no change"),
    }


def show_feature(feature: str, tables: Tables, asked: str, key: str) -> None:
    """Show how shots lie on a feature beside those learned from, and how far they have moved in each window."""
    bins = tables.histograms[tables.histograms["feature"] == feature]
    unit = bins["unit"].iloc[0]
    title = f"{named(feature)} ({named(unit)})" if unit else named(feature)
    show_chart(draw_histograms(bins, title), say_histograms(bins, title))
    st.caption(
        t("{n:,} shots, beside {learned:,} learned from.", n=bins["n"].iloc[0], learned=bins["learned_n"].iloc[0])
    )
    names = {
        "psi": t("population stability index"),
        "jensen_shannon": t("Jensen-Shannon distance"),
        "wasserstein": t("Wasserstein distance ({unit})", unit=unit) if unit else t("Wasserstein distance"),
        "p_value": t("p-value of the change"),
    }
    how = st.selectbox(asked, list(names), format_func=names.__getitem__, key=key)
    rows = tables.drifts[(tables.drifts["feature"] == feature) & (tables.drifts["window"] != ALL)]
    if how in DISTANCES:
        runs = Runs(names[how], ".2f", value=how, upper=f"{how}_limit", alert=f"{how}_alert")
    else:
        runs = Runs(names[how], ".2f", value=how, upper="level", alert="drifted")
    show_chart(draw_windows(rows, runs), say_windows(rows, runs))


@st.fragment
def show_chosen_feature(tables: Tables, ranked: list[str]) -> None:
    """Show the feature that is chosen; at first that of the gravest drift."""
    names = {name: named(name) for name in ranked if name != PROBABILITY}
    feature = st.selectbox(t("Feature"), list(names), format_func=names.__getitem__, key="drift_feature")
    show_feature(feature, tables, t("Distance of the feature"), "drift_distance")


@st.fragment
def show_score(tables: Tables) -> None:
    """Show how the score has changed."""
    show_health(tables.health, "mean_score", t("mean score"), ".2f")
    show_feature(PROBABILITY, tables, t("Distance of the score"), "drift_distance_of_score")


def show_quality(said: Verdicts) -> None:
    """Show how many shots lacked something, or had what no shot can have."""
    if (found := finding(said, "quality")) is None:
        return
    states.show_verdict(found)
    counts = found.evidence
    rows = [
        {
            t("column"): named(feature),
            t("missing"): t("{n:,}", n=counts.get(f"missing_{feature}", 0)),
            t("impossible"): t("{n:,}", n=counts.get(f"impossible_{feature}", 0)),
        }
        for feature in FEATURES
    ]
    st.table(pd.DataFrame(rows).set_index(t("column")))
    st.caption(
        t(
            "Of {received:,} shots that came {unscored:,} have no score and {repeated:,} repeat an id.",
            received=counts["received"],
            unscored=counts["unscored"],
            repeated=counts["repeated"],
        )
    )


monitored = states.need_monitoring()
batches = {name: batch_title(name) for name in monitored.batches}
batch = st.selectbox(t("Batch"), list(batches), format_func=batches.__getitem__, key="drift_batch")
said = monitored.batches[batch]
tables = need_tables(batch)
whole = tables.drifts[tables.drifts["window"] == ALL].sort_values("rank")
show_findings(said, whole)
if whole.empty:
    if (nothing := finding(said, "estimate")) is not None:
        states.show_verdict(nothing)
    st.header(t("Data quality"))
    show_quality(said)
    raise states.PageEnds
st.header(t("Can these shots be told from those learned?"))
for row in reading.records(tables.separations):
    show_separation(read_separation(row))
st.header(t("Are they like those learned, window by window?"))
show_health(tables.health, "share_in_support", t("share in support"), ".1%")
st.header(t("What does each change do to the model?"))
show_ranking(whole)
st.header(t("One feature"))
show_chosen_feature(tables, whole["feature"].tolist())
st.header(t("The score"))
show_score(tables)
st.header(t("Data quality"))
show_quality(said)
