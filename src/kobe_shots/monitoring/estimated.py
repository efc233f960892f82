"""How is the model doing where outcomes are not known? Its metrics, estimated from the scores alone.

Two estimators, one formula. Each shot has a calibrated probability c of going in, a function of its score learned from
labelled reference shots; a metric's estimate is its value when every shot counts as c of a make and 1 - c of a miss.

- **Confidence-based** (CBPE; Kivimaeki et al. 2025, arXiv 2505.05295): c from plain logistic recalibration on the
  reference. Assumes that among shots of one score the share that goes in is what it was: no concept shift.
- **Importance-weighted** (PAPE; Bialek et al. 2024, arXiv 2401.08348): the recalibration weights each reference shot by
  how much more often its like is seen now. Assumes that the share that goes in depends on the features alone, and that
  the new shots lie where reference shots do: covariate shift in support.

Neither can see that the same shot has become harder, nor say anything of shots unlike all that were learned from;
whether to believe them is decided in `kobe_shots.monitoring.trust`. Calibration is assumed, and so not estimated.

The interval has three parts, by the delta method: outcomes are chance (Bernoulli: c (1 - c)); recalibration was
learned from a sample; and from one stretch of the reference to the next calibration wanders, by as much as
`wander` has found. NannyML's CBPE was looked at: it is dormant, calibrates by isotonic regression, whose steps ruin a
log loss, and its interval holds the first part only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri

from kobe_shots.monitoring.calibration import log_odds, recalibrate
from kobe_shots.monitoring.realized import constants, placements
from kobe_shots.monitoring.told import Told

Floats = npt.NDArray[np.float64]

CERTAIN = float(np.finfo(np.float64).eps)  # as in `kobe_shots.models.metrics.log_loss`


@dataclass(frozen=True)
class Calibrator:
    """Logistic recalibration of a score: intercept and slope, and how uncertain they are for a new stretch of shots."""

    theta: Floats
    covariance: Floats

    def __call__(self, probability: Floats) -> Floats:
        """Return the calibrated probability of each score."""
        return np.asarray(expit(self.theta[0] + self.theta[1] * log_odds(probability)))

    def wandering(self, spread: Floats) -> "Calibrator":
        """Return the calibrator with the spread, a covariance, that its intercept and slope have between stretches."""
        return Calibrator(self.theta, self.covariance + spread)


IDENTITY = Calibrator(np.array([0.0, 1.0]), np.zeros((2, 2)))


def learn_calibrator(made: Floats, probability: Floats, weight: Floats | None = None) -> Calibrator | None:
    """Return the recalibration of reference scores, weighted or not, or None where no finite one exists."""
    fit = recalibrate(made, probability, weight)
    return Calibrator(*fit) if fit else None


def wander(stretches: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Return by how much calibration differs between stretches of the reference beyond chance: (2, 2), diagonal.

    A random-effects analysis of the intercepts and of the slopes that recalibration finds in each stretch (outcomes,
    scores): what their variance exceeds the mean sampling variance by, zero where it does not (DerSimonian & Laird
    1986, method of moments with equal weights). Fewer than three stretches tell nothing: zero.

    >>> wander([]).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    fits = [fit for made, probability in stretches if (fit := recalibrate(made, probability))]
    if len(fits) < 3:  # noqa: PLR2004 -- two do not tell spread from chance
        return np.zeros((2, 2))
    between = np.var([theta for theta, _ in fits], axis=0, ddof=1)
    within = np.mean([np.diag(covariance) for _, covariance in fits], axis=0)
    return np.diag(np.maximum(between - within, 0))


def estimated(probability: Floats, calibrator: Calibrator, threshold: float, confidence: float) -> list[Told]:
    """Return log loss, Brier score, ROC AUC, F1, make rate and skill of (n,) scores, as they are to be expected."""
    calibrated = calibrator(probability)
    z = float(ndtri((1 + confidence) / 2))
    chance = calibrated * (1 - calibrated)
    moved = np.column_stack([chance, chance * log_odds(probability)])  # of c, by intercept and by slope
    told = []
    for metric, (value, gradient) in _expected(probability, calibrated, threshold).items():
        by_theta = gradient @ moved
        variance = float((gradient**2 * chance).sum() + by_theta @ calibrator.covariance @ by_theta)
        half = z * np.sqrt(variance)
        low, high = value - half, value + half
        if metric in {"roc_auc", "f1", "make_rate", "brier"}:
            low, high = max(0.0, low), min(1.0, high)
        told.append(Told(metric=metric, n=len(probability), value=value, low=low, high=high))
    return told


def expected_log_loss(probability: Floats, calibrated: Floats) -> Floats:
    """Return the log loss to be expected of each shot, in nats.

    >>> expected_log_loss(np.array([0.5]), np.array([0.3])).round(3).tolist()
    [0.693]
    """
    clipped = np.clip(probability, CERTAIN, 1 - CERTAIN)
    return np.asarray(-calibrated * np.log(clipped) - (1 - calibrated) * np.log1p(-clipped))


def _expected(probability: Floats, calibrated: Floats, threshold: float) -> dict[str, tuple[float, Floats]]:
    """Return each metric and its gradient: by how much it moves when one more shot of that score goes in."""
    n, makes = len(probability), calibrated.sum()
    rate = makes / n
    loss = float(expected_log_loss(probability, calibrated).mean())
    loss_moves = -logit(np.clip(probability, CERTAIN, 1 - CERTAIN)) / n
    called = (probability > threshold).astype(np.float64)
    f1 = float(2 * (called @ calibrated) / (called.sum() + makes))
    above, below = placements(calibrated, probability)
    area = float(calibrated @ above / makes)
    return {
        "log_loss": (loss, loss_moves),
        "brier": (
            float((probability**2 + calibrated * (1 - 2 * probability)).mean()),
            (1 - 2 * probability) / n,
        ),
        "roc_auc": (area, (above - area) / makes - (below - area) / (n - makes)),
        "f1": (f1, (2 * called - f1) / (called.sum() + makes)),
        "make_rate": (float(rate), np.full(n, 1 / n)),
        "skill": (constants(float(rate))["log_loss"] - loss, -logit(rate) / n - loss_moves),
    }
