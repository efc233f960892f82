"""How is a table of weights turned into draws? Row by row at once, and rates kept exact."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

NEWTON_STEPS = 5

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Weights = Sequence[Sequence[float]] | npt.NDArray[np.generic]


def pick(rng: np.random.Generator, weights: Weights, row: Ints) -> Ints:
    """Draw, for each entry of `row`, a column with the weights of that row of `weights`."""
    table = np.asarray(weights, dtype=np.float64)
    upto = table.cumsum(axis=1) / table.sum(axis=1, keepdims=True)
    upto[:, -1] = 1
    stacked = (upto + np.arange(len(table))[:, None]).ravel()  # ascending: row r owns the interval from r to r + 1
    column = np.searchsorted(stacked, row + rng.random(len(row)), side="right") - table.shape[1] * row
    return np.asarray(np.minimum(column, table.shape[1] - 1))


def centred(log_odds: Floats, group: Ints, rate: Floats) -> Floats:
    """Return probabilities whose mean in each group is its rate, by a shift of log odds a group (Newton's method)."""
    n = np.maximum(np.bincount(group, minlength=len(rate)), 1)
    shift = logit(rate) - np.bincount(group, log_odds, len(rate)) / n
    for _ in range(NEWTON_STEPS):
        p = expit(log_odds + shift[group])
        slope = np.bincount(group, p * (1 - p), len(rate)) / n
        shift += np.where(slope > 0, (rate - np.bincount(group, p, len(rate)) / n) / np.maximum(slope, 1e-9), 0)
    return np.asarray(expit(log_odds + shift[group]))
