"""Does the whole job come out as promised, on simulated and on real shots?"""

from pathlib import Path

import mlflow
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, f1_score, log_loss, roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.job import read_report
from kobe_shots.report import Report

FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
CLASSES = {"lr": LogisticRegression, "dt": DecisionTreeClassifier}


@pytest.fixture(params=["simulated", "real"])
def finished(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    monkeypatch.chdir(folder)
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    return folder


def test_files_of_every_phase_are_there(finished: Path) -> None:
    expected = [
        "01_raw/provenance.json",
        "02_intermediate/unlabelled_shots.parquet",
        *(f"03_primary/data_filtered_{stage}.parquet" for stage in ("dev", "prod")),
        *(f"05_model_input/base_{part}_{stage}.parquet" for part in ("train", "test") for stage in ("dev", "prod")),
        "07_model_output/predictions_prod.parquet",
        *(
            f"08_reporting/{model}_model_{stage}/{name}"
            for model in ("lr", "dt")
            for stage in ("dev", "prod")
            for name in ("AUC.png", "candidates.parquet", "curves.parquet", "explained.parquet")
        ),
        "08_reporting/report.json",
    ]
    assert [name for name in expected if not (finished / "data" / name).is_file()] == []
    assert list((finished / "data").rglob("*.partial*")) == []


def test_no_row_is_lost(finished: Path) -> None:
    data = finished / "data"
    raw = pd.concat(pd.read_parquet(path) for path in (data / "01_raw").glob("*.parquet"))
    labelled = [pd.read_parquet(path) for path in (data / "03_primary").glob("*.parquet")]
    unlabelled = pd.read_parquet(data / "02_intermediate" / "unlabelled_shots.parquet")
    kept = pd.concat([*labelled, unlabelled]).index
    assert sorted(kept) == sorted(raw["shot_id"])


@pytest.mark.parametrize("stage", ["dev", "prod"])
@pytest.mark.parametrize("model", ["lr", "dt"])
def test_a_registered_model_is_what_its_name_says_and_scores_as_logged(finished: Path, model: str, stage: str) -> None:
    pipeline = mlflow.sklearn.load_model(f"models:/trained_{model}_model_{stage}/latest")
    assert isinstance(pipeline[-1], CLASSES[model])
    test = pd.read_parquet(finished / "data" / "05_model_input" / f"base_test_{stage}.parquet")
    probability = pipeline.predict_proba(test[FEATURES].astype(float))[:, 1]
    logged = read_report(finished).training[stage].models[model].test  # type: ignore[index]  # a plain str
    assert logged["log_loss"].value == pytest.approx(log_loss(test["shot_made_flag"], probability), abs=1e-9)
    runs = mlflow.search_runs(
        experiment_names=["kobe-shots"],
        filter_string="attributes.run_name = 'Treinamento'",
        order_by=["attributes.start_time DESC"],
        output_format="list",
    )
    assert runs[0].data.metrics[f"{model}_model_{stage}_log_loss"] == logged["log_loss"].value


def test_the_published_predictions_give_the_logged_metrics(finished: Path) -> None:
    published = pd.read_parquet(finished / "data" / "07_model_output" / "predictions_prod.parquet")
    raw = pd.read_parquet(finished / "data" / "01_raw" / "dataset_kobe_prod.parquet")
    assert sorted(published["shot_id"]) == sorted(raw["shot_id"])
    labelled = published.dropna(subset=["shot_made_flag"])
    made, probability = labelled["shot_made_flag"].astype(int), labelled["probability"]
    application = read_report(finished).application
    assert application is not None
    assert application.metrics["log_loss"].value == pytest.approx(log_loss(made, probability), abs=1e-12)
    assert application.metrics["f1"].value == pytest.approx(
        f1_score(made, labelled["label"], zero_division=0), abs=1e-12
    )
    assert application.metrics["brier"].value == pytest.approx(brier_score_loss(made, probability), abs=1e-12)
    assert application.metrics["roc_auc"].value == pytest.approx(roc_auc_score(made, probability), abs=1e-12)


def test_the_champion_is_the_chosen_dev_model(finished: Path) -> None:
    client = mlflow.MlflowClient()
    champion = client.get_model_version_by_alias("kobe_shot", "champion")
    report: Report = read_report(finished)
    assert champion.tags["origin"].startswith(f"trained_{report.training['dev'].choice.chosen}_model_dev/")
    assert report.application is not None
    assert (report.application.model_name, report.application.model_version) == ("kobe_shot", int(champion.version))


def test_each_step_is_one_finished_run_with_its_name(finished: Path) -> None:
    runs = mlflow.search_runs(experiment_names=["kobe-shots"], output_format="list")
    assert sorted(run.info.run_name for run in runs) == [
        "Monitoramento",
        "PipelineAplicacao",
        "PreparacaoDados",
        "Treinamento",
    ]
    assert {run.info.status for run in runs} == {"FINISHED"}
    fingerprint = read_report(finished).provenance.fingerprint
    assert {run.data.tags["data.fingerprint"] for run in runs} == {fingerprint}


def test_the_real_bases_have_the_known_dimensions(real: Path) -> None:
    prepared = read_report(real).preparation
    assert prepared is not None
    dev, prod = prepared.bases["dev"], prepared.bases["prod"]
    assert (dev.prepared_rows, dev.prepared_columns, dev.train_rows, dev.test_rows) == (20_285, 7, 16_228, 4_057)
    assert (prod.prepared_rows, prod.prepared_columns, prod.train_rows, prod.test_rows) == (5_412, 7, 4_329, 1_083)
    assert (round(dev.make_rate, 4), round(prod.make_rate, 4)) == (0.4773, 0.3293)
    assert dev.unlabelled_rows + prod.unlabelled_rows == 5_000
