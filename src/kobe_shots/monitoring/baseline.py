"""What is health measured against? All that is learned from a reference: the labelled shots the model was trained on.

They come with two scores. What outcomes say of the model is learned from scores of models that had not seen the shot
(cross-fitted): in its own scores of what it learned from, every model looks better than it is. What the distribution of
scores usually is, is learned from the model's own: another tree has other leaves, and that would look like a drift.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring import drift
from kobe_shots.monitoring.calibration import calibration
from kobe_shots.monitoring.estimated import Calibrator, expected_log_loss, learn_calibrator, wander
from kobe_shots.monitoring.histograms import place
from kobe_shots.monitoring.limits import Limits, learn_limits
from kobe_shots.monitoring.realized import realized, too_few, wilson
from kobe_shots.monitoring.stream import PROBABILITY, Floats, Stream
from kobe_shots.monitoring.support import Support, learn_support
from kobe_shots.monitoring.told import Told, untold
from kobe_shots.monitoring.trials import Trial, prove
from kobe_shots.monitoring.windows import Window, cut
from kobe_shots.parameters import Cut, Monitoring
from kobe_shots.shots.schema import FEATURES

FEWEST_STRETCHES = 8
MOST_TRIED = 20_000
FALL_BACK = 20  # windows, where the reference cannot be cut as asked or holds too few such windows


@dataclass(frozen=True)
class Baseline:
    """What is usual.

    Attributes:
        reference: labelled shots, in order, with scores of models that had not seen them.
        own: the scores that the model itself gives them.
        support: where they lie.
        calibrator: of their scores, as uncertain as it is for a new stretch of shots.
        wander: by how much calibration differs between stretches; part of that uncertainty.
        drift: what their distributions are, and how stretches of them differ.
        limits: of every metric.
        metrics: of the whole reference.
        trials: which estimators have shown skill on it.
    """

    reference: Stream
    own: Floats
    support: Support
    calibrator: Calibrator
    wander: Floats
    drift: drift.Reference
    limits: Limits
    metrics: Mapping[str, Told]
    trials: list[Trial]


def learn_baseline(reference: Stream, own: pd.Series, how: Monitoring) -> Baseline:
    """Return what the labelled shots of a reference tell.

    Args:
        reference: shots with scores of models that had not seen them.
        own: the scores that the model itself gives them, by shot id.
        how: the parameters.

    Raises:
        KobeShotsError: the reference is empty, holds too few shots of an outcome, or scores without any spread.
    """
    labelled = reference.take(reference.is_labelled)
    if reason := too_few(labelled.made):
        raise KobeShotsError(
            f"The reference holds {len(reference):,} shots, and health cannot be measured against it: {reason}. Give "
            "the labelled shots the model was trained on."
        )
    rng = np.random.default_rng(how.seed)
    calibrator = learn_calibrator(labelled.made, labelled.probability)
    if calibrator is None:
        raise KobeShotsError(
            f"The scores of the {len(labelled):,} reference shots cannot be calibrated (they run from "
            f"{labelled.probability.min():.4g} to {labelled.probability.max():.4g}); a model whose scores differ "
            "from shot to shot is needed: kedro run --pipeline=Treinamento."
        )
    support = learn_support(labelled.shots[FEATURES], how.support.neighbours, how.support.coverage)
    stretches = _stretches(labelled, how.windows)
    edges = np.cumsum([0, *(window.n for window in stretches)])
    positions = [np.arange(first, last) for first, last in pairwise(edges.tolist())]
    usable = [rows for rows in positions if not too_few(labelled.made[rows])]
    spread = wander([(labelled.made[rows], labelled.probability[rows]) for rows in usable])
    step = max(1, len(labelled) // MOST_TRIED)  # trials need thousands of shots, not millions
    thin, thinned = slice(None, None, step), [np.arange(-(-rows[0] // step), (rows[-1]) // step + 1) for rows in usable]
    in_support = support.holds(labelled.shots, support.novelty(labelled.shots, learned=True))
    metrics = measure(labelled, how, rng)
    own_scores = own.loc[labelled.shots.index].to_numpy(np.float64)
    return Baseline(
        reference=labelled,
        own=own_scores,
        support=support,
        calibrator=calibrator.wandering(spread),
        wander=spread,
        drift=drift.Reference(
            place(labelled.shots.assign(**{PROBABILITY: own_scores})),
            expected_log_loss(own_scores, calibrator(own_scores)),
            how.support.coverage,
            how.drift.stretches,
            rng,
        ),
        limits=learn_limits(
            [
                [
                    *measure(labelled.take(rows), how, rng),
                    share_in_support(in_support[rows], how.confidence),
                    mean_score(own_scores[rows], how.confidence),
                ]
                for rows in usable
            ],
            how.confidence,
            how.deviations,
            how.limits,
        ),
        metrics={told.metric: told for told in metrics},
        trials=prove(labelled.take(thin), thinned, metrics, how.threshold, how.confidence, rng),
    )


def measure(labelled: Stream, how: Monitoring, rng: np.random.Generator) -> list[Told]:
    """Return every metric of shots whose outcomes are known, calibration included."""
    return [
        *realized(labelled.made, labelled.probability, how.threshold, how.confidence),
        *calibration(labelled.made, labelled.probability, how.confidence, rng),
    ]


def share_in_support(in_support: npt.NDArray[np.bool_], confidence: float) -> Told:
    """Return the share of shots that are like those that were learned from."""
    n = len(in_support)
    if not n:
        return untold("share_in_support", 0, "there are no shots")
    low, high = wilson(in_support.sum(), n, confidence)
    return Told(metric="share_in_support", n=n, value=float(in_support.mean()), low=low, high=high)


def mean_score(score: Floats, confidence: float) -> Told:
    """Return the mean score, with Student's interval."""
    n = len(score)
    if n < 2:  # noqa: PLR2004 -- one has no spread
        return untold("mean_score", n, f"{n} shots have no spread")
    half = float(stdtrit(n - 1, (1 + confidence) / 2) * score.std(ddof=1) / np.sqrt(n))
    value = float(score.mean())
    return Told(metric="mean_score", n=n, value=value, low=value - half, high=value + half)


def _stretches(reference: Stream, how: Cut) -> list[Window]:
    """Return windows of the reference as asked for, or twenty of equal size where that gives too few."""
    try:
        windows = cut(reference, how)
    except KobeShotsError:
        windows = []
    if len(windows) >= FEWEST_STRETCHES:
        return windows
    return cut(reference, Cut(by="count", size=-(-len(reference) // FALL_BACK)))
