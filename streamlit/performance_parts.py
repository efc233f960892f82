"""What do both kinds of evidence share? The tables of a batch, a metric by window, and the ways to split shots."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from charts import show_chart
from kobe_shots.aggregates.curves import SCORE
from kobe_shots.aggregates.segments import ZONE
from kobe_shots.monitoring.table import ALL
from loss_chart import draw_loss, say_loss
from segment_chart import dimension_title
from terms import metric_title
from words import t

METRICS = (
    *("log_loss", "skill", "roc_auc", "brier", "f1", "make_rate"),
    *("ece", "calibration_intercept", "calibration_slope"),
)


class Tables(NamedTuple):
    """What the pipelines wrote of one batch."""

    health: pd.DataFrame
    curves: pd.DataFrame
    segments: pd.DataFrame
    estimates: pd.DataFrame

    @property
    def whole(self) -> pd.DataFrame:
        """The health of the whole batch."""
        return self.health[self.health["window"] == ALL]

    def counted(self) -> dict[str, int]:
        """Return how many shots each table holds."""
        scores, zones = self.curves["curve"] == SCORE, self.segments["dimension"] == ZONE
        return {
            "health": int(self.whole["n"].max()) if len(self.whole) else 0,
            "curves": int(self.curves.loc[scores, "n"].sum()),
            "segments": int(self.segments.loc[zones, "n"].sum()),
        }


def choose_metric(rows: pd.DataFrame) -> str:
    """Offer the metrics there are; return the one chosen."""
    there = {*rows["metric"]}
    known = [metric for metric in METRICS if metric in there]
    return st.selectbox(t("Metric"), known, format_func=metric_title, key="performance_metric")


def show_windows(rows: pd.DataFrame, metric: str) -> None:
    """Show a metric by window."""
    title = metric_title(metric)
    show_chart(draw_loss(rows, metric, title), say_loss(rows, metric, title))


def choose_segments(segments: pd.DataFrame) -> pd.DataFrame:
    """Offer the ways to split shots; return the segments of the one chosen."""
    dimensions = segments["dimension"].drop_duplicates().tolist()
    if st.session_state.get("performance_split") not in dimensions:
        st.session_state["performance_split"] = dimensions[0]
    dimension = st.segmented_control(
        t("Split by"), dimensions, format_func=dimension_title, required=True, key="performance_split"
    )
    chosen: pd.DataFrame = segments[segments["dimension"] == (dimension or dimensions[0])]
    return chosen
