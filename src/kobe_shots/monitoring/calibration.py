"""Do outcomes follow the probabilities? Intercept and slope, expected calibration error, parts of the Brier score.

The three say different things: the intercept is the model too high or too low on the whole, the slope too bold (below
one) or too timid, the expected calibration error what is left of both and of any other shape, in probability.
scikit-learn's `calibration_curve` was looked at: it bins, and gives neither an error nor its band.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri, stdtrit

from kobe_shots.language import say
from kobe_shots.monitoring.realized import too_few
from kobe_shots.monitoring.told import Told, untold

Floats = npt.NDArray[np.float64]

BINS = 10  # at most
SHOTS_A_BIN = 30
CLIP = 1e-6
NEWTON_STEPS = 50
CONVERGED = 1e-10
DRAWS = 1000


def log_odds(probability: npt.ArrayLike) -> Floats:
    """Return the log odds of probabilities; those of 0 and 1 are read as a millionth and its complement.

    >>> log_odds([0.5, 1.0]).round(3).tolist()
    [0.0, 13.816]
    """
    return np.asarray(logit(np.clip(np.asarray(probability, dtype=np.float64), CLIP, 1 - CLIP)))


def recalibrate(
    made: Floats, score: Floats, weight: Floats | None = None, *, slope: bool = True
) -> tuple[Floats, Floats] | None:
    """Return intercept and slope of outcomes on the log odds of the scores, and their covariance, or None.

    Logistic recalibration (Cox 1958; Platt 1999), by Newton's method. With weights the covariance is the sandwich
    (White 1982), as weights are no counts. With `slope=False` the slope is held at one: the intercept is then
    calibration in the large. None where no finite fit exists: one outcome only, a constant score, outcomes separated.

    >>> theta, _ = recalibrate(np.array([1.0, 0, 0, 1, 0, 0]), np.repeat([0.5, 0.2], 3))
    >>> round(float(theta[0]), 3)
    -0.693
    """
    design = np.column_stack([np.ones_like(score), log_odds(score)])
    weight = np.ones_like(score) if weight is None else weight / weight.mean()
    fitted = slice(0, 2 if slope else 1)
    theta = np.array([0.0, 0.0 if slope else 1.0])  # from no slope at all even far too bold scores converge
    for _ in range(NEWTON_STEPS):
        expected = expit(design @ theta)
        information = (design * (weight * expected * (1 - expected))[:, None]).T @ design
        gradient = design.T @ (weight * (made - expected))
        part = information[fitted, fitted]
        if not np.isfinite(part).all() or np.linalg.cond(part) > 1 / np.finfo(np.float64).eps ** 0.5 / 1e2:
            return None
        step = np.linalg.solve(part, gradient[fitted])
        theta[fitted] += np.clip(step, -2, 2)
        if np.abs(step).max() < CONVERGED:
            break
    else:
        return None
    bread = np.linalg.inv(part)
    scores = design[:, fitted] * (weight * (made - expected))[:, None]
    return theta, bread if np.ptp(weight) == 0 else bread @ (scores.T @ scores) @ bread


def calibration(made: Floats, probability: Floats, confidence: float, rng: np.random.Generator) -> list[Told]:
    """Return calibration intercept and slope, expected calibration error and its null band, the Brier score's parts.

    Intercept (calibration in the large, slope held at one) and slope have Wald intervals (Cox 1958). Sampling only ever
    adds to the expected calibration error, and resampling adds to it again, so a bootstrap fails where calibration is
    good; its interval follows from the triangle inequality instead, and errs to the wide side. `ece_null` is what a
    perfectly calibrated model would show on the same scores: mean and band (Brocker & Smith 2007). `brier_calibration`
    and `brier_refinement` add up to the Brier score of the binned probabilities (Murphy 1973).
    """
    names = ["calibration_intercept", "calibration_slope", "ece", "ece_null", "brier_calibration", "brier_refinement"]
    n = len(made)
    if reason := too_few(made):
        return [untold(name, n, reason) for name in names]
    z = ndtri((1 + confidence) / 2)
    told = []
    for name, at, slope in ((names[0], 0, False), (names[1], 1, True)):
        fit = recalibrate(made, probability, slope=slope)
        if fit is None:
            reason = say("the score is constant") if np.ptp(probability) == 0 else say("no finite fit exists")
            told.append(untold(name, n, reason))
        else:
            value, half = float(fit[0][at]), z * float(np.sqrt(fit[1][at, at]))
            told.append(Told(metric=name, n=n, value=value, low=value - half, high=value + half))
    return told + _binned(made, probability, confidence, rng)


def expected_calibration_error(made: npt.ArrayLike, probability: npt.ArrayLike, bins: int = BINS) -> float:
    """Return the mean distance between probability and make rate over equally filled bins (Naeini et al. 2015).

    Equal probabilities stay in one bin.

    >>> round(expected_calibration_error([1, 0, 0, 0], [0.5, 0.5, 0.2, 0.2], bins=2), 3)
    0.1
    """
    table = _Bins(np.asarray(made, dtype=np.float64), np.asarray(probability, dtype=np.float64), bins)
    return float(table.share @ np.abs(table.rate - table.mean))


class _Bins:
    """Equally filled bins of probability: how many shots, their mean probability, how many made."""

    def __init__(self, made: Floats, probability: Floats, bins: int) -> None:
        ordered = np.sort(probability)
        below = np.searchsorted(ordered, probability, side="left")  # equal probabilities have equally many below
        _, self.at = np.unique(below * bins // len(made), return_inverse=True)
        self.n = np.bincount(self.at).astype(np.float64)
        self.share = self.n / len(made)
        self.mean = np.bincount(self.at, probability) / self.n
        self.rate = np.bincount(self.at, made) / self.n
        self.variance_if_true = np.bincount(self.at, probability * (1 - probability)) / self.n**2  # of a rate
        smoothed = (np.bincount(self.at, made) + 1) / (self.n + 2)  # a bin without a make is not certain
        self.variance = smoothed * (1 - smoothed) / self.n


def _binned(made: Floats, probability: Floats, confidence: float, rng: np.random.Generator) -> list[Told]:
    n = len(made)
    bins = _Bins(made, probability, min(BINS, max(1, n // SHOTS_A_BIN)))
    upper_tail = (1 + confidence) / 2
    z = float(ndtri(upper_tail))
    noise = rng.normal(size=(DRAWS, len(bins.n)))

    def told(metric: str, value: float, low: float, high: float) -> Told:
        return Told(metric=metric, n=n, value=value, low=max(0.0, low), high=high)

    # With true gaps d and noise e in the bins a norm of what is seen obeys |d| <= |d + e| + (e along d) and
    # |d| >= |d + e| - |e|: both ends hold whatever the gaps are, also none.
    gap, spread = bins.rate - bins.mean, np.sqrt(bins.variance)
    ece = float(bins.share @ np.abs(gap))
    ece_noise = float(np.quantile(np.abs(noise * spread) @ bins.share, upper_tail))
    null = np.abs(noise * np.sqrt(bins.variance_if_true)) @ bins.share
    root = float(np.sqrt(bins.share @ gap**2))
    root_noise = float(np.quantile(np.sqrt((noise * spread) ** 2 @ bins.share), upper_tail))
    within = (made - bins.rate[bins.at]) ** 2
    unbiased = float(within.mean()) * n / (n - len(bins.n))  # a bin's own rate fits it too well
    half = float(stdtrit(n - len(bins.n), upper_tail) * within.std(ddof=1) / np.sqrt(n))
    return [
        told("ece", ece, ece - ece_noise, ece + z * float(np.sqrt(bins.share**2 @ bins.variance))),
        told("ece_null", float(null.mean()), *(float(end) for end in np.quantile(null, [1 - upper_tail, upper_tail]))),
        told(
            "brier_calibration",
            root**2,
            max(0.0, root - root_noise) ** 2,
            (root + z * float(np.sqrt((bins.share * bins.variance).max()))) ** 2,
        ),
        told("brier_refinement", float(within.mean()), unbiased - half, unbiased + half),
    ]
