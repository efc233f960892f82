"""Which runs may start?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout
from kedro.framework.hooks import hook_impl
from kedro.framework.hooks.manager import _create_hook_manager
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from pluggy import PluginManager

from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks.guards import (
    LOCK_FILE,
    MissingInputs,
    OneNodeAtATime,
    OneRunAtATime,
    UnknownParameters,
    is_held,
)
from kobe_shots.shots.fetch import fetch

PIPELINE = Pipeline([])


class Refusing:
    """Another hook, which refuses everything it is asked."""

    @hook_impl
    def before_pipeline_run(self) -> None:
        raise KobeShotsError("not this one")

    @hook_impl
    def after_pipeline_run(self) -> None:
        raise KobeShotsError("the report cannot be written")

    @hook_impl
    def on_pipeline_error(self) -> None:
        raise KobeShotsError("the store is gone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.fixture
def run(folder: Path) -> dict[str, Any]:
    """What Kedro tells a hook about a run, as keywords."""
    params = {"project_path": str(folder), "runner": "None"}
    return {"run_params": params, "pipeline": PIPELINE, "catalog": DataCatalog()}


@pytest.fixture
def hooks() -> Iterator[PluginManager]:
    manager = _create_hook_manager()
    manager.register(OneRunAtATime())
    yield manager
    for plugin in manager.get_plugins():
        if isinstance(plugin, OneRunAtATime):
            plugin._release()


def _is_free(folder: Path) -> bool:
    try:
        with FileLock(folder / LOCK_FILE, timeout=0):
            return True
    except Timeout:
        return False


def test_a_run_holds_the_lock_of_its_project_until_it_ends(
    hooks: PluginManager, run: dict[str, Any], folder: Path
) -> None:
    hooks.hook.before_pipeline_run(**run)
    assert not _is_free(folder)
    hooks.hook.after_pipeline_run(**run, run_result={})
    assert _is_free(folder)


def test_a_run_that_fails_gives_the_lock_back(hooks: PluginManager, run: dict[str, Any], folder: Path) -> None:
    hooks.hook.before_pipeline_run(**run)
    hooks.hook.on_pipeline_error(**run, error=ValueError())
    assert _is_free(folder)


def test_a_run_is_refused_while_another_holds_the_lock(hooks: PluginManager, run: dict[str, Any], folder: Path) -> None:
    with (
        FileLock(folder / LOCK_FILE),
        pytest.raises(KobeShotsError, match=r"^Another run is using this folder .* wait until it ends"),
    ):
        hooks.hook.before_pipeline_run(**run)


def test_a_run_of_another_project_is_not(
    hooks: PluginManager, run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with FileLock(tmp_path_factory.mktemp("elsewhere") / "lock"):
        hooks.hook.before_pipeline_run(**run)


def test_the_lock_is_free_after_another_hook_has_refused_the_run(
    hooks: PluginManager, run: dict[str, Any], folder: Path
) -> None:
    hooks.register(Refusing())
    with pytest.raises(KobeShotsError, match="not this one"):
        hooks.hook.before_pipeline_run(**run)
    assert _is_free(folder)


@pytest.mark.parametrize(
    ("end", "message"),
    [("after_pipeline_run", "the report cannot be written"), ("on_pipeline_error", "the store is gone")],
)
def test_the_lock_is_free_after_another_hook_has_failed_at_the_end(
    hooks: PluginManager, run: dict[str, Any], folder: Path, end: str, message: str
) -> None:
    hooks.hook.before_pipeline_run(**run)
    hooks.register(Refusing())
    with pytest.raises(KobeShotsError, match=message):
        getattr(hooks.hook, end)(**run, run_result={}, error=ValueError())
    assert _is_free(folder)


def test_a_run_interrupted_in_a_notebook_does_not_lock_out_the_next_one(
    hooks: PluginManager, run: dict[str, Any], folder: Path
) -> None:
    hooks.hook.before_pipeline_run(**run)
    hooks.hook.before_pipeline_run(**run)  # after Ctrl-C, of which Kedro tells no hook
    assert not _is_free(folder)


@pytest.mark.parametrize("runner", ["<kedro.runner.thread_runner.ThreadRunner object>", "ParallelRunner"])
def test_parallel_runners_are_refused(runner: str) -> None:
    with pytest.raises(KobeShotsError, match=r"one after another, .* Leave --runner out\."):
        OneNodeAtATime().before_pipeline_run({"runner": runner})


@pytest.mark.parametrize("runner", ["None", "<kedro.runner.sequential_runner.SequentialRunner object>"])
def test_the_sequential_runner_is_welcome(runner: str) -> None:
    OneNodeAtATime().before_pipeline_run({"runner": runner})


def test_loading_and_saving_in_threads_is_refused() -> None:
    OneNodeAtATime().before_node_run(is_async=False)
    with pytest.raises(KobeShotsError, match=r"one after another, .* Leave --async out\."):
        OneNodeAtATime().before_node_run(is_async=True)


def test_a_group_of_parameters_that_no_step_reads_is_refused() -> None:
    catalog = DataCatalog({"params:tuning": MemoryDataset({}), "params:tunning.metric": MemoryDataset("f1")})
    with pytest.raises(KobeShotsError, match=r"hold tunning, which no step reads; allowed are .*, selection, tuning\."):
        UnknownParameters().before_pipeline_run(catalog)


@pytest.mark.parametrize("group", ["tuning.metric", "retraining.force"])
def test_groups_that_a_step_reads_are_welcome_in_the_job_and_beside_it(group: str) -> None:
    UnknownParameters().before_pipeline_run(DataCatalog({f"params:{group}": MemoryDataset("f1")}))


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        ("base_train_dev", r"kedro run --pipeline=PreparacaoDados\.$"),
        ("trained_lr_model_dev", r"kedro run --pipeline=Treinamento\.$"),
        ("champion_in_office", r"kedro run --pipeline=Treinamento\.$"),
        ("verdicts", r"kedro run --pipeline=Monitoramento\.$"),
        ("dataset_kobe_prod", r"kobe-shots fetch\.$"),
    ],
)
def test_a_missing_input_is_named_with_the_command_that_makes_it(
    run: dict[str, Any], missing: str, advice: str
) -> None:
    reads = Pipeline([Node(lambda _: 1, missing, "out", name="reads")])
    with pytest.raises(KobeShotsError, match=rf"^This step reads what is not there yet: {missing}\. .*{advice}"):
        MissingInputs().before_pipeline_run(**run | {"pipeline": reads, "catalog": DataCatalog({missing: _Absent()})})


def test_raw_files_placed_by_hand_are_accepted_and_recorded(run: dict[str, Any], folder: Path) -> None:
    raw = folder / "data" / "01_raw"
    fetch("simulate", raw, shots=500, seed=24, timeout=1)
    (raw / "provenance.json").unlink()
    reads = Pipeline([Node(lambda _: 1, "provenance", "out", name="reads")])
    catalog = DataCatalog({"provenance": MemoryDataset({})})
    MissingInputs().before_pipeline_run(**run | {"pipeline": reads, "catalog": catalog})
    assert '"source": "found"' in (raw / "provenance.json").read_text()


def test_bases_prepared_from_other_raw_shots_are_refused(run: dict[str, Any]) -> None:
    reads = Pipeline([Node(lambda _: 1, "base_train_dev", "out", name="reads")])
    catalog = DataCatalog(
        {
            "base_train_dev": MemoryDataset(0),
            "record_preparation": MemoryDataset({"fingerprint": "aaa"}),
            "provenance": MemoryDataset({"fingerprint": "bbb"}),
        }
    )
    with pytest.raises(
        KobeShotsError, match=r"^The bases were prepared from raw shots aaa, and bbb lie in data/01_raw"
    ):
        MissingInputs().before_pipeline_run(**run | {"pipeline": reads, "catalog": catalog})


def test_whether_a_run_is_going_on_is_told_without_getting_in_its_way(folder: Path) -> None:
    path = folder / LOCK_FILE
    assert not is_held(path)
    assert not path.exists()
    with FileLock(path):
        assert is_held(path)
        assert is_held(path)
    assert not is_held(path)
    with FileLock(path, timeout=0):  # looking has left nothing held
        assert is_held(path)


class _Absent(MemoryDataset):
    def _exists(self) -> bool:
        return False
