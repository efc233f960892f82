"""How is a change in the shots drawn? On a scale, as bars, as histograms one over the other, and window by window."""

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from charts import ESTIMATED, GOOD, LIMIT, REALIZED, AnyChart
from kobe_shots.aggregates.separation import Separation
from words import named, t

HEIGHT, FLAT = 350, 205  # with axis and legend
LEGEND = {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 340, "symbolOpacity": 1}


class Runs(NamedTuple):
    """What runs over windows: its title, how it is written, and which columns hold it, its limits and its alert."""

    title: str
    format: str = ".3f"
    value: str = "value"
    lower: str = "lower_limit"
    upper: str = "upper_limit"
    alert: str = "alert"


def write(number: float, pattern: str) -> str:
    """Return a number in the language chosen; never a minus before nothing."""
    return t("{number}", number=format(number, pattern.replace(".", "z.")))


def draw_scale(one: Separation) -> AnyChart:
    """Return how well shots are told apart, on a scale from not at all to always, with what is bearable."""
    least = min(0.5, one.auc or 0.5)
    ends = [least, one.trusted_auc, one.caution_auc, 1.0]
    names = [t("what was learned holds"), t("with caution"), t("what was learned says nothing")]
    zones = pd.DataFrame({"start": ends[:-1], "end": ends[1:], "zone": names})
    x = alt.X(
        "start:Q",
        title=t("AUC of telling them apart"),
        scale=alt.Scale(domain=[least, 1], nice=False),
        axis=alt.Axis(values=ends, format=".2f", grid=False, labelOverlap="greedy"),
    )
    colour = alt.Color("zone:N", scale=alt.Scale(domain=names, range=[GOOD, LIMIT, REALIZED]), legend=LEGEND)
    told = pd.DataFrame({"auc": [one.auc]})
    return alt.layer(
        alt.Chart(zones)
        .mark_rect(opacity=0.55)
        .encode(
            x=x, x2="end:Q", y=alt.value(22), y2=alt.value(46), color=colour, tooltip=alt.Tooltip("zone:N", title=" ")
        ),
        alt.Chart(told)
        .mark_point(shape="diamond", size=260, filled=True, opacity=1, color=ESTIMATED, stroke="white")
        .encode(x="auc:Q", y=alt.value(34), tooltip=alt.Tooltip("auc:Q", format=".4f", title="AUC")),
        alt.Chart(told)
        .mark_text(color=LIMIT, fontWeight="bold", align="right" if (one.auc or 0) > least else "left")
        .encode(x="auc:Q", y=alt.value(8), text=alt.Text("auc:Q", format=".3f")),
    ).properties(height=FLAT)


def draw_bars(drifts: pd.DataFrame, value: str, limits: Sequence[float], title: str, pattern: str) -> AnyChart:
    """Return a number of every feature as bars, the gravest drift first, beside its limits.

    Args:
        drifts: rows of one window, as in drifts.parquet.
        value: which column; that of the alert is called after it.
        limits: beyond them it counts.
        title: what it is called.
        pattern: how it is written, as d3 has it.
    """
    within, beyond = t("within limits"), t("beyond limits")
    rows = drifts[["rank", value]].assign(
        name=drifts["feature"].map(named),
        what=drifts[f"{value}_alert"].map({True: beyond, False: within}),
        written=[write(number, pattern) for number in drifts[value]],
    )
    order = rows.sort_values("rank")["name"].tolist()
    signed = min(limits) < 0
    scale = alt.Scale(padding=30) if signed else alt.Scale(domain=[0, 1.15])  # room for what is written
    axis = alt.Axis(format=pattern, tickCount=5) if signed else alt.Axis(format=pattern, values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X(f"{value}:Q", title=title, axis=axis, scale=scale)
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))
    colour = alt.Color("what:N", scale=alt.Scale(domain=[within, beyond], range=[ESTIMATED, REALIZED]), legend=LEGEND)
    tips = [alt.Tooltip("name:N", title=t("feature")), alt.Tooltip("written:N", title=title)]
    bars = alt.Chart(rows).encode(x=x, y=y)
    up, down = (bars.transform_filter(f"datum['{value}'] {sign} 0") for sign in (">=", "<"))
    texts = [
        up.mark_text(align="left", dx=4, color=LIMIT, fontWeight="bold").encode(text="written:N"),
        down.mark_text(align="right", dx=-4, color=LIMIT, fontWeight="bold").encode(text="written:N"),
    ]
    rule = alt.Chart(pd.DataFrame({"limit": list(limits)})).mark_rule(strokeDash=[5, 3], color=LIMIT, strokeWidth=2)
    return alt.layer(
        bars.mark_bar(size=16).encode(color=colour, tooltip=tips), rule.encode(x="limit:Q"), *texts
    ).properties(height=HEIGHT)


def draw_histograms(bins: pd.DataFrame, title: str) -> AnyChart:
    """Return how shots lie on a feature: filled those of the batch, as a line over them those learned from."""
    these, learned = t("these shots (filled)"), t("learned from (line)")
    first, last = bins.iloc[0], bins.iloc[-1]
    outline = pd.DataFrame(
        {
            "left": [first["left"], *bins["left"], last["right"], last["right"]],
            "learned_share": [0, *bins["learned_share"], last["learned_share"], 0],
            "what": learned,
        }
    )
    wide = alt.Scale(domain=[first["left"], last["right"]], nice=False, zero=False)
    x = alt.X("left:Q", title=title, scale=wide, axis=alt.Axis(labelOverlap=True))
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=[these, learned], range=[ESTIMATED, REALIZED]),
        legend=LEGEND,
    )
    share = alt.Axis(title=t("share of the shots"), format=".0%")
    tips = [
        alt.Tooltip("left:Q", title=t("from"), format=".4~f"),
        alt.Tooltip("right:Q", title=t("to"), format=".4~f"),
        alt.Tooltip("share:Q", title=these, format=".1%"),
        alt.Tooltip("learned_share:Q", title=learned, format=".1%"),
        alt.Tooltip("shots:Q", title=t("shots"), format=","),
    ]
    return alt.layer(
        alt.Chart(bins.assign(what=these, none=0))
        .mark_rect(opacity=0.5)
        .encode(x=x, x2="right:Q", y=alt.Y("share:Q", axis=share), y2="none:Q", color=colour, tooltip=tips),
        alt.Chart(outline)
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(x=x, y=alt.Y("learned_share:Q", axis=share), color=colour),
    ).properties(height=HEIGHT)


def draw_windows(rows: pd.DataFrame, what: Runs) -> AnyChart:
    """Return how a number runs from window to window: a triangle where it is beyond its limits, which are a band."""
    within, beyond = t("within limits"), t("beyond limits")
    limits = [limit for limit in (what.lower, what.upper) if limit in rows]
    windows = rows.sort_values("start")[["window", "n", what.value, *limits]].assign(
        what=rows[what.alert].fillna(False).astype(bool).map({True: beyond, False: within})
    )
    x = alt.X("window:N", sort=windows["window"].tolist(), title=None, axis=alt.Axis(labelAngle=-60, labelOverlap=True))
    y = alt.Y(f"{what.value}:Q", title=what.title, scale=alt.Scale(zero=False), axis=alt.Axis(format=what.format))
    both = alt.Scale(domain=[within, beyond], range=[ESTIMATED, REALIZED])
    tips = [
        alt.Tooltip("window:N", title=t("window")),
        alt.Tooltip(f"{what.value}:Q", title=what.title, format=".4f"),
        alt.Tooltip(f"{what.upper}:Q", title=t("limit"), format=".4f"),
        alt.Tooltip("n:Q", title=t("shots"), format=","),
    ]
    chart = alt.Chart(windows)
    layers = [
        chart.mark_line(strokeWidth=1, opacity=0.5, color=LIMIT).encode(x=x, y=y),
        chart.mark_point(size=70, filled=True, opacity=1).encode(
            x=x,
            y=y,
            color=alt.Color("what:N", scale=both, legend=LEGEND),
            shape=alt.Shape(
                "what:N", scale=alt.Scale(domain=[within, beyond], range=["circle", "triangle-up"]), legend=LEGEND
            ),
            tooltip=tips,
        ),
    ]
    if what.lower in windows and windows[what.lower].notna().any():
        band = chart.mark_area(opacity=0.2, color=LIMIT, interpolate="step")
        layers.insert(0, band.encode(x=x, y=alt.Y(f"{what.lower}:Q", title=what.title), y2=f"{what.upper}:Q"))
    else:
        limit = chart.mark_line(strokeDash=[5, 3], color=LIMIT, interpolate="step", strokeWidth=2)
        layers.insert(0, limit.encode(x=x, y=alt.Y(f"{what.upper}:Q", title=what.title)))
    return alt.layer(*layers).properties(height=HEIGHT)
