"""The default engine: the whole grid, searched with this environment's scikit-learn."""

import numpy as np
import pandas as pd
import sklearn

from kobe_shots.engines.found import Found
from kobe_shots.models.candidates import build
from kobe_shots.models.search import best, search
from kobe_shots.parameters import Tuning


def train(model: str, features: pd.DataFrame, made: pd.Series, tuning: Tuning) -> Found:
    """Return the table of `search` and its best candidate by `tuning.metric`, fitted on all rows.

    Raises KobeShotsError as `search` does.
    """
    table = search(model, features, made, candidates=tuning.candidates, folds=tuning.folds, seed=tuning.seed)
    taken = best(table, tuning.metric)
    estimator = build(taken, tuning.seed).fit(features.astype(np.float64), made)
    return Found(table, taken, estimator, f"scikit-learn {sklearn.__version__}")
