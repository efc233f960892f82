"""Which candidate does best on shots it has not seen? Every candidate, every metric, the same stratified folds.

The grid is searched whole. scikit-learn's `RandomizedSearchCV` over the same candidates was looked at and gives the
same table; it fits and validates each candidate of each fold anew, at several times the cost (`bench/search.py`).
`cross_validate` does as much, for candidates that lie on no grid.
"""

import json
import logging
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from kobe_shots.models import candidates as grid
from kobe_shots.models import logistic_path, tree_path
from kobe_shots.models.candidates import Candidate, build
from kobe_shots.models.folds import fold_of
from kobe_shots.models.metrics import METRICS, metric_named

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]
Outcomes = npt.NDArray[np.int64]


class Probabilities(Protocol):
    """A way to P(made) of each held-out row under each candidate fitted on the others: candidates x held-out rows."""

    def __call__(  # noqa: D102 -- the class says it
        self, tried: Sequence[Candidate], features: Floats, made: Outcomes, held_out: Floats, seed: int
    ) -> Floats: ...


def search(
    model: str, features: pd.DataFrame, made: pd.Series, *, candidates: int, folds: int, seed: int
) -> pd.DataFrame:
    """Return the cross-validated metrics of the grid's candidates of one model, the simplest first.

    The table is `cross_validate`'s, had at a fraction of the cost (`logistic_path`, `tree_path`). The folds are
    `fold_of`'s.

    Raises KobeShotsError for an unknown model, fewer than one candidate, and whatever `fold_of` refuses.
    """
    tried = grid.candidates(model, candidates)
    return _measured(tried, features, made, fold_of(made, folds, seed), seed, _along_paths)


def cross_validate(
    tried: Sequence[Candidate],
    features: pd.DataFrame,
    made: pd.Series,
    held_out_by: npt.NDArray[np.int64],
    seed: int,
) -> pd.DataFrame:
    """Return the cross-validated metrics of candidates of one model, one row each, in the order given.

    Each candidate is fitted in each fold by scikit-learn, without shortcuts. Columns: `candidate` (its number),
    `model`, `params` (JSON), then for each metric `log_loss`, `f1`, `brier`, `roc_auc` its mean over the folds, with
    `_sd` their standard deviation (n - 1), and with `_folds` the list of its values, a fold each: two candidates are
    compared fold by fold. `held_out_by` is the fold of each row, as from `fold_of`.
    """
    return _measured(tried, features, made, held_out_by, seed, _one_by_one)


def best(table: pd.DataFrame, metric: str) -> Candidate:
    """Return the candidate with the best mean of a metric.

    `table` is what `search` or `cross_validate` returned. Of equally good candidates it is the one with the lowest
    number: on the grid, the simplest.

    Raises KobeShotsError for an unknown metric.
    """
    by = metric_named(metric)
    row = table.sort_values([by.name, "candidate"], ascending=[not by.greater_is_better, True]).iloc[0]
    return Candidate(row["model"], int(row["candidate"]), json.loads(row["params"]))


def means_of(table: pd.DataFrame, number: int) -> dict[str, float]:
    """Return one candidate's means over the folds, by metric, of a table of `search` or `cross_validate`."""
    row = table.set_index("candidate")[list(METRICS)].T[number]
    return {str(name): float(mean) for name, mean in row.items()}


def _measured(
    tried: Sequence[Candidate],
    features: pd.DataFrame,
    made: pd.Series,
    held_out_by: npt.NDArray[np.int64],
    seed: int,
    probabilities: Probabilities,
) -> pd.DataFrame:
    X, y = features.to_numpy(np.float64), made.to_numpy(np.int64)
    folds = held_out_by.max() + 1
    by_fold: dict[str, list[Floats]] = {name: [] for name in METRICS}
    with threadpool_limits(1, user_api="blas"):  # matrices this thin keep a second thread busy with waiting
        for fold in range(folds):
            held_out = held_out_by == fold
            probability = probabilities(tried, X[~held_out], y[~held_out], X[held_out], seed)
            for name, metric in METRICS.items():
                by_fold[name].append(metric.of(y[held_out], probability))
            best_so_far = np.mean(by_fold["log_loss"], axis=0).min()
            log.info("%s: fold %d of %d, best log loss so far %.4f", tried[0].model, fold + 1, folds, best_so_far)
    return _table(tried, {name: np.column_stack(scores) for name, scores in by_fold.items()})


def _along_paths(tried: Sequence[Candidate], features: Floats, made: Outcomes, held_out: Floats, seed: int) -> Floats:
    if tried[0].model == "lr":
        return logistic_path.probabilities(tried, features, made, held_out)
    return tree_path.probabilities(tried, features, made, held_out, seed)


def _one_by_one(tried: Sequence[Candidate], features: Floats, made: Outcomes, held_out: Floats, seed: int) -> Floats:
    fitted = (build(candidate, seed).fit(features, made) for candidate in tried)
    return np.array([model.predict_proba(held_out)[:, 1] for model in fitted])


def _table(tried: Sequence[Candidate], scores: dict[str, Floats]) -> pd.DataFrame:
    columns = {
        "candidate": [candidate.number for candidate in tried],
        "model": [candidate.model for candidate in tried],
        "params": [json.dumps(dict(candidate.params)) for candidate in tried],
    }
    means = {name: folds.mean(axis=1) for name, folds in scores.items()}
    spreads = {f"{name}_sd": folds.std(axis=1, ddof=1) for name, folds in scores.items()}
    values = {f"{name}_folds": folds.tolist() for name, folds in scores.items()}
    return pd.DataFrame(columns | means | spreads | values)
