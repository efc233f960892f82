"""Is a shot like those the model learned from? Its distance to them on the court, and its values one by one.

A shot is in support when enough learned shots lie near it, and none of its other features has a value outside what was
learned. How near is learned too: so near that nearly all learned shots are in each other's support. scikit-learn's
`LocalOutlierFactor` and `IsolationForest` were looked at: their scores have no unit and no fixed meaning, feet have.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.court import HOOP_LAT, HOOP_LON, UNITS_PER_DEGREE, UNITS_PER_FOOT

Floats = npt.NDArray[np.float64]

CELL = 0.2  # feet; positions nearer than the league's own precision of a tenth are one
OTHER_FEATURES = ["minutes_remaining", "period", "playoffs", "shot_distance"]


@dataclass(frozen=True)
class Support:
    """Where the learned shots lie.

    Attributes:
        tree: their positions, in feet from the hoop.
        neighbours: how many learned shots must be near.
        reach: how near, in feet.
        low, high: per feature other than the position, the least and the largest value learned.
    """

    tree: KDTree
    neighbours: int
    reach: float
    low: Floats
    high: Floats

    def novelty(self, shots: pd.DataFrame, *, learned: bool = False) -> Floats:
        """Return the distance of each shot to the last of its nearest learned ones, in feet.

        `learned` says that these are the learned shots: each is its own nearest then, and does not count.
        """
        return self._distance(_cells(shots), self.neighbours + learned)

    def holds(self, shots: pd.DataFrame, novelty: Floats) -> npt.NDArray[np.bool_]:
        """Return whether each shot, whose novelty is given, is in support."""
        near = novelty <= self.reach
        for name, low, high in zip(OTHER_FEATURES, self.low, self.high, strict=True):
            near &= shots[name].between(low, high).to_numpy()
        return near

    def _distance(self, cells: npt.NDArray[np.int64], neighbours: int) -> Floats:
        # shots share cells: each cell is asked for once
        width = int(np.ptp(cells[:, 0])) + 1 if len(cells) else 1
        code = (cells[:, 1] - cells[:, 1].min(initial=0)) * width + cells[:, 0] - cells[:, 0].min(initial=0)
        used, first, back = _distinct(code)
        distance, _ = self.tree.query(cells[first] * CELL, k=[neighbours])
        return np.asarray(distance[:, 0])[back] if len(used) else np.zeros(0)


def learn_support(learned: pd.DataFrame, neighbours: int, coverage: float) -> Support:
    """Return the support of learned shots: `coverage` of them have as many other learned shots within reach.

    Raises:
        KobeShotsError: there are too few of them to have neighbours.
    """
    if len(learned) <= neighbours:
        raise KobeShotsError(
            f"Support cannot be learned from {len(learned):,} shots; more than {neighbours} are needed "
            "(monitoring.support.neighbours): give the base the model was trained on."
        )
    values = learned[OTHER_FEATURES].to_numpy(np.float64)
    support = Support(KDTree(_cells(learned) * CELL), neighbours, CELL, values.min(axis=0), values.max(axis=0))
    reach = float(np.quantile(support.novelty(learned, learned=True), coverage))
    return replace(support, reach=max(reach, CELL))


def _cells(shots: pd.DataFrame) -> npt.NDArray[np.int64]:
    feet = np.column_stack([shots["lon"] - HOOP_LON, HOOP_LAT - shots["lat"]]) * (UNITS_PER_DEGREE / UNITS_PER_FOOT)
    return np.rint(feet / CELL).astype(np.int64)


def _distinct(
    code: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return as `np.unique` with index and inverse, by counting: codes are small, shots may be millions."""
    count = np.bincount(code)
    used = np.flatnonzero(count)
    first = np.zeros(len(count), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    place = np.zeros(len(count), dtype=np.int64)
    place[used] = np.arange(len(used))
    return used, first[used], place[code]
