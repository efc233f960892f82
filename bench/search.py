"""What does the search cost, beside scikit-learn's RandomizedSearchCV over the same candidates and folds?

    python bench/search.py [--raw FOLDER] [--repeats 3]

Both sides run in this process, in turn, on one thread; CPU seconds are the median of the repeats with the range.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from kobe_shots.models.candidates import COUNT, MODELS, build, candidates
from kobe_shots.models.search import search
from kobe_shots.shots.schema import FEATURES, TARGET

FOLDS = 10
SEED = 24
SCORING = {"log_loss": "neg_log_loss", "f1": "f1", "brier": "neg_brier_score", "roc_auc": "roc_auc"}


def train_base(raw: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Return features and outcomes of the labelled two-point shots of the train base."""
    shots = pd.read_parquet(raw / "dataset_kobe_dev.parquet", columns=[*FEATURES, TARGET]).dropna()
    train, _ = train_test_split(shots, test_size=0.2, stratify=shots[TARGET], random_state=SEED)
    return train[FEATURES], train[TARGET].astype(int)


def library_search(model: str, features: pd.DataFrame, made: pd.Series) -> pd.Series:
    """Return the mean log loss of each candidate, by its number, as RandomizedSearchCV finds it."""
    tried = candidates(model)
    found = RandomizedSearchCV(
        build(tried[0], SEED),
        [{f"model__{name}": [value] for name, value in c.params.items()} for c in tried],
        n_iter=COUNT,
        scoring=SCORING,
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED),
        refit=False,
        n_jobs=1,
        random_state=SEED,
        error_score="raise",
    ).fit(features.to_numpy(), made.to_numpy())  # arrays: frames would cost it more
    number = {_key(candidate.params): candidate.number for candidate in tried}
    order = [number[_key({k.removeprefix("model__"): v for k, v in p.items()})] for p in found.cv_results_["params"]]
    return pd.Series(-found.cv_results_["mean_test_log_loss"], index=order).sort_index()


def our_search(model: str, features: pd.DataFrame, made: pd.Series) -> pd.Series:
    """Return the mean log loss of each candidate, by its number, as `search` finds it."""
    table = search(model, features, made, candidates=COUNT, folds=FOLDS, seed=SEED)
    return table.set_index("candidate")["log_loss"]


def timed(run: Callable[..., pd.Series], *arguments: object) -> tuple[float, pd.Series]:
    """Return the CPU seconds, of all threads, of a call, and its result."""
    start = time.process_time()
    result = run(*arguments)
    return time.process_time() - start, result


def _key(params: object) -> str:
    return json.dumps(params, sort_keys=True)


def _line(name: str, ours: list[float], library: list[float], rest: str = "") -> str:
    ratio = statistics.median(library) / statistics.median(ours)
    return f"{name:8}{_spread(ours):>26}{_spread(library):>26}{ratio:>8.1f}{rest}"


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f}-{max(seconds):.2f})"


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of the raw shots")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    features, made = train_base(given.raw)
    print(f"{len(features)} rows x {len(FEATURES)} columns, {COUNT} candidates each, {FOLDS} folds, four metrics")
    print(f"{'CPU s':8}{'search':>26}{'RandomizedSearchCV':>26}{'ratio':>8}{'best log loss':>22}{'largest gap':>13}")
    both = np.zeros((2, given.repeats))
    with threadpool_limits(1):
        for model in MODELS:
            runs = [
                (timed(our_search, model, features, made), timed(library_search, model, features, made))
                for _ in range(given.repeats)
            ]
            ours, library = [run[0][0] for run in runs], [run[1][0] for run in runs]
            both += np.array([ours, library])
            (_, found), (_, expected) = runs[0]
            gap = (found - expected).abs().max()
            print(_line(model, ours, library, f"{found.min():>12.5f}/{expected.min():.5f}{gap:>15.1e}"), flush=True)
    print(_line("together", *both.tolist()))


if __name__ == "__main__":
    main()
