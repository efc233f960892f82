"""Are shots where the model has learned? Production's hexagons over those of the shots it was trained on."""

import altair as alt
import pandas as pd

from charts import LIMIT, REALIZED, AnyChart
from court import HEXAGON, across, along, draw_floor, keep_shape, size_of
from kobe_shots.monitoring.batches import BATCH, REFERENCE
from kobe_shots.shots.zones import HALF_COURT
from words import t


def draw_support(hexes: pd.DataFrame, batch: str) -> AnyChart:
    """Return the half court with the hexagons of a batch over those of the reference; on a log scale, size is shots."""
    learned, watched = t("learned from"), t("production")
    on_the_floor = hexes[hexes["y"] <= HALF_COURT]
    reference, of_batch = (on_the_floor[on_the_floor[BATCH] == name] for name in (REFERENCE, batch))
    drawn = pd.concat([reference.assign(whose=learned), of_batch.assign(whose=watched)])
    colour = alt.Color(
        "whose:N",
        scale=alt.Scale(domain=[learned, watched], range=[LIMIT, REALIZED]),
        legend=alt.Legend(title=None, orient="bottom"),
    )
    tips = [
        alt.Tooltip("whose:N", title=t("shots")),
        alt.Tooltip("attempts:Q", title=t("how many"), format=","),
        alt.Tooltip("share_in_support:Q", title=t("in training support"), format=".0%"),
    ]
    mark = alt.Chart(drawn).mark_point(shape=HEXAGON, filled=True, opacity=0.75)
    return keep_shape([*draw_floor(), mark.encode(across(), along(), colour, size_of(drawn, None), tooltip=tips)])
