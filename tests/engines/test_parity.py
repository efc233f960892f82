"""Do both engines compute the same? The same rows, folds and parameters give the same metrics, fold by fold.

PyCaret, in its own environment, fits and scores candidates of the grid by its `create_model`. Its figures are held
against the table of the default engine's search, and against plain fits in this environment: four metrics on each of
ten folds, to 1e-6.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.engines.handover import Scored, ask
from kobe_shots.engines.pycaret import to_score
from kobe_shots.models.candidates import MODELS, candidates
from kobe_shots.models.folds import fold_of
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.search import best, cross_validate, search
from kobe_shots.shots.schema import FEATURES, TARGET

AGREE = 1e-6
FOLDS, SEED = 10, 24
EVERY = 11  # of a hundred candidates

Scores = dict[str, np.ndarray]  # metric -> candidates x folds


class Both:
    """The same candidates by both engines."""

    def __init__(self, python: Path, model: str, train: pd.DataFrame) -> None:
        features, made = train[FEATURES], train[TARGET]
        held_out_by = fold_of(made, FOLDS, SEED)
        table = search(model, features, made, candidates=100, folds=FOLDS, seed=SEED)
        picked = {best(table, metric).number for metric in METRICS}
        self.tried = [one for one in candidates(model) if one.number in picked or one.number % EVERY == 1]
        self.numbers = [one.number for one in self.tried]
        self.searched = _scores(table.set_index("candidate").loc[self.numbers])
        self.plain = _scores(cross_validate(self.tried, features, made, held_out_by, SEED))
        request = to_score(self.tried, features, SEED)
        scored = ask(python, request, features, made, held_out_by, Scored).scored
        self.pycaret = {name: np.array([of[name] for of in scored]) for name in METRICS}


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, pycaret_python: Path, dev: tuple[pd.DataFrame, pd.DataFrame]) -> Both:
    return Both(pycaret_python, request.param, dev[0])


@pytest.mark.parametrize("both", MODELS, indirect=True)
def test_pycaret_scores_every_fold_as_plain_fits_here_do(both: Both) -> None:
    for name in METRICS:
        assert both.pycaret[name].shape == (len(both.tried), FOLDS)
        np.testing.assert_allclose(both.pycaret[name], both.plain[name], rtol=0, atol=AGREE)


@pytest.mark.parametrize("both", MODELS, indirect=True)
def test_pycaret_scores_every_fold_as_the_default_engine_does(both: Both) -> None:
    for name in METRICS:
        np.testing.assert_allclose(both.pycaret[name], both.searched[name], rtol=0, atol=AGREE)


def _scores(table: pd.DataFrame) -> Scores:
    return {name: np.array(table[f"{name}_folds"].tolist()) for name in METRICS}
