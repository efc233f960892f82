"""May this run start? One at a time in a project, node after node, and with everything it reads in place."""

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.pipelines import PREPARATION
from kobe_shots.shots.fetch import accept

LOCK_FILE = "data/.run.lock"
RAW_FOLDER = "data/01_raw"
MISSING_NAMED = 3
READ_AS = {"champion_in_office": "champion"}  # entries that only read what is written under another name


class OneRunAtATime:
    """Two runs would mix each other's files; the operating system frees the lock of a process that dies."""

    def __init__(self) -> None:
        self._lock: FileLock | None = None

    @hook_impl(wrapper=True)
    def before_pipeline_run(self, run_params: dict[str, Any]) -> Generator[None, Any, Any]:
        """Take the project's lock, or say that another run holds it; give it back when another hook refuses the run."""
        self._release()  # Kedro tells no hook of Ctrl-C, and a notebook lives on after it
        self._lock = take_lock(Path(run_params["project_path"]) / LOCK_FILE)
        try:
            return (yield)
        except BaseException:
            self._release()
            raise

    @hook_impl(wrapper=True)
    def after_pipeline_run(self) -> Generator[None, Any, Any]:
        """Give the lock back, whatever becomes of the other hooks."""
        try:
            return (yield)
        finally:
            self._release()

    @hook_impl(wrapper=True)
    def on_pipeline_error(self) -> Generator[None, Any, Any]:
        """Give the lock back, whatever becomes of the other hooks."""
        try:
            return (yield)
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class OneNodeAtATime:
    """MLflow knows the active run of one thread only, so nodes side by side would log to runs of their own."""

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any]) -> None:
        """Raise KobeShotsError for Kedro's parallel runners."""
        if any(runner in run_params["runner"] for runner in ("ThreadRunner", "ParallelRunner")):
            raise _not_side_by_side("--runner")

    @hook_impl
    def before_node_run(self, is_async: bool) -> None:
        """Raise KobeShotsError where Kedro loads and saves in threads of their own."""
        if is_async:
            raise _not_side_by_side("--async")


class UnknownParameters:
    """A misspelt group of parameters is refused: it would leave the usual values in force, and nobody would know."""

    @hook_impl
    def before_pipeline_run(self, catalog: DataCatalog) -> None:
        """Raise KobeShotsError for a group of parameters that no step reads."""
        from kobe_shots.pipeline_registry import register_pipelines

        known = _groups(name for nodes in register_pipelines().values() for name in nodes.inputs())
        if unknown := _groups(catalog.keys()) - known:
            raise KobeShotsError(
                f"The parameters hold {', '.join(sorted(unknown))}, which no step reads; allowed are "
                f"{', '.join(sorted(known))}. Mend the name in conf, or in --params."
            )


class MissingInputs:
    """A step whose input is missing says which command makes it, before anything runs."""

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Raise KobeShotsError for inputs that neither exist nor are made by this run, or raw files that do not fit."""
        from kobe_shots.pipeline_registry import register_pipelines

        if "provenance" in pipeline.inputs():
            _accept(Path(run_params["project_path"]) / RAW_FOLDER)
        missing = _absent(pipeline, catalog)
        if not missing:
            _refuse_stale_bases(pipeline, catalog)
            return
        steps = {step: nodes for step, nodes in register_pipelines().items() if step != "__default__"}
        commands = [f"kedro run --pipeline={step}" for step in _makers(missing, steps, catalog)] or ["kobe-shots fetch"]
        more = f" and {len(missing) - MISSING_NAMED} more" if len(missing) > MISSING_NAMED else ""
        raise KobeShotsError(
            f"This step reads what is not there yet: {', '.join(missing[:MISSING_NAMED])}{more}. "
            f"Make it first: {', then '.join(commands)}."
        )


def _absent(pipeline: Pipeline, catalog: DataCatalog) -> list[str]:
    data = (name for name in sorted(pipeline.inputs()) if not name.startswith("params:"))
    return [name for name in data if not catalog.exists(name)]


def _makers(missing: list[str], steps: dict[str, Pipeline], catalog: DataCatalog) -> list[str]:
    """Return the steps that make what is missing, and what they lack themselves, in the order of the job."""
    wanted, needed = list(missing), set()
    while wanted:
        name = wanted.pop()
        name = READ_AS.get(name, name)
        maker = next((step for step, nodes in steps.items() if name in nodes.all_outputs()), None)
        if maker is not None and maker not in needed:
            needed.add(maker)
            wanted += _absent(steps[maker], catalog)
    return [step for step in steps if step in needed]


def _refuse_stale_bases(pipeline: Pipeline, catalog: DataCatalog) -> None:
    reads_bases = any(name.startswith("base_") for name in pipeline.inputs())
    if not reads_bases or not catalog.exists("record_preparation"):
        return
    prepared_from = catalog.load("record_preparation")["fingerprint"]
    lying_there = catalog.load("provenance")["fingerprint"]
    if prepared_from != lying_there:
        raise KobeShotsError(
            f"The bases were prepared from raw shots {prepared_from}, and {lying_there} lie in {RAW_FOLDER} now. "
            f"Prepare them first: kedro run --pipeline={PREPARATION}."
        )


def take_lock(path: Path) -> FileLock:
    """Return the project's lock, held; raise KobeShotsError when another run holds it, or when it cannot be written."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise KobeShotsError(
            f"Another run is using this folder ({LOCK_FILE} is held); one at a time is allowed: "
            "wait until it ends, then run the same command again."
        ) from None
    except OSError as error:
        raise KobeShotsError(
            f"{LOCK_FILE} cannot be written ({error.strerror}); a writable data folder is needed: "
            "change its permissions, then run the same command again."
        ) from error
    return lock


def is_held(path: Path) -> bool:
    """Return whether a run holds the project's lock at this moment."""
    if not path.is_file():
        return False
    try:
        with FileLock(path).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _accept(raw_dir: Path) -> None:
    try:
        accept(raw_dir)
    except OSError as error:
        raise KobeShotsError(
            f"{raw_dir} cannot be written ({error.strerror}), and the provenance of its files must lie in it: "
            "change its permissions, then run the same command again."
        ) from error


def _not_side_by_side(option: str) -> KobeShotsError:
    return KobeShotsError(
        f"Nodes side by side were asked for with {option}; allowed is one after another, as each step is one MLflow "
        f"run. Leave {option} out."
    )


def _groups(names: Iterable[str]) -> set[str]:
    return {name.removeprefix("params:").partition(".")[0] for name in names if name.startswith("params:")}
