import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from kobe_shots.models.candidates import MODELS
from kobe_shots.models.metrics import METRICS
from kobe_shots.pipelines import STAGES
from kobe_shots.report import Report
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE
from kobe_shots.summary import render


def estimates(value: float) -> dict[str, Any]:
    return {
        metric: {"metric": metric, "value": value, "low": value - 0.01, "high": value + 0.02, "n": 4057}
        for metric in METRICS
    }


def verdict(sentence: str) -> dict[str, str]:
    return {"code": "better", "severity": "ok", "sentence": sentence}


def base() -> dict[str, Any]:
    rows: dict[str, Any] = {
        "base_id": "0123456789ab",
        "raw_rows": 24271,
        "unlabelled_rows": 3986,
        "incomplete_rows": 0,
        "prepared_rows": 20285,
    }
    rows |= {"train_rows": 16228, "test_rows": 4057, "raw_columns": 25, "prepared_columns": 7}
    return rows | {"test_percent": 20.0, "make_rate": 0.4773, "train_make_rate": 0.47, "test_make_rate": 0.48}


def training(stage: str) -> dict[str, Any]:
    model = {
        "estimator": "LogisticRegression",
        "engine": "scikit-learn",
        "made_with": "scikit-learn 1.9.1",
        "remarks": [],
        "candidates": 100,
        "folds": 10,
        "picked_by": "log_loss",
        "params": {"C": 0.5},
        "cross_validated": dict.fromkeys(METRICS, 0.5),
        "test": estimates(0.6),
        "skill": estimates(0.02)["log_loss"],
        "certain_shots": 0,
        "share_predicted_made": 0.4,
        "picks": [],
    }
    difference = estimates(0.005)["log_loss"]
    return {
        "fingerprint": "f",
        "base_id": "0123456789ab",
        "confidence": 0.95,
        "models": {name: copy.deepcopy(model) for name in MODELS},
        "constant": estimates(0.7),
        "always_made": estimates(0.9),
        "choice": {"chosen": "lr", "difference": difference, "verdict": verdict(f"Chosen on {stage}.")},
    }


def document() -> dict[str, Any]:
    """Return a report, as it lies in its file, of all steps."""
    files = [{"name": DEV_FILE, "sha256": "aa", "rows": 24271}, {"name": PROD_FILE, "sha256": "bb", "rows": 6426}]
    now = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    return {
        "schema_version": 1,
        "written_at": now,
        "provenance": {"source": "found", "sentence": "Some shots.", "why": "", "files": files, "fetched_at": now},
        "runs": {},
        "preparation": {"fingerprint": "f", "bases": {stage: base() for stage in STAGES}},
        "training": {stage: training(stage) for stage in STAGES},
        "application": {
            "fingerprint": "f",
            "base_id": "0123456789ab",
            "confidence": 0.95,
            "model_name": "kobe_shot",
            "model_version": 3,
            "origin": "trained_lr_model_dev/7",
            "rows_scored": 6426,
            "incomplete_rows": 3,
            "labelled_rows": 5412,
            "learned_rows": 0,
            "share_predicted_made": 0.1,
            "mean_probability": 0.32,
            "make_rate": 0.33,
            "metrics": estimates(0.6),
            "contenders": {name: estimates(0.6) for name in MODELS},
            "constant_dev": estimates(0.6),
            "constant_prod": estimates(0.6),
            "learned_skill": estimates(0.02)["log_loss"],
            "skill": None,
            "shifts": [],
            "adherence": verdict("Adherent."),
        },
        "monitoring": {
            "fingerprint": "abc",
            "base_id": "dddddddddddd",
            "model_name": "kobe_shot",
            "model_version": 3,
            "origin": "trained_lr_model_dev/7",
            "confidence": 0.95,
            "batches": {"prod": health()},
            "usual": {},
            "trials": {},
        },
    }


def health() -> dict[str, Any]:
    said = {"code": "estimate", "severity": "cannot_tell", "sentence": "Nobody knows.", "evidence": {}}
    judged = {"overall": said, "causes": [], "action": "Ask for labels.", "findings": [said]}
    batch = {"batch": "prod", "n": 6_426, "labelled": 0, "overall": said, "action": "Ask for labels."}
    return batch | {"with_labels": judged, "without_labels": judged}


def summary(changed: dict[str, Any]) -> str:
    return render(Report.model_validate(changed))


ESTIMATED = [
    *(("training", stage, "models", model, "test") for stage in STAGES for model in MODELS),
    *(("training", stage, rival) for stage in STAGES for rival in ("constant", "always_made")),
    *(("application", name) for name in ("metrics", "constant_dev", "constant_prod")),
    *(("application", "contenders", model) for model in MODELS),
]
SHOWN: list[tuple[tuple[Any, ...], Any, str]] = [
    (("provenance", "sentence"), "Other shots.", "Other shots."),
    (("provenance", "files", 1, "rows"), 987_654, "987,654 rows in dataset_kobe_prod"),
    *(
        (("preparation", "bases", stage, name), value, text)
        for stage in STAGES
        for name, value, text in (
            ("raw_rows", 987_654, "987,654 x 25 ->"),
            ("raw_columns", 26, "x 26 ->"),
            ("prepared_rows", 987_654, "-> 987,654 x 7"),
            ("prepared_columns", 8, "20,285 x 8"),
            ("train_rows", 987_654, "train 987,654,"),
            ("test_rows", 987_654, "test 987,654 ="),
            ("test_percent", 33.333, "= 33.3%"),
            ("make_rate", 0.98765, "make rate 0.9877;"),
            ("unlabelled_rows", 987_654, "kept apart 987,654 unlabelled"),
            ("incomplete_rows", 987_654, "dropped 987,654"),
        )
    ),
    *(
        ((*path, metric, end), 0.98765, text)
        for path in ESTIMATED
        for metric in METRICS
        for end, text in (("value", "0.988 ["), ("low", "[0.988,"), ("high", ", 0.988]"))
    ),
    *(
        entry
        for stage in STAGES
        for entry in (
            (("training", stage, "constant", "log_loss", "n"), 987_654, f"{stage} test base (987,654 shots"),
            (("training", stage, "models", "lr", "picked_by"), "brier", "picked by brier"),
            (
                ("training", stage, "models", "dt", "params"),
                {"max_leaf_nodes": 98},
                "; decision tree with max_leaf_nodes 98.",
            ),
            (("training", stage, "models", "lr", "params"), {"C": 9.8}, ": logistic regression with C 9.8; "),
            *(
                (("training", stage, "models", model, "certain_shots"), 987_654, f"{name} is certain, with probability")
                for model, name in MODELS.items()
            ),
            (("training", stage, "choice", "verdict", "sentence"), "Tied.", "Tied."),
        )
    ),
    (("application", "model_version"), 98, "champion kobe_shot v98"),
    (("application", "model_name"), "other", "champion other v3"),
    (("application", "origin"), "trained_dt_model_dev/98", "comes from trained_dt_model_dev/98;"),
    (("application", "rows_scored"), 987_654, "(987,654 shots scored"),
    (("application", "incomplete_rows"), 7_654, "7,654 shots lack a feature"),
    (("application", "confidence"), 0.5, "labelled, 50% intervals)"),
    (("training", "dev", "confidence"), 0.5, "shots, 50% intervals)"),
    (("application", "labelled_rows"), 987_654, ", 987,654 labelled"),
    (("application", "learned_rows"), 7_654, "; 7,654 it has learned from, and is not measured on."),
    (("application", "mean_probability"), 0.98765, "mean probability 0.9877, make rate seen 0.3300"),
    (("application", "make_rate"), 0.98765, "make rate seen 0.9877"),
    (("application", "share_predicted_made"), 0.98765, "calls 98.8% of the shots"),
    (("application", "adherence", "sentence"), "Not adherent.", "Not adherent."),
    (("monitoring", "batches", "prod", "n"), 987_654, "prod (987,654 shots, 0 with an outcome)"),
    (("monitoring", "batches", "prod", "overall", "sentence"), "It is ill.", "It is ill."),
    (("monitoring", "batches", "prod", "action"), "Retrain.", "Do: Retrain."),
]


@pytest.mark.parametrize(
    ("path", "value", "text"), SHOWN, ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else ""
)
def test_what_is_shown_comes_from_the_report(path: tuple[Any, ...], value: Any, text: str) -> None:
    changed = document()
    assert text not in summary(changed)
    *parents, last = path
    place: Any = changed
    for key in parents:
        place = place[key]
    place[last] = value
    assert summary(changed).count(text) == 1


def test_columns_stand_under_their_titles_however_wide_the_numbers() -> None:
    wide = document()
    for end in ("value", "low", "high"):
        wide["training"]["dev"]["always_made"]["log_loss"][end] = 18.835
    lines = summary(wide).splitlines()
    head = next(line for line in lines if "ROC AUC" in line)
    always = next(line for line in lines if "always a basket" in line)
    assert "18.835 [18.835, 18.835] " in always
    assert always.index("0.900 [") == head.index("F1")


def test_all_steps_that_have_run_are_there_and_none_is_called_missing() -> None:
    titles = [line for line in summary(document()).splitlines() if line and not line.startswith(" ")]
    assert [title.partition(" (")[0] for title in titles] == [
        "Data",
        "Prepared",
        "Models on the dev test base",
        "Models on the prod test base",
        "Production",
        "Health",
        "Files",
        "Next",
    ]
    assert "has not run" not in summary(document())


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ({"preparation": None}, ["PreparacaoDados", "kedro run --pipeline=PreparacaoDados"]),
        ({"application": None}, ["PipelineAplicacao", "kedro run --pipeline=PipelineAplicacao"]),
        ({"monitoring": None}, ["Monitoramento", "kedro run --pipeline=Monitoramento"]),
        ({"training": {"dev": training("dev")}}, ["Treinamento on prod", "kedro run --tags=training_prod"]),
        ({"training": {"prod": training("prod")}}, ["Treinamento on dev", "kedro run --tags=training_dev"]),
    ],
)
def test_a_step_that_is_missing_is_named_with_the_command_that_makes_it(gone: dict[str, Any], said: list[str]) -> None:
    step, command = said
    text = summary(document() | gone)
    with_champion = " with the champion in office" if step in {"PipelineAplicacao", "Monitoramento"} else ""
    assert f"\n{step}\n  has not run on this data{with_champion}: {command}\n" in text
    assert text.count("has not run") == 1


def test_a_report_of_no_step_names_them_all() -> None:
    text = summary(document() | {"preparation": None, "training": {}, "application": None, "monitoring": None})
    assert text.count("has not run on this data") == 5


def test_production_without_labels_has_no_table_and_no_make_rate() -> None:
    changed = document()
    changed["application"] |= {"metrics": {}, "contenders": {"lr": {}, "dt": {}}, "constant_dev": {}}
    changed["application"] |= {"constant_prod": {}, "make_rate": None, "labelled_rows": 0}
    production = summary(changed).partition("\nProduction ")[2].partition("\nFiles")[0]
    assert production.startswith("(6,426 shots scored, 0 labelled")
    assert "mean probability 0.3200; it calls 10.0% of the shots baskets; 3 shots lack" in production
    assert "make rate seen" not in production
    assert "log loss" not in production


@pytest.mark.parametrize("stage", STAGES)
def test_params_are_listed_as_a_person_would(stage: str) -> None:
    changed = document()
    params = {"criterion": "gini", "min_samples_leaf": 50, "max_leaf_nodes": 5}
    changed["training"][stage]["models"]["dt"]["params"] = params
    changed["training"][stage]["models"]["lr"]["params"] = {"C": 0.5, "class_weight": None}
    text = summary(changed)
    said = "logistic regression with C 0.5, class_weight None; decision tree with criterion gini, min_samples_leaf 50, "
    assert text.count(f"  Searched with scikit-learn 1.9.1, picked by log_loss: {said}max_leaf_nodes 5.\n") == 1
    assert not set("{}'") & set(text.partition("\nFiles")[0])


def test_a_model_that_is_certain_of_shots_is_named_and_no_other() -> None:
    assert "is certain" not in summary(document())
    changed = document()
    changed["training"]["prod"]["models"]["dt"]["certain_shots"] = 1_234
    text = summary(changed)
    said = (
        "  The decision tree is certain, with probability 0 or 1, of 1,234 shots; one that it is wrong about costs 36"
    )
    assert text.count("is certain") == 1
    assert said in text.partition("Models on the prod test base")[2].partition("\nProduction")[0]


def test_what_an_engine_remarks_is_said_under_its_base_with_the_models_name() -> None:
    changed = document()
    remark = {"code": "untuned", "severity": "watch", "sentence": "PyCaret gave back the untuned model."}
    changed["training"]["prod"]["models"]["dt"] |= {"remarks": [remark]}
    _, prod = render(Report.model_validate(changed)).split("Models on the prod test base")
    assert prod.count("  decision tree: PyCaret gave back the untuned model.\n") == 1


def test_the_summary_is_plain_text_without_trailing_blanks() -> None:
    assert [line for line in summary(document()).splitlines() if line != line.rstrip()] == []
