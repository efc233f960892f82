"""What do outcomes say of a batch? Metrics, windows, reliability, calls at the threshold, segments."""

import pandas as pd
import streamlit as st

import states
from charts import show_chart
from curve_charts import draw_reliability, draw_thresholds, of_curve, say_reliability, say_thresholds
from kobe_shots.aggregates.curves import SERVED
from kobe_shots.monitoring.judgement import Judgement
from kobe_shots.verdicts import Severity
from performance_parts import METRICS, Tables, choose_metric, choose_segments, show_windows
from performance_tables import lay_out_confusion, lay_out_metrics
from segment_chart import draw_segments, lay_out_measured, say_segments, say_untold
from words import t

REALIZED = "realized"


def show_with_labels(tables: Tables, judged: Judgement) -> None:
    """Show what outcomes say: metrics, windows, reliability, calls at the threshold, segments."""
    realized = tables.health[tables.health["kind"] == REALIZED]
    st.header(t("How good it is"))
    st.table(
        lay_out_metrics(tables.whole, METRICS, REALIZED),
        hide_index=True,
        border="horizontal",
        alt=t("Metrics of all labelled shots, with intervals, the constant, and what is usual."),
    )
    metric = choose_metric(realized)
    show_windows(realized, metric)
    st.caption(t("The grey band is what is usual for so many shots; lines are intervals."))
    claims, calls = st.columns(2)
    with claims:
        st.header(t("What it states, and what happens"))
        show_finding(judged, "calibration")
        show_chart(draw_reliability(tables.curves), say_reliability(tables.curves))
        st.caption(
            t(
                "Points: the make rate in ten equally filled bins of the probability given, with intervals; on the "
                "dashed line it is as stated. Bars: the share of the shots with that score."
            )
        )
    with calls:
        st.header(t("What the threshold makes of it"))
        show_finding(judged, "threshold")
        show_chart(draw_thresholds(tables.curves), say_thresholds(tables.curves))
        served = of_curve(tables.curves, SERVED).iloc[0]
        st.table(
            lay_out_confusion(served),
            hide_index=True,
            border="horizontal",
            alt=t("Confusion at the threshold served: what was called, and what happened."),
        )
        st.caption(
            t(
                "Calls of {n:,} labelled shots at the threshold served, {at:.2f}: F1 {f1:.3f}.",
                n=int(served["n"]),
                at=served["x"],
                f1=served["y"],
            )
        )
    st.header(t("Where it is good"))
    show_segments(tables.segments)


def show_finding(judged: Judgement, code: str) -> None:
    """Show a finding, where there is one."""
    for finding in judged.findings:
        if finding.code == code:
            states.show_verdict(finding)


def show_segments(segments: pd.DataFrame) -> None:
    """Show how the model does on each segment, beside the constant that knows how often shots go in there."""
    chosen = choose_segments(segments)
    if chosen["skill"].notna().any():
        show_chart(draw_segments(chosen), say_segments(chosen))
        st.caption(
            t(
                "Each segment is compared with the constant that knows its own make rate. Among many segments one or "
                "another looks better or worse by chance."
            )
        )
    st.table(
        lay_out_measured(chosen),
        hide_index=True,
        border="horizontal",
        alt=t("How the model does by segment, with intervals."),
    )
    for reason in say_untold(chosen):
        st.caption(f"{states.TONES[Severity.CANNOT_TELL].icon} {reason}")
