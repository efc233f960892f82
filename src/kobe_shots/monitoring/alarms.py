"""Has anything changed, at any time of the stream? The alarms of one stream: of its shots, and of its outcomes.

Each kind, without outcomes and with them, has the stated chance of ever raising a false alarm, over the whole stream.

Without: is there more beyond support than usual (by how many feet; conformal), and has the mean score moved (a bet on
it)? Seasons differ a little in where shots come from, and a watch that is sharp enough finds that out of any stream in
order of play; so distances within reach are all alike to the first, and the second lets a usual wander pass.

With: has the loss risen, and do outcomes still follow the probabilities, but for a usual wander?
"""

import numpy as np
from scipy.special import ndtri

from kobe_shots.models.metrics import log_loss
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.conformal import MIN_CALIBRATION, start
from kobe_shots.monitoring.sequential import (
    STAKES,
    Alarm,
    Evidence,
    RiskWatch,
    log_loss_bound,
    start_calibration,
    start_risk,
)
from kobe_shots.monitoring.stream import Floats, Stream
from kobe_shots.parameters import Monitoring

NOVELTY, HIGHER, LOWER = "novelty", "score_higher", "score_lower"
SURE = 0.02  # scores nearer to 0 or 1 count as this near: the loss must have a bound


def watch(
    batch: Stream, novelty: Floats, baseline: Baseline, held_out: Stream | None, how: Monitoring
) -> tuple[Alarm, ...]:
    """Return the alarms of a stream, raised or not.

    Args:
        batch: its shots, in order.
        novelty: the distance of each to what was learned, in feet.
        baseline: what is usual.
        held_out: usual shots that the model has not learned from; without at least a hundred of them, shots without
            outcomes are not watched.
        how: the parameters.
    """
    if not len(batch):
        return ()
    seeing = _with_labels(batch.take(batch.is_labelled), baseline, how)
    if held_out is None or len(held_out) < MIN_CALIBRATION:
        return seeing
    return (*_without_labels(batch, novelty, baseline, held_out, how), *seeing)


def _without_labels(
    batch: Stream, novelty: Floats, baseline: Baseline, held_out: Stream, how: Monitoring
) -> tuple[Alarm, ...]:
    share = how.alarms.false_alarm / 2
    usual = _beyond(baseline.support.novelty(held_out.shots), baseline)
    novel = start({NOVELTY: usual}, how.seed, share).update({NOVELTY: _beyond(novelty, baseline)})
    mean, tolerance = float(baseline.own.mean()), _score_tolerance(baseline, how)
    sides = ((HIGHER, mean, batch.probability), (LOWER, 1 - mean, 1 - batch.probability))
    moved = [
        RiskWatch(limit=usual + tolerance, bound=1, evidence=Evidence.start(name, len(STAKES), share / 2)).update(score)
        for name, usual, score in sides
    ]
    return (*novel.alarms, *(alarm for watched in moved for alarm in watched.alarms))


def _with_labels(labelled: Stream, baseline: Baseline, how: Monitoring) -> tuple[Alarm, ...]:
    if not len(labelled):
        return ()
    share = how.alarms.false_alarm / 2
    risk = start_risk(_losses(baseline.reference), how.alarms.risk_increase, log_loss_bound(SURE, 1 - SURE), share)
    calibrated = start_calibration(_calibration_tolerance(baseline, how), share)
    return (
        *risk.update(_losses(labelled)).alarms,
        *calibrated.update(labelled.made, baseline.calibrator(labelled.probability)).alarms,
    )


def _beyond(novelty: Floats, baseline: Baseline) -> Floats:
    return np.ceil(np.maximum(novelty - baseline.support.reach, 0))


def _losses(stream: Stream) -> Floats:
    return np.asarray(log_loss(stream.made[:, None], np.clip(stream.probability, SURE, 1 - SURE)[:, None]))


def _z(how: Monitoring) -> float:
    return float(ndtri((1 + how.confidence) / 2))


def _score_tolerance(baseline: Baseline, how: Monitoring) -> float:
    """Return by how much the mean score of a usual stretch may be off that of the reference."""
    usual = baseline.limits.usual.get("mean_score")
    between = usual.between if usual else 0.0
    return _z(how) * float(np.sqrt(between + baseline.own.var() / len(baseline.own)))


def _calibration_tolerance(baseline: Baseline, how: Monitoring) -> float:
    """Return by how much the make rate of a usual stretch may be off: calibration is learned, and it wanders."""
    c = baseline.calibrator(baseline.reference.probability)
    by_intercept = (c * (1 - c)).mean()
    return _z(how) * float(by_intercept * np.sqrt(baseline.calibrator.covariance[0, 0]))
