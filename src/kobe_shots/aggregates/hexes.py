"""Where do shots come from, go in, and go in more often than expected? Shots summed by hexagons of the floor.

A hexagon holds few shots, and single hexagons are noise: what is seen in one is pulled towards what is seen in its
zone, and that of a zone towards that of all shots, as far as chance alone could have made them differ. This is the
empirical Bayes estimate of Efron & Morris (1975, "Data analysis using Stein's estimator and its generalizations",
JASA 70, 311-319), with the variance between by the moments of DerSimonian & Laird (1986, "Meta-analysis in clinical
trials", Controlled Clinical Trials 7, 177-188), which is zero where chance explains all; one for all zones, as that of
a single zone is a noisy guess.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.shots.zones import HALF_COURT, ZONES, zone_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WIDTH = 15.0  # court units from flat to flat: a foot and a half
ROW_HEIGHT = WIDTH * np.sqrt(3) / 2
FIRST_COLUMN, COLUMNS = -21, 43  # they cover every position that the schema of raw shots allows
FIRST_ROW, ROWS = -9, 80
CELLS = COLUMNS * ROWS
BASIC_ZONES = tuple(dict.fromkeys(zone.basic for zone in ZONES))


def hex_of(loc_x: npt.ArrayLike, loc_y: npt.ArrayLike) -> Ints:
    """Return the hexagon each position lies in, as a number below `CELLS`.

    Rows of centres are shifted by half a width in turn: the nearest centre is that of the nearest even row or of the
    nearest odd one.

    >>> hex_of([0, 7, 8], [0, 0, 0]).tolist() == [hex_of(0, 0), hex_of(0, 0), hex_of(15, 0)]
    True
    """
    x, y = np.asarray(loc_x, np.float64) / WIDTH, np.asarray(loc_y, np.float64) / ROW_HEIGHT
    even, odd = np.rint(y / 2) * 2, np.rint((y - 1) / 2) * 2 + 1
    in_even, in_odd = np.rint(x), np.rint(x - 0.5)
    squash = (ROW_HEIGHT / WIDTH) ** 2
    to_even = (x - in_even) ** 2 + (y - even) ** 2 * squash
    to_odd = (x - 0.5 - in_odd) ** 2 + (y - odd) ** 2 * squash
    nearer = to_even <= to_odd
    row, column = np.where(nearer, even, odd), np.where(nearer, in_even, in_odd)
    return np.asarray((row - FIRST_ROW) * COLUMNS + column - FIRST_COLUMN).astype(np.int64)


def centre_of(cell: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the centre of each hexagon, in court units.

    >>> x, y = centre_of(hex_of([0, 100], [0, 237]))
    >>> x.tolist(), y.round(1).tolist()
    ([0.0, 105.0], [0.0, 233.8])
    """
    row, column = np.divmod(np.asarray(cell), COLUMNS)
    row, column = row + FIRST_ROW, column + FIRST_COLUMN
    return (column + (row % 2) / 2) * WIDTH, row * ROW_HEIGHT


CENTRE_X, CENTRE_Y = centre_of(np.arange(CELLS))
ZONE = zone_of(CENTRE_X, CENTRE_Y)


def sum_hexes(shots: pd.DataFrame, chosen: Bools | None = None) -> pd.DataFrame:
    """Return what the chosen shots, or all, add up to, a row for every hexagon that holds one.

    Columns: hex; x and y of its centre, in court units; zone (the league's basic name for it); attempts; labelled (of
    them, those whose outcome is known); made and expected (baskets among those, and the sum of their probabilities);
    mean_probability and share_in_support (of all of them); make_rate and residual (make rate minus what was expected),
    both pulled towards the zone's, and missing where no outcome is known.

    Args:
        shots: one a row, with hex, probability, made (missing where it is not known) and in_support.
        chosen: which of them.
    """
    columns = (shots["hex"], shots["probability"], shots["made"], shots["in_support"])
    hexes, probability, made, supported = (column.to_numpy() for column in columns)
    if chosen is not None:
        hexes, probability, made, supported = (values[chosen] for values in (hexes, probability, made, supported))
    known = ~np.isnan(made)

    def total(of: npt.NDArray[np.generic], weights: npt.NDArray[np.generic] | None = None) -> Floats:
        return np.bincount(of, weights, CELLS).astype(np.float64)

    sums = {
        "attempts": total(hexes),
        "labelled": total(hexes[known]),
        "made": total(hexes[known], made[known]),
        "expected": total(hexes[known], probability[known]),
        "hoped": total(hexes, probability),
        "supported": total(hexes, supported),
    }
    held = np.flatnonzero(sums["attempts"])
    return _describe(pd.DataFrame({name: values[held] for name, values in sums.items()}), held)


def sum_zones(hexes: pd.DataFrame) -> pd.DataFrame:
    """Return what hexagons add up to by zone, the zones with most attempts first; nothing is pulled anywhere.

    Columns: zone, attempts, labelled, make_rate, expected_rate, residual (missing where no outcome is known).
    """
    by_zone = hexes.groupby("zone", observed=True)[["attempts", "labelled", "made", "expected"]].sum()
    labelled = by_zone["labelled"].where(by_zone["labelled"] > 0)
    zones = by_zone[["attempts", "labelled"]].assign(
        make_rate=by_zone["made"] / labelled,
        expected_rate=by_zone["expected"] / labelled,
        residual=(by_zone["made"] - by_zone["expected"]) / labelled,
    )
    return zones.sort_values("attempts", ascending=False, kind="stable").reset_index()


class Counted(NamedTuple):
    """How many shots there are, how many of them have an outcome, and how many are from beyond half court."""

    attempts: int
    labelled: int
    beyond_half: int


def count(hexes: pd.DataFrame) -> Counted:
    """Return how many shots hexagons hold."""
    beyond = hexes["y"] > HALF_COURT
    return Counted(int(hexes["attempts"].sum()), int(hexes["labelled"].sum()), int(hexes.loc[beyond, "attempts"].sum()))


def shrink(total: Floats, n: Floats, group: Ints, variance: Floats, prior: Floats) -> Floats:
    """Return the mean of each cell, pulled towards the prior of its group; the prior where a cell is empty.

    >>> one, two = shrink(np.array([9.0, 0]), np.array([10.0, 10]), np.zeros(2, int), np.array([0.25]), np.array([0.5]))
    >>> round(float(one), 3), round(float(two), 3)  # 0.9 and 0 of 10 shots each: much, but not all of it, is real
    (0.875, 0.031)

    Args:
        total: sum over the shots of a cell.
        n: how many they are.
        group: of each cell, as a place in the two below.
        variance: of one shot, by group.
        prior: what a cell without shots is taken for, by group.
    """
    groups = len(variance)
    mean = total / np.maximum(n, 1)
    weight = n / variance[group]
    whole = np.bincount(group, weight, groups)
    own = whole > 0
    pooled = np.bincount(group, weight * mean, groups) / np.where(own, whole, 1)
    spread = np.bincount(group, weight * (mean - pooled[group]) ** 2, groups)
    room = (whole - np.bincount(group, weight**2, groups) / np.where(own, whole, 1)).sum()
    degrees = (n > 0).sum() - own.sum()
    between = max(spread.sum() - degrees, 0) / room if degrees else 0.0
    trust = between / (between + variance[group] / np.maximum(n, 1))
    return np.asarray(prior[group] + np.where(n > 0, trust, 0.0) * (mean - prior[group]))


def _describe(sums: pd.DataFrame, cells: Ints) -> pd.DataFrame:
    attempts, labelled = sums["attempts"].to_numpy(), sums["labelled"].to_numpy()
    made, expected = sums["made"].to_numpy(), sums["expected"].to_numpy()
    names = np.array(ZONES, dtype=object)[ZONE[cells], 0]
    told = labelled > 0
    return pd.DataFrame(
        {
            "hex": cells,
            "x": CENTRE_X[cells],
            "y": CENTRE_Y[cells],
            "zone": pd.Categorical(names, BASIC_ZONES),
            "attempts": attempts.astype(np.int64),
            "labelled": labelled.astype(np.int64),
            "made": made.astype(np.int64),
            "expected": expected,
            "mean_probability": sums["hoped"] / attempts,
            "share_in_support": sums["supported"] / attempts,
            "make_rate": np.where(told, _pull(made, labelled, made, ZONE[cells]), np.nan),
            "residual": np.where(told, _pull(made - expected, labelled, made, ZONE[cells]), np.nan),
        }
    )


def _pull(total: Floats, n: Floats, made: Floats, zone: Ints) -> Floats:
    """Return the mean of each hexagon, pulled towards its zone's, and that towards the mean of all."""
    zones = len(ZONES)
    of_zone, shots, baskets = (np.bincount(zone, values, zones).astype(np.float64) for values in (total, n, made))
    overall = np.array([total.sum() / max(n.sum(), 1)])
    one = np.zeros(zones, np.int64)
    prior = shrink(of_zone, shots, one, _variance(baskets.sum(keepdims=True), shots.sum(keepdims=True)), overall)
    return shrink(total, n, zone, _variance(baskets, shots), prior)


def _variance(made: Floats, n: Floats) -> Floats:
    """Return the variance of an outcome, from the make rate by Laplace's rule of succession: never zero."""
    rate = (made + 1) / (n + 2)
    return np.asarray(rate * (1 - rate))
