"""Do estimates without labels hold? Labels that are known are hidden, the metrics estimated, the labels revealed.

Each model is refitted on what is not hidden, and health learns its baseline there as it would in use; then the hidden
batch is scored, estimated from its scores alone, and compared with what its outcomes show. An estimate can only be as
near as chance lets it: outcomes of shots whose probabilities are known exactly still scatter. That floor is stated
beside every error, and so is the error of *no change*, the reference's own metric, which costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict
from scipy.special import ndtri
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from kobe_shots.models.folds import cross_fitted
from kobe_shots.models.scoring import probability_of_basket
from kobe_shots.monitoring.backtest_batches import Batch, Case
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.estimated import Calibrator, estimated
from kobe_shots.monitoring.expectation import expect
from kobe_shots.monitoring.realized import realized, too_few
from kobe_shots.monitoring.shift import Shift, domain_shift
from kobe_shots.monitoring.stream import PROBABILITY, Stream, admit
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trials import CONFIDENCE_BASED, NO_CHANGE
from kobe_shots.monitoring.trust import Level
from kobe_shots.parameters import Monitoring
from kobe_shots.shots.schema import FEATURES, TARGET

Floats = npt.NDArray[np.float64]

IN_USE = "in_use"
TOLERANCE = 0.01  # of log loss: a smaller error misleads nobody


class Revealed(BaseModel):
    """What was estimated of a hidden batch for one model, and what its labels then showed.

    Attributes:
        kind, name, model: which batch, and `lr` or `dt`.
        n: its shots.
        domain_auc: how well its shots can be told from the learned ones.
        level: how far the estimate was to be believed.
        used: which estimator was in use, by metric; empty where none was.
        truth: each realized metric.
        expected_truth: each metric to be expected under the true probabilities; empty where they are not known.
        chance: standard error that chance alone gives to each realized metric.
        estimates: by estimator and metric; `in_use` is missing where no estimate was given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: str
    model: str
    n: int
    domain_auc: float
    level: Level
    used: dict[str, str]
    truth: dict[str, float]
    expected_truth: dict[str, float]
    chance: dict[str, float]
    estimates: dict[str, dict[str, Told]]

    @property
    def error(self) -> float:
        """By how much the estimate of log loss missed: the one in use, or the one that would have been given.

        Where true probabilities are known it is held against what they let expect, and chance is out of the matter.
        """
        given = self.estimates.get(IN_USE, self.estimates[CONFIDENCE_BASED])["log_loss"]
        truth = self.expected_truth or self.truth
        return abs((given.value or 0.0) - truth["log_loss"])

    @property
    def spread(self) -> float:
        """Standard error that chance alone gives to that."""
        return 0.0 if self.expected_truth else self.chance["log_loss"]

    def is_wrong(self, sure: float) -> bool:
        """Whether it missed by so much that it matters, and by more than `sure` standard errors of chance."""
        return self.error > max(TOLERANCE, sure * self.spread)


@dataclass(frozen=True)
class Known(Calibrator):
    """Probabilities that need no calibration, as they are the true ones."""

    probability: Floats

    def __call__(self, probability: Floats) -> Floats:  # noqa: ARG002 -- whatever the model says
        """Return the true probability of each shot."""
        return self.probability


def reveal(cases: Iterable[Case], models: Mapping[str, Pipeline], how: Monitoring) -> Iterator[Revealed]:
    """Yield what was estimated of each hidden batch, and what came out, for each model; they are refitted, by name.

    Batches with too few makes or misses to measure on are left out.
    """
    for case in cases:
        learned = {name: learn(case, model, how) for name, model in models.items()}
        for batch in case.batches:
            if too_few(batch.shots[TARGET].to_numpy(np.float64)):
                continue
            shift = domain_shift(  # of features alone: one for all models
                case.learned[FEATURES], batch.shots[FEATURES], how.domain_shots, np.random.default_rng(how.seed)
            )
            for name, (fitted, baseline) in learned.items():
                yield _reveal(batch, name, fitted, baseline, shift, how)


def learn(case: Case, model: Pipeline, how: Monitoring) -> tuple[Pipeline, Baseline]:
    """Return a model refitted on what a case shows of its shots, and the baseline that health learns with it.

    The reference has cross-fitted scores, from models that had not seen the shot.
    """
    features, made = case.learned[FEATURES].astype(np.float64), case.learned[TARGET].astype(np.int64)
    crossed = cross_fitted(model, features, made, how.folds, how.seed)
    fitted = clone(model).fit(features, made)
    own = pd.Series(probability_of_basket(fitted, features), case.learned.index)
    reference = admit(case.learned.assign(**{PROBABILITY: crossed}))
    return fitted, learn_baseline(reference, own, how.model_copy(update={"windows": case.stretches}))


def _reveal(batch: Batch, model: str, fitted: Pipeline, baseline: Baseline, shift: Shift, how: Monitoring) -> Revealed:
    stream = admit(batch.shots.assign(**{PROBABILITY: probability_of_basket(fitted, batch.shots)}))
    score = stream.probability  # all that the estimate sees, beside the features
    in_support = baseline.support.holds(stream.shots, baseline.support.novelty(stream.shots))
    expected = expect(score, in_support, baseline, how, shift)
    nothing_proven = expect(score, np.ones_like(in_support), replace(baseline, trials=[]), how)
    estimates = {**expected.by_estimator, NO_CHANGE: nothing_proven.metrics}
    if expected.believed.level is not Level.NOT_ESTIMABLE:
        estimates[IN_USE] = expected.metrics
    seen = realized(stream.made, score, how.threshold, how.confidence)
    by_chance, truth = _by_chance(batch, stream, baseline, how)
    return Revealed(
        kind=batch.kind,
        name=batch.name,
        model=model,
        n=len(stream),
        domain_auc=shift.auc,
        level=expected.believed.level,
        used=expected.used,
        truth=_values(seen),
        expected_truth=truth,
        chance=by_chance,
        estimates={name: {one.metric: one for one in told} for name, told in estimates.items()},
    )


def _by_chance(
    batch: Batch, stream: Stream, baseline: Baseline, how: Monitoring
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the standard error of each metric if probabilities were known, and what it is to be where they are."""
    nothing = np.zeros((2, 2))
    calibrator = Calibrator(baseline.calibrator.theta, nothing)
    if batch.true_probability is not None:
        calibrator = Known(np.zeros(2), nothing, batch.true_probability[stream.shots.index].to_numpy(np.float64))
    told = estimated(stream.probability, calibrator, how.threshold, how.confidence)
    width = 2 * float(ndtri((1 + how.confidence) / 2))
    return (
        {one.metric: ((one.high or 0.0) - (one.low or 0.0)) / width for one in told},
        {} if batch.true_probability is None else _values(told),
    )


def _values(told: Iterable[Told]) -> dict[str, float]:
    return {one.metric: one.value for one in told if one.value is not None}
