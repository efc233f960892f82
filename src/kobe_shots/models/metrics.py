"""How good are probabilities of a basket? Log loss, F1, Brier score and ROC AUC, as pure functions of arrays.

`made` holds 0 and 1, `probability` holds P(made). They broadcast against each other, the last axis runs over the shots
and is the one averaged away: one call scores every candidate of a fold, or every resample of a bootstrap.

Conventions are scikit-learn's. Its own functions were looked at; they take one vector a call and 0.7 to 2 ms, most of
it for validation: for four metrics of 1,000 fits that is more than the whole search costs.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from kobe_shots.errors import KobeShotsError

Scores = npt.NDArray[np.float64]

DIGITS_THAT_RANK = 12


def log_loss(made: npt.ArrayLike, probability: npt.ArrayLike) -> Scores:
    """Return the mean of -ln P(what happened), in nats; lower is better, ln 2 = 0.693 is a coin's.

    A certain and wrong probability would cost infinity: it is clipped at the machine epsilon of float64, as in
    `sklearn.metrics.log_loss`, and costs 36.04.

    >>> float(log_loss([1, 0], [0.5, 0.5]).round(3))
    0.693
    """
    probability = np.asarray(probability, dtype=np.float64)
    happened = np.where(np.asarray(made) == 1, probability, 1 - probability)
    epsilon = np.finfo(np.float64).eps
    mean: Scores = -np.log(np.clip(happened, epsilon, 1 - epsilon)).mean(axis=-1)
    return mean


def f1(made: npt.ArrayLike, probability: npt.ArrayLike, threshold: float = 0.5) -> Scores:
    """Return F1 of calling a shot made when its probability exceeds the threshold; higher is better.

    F1 = 2 hits / (calls + makes), and 0 where there is neither a call nor a make. A probability of exactly one half is
    called a miss, as `predict` of scikit-learn's classifiers does.

    >>> float(f1([1, 0, 1, 0], [0.9, 0.8, 0.5, 0.1]))
    0.5
    """
    is_made = np.asarray(made) == 1
    called = np.asarray(probability) > threshold
    hits = (is_made & called).sum(axis=-1)
    score: Scores = 2 * hits / np.maximum(called.sum(axis=-1) + is_made.sum(axis=-1), 1)
    return score


def brier(made: npt.ArrayLike, probability: npt.ArrayLike) -> Scores:
    """Return the mean squared error of the probability (Brier 1950); lower is better, 0.25 is a coin's.

    >>> brier([1, 0], [[0.5, 0.5], [0.9, 0.3]]).round(3).tolist()
    [0.25, 0.05]
    """
    mean: Scores = np.square(np.asarray(probability, dtype=np.float64) - np.asarray(made)).mean(axis=-1)
    return mean


def roc_auc(made: npt.ArrayLike, probability: npt.ArrayLike) -> Scores:
    """Return how often a make has a higher probability than a miss, a tie counting half; higher is better.

    The Mann-Whitney statistic over midranks, which is the area under the ROC curve (Hanley & McNeil 1982).
    Probabilities that agree to twelve digits are ties: shots alike in every feature may get another last bit, by where
    in a matrix they stand, and each such pair would move the area.

    Raises KobeShotsError where the shots are all made or all missed: there is no pair to compare.

    >>> float(roc_auc([1, 0, 1, 0], [0.9, 0.8, 0.5, 0.1]))
    0.75
    """
    is_made = np.asarray(made) == 1
    makes, misses = is_made.sum(axis=-1), (~is_made).sum(axis=-1)
    if not np.all(makes * misses):
        raise KobeShotsError(
            "ROC AUC got shots of one outcome only; makes and misses are needed. Use more shots, or another metric."
        )
    rank_sum = (rankdata(np.asarray(probability).round(DIGITS_THAT_RANK), axis=-1) * is_made).sum(axis=-1)
    area: Scores = (rank_sum - makes * (makes + 1) / 2) / (makes * misses)
    return area


class Metric(NamedTuple):
    """The function of outcomes and probabilities, and the direction in which it improves."""

    of: Callable[..., Any]
    greater_is_better: bool

    @property
    def name(self) -> str:
        """The metric's name in tables."""
        return self.of.__name__


METRICS = {
    "log_loss": Metric(log_loss, greater_is_better=False),
    "f1": Metric(f1, greater_is_better=True),
    "brier": Metric(brier, greater_is_better=False),
    "roc_auc": Metric(roc_auc, greater_is_better=True),
}


def metric_named(name: str) -> Metric:
    """Return the metric of that name, in capitals or not.

    Raises KobeShotsError for a name that is not in `METRICS`.

    >>> metric_named("F1").name
    'f1'
    """
    try:
        return METRICS[name.lower()]
    except KeyError:
        raise KobeShotsError(
            f"Got the metric '{name}'; allowed are {', '.join(METRICS)}. Choose one of them."
        ) from None
