"""What does a retraining that is killed leave behind? One champion that loads, and nothing the next one trips over."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from kobe_shots import console, job
from kobe_shots.datasets import ChampionDataset

CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")
RETRAIN = """
import os, signal, mlflow
from mlflow import MlflowClient
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
move = MlflowClient.set_registered_model_alias
{patch}
from kobe_shots import job; job.run("Retreino")
"""
BEFORE_THE_ALIAS = {
    "while it trains": "from kobe_shots.retraining import challenger; challenger.fit_family = die",
    "while it registers": "mlflow.register_model = die",
    "once it has registered": "from kobe_shots.pipelines.retraining import nodes; nodes.judge = die",
    "while it promotes": "MlflowClient.copy_model_version = die",
    "before the alias moves": (
        "MlflowClient.set_registered_model_alias = lambda *of: die() if of[2] == 'champion' else move(*of)"
    ),
}
AFTER_THE_ALIAS = "MlflowClient.set_registered_model_alias = lambda *of: (move(*of), of[2] == 'champion' and die())"


def kill(project: Path, shell: dict[str, str], patch: str) -> None:
    died = subprocess.run(  # noqa: S603
        [sys.executable, "-c", RETRAIN.format(patch=patch)],
        cwd=project, env=shell, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr


def statuses(project: Path) -> list[str]:
    """Return the statuses of the retrainings, the first one first."""
    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments, "attributes.run_name = 'Retreino'", order_by=["attributes.start_time ASC"])
    return [str(run.info.status) for run in runs]


@pytest.mark.parametrize("patch", BEFORE_THE_ALIAS.values(), ids=BEFORE_THE_ALIAS)
def test_a_retraining_killed_before_the_alias_moves_leaves_the_champion_and_the_next_one_works(
    ill: Path, shell: dict[str, str], patch: str
) -> None:
    kill(ill, shell, patch)
    done = CliRunner().invoke(console.main, ["retrain"])
    assert done.exit_code == 0, done.stderr
    record = job.read_report(ill).retraining
    assert record is not None
    assert (record.model_version, record.promoted) == (2, True)
    assert record.challenge is not None
    assert CHAMPION.version_in_office() == CHAMPION.load().version == record.challenge.promoted_as
    assert statuses(ill) == ["KILLED", "FINISHED"]
    assert CliRunner().invoke(console.main, ["rollback"]).exit_code == 0
    assert CHAMPION.load().version == 2


def test_one_killed_once_the_alias_has_moved_leaves_the_new_champion_to_be_watched_first(
    ill: Path, shell: dict[str, str]
) -> None:
    kill(ill, shell, AFTER_THE_ALIAS)
    refused = CliRunner().invoke(console.main, ["retrain"])
    assert refused.exit_code == 1
    assert "is of kobe_shot version 2 on raw shots" in refused.stderr
    assert refused.stderr.endswith("then kedro run --pipeline=Monitoramento.\n")
    champion = CHAMPION.load()
    assert (champion.version, champion.origin) == (3, "kobe_shot_challenger/1")
    job.run("PipelineAplicacao")
    job.run("Monitoramento")
    done = CliRunner().invoke(console.main, ["retrain"])
    assert done.exit_code == 0, done.stderr
    assert CHAMPION.version_in_office() == 3
    assert statuses(ill) == ["KILLED", "FAILED", "FINISHED"]
