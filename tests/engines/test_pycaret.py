"""Is what PyCaret found fitted and measured again here, and refused where the two environments differ?"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.engines import environment, pycaret
from kobe_shots.engines.found import Found
from kobe_shots.engines.handover import Tried, Tuned
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import Candidate, build
from kobe_shots.models.folds import fold_of
from kobe_shots.models.search import cross_validate
from kobe_shots.parameters import Tuning
from kobe_shots.shots.schema import FEATURES, TARGET

TUNING = Tuning(engine="pycaret", metric="log_loss", candidates=2, folds=3, seed=24)
CLASSES = {"lr": LogisticRegression, "dt": DecisionTreeClassifier}
PARAMS: dict[str, list[dict[str, Any]]] = {
    "lr": [{"C": 1.0, "class_weight": None}, {"C": 7.5, "class_weight": None}, {"C": 0.01, "class_weight": "balanced"}],
    "dt": [
        {"max_depth": 9, "max_features": None, "min_impurity_decrease": 0.0},
        {"max_depth": 2, "max_features": 0.7, "min_impurity_decrease": 1e-5},
        {"max_depth": 1, "max_features": 0.5, "min_impurity_decrease": 0.01},
    ],
}


def measured(model: str, shots: pd.DataFrame, tuning: Tuning = TUNING) -> pd.DataFrame:
    """Return the table of the candidates above, number 0 being the untuned one."""
    tried = [Candidate(model, number, params) for number, params in enumerate(PARAMS[model])]
    return cross_validate(
        tried, shots[FEATURES], shots[TARGET], fold_of(shots[TARGET], tuning.folds, tuning.seed), tuning.seed
    )


def settle(given: Tuned, model: str, shots: pd.DataFrame, tuning: Tuning = TUNING) -> Found:
    made = shots[TARGET]
    return pycaret.settle(given, model, shots[FEATURES], made, fold_of(made, tuning.folds, tuning.seed), tuning)


def answer(model: str, shots: pd.DataFrame, tuning: Tuning = TUNING, **changed: Any) -> Tuned:
    """Return what PyCaret would answer if it computed as we do and gave back its first candidate."""
    folds = measured(model, shots, tuning)[f"{tuning.metric}_folds"]
    all_tried = [Tried(params=params, folds=of) for params, of in zip(PARAMS[model], folds, strict=True)]
    best = changed.pop("best", 0)
    taken = PARAMS[model][best + 1 if changed.get("tuned", True) else 0]
    fitted = build(Candidate(model, 1, taken), tuning.seed).fit(shots[FEATURES].astype(float), shots[TARGET])
    given: dict[str, Any] = {
        "versions": {"pycaret": "3.3.2", "scikit-learn": "1.4.2"},
        "cpu_seconds": 1.0,
        "wall_seconds": 1.0,
        "untuned": all_tried[0],
        "tried": all_tried[1:],
        "best": best,
        "probability": fitted.predict_proba(shots[FEATURES].astype(float))[:, 1].tolist(),
    }
    return Tuned.model_validate({"tuned": True} | given | changed)


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("metric", ["log_loss", "f1", "brier", "roc_auc"])
def test_the_table_has_all_metrics_of_the_untuned_model_and_all_candidates(
    few_shots: pd.DataFrame, model: str, metric: Any
) -> None:
    tuning = TUNING.model_copy(update={"metric": metric})
    found = settle(answer(model, few_shots, tuning), model, few_shots, tuning)
    assert_frame_equal(found.table, measured(model, few_shots))
    assert found.table["candidate"].tolist() == [0, 1, 2]
    assert (found.made_with, found.remarks) == ("pycaret 3.3.2", ())


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("best", [0, 1])
def test_the_model_that_goes_on_is_the_one_pycaret_gave_back_fitted_here_on_all_rows(
    few_shots: pd.DataFrame, model: str, best: int
) -> None:
    features, made = few_shots[FEATURES], few_shots[TARGET]
    found = settle(answer(model, few_shots, best=best), model, few_shots)
    assert found.taken == Candidate(model, best + 1, PARAMS[model][best + 1])
    assert isinstance(found.estimator[-1], CLASSES[model])
    expected = build(found.taken, 24).fit(features.astype(float), made).predict_proba(features.astype(float))
    np.testing.assert_array_equal(found.estimator.predict_proba(features.astype(float)), expected)


@pytest.mark.parametrize("model", CLASSES)
def test_an_untuned_model_that_was_given_back_is_reported_as_such(few_shots: pd.DataFrame, model: str) -> None:
    given = answer(model, few_shots, tuned=False, best=1)
    found = settle(given, model, few_shots)
    assert found.taken == Candidate(model, 0, PARAMS[model][0])
    (remark,) = found.remarks
    means = found.table.set_index("candidate")["log_loss"]
    assert (remark.code, remark.severity) == ("untuned", "watch")
    assert remark.sentence.startswith(
        f"PyCaret gave back the untuned model: over the folds its log_loss is {means[0]:.6f}, and that of the best of "
        f"the 2 candidates it tried is {min(means[1], means[2]):.6f}"
    )


@pytest.mark.parametrize(("other", "said"), [(0.64004, True), (0.64006, False), (0.63996, True), (0.63, False)])
def test_only_a_tie_in_four_decimals_is_called_one(few_shots: pd.DataFrame, other: float, said: bool) -> None:
    table = pd.DataFrame({"candidate": [0, 1], "model": "lr", "params": "{}", "log_loss": [0.64, other]})
    (remark,) = pycaret._remarks(table, answer("lr", few_shots, tuned=False), TUNING)
    assert remark.sentence.endswith(", which PyCaret takes for equal: it compares 4 decimals.") == said


@pytest.mark.parametrize(("gap", "refused"), [(5e-7, False), (2e-6, True), (float("nan"), True)])
def test_fold_scores_that_differ_from_those_measured_here_are_refused(
    few_shots: pd.DataFrame, gap: float, refused: bool
) -> None:
    given = answer("lr", few_shots)
    folds = [given.tried[1].folds[0] + gap, *given.tried[1].folds[1:]]
    given = given.model_copy(update={"tried": [given.tried[0], Tried(params=PARAMS["lr"][2], folds=folds)]})
    if not refused:
        settle(given, "lr", few_shots)
        return
    with pytest.raises(KobeShotsError, match=r"^PyCaret's log_loss of a fold and the one measured here differ by"):
        settle(given, "lr", few_shots)


@pytest.mark.parametrize(("gap", "refused"), [(5e-10, False), (2e-9, True)])
def test_probabilities_that_differ_from_those_of_the_model_fitted_here_are_refused(
    few_shots: pd.DataFrame, gap: float, refused: bool
) -> None:
    given = answer("dt", few_shots)
    given = given.model_copy(update={"probability": [*given.probability[:-1], given.probability[-1] + gap]})
    if not refused:
        settle(given, "dt", few_shots)
        return
    with pytest.raises(KobeShotsError, match=r"probability of a shot .* differ by 2\.0e-09; allowed is 1e-09"):
        settle(given, "dt", few_shots)


def test_without_its_environment_nothing_is_tried(
    few_shots: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(environment.ASKED_FOR, raising=False)
    with pytest.raises(KobeShotsError, match=r"^PyCaret's environment, \.venv-pycaret, is not there"):
        pycaret.train("lr", few_shots[FEATURES], few_shots[TARGET], TUNING)


@pytest.mark.parametrize("model", CLASSES)
@pytest.mark.parametrize("metric", ["log_loss", "f1", "brier", "roc_auc"])
def test_pycaret_itself_tunes_for_every_metric_and_agrees(
    few_shots: pd.DataFrame, pycaret_python: Path, monkeypatch: pytest.MonkeyPatch, model: str, metric: Any
) -> None:
    monkeypatch.setenv(environment.ASKED_FOR, str(pycaret_python.parents[1]))
    tuning = TUNING.model_copy(update={"metric": metric})
    found = pycaret.train(model, few_shots[FEATURES], few_shots[TARGET], tuning)
    assert found.table["candidate"].tolist() == [0, 1, 2]
    assert isinstance(found.estimator[-1], CLASSES[model])
    means = found.table.set_index("candidate")[metric].round(4)
    assert means[found.taken.number] == (means.min() if metric in {"log_loss", "brier"} else means.max())
    assert (found.taken.number == 0) == bool(found.remarks)
