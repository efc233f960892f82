import copy
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from matplotlib.figure import Figure
from pandas.testing import assert_frame_equal
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import MODELS, Candidate, build, fit
from kobe_shots.models.lineage import base_id
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.search import best
from kobe_shots.parameters import Evaluation, Selection, Tuning
from kobe_shots.pipelines.training import create_pipeline, nodes
from kobe_shots.report import Training
from kobe_shots.shots.schema import FEATURES, TARGET

TUNING = Tuning(engine="scikit-learn", metric="log_loss", candidates=10, folds=2, seed=24)
HOW = Evaluation(confidence=0.95, resamples=100, seed=24)
RULE = Selection(minimum_difference=0.001, when_tied="lr")
PARAMETERS = {"params:tuning": TUNING, "params:evaluation": HOW, "params:selection": RULE}
CLASSES = {"lr": LogisticRegression, "dt": DecisionTreeClassifier}


class Kept(MemoryDataset):
    """Holds on to its data: a runner releases what no later node reads."""

    def _release(self) -> None:
        pass


def draw_base(seed: int, n: int) -> pd.DataFrame:
    """Return shots that go in less often from afar, indexed by a shot id."""
    rng = np.random.default_rng(seed)
    feet = rng.integers(0, 25, n)
    return pd.DataFrame(
        {
            "lat": 34.0443 - feet / 100,
            "lon": -118.2698 + rng.integers(-200, 200, n) / 1000,
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": feet,
            TARGET: (rng.random(n) < 0.8 - feet / 40).astype(np.int64),
        },
        index=pd.Index(rng.permutation(10 * n)[:n], name="shot_id"),
    )


TRAIN, TEST = draw_base(1, 1200), draw_base(2, 300)


@pytest.fixture(scope="module")
def trained() -> dict[str, Any]:
    """Everything that training on dev leaves behind, in memory."""
    pipeline = create_pipeline().only_nodes_with_tags("training_dev")
    given = {"base_train_dev": TRAIN, "base_test_dev": TEST, "record_preparation": {"fingerprint": "abc"}}
    inputs = {name: MemoryDataset(value) for name, value in (given | PARAMETERS).items()}
    outputs = {name: Kept(copy_mode="assign") for name in pipeline.all_outputs()}
    catalog = DataCatalog(inputs | outputs)
    SequentialRunner().run(pipeline, catalog)
    return {name: catalog.load(name) for name in outputs}


# ---- what a run leaves behind


@pytest.mark.parametrize("model", MODELS)
def test_the_best_candidate_is_fitted_on_the_whole_train_base(trained: dict[str, Any], model: str) -> None:
    table, picked = trained[f"candidates_{model}_model_dev"], trained[f"picked_{model}_model_dev"]
    assert (len(table), set(table["model"])) == (10, {model})
    assert picked["candidate"] == best(table, "log_loss").number == table["log_loss"].idxmin() + 1
    fitted = trained[f"trained_{model}_model_dev"]
    assert isinstance(fitted[-1], CLASSES[model])
    assert {name: fitted[-1].get_params()[name] for name in picked["params"]} == picked["params"]
    assert fitted.feature_names_in_.tolist() == FEATURES
    assert (picked["seed"], picked["base_id"]) == (24, base_id(TRAIN))
    if model == "dt":
        assert fitted[-1].tree_.n_node_samples[0] == len(TRAIN)


@pytest.mark.parametrize("model", MODELS)
def test_every_test_shot_is_scored_by_the_fitted_model(trained: dict[str, Any], model: str) -> None:
    scores = trained[f"test_scores_{model}_model_dev"]
    assert scores.columns.tolist() == ["label", "probability", TARGET]
    assert scores.index.equals(TEST.index)
    assert scores[TARGET].tolist() == TEST[TARGET].tolist()
    expected = trained[f"trained_{model}_model_dev"].predict_proba(TEST[FEATURES].astype(float))[:, 1]
    np.testing.assert_array_equal(scores["probability"], expected)


@pytest.mark.parametrize("model", MODELS)
def test_a_description_is_measured_on_the_test_base(trained: dict[str, Any], model: str) -> None:
    description, scores = trained[f"description_{model}_model_dev"], trained[f"test_scores_{model}_model_dev"]
    for name, metric in METRICS.items():
        measured = metric.of(scores[TARGET], scores["probability"])
        assert description["test"][name]["value"] == pytest.approx(measured, abs=1e-15)
        assert trained[f"metrics_{model}_model_dev"][name] == description["test"][name]["value"]
        assert description["test"][name]["n"] == len(TEST)
    rate = TRAIN[TARGET].mean()
    made = TEST[TARGET].mean()
    of_constant = -made * np.log(rate) - (1 - made) * np.log(1 - rate)
    skill = description["skill"]
    assert skill["value"] == pytest.approx(of_constant - description["test"]["log_loss"]["value"], abs=1e-12)
    assert (skill["metric"], skill["n"]) == ("log_loss", len(TEST))
    assert skill["low"] < skill["value"] < skill["high"]
    assert trained[f"metrics_{model}_model_dev"]["skill"] == skill["value"]
    assert trained[f"metrics_{model}_model_dev"]["skill_high"] == skill["high"]
    assert len(trained[f"metrics_{model}_model_dev"]) == 3 * (len(METRICS) + 1)
    assert description["certain_shots"] == scores["probability"].isin([0, 1]).sum()
    assert description["estimator"] == CLASSES[model].__name__
    assert description["engine"] == "scikit-learn"
    assert description["made_with"] == f"scikit-learn {sklearn.__version__}"
    assert description["remarks"] == []
    assert description["share_predicted_made"] == (scores["probability"] > 0.5).mean()
    assert (description["candidates"], description["folds"], description["picked_by"]) == (10, 2, "log_loss")


@pytest.mark.parametrize("model", MODELS)
def test_what_each_metric_would_have_picked_is_told(trained: dict[str, Any], model: str) -> None:
    description, table = trained[f"description_{model}_model_dev"], trained[f"candidates_{model}_model_dev"]
    picks = {pick["metric"]: pick for pick in description["picks"]}
    assert list(picks) == list(METRICS)
    for name, metric in METRICS.items():
        means = table.set_index("candidate")[name]
        assert means[picks[name]["candidate"]] == (means.max() if metric.greater_is_better else means.min())
        assert picks[name]["cross_validated"][name] == means[picks[name]["candidate"]]
    taken = picks["log_loss"]
    assert taken["params"] == description["params"]
    assert taken["cross_validated"] == description["cross_validated"]
    assert taken["share_predicted_made"] == description["share_predicted_made"]
    assert taken["test"] == pytest.approx({name: of["value"] for name, of in description["test"].items()}, abs=1e-15)


def test_the_record_compares_both_models_with_constants_known_by_hand(trained: dict[str, Any]) -> None:
    record = Training.model_validate(trained["record_training_dev"])
    rate, made = TRAIN[TARGET].mean(), TEST[TARGET].mean()
    assert (record.fingerprint, record.base_id) == ("abc", base_id(TRAIN))
    assert record.constant["log_loss"].value == pytest.approx(-made * np.log(rate) - (1 - made) * np.log(1 - rate))
    assert record.constant["brier"].value == pytest.approx(made * (1 - rate) ** 2 + (1 - made) * rate**2)
    assert record.constant["roc_auc"].value == 0.5
    assert record.always_made["f1"].value == pytest.approx(2 * made / (1 + made))
    assert record.always_made["log_loss"].value == pytest.approx((1 - made) * 36.0437, rel=1e-5)
    losses = {name: model.test["log_loss"].value for name, model in record.models.items()}
    assert record.choice.difference.value == pytest.approx(losses["lr"] - losses["dt"], abs=1e-12)
    assert trained["metrics_constant_dev"]["brier"] == record.constant["brier"].value
    assert trained["champion"].model == f"trained_{record.choice.chosen}_model_dev"


@pytest.mark.parametrize("model", MODELS)
def test_the_run_is_tagged_with_what_was_picked_and_what_was_taken(trained: dict[str, Any], model: str) -> None:
    tags, picked = trained[f"tags_{model}_model_dev"], trained[f"picked_{model}_model_dev"]
    assert set(tags) == {"engine", "picked_by", "params"}
    assert (tags["engine"], tags["picked_by"]) == ("scikit-learn", "log_loss")
    assert json.loads(tags["params"]) == picked["params"]
    choice = trained["record_training_dev"]["choice"]
    assert trained["tags_training_dev"] == {"engine": "scikit-learn"}
    assert trained["tags_choice_dev"] == {"chosen": choice["chosen"], "verdict": choice["verdict"]["sentence"]}


def test_figures_are_figures(trained: dict[str, Any]) -> None:
    names = ["coefficients_lr_model_dev", "tree_dt_model_dev"]
    names += [f"{kind}_{model}_model_dev" for kind in ("roc", "calibration") for model in MODELS]
    assert {type(trained[name]) for name in names} == {Figure}


# ---- nodes


def test_what_the_engine_took_stands_as_the_pick_of_its_metric(trained: dict[str, Any]) -> None:
    table = trained["candidates_lr_model_dev"]
    other = table[table["candidate"] == best(table, "f1").number % len(table) + 1].iloc[0]
    picked = trained["picked_lr_model_dev"] | {
        "metric": "f1",
        "candidate": int(other["candidate"]),
        "params": json.loads(other["params"]),
        "engine": "pycaret",
    }
    model = build(Candidate("lr", 1, picked["params"]), 24).fit(TRAIN[FEATURES].astype(float), TRAIN[TARGET])
    description = describe(trained, "lr", picked=picked, model=model)
    picks = {pick["metric"]: pick["candidate"] for pick in description["picks"]}
    assert picks["f1"] == other["candidate"] != best(table, "f1").number
    assert picks["log_loss"] == best(table, "log_loss").number
    assert description["engine"] == "pycaret"


def describe(trained: dict[str, Any], which: str, **changed: Any) -> dict[str, Any]:
    """Describe what training has left behind, a few of its things replaced."""
    given = {
        "train": TRAIN,
        "test": TEST,
        "candidates": trained[f"candidates_{which}_model_dev"],
        "model": trained[f"trained_{which}_model_dev"],
        "picked": trained[f"picked_{which}_model_dev"],
        "scores": trained[f"test_scores_{which}_model_dev"],
        "how": HOW,
    }
    return nodes.describe_model(**(given | changed))


@pytest.mark.parametrize("model", MODELS)
def test_a_model_that_learned_from_another_base_is_not_described(trained: dict[str, Any], model: str) -> None:
    other = TRAIN.iloc[1:]
    said = (
        f"The {CLASSES[model].__name__} learned from train base {base_id(TRAIN)}, and {base_id(other)} lies there now"
    )
    with pytest.raises(KobeShotsError, match=f"^{said}"):
        describe(trained, model, train=other)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_that_is_not_the_one_picked_is_not_described(trained: dict[str, Any], model: str) -> None:
    said = rf"^The registered {CLASSES[model].__name__} is not the candidate that was picked last \(.*\)\. Train anew: "
    table, picked = trained[f"candidates_{model}_model_dev"], trained[f"picked_{model}_model_dev"]
    for params in table.loc[table["candidate"] != picked["candidate"], "params"]:
        with pytest.raises(KobeShotsError, match=said):
            describe(trained, model, picked=picked | {"params": json.loads(params)})
    (other,) = set(MODELS) - {model}
    with pytest.raises(KobeShotsError, match=r"is not the candidate that was picked last"):
        describe(trained, model, model=trained[f"trained_{other}_model_dev"])


def test_what_other_metrics_would_have_picked_is_refitted_with_the_seed_that_was_used(trained: dict[str, Any]) -> None:
    seeds: list[int] = []

    def fit_and_note(candidate: Candidate, seed: int, *rows: Any) -> Any:
        seeds.append(seed)
        return fit(candidate, seed, *rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "fit", fit_and_note)
        describe(trained, "dt", picked=trained["picked_dt_model_dev"] | {"seed": 7})
    assert seeds == [7] * len(METRICS)


def test_what_another_version_picked_is_not_described(trained: dict[str, Any]) -> None:
    older = {name: value for name, value in trained["picked_dt_model_dev"].items() if name != "engine"}
    with pytest.raises(
        KobeShotsError, match=r"^What was picked was written by another version .* Train anew: kedro run"
    ):
        describe(trained, "dt", picked=older)


def test_certain_shots_are_those_with_probability_zero_or_one(trained: dict[str, Any]) -> None:
    scores = trained["test_scores_lr_model_dev"].copy()
    assert describe(trained, "lr")["certain_shots"] == 0
    column = scores.columns.get_loc("probability")
    scores.iloc[:6, column] = [0, 1, 1, 1e-12, 1 - 1e-12, 0.5]
    assert describe(trained, "lr", scores=scores)["certain_shots"] == 3


@pytest.mark.parametrize("chosen", MODELS)
def test_the_champion_is_the_model_chosen_on_dev_with_its_bases_and_the_reasons(
    trained: dict[str, Any], chosen: str
) -> None:
    record = copy.deepcopy(trained["record_training_dev"])
    record["choice"]["chosen"] = chosen
    promoted = nodes.promote(record, TRAIN, TEST)
    assert (promoted.model, promoted.replaces) == (f"trained_{chosen}_model_dev", None)
    assert (promoted.train is TRAIN, promoted.test is TEST) == (True, True)
    assert json.loads(json.dumps(promoted.ledger)) == {
        "chosen": chosen,
        "verdict": record["choice"]["verdict"]["sentence"],
        "difference": record["choice"]["difference"],
        "decided_by": "log_loss",
    }


def test_a_choice_made_on_another_base_promotes_nothing(trained: dict[str, Any]) -> None:
    said = r"^The .+ that was chosen learned from train base \w+, and \w+ lies there now"
    with pytest.raises(KobeShotsError, match=said):
        nodes.promote(trained["record_training_dev"], TRAIN.iloc[1:], TEST)


def test_nodes_leave_their_inputs_alone(trained: dict[str, Any]) -> None:
    train, test = TRAIN.copy(), TEST.copy()
    table, picked = trained["candidates_lr_model_dev"], trained["picked_lr_model_dev"]
    scores, dt_scores = (trained[f"test_scores_{model}_model_dev"] for model in MODELS)
    lr, dt = (trained[f"description_{model}_model_dev"] for model in MODELS)
    before = copy.deepcopy((table, picked, scores, dt_scores, lr, dt))
    nodes.train_lr(TRAIN, TUNING)
    model = nodes.register(trained["trained_lr_model_dev"])
    nodes.score_test(model, TEST)
    nodes.describe_model(TRAIN, TEST, table, model, picked, scores, HOW)
    nodes.record_training(TRAIN, scores, dt_scores, lr, dt, {"fingerprint": "abc"}, HOW, RULE)
    for now, then in zip(
        (TRAIN, TEST, table, scores, dt_scores), (train, test, *before[:1], *before[2:4]), strict=True
    ):
        assert_frame_equal(now, then)
    assert (picked, lr, dt) == (before[1], *before[4:])
