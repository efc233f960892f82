"""How do scores lie to outcomes? Reliability over the scores, and F1 by threshold, each with what it shows in words."""

import altair as alt
import pandas as pd

from charts import CONSTANT, ESTIMATED, LIMIT, REALIZED, AnyChart
from kobe_shots.aggregates.curves import BARS, HIGHEST, RELIABILITY, SCORE, SERVED, THRESHOLD
from words import t

HEIGHT = 340
WHOLE_SHARE = alt.Scale(domain=[0, 1])


def of_curve(curves: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of one curve, the columns that Vega reads as numbers."""
    return curves[curves["curve"] == name].astype(dict.fromkeys(("n", "tp", "fp", "fn", "tn"), "float64"))


def draw_reliability(curves: pd.DataFrame) -> AnyChart:
    """Return make rates against scores, where outcomes are known, over how many shots have which score."""
    x = alt.X("x:Q", title=t("probability given"), scale=WHOLE_SHARE)
    rate = t("make rate")
    bars, bins = of_curve(curves, SCORE), of_curve(curves, RELIABILITY)
    bars = bars.assign(left=bars["x"] - 0.5 / BARS, right=bars["x"] + 0.5 / BARS)
    ends = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
    layers = [
        alt.Chart(bars)
        .mark_rect(color=ESTIMATED, opacity=0.5)
        .encode(
            x=alt.X("left:Q", title=t("probability given"), scale=WHOLE_SHARE),
            x2="right:Q",
            y2=alt.datum(0),
            y=alt.Y("y:Q", title=rate if len(bins) else t("share of the shots"), scale=WHOLE_SHARE),
            tooltip=[
                alt.Tooltip("x:Q", title=t("probability given"), format=".2f"),
                alt.Tooltip("y:Q", title=t("share of the shots"), format=".1%"),
                alt.Tooltip("n:Q", title=t("shots"), format=","),
            ],
        )
    ]
    if len(bins):
        tips = [
            alt.Tooltip("x:Q", title=t("probability given"), format=".3f"),
            alt.Tooltip("y:Q", title=rate, format=".3f"),
            alt.Tooltip("low:Q", title=t("from"), format=".3f"),
            alt.Tooltip("high:Q", title=t("to"), format=".3f"),
            alt.Tooltip("n:Q", title=t("shots"), format=","),
        ]
        seen = alt.Chart(bins).encode(x=x, tooltip=tips)
        layers += [
            alt.Chart(ends).mark_line(strokeDash=[5, 4], color=LIMIT).encode(x=x, y="y:Q"),
            seen.mark_rule(color=REALIZED, strokeWidth=2).encode(y="low:Q", y2="high:Q"),
            seen.mark_point(color=REALIZED, size=70, filled=True, opacity=1).encode(y="y:Q"),
        ]
    return alt.layer(*layers).properties(height=HEIGHT)


def say_reliability(curves: pd.DataFrame) -> str:
    """Return what the reliability diagram shows, for those who cannot see it."""
    bars, bins = of_curve(curves, SCORE), of_curve(curves, RELIABILITY)
    scores = t(
        "Scores of {n:,} shots, most often about {mode:.2f}, from about {low:.2f} to about {high:.2f}.",
        n=int(bars["n"].sum()),
        mode=bars.sort_values("n")["x"].iloc[-1],
        low=bars["x"].min(),
        high=bars["x"].max(),
    )
    if bins.empty:
        return scores
    off = bins[(bins["x"] < bins["low"]) | (bins["x"] > bins["high"])]
    first, last = bins.iloc[0], bins.iloc[-1]
    rates = t(
        "Where {low:.3f} was given, {low_rate:.3f} went in; where {high:.3f}, {high_rate:.3f}; in {off} of {n} bins "
        "the interval of the make rate leaves out what was given.",
        low=first["x"],
        low_rate=first["y"],
        high=last["x"],
        high_rate=last["y"],
        off=len(off),
        n=len(bins),
    )
    return f"{scores} {rates}"


def draw_thresholds(curves: pd.DataFrame) -> AnyChart:
    """Return F1 by threshold, with the threshold that is served and the highest score there is."""
    steps = of_curve(curves, THRESHOLD)
    marks = pd.concat(
        [
            of_curve(curves, SERVED).assign(what=t("threshold served")),
            of_curve(curves, HIGHEST).assign(what=t("highest score")),
        ]
    )
    names, colours = marks["what"].tolist(), [REALIZED, CONSTANT]
    x = alt.X("x:Q", title=t("threshold"), scale=WHOLE_SHARE)
    y = alt.Y("y:Q", title=t("F1"), scale=WHOLE_SHARE)
    tips = [
        alt.Tooltip("x:Q", title=t("threshold"), format=".3f"),
        alt.Tooltip("y:Q", title=t("F1"), format=".3f"),
        alt.Tooltip("tp:Q", title=t("called and made"), format=","),
        alt.Tooltip("fp:Q", title=t("called and missed"), format=","),
        alt.Tooltip("fn:Q", title=t("not called and made"), format=","),
        alt.Tooltip("tn:Q", title=t("not called and missed"), format=","),
    ]
    legend = alt.Legend(title=None, orient="bottom", labelLimit=400, columns=1, symbolOpacity=1)
    line = alt.Chart(steps).encode(x=x)
    layers = [
        line.mark_area(opacity=0.2, color=ESTIMATED, interpolate="step-after").encode(y=alt.Y("low:Q"), y2="high:Q"),
        line.mark_line(color=ESTIMATED, interpolate="step-after").encode(y=y, tooltip=tips),
        *(
            alt.Chart(marks[marks["what"] == name]).mark_rule(strokeWidth=2, color=colour, strokeDash=dash).encode(x=x)
            for name, colour, dash in zip(names, colours, ([1, 0], [5, 4]), strict=True)
        ),
        alt.Chart(marks)
        .mark_point(size=110, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("what:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=names, range=["diamond", "square"])),
            tooltip=tips,
        ),
    ]
    return alt.layer(*layers).properties(height=HEIGHT)


def say_thresholds(curves: pd.DataFrame) -> str:
    """Return what F1 by threshold shows, for those who cannot see it."""
    steps, served, highest = (of_curve(curves, name) for name in (THRESHOLD, SERVED, HIGHEST))
    best = steps.sort_values("y", kind="stable").iloc[-1]
    return t(
        "F1 by threshold: {served:.3f} at the threshold served, {at:.2f}; it is greatest, {best:.3f}, at "
        "{best_at:.2f}, and 0 from the highest score, {highest:.3f}, on.",
        served=served["y"].iloc[0],
        at=served["x"].iloc[0],
        best=best["y"],
        best_at=best["x"],
        highest=highest["x"].iloc[0],
    )
