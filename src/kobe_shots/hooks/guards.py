"""May this run start? One at a time in a project, and with everything it reads in place."""

from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError

LOCK_FILE = "data/.run.lock"


class OneRunAtATime:
    """Two runs would mix each other's files; the operating system frees the lock when a process dies, however it does."""

    def __init__(self) -> None:
        self._lock: FileLock | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Remember the project's lock file."""
        self._lock = FileLock(Path(context.project_path) / LOCK_FILE)

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self) -> None:
        """Take the lock, or say that another run holds it."""
        assert self._lock is not None
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise KobeShotsError(
                "Another run is using this folder (data/.run.lock is held); one at a time is allowed: "
                "wait until it ends, then run the same command again."
            ) from None
        except OSError as error:
            raise KobeShotsError(
                f"data/.run.lock cannot be written ({error.strerror}); a writable data folder is needed: "
                "change its permissions, then run the same command again."
            ) from error

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """Give the lock back."""
        self._release()

    @hook_impl(trylast=True)
    def on_pipeline_error(self) -> None:
        """Give the lock back."""
        self._release()

    def _release(self) -> None:
        assert self._lock is not None
        self._lock.release()


class MissingInputs:
    """A step whose input is missing says which command makes it, before anything runs."""

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Raise KobeShotsError for the first input that neither exists nor is made by this run."""
        from kobe_shots.pipeline_registry import register_pipelines

        missing = [name for name in sorted(pipeline.inputs()) if not _is_parameter(name) and not catalog.exists(name)]
        if not missing:
            return
        makers = {
            output: step
            for step, nodes in register_pipelines().items()
            if step != "__default__"
            for output in nodes.all_outputs()
        }
        first = missing[0]
        command = f"kedro run --pipeline={makers[first]}" if first in makers else "kobe-shots fetch"
        raise KobeShotsError(f"{', '.join(missing)} missing; make what this step reads first: `{command}`.")


def _is_parameter(name: str) -> Any:
    return name == "parameters" or name.startswith("params:")
