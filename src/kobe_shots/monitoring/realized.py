"""How did the model do where outcomes are known? Every metric with an interval that holds for few shots too.

Bootstrap intervals are too narrow on a few dozen shots, so each metric has the interval that suits it:

- log loss, Brier score: Student's t over shots; make rate: Wilson's score interval (1927).
- Skill, the log loss of the constant that knows the make rate of these shots minus the model's: Student's t over its
  influence values, so the two are paired (infinitesimal jackknife, Efron & Tibshirani 1993, ch. 11).
- ROC AUC: DeLong et al. (1988) with midranks, on the logit; Newcombe (2006) method 5 where all pairs are ordered alike.
- F1: Wilson's on hits / (hits + false calls + misses), of which F1 is a function.

Calibration is in `kobe_shots.monitoring.calibration`. Metrics and conventions are those of `kobe_shots.models.metrics`.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.special import expit, logit, ndtri, stdtrit

from kobe_shots.language import say
from kobe_shots.models.metrics import brier, f1, log_loss, roc_auc
from kobe_shots.monitoring.told import Told, untold

Floats = npt.NDArray[np.float64]

FEWEST = 10  # shots of each outcome: below, t and DeLong are no better than a guess


def realized(made: Floats, probability: Floats, threshold: float, confidence: float) -> list[Told]:
    """Return log loss, Brier score, ROC AUC, F1, make rate and skill of (n,) scored shots with known outcomes."""
    n, makes = len(made), int(made.sum())
    measured: dict[str, Callable[[], tuple[float, float, float]]] = {
        "log_loss": lambda: _mean(log_loss(made[:, None], probability[:, None]), confidence),
        "brier": lambda: _mean(brier(made[:, None], probability[:, None]), confidence),
        "roc_auc": lambda: _auc(made, probability, confidence),
        "f1": lambda: _f1(made, probability, threshold, confidence),
        "make_rate": lambda: (makes / n, *wilson(makes, n, confidence)),
        "skill": lambda: _skill(made, probability, confidence),
    }
    if reason := too_few(made):
        return [untold(name, n, reason) for name in measured]
    return [
        Told(metric=name, n=n, value=value, low=low, high=high)
        for name, (value, low, high) in ((name, measure()) for name, measure in measured.items())
    ]


def too_few(made: Floats) -> str:
    """Return why outcomes are too few to measure on, or nothing.

    >>> too_few(np.array([1.0, 0, 1]))
    '2 baskets and 1 misses are labelled; at least 10 of each are needed'
    """
    makes = int(made.sum())
    if min(makes, len(made) - makes) >= FEWEST:
        return ""
    return say(
        "{makes} baskets and {misses} misses are labelled; at least {least} of each are needed",
        makes=makes,
        misses=len(made) - makes,
        least=FEWEST,
    )


def constants(make_rate: float) -> dict[str, float]:
    """Return what the constant that knows the make rate gets: the baseline of every metric.

    >>> {name: round(value, 3) for name, value in constants(0.33).items()}
    {'log_loss': 0.634, 'brier': 0.221, 'roc_auc': 0.5, 'skill': 0.0}
    """
    rate = np.array([make_rate, 1 - make_rate])
    return {
        "log_loss": float(-(rate * np.log(rate)).sum()),
        "brier": float(rate.prod()),
        "roc_auc": 0.5,
        "skill": 0.0,
    }


def wilson(hits: float, n: float, confidence: float) -> tuple[float, float]:
    """Return Wilson's score interval (1927) of a share.

    >>> [round(end, 3) for end in wilson(0, 10, 0.95)]
    [0.0, 0.278]
    """
    z = ndtri((1 + confidence) / 2)
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def placements(made: npt.ArrayLike, probability: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return, for each shot, the share of misses it is placed above and the share of makes it is placed below.

    Ties count half. `made` may hold probabilities: a shot then counts as that much of a make. The mean of the first
    over makes, or of the second over misses, is the ROC AUC (DeLong et al. 1988).

    >>> above, below = placements([1, 0, 1], [0.9, 0.5, 0.5])
    >>> above.tolist(), below.tolist()
    ([1.0, 0.5, 0.5], [0.25, 0.75, 0.75])
    """
    weight = np.asarray(made, dtype=np.float64)
    level, at = np.unique(np.asarray(probability, dtype=np.float64).round(12), return_inverse=True)
    makes = np.bincount(at, weight, len(level))
    misses = np.bincount(at, 1 - weight, len(level))
    above = (np.cumsum(misses) - misses / 2) / misses.sum()
    below = 1 - (np.cumsum(makes) - makes / 2) / makes.sum()
    return above[at], below[at]


def _mean(values: Floats, confidence: float) -> tuple[float, float, float]:
    mean, half = float(values.mean()), _t(len(values), confidence) * float(values.std(ddof=1)) / np.sqrt(len(values))
    return mean, mean - half, mean + half


def _t(n: int, confidence: float) -> float:
    return float(stdtrit(n - 1, (1 + confidence) / 2))


def _skill(made: Floats, probability: Floats, confidence: float) -> tuple[float, float, float]:
    loss, rate, n = log_loss(made[:, None], probability[:, None]), made.mean(), len(made)
    value = float(log_loss(made, np.full(n, rate)) - loss.mean())
    influence = -logit(rate) * (made - rate) - (loss - loss.mean())
    half = _t(n, confidence) * float(influence.std(ddof=1)) / np.sqrt(n)
    return value, value - half, value + half


def _auc(made: Floats, probability: Floats, confidence: float) -> tuple[float, float, float]:
    area = float(roc_auc(made, probability))
    above, below = placements(made, probability)
    makes, misses = above[made == 1], below[made == 0]
    variance = makes.var(ddof=1) / len(makes) + misses.var(ddof=1) / len(misses)
    if variance == 0 or area in {0.0, 1.0}:
        return area, *_newcombe(area, len(makes), len(misses), confidence)
    # on the logit the interval stays within 0 and 1 and is nearer to its level with few shots
    z = ndtri((1 + confidence) / 2) * np.sqrt(variance) / (area * (1 - area))
    return area, float(expit(logit(area) - z)), float(expit(logit(area) + z))


def _newcombe(area: float, makes: int, misses: int, confidence: float) -> tuple[float, float]:
    z, pooled = ndtri((1 + confidence) / 2), (makes + misses) / 2 - 1

    def beyond(true: float, side: int) -> float:
        spread = true * (1 - true) * (1 + pooled * ((1 - true) / (2 - true) + true / (1 + true))) / (makes * misses)
        return float(side * (area - true) - z * np.sqrt(spread))

    low = optimize.brentq(beyond, 1e-12, area - 1e-9, args=(1,)) if area > 0 else 0.0
    high = optimize.brentq(beyond, area + 1e-9, 1 - 1e-12, args=(-1,)) if area < 1 else 1.0
    return float(low), float(high)


def _f1(made: Floats, probability: Floats, threshold: float, confidence: float) -> tuple[float, float, float]:
    called = probability > threshold
    concerned = int((called | (made == 1)).sum())
    hits = int((called & (made == 1)).sum())
    low, high = (2 * share / (1 + share) for share in wilson(hits, concerned, confidence))
    return float(f1(made, probability, threshold)), low, high
