"""Where are shots from, on the floor? The half court as its shooter sees it, hoop ahead, drawn in court units.

Hexagons show a layer: their size is the number of attempts, on a log scale that no hexagon falls below. Under them lies
a grid that cannot be seen, so that any spot can be clicked. All sizes follow the width of the chart.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from charts import AnyChart
from floor_layers import Layer
from kobe_shots.aggregates.hexes import WIDTH
from kobe_shots.shots.zones import CORNER_LINE, FREE_THROW_LINE, HALF_COURT, LANE_HALF_WIDTH, from_polar, line_radius
from words import named, t

SPOT = "spot"  # the selection of a click
HALF_WIDTH = 250  # the sidelines, 25 ft to the side of the hoop
BASELINE = -52.5  # 5.25 ft behind the hoop
GRID = 20  # two feet between two spots that can be clicked: each is drawn, and costs time
LINE_COLOUR = "#8A8A8A"  # stands out on a light page and on a dark one
HOOP_COLOUR = "#E8690B"
SMALLEST = 0.35  # of a hexagon's full width
HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
UNIT = f"width / {2 * HALF_WIDTH}"  # of the court, in pixels

Points = tuple[npt.ArrayLike, npt.ArrayLike]


def draw_court(loc_x: int, loc_y: int, hexes: pd.DataFrame | None, layer: Layer) -> AnyChart:
    """Return the half court with hexagons and a spot; negative `loc_x` is on the left, as the league has it.

    Args:
        loc_x: of the spot, in court units.
        loc_y: the same.
        hexes: as `kobe_shots.aggregates.hexes.sum_hexes` returns them; None for an empty floor.
        layer: what their colour is.
    """
    x, y = across(), along()
    spot = pd.DataFrame({"x": [loc_x], "y": [loc_y]})
    clicked = alt.selection_point(name=SPOT, fields=["x", "y"], on="click", toggle=False, empty=False)
    cells = alt.Chart(_grid()).mark_square(size=area(GRID + 1), fill="#FFFFFF", fillOpacity=0, strokeOpacity=0)
    layers = [
        *draw_floor(),
        cells.encode(x, y).add_params(clicked),
    ]
    if hexes is not None and len(hexes):
        layers += _hexagons(hexes[hexes["y"] <= HALF_COURT], layer, x, y)
    for colour, stroke in (("#FFFFFF", 5), ("#000000", 2)):  # one of both shows on any ground
        mark = alt.Chart(spot).mark_point(color=colour, size=area(16), strokeWidth=stroke, opacity=1)
        layers.append(mark.encode(x, y))
    return keep_shape(layers)


def across() -> alt.X:
    """Return where a shot is from left to right."""
    return alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-HALF_WIDTH, HALF_WIDTH], nice=False))


def along() -> alt.Y:
    """Return how far up the court a shot is, the hoop on top."""
    return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HALF_COURT, BASELINE], nice=False))


def draw_floor() -> list[alt.Chart]:
    """Return the lines of the half court, and the hoop."""
    x, y = across(), along()
    lines = _paths(
        floor=_rectangle(HALF_WIDTH, HALF_COURT),
        lane=_rectangle(LANE_HALF_WIDTH, FREE_THROW_LINE),
        three_point_line=_three_point_line(),
    )
    hoop = pd.DataFrame({"x": [0], "y": [0]})
    return [
        alt.Chart(lines).mark_line(color=LINE_COLOUR, strokeWidth=1.5).encode(x, y, detail="line", order="step"),
        alt.Chart(hoop).mark_point(color=HOOP_COLOUR, size=area(18), strokeWidth=3, opacity=1).encode(x, y),
    ]


def keep_shape(layers: Sequence[alt.Chart]) -> AnyChart:
    """Return layers as one court that keeps its shape, however wide the page."""
    tall = (HALF_COURT - BASELINE) / (2 * HALF_WIDTH)
    height = alt.param(name="height", expr=f"width * {tall}")  # Vega's own signal
    court: AnyChart = alt.layer(*layers).add_params(height)
    return court.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def area(units: float) -> alt.ExprRef:
    """Return the size of a mark so many court units wide: that of the square around it, in pixels."""
    return alt.ExprRef(f"pow({units} * {UNIT}, 2)")


def size_of(hexes: pd.DataFrame, legend: alt.Legend | None) -> alt.Size:
    """Return how large hexagons are: by their attempts, on a log scale."""
    scale = alt.Scale(type="log", domain=[1, _most(hexes)], range=[area(WIDTH * SMALLEST), area(WIDTH)])
    return alt.Size("attempts:Q", scale=scale, legend=legend)


def clicked_spot(selection: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return where on the floor was clicked, in court units, or None."""
    spots: Sequence[Mapping[str, float]] = selection.get(SPOT) or []
    return (round(spots[0]["x"]), round(spots[0]["y"])) if spots else None


def _hexagons(hexes: pd.DataFrame, layer: Layer, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    most = _most(hexes)
    legend = alt.Legend(title=t("shots"), orient="bottom", values=_steps(most), format=",", symbolFillColor=LINE_COLOUR)
    size = size_of(hexes, legend)
    colour = alt.Color(
        f"{layer.column}:Q",
        scale=alt.Scale(domain=list(layer.domain), range=list(layer.colours), clamp=True),
        legend=alt.Legend(title=layer.title, orient="bottom", format=layer.format, gradientLength=130, titleLimit=240),
    )
    told = hexes[layer.column].notna()
    hexes = hexes.assign(zone=[named(zone) for zone in hexes["zone"]])
    outline: dict[str, Any] = {"shape": HEXAGON, "opacity": 1, "stroke": LINE_COLOUR}
    hollow = alt.Chart(hexes[~told]).mark_point(filled=False, strokeWidth=1, **outline)
    filled = alt.Chart(hexes[told]).mark_point(filled=True, strokeWidth=0.5, **outline)
    marks = [hollow.encode(x, y, size=size, tooltip=_tips())] if (~told).any() else []
    return [*marks, filled.encode(x, y, size=size, color=colour, tooltip=_tips())]


def _tips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("zone:N", title=t("zone")),
        alt.Tooltip("attempts:Q", title=t("shots"), format=","),
        alt.Tooltip("labelled:Q", title=t("with an outcome"), format=","),
        alt.Tooltip("made:Q", title=t("baskets"), format=","),
        alt.Tooltip("expected:Q", title=t("expected baskets"), format=",.1f"),
        alt.Tooltip("make_rate:Q", title=t("share that went in, drawn towards its zone's"), format=".1%"),
        alt.Tooltip("mean_probability:Q", title=t("mean probability"), format=".1%"),
        alt.Tooltip("residual:Q", title=t("made minus expected, drawn towards its zone's"), format="+.1%"),
        alt.Tooltip("share_in_support:Q", title=t("in training support"), format=".0%"),
    ]


def _most(hexes: pd.DataFrame) -> int:
    """Return the most attempts of a hexagon, at least 2: a scale needs two ends."""
    return max(int(hexes["attempts"].max()), 2) if len(hexes) else 2


def _steps(most: int) -> list[int]:
    """Return three numbers of shots for the legend: more have no place on a telephone."""
    steps = [step for step in (1, 10, 100, 1_000, 10_000, 100_000) if step <= most]
    return sorted({steps[0], steps[len(steps) // 2], steps[-1]})


def _grid() -> pd.DataFrame:
    side = np.arange(10 - HALF_WIDTH, HALF_WIDTH, GRID)
    depth = np.arange(-50, HALF_COURT, GRID)
    x, y = np.meshgrid(side, depth)
    return pd.DataFrame({"x": x.ravel(), "y": y.ravel()}).astype("int16")


def _rectangle(half_width: float, end: float) -> Points:
    left, right = -half_width, half_width
    return [left, left, right, right, left], [BASELINE, end, end, BASELINE, BASELINE]


def _three_point_line() -> Points:
    corner = 90 + np.degrees(np.arctan2(-BASELINE, CORNER_LINE))
    angle = np.linspace(-corner, corner, 201)
    return from_polar(line_radius(angle), angle)


def _paths(**paths: Points) -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame({"line": name, "x": x, "y": y}).rename_axis("step").reset_index() for name, (x, y) in paths.items()
    )
