"""How are shots spread over the values of a feature, beside those learned from? Counts in a few dozen bins."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kobe_shots.monitoring.histograms import LATTICES, place
from kobe_shots.monitoring.stream import PROBABILITY

PLACES: Mapping[str, int] = {  # of the lattice in one bin, so that the eye sees a shape
    "lat": 20,  # two feet
    "lon": 20,
    "minutes_remaining": 1,
    "period": 1,
    "playoffs": 1,
    "shot_distance": 2,
    PROBABILITY: 20,
}
COLUMNS = {
    "feature": "str",
    "unit": "str",
    "left": "float64",
    "right": "float64",
    "shots": "int64",
    "learned": "int64",
    "n": "int64",
    "learned_n": "int64",
    "share": "float64",
    "learned_share": "float64",
}


def count_bins(shots: pd.DataFrame, learned: pd.DataFrame) -> pd.DataFrame:
    """Return how shots, and those that were learned from, are spread over the values of each feature and the score.

    Columns: feature, unit (what one of it is called), left and right (edges of the bin, half a step beyond its first
    and last value), shots and learned (how many of each lie in it), n and learned_n (how many there are), share and
    learned_share (in the bin, of these; missing where there are none). Bins run from the first to the last that any
    shot lies in. Both tables need the six features and `probability`, complete and possible.
    """
    placed, placed_learned = place(shots), place(learned)
    parts = []
    for name, lattice in LATTICES.items():
        starts = np.arange(0, lattice.size, PLACES[name])
        counted = [np.add.reduceat(one.counts(name), starts).astype(np.int64) for one in (placed, placed_learned)]
        used = np.flatnonzero(counted[0] + counted[1])
        if not len(used):
            continue
        rows = slice(used[0], used[-1] + 1)
        last = np.minimum(starts + PLACES[name], lattice.size) - 1
        parts.append(
            pd.DataFrame(
                {
                    "feature": name,
                    "unit": lattice.unit,
                    "left": np.take(lattice.values, starts[rows]) - lattice.step / 2,
                    "right": np.take(lattice.values, last[rows]) + lattice.step / 2,
                    "shots": counted[0][rows],
                    "learned": counted[1][rows],
                }
            )
        )
    table = pd.concat(parts) if parts else pd.DataFrame(columns=list(COLUMNS))
    table["n"], table["learned_n"] = len(shots), len(learned)
    for share, count, n in (("share", "shots", "n"), ("learned_share", "learned", "learned_n")):
        table[share] = table[count] / table[n].where(table[n] > 0)
    return table[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)
