"""How does a figure run, game by game, and does its trend cross the limit?"""

import altair as alt
import pandas as pd

from charts import ESTIMATED, LIMIT, REALIZED, AnyChart
from kobe_shots.retraining.projection import Projection
from words import t

HEIGHT = 260
PERCENT, PLAIN = ".0%", ".3f"


def draw_trend(projection: Projection, title: str) -> AnyChart:
    """Return the value of each game, the trend through them and ahead of them, and the limit."""
    names = [t("each game"), t("trend, and where it leads"), t("limit")]
    form = PERCENT if projection.rule == "support" else PLAIN
    points, line = (
        pd.DataFrame([point.model_dump() for point in of]).assign(what=name)
        for of, name in zip((projection.points, projection.line), names, strict=False)
    )
    ends = line.assign(value=projection.limit, what=names[2])
    x = alt.X("game:Q", title=t("game"), scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(format="d"))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=form))
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=names, range=[REALIZED, ESTIMATED, LIMIT]),
        legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=300, symbolOpacity=1),
    )
    tips = [
        alt.Tooltip("game:Q", title=t("game")),
        alt.Tooltip("day:N", title=t("day")),
        alt.Tooltip("value:Q", title=title, format=".4f"),
    ]
    return alt.layer(
        alt.Chart(ends).mark_line(strokeWidth=2, strokeDash=[6, 4]).encode(x, y, colour, tooltip=tips),
        alt.Chart(line).mark_line(strokeWidth=2).encode(x, y, colour, tooltip=tips),
        alt.Chart(points).mark_circle(size=45, opacity=0.9).encode(x, y, colour, tooltip=tips),
    ).properties(height=HEIGHT)


def say_trend(projection: Projection, title: str) -> str:
    """Return what the chart shows, for those who cannot see it."""
    return t(
        "{title} in the last {n} games, from {first:.4f} in game {begin:,} to {last:.4f} in game {end:,}; limit "
        "{limit:.4f}.",
        title=title,
        n=projection.games,
        first=projection.points[0].value,
        begin=projection.points[0].game,
        last=projection.points[-1].value,
        end=projection.points[-1].game,
        limit=projection.limit,
    )
