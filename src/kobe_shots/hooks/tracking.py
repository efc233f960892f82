"""Where is a run tracked? Every step of the job is one MLflow run under its fixed name, whatever command started it.

kedro-mlflow was looked at: it opens one run per Kedro session and names it after `--pipeline`, so `kedro run` of the
whole job, or of a tag, never gives the three runs that are asked for. Here a node's tag says which step it belongs to,
and the step's run is made active while the node runs and its outputs are saved.
"""

import atexit
import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline
from pydantic import BaseModel

from kobe_shots.hooks.store import MlflowSettings, make_store
from kobe_shots.pipelines import RUN_NAMES

ARTIFACTS = "mlruns"
PROJECT_TAG = "kedro.project"

log = logging.getLogger(__name__)


class TrackedRuns:
    """Opens, switches and closes the MLflow runs of one Kedro session."""

    def __init__(self) -> None:
        self._project = Path()
        self._experiment = ""
        self._tags: dict[str, str] = {}
        self.run_ids: dict[str, str] = {}
        self._to_do: Counter[str] = Counter()
        self._paused: set[str] = set()
        self._active: str | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Read where to track, and point MLflow there."""
        os.environ.setdefault("DO_NOT_TRACK", "true")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")  # its seven wait four minutes before each error
        import mlflow

        logging.getLogger("mlflow").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        settings = MlflowSettings.model_validate(context.config_loader["mlflow"])
        self._project = Path(context.project_path)
        self._experiment = settings.experiment
        mlflow.set_tracking_uri(make_store(self._project, settings))
        # after Ctrl-C, of which Kedro tells no hook, MLflow's own exit handler would call the run finished
        atexit.register(self._close, "KILLED")

    @hook_impl
    def before_pipeline_run(self, catalog: DataCatalog, pipeline: Pipeline, run_params: dict[str, Any]) -> None:
        """Close what a killed run left open, and learn the tags every run of this session carries."""
        self._close("KILLED")  # what Ctrl-C has left open in a notebook
        open_experiment(self._experiment, self._project)
        self.run_ids, self._to_do = {}, Counter(map(_step, pipeline.nodes))
        session = str(run_params.get("run_id") or run_params.get("session_id"))
        self._tags = {"kedro.session": session, **tags_of(self._project, catalog)}

    @hook_impl
    def before_node_run(self, node: Node, inputs: dict[str, Any]) -> None:
        """Make the node's run active and log the parameters the node reads."""
        import mlflow

        self._enter(node)
        self._to_do[_step(node)] -= 1
        mlflow.log_params(dict(_flat(inputs)))

    @hook_impl
    def before_dataset_saved(self, node: Node) -> None:
        """Make the node's run active: outputs log metrics, artifacts and models to it."""
        self._enter(node)

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Close the runs that are still open."""
        self._close("FINISHED")

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Close the runs that are still open, as failed: the node's own, and those of steps it has kept from ending.

        Where the store is what has failed they stay open, and the next run closes them: the first error is to be told.
        """
        from mlflow.exceptions import MlflowException

        try:
            self._close("FAILED")
        except MlflowException as error:
            log.warning("The MLflow runs could not be closed (%s); the next run will.", str(error).splitlines()[0])
            self._paused, self._active = set(), None

    def _enter(self, node: Node) -> None:
        import mlflow

        step = _step(node)
        if step == self._active:
            return
        self._pause()
        if step in self.run_ids:
            mlflow.start_run(run_id=self.run_ids[step])
        else:
            self.run_ids[step] = mlflow.start_run(run_name=step, tags=self._tags).info.run_id
            log.info("%s: MLflow run %s", step, self.run_ids[step])
        self._paused.discard(step)
        self._active = step

    def _pause(self) -> None:
        """Leave the active run; it stays open while nodes of its step are to come, for Kedro interleaves the steps."""
        import mlflow

        if self._active is None:
            return
        if self._to_do[self._active] > 0:
            mlflow.end_run("RUNNING")
            self._paused.add(self._active)
        else:
            mlflow.end_run("FINISHED")
        self._active = None

    def _close(self, status: str) -> None:
        import mlflow

        if self._active is not None:
            mlflow.end_run(status)
        for step in self._paused:
            mlflow.MlflowClient().set_terminated(self.run_ids[step], status)
        self._paused, self._active = set(), None


def open_experiment(name: str, project: Path) -> None:
    """Make an experiment the one that runs go to, created if need be, and close what a killed run left open in it."""
    import mlflow

    if mlflow.get_experiment_by_name(name) is None:
        mlflow.create_experiment(name, artifact_location=(project / ARTIFACTS).as_uri())
    mlflow.set_experiment(name)
    _close_abandoned_runs(name, str(project))


def tags_of(project: Path, catalog: DataCatalog) -> dict[str, str]:
    """Return what every run of a project carries: whose it is, and the shots it rests on."""
    provenance = catalog.load("provenance") if catalog.exists("provenance") else {}
    return {PROJECT_TAG: str(project), **_origin(provenance)}


def _step(node: Node) -> str:
    (step,) = node.tags & set(RUN_NAMES)
    return step


def _origin(provenance: dict[str, Any]) -> dict[str, str]:
    tags = {name: str(provenance.get(name, "unrecorded")) for name in ("source", "fingerprint", "fetched_at")}
    for file in provenance.get("files", []):
        tags |= {f"{file['name']}.sha256": file["sha256"], f"{file['name']}.rows": str(file["rows"])}
    return {f"data.{name}": value for name, value in tags.items()}


def _close_abandoned_runs(experiment: str, project: str) -> None:
    import mlflow

    # this project's lock is held, so a run of its own that is still open belongs to a process that is gone
    client = mlflow.MlflowClient()
    for run in mlflow.search_runs(
        experiment_names=[experiment], filter_string="attributes.status = 'RUNNING'", output_format="list"
    ):
        if run.data.tags.get(PROJECT_TAG) == project:
            client.set_terminated(run.info.run_id, "KILLED")


def _flat(inputs: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in inputs.items():
        if not name.startswith("params:"):
            continue
        key = name.removeprefix("params:")
        fields = value.model_dump() if isinstance(value, BaseModel) else value
        if isinstance(fields, dict):
            yield from ((f"{key}.{field}", content) for field, content in fields.items())
        else:
            yield key, fields
