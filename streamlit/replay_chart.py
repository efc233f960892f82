"""What has each policy bought, up to a game of a replay? Its regret over an oracle, and every change of champion."""

import altair as alt
import numpy as np
import pandas as pd

from charts import AnyChart
from words import named, t

HEIGHT = 360
MOST_GAMES = 240  # drawn of a policy: a screen shows no more
# told apart on light and dark grounds; also by their dashes (Okabe & Ito 2008)
STYLES = {
    "never": ("#8A8A8A", [1, 0]),
    "calendar": ("#E69F00", [6, 3]),
    "reactive": ("#0072B2", [1, 0]),
    "predictive": ("#CC79A7", [8, 3]),
    "both": ("#D55E00", [2, 2]),
}


def draw_replay(games: pd.DataFrame, promotions: pd.DataFrame, upto: int) -> AnyChart:
    """Return the regret of every policy up to a game, on axes that stay as they are while it is played.

    Args:
        games: as in games.parquet, without the oracle.
        promotions: the rows of `games` in which a champion changed.
        upto: the last game that is shown.
    """
    policies = [policy for policy in STYLES if policy in set(games["policy"])]
    numbers = np.unique(games["game"].to_numpy())
    kept = numbers[np.unique(np.linspace(0, len(numbers) - 1, MOST_GAMES).round().astype(int))]
    drawn = games[games["game"].isin({*kept.tolist(), upto}) & (games["game"] <= upto)]
    titles = [named(policy) for policy in policies]
    columns = ["game", "date", "regret", "cumulative", "version"]
    line, dots = (
        table.loc[table["game"] <= upto, [*columns, "policy"]].assign(what=lambda of: of["policy"].map(named))
        for table in (drawn, promotions)
    )
    x = alt.X(
        "game:Q",
        title=t("game"),
        scale=alt.Scale(domain=[int(numbers[0]), int(numbers[-1])], nice=False),
        axis=alt.Axis(format="d"),
    )
    edges = [float(games["regret"].min()), float(games["regret"].max())]
    y = alt.Y("regret:Q", title=t("regret, nats"), scale=alt.Scale(domain=edges))
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=titles, range=[STYLES[policy][0] for policy in policies]),
        legend=alt.Legend(title=None, orient="bottom", columns=3, labelLimit=200, symbolOpacity=1),
    )
    dash = alt.StrokeDash(
        "what:N", scale=alt.Scale(domain=titles, range=[STYLES[policy][1] for policy in policies]), legend=None
    )
    tips = [
        alt.Tooltip("what:N", title=t("policy")),
        alt.Tooltip("game:Q", title=t("game")),
        alt.Tooltip("date:N", title=t("day")),
        alt.Tooltip("regret:Q", title=t("regret, nats"), format=",.1f"),
        alt.Tooltip("version:Q", title=t("champion")),
    ]
    return alt.layer(
        alt.Chart(line).mark_line(strokeWidth=2).encode(x, y, colour, dash),
        alt.Chart(dots)
        .mark_point(filled=True, size=90, shape="triangle-up", opacity=1)
        .encode(x, y, colour, tooltip=tips),
    ).properties(height=HEIGHT)


def say_replay(games: pd.DataFrame, promotions: pd.DataFrame, upto: int) -> str:
    """Return what the chart shows, for those who cannot see it."""
    now = games[games["game"] == upto].set_index("policy")["regret"]
    changed = promotions.loc[promotions["game"] <= upto, "policy"].value_counts()
    parts = [
        t(
            "{policy} {regret:,.1f} nats, changes of champion: {n}",
            policy=named(policy),
            regret=now[policy],
            n=changed.get(policy, 0),
        )
        for policy in STYLES
        if policy in now.index
    ]
    return t("Regret over the oracle up to game {game:,}: {parts}.", game=upto, parts="; ".join(parts))
