"""Is an ill champion replaced, once, and does all that comes after go on from there?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner, Result
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from kobe_shots import console, job
from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.scoring import Champion
from kobe_shots.report import Report, Retrained
from kobe_shots.retraining.gate import Answer
from kobe_shots.shots.schema import ROW_ID, TARGET

CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")
REFUSED = "API request to http://127.0.0.1:5000 failed with exception: connection refused"
Copy = Callable[[Path, Path], Path]


def retrain(*options: str) -> Result:
    return CliRunner().invoke(console.main, ["retrain", *options])


def told(project: Path) -> Retrained:
    report = job.read_report(project)
    assert report.retraining is not None
    return report.retraining


def raw_prod(project: Path) -> pd.DataFrame:
    return pd.read_parquet(project / "data" / "01_raw" / "dataset_kobe_prod.parquet")


@dataclass
class Succession:
    """A project whose ill champion was challenged and replaced; what was said, and what came after."""

    project: Path
    first: Result
    promoted: Report
    again: Result
    champion: Champion
    watched: Report
    by_force: Result
    stale: Result
    rollback: Result
    after_rollback: Result
    applied: Report


@pytest.fixture(scope="module")
def succession(ailing: Path, tmp_path_factory: pytest.TempPathFactory, copy_project: Copy) -> Succession:
    project = copy_project(ailing, tmp_path_factory.mktemp("succession"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        first = retrain()
        promoted = job.read_report(project)
        again = retrain("--if-needed")
        champion = CHAMPION.load()
        job.run("PipelineAplicacao")
        watched = job.run("Monitoramento")
        by_force = retrain("--force")
        rollback = CliRunner().invoke(console.main, ["rollback", "--reason", "it was a test"])
        stale = retrain("--force")
        after_rollback = retrain()
        job.run("PipelineAplicacao")
        applied = job.run("Monitoramento")
    return Succession(
        project, first, promoted, again, champion, watched, by_force, stale, rollback, after_rollback, applied
    )


def test_an_ill_champion_is_replaced_by_a_challenger_that_is_better_on_shots_neither_has_seen(
    succession: Succession,
) -> None:
    assert succession.first.exit_code == 0, succession.first.stderr
    record = succession.promoted.retraining
    assert record is not None
    assert (record.model_version, record.origin, record.promoted) == (2, "upside_down/1", True)
    challenge = record.challenge
    assert challenge is not None
    assert challenge.ledger is not None
    assert (challenge.against, challenge.promoted_as, challenge.ledger.answer) == (2, 3, Answer.PROMOTE)
    for said in (record.decision.sentence, challenge.ledger.sentence, "kobe_shot version 3 is in office. Score and"):
        assert said in succession.first.stdout
    assert (succession.promoted.application, succession.promoted.monitoring) == (None, None)


def test_the_new_champion_carries_what_it_learned_from_and_what_it_was_compared_on(succession: Succession) -> None:
    champion, record = succession.champion, succession.promoted.retraining
    assert record is not None
    assert record.challenge is not None
    assert (champion.version, champion.origin) == (3, "kobe_shot_challenger/1")
    production = raw_prod(succession.project).set_index(ROW_ID)
    labelled = production[production[TARGET].notna()].sort_values(["game_date", "game_id", "game_event_id"])
    compared = champion.test.index.intersection(labelled.index)
    assert len(compared) == max(100, -(-len(labelled) // 4))
    assert set(compared) == set(labelled.index[-len(compared) :])
    assert not set(champion.train.index) & set(champion.test.index)
    assert len(champion.train) == record.challenge.learned


def test_a_second_run_right_away_does_nothing_and_says_so(succession: Succession) -> None:
    assert succession.again.exit_code == 0
    assert "Wait: nothing is new since the last challenger: kobe_shot version 3 is in office" in succession.again.stdout
    assert "Nothing was trained." in succession.again.stdout
    assert succession.champion.version == 3


def test_what_comes_after_counts_only_shots_the_new_champion_has_not_learned_from(succession: Succession) -> None:
    applied, watched = succession.watched.application, succession.watched.monitoring
    assert applied is not None
    assert watched is not None
    production = raw_prod(succession.project)
    learned = production[ROW_ID].isin(succession.champion.train.index)
    assert (applied.model_version, applied.learned_rows) == (3, int(learned.sum()))
    assert applied.labelled_rows == int(production.loc[~learned, TARGET].notna().sum())
    assert watched.batches["prod"].n == int((~learned).sum())


def test_what_cannot_be_judged_is_refused_by_force_too(succession: Succession) -> None:
    assert succession.by_force.exit_code == 0
    said = succession.by_force.stdout
    assert "Get labels: " in said
    assert "a challenger can be judged from 100" in said
    assert "Nothing was trained." in said


def test_after_a_rollback_the_champion_before_is_in_office_and_its_challenger_is_nothing_new(
    succession: Succession,
) -> None:
    assert succession.rollback.exit_code == 0
    assert succession.after_rollback.exit_code == 0
    assert "nothing is new since the last challenger: kobe_shot version 2 is in" in succession.after_rollback.stdout
    assert succession.applied.application is not None
    assert (succession.applied.application.model_version, succession.applied.application.learned_rows) == (2, 0)


def test_health_of_another_champion_is_refused_in_one_sentence(succession: Succession) -> None:
    assert (succession.stale.exit_code, succession.stale.stdout) == (1, "")
    assert succession.stale.stderr.startswith("Error: The health record is of kobe_shot version 3 on raw shots ")
    assert succession.stale.stderr.endswith("kedro run --pipeline=Monitoramento.\n")
    assert succession.stale.stderr.count("\n") == 1


def test_every_retraining_is_a_run_that_tells_what_was_decided(succession: Succession) -> None:
    client = MlflowClient(f"sqlite:///{succession.project / 'mlflow.db'}")
    (experiment,) = [one for one in client.search_experiments() if one.name == "kobe-shots"]
    runs = client.search_runs([experiment.experiment_id], "attributes.run_name = 'Retreino'")
    finished = [run for run in runs if run.info.status == "FINISHED"]
    first = min(finished, key=lambda run: run.info.start_time)
    assert [run.info.status for run in runs].count("FAILED") == 1
    words, numbers = first.data.tags, first.data.metrics
    assert (words["champion"], words["policy"], words["action"], words["answer"]) == (
        *("kobe_shot/2", "both", "retrain", "promote"),
    )
    assert numbers["gain_low"] > 0
    assert numbers["promoted"] == 1
    assert first.data.params["retraining.policy"] == "both"
    version = client.get_model_version("kobe_shot", "3")
    assert first.info.run_id in version.tags["bases"]
    assert client.get_model_version("kobe_shot_challenger", "1").run_id == first.info.run_id


# ---- other ways it may end


@pytest.fixture
def without_labels(quick: Path, kedro_run: Callable[..., Result]) -> Path:
    """A project in which a champion of dev is applied and watched, and sixty outcomes of production are known."""
    path = quick / "data" / "01_raw" / "dataset_kobe_prod.parquet"
    shots = pd.read_parquet(path)
    known = shots[shots[TARGET].notna()].groupby(TARGET).head(30).index
    shots.assign(**{TARGET: shots[TARGET].where(shots.index.isin(known))}).to_parquet(path)
    (quick / "data" / "01_raw" / "provenance.json").unlink()
    done = kedro_run("--tags=preprocessing,training_dev,application,monitoring")  # sixty are too few to train on
    assert done.exit_code == 0, done.stderr
    return quick


def test_without_labels_from_production_they_are_asked_for_and_nothing_is_trained(without_labels: Path) -> None:
    done = retrain("--if-needed")
    assert done.exit_code == 0, done.stderr
    record = told(without_labels)
    assert (record.decision.action, record.new_labels, record.tried) == ("get_labels", 60, False)
    assert record.decision.labels is not None
    assert record.decision.labels > 1_000
    assert "Get labels: " in done.stdout
    assert "60 outcomes of such shots are known; a challenger is trained from 100" in done.stdout
    assert CHAMPION.version_in_office() == 1
    again = retrain()
    assert (again.exit_code, told(without_labels).decision) == (0, record.decision)


def test_a_challenger_that_cannot_be_trained_is_a_result_and_the_champion_stays(
    ill: Path, kedro_run: Callable[..., Result]
) -> None:
    configured = ill / "conf" / "local" / "parameters.yml"
    broken = yaml.safe_load(configured.read_text()) | {"retraining": {"families": {"dt": {"max_leaf_nodes": 1}}}}
    configured.write_text(yaml.safe_dump(broken))
    done = kedro_run("--pipeline=Retreino", "--if-needed")
    assert done.exit_code == 0, done.stderr
    record = told(ill)
    assert (record.tried, record.promoted) == (True, False)
    assert record.challenge is not None
    assert record.challenge.ledger is None
    assert "could not be trained" in record.challenge.error
    assert CHAMPION.version_in_office() == 2
    assert "the training failed. " in retrain().stdout


@pytest.mark.parametrize(
    ("of", "call", "said"),
    [
        (mlflow, "register_model", "Error: The MLflow store cannot be used: API request to http"),
        (MlflowClient, "copy_model_version", "Error: The promotion was interrupted, as the registry cannot be used"),
    ],
)
def test_a_registry_that_goes_amid_a_retraining_leaves_the_champion_and_the_next_one_works(
    ill: Path, monkeypatch: pytest.MonkeyPatch, of: object, call: str, said: str
) -> None:
    def down(*_: object, **__: object) -> None:
        raise MlflowException(REFUSED)

    with monkeypatch.context() as outage:
        outage.setattr(of, call, down)
        failed = retrain()
    assert failed.exit_code == 1
    assert failed.stderr.startswith(said)
    assert CHAMPION.version_in_office() == CHAMPION.load().version == 2
    assert job.read_report(ill).retraining is None
    assert retrain().exit_code == 0
    assert told(ill).promoted
    assert CHAMPION.version_in_office() == CHAMPION.load().version


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--pipeline=Monitoramento", "--if-needed"], "--if-needed belongs to --pipeline=Retreino"),
        (["--pipeline=Retreino", "--if-needed", "--params=retraining.force=true"], "exclude each other"),
    ],
)
@pytest.mark.usefixtures("project")
def test_options_that_do_not_fit_are_refused(kedro_run: Callable[..., Result], options: list[str], said: str) -> None:
    refused = kedro_run(*options)
    assert refused.exit_code == 2
    assert said in refused.stderr


@pytest.mark.usefixtures("project")
def test_force_and_if_needed_exclude_each_other() -> None:
    refused = retrain("--force", "--if-needed")
    assert refused.exit_code == 2
    assert "--force and --if-needed exclude each other" in refused.stderr


@pytest.mark.usefixtures("quick")
def test_before_the_job_has_run_the_steps_before_are_named(kedro_run: Callable[..., Result]) -> None:
    refused = kedro_run("--pipeline=Retreino")
    assert refused.exit_code == 1
    assert "reads what is not there yet: champion_in_office, verdicts. Make it first: " in refused.stderr
    assert refused.stderr.endswith("then kedro run --pipeline=Monitoramento.\n")
    assert "--pipeline=Retreino" in kedro_run("--tags=retraining").stderr
