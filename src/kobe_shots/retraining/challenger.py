"""What is trained, and on which rows? A few ways to weigh the labelled shots, and the one that does best on the newest.

- `all`: every labelled shot alike.
- `recent`: a shot counts half after so many labels, a quarter after twice as many.
- `served`: only shots like those that are being served, in support of them.

They compete, family by family, on the newest labels, which none of them has learned from then; the winner learns from
those too. That contest chooses a challenger; whether it is better than the champion, labels that came later say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from kobe_shots.models.families import Rows, fit_family
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Retraining, SupportOf
from kobe_shots.retraining.incumbent import losses, scores
from kobe_shots.shots.schema import FEATURES

ALL, RECENT, SERVED = "all", "recent", "served"
WAYS = (ALL, RECENT, SERVED)
NEWEST = 500  # labels of the contest, at most,
SHARE = 4  # and at most one in so many
FEWEST_LIKE_SERVED = 200

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Way:
    """A family, and how it weighs the shots."""

    family: str
    rows: str


@dataclass(frozen=True)
class Challenger:
    """A model that was trained to take the champion's place.

    Attributes:
        estimator: it.
        way: how it was trained.
        learned: how many labels there were to learn from.
        weight: (learned,) of each, None where all count alike.
        fitted: how many models were fitted to find and train it.
    """

    estimator: Pipeline
    way: Way
    learned: int
    weight: Floats | None
    fitted: int


def train_challenger(
    families: Sequence[str], features: Rows, made: Floats, like_served: Bools, how: Retraining
) -> Challenger:
    """Return the challenger that the labelled shots give.

    Args:
        families: which to try.
        features: (n, 6) labelled shots, in the order in which their outcomes became known; a model that learned from
            a frame knows its columns by name.
        made: (n,) 0 or 1.
        like_served: (n,) whether each is like the shots being served.
        how: the parameters.

    Raises:
        KobeShotsError: one of them could not be trained: too few shots, one outcome only, or impossible parameters.
    """
    ways = [Way(family, rows) for family in families for rows in WAYS if rows != SERVED or _worth(like_served)]
    fitted = 0
    chosen = ways[0]
    if len(ways) > 1:
        held = min(NEWEST, len(made) // SHARE)
        losing: dict[Way, float] = {}
        for way in ways:
            if way.rows == SERVED and not _worth(like_served[:-held]):
                continue
            model, _ = train(way, features[:-held], made[:-held], like_served[:-held], how)
            losing[way] = float(losses(made[-held:], scores(model, features[-held:])).mean())
        fitted, chosen = len(losing), min(losing, key=losing.__getitem__)
    model, weight = train(chosen, features, made, like_served, how)
    return Challenger(model, chosen, len(made), weight, fitted + 1)


def train(
    way: Way, features: Rows, made: Floats, like_served: Bools, how: Retraining
) -> tuple[Pipeline, Floats | None]:
    """Return a model trained in one way on labelled shots, and the weight that each had."""
    weight = _weight(way.rows, len(made), like_served, how.half_life)
    kept = slice(None) if weight is None else weight > 0
    used = None if weight is None else weight[kept]
    model = fit_family(way.family, how.params_of(way.family), how.seed, features[kept], made[kept], used)
    return model, weight


def find_like(served: Floats, features: Floats, how: SupportOf) -> Bools:
    """Return which of (n, 6) shots are in support of the served ones; all are, where those are too few to tell."""
    if len(served) <= how.neighbours:
        return np.ones(len(features), dtype=bool)
    support = learn_support(pd.DataFrame(served, columns=FEATURES), how.neighbours, how.coverage)
    shots = pd.DataFrame(features, columns=FEATURES)
    return support.holds(shots, support.novelty(shots))


def _worth(like_served: Bools) -> bool:
    """Return whether rows like those served are enough, and not simply all."""
    return bool(FEWEST_LIKE_SERVED <= like_served.sum() < len(like_served))


def _weight(rows: str, n: int, like_served: Bools, half_life: int) -> Floats | None:
    if rows == RECENT:
        return np.asarray(0.5 ** ((n - 1 - np.arange(n)) / half_life))
    return like_served.astype(np.float64) if rows == SERVED else None
