"""Where is a shot? The half court as its shooter sees it, hoop ahead, drawn in court units."""

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.shots.zones import CORNER_LINE, FREE_THROW_LINE, HALF_COURT, LANE_HALF_WIDTH, from_polar, line_radius

HALF_WIDTH = 250  # the sidelines, 25 ft to the side of the hoop
BASELINE = -52.5  # 5.25 ft behind the hoop
WIDTH = 310
HEIGHT = round(WIDTH * (HALF_COURT - BASELINE) / (2 * HALF_WIDTH))
LINE_COLOUR = "grey"  # stands out on a light page and on a dark one
HOOP_COLOUR = "#E8690B"

Points = tuple[npt.ArrayLike, npt.ArrayLike]


def draw_half_court(loc_x: int, loc_y: int) -> alt.LayerChart:
    """Return the half court with a shot at `loc_x`, `loc_y`; negative `loc_x` is on the left, as the league has it."""
    x = alt.X("x", axis=None, scale=alt.Scale(domain=[-HALF_WIDTH, HALF_WIDTH], nice=False))
    y = alt.Y("y", axis=None, scale=alt.Scale(domain=[HALF_COURT, BASELINE], nice=False))
    lines = _paths(
        floor=_rectangle(HALF_WIDTH, HALF_COURT),
        lane=_rectangle(LANE_HALF_WIDTH, FREE_THROW_LINE),
        three_point_line=_three_point_line(),
    )
    hoop = pd.DataFrame({"x": [0], "y": [0]})
    shot = pd.DataFrame({"x": [loc_x], "y": [loc_y]})
    court: alt.LayerChart = (
        alt.Chart(lines).mark_line(color=LINE_COLOUR, strokeWidth=1.5).encode(x, y, detail="line", order="step")
        + alt.Chart(hoop).mark_point(color=HOOP_COLOUR, size=70, strokeWidth=3, opacity=1).encode(x, y)
        + alt.Chart(shot).mark_point(filled=True, size=180, opacity=1).encode(x, y)
    )
    return court.properties(width=WIDTH, height=HEIGHT)


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
