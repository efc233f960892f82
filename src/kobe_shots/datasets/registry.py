"""Where do models live? In MLflow's registry, each under its name, a version for every time it was fitted."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, redirect_stderr
from io import StringIO
from typing import Any

import mlflow
import mlflow.sklearn
from kedro.io import AbstractDataset
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from sklearn.pipeline import Pipeline

from kobe_shots import packaging
from kobe_shots.errors import KobeShotsError, first_line
from kobe_shots.models.promotion import NoChange
from kobe_shots.retraining.challenger import Challenger


class RegisteredModelDataset(AbstractDataset[Pipeline, Pipeline]):
    """A fitted model under its name in the registry: saving registers a version, loading reads the latest.

    kedro-mlflow's dataset for the registry only reads; what is written here is described in `kobe_shots.packaging`.
    """

    def __init__(self, *, name: str, metadata: Any = None) -> None:
        self._name = name
        self.metadata = metadata

    def load(self) -> Pipeline:
        """Return the estimator of the latest version."""
        return load_estimator(latest(self._name))

    def save(self, data: Pipeline) -> None:
        """Log the model to the active run and register it, with the run's data and engine and its class as tags."""
        _register(self._name, data, {})

    def _exists(self) -> bool:
        return bool(_versions(self._name))

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


class ChallengerDataset(AbstractDataset[Challenger | NoChange, Pipeline | NoChange]):
    """A challenger, if one was trained: it is registered, and what is loaded then is what the registry holds.

    Where none was, saving does nothing, and loading says so.
    """

    def __init__(self, *, name: str, metadata: Any = None) -> None:
        self._name = name
        self._absent: NoChange | None = None
        self.metadata = metadata

    def load(self) -> Pipeline | NoChange:
        """Return the estimator of the latest version, or that there is none this time."""
        return load_estimator(latest(self._name)) if self._absent is None else self._absent

    def save(self, data: Challenger | NoChange) -> None:
        """Register the model as others are, with its family and the rows it learned from as tags; or do nothing."""
        self._absent = data if isinstance(data, NoChange) else None
        if not isinstance(data, NoChange):
            _register(self._name, data.estimator, {"family": data.way.family, "rows": data.way.rows})

    def _exists(self) -> bool:
        return bool(_versions(self._name))

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


class LatestVersionDataset(AbstractDataset[None, int | None]):
    """The number of the latest version of a model, for a step to note what it has registered; None where there is none.

    It is only read, and there whether or not there is a model: a step that reads it comes after one that registers.
    """

    def __init__(self, *, name: str, metadata: Any = None) -> None:
        self._name = name
        self.metadata = metadata

    def load(self) -> int | None:
        """Return the number."""
        return int(latest(self._name).version) if _versions(self._name) else None

    def save(self, data: None) -> None:  # noqa: ARG002 -- the signature is Kedro's
        """Refuse: versions are numbered by the registry."""
        raise KobeShotsError(f"Versions of {self._name} are numbered by the registry; save a model instead.")

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


def _register(name: str, estimator: Pipeline, tags: Mapping[str, str]) -> None:
    logged = Model.log(artifact_path=None, name=name, flavor=packaging, estimator=estimator)
    with quiet():
        mlflow.register_model(
            logged.model_uri, name, tags=_inherited() | {"estimator": type(estimator[-1]).__name__, **tags}
        )


def _inherited() -> dict[str, str]:
    """Return what a model has of its run: the tags that tell the data, and who searched."""
    if (active := mlflow.active_run()) is None:
        return {}
    run = MlflowClient().get_run(active.info.run_id)  # the active one was read when it was opened
    tags = {tag: value for tag, value in run.data.tags.items() if tag.startswith("data.")}
    engine = run.data.params.get("tuning.engine")
    return tags | ({"engine": engine} if engine else {})


def quiet() -> AbstractContextManager[object]:
    """Return a context in which MLflow keeps to itself what it has done."""
    # MLflow prints what it registers to stderr whatever its log level; an error is raised and not lost
    return redirect_stderr(StringIO())


def _versions(name: str) -> list[ModelVersion]:
    return list(MlflowClient().search_model_versions(f"name='{name}'"))


def latest(name: str) -> ModelVersion:
    """Return the latest version of a model; that of the active run, if it has registered one, goes before all others.

    Two projects may share a store: what this run has fitted is meant, not what another has registered since.
    """
    if not (versions := _versions(name)):
        raise KobeShotsError(f"No model called {name} is registered; train one: `kedro run --pipeline=Treinamento`.")
    active = mlflow.active_run()
    own = [version for version in versions if active and version.run_id == active.info.run_id]
    return max(own or versions, key=lambda version: int(version.version))


def load_estimator(registered: ModelVersion) -> Pipeline:
    """Return the estimator of a version; files that cannot be read are named in one sentence."""
    try:
        return mlflow.sklearn.load_model(f"models:/{registered.name}/{registered.version}")
    except MlflowException as error:
        raise KobeShotsError(
            f"{registered.name} version {registered.version} is registered, but its files cannot be read "
            f"({first_line(error)}). Put mlruns back where it was, or train anew: `kedro run --pipeline=Treinamento`."
        ) from error
