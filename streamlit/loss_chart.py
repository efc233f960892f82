"""How does loss run, window by window? What outcomes say and what could be told without them, over what is usual."""

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from charts import CONSTANT, ESTIMATED, LIMIT, REALIZED, AnyChart
from kobe_shots.monitoring.table import ALL
from words import t

HEIGHT = 320


class Mark(NamedTuple):
    """Something that happened in a window."""

    window: str
    what: str


class Look(NamedTuple):
    """What is drawn alike: its rows, what the legend calls it, its colour and its shape."""

    rows: pd.DataFrame
    name: str
    colour: str
    shape: str


def draw_loss(health: pd.DataFrame, metric: str, title: str, marks: Sequence[Mark] = ()) -> AnyChart:
    """Return a metric of one batch by window: realized, estimated or at least bounded, beside the constant and limits.

    Args:
        health: rows of the batch, as in health.parquet.
        metric: its name there.
        title: what it is called on the axis.
        marks: what happened, by window.
    """
    rows = health[health["window"] != ALL]
    of = rows[rows["metric"] == metric]
    realized, estimated = (of[(of["kind"] == kind) & of["value"].notna()] for kind in ("realized", "estimated"))
    bounded = of[(of["kind"] == "estimated") & of["value"].isna() & of["low"].notna()]
    constant = rows[rows["metric"] == f"{metric}_constant"]
    looks = [
        Look(realized, t("realized, with outcomes"), REALIZED, "circle"),
        Look(estimated, t("estimated, without outcomes"), ESTIMATED, "diamond"),
        Look(bounded, t("can only lie between, without outcomes"), ESTIMATED, "square"),
        Look(constant, t("the constant there"), CONSTANT, "stroke"),
    ]
    parts = [look.rows.assign(what=look.name) for look in looks]
    seen = [look for look in looks if len(look.rows)]
    names = [look.name for look in seen]
    order = rows.drop_duplicates("window").sort_values("start")["window"].tolist()
    x = alt.X("window:N", sort=order, title=None, axis=alt.Axis(labelAngle=-60))
    # the bounds, and the limits of a window of few shots, are wider than any chart: they are cut off at its edges
    known = pd.concat([realized, estimated])
    ends = pd.concat([known["value"], known["low"], known["high"], constant["value"]]).dropna()
    scale = alt.Scale(zero=False, domain=[ends.min(), ends.max()]) if len(ends) else alt.Scale(zero=False)
    y, low = (alt.Y(f"{name}:Q", title=title, scale=scale) for name in ("value", "low"))
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=names, range=[look.colour for look in seen]),
        legend=alt.Legend(title=None, orient="bottom", columns=1, labelLimit=400, symbolOpacity=1),
    )
    shape = alt.Shape("what:N", scale=alt.Scale(domain=names, range=[look.shape for look in seen]))
    tips = [
        alt.Tooltip("window:N", title=t("window")),
        alt.Tooltip("what:N", title=t("what")),
        alt.Tooltip("value:Q", title=title, format=".4f"),
        alt.Tooltip("low:Q", title=t("from"), format=".4f"),
        alt.Tooltip("high:Q", title=t("to"), format=".4f"),
        alt.Tooltip("n:Q", title=t("shots"), format=","),
        alt.Tooltip("labelled:Q", title=t("with an outcome"), format=","),
    ]
    usual = of[of["upper_limit"].notna()].drop_duplicates("window")  # the realized one's, where there is one
    told = pd.concat(parts[:2])
    drawn = [  # what is empty is left out: a layer without a mark has no text for those who cannot see it
        (
            usual,
            alt.Chart(usual)
            .mark_area(opacity=0.18, color=LIMIT, interpolate="step", clip=True)
            .encode(x=x, y=alt.Y("lower_limit:Q", title=title, scale=scale), y2="upper_limit:Q"),
        ),
        (
            parts[2],
            alt.Chart(parts[2])
            .mark_bar(width=6, opacity=0.3, clip=True)
            .encode(x=x, y=low, y2="high:Q", color=colour, tooltip=tips),
        ),
        (told, alt.Chart(told).mark_rule(strokeWidth=1.5).encode(x=x, y=low, y2="high:Q", color=colour)),
        (parts[0], alt.Chart(parts[0]).mark_line(strokeWidth=1, opacity=0.5).encode(x=x, y=y, color=colour)),
        (
            parts[3],
            alt.Chart(parts[3])
            .mark_point(size=260, strokeWidth=3, opacity=1)
            .encode(x=x, y=y, color=colour, shape=shape, tooltip=tips),
        ),
        (
            told,
            alt.Chart(told)
            .mark_point(size=60, filled=True, opacity=1)
            .encode(x=x, y=y, color=colour, shape=shape, tooltip=tips),
        ),
    ]
    layers = [layer for rows_drawn, layer in drawn if len(rows_drawn)]
    if not layers:
        layers = [alt.Chart(rows.drop_duplicates("window")).mark_tick(color=LIMIT).encode(x=x)]
    if marks:
        happened = pd.DataFrame(marks, columns=["window", "what"])
        rule = alt.Chart(happened).encode(x=x, tooltip=[alt.Tooltip("what:N", title=t("what"))])
        layers += [
            rule.mark_rule(strokeDash=[4, 3], color=LIMIT),
            rule.mark_text(align="right", dx=-4, baseline="top", color=LIMIT).encode(y=alt.value(2), text="what:N"),
        ]
    return alt.layer(*layers).properties(height=HEIGHT)


def say_loss(health: pd.DataFrame, metric: str, title: str) -> str:
    """Return what the chart shows, for those who cannot see it."""
    rows = health[(health["window"] != ALL) & (health["metric"] == metric)]
    parts = [t("{title} by window.", title=title)]
    for kind, what in (("realized", t("realized, with outcomes")), ("estimated", t("estimated, without outcomes"))):
        of_kind = rows[rows["kind"] == kind]
        of = of_kind[of_kind["value"].notna()]
        if len(of):
            first, last = of.sort_values("start").iloc[[0, -1]].to_dict("records")
            parts.append(
                t(
                    "{what}: {first:.3f} in {begin}, {last:.3f} in {end}, beyond limits in {alerts} of {n} windows.",
                    what=what,
                    first=first["value"],
                    begin=first["window"],
                    last=last["value"],
                    end=last["window"],
                    alerts=int(of["alert"].fillna(False).sum()),
                    n=len(of),
                )
            )
        elif len(of_kind):
            parts.append(t("{what}: cannot be told in any window.", what=what))
    return " ".join(parts)
