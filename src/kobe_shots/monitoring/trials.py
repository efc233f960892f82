"""Which estimates are better than none? Each estimator is tried, metric by metric, where outcomes are known.

Stretches and slices of the reference play the new shots: stretches are how the stream changes by itself, slices how it
could: the quarter nearest to the hoop, only playoffs. An estimator that is not nearer to the truth than *no change*,
the reference's own metric, by more than a standard error is retired for that metric.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.monitoring.estimated import Calibrator, estimated, learn_calibrator
from kobe_shots.monitoring.realized import realized, too_few
from kobe_shots.monitoring.shift import Shift, domain_shift
from kobe_shots.monitoring.stream import Stream
from kobe_shots.monitoring.told import Told
from kobe_shots.shots.schema import FEATURES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CONFIDENCE_BASED, IMPORTANCE_WEIGHTED, NO_CHANGE = "confidence_based", "importance_weighted", "no_change"
ESTIMATORS = (CONFIDENCE_BASED, IMPORTANCE_WEIGHTED)
SLICES = 4  # of each feature
MOST_WEIGHTED = 4  # trials of the importance-weighted estimator: each needs a domain classifier
DOMAIN_SHOTS = 1500


class Trial(BaseModel):
    """How near an estimator came to the truth over several trials, for one metric.

    Attributes:
        error: its mean absolute error.
        error_of_no_change: that of the reference's own metric.
        gain: by how much the first is smaller.
        gain_spread: standard error of that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimator: str
    metric: str
    trials: int
    error: float
    error_of_no_change: float
    gain: float
    gain_spread: float

    @property
    def retired(self) -> bool:
        """Whether it is not clearly better than saying that nothing has changed."""
        return self.gain <= self.gain_spread


def prove(
    reference: Stream,
    stretches: Iterable[Ints],
    unchanged: Iterable[Told],
    threshold: float,
    confidence: float,
    rng: np.random.Generator,
) -> list[Trial]:
    """Return how every estimator does on each metric, over stretches and slices of a reference with known outcomes.

    `stretches` are positions in the reference; `unchanged` are its own metrics.
    """
    known = {told.metric: told.value for told in unchanged if told.value is not None}
    errors: dict[tuple[str, str], list[tuple[float, float]]] = {}
    everything = np.arange(len(reference))
    parts = [(rows, np.setdiff1d(everything, rows)) for rows in stretches]
    parts += _slices(reference.shots[FEATURES], rng)
    parts = [(rows, rest) for rows, rest in parts if not too_few(reference.made[rows])]
    weighted = set(np.linspace(0, len(parts) - 1, min(len(parts), MOST_WEIGHTED)).round().astype(int).tolist())
    for number, (rows, others) in enumerate(parts):
        new, rest = reference.take(rows), reference.take(others)
        truth = {told.metric: told.value for told in realized(new.made, new.probability, threshold, confidence)}
        ways = {CONFIDENCE_BASED: learn_calibrator(rest.made, rest.probability)}
        if number in weighted:
            shift = domain_shift(rest.shots[FEATURES], new.shots[FEATURES], DOMAIN_SHOTS, rng)
            ways[IMPORTANCE_WEIGHTED] = weighted_calibrator(rest, shift)
        for name, calibrator in ways.items():
            for told in estimated(new.probability, calibrator, threshold, confidence) if calibrator else ():
                if told.value is not None and (seen := truth[told.metric]) is not None and told.metric in known:
                    pair = abs(told.value - seen), abs(known[told.metric] - seen)
                    errors.setdefault((name, told.metric), []).append(pair)
    return [_trial(name, metric, np.array(pairs)) for (name, metric), pairs in errors.items()]


def _trial(estimator: str, metric: str, errors: Floats) -> Trial:
    gain = errors[:, 1] - errors[:, 0]
    error, of_no_change = errors.mean(axis=0)
    return Trial(
        estimator=estimator,
        metric=metric,
        trials=len(errors),
        error=float(error),
        error_of_no_change=float(of_no_change),
        gain=float(gain.mean()),
        gain_spread=float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else float("inf"),
    )


def weighted_calibrator(reference: Stream, shift: Shift) -> Calibrator | None:
    """Return the recalibration of reference scores weighted to look like the new shots, or None."""
    return learn_calibrator(reference.made[shift.rows], reference.probability[shift.rows], shift.weights)


def in_use(trials: Sequence[Trial], metric: str, available: Container[str]) -> str:
    """Return the estimator to believe for a metric: the first available that is not retired, or no change."""
    alive = {trial.estimator for trial in trials if trial.metric == metric and not trial.retired}
    return next((name for name in ESTIMATORS if name in alive and name in available), NO_CHANGE)


def _slices(features: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple[Ints, Ints]]:
    """Yield positions of each slice of each feature, from a random half of the shots, and of the other half."""
    learned, other = np.array_split(rng.permutation(len(features)), 2)
    for name in FEATURES:
        values = features[name].iloc[other]
        part = pd.qcut(values, SLICES, labels=False, duplicates="drop").to_numpy()
        part = values.to_numpy() if np.ptp(part) == 0 else part  # few values: a slice is one of them
        for level in np.unique(part):
            yield np.sort(other[part == level]), np.sort(learned)
