"""Which candidate does best on shots it has not seen? Every candidate, every metric, the same stratified folds.

The grid is searched whole. scikit-learn's `RandomizedSearchCV` over the same candidates was looked at and gives the
same table; it fits and validates each candidate of each fold anew, at several times the cost (`bench/search.py`).

Another engine needs to offer no more than `search` does: shots, the number of candidates and the folds in, this table
out, whose `model` and `params` rebuild any candidate for fitting.
"""

import json
import logging

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from kobe_shots.errors import KobeShotsError
from kobe_shots.models import candidates as grid
from kobe_shots.models import logistic_path, tree_path
from kobe_shots.models.candidates import Candidate
from kobe_shots.models.metrics import METRICS, metric_named

log = logging.getLogger(__name__)

OUTCOMES = {0, 1}
FEWEST_FOLDS = 2
MAX_VALUES_NAMED = 5


def search(
    model: str, features: pd.DataFrame, made: pd.Series, *, candidates: int, folds: int, seed: int
) -> pd.DataFrame:
    """Return the cross-validated metrics of the candidates of one model, one row each, the simplest first.

    Columns: `candidate` (its number), `model`, `params` (JSON), then for each metric `log_loss`, `f1`, `brier`,
    `roc_auc` its mean over the folds, with `_sd` their standard deviation (n - 1), and with `_folds` the list of its
    values, a fold each: two candidates are compared fold by fold. The folds are those of `StratifiedKFold`, shuffled by
    the seed, and the same for every candidate and model.

    Raises KobeShotsError for an unknown model, fewer than one candidate, outcomes other than 0 and 1 or one of them
    only, and fewer than two folds or more folds than the rarer outcome has rows.
    """
    tried = grid.candidates(model, candidates)
    _check_outcomes(made, folds)
    X, y = features.to_numpy(np.float64), made.to_numpy(np.int64)
    by_fold: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in METRICS}
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(X, y)
    with threadpool_limits(1, user_api="blas"):  # matrices this thin keep a second thread busy with waiting
        for fold, (train, held_out) in enumerate(splits, start=1):
            probability = _probabilities(tried, X[train], y[train], X[held_out], seed)
            for name, metric in METRICS.items():
                by_fold[name].append(metric.of(y[held_out], probability))
            best_so_far = np.mean(by_fold["log_loss"], axis=0).min()
            log.info("%s: fold %d of %d, best log loss so far %.4f", model, fold, folds, best_so_far)
    return _table(tried, {name: np.column_stack(scores) for name, scores in by_fold.items()})


def best(table: pd.DataFrame, metric: str) -> Candidate:
    """Return the candidate with the best mean of a metric.

    `table` is what `search` returned. Of equally good candidates it is the simplest, which has the lowest number.

    Raises KobeShotsError for an unknown metric.
    """
    by = metric_named(metric)
    row = table.sort_values([by.name, "candidate"], ascending=[not by.greater_is_better, True]).iloc[0]
    return Candidate(row["model"], int(row["candidate"]), json.loads(row["params"]))


def _probabilities(
    tried: list[Candidate],
    features: npt.NDArray[np.float64],
    made: npt.NDArray[np.int64],
    held_out: npt.NDArray[np.float64],
    seed: int,
) -> npt.NDArray[np.float64]:
    if tried[0].model == "lr":
        return logistic_path.probabilities(tried, features, made, held_out)
    return tree_path.probabilities(tried, features, made, held_out, seed)


def _check_outcomes(made: pd.Series, folds: int) -> None:
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


def _table(tried: list[Candidate], scores: dict[str, npt.NDArray[np.float64]]) -> pd.DataFrame:
    columns = {
        "candidate": [candidate.number for candidate in tried],
        "model": [candidate.model for candidate in tried],
        "params": [json.dumps(dict(candidate.params)) for candidate in tried],
    }
    means = {name: folds.mean(axis=1) for name, folds in scores.items()}
    spreads = {f"{name}_sd": folds.std(axis=1, ddof=1) for name, folds in scores.items()}
    values = {f"{name}_folds": folds.tolist() for name, folds in scores.items()}
    return pd.DataFrame(columns | means | spreads | values)
