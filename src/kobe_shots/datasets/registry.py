"""Where do models live? In MLflow's registry, each under its name, the one in office under an alias."""

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
from kobe_shots.datasets.files import first_line
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import Champion


class RegisteredModelDataset(AbstractDataset[Pipeline, Pipeline]):
    """A fitted model under its name in the registry: saving registers a version, loading reads the latest.

    kedro-mlflow's dataset for the registry only reads; what is written here is described in `kobe_shots.packaging`.
    """

    def __init__(self, *, name: str, metadata: Any = None) -> None:
        self._name = name
        self.metadata = metadata

    def load(self) -> Pipeline:
        """Return the estimator of the latest version."""
        return _estimator(_latest(self._name))

    def save(self, data: Pipeline) -> None:
        """Log the model to the active run and register it, with the run's data and engine and its class as tags."""
        logged = Model.log(artifact_path=None, name=self._name, flavor=packaging, estimator=data)
        tags = _inherited() | {"estimator": type(data[-1]).__name__}
        with _quiet():
            mlflow.register_model(logged.model_uri, self._name, tags=tags)

    def _exists(self) -> bool:
        return bool(_versions(self._name))

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


class ChampionDataset(AbstractDataset[dict[str, str], Champion]):
    """The model in office: saving a model's name promotes its latest version, loading returns the champion.

    One dataset for both sides gives the registry's alias an edge in the graph, so nothing is scored before promotion.
    """

    def __init__(self, *, name: str, alias: str, metadata: Any = None) -> None:
        self._name = name
        self._alias = alias
        self.metadata = metadata

    def save(self, data: dict[str, str]) -> None:
        """Copy the latest version of `data["model"]`, tag it with `data["base_id"]`, and last point the alias at it."""
        origin = _latest(data["model"])
        client = MlflowClient()
        with _quiet():
            promoted = client.copy_model_version(f"models:/{origin.name}/{origin.version}", self._name)
        tags = {"origin": f"{origin.name}/{origin.version}", "base_id": data["base_id"]}
        for tag, value in tags.items():
            client.set_model_version_tag(self._name, promoted.version, tag, value)
        client.set_registered_model_alias(self._name, self._alias, promoted.version)

    def load(self) -> Champion:
        """Return the estimator the alias points at, with its name, version and origin."""
        office = MlflowClient().get_model_version_by_alias(self._name, self._alias)
        return Champion(
            estimator=_estimator(office),
            name=self._name,
            version=int(office.version),
            origin=office.tags["origin"],
            base_id=office.tags.get("base_id", "unknown"),
        )

    def version_in_office(self) -> int | None:
        """Return the version the alias points at, without loading it, or None where there is none."""
        if not self._exists():
            return None
        return int(MlflowClient().get_model_version_by_alias(self._name, self._alias).version)

    def _exists(self) -> bool:
        return any(
            self._alias in model.aliases for model in MlflowClient().search_registered_models(f"name='{self._name}'")
        )

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name, "alias": self._alias}


def _inherited() -> dict[str, str]:
    """Return what a model has of its run: the tags that tell the data, and who searched."""
    if (active := mlflow.active_run()) is None:
        return {}
    run = MlflowClient().get_run(active.info.run_id)  # the active one was read when it was opened
    tags = {tag: value for tag, value in run.data.tags.items() if tag.startswith("data.")}
    engine = run.data.params.get("tuning.engine")
    return tags | ({"engine": engine} if engine else {})


def _quiet() -> AbstractContextManager[object]:
    # MLflow prints what it registers to stderr whatever its log level; an error is raised and not lost
    return redirect_stderr(StringIO())


def _versions(name: str) -> list[ModelVersion]:
    return list(MlflowClient().search_model_versions(f"name='{name}'"))


def _latest(name: str) -> ModelVersion:
    if not (versions := _versions(name)):
        raise KobeShotsError(f"No model called {name} is registered; train one: `kedro run --pipeline=Treinamento`.")
    return max(versions, key=lambda version: int(version.version))


def _estimator(registered: ModelVersion) -> Pipeline:
    try:
        return mlflow.sklearn.load_model(f"models:/{registered.name}/{registered.version}")
    except MlflowException as error:
        raise KobeShotsError(
            f"{registered.name} version {registered.version} is registered, but its files cannot be read "
            f"({first_line(error)}). Put mlruns back where it was, or train anew: `kedro run --pipeline=Treinamento`."
        ) from error
