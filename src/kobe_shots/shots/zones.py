"""Which zone of the court does a position lie in? The league's zone names, from `loc_x` and `loc_y` alone.

The league names a zone three times over: `shot_zone_basic`, `shot_zone_area` (the side) and `shot_zone_range` (the band
of distance). The borders below were read off the published bases, where they reproduce the names of all 30,697 shots.
Court units as in `kobe_shots.shots.court`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ARC_RADIUS = 237.5  # 23.75 ft
CORNER_LINE = 220.0  # 22 ft
CORNER_TOP = 87.5  # the corner threes end here
SIDELINE = 248.0  # just within
RESTRICTED_RADIUS = 40.0
LANE_HALF_WIDTH = 80.0
FREE_THROW_LINE = 138.0
BACKCOURT_RANGE = 397.5  # from here the area is the back court
HALF_COURT = 417.5  # from here the zone is, too
NEAR_END, SHORT_END = 80, 160  # of the ranges, included
PAINT_SIDE, CENTER_SIDE, WIDE_SIDE = 30, 18, 54  # degrees off the middle where areas meet: short range, then the others


class Zone(NamedTuple):
    """A zone by the league's three names for it."""

    basic: str
    area: str
    range: str


RESTRICTED, PAINT, MID_RANGE = "Restricted Area", "In The Paint (Non-RA)", "Mid-Range"
ABOVE_BREAK = "Above the Break 3"
LEFT, LEFT_CENTER, CENTER = "Left Side(L)", "Left Side Center(LC)", "Center(C)"
RIGHT_CENTER, RIGHT, BACK = "Right Side Center(RC)", "Right Side(R)", "Back Court(BC)"
NEAR, SHORT, LONG, DEEP, BEYOND = "Less Than 8 ft.", "8-16 ft.", "16-24 ft.", "24+ ft.", "Back Court Shot"

ZONES = (
    Zone("Backcourt", BACK, BEYOND),
    Zone(ABOVE_BREAK, BACK, BEYOND),
    Zone("Left Corner 3", LEFT, DEEP),
    Zone("Right Corner 3", RIGHT, DEEP),
    Zone(ABOVE_BREAK, LEFT_CENTER, DEEP),
    Zone(ABOVE_BREAK, CENTER, DEEP),
    Zone(ABOVE_BREAK, RIGHT_CENTER, DEEP),
    Zone(RESTRICTED, CENTER, NEAR),
    Zone(PAINT, CENTER, NEAR),
    Zone(PAINT, LEFT, SHORT),
    Zone(PAINT, CENTER, SHORT),
    Zone(PAINT, RIGHT, SHORT),
    Zone(MID_RANGE, LEFT, SHORT),
    Zone(MID_RANGE, CENTER, SHORT),
    Zone(MID_RANGE, RIGHT, SHORT),
    Zone(MID_RANGE, LEFT, LONG),
    Zone(MID_RANGE, LEFT_CENTER, LONG),
    Zone(MID_RANGE, CENTER, LONG),
    Zone(MID_RANGE, RIGHT_CENTER, LONG),
    Zone(MID_RANGE, RIGHT, LONG),
)


def from_polar(
    radius: npt.NDArray[np.float64], angle: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return `loc_x` and `loc_y` of a distance to the hoop, in court units, and an angle in degrees.

    The angle is 0 straight up the court and 90 along the baseline to the right.

    >>> loc_x, loc_y = from_polar(np.array([100.0, 220.0]), np.array([0.0, 90.0]))
    >>> loc_x.tolist(), loc_y.tolist()
    ([0, 220], [100, 0])
    """
    x, y = radius * np.sin(np.radians(angle)), radius * np.cos(np.radians(angle))
    return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)


def line_radius(angle: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how far the three-point line lies from the hoop, in court units.

    `angle` is that of `from_polar`. The line is the arc of 23.75 ft or, in the corners, the straight line 22 ft to the
    side of the hoop, whichever is nearer.

    >>> line_radius([0, 90, -90])
    array([237.5, 220. , 220. ])
    """
    sideways = np.abs(np.sin(np.radians(np.asarray(angle, dtype=np.float64))))
    return np.minimum(ARC_RADIUS, CORNER_LINE / np.maximum(sideways, CORNER_LINE / ARC_RADIUS))


def beyond_line(loc_x: npt.ArrayLike, loc_y: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return whether a basket from here counts three: 22 ft to the side of the hoop, or 23.75 ft away from it.

    >>> beyond_line([0, 219, 220, 0], [237, 0, 0, 238])
    array([False, False,  True,  True])
    """
    return np.asarray((np.abs(np.asarray(loc_x)) >= CORNER_LINE) | (np.hypot(loc_x, loc_y) >= ARC_RADIUS))


def zone_of(loc_x: npt.ArrayLike, loc_y: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the zone of each position as its place in `ZONES`.

    >>> ZONES[int(zone_of(167, 72))]
    Zone(basic='Mid-Range', area='Right Side(R)', range='16-24 ft.')
    """
    x, y = np.asarray(loc_x), np.asarray(loc_y)
    radius, angle = np.hypot(x, y), np.degrees(np.arctan2(x, y))
    three, short = beyond_line(x, y), radius <= SHORT_END
    lane = short & (np.abs(x) <= LANE_HALF_WIDTH) & (y <= FREE_THROW_LINE)
    return np.select(  # the first that holds, in the order of ZONES
        [
            three & (y >= HALF_COURT),
            three & (y >= BACKCOURT_RANGE),
            three & (y <= CORNER_TOP) & (x < 0),
            three & (y <= CORNER_TOP),
            three & (angle < -CENTER_SIDE),
            three & (angle < CENTER_SIDE),
            three,
            radius < RESTRICTED_RADIUS,
            radius <= NEAR_END,
            lane & (angle < -PAINT_SIDE),
            lane & (angle < PAINT_SIDE),
            lane,
            short & (angle < -PAINT_SIDE),
            short & (angle < PAINT_SIDE),
            short,
            angle < -WIDE_SIDE,
            angle < -CENTER_SIDE,
            angle < CENTER_SIDE,
            angle < WIDE_SIDE,
        ],
        list(range(len(ZONES) - 1)),
        default=len(ZONES) - 1,
    )
