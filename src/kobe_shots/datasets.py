"""Where do the catalog's things live? Files that are whole or absent, MLflow metrics, and models in the registry."""

import time
from contextlib import AbstractContextManager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import mlflow
import mlflow.sklearn
import pandas as pd
from kedro.io import AbstractDataset
from kedro.io.core import parse_dataset_definition
from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from sklearn.pipeline import Pipeline

from kobe_shots import packaging
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.scoring import Champion

METRICS_PER_BATCH = 1000  # what one call of MLflow's log_batch accepts


class WholeFileDataset(AbstractDataset[Any, Any]):
    """A file that is whole or absent: written beside its place, then renamed; optionally copied to the MLflow run.

    Wraps any dataset that takes a `filepath`. Kedro's own datasets write in place, so a killed run leaves half a file;
    kedro-mlflow's artifact dataset copies to the run but writes in place too.
    """

    def __init__(
        self, *, filepath: str, dataset: dict[str, Any], artifact_path: str | None = None, metadata: Any = None
    ) -> None:
        self._path = Path(filepath)
        self._definition = dataset
        self._artifact_path = artifact_path
        self.metadata = metadata

    def load(self) -> Any:
        """Return what the file holds; a file that cannot be read is named in one sentence."""
        try:
            return self._at(self._path).load()
        except Exception as error:
            raise KobeShotsError(
                f"{self._path} cannot be read ({_first_line(error.__cause__ or error)}); "
                "a whole file of its kind is needed. Remove it and make it again: `kobe-shots fetch` for "
                "data/01_raw, `kedro run` for the rest."
            ) from error

    def save(self, data: Any) -> None:
        """Write the file under a temporary name, rename it, and copy it to the active MLflow run if asked to."""
        partial = self._path.with_name(f".{self._path.stem}.partial{self._path.suffix}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._at(partial).save(data)
            partial.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        except Exception as error:
            if isinstance(error.__cause__, OSError):
                raise _unwritable(self._path, error.__cause__) from error
            raise
        if self._artifact_path is not None and mlflow.active_run():
            mlflow.log_artifact(str(self._path), self._artifact_path or None)

    def _at(self, path: Path) -> AbstractDataset[Any, Any]:
        kind, arguments = parse_dataset_definition(self._definition | {"filepath": str(path)})
        return kind(**arguments)

    def _exists(self) -> bool:
        return self._path.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._path), "dataset": self._definition["type"]}


class RunMetricsDataset(AbstractDataset[dict[str, float], None]):
    """Numbers of the active MLflow run, written in one batch; there is nothing to load."""

    def __init__(self, *, prefix: str = "", metadata: Any = None) -> None:
        self._prefix = prefix
        self.metadata = metadata

    def load(self) -> None:
        """Refuse: metrics are read from the report or from MLflow."""
        raise KobeShotsError("Run metrics cannot be loaded into a pipeline; read data/08_reporting/report.json.")

    def save(self, data: dict[str, float]) -> None:
        """Log every number under its name, the prefix before it."""
        mlflow.log_metrics({f"{self._prefix}{name}": value for name, value in data.items()})

    def _describe(self) -> dict[str, Any]:
        return {"prefix": self._prefix}


class CandidatesDataset(WholeFileDataset):
    """A table of candidates: a file, copied to the run, whose means are logged too, a step for each candidate."""

    def __init__(self, *, filepath: str, name: str, metadata: Any = None) -> None:
        super().__init__(
            filepath=filepath, dataset={"type": "pandas.ParquetDataset"}, artifact_path=name, metadata=metadata
        )
        self._name = name

    def save(self, data: pd.DataFrame) -> None:
        """Write the table, then log every candidate's cross-validated metrics in as few calls as MLflow allows."""
        super().save(data)
        if (run := mlflow.active_run()) is None:
            return
        now = int(time.time() * 1000)
        points = [
            Metric(f"{self._name}_cv_{metric}", float(value), now, int(number))
            for metric in METRICS
            for number, value in zip(data["candidate"], data[metric], strict=True)
        ]
        for start in range(0, len(points), METRICS_PER_BATCH):
            MlflowClient().log_batch(run.info.run_id, metrics=points[start : start + METRICS_PER_BATCH])


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
        """Log the model to the active run and register it, tagged as the run is and with its estimator's class."""
        logged = Model.log(artifact_path=None, name=self._name, flavor=packaging, estimator=data)
        run = mlflow.active_run()
        inherited = {tag: value for tag, value in run.data.tags.items() if tag.startswith("data.")} if run else {}
        tags = inherited | {"engine": "scikit-learn", "estimator": type(data[-1]).__name__}
        with _quiet():
            mlflow.register_model(logged.model_uri, self._name, tags=tags)

    def _exists(self) -> bool:
        return bool(_versions(self._name))

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


class ChampionDataset(AbstractDataset[str, Champion]):
    """The model in office: saving a registered name promotes its latest version, loading returns the champion.

    One dataset for both sides gives the registry's alias an edge in the graph, so nothing is scored before promotion.
    """

    def __init__(self, *, name: str, alias: str, metadata: Any = None) -> None:
        self._name = name
        self._alias = alias
        self.metadata = metadata

    def save(self, data: str) -> None:
        """Copy the latest version of the registered model called `data`, and point the alias at the copy, last."""
        origin = _latest(data)
        client = MlflowClient()
        with _quiet():
            promoted = client.copy_model_version(f"models:/{data}/{origin.version}", self._name)
        client.set_model_version_tag(self._name, promoted.version, "origin", f"{data}/{origin.version}")
        client.set_registered_model_alias(self._name, self._alias, promoted.version)

    def load(self) -> Champion:
        """Return the estimator the alias points at, with its name, version and origin."""
        office = MlflowClient().get_model_version_by_alias(self._name, self._alias)
        return Champion(
            estimator=_estimator(office),
            name=self._name,
            version=int(office.version),
            origin=office.tags["origin"],
        )

    def _exists(self) -> bool:
        return any(
            self._alias in model.aliases for model in MlflowClient().search_registered_models(f"name='{self._name}'")
        )

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name, "alias": self._alias}


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
            f"({_first_line(error)}). Put mlruns back where it was, or train anew: `kedro run --pipeline=Treinamento`."
        ) from error


def _unwritable(path: Path, error: OSError) -> KobeShotsError:
    return KobeShotsError(
        f"{path} cannot be written ({error.strerror or error}); a writable folder is needed: "
        "change its permissions or free space, then run the same command again."
    )


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
