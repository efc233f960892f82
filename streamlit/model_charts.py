"""How do the two models compare? Skill, ROC and calibration, drawn and said."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from charts import CONSTANT, ESTIMATED, REALIZED, AnyChart
from kobe_shots.aggregates.curves import RELIABILITY, ROC
from kobe_shots.report import Training
from model_terms import ModelName, model_title, show_estimate
from terms import metric_title
from words import t

SQUARE, LOW = 340, 110
DRAWN = ["kind", "order", "x", "y", "low", "high", "n"]
COLOURS: dict[ModelName, str] = {"lr": ESTIMATED, "dt": REALIZED}
DASHES: dict[ModelName, list[int]] = {"lr": [6, 3], "dt": [1, 0]}
SHAPES: dict[ModelName, str] = {"lr": "diamond", "dt": "circle"}


def draw_skill(training: Training) -> AnyChart:
    """Return how far each model's log loss is below the constant's, with intervals, beside zero."""
    rows = pd.DataFrame(
        [
            {"model": model_title(name), "value": of.skill.value, "low": of.skill.low, "high": of.skill.high}
            for name, of in training.models.items()
        ]
    )
    title = metric_title("skill")
    x = alt.X("low:Q", title=title, axis=alt.Axis(tickCount=6))
    y = alt.Y("model:N", title=None, sort=rows["model"].tolist(), axis=alt.Axis(labelLimit=200))
    colour = alt.Color("model:N", scale=_scale(COLOURS), legend=None)
    tips = [
        alt.Tooltip("model:N", title=t("model")),
        *(
            alt.Tooltip(f"{end}:Q", title=name, format=".4f")
            for end, name in (("value", title), ("low", t("from")), ("high", t("to")))
        ),
    ]
    base = alt.Chart(rows)
    zero = alt.Chart(pd.DataFrame({"low": [0]})).mark_rule(color=CONSTANT, strokeDash=[4, 3]).encode(x="low:Q")
    return alt.layer(
        zero,
        base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", y=y, color=colour),
        base.mark_point(filled=True, size=110, opacity=1).encode(
            x="value:Q",
            y=y,
            color=colour,
            shape=alt.Shape("model:N", scale=_scale(SHAPES), legend=None),
            tooltip=tips,
        ),
    ).properties(height=LOW)


def say_skill(training: Training) -> str:
    """Return what the chart of skill shows."""
    of = "; ".join(f"{model_title(name)} {show_estimate(model.skill)}" for name, model in training.models.items())
    what = t("How far log loss is below the constant's; zero is no better:")
    return f"{what} {of}."


def draw_roc(curves: Mapping[ModelName, pd.DataFrame], training: Training) -> AnyChart:
    """Return the ROC curves of both models on the test base, beside that of a coin."""
    rows = _of(curves, ROC)
    names = {name: _with_area(name, training) for name in curves}
    rows["model"] = rows["kind"].map(names)
    coin = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    x = alt.X("x:Q", title=t("share of misses called baskets"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("y:Q", title=t("share of baskets called baskets"), scale=alt.Scale(domain=[0, 1]))
    lines = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5, interpolate="linear")
        .encode(
            x=x,
            y=y,
            order="order:Q",
            color=alt.Color("model:N", scale=_scale(COLOURS, names), legend=_legend()),
            strokeDash=alt.StrokeDash("model:N", scale=_scale(DASHES, names), legend=_legend()),
            tooltip=[
                alt.Tooltip("model:N", title=t("model")),
                alt.Tooltip("x:Q", title=t("share of misses called baskets"), format=".1%"),
                alt.Tooltip("y:Q", title=t("share of baskets called baskets"), format=".1%"),
            ],
        )
    )
    return alt.layer(_diagonal(coin, x, y), lines).properties(height=SQUARE)


def say_roc(training: Training) -> str:
    """Return what the ROC chart shows."""
    models = training.models.items()
    of = "; ".join(f"{model_title(name)} {show_estimate(model.test['roc_auc'])}" for name, model in models)
    what = t("ROC curves; the area under a coin's is 0.5, under these:")
    return f"{what} {of}."


def draw_reliability(curves: Mapping[ModelName, pd.DataFrame]) -> AnyChart:
    """Return the make rate of both models in bins of probability, with intervals, beside the diagonal."""
    rows = _of(curves, RELIABILITY)
    rows["model"] = rows["kind"].map(model_title)
    ends = [float(rows[["x", "low"]].min().min()), float(rows[["x", "high"]].max().max())]
    scale = alt.Scale(domain=ends, nice=True)
    x = alt.X("x:Q", title=t("mean probability given"), scale=scale, axis=alt.Axis(format="%"))
    y = alt.Y("y:Q", title=t("make rate seen"), scale=scale, axis=alt.Axis(format="%"))
    colour = alt.Color("model:N", scale=_scale(COLOURS), legend=_legend())
    tips = [
        alt.Tooltip("model:N", title=t("model")),
        alt.Tooltip("x:Q", title=t("mean probability given"), format=".1%"),
        alt.Tooltip("y:Q", title=t("make rate seen"), format=".1%"),
        alt.Tooltip("low:Q", title=t("from"), format=".1%"),
        alt.Tooltip("high:Q", title=t("to"), format=".1%"),
        alt.Tooltip("n:Q", title=t("shots"), format=","),
    ]
    base = alt.Chart(rows)
    return alt.layer(
        _diagonal(pd.DataFrame({"x": ends, "y": ends}), x, y),
        base.mark_rule(strokeWidth=1.5).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour),
        base.mark_point(filled=True, size=80, opacity=1).encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("model:N", scale=_scale(SHAPES), legend=_legend()),
            tooltip=tips,
        ),
    ).properties(height=SQUARE)


def say_reliability(curves: Mapping[ModelName, pd.DataFrame]) -> str:
    """Return what the calibration chart shows."""
    return " ".join(
        t(
            "{model}: in {held} of {bins} bins the interval of the make rate holds the mean probability.",
            model=model_title(name),
            held=int(table["x"].between(table["low"], table["high"]).sum()),
            bins=len(table),
        )
        for name, table in ((name, of[of["curve"] == RELIABILITY]) for name, of in curves.items())
    )


def _of(curves: Mapping[ModelName, pd.DataFrame], curve: str) -> pd.DataFrame:
    parts = [table[table["curve"] == curve].assign(kind=name) for name, table in curves.items()]
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(order=range(len(rows)), n=rows["n"].astype(float))[DRAWN]


def _with_area(name: ModelName, training: Training) -> str:
    area = training.models[name].test["roc_auc"].value
    return t("{model}, AUC {area:.3f}", model=model_title(name), area=area)


def _diagonal(ends: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    drawn: alt.Chart = alt.Chart(ends).mark_line(color=CONSTANT, strokeDash=[2, 3]).encode(x=x, y=y)
    return drawn


def _scale(of: Mapping[ModelName, Any], names: Mapping[ModelName, str] | None = None) -> alt.Scale:
    titles = [names[name] if names else model_title(name) for name in of]
    return alt.Scale(domain=titles, range=list(of.values()))


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", columns=1, labelLimit=320, symbolOpacity=1)
