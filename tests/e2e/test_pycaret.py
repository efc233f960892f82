"""Does a training by PyCaret leave behind what any other does, and nothing when it is cut short?"""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from kobe_shots import job
from kobe_shots.engines.environment import ASKED_FOR, FOLDER
from kobe_shots.models.metrics import METRICS
from kobe_shots.report import Report
from kobe_shots.shots.schema import FEATURES, TARGET

CLASSES = {"lr": LogisticRegression, "dt": DecisionTreeClassifier}
REGISTERED = [(model, stage) for model in CLASSES for stage in ("dev", "prod")]
FEW = "--params=tuning.candidates=3,tuning.folds=2,evaluation.resamples=100"


@pytest.fixture(scope="module")
def environment(pycaret_python: Path) -> str:
    """The folder of PyCaret's environment, where there is one."""
    return str(pycaret_python.parents[1])


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory,
    make_project: Callable[[Path], Path],
    kedro_run: Callable[..., Result],
    environment: str,
) -> Path:
    """A project that PyCaret has trained by the documented commands, and whose champion was applied afterwards."""
    project = make_project(tmp_path_factory.mktemp("pycaret"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setenv(ASKED_FOR, environment)
        for command in (
            ["--tags=preprocessing"],
            ["--env=pycaret", "--tags=training_dev", FEW],
            ["--env=pycaret", "--tags=training_prod", FEW],
            ["--pipeline=PipelineAplicacao"],
        ):
            assert kedro_run(*command).exit_code == 0
    return project


@pytest.fixture(scope="module")
def report(trained: Path) -> Report:
    return job.read_report(trained)


@pytest.fixture
def client(trained: Path) -> mlflow.MlflowClient:
    mlflow.set_tracking_uri(f"sqlite:///{trained / 'mlflow.db'}")
    return mlflow.MlflowClient()


@pytest.mark.parametrize(("model", "stage"), REGISTERED)
def test_a_registered_model_loads_here_and_its_metrics_are_those_reported(
    trained: Path, report: Report, client: mlflow.MlflowClient, model: str, stage: str
) -> None:
    loaded = mlflow.sklearn.load_model(f"models:/trained_{model}_model_{stage}/latest")
    assert isinstance(loaded[-1], CLASSES[model])
    test = pd.read_parquet(trained / "data" / "05_model_input" / f"base_test_{stage}.parquet")
    probability = loaded.predict_proba(test[FEATURES].astype(float))[:, 1]
    said = report.training[stage].models[model]
    for name, metric in METRICS.items():
        assert said.test[name].value == pytest.approx(float(metric.of(test[TARGET], probability)), abs=1e-12)
    assert (said.engine, said.made_with, said.candidates) == ("pycaret", "pycaret 3.3.2", 4)
    version = client.get_model_version(f"trained_{model}_model_{stage}", "1")
    assert (version.tags["engine"], version.tags["estimator"]) == ("pycaret", CLASSES[model].__name__)


def test_every_training_is_a_run_of_the_usual_name_that_tells_its_engine(client: mlflow.MlflowClient) -> None:
    (experiment,) = client.search_experiments(filter_string="name = 'kobe-shots'")
    runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time"])
    names = [run.info.run_name for run in runs]
    assert names == ["PreparacaoDados", "Treinamento", "Treinamento", "PipelineAplicacao"]
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run, stage in ((runs[1], "dev"), (runs[2], "prod")):
        assert (run.data.params["tuning.engine"], run.data.tags["engine"]) == ("pycaret", "pycaret")
        for model in CLASSES:
            assert run.data.tags[f"{model}_model_{stage}.engine"] == "pycaret"
            history = client.get_metric_history(run.info.run_id, f"{model}_model_{stage}_cv_log_loss")
            assert sorted(point.step for point in history) == [0, 1, 2, 3]  # 0 is the untuned model


def test_application_scores_with_the_champion_as_with_any_other(
    trained: Path, report: Report, client: mlflow.MlflowClient
) -> None:
    assert report.application is not None
    chosen = report.training["dev"].choice.chosen
    assert report.application.origin == f"trained_{chosen}_model_dev/1"
    assert client.get_model_version_by_alias("kobe_shot", "champion").tags["engine"] == "pycaret"
    scored = pd.read_parquet(trained / "data" / "07_model_output" / "predictions_prod.parquet")
    assert scored["probability"].between(0, 1).all()


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(("model", "stage"), REGISTERED)
def test_a_model_answers_as_a_server_would_ask_it(model: str, stage: str) -> None:
    served = mlflow.pyfunc.load_model(f"models:/trained_{model}_model_{stage}/latest")
    answer = served.predict(np.array([[33.7943, -118.2698, 10, 1, 0, 25]]))
    assert list(answer.columns) == ["label", "probability"]
    assert 0 <= answer["probability"].iloc[0] <= 1


def test_a_run_killed_while_pycaret_tunes_the_second_model_registers_nothing(
    quick: Path, kedro_run: Callable[..., Result], shell: dict[str, str], environment: str
) -> None:
    assert kedro_run("--tags=preprocessing").exit_code == 0
    command = [Path(sys.executable).with_name("kedro"), "run", "--env=pycaret", "--tags=training_dev", FEW]
    with subprocess.Popen(  # noqa: S603
        command, cwd=quick, env=shell | {ASKED_FOR: environment}, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        begun = [
            line for line in _until(run.stdout, "lr: pycaret tries candidate 1 of 3") if "candidate 3 of 3" in line
        ]
        assert [line.split()[1] for line in begun] == ["dt:"]  # one model is found by then
        run.send_signal(signal.SIGKILL)
        assert run.wait(timeout=60) == -signal.SIGKILL
    client = mlflow.MlflowClient(f"sqlite:///{quick / 'mlflow.db'}")
    assert client.search_registered_models() == []
    assert list((quick / "data").rglob("*.partial*")) == []


def test_without_pycarets_environment_one_sentence_says_how_to_get_it(
    quick: Path, kedro_run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ASKED_FOR, raising=False)
    assert kedro_run("--tags=preprocessing").exit_code == 0
    result = kedro_run("--env=pycaret", "--tags=training_dev", FEW)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: PyCaret's environment, {FOLDER}, is not there: `make pycaret-env` builds it; it needs Python 3.11.\n"
    )
    assert mlflow.MlflowClient(f"sqlite:///{quick / 'mlflow.db'}").search_registered_models() == []


def _until(lines: Iterable[str], said: str) -> list[str]:
    """Return the lines up to the one that holds what is said."""
    read = []
    for line in lines:
        read.append(line)
        if said in line:
            return read
    raise AssertionError(f"'{said}' was never said: {read}")
