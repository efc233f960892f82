"""Does a champion that learned from production too pass through the steps after it, and make way in one step?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock
from mlflow import MlflowClient

from kobe_shots import console, job
from kobe_shots.datasets import ChampionDataset, RegisteredModelDataset
from kobe_shots.models.candidates import Candidate, fit
from kobe_shots.models.lineage import base_id
from kobe_shots.models.promotion import Promotion
from kobe_shots.report import Report
from kobe_shots.shots.schema import FEATURES, TARGET

PARTS = [f"base_{part}_{stage}" for part in ("train", "test") for stage in ("dev", "prod")]
CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")


@dataclass
class Reign:
    """A project in which a challenger took office after the whole job, was applied and watched, and was withdrawn."""

    project: Path
    train: pd.DataFrame
    learned_prod: pd.Index
    before: Report
    applied: Report
    rollback: Result
    withdrawn: Report
    again: Result
    after: Report


@pytest.fixture(scope="module")
def reign(tmp_path_factory: pytest.TempPathFactory, make_project: Callable[[Path], Path]) -> Reign:
    """Play the reign of one challenger, from its promotion to what is applied after it."""
    project = make_project(tmp_path_factory.mktemp("office"))
    type_ = CliRunner().invoke
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        before = job.run()
        train_dev, train_prod, test_dev, test_prod = job.load(project, *PARTS)
        train, test = pd.concat([train_dev, train_prod]), pd.concat([test_dev, test_prod])
        challenger = fit(Candidate("lr", 1, {"C": 1.0, "class_weight": None}), 24, train[FEATURES], train[TARGET])
        with mlflow.start_run(run_name="Retreino"):
            RegisteredModelDataset(name="challenger").save(challenger)
            CHAMPION.save(Promotion("challenger", train, test, CHAMPION.version_in_office(), {"gate": "promote"}))
        job.run("PipelineAplicacao")
        applied = job.run("Monitoramento")
        rollback = type_(console.main, ["rollback", "--reason", "it was a test"])
        withdrawn = job.read_report(project)
        again = type_(console.main, ["rollback"])
        after = job.run("PipelineAplicacao")
    return Reign(project, train, train_prod.index, before, applied, rollback, withdrawn, again, after)


def test_shots_a_promoted_challenger_learned_from_are_published_and_not_measured(reign: Reign) -> None:
    told = reign.applied.application
    assert told is not None
    published = pd.read_parquet(reign.project / "data" / "07_model_output" / "predictions_prod.parquet")
    unknown = published[~published["shot_id"].isin(reign.learned_prod)].dropna(subset=[TARGET])
    assert (told.model_version, told.origin, told.base_id) == (2, "challenger/1", base_id(reign.train))
    assert (told.rows_scored, told.learned_rows) == (len(published), len(reign.learned_prod))
    assert told.labelled_rows == told.metrics["log_loss"].n == len(unknown)
    assert reign.before.application is not None
    assert reign.before.application.learned_rows == 0
    assert reign.before.application.labelled_rows == told.labelled_rows + told.learned_rows


def test_they_are_not_watched_either_and_both_dev_models_are(reign: Reign) -> None:
    watched = reign.applied.monitoring
    assert watched is not None
    assert set(watched.batches) == {"prod", "dev_test", "dev_withheld", "prod_lr", "prod_dt"}
    shots = len(reign.learned_prod) + watched.batches["prod"].n
    assert shots == watched.batches["prod_lr"].n == watched.batches["prod_dt"].n
    monitored = pd.read_parquet(reign.project / "data" / "07_model_output" / "monitored_shots.parquet")
    of_champion = monitored[monitored["model"] == "champion"]
    prod = of_champion.loc[of_champion["batch"] == "prod", "shot_id"]
    assert not prod.isin(reign.train.index).any()
    assert set(of_champion.loc[of_champion["batch"] == "reference", "shot_id"]) == set(reign.train.index)


def test_a_rollback_says_what_it_did_and_leaves_the_withdrawn_one_out_of_the_report(reign: Reign) -> None:
    assert (reign.rollback.exit_code, reign.rollback.stderr) == (0, "")
    assert reign.rollback.stdout.startswith(
        "kobe_shot version 1 is in office again, and version 2 is withdrawn (it was a test). Score and watch"
    )
    assert (reign.withdrawn.application, reign.withdrawn.monitoring) == (None, None)
    assert list(reign.withdrawn.training) == ["dev", "prod"]


def test_the_restored_champion_is_applied_as_it_was(reign: Reign) -> None:
    assert reign.after.application == reign.before.application


def test_without_a_champion_before_a_rollback_is_one_sentence(reign: Reign) -> None:
    assert (reign.again.exit_code, reign.again.stdout) == (1, "")
    assert reign.again.stderr.startswith("Error: kobe_shot version 1 succeeds no other champion, so there is none to")
    assert reign.again.stderr.count("\n") == 1


def test_every_change_of_champion_is_a_run(reign: Reign) -> None:
    client = MlflowClient(f"sqlite:///{reign.project / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    (rollback,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'Rollback'")
    assert rollback.info.status == "FINISHED"
    told = {name: rollback.data.tags[name] for name in ("from", "to", "reason", "kedro.project")}
    assert told == {"from": "2", "to": "1", "reason": "it was a test", "kedro.project": str(reign.project)}
    (training,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'Treinamento'")
    assert training.info.run_id in client.get_model_version("kobe_shot", "1").tags["bases"]


def test_a_rollback_waits_for_no_run_and_changes_nothing_amid_one(
    reign: Reign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(reign.project)
    with FileLock(reign.project / "data" / ".run.lock"):
        refused = CliRunner().invoke(console.main, ["rollback"])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: Another run is using this folder (data/.run.lock is held); one at a time")
