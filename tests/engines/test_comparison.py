"""Is what docs/engines.json says of the engines so? Every number but the seconds is computed again."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.engines import ENGINES, environment
from kobe_shots.engines.comparison import Comparison, Selected, select
from kobe_shots.models.candidates import COUNT, MODELS, Candidate, build
from kobe_shots.models.folds import fold_of
from kobe_shots.models.lineage import base_id
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.scoring import rates
from kobe_shots.models.search import cross_validate
from kobe_shots.parameters import Tuning
from kobe_shots.shots.schema import FEATURES, TARGET

REPOSITORY = Path(__file__).parents[2]
COMPARISON = Comparison.model_validate_json((REPOSITORY / "docs" / "engines.json").read_bytes())
DIGITS = {"rtol": 0, "atol": 1e-9}
FEWEST_REPEATS = 3


@pytest.mark.parametrize("one", COMPARISON.selected, ids=lambda one: f"{one.engine}-{one.model}-{one.metric}")
def test_what_was_selected_does_as_is_said(
    one: Selected, dev: tuple[pd.DataFrame, pd.DataFrame], prod: pd.DataFrame
) -> None:
    train, test = dev
    candidate = Candidate(one.model, one.candidate, one.params)
    model = build(candidate, COMPARISON.seed).fit(train[FEATURES].astype(float), train[TARGET])
    for base, said in ((test, one.test), (prod, one.prod)):
        found = rates(model, base)
        assert (found.n, found.share_predicted_made) == (said.n, said.share_predicted_made)
        np.testing.assert_allclose([found.metrics[m] for m in METRICS], [said.metrics[m] for m in METRICS], **DIGITS)
    folds = fold_of(train[TARGET], COMPARISON.folds, COMPARISON.seed)
    means = cross_validate([candidate], train[FEATURES], train[TARGET], folds, COMPARISON.seed).iloc[0]
    np.testing.assert_allclose([means[m] for m in METRICS], [one.cross_validated[m] for m in METRICS], **DIGITS)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("metric", ["log_loss", "f1"])
def test_the_default_engine_selects_what_is_said(
    model: str, metric: str, dev: tuple[pd.DataFrame, pd.DataFrame], prod: pd.DataFrame
) -> None:
    tuning = Tuning.model_validate(
        {
            "engine": "scikit-learn",
            "metric": metric,
            "candidates": COMPARISON.candidates,
            "folds": COMPARISON.folds,
            "seed": COMPARISON.seed,
        }
    )
    train, test = dev
    found = select(ENGINES["scikit-learn"](model, train[FEATURES], train[TARGET], tuning), model, tuning, test, prod)
    (said,) = (
        one for one in COMPARISON.selected if (one.engine, one.model, one.metric) == ("scikit-learn", model, metric)
    )
    assert (found.candidate, found.params) == (said.candidate, said.params)
    for name in METRICS:
        assert found.cross_validated[name] == pytest.approx(said.cross_validated[name], abs=1e-9)


def test_it_is_of_the_published_base_the_present_lock_and_the_usual_number_of_candidates(
    dev: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    assert COMPARISON.base_id == base_id(dev[0])
    assert COMPARISON.lock_sha256 == hashlib.sha256((REPOSITORY / environment.LOCK).read_bytes()).hexdigest()
    assert (COMPARISON.candidates, COMPARISON.folds) == (COUNT, 10)
    for one in COMPARISON.selected:
        expected = "pycaret 3.3.2" if one.engine == "pycaret" else "scikit-learn "
        assert one.made_with.startswith(expected)
        defaults = build(Candidate(one.model, 0, {}), COMPARISON.seed)[-1].get_params()
        is_untuned = one.params.items() <= defaults.items()
        assert (one.candidate == 0) == (one.engine == "pycaret" and is_untuned)


def test_both_engines_were_run_on_both_models_with_both_metrics_and_repeatedly() -> None:
    said = {(one.engine, one.model, one.metric) for one in COMPARISON.selected}
    assert said == {(e, model, metric) for e in ENGINES for model in MODELS for metric in ("log_loss", "f1")}
    assert {(cost.engine, cost.model) for cost in COMPARISON.costs} == {(e, model) for e in ENGINES for model in MODELS}
    for cost in COMPARISON.costs:
        assert len(cost.cpu_seconds) == len(cost.wall_seconds) >= FEWEST_REPEATS
        assert min(cost.cpu_seconds + cost.wall_seconds) > 0
