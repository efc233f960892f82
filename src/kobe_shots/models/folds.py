"""Which fold holds a shot out? Stratified and shuffled by a seed, the same for every candidate, model and engine.

A score is honest where the model that gave it has not learned from the shot: `cross_fitted`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold

from kobe_shots.errors import KobeShotsError

OUTCOMES = {0, 1}
FEWEST_FOLDS = 2
MAX_VALUES_NAMED = 5


def fold_of(made: pd.Series, folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the number, 0 to `folds` - 1, of the one fold that holds each shot out.

    The folds are those of scikit-learn's `StratifiedKFold`, shuffled by the seed. Numbers are handed on, and not a
    seed, where another version of scikit-learn works with the same folds.

    Raises KobeShotsError for outcomes other than 0 and 1 or one of them only, and for fewer than two folds or more
    folds than the rarer outcome has rows.

    >>> fold_of(pd.Series([0, 0, 1, 1]), 2, seed=1).tolist()
    [0, 1, 0, 1]
    """
    _check(made, folds)
    held_out_by = np.empty(len(made), dtype=np.int64)
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(made, made)
    for fold, (_, held_out) in enumerate(splits):
        held_out_by[held_out] = fold
    return held_out_by


def cross_fitted(
    model: Any,
    features: pd.DataFrame | npt.NDArray[np.float64],
    made: pd.Series,
    folds: int,
    seed: int,
    weight: npt.NDArray[np.float64] | None = None,
) -> pd.Series:
    """Return the probability of a basket of each shot, by a model like this one that learned from the other folds.

    `model` is a scikit-learn classifier; it is cloned, so it need not be fitted and is left as it is. With weights it
    is a pipeline whose last step, `model`, takes them.

    Raises KobeShotsError as `fold_of`.
    """
    held_out_by, matrix = fold_of(made, folds, seed), features.astype(np.float64)
    scores = pd.Series(np.nan, index=made.index)
    for fold in range(folds):
        held_out = held_out_by == fold
        weights = {} if weight is None else {"model__sample_weight": weight[~held_out]}
        learned = clone(model).fit(matrix[~held_out], made[~held_out], **weights)
        scores[held_out] = learned.predict_proba(matrix[held_out])[:, 1]
    return scores


def _check(made: pd.Series, folds: int) -> None:
    rows = made.value_counts(dropna=False)
    if set(rows.index) != OUTCOMES:
        raise KobeShotsError(
            f"The outcomes to learn from hold {rows.index[:MAX_VALUES_NAMED].tolist()}; allowed are 0 (missed) and 1 "
            "(made), and both are needed. Prepare the shots again, or take more of them."
        )
    if not FEWEST_FOLDS <= folds <= rows.min():
        raise KobeShotsError(
            f"Got {folds} folds; allowed are {FEWEST_FOLDS} to {rows.min()}, the rows of the rarer outcome. "
            "Choose fewer folds, or take more shots."
        )
