"""How are many shots told in few numbers? Counts on the lattice that each feature lives on.

All features are whole numbers of some step: minutes, feet, tenths of a foot of latitude. Their counts on that lattice
hold all there is to know of one feature, so a million shots are read once, and every distance between distributions is
then a sum over at most some two thousand cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.shots.court import UNITS_PER_DEGREE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Lattice(NamedTuple):
    """Where the values of a feature lie: from `low` to `high` by `step`; `unit` is what one is called."""

    low: float
    high: float
    step: float
    unit: str

    @property
    def size(self) -> int:
        """How many places it has."""
        return round((self.high - self.low) / self.step) + 1

    @property
    def values(self) -> Floats:
        """Every place on it."""
        return np.asarray(self.low + self.step * np.arange(self.size), np.float64)

    def place(self, values: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """Return the number of the place nearest to each value.

        >>> Lattice(0, 10, 0.5, "s").place([0.0, 1.6, 10.0]).tolist()
        [0, 3, 20]
        """
        return np.rint((np.asarray(values, dtype=np.float64) - self.low) / self.step).astype(np.int32)


# latitude and longitude step by a thousandth of a degree from the hoop, not from a whole degree: an offset of 0.0003
LATTICES: Mapping[str, Lattice] = {
    "lat": Lattice(32.9993, 35.0003, 1 / UNITS_PER_DEGREE, "degrees"),
    "lon": Lattice(-119.0008, -116.9998, 1 / UNITS_PER_DEGREE, "degrees"),
    "minutes_remaining": Lattice(0, 11, 1, "minutes"),
    "period": Lattice(1, 10, 1, "periods"),
    "playoffs": Lattice(0, 1, 1, ""),
    "shot_distance": Lattice(0, 94, 1, "feet"),
    PROBABILITY: Lattice(0, 1, 0.001, ""),
}


@dataclass(frozen=True)
class Placed:
    """Shots by their place on each lattice, in order: (n,) integers by feature."""

    places: dict[str, npt.NDArray[np.int32]]

    def counts(self, name: str, rows: slice | Ints = slice(None)) -> Floats:
        """Return how many of some shots lie on each place of a feature."""
        return np.bincount(self.places[name][rows], minlength=LATTICES[name].size).astype(np.float64)


def place(shots: pd.DataFrame) -> Placed:
    """Return shots by their place on the lattices; `shots` needs the six features and `probability`."""
    return Placed({name: lattice.place(shots[name]) for name, lattice in LATTICES.items()})
