"""What is known of the model in office? What it learned from, what is usual of its scores, and how it flatters itself.

Its own flattery, the log loss of models that had not seen the shots minus its own on what it learned from, tells what
more labels are worth. On n shots a model of k free parameters is about k/2n too good on them and k/2n too bad on
others (Akaike 1974, IEEE Trans. Automatic Control 19): half the gap is what it loses for having learned from too few,
and of that a model that learns from m shots instead loses n/m. No parameter is counted, so it holds for trees too.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.families import Rows
from kobe_shots.models.folds import cross_fitted
from kobe_shots.models.metrics import log_loss
from kobe_shots.monitoring import alarms
from kobe_shots.monitoring.alarms import SURE, Usual, Watches, bounded_losses, calibration_tolerance, score_tolerance
from kobe_shots.monitoring.baseline import mean_score
from kobe_shots.monitoring.estimated import IDENTITY, Calibrator, expected_log_loss, learn_calibrator, wander
from kobe_shots.monitoring.limits import learn_limits
from kobe_shots.monitoring.realized import too_few
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.shots.schema import FEATURES

STRETCHES = 20

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Incumbent:
    """A model in office.

    Attributes:
        estimator: it.
        family: of which kind it is.
        version: 1 is the first in office.
        learned: how many labels it could learn from when it was trained.
        usual: what its alarms compare with.
        flattery: log loss of models like it on shots they had not seen, minus its own on those it learned from.
        expected_loss: the log loss its calibrated scores let expect on what it learned from.
    """

    estimator: Pipeline
    family: str
    version: int
    learned: int
    usual: Usual
    flattery: float
    expected_loss: float

    def gain_of_growth(self, labels: int) -> float:
        """Return by how much log loss should fall if a model like this one learned from so many labels instead.

        Half the flattery, times one minus the ratio of labels; nothing for fewer labels than it learned from.
        """
        return max(0.0, self.flattery / 2) * max(0.0, 1 - self.learned / max(labels, 1))

    def start_watches(self, watching: Monitoring) -> Watches:
        """Return its alarms before the first shot it scores."""
        how = watching.alarms
        return alarms.start(self.usual, how.false_alarm, how.risk_increase, watching.seed + self.version)

    def having(self, learned: int) -> "Incumbent":
        """Return it as one that could learn from so many labels: those it weighed nothing are no new ones."""
        return replace(self, learned=learned)


def take_office(
    estimator: Pipeline,
    family: str,
    version: int,
    features: Floats,
    made: Floats,
    weight: Floats | None,
    how: Retraining,
    watching: Monitoring,
) -> Incumbent:
    """Return a fitted model with what is usual of it, learned from the (n, 6) shots it learned from.

    Raises KobeShotsError where they are too few to say what is usual.
    """
    if reason := too_few(made):
        raise KobeShotsError(f"What is usual of a model cannot be learned: {reason}. Give it more labelled shots.")
    outcomes = pd.Series(made.astype(np.int64))
    frame = pd.DataFrame(features, columns=FEATURES)
    honest = cross_fitted(estimator, features, outcomes, how.folds, how.seed, weight).to_numpy()
    own = scores(estimator, features)
    # a model that gives every shot the same score cannot be calibrated; then its scores stand for themselves
    calibrator = learn_calibrator(made, honest) or IDENTITY
    calibrator = calibrator.wandering(_spread(made, honest))
    support = learn_support(frame, watching.support.neighbours, watching.support.coverage)
    usual = Usual(
        support=support,
        calibrator=calibrator,
        losses=bounded_losses(made, honest),
        mean_score=float(own.mean()),
        score_tolerance=_score_tolerance(own, watching),
        calibration_tolerance=calibration_tolerance(calibrator, honest, watching.confidence),
        # each learned shot beside the others: a new one has one more neighbour to be near to, of thousands
        beyond=np.ceil(np.maximum(support.novelty(frame, learned=True) - support.reach, 0)),
    )
    flattery = float(usual.losses.mean() - bounded_losses(made, own).mean())
    return Incumbent(
        estimator=estimator,
        family=family,
        version=version,
        learned=len(made),
        usual=usual,
        flattery=flattery,
        expected_loss=expected_loss(own, calibrator),
    )


def renew(incumbent: Incumbent, known: Floats, new: Floats, made: Floats, watching: Monitoring) -> Incumbent:
    """Return the model with what is usual of it learned again: outcomes have shown that nothing better is to be had.

    Otherwise the same shots would raise the same alarm for ever.

    Args:
        incumbent: the model.
        known: (n, 6) all labelled shots: they are in support now.
        new: (m, 6) those it has not learned from; of these its scores are honest.
        made: (m,) their outcomes. Of too few of them nothing is learned.
        watching: the parameters.
    """
    frame = pd.DataFrame(known, columns=FEATURES)
    support = learn_support(frame, watching.support.neighbours, watching.support.coverage)
    usual = replace(
        incumbent.usual,
        support=support,
        beyond=np.ceil(np.maximum(support.novelty(frame, learned=True) - support.reach, 0)),
    )
    if too_few(made):
        return replace(incumbent, usual=usual)
    score = scores(incumbent.estimator, new)
    calibrator = (learn_calibrator(made, score) or IDENTITY).wandering(_spread(made, score))
    usual = replace(
        usual,
        calibrator=calibrator,
        losses=bounded_losses(made, score),
        mean_score=float(score.mean()),
        score_tolerance=_score_tolerance(score, watching),
        calibration_tolerance=calibration_tolerance(calibrator, score, watching.confidence),
    )
    return replace(incumbent, usual=usual, expected_loss=expected_loss(score, calibrator))


def scores(estimator: Pipeline, features: Rows) -> Floats:
    """Return P(made) of (n, 6) shots, kept off 0 and 1 so that no single shot decides anything."""
    if not len(features):
        return np.zeros(0)
    return np.asarray(np.clip(estimator.predict_proba(features)[:, 1], SURE, 1 - SURE))


def losses(made: Floats, probability: Floats) -> Floats:
    """Return the log loss of each shot."""
    return np.asarray(log_loss(made[:, None], probability[:, None]))


def expected_loss(probability: Floats, calibrator: Calibrator) -> float:
    """Return the mean log loss that calibrated scores let expect."""
    return float(expected_log_loss(probability, calibrator(probability)).mean())


def _parts(n: int) -> list[slice]:
    edges = np.unique(np.rint(np.linspace(0, n, STRETCHES + 1)).astype(np.int64)).tolist()
    return [slice(first, last) for first, last in pairwise(edges)]


def _spread(made: Floats, score: Floats) -> Floats:
    """Return by how much calibration wanders between stretches."""
    return wander([(made[part], score[part]) for part in _parts(len(made)) if not too_few(made[part])])


def _score_tolerance(score: Floats, watching: Monitoring) -> float:
    means = [[mean_score(score[part], watching.confidence)] for part in _parts(len(score))]
    usual = learn_limits(means, watching.confidence, watching.deviations, {}).usual.get("mean_score")
    return score_tolerance(score, usual.between if usual else 0.0, watching.confidence)
