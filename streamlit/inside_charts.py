"""What is inside a model? Its tree as layers of questions, its coefficients as bars, drawn and said."""

import altair as alt
import pandas as pd

from charts import CONSTANT, ESTIMATED, AnyChart
from kobe_shots.aggregates.insides import INTERCEPT
from model_terms import show_condition
from words import named, t

LEVEL, BAR, BELOW = 40, 30, 130  # pixels; `BELOW` is what axis and legend take
ROOM = 38  # pixels that a make rate needs to be read inside its box; an answer, by its length:
ROOM_FOR_ANSWER = "6 * length(datum.answer) + 8"
DRAWN = ["start", "width", "depth", "answer", "question", "make_rate", "n"]
LIGHT = "luminance(scale('color', datum.make_rate)) > 0.36"


def read_nodes(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the nodes of a tree with the answer that leads to each, and all answers on the way there, in words."""
    answers: list[str] = []
    ways: list[str] = []
    questions: list[str] = []
    for node in nodes.to_dict("records"):  # a parent comes before its children
        root = pd.isna(node["parent"])
        answer = t("all train shots") if root else show_condition(node["split_by"], node["split_at"], node["above"])
        before = "" if root else ways[node["parent"]]
        answers.append(answer)
        ways.append("" if root else f"{before}; {answer}" if before else answer)
        questions.append(t("a leaf") if node["leaf"] else show_condition(node["feature"], node["threshold"], False))
    return nodes.assign(answer=answers, way=ways, question=questions)


def draw_tree(nodes: pd.DataFrame) -> AnyChart:
    """Return a tree as an icicle: a box a node, below its parent, as wide as its share of the train shots.

    `nodes` are as from `read_nodes`.
    """
    rows = nodes[DRAWN].assign(end=nodes["start"] + nodes["width"], below=nodes["depth"] + 1)
    levels = int(rows["below"].max())
    x = alt.X(
        "start:Q",
        title=t("share of the train shots"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", grid=False, tickCount=5),
    )
    y = alt.Y("depth:Q", title=None, axis=None, scale=alt.Scale(domain=[0, levels], reverse=True))
    boxes = (
        alt.Chart(rows)
        .mark_rect(stroke="#FFFFFF", strokeWidth=1.5)
        .encode(
            x=x,
            x2="end:Q",
            y=y,
            y2="below:Q",
            color=alt.Color(
                "make_rate:Q",
                title=t("make rate"),
                scale=alt.Scale(scheme="viridis"),
                legend=alt.Legend(orient="bottom", format="%", gradientLength=200),
            ),
            tooltip=[
                alt.Tooltip("answer:N", title=t("shots with")),
                alt.Tooltip("question:N", title=t("asks next")),
                alt.Tooltip("make_rate:Q", title=t("make rate"), format=".1%"),
                alt.Tooltip("n:Q", title=t("train shots"), format=","),
                alt.Tooltip("width:Q", title=t("share of the train shots"), format=".1%"),
            ],
        )
    )
    words = alt.Chart(rows).transform_calculate(middle="datum.start + datum.width / 2", centre="datum.depth + 0.5")
    place = {
        "x": alt.X("middle:Q", scale=alt.Scale(domain=[0, 1])),
        "y": alt.Y("centre:Q", axis=None, scale=alt.Scale(domain=[0, levels], reverse=True)),
        "color": alt.condition(LIGHT, alt.value("#000000"), alt.value("#FFFFFF")),
    }
    return alt.layer(
        boxes,
        words.transform_filter(f"datum.width * width > {ROOM_FOR_ANSWER}")
        .mark_text(fontSize=11, dy=-7)
        .encode(text="answer:N", **place),
        words.transform_filter(f"datum.width * width > {ROOM}")
        .mark_text(fontSize=11, dy=8, fontWeight="bold")
        .encode(text=alt.Text("make_rate:Q", format=".1%"), **place),
    ).properties(height=LEVEL * levels + BELOW)


def say_tree(nodes: pd.DataFrame) -> str:
    """Return what the tree shows; `nodes` are as from `read_nodes`."""
    leaves = nodes[nodes["leaf"]].sort_values("make_rate")
    if len(leaves) == 1:
        return t("The tree asks nothing: every shot has a make rate of {rate:.1%}.", rate=leaves.iloc[0]["make_rate"])
    first, low, high = nodes.iloc[0], leaves.iloc[0], leaves.iloc[-1]
    asked = t(
        "The tree has {leaves} leaves; it asks first: {feature} ≤ {limit:g}?",
        leaves=len(leaves),
        feature=first["feature"],
        limit=first["threshold"],
    )
    lowest = t("Lowest make rate, {rate:.1%} of {n:,} train shots:", rate=low["make_rate"], n=low["n"])
    highest = t("Highest make rate, {rate:.1%} of {n:,} train shots:", rate=high["make_rate"], n=high["n"])
    return f"{asked} {lowest} {low['way']}. {highest} {high['way']}."


def list_leaves(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the leaves in words, the highest make rate first; `nodes` are as from `read_nodes`."""
    leaves = nodes[nodes["leaf"]].sort_values("make_rate", ascending=False)
    return pd.DataFrame(
        {
            t("shots with"): leaves["way"],
            t("train shots"): [t("{n:,}", n=n) for n in leaves["n"]],
            t("make rate"): [t("{rate:.1%}", rate=rate) for rate in leaves["make_rate"]],
        }
    )


def draw_terms(terms: pd.DataFrame) -> AnyChart:
    """Return the coefficients of a regression per standard deviation of each feature, the highest first."""
    rows = terms[terms["term"] != INTERCEPT].sort_values("standardised", ascending=False)
    rows = rows.assign(name=rows["term"].map(named))
    x = alt.X(
        "standardised:Q",
        title=t("log odds per standard deviation"),
        scale=alt.Scale(padding=44),
        axis=alt.Axis(titleLimit=340, tickCount=6),
    )
    y = alt.Y("name:N", sort=rows["name"].tolist(), title=None, axis=alt.Axis(labelLimit=160))
    base = alt.Chart(rows).encode(x=x, y=y)
    tips = [
        alt.Tooltip("name:N", title=t("feature")),
        alt.Tooltip("standardised:Q", title=t("per standard deviation"), format="+.4f"),
        alt.Tooltip("per_unit:Q", title=t("per unit"), format="+.4f"),
        alt.Tooltip("odds_ratio:Q", title=t("a deviation multiplies the odds by"), format=".3f"),
    ]
    label = {"text": alt.Text("standardised:Q", format="+.3f")}
    return alt.layer(
        base.mark_bar(color=ESTIMATED).encode(tooltip=tips),
        base.transform_filter("datum.standardised >= 0").mark_text(align="left", dx=4, color=CONSTANT).encode(**label),
        base.transform_filter("datum.standardised < 0").mark_text(align="right", dx=-4, color=CONSTANT).encode(**label),
    ).properties(height=BAR * len(rows) + BELOW / 2)


def say_terms(terms: pd.DataFrame) -> str:
    """Return what the chart of coefficients shows."""
    rows = terms[terms["term"] != INTERCEPT]
    rows = rows.iloc[rows["standardised"].abs().argsort()[::-1]]
    first, last = rows.iloc[0], rows.iloc[-1]
    return t(
        "A standard deviation more of {first} changes the log odds of a basket by {most:+.3f}, more than any other "
        "feature; of {last} by {least:+.3f}, less than any.",
        first=first["term"],
        most=first["standardised"],
        last=last["term"],
        least=last["standardised"],
    )


def list_terms(terms: pd.DataFrame) -> pd.DataFrame:
    """Return the coefficients in numbers."""
    return pd.DataFrame(
        {
            t("feature"): terms["term"].map(named),
            t("per standard deviation"): [t("{value:+.4f}", value=value) for value in terms["standardised"]],
            t("per unit"): [t("{value:+.4f}", value=value) for value in terms["per_unit"]],
            t("odds ratio"): [t("{value:.3f}", value=value) for value in terms["odds_ratio"]],
        }
    )
