"""Can reference and new shots be told apart? A cross-fitted domain classifier, and the density weights it implies.

If a classifier can tell where a shot comes from, the features have shifted; how well it can is one number that sees all
features together. Its odds are the ratio of the two densities (Bickel et al. 2009), by which reference shots are
weighted to look like the new ones. Every shot is judged by a classifier that has not seen it: otherwise noise would
look like a shift (Lopez-Paz & Oquab 2017, arXiv 1610.06545).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from kobe_shots.models.metrics import roc_auc

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLDS = 2
MOST_CERTAIN = 1e-3  # odds are read no further out: a thousand to one is as good as never


@dataclass(frozen=True)
class Shift:
    """How far apart reference and new shots are.

    Attributes:
        auc: of telling them apart; 0.5 is not at all, 1 perfectly.
        rows: which reference shots were weighted.
        weights: of these, how much more often the like of each is seen among the new shots, unscaled.
    """

    auc: float
    rows: Ints
    weights: Floats

    @property
    def mean_weight(self) -> float:
        """Mean of the weights: 1 where the odds are right, less where new shots lie beyond the reference."""
        return float(self.weights.mean())

    @property
    def effective_share(self) -> float:
        """Effective sample size of the weighted reference over its size (Kish 1965).

        At perfect separation all weights are cut off alike and this reads 1: look at `auc` first.
        """
        total, squares = self.weights.sum(), (self.weights**2).sum()
        return float(total**2 / squares / len(self.weights))


def domain_shift(reference: pd.DataFrame, new: pd.DataFrame, most: int, rng: np.random.Generator) -> Shift:
    """Return how far new shots are from the reference, on at most `most` shots of each side, drawn at random."""
    rows, drawn = (_draw(len(frame), most, rng) for frame in (reference, new))
    features = np.vstack([reference.to_numpy(np.float64)[rows], new.to_numpy(np.float64)[drawn]])
    is_new = np.repeat([0, 1], [len(rows), len(drawn)])
    fold = np.r_[rng.permutation(len(rows)) % FOLDS, rng.permutation(len(drawn)) % FOLDS]
    probability = np.empty(len(features))
    with threadpool_limits(1):  # on a busy machine threads that wait for each other cost tenfold
        for held_out in range(FOLDS):
            classifier = HistGradientBoostingClassifier(
                max_iter=30, learning_rate=0.15, max_leaf_nodes=8, early_stopping=False, random_state=0
            )
            classifier.fit(features[fold != held_out], is_new[fold != held_out])
            probability[fold == held_out] = classifier.predict_proba(features[fold == held_out])[:, 1]
    certain = np.clip(probability[: len(rows)], MOST_CERTAIN, 1 - MOST_CERTAIN)
    odds = certain / (1 - certain) * len(rows) / len(drawn)
    return Shift(float(roc_auc(is_new, probability)), rows, odds)


def _draw(n: int, most: int, rng: np.random.Generator) -> Ints:
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))
