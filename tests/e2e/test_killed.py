"""What does a run that is killed leave behind? Nothing the next one trips over."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock, Timeout

from kobe_shots import console, job

JOB = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it starts in the background
die = lambda *_, **__: os.kill(os.getpid(), signal.{signal})
{patch}
from kobe_shots import job; job.run({step!r})
"""
SEARCH = "from kobe_shots.models import logistic_path; logistic_path.probabilities = die"
WRITE = """
from pathlib import Path
from kobe_shots.datasets import WholeFileDataset
at = WholeFileDataset._at
def half(self, path):
    whole = at(self, path)
    if path.name == ".predictions_prod.partial.parquet":
        whole.save = lambda data: (Path(path).write_bytes(b"PAR1"), die())
    return whole
WholeFileDataset._at = half
"""
REGISTRATION = """
import mlflow
register, before = mlflow.register_model, []
def second(*args, **kwargs):
    if before: die()
    before.append(register(*args, **kwargs))
    return before[0]
mlflow.register_model = second
"""
PROMOTION = "from mlflow import MlflowClient; MlflowClient.set_registered_model_alias = die"
MODELS = [f"trained_{model}_model_{stage}" for model in ("lr", "dt") for stage in ("dev", "prod")]


@dataclass
class Survivor:
    """A project in which four runs were killed, and the last run after them ended well."""

    project: Path
    left_open: list[str]
    predictions_before: pd.DataFrame
    predictions_after_kill: pd.DataFrame


@pytest.fixture(scope="module")
def survivor(
    tmp_path_factory: pytest.TempPathFactory, make_project: Callable[[Path], Path], shell: dict[str, str]
) -> Survivor:
    """Kill a run at each moment; every run takes up what the one before it left."""
    project = make_project(tmp_path_factory.mktemp("killed"))
    predictions = project / "data" / "07_model_output" / "predictions_prod.parquet"
    left_open = []

    def kill(patch: str, step: str) -> None:
        assert _run_until(project, shell, patch, signal.SIGKILL, step) == -signal.SIGKILL
        left_open.append(next(iter(name for name, statuses in _statuses(project).items() if "RUNNING" in statuses)))

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(project)
        job.run("PreparacaoDados")
        for patch in (SEARCH, REGISTRATION, PROMOTION):
            kill(patch, "Treinamento")
        job.run()
        before = pd.read_parquet(predictions)
        kill(WRITE, "PipelineAplicacao")
        after_kill = pd.read_parquet(predictions)
        job.run("PipelineAplicacao")
    return Survivor(project, left_open, before, after_kill)


def test_a_run_killed_while_it_searches_registers_promotes_or_writes_is_left_open(survivor: Survivor) -> None:
    assert survivor.left_open == ["Treinamento", "Treinamento", "Treinamento", "PipelineAplicacao"]


def test_the_next_run_marks_a_killed_one_as_killed(survivor: Survivor) -> None:
    assert _statuses(survivor.project) == {
        "PreparacaoDados": ["FINISHED", "FINISHED"],
        "Treinamento": ["FINISHED", "KILLED", "KILLED", "KILLED"],
        "PipelineAplicacao": ["FINISHED", "KILLED", "FINISHED"],
        "Monitoramento": ["FINISHED"],
    }


def test_a_run_killed_while_it_writes_leaves_the_file_it_would_replace_as_it_was(survivor: Survivor) -> None:
    pd.testing.assert_frame_equal(survivor.predictions_after_kill, survivor.predictions_before)


def test_after_the_next_run_every_file_is_whole_and_no_half_one_is_left(survivor: Survivor) -> None:
    data = survivor.project / "data"
    assert list(data.rglob("*.partial*")) == []
    assert all(len(pd.read_parquet(path).columns) for path in data.rglob("*.parquet"))
    assert job.read_report(survivor.project).application is not None


def test_the_latest_models_load_after_registrations_that_were_killed(survivor: Survivor) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{survivor.project / 'mlflow.db'}")
    for model in [*(f"{name}/latest" for name in MODELS), "kobe_shot@champion"]:
        assert hasattr(mlflow.sklearn.load_model(f"models:/{model}"), "predict_proba")


def test_ctrl_c_ends_the_run_as_killed(quick: Path, shell: dict[str, str]) -> None:
    assert _run_until(quick, shell, SEARCH, signal.SIGINT) != 0
    assert _statuses(quick) == {"PreparacaoDados": ["KILLED"], "Treinamento": ["KILLED"]}  # Kedro interleaves them


def test_a_second_run_is_told_to_wait_and_the_first_is_unharmed(quick: Path, kedro_run: Callable[..., Result]) -> None:
    sentence = (
        "Error: Another run is using this folder (data/.run.lock is held); one at a time is allowed: "
        "wait until it ends, then run the same command again.\n"
    )
    with FileLock(quick / "data" / ".run.lock") as first:
        for second in (kedro_run(), CliRunner().invoke(console.main, ["run"])):
            assert (second.exit_code, second.stderr) == (1, sentence)
        assert _statuses(quick) == {}
        assert first.is_locked
        with pytest.raises(Timeout, match="could not be acquired"):
            FileLock(quick / "data" / ".run.lock").acquire(timeout=0)
    assert kedro_run("--tags=preprocessing").exit_code == 0


def _run_until(project: Path, shell: dict[str, str], patch: str, end: signal.Signals, step: str | None = None) -> int:
    code = JOB.format(signal=end.name, patch=patch, step=step)
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=project, env=shell, check=False, capture_output=True
    ).returncode


def _statuses(project: Path) -> dict[str, list[str]]:
    """Return the statuses of the runs of each name, the latest first."""
    client = mlflow.MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    found: dict[str, list[str]] = {}
    for run in client.search_runs(experiments, order_by=["attributes.start_time DESC"]):
        found.setdefault(str(run.info.run_name), []).append(str(run.info.status))
    return found
