"""May this run start? One at a time in a project, and with everything it reads in place."""

from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.fetch import accept

LOCK_FILE = "data/.run.lock"
RAW_FOLDER = "data/01_raw"


class OneRunAtATime:
    """Two runs would mix each other's files; the operating system frees the lock of a process that dies."""

    def __init__(self) -> None:
        self._lock: FileLock | None = None

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any]) -> None:
        """Take the project's lock, or say that another run holds it."""
        lock = FileLock(Path(run_params["project_path"]) / LOCK_FILE)
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
        self._lock = lock

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """Give the lock back."""
        self._release()

    @hook_impl(trylast=True)
    def on_pipeline_error(self) -> None:
        """Give the lock back."""
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


class MissingInputs:
    """A step whose input is missing says which command makes it, before anything runs."""

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Raise KobeShotsError for inputs that neither exist nor are made by this run, or raw files that do not fit."""
        from kobe_shots.pipeline_registry import register_pipelines

        if "provenance" in pipeline.inputs():
            accept(Path(run_params["project_path"]) / RAW_FOLDER)
        data = (name for name in sorted(pipeline.inputs()) if not name.startswith("params:"))
        missing = [name for name in data if not catalog.exists(name)]
        if not missing:
            return
        steps = {step: nodes for step, nodes in register_pipelines().items() if step != "__default__"}
        makers = [step for step, nodes in steps.items() if set(missing) & nodes.all_outputs()]
        commands = [f"kedro run --pipeline={step}" for step in makers] or ["kobe-shots fetch"]
        raise KobeShotsError(
            f"This step reads what is not there yet: {', '.join(missing)}. Make it first: {', then '.join(commands)}."
        )
