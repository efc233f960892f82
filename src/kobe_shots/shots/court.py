"""Where is a shot? The geometry that ties court units, degrees and feet together.

Court units are tenths of a foot with the hoop at (0, 0): `loc_x` runs across the court, `loc_y` away from the baseline.
The relations below hold exactly on every row of the published bases, so `lat`, `lon` and `shot_distance` carry the
same information as `loc_x` and `loc_y` and may never be set apart from each other.
"""

import numpy as np
import numpy.typing as npt

HOOP_LAT = 34.0443
HOOP_LON = -118.2698
UNITS_PER_DEGREE = 1000
UNITS_PER_FOOT = 10

Numbers = npt.ArrayLike


def to_lat(loc_y: Numbers) -> npt.NDArray[np.float64]:
    """Return the latitude, in degrees, of a `loc_y` in court units.

    >>> float(to_lat(72))
    33.9723
    """
    return np.round(HOOP_LAT - np.asarray(loc_y) / UNITS_PER_DEGREE, 4)


def to_lon(loc_x: Numbers) -> npt.NDArray[np.float64]:
    """Return the longitude, in degrees, of a `loc_x` in court units.

    >>> float(to_lon(167))
    -118.1028
    """
    return np.round(HOOP_LON + np.asarray(loc_x) / UNITS_PER_DEGREE, 4)


def to_location(lat: Numbers, lon: Numbers) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return `loc_x` and `loc_y`, in whole court units, of a place in degrees.

    >>> [float(units) for units in to_location(33.9723, -118.1028)]
    [167.0, 72.0]
    """
    across, along = np.asarray(lon) - HOOP_LON, HOOP_LAT - np.asarray(lat)
    return np.rint(across * UNITS_PER_DEGREE), np.rint(along * UNITS_PER_DEGREE)


def to_distance(loc_x: Numbers, loc_y: Numbers) -> npt.NDArray[np.int64]:
    """Return the distance to the hoop in whole feet, rounded down as the league does.

    >>> int(to_distance(167, 72))
    18
    """
    return np.floor(np.hypot(loc_x, loc_y) / UNITS_PER_FOOT).astype(np.int64)
