"""The default engine: the whole grid, searched with this environment's scikit-learn."""

import pandas as pd
import sklearn

from kobe_shots.engines.found import Found
from kobe_shots.models.candidates import fit
from kobe_shots.models.search import best, search
from kobe_shots.parameters import Tuning


def train(model: str, features: pd.DataFrame, made: pd.Series, tuning: Tuning) -> Found:
    """Return the table of `search` and its best candidate by `tuning.metric`, fitted on all rows.

    Raises KobeShotsError as `search` does.
    """
    table = search(model, features, made, candidates=tuning.candidates, folds=tuning.folds, seed=tuning.seed)
    taken = best(table, tuning.metric)
    return Found(table, taken, fit(taken, tuning.seed, features, made), f"scikit-learn {sklearn.__version__}")
