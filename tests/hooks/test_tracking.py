"""Is every step one MLflow run, with what belongs to it, however the steps follow each other and end?"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import mlflow
import pytest
from kedro.framework.context import KedroContext
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks import store as store_of_the_project
from kobe_shots.hooks import tracking
from kobe_shots.hooks.tracking import TrackedRuns
from kobe_shots.parameters import Selection

PROVENANCE = {
    "source": "folder",
    "fingerprint": "0123456789ab",
    "fetched_at": "2026-01-01T00:00:00Z",
    "files": [{"name": "dataset_kobe_dev.parquet", "sha256": "aa", "rows": 7}],
}
RUN_PARAMS = {"run_id": "2026-01-01T00.00.00.000Z"}
PREPARE = Node(lambda: 1, None, "prepared", name="prepare", tags=["preprocessing", "PreparacaoDados"])
DESCRIBE = Node(lambda: 1, None, "described", name="describe", tags=["preprocessing", "PreparacaoDados"])
TRAIN = Node(lambda: 1, None, "trained", name="train", tags=["training_dev", "Treinamento"])
JOB = Pipeline([PREPARE, DESCRIBE, TRAIN])


@pytest.fixture
def tracked(store: MlflowClient, tmp_path: Path) -> TrackedRuns:
    """The hook, in a session that is about to run."""
    assert store.tracking_uri.endswith("mlflow.db")
    hook = TrackedRuns()
    hook.after_context_created(_context(tmp_path))
    hook.before_pipeline_run(DataCatalog({"provenance": MemoryDataset(PROVENANCE)}), JOB, RUN_PARAMS)
    return hook


def _context(project: Path, **settings: str) -> KedroContext:
    written = {"tracking_uri": "sqlite:///mlflow.db", "experiment": "kobe-shots"} | settings
    return cast("KedroContext", SimpleNamespace(project_path=project, config_loader={"mlflow": written}))


def _runs(store: MlflowClient) -> dict[str, Run]:
    found = store.search_runs([experiment.experiment_id for experiment in store.search_experiments()])
    named = {str(run.info.run_name): run for run in found}
    assert len(named) == len(found), "a name was given twice"
    return named


def _statuses(store: MlflowClient) -> dict[str, str]:
    return {name: run.info.status for name, run in _runs(store).items()}


def test_interleaved_steps_are_one_run_each(tracked: TrackedRuns, store: MlflowClient) -> None:
    for node in (PREPARE, TRAIN, DESCRIBE):
        tracked.before_node_run(node, {})
        tracked.before_dataset_saved(node)
        mlflow.log_metric(node.name, 1)
    tracked.after_pipeline_run()
    assert _statuses(store) == {"PreparacaoDados": "FINISHED", "Treinamento": "FINISHED"}
    runs = _runs(store)
    assert {name: sorted(run.data.metrics) for name, run in runs.items()} == {
        "PreparacaoDados": ["describe", "prepare"],
        "Treinamento": ["train"],
    }
    assert tracked.run_ids == {name: run.info.run_id for name, run in runs.items()}


def test_a_step_is_finished_with_its_last_node_and_not_before(tracked: TrackedRuns, store: MlflowClient) -> None:
    tracked.before_node_run(PREPARE, {})
    tracked.before_node_run(TRAIN, {})
    assert _statuses(store) == {"PreparacaoDados": "RUNNING", "Treinamento": "RUNNING"}
    tracked.before_node_run(DESCRIBE, {})
    assert _statuses(store) == {"PreparacaoDados": "RUNNING", "Treinamento": "FINISHED"}


def test_a_store_that_fails_when_runs_are_closed_hides_no_error_and_the_next_run_closes_them(
    tracked: TrackedRuns, store: MlflowClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tracked.before_node_run(PREPARE, {})
    tracked.before_node_run(TRAIN, {})

    def down(*_: Any) -> None:
        raise MlflowException("API request failed\nwith a long story")

    with monkeypatch.context() as outage:
        outage.setattr(mlflow, "end_run", down)
        tracked.on_pipeline_error()
    assert "could not be closed (API request failed); the next run will" in caplog.text
    mlflow.end_run("RUNNING")
    tracked.before_pipeline_run(DataCatalog(), JOB, RUN_PARAMS)
    assert _statuses(store) == {"PreparacaoDados": "KILLED", "Treinamento": "KILLED"}


def test_a_second_session_opens_runs_of_its_own(tracked: TrackedRuns, store: MlflowClient) -> None:
    for _ in range(2):
        tracked.before_pipeline_run(DataCatalog(), JOB, RUN_PARAMS)
        tracked.before_node_run(TRAIN, {})
        tracked.after_pipeline_run()
    experiment = store.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    assert [run.info.run_name for run in store.search_runs([experiment.experiment_id])] == ["Treinamento"] * 2


def test_the_parameters_a_node_reads_are_logged_and_its_data_is_not(tracked: TrackedRuns, store: MlflowClient) -> None:
    read = {
        "params:selection": Selection(minimum_difference=0.001, when_tied="lr"),
        "params:tuning": {"metric": "log_loss"},
        "params:seed": 24,
        "base_train_dev": [1, 2, 3],
    }
    tracked.before_node_run(TRAIN, read)
    assert _runs(store)["Treinamento"].data.params == {
        "selection.minimum_difference": "0.001",
        "selection.when_tied": "lr",
        "tuning.metric": "log_loss",
        "seed": "24",
    }


def test_a_run_says_which_session_and_which_data_it_belongs_to(
    tracked: TrackedRuns, store: MlflowClient, tmp_path: Path
) -> None:
    tracked.before_node_run(TRAIN, {})
    tags = _runs(store)["Treinamento"].data.tags
    assert {name: value for name, value in tags.items() if not name.startswith("mlflow.")} == {
        "kedro.project": str(tmp_path),
        "kedro.session": "2026-01-01T00.00.00.000Z",
        "data.source": "folder",
        "data.fingerprint": "0123456789ab",
        "data.fetched_at": "2026-01-01T00:00:00Z",
        "data.dataset_kobe_dev.parquet.sha256": "aa",
        "data.dataset_kobe_dev.parquet.rows": "7",
    }


def test_the_step_that_fails_is_marked_as_failed_and_one_that_was_through_is_not(
    tracked: TrackedRuns, store: MlflowClient
) -> None:
    for node in (PREPARE, DESCRIBE, TRAIN):
        tracked.before_node_run(node, {})
    tracked.on_pipeline_error()
    assert _statuses(store) == {"PreparacaoDados": "FINISHED", "Treinamento": "FAILED"}


def test_a_step_that_waited_for_another_fails_with_it(tracked: TrackedRuns, store: MlflowClient) -> None:
    tracked.before_node_run(PREPARE, {})
    tracked.before_node_run(TRAIN, {})
    tracked.on_pipeline_error()
    assert _statuses(store) == {"PreparacaoDados": "FAILED", "Treinamento": "FAILED"}


def test_nodes_that_kedro_skips_keep_no_run_open(tracked: TrackedRuns, store: MlflowClient) -> None:
    tracked.before_node_run(PREPARE, {})
    tracked.before_node_run(TRAIN, {})
    tracked.after_pipeline_run()
    assert _statuses(store) == {"PreparacaoDados": "FINISHED", "Treinamento": "FINISHED"}


def test_the_next_session_closes_what_a_killed_one_left_open(
    tracked: TrackedRuns, store: MlflowClient, tmp_path: Path
) -> None:
    experiment = store.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    killed = store.create_run(experiment.experiment_id, tags={"kedro.project": str(tmp_path)}, run_name="killed")
    tracked.before_pipeline_run(DataCatalog(), JOB, RUN_PARAMS)
    assert store.get_run(killed.info.run_id).info.status == "KILLED"


def test_it_leaves_the_runs_of_other_projects_alone(tracked: TrackedRuns, store: MlflowClient) -> None:
    experiment = store.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    theirs = store.create_run(experiment.experiment_id, tags={"kedro.project": "/elsewhere"}, run_name="theirs")
    tracked.before_pipeline_run(DataCatalog(), JOB, RUN_PARAMS)
    assert store.get_run(theirs.info.run_id).info.status == "RUNNING"


def test_a_session_after_ctrl_c_in_a_notebook_starts_anew(tracked: TrackedRuns, store: MlflowClient) -> None:
    tracked.before_node_run(PREPARE, {})
    tracked.before_pipeline_run(DataCatalog(), JOB, RUN_PARAMS)
    assert _runs(store)["PreparacaoDados"].info.status == "KILLED"
    tracked.before_node_run(TRAIN, {})
    assert _runs(store)["Treinamento"].info.status == "RUNNING"


def test_the_store_is_the_projects_whatever_the_current_folder(
    tracked: TrackedRuns, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    tracked.after_context_created(_context(tmp_path))
    assert mlflow.get_tracking_uri() == f"sqlite:///{tmp_path / 'mlflow.db'}"


def test_the_store_named_in_the_environment_goes_before_the_projects(
    tracked: TrackedRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_of_the_project, "ASKED_FOR", "http://127.0.0.1:9")
    tracked.after_context_created(_context(tmp_path))
    assert mlflow.get_tracking_uri() == "http://127.0.0.1:9"


def test_a_store_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.command.upgrade", cut)
        with pytest.raises(KeyboardInterrupt, match=r"^$"):
            TrackedRuns().after_context_created(_context(tmp_path))
    (partial,) = tmp_path.glob("mlflow.db.*.partial")
    partial.with_name(f"{partial.name}-journal").write_text("half a migration")
    assert not (tmp_path / "mlflow.db").exists()
    TrackedRuns().after_context_created(_context(tmp_path))
    assert sorted(path.name for path in tmp_path.glob("mlflow*")) == ["mlflow.db", "mlflow.db.lock"]
    assert [experiment.name for experiment in MlflowClient().search_experiments()] == ["Default"]


def test_a_store_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "project").write_text("a file where a folder should be")
    with pytest.raises(KobeShotsError, match=r"project/mlflow\.db cannot be written \(.*\); MLflow needs a writable"):
        TrackedRuns().after_context_created(_context(tmp_path / "project"))


def test_a_setting_nobody_knows_is_refused(tmp_path: Path) -> None:
    context = _context(tmp_path, tracking_url="sqlite:///mlflow.db")
    with pytest.raises(KobeShotsError, match=r"^'tracking_url' is not known\. Keys allowed here: tracking_uri, exp"):
        TrackedRuns().after_context_created(context)


def test_parameters_of_any_shape_are_flattened() -> None:
    read: dict[str, Any] = {"params:a": {"b": 1}, "params:c": 2, "data": 3}
    assert dict(tracking._flat(read)) == {"a.b": 1, "c": 2}
