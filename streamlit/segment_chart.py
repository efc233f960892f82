"""Where does the model beat a constant? Skill by segment with its interval, and the same as a table."""

from typing import Any

import altair as alt
import pandas as pd

from charts import CONSTANT, GOOD, LIMIT, REALIZED, AnyChart
from kobe_shots.aggregates.segments import BETTER, LEVEL, UNTOLD, WORSE
from kobe_shots.language import Message, Said
from kobe_shots.verdicts import Severity
from reading import records
from states import TONES
from terms import metric_title
from words import named, t

ROW_HEIGHT, AROUND = 34, 170  # pixels: of a segment; of the axis and the legend
SEVERITY = {
    BETTER: Severity.OK,
    LEVEL: Severity.WATCH,
    WORSE: Severity.ACT,
    UNTOLD: Severity.CANNOT_TELL,
}


def dimension_title(dimension: str) -> str:
    """Return what a way to split shots is called, or its own name where the pages have no other."""
    titles = {
        "zone": t("Zone"),
        "distance": t("Distance"),
        "period": t("Period"),
        "playoffs": t("Playoffs"),
        "floor": t("Home or away"),
    }
    return titles.get(dimension, dimension)


def comparison(against_constant: str) -> str:
    """Return how a segment compares with its constant, in words."""
    return {
        BETTER: t("better than the constant"),
        LEVEL: t("no better and no worse"),
        WORSE: t("worse than the constant"),
        UNTOLD: t("cannot tell"),
    }.get(against_constant, against_constant)


def draw_segments(segments: pd.DataFrame) -> AnyChart:
    """Return the skill of each segment that can be told, beside zero, the constant that knows its make rate."""
    told = segments[segments["skill"].notna()]
    told = told.assign(name=told["segment"].map(named), what=told["against_constant"].map(comparison))
    looks = {BETTER: (GOOD, "circle"), LEVEL: (CONSTANT, "square"), WORSE: (REALIZED, "triangle-down")}
    seen = [kind for kind in looks if kind in {*told["against_constant"]}]
    kinds = [comparison(kind) for kind in seen]
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=kinds, range=[looks[kind][0] for kind in seen]),
        legend=alt.Legend(title=None, orient="bottom", labelLimit=400, columns=1, symbolOpacity=1),
    )
    shape = alt.Shape("what:N", scale=alt.Scale(domain=kinds, range=[looks[kind][1] for kind in seen]))
    tips = [
        alt.Tooltip("name:N", title=t("where")),
        alt.Tooltip("what:N", title=t("against the constant")),
        alt.Tooltip("skill:Q", title=t("skill"), format=".4f"),
        alt.Tooltip("skill_low:Q", title=t("from"), format=".4f"),
        alt.Tooltip("skill_high:Q", title=t("to"), format=".4f"),
        alt.Tooltip("labelled:Q", title=t("with an outcome"), format=","),
        alt.Tooltip("make_rate:Q", title=t("make rate"), format=".3f"),
        alt.Tooltip("mean_probability:Q", title=t("mean probability given"), format=".3f"),
        alt.Tooltip("share_in_support:Q", title=t("in support"), format=".1%"),
    ]
    y = alt.Y("name:N", sort=told["name"].tolist(), title=None, axis=alt.Axis(labelLimit=150))
    title = metric_title("skill")
    base = alt.Chart(told).encode(y=y, color=colour, tooltip=tips)
    layers = [
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=LIMIT, strokeDash=[5, 4]).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("skill_low:Q", title=title), x2="skill_high:Q"),
        base.mark_point(size=90, filled=True, opacity=1).encode(x="skill:Q", shape=shape),
    ]
    return alt.layer(*layers).properties(height=ROW_HEIGHT * len(told) + AROUND)


def say_segments(segments: pd.DataFrame) -> str:
    """Return what the chart of segments shows, for those who cannot see it."""
    told = segments[segments["skill"].notna()]
    parts = [
        t(
            "{where}: skill {skill:.4f} on {n:,} labelled shots, {word}.",
            where=named(row["segment"]),
            skill=row["skill"],
            n=row["labelled"],
            word=comparison(row["against_constant"]),
        )
        for row in records(told)
    ]
    return " ".join(parts)


def lay_out_measured(segments: pd.DataFrame) -> pd.DataFrame:
    """Return segments as a table to read: what happened in each, and whether the model beats its constant."""
    return pd.DataFrame(
        [
            {
                t("where (labelled shots)"): t("{where} ({n:,})", where=row["segment"], n=row["labelled"]),
                t("make rate (given)"): _rate(row),
                t("log loss (its constant's)"): "—"
                if pd.isna(row["log_loss"])
                else t("{loss:.3f} ({constant:.3f})", loss=row["log_loss"], constant=row["constant_log_loss"]),
                t("against the constant"): _judged(row["against_constant"]),
            }
            for row in records(segments)
        ]
    )


def lay_out_unmeasured(segments: pd.DataFrame) -> pd.DataFrame:
    """Return segments as a table to read: what is known of each without outcomes."""
    return pd.DataFrame(
        [
            {
                t("where"): named(row["segment"]),
                t("shots"): t("{n:,}", n=row["n"]),
                t("in support"): t("{share:.1%}", share=row["share_in_support"]),
                t("mean probability given"): t("{value:.3f}", value=row["mean_probability"]),
            }
            for row in records(segments)
        ]
    )


def say_untold(segments: pd.DataFrame) -> list[str]:
    """Return why it cannot be told how the model does on a segment, for each of which that is so."""
    untold = segments[segments["against_constant"] == UNTOLD]
    return [
        t("{where}: {why}.", where=named(row["segment"]), why=_said(row["note"], row["note_parts"]))
        for row in records(untold)
    ]


def _said(text: str, parts: str) -> str:
    return Said(Message.model_validate_json(parts)) if parts else text


def _judged(against_constant: str) -> str:
    severity = SEVERITY.get(against_constant, Severity.CANNOT_TELL)
    return f"{TONES[severity].icon} {comparison(against_constant)}"


def _rate(row: dict[str, Any]) -> str:
    if pd.isna(row["make_rate"]):
        return t("— ({given:.3f})", given=row["mean_probability"])
    return t(
        "{rate:.3f} [{low:.3f}, {high:.3f}] ({given:.3f})",
        rate=row["make_rate"],
        low=row["make_rate_low"],
        high=row["make_rate_high"],
        given=row["mean_probability"],
    )
