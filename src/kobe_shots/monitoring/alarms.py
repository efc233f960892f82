"""Has anything changed, at any time of the stream? The alarms of one stream: of its shots, and of its outcomes.

Each kind, without outcomes and with them, has the stated chance of ever raising a false alarm, over the whole stream.

Without: is there more beyond support than usual (by how many feet; conformal), and has the mean score moved (a bet on
it)? Seasons differ a little in where shots come from, and a watch that is sharp enough finds that out of any stream in
order of play; so distances within reach are all alike to the first, and the second lets a usual wander pass.

With: has the loss risen, and do outcomes still follow the probabilities, but for a usual wander?

`watch` takes a whole stream; `start` gives watches that take it bit by bit, shots when they come and outcomes when they
are known, at a cost that does not grow with the stream.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from kobe_shots.models.metrics import log_loss
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.conformal import MIN_CALIBRATION, ShotWatch
from kobe_shots.monitoring.conformal import start as start_conformal
from kobe_shots.monitoring.estimated import Calibrator
from kobe_shots.monitoring.sequential import (
    STAKES,
    Alarm,
    CalibrationWatch,
    Evidence,
    RiskWatch,
    log_loss_bound,
    start_calibration,
    start_risk,
)
from kobe_shots.monitoring.stream import Floats, Stream
from kobe_shots.monitoring.support import Support
from kobe_shots.parameters import Monitoring

NOVELTY, HIGHER, LOWER = "novelty", "score_higher", "score_lower"
LOSS, CALIBRATION = "loss", "calibration"
SURE = 0.02  # scores nearer to 0 or 1 count as this near: the loss must have a bound
MOST_OFF = 0.99  # that calibration may be off: so much where it could not be learned, and no alarm is raised then


@dataclass(frozen=True)
class Usual:
    """What the alarms compare with.

    Attributes:
        support: where learned shots lie.
        calibrator: of the scores.
        losses: log loss of each reference shot, of scores of models that had not seen it.
        mean_score: of the model's own scores of the reference.
        score_tolerance: by how much the mean score of a usual stretch may be off that.
        calibration_tolerance: by how much the make rate of a usual stretch may be off the probabilities.
        beyond: by how many feet usual shots that the model has not learned from lie beyond reach; fewer than a
            hundred are too few to compare with, and shots without outcomes are not watched then.
    """

    support: Support
    calibrator: Calibrator
    losses: Floats
    mean_score: float
    score_tolerance: float
    calibration_tolerance: float
    beyond: Floats

    def feet_beyond(self, novelty: Floats) -> Floats:
        """Return by how many whole feet shots lie beyond reach, given the distance of each to what was learned."""
        return np.ceil(np.maximum(novelty - self.support.reach, 0))


@dataclass(frozen=True)
class Watches:
    """The alarms of a stream as it comes in: what is watched without outcomes (or nothing), and with them."""

    usual: Usual
    novelty: ShotWatch | None
    scores: tuple[RiskWatch, ...]
    loss: RiskWatch
    calibration: CalibrationWatch

    @property
    def without_labels(self) -> tuple[Alarm, ...]:
        """The alarms that need no outcome."""
        return () if self.novelty is None else (*self.novelty.alarms, *(a for one in self.scores for a in one.alarms))

    @property
    def with_labels(self) -> tuple[Alarm, ...]:
        """The alarms from outcomes."""
        return (*self.loss.alarms, *self.calibration.alarms)

    def see(self, novelty: Floats, probability: Floats) -> Watches:
        """Return the watches after more shots: their distances to what was learned, in feet, and their scores."""
        if self.novelty is None or not len(probability):
            return self
        return replace(
            self,
            novelty=self.novelty.update({NOVELTY: self.usual.feet_beyond(novelty)}),
            scores=tuple(
                watched.update(score)
                for watched, score in zip(self.scores, (probability, 1 - probability), strict=True)
            ),
        )

    def learn(self, made: Floats, probability: Floats) -> Watches:
        """Return the watches after more outcomes: 0 or 1, and the scores of these shots."""
        if not len(made):
            return self
        return replace(
            self,
            loss=self.loss.update(bounded_losses(made, probability)),
            calibration=self.calibration.update(made, self.usual.calibrator(probability)),
        )


def start(usual: Usual, false_alarm: float, risk_increase: float, seed: int) -> Watches:
    """Return the watches before the first shot.

    Args:
        usual: what to compare with.
        false_alarm: chance of ever raising a false one, without outcomes and with them each.
        risk_increase: of log loss over the reference that is to be noticed.
        seed: of the draws that order shots of equal novelty.
    """
    share = false_alarm / 2
    sides = ((HIGHER, usual.mean_score), (LOWER, 1 - usual.mean_score))
    return Watches(
        usual=usual,
        novelty=None if len(usual.beyond) < MIN_CALIBRATION else start_conformal({NOVELTY: usual.beyond}, seed, share),
        scores=tuple(
            RiskWatch(
                limit=mean + usual.score_tolerance, bound=1, evidence=Evidence.start(name, len(STAKES), share / 2)
            )
            for name, mean in sides
        ),
        loss=start_risk(usual.losses, risk_increase, log_loss_bound(SURE, 1 - SURE), share),
        calibration=start_calibration(usual.calibration_tolerance, share),
    )


def log_threshold(name: str, false_alarm: float) -> float:
    """Return the evidence, in nats, at which the alarm of that name goes off, as `start` shares the chance out.

    >>> round(log_threshold(LOSS, 0.05), 3)
    4.382
    """
    share = false_alarm / 2
    return -math.log(share / 2 if name in {HIGHER, LOWER, LOSS} else share)


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
    labelled = batch.take(batch.is_labelled)
    watches = start(_usual(baseline, held_out, how), how.alarms.false_alarm, how.alarms.risk_increase, how.seed)
    watches = watches.see(novelty, batch.probability).learn(labelled.made, labelled.probability)
    return (*watches.without_labels, *(watches.with_labels if len(labelled) else ()))


def bounded_losses(made: Floats, probability: Floats) -> Floats:
    """Return the log loss of each shot, of scores kept off 0 and 1.

    >>> bounded_losses(np.array([1.0, 0.0]), np.array([0.5, 1.0])).round(3).tolist()
    [0.693, 3.912]
    """
    return np.asarray(log_loss(made[:, None], np.clip(probability, SURE, 1 - SURE)[:, None]))


def score_tolerance(own: Floats, between: float, confidence: float) -> float:
    """Return by how much the mean score of a usual stretch may be off that of the reference.

    `own` are the model's scores of the reference, `between` the variance of stretches' mean scores beyond chance.

    >>> round(score_tolerance(np.array([0.4, 0.6] * 50), 0.0001, 0.95), 4)
    0.0277
    """
    return _z(confidence) * float(np.sqrt(between + own.var() / len(own)))


def calibration_tolerance(calibrator: Calibrator, probability: Floats, confidence: float) -> float:
    """Return by how much the make rate of a usual stretch may be off: calibration is learned, and it wanders."""
    c = calibrator(probability)
    by_intercept = (c * (1 - c)).mean()
    return min(MOST_OFF, _z(confidence) * float(by_intercept * np.sqrt(calibrator.covariance[0, 0])))


def _usual(baseline: Baseline, held_out: Stream | None, how: Monitoring) -> Usual:
    reference, mean_score = baseline.reference, baseline.limits.usual.get("mean_score")
    usual = Usual(
        support=baseline.support,
        calibrator=baseline.calibrator,
        losses=bounded_losses(reference.made, reference.probability),
        mean_score=float(baseline.own.mean()),
        score_tolerance=score_tolerance(baseline.own, mean_score.between if mean_score else 0.0, how.confidence),
        calibration_tolerance=calibration_tolerance(baseline.calibrator, reference.probability, how.confidence),
        beyond=np.zeros(0),
    )
    if held_out is None:
        return usual
    return replace(usual, beyond=usual.feet_beyond(baseline.support.novelty(held_out.shots)))


def _z(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))
