"""What is to be expected of shots whose outcomes are not known, and may that be believed?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from kobe_shots.language import say
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.estimated import estimated
from kobe_shots.monitoring.shift import Shift
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trials import CONFIDENCE_BASED, IMPORTANCE_WEIGHTED, NO_CHANGE, in_use, weighted_calibrator
from kobe_shots.monitoring.trust import Believed, Level, bounds, check
from kobe_shots.parameters import Monitoring

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Expectation:
    """What the scores let expect.

    Attributes:
        believed: whether to believe it, and why.
        metrics: by the estimator in use for each; where not to be believed, no value, the reason, and the bounds.
        used: which estimator that is, by metric.
        by_estimator: what every estimator says, in use or not.
        inside: the metrics of the shots in support alone, where they are enough; else empty.
        disagreement: by how much the estimators differ in log loss; None with one of them.
    """

    believed: Believed
    metrics: list[Told]
    used: dict[str, str]
    by_estimator: dict[str, list[Told]]
    inside: list[Told]
    disagreement: float | None


def expect(
    probability: Floats,
    in_support: npt.NDArray[np.bool_],
    baseline: Baseline,
    how: Monitoring,
    shift: Shift | None = None,
) -> Expectation:
    """Return what is to be expected of (n,) scored shots.

    Args:
        probability: their scores.
        in_support: whether each is like those the model was trained on.
        baseline: what is usual.
        how: the parameters.
        shift: how far they are from the reference; without it there is no importance-weighted estimate, and only their
            number and their support are checked.
    """
    n = len(probability)
    believed = check(n, float(in_support.mean()) if n else 0.0, how.trust, shift)
    calibrators = {CONFIDENCE_BASED: baseline.calibrator} if n else {}
    if shift is not None and (weighted := weighted_calibrator(baseline.reference, shift)) is not None:
        calibrators[IMPORTANCE_WEIGHTED] = weighted.wandering(baseline.wander)
    by_estimator = {
        name: estimated(probability, calibrator, how.threshold, how.confidence)
        for name, calibrator in calibrators.items()
    }
    inside = []
    if in_support.sum() >= how.trust.minimum_shots:
        inside = estimated(probability[in_support], baseline.calibrator, how.threshold, how.confidence)
    if believed.level is Level.NOT_ESTIMABLE:
        told = bounds(probability, in_support, how.threshold, inside) if n else []
        metrics = [one.model_copy(update={"reason": believed.reason, "said": believed.said}) for one in told]
        return Expectation(believed, metrics, {}, by_estimator, inside, None)
    used = {one.metric: in_use(baseline.trials, one.metric, by_estimator) for one in by_estimator[CONFIDENCE_BASED]}
    metrics = [
        _no_change(metric, n, baseline, how.confidence)
        if name == NO_CHANGE
        else next(one for one in by_estimator[name] if one.metric == metric)
        for metric, name in used.items()
    ]
    return Expectation(believed, metrics, used, by_estimator, inside, _disagreement(by_estimator))


def _no_change(metric: str, n: int, baseline: Baseline, confidence: float) -> Told:
    """Return the reference's own metric, as uncertain as it is for n shots of another stretch."""
    value = baseline.metrics[metric].value
    usual = baseline.limits.usual.get(metric)
    if value is None or usual is None:
        reason = say("no estimator has skill, and the reference does not tell what is usual")
        return Told(metric=metric, n=n, reason=reason)
    half = float(ndtri((1 + confidence) / 2) * np.sqrt(usual.between + usual.per_shot / n))
    return Told(metric=metric, n=n, value=value, low=value - half, high=value + half)


def _disagreement(by_estimator: dict[str, list[Told]]) -> float | None:
    if len(by_estimator) < 2:  # noqa: PLR2004 -- two that can disagree
        return None
    one, other = (
        next(told.value for told in by_estimator[name] if told.metric == "log_loss")
        for name in (CONFIDENCE_BASED, IMPORTANCE_WEIGHTED)
    )
    return None if one is None or other is None else abs(one - other)
