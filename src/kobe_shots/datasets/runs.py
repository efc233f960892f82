"""What does an MLflow run hold beside its files? Numbers, words, and every candidate that was tried."""

import time
from typing import Any

import mlflow
import pandas as pd
from kedro.io import AbstractDataset
from mlflow import MlflowClient
from mlflow.entities import Metric

from kobe_shots.datasets.files import WholeFileDataset
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.metrics import METRICS

METRICS_PER_BATCH = 1000  # what one call of MLflow's log_batch accepts


class _RunFacts(AbstractDataset[Any, None]):
    """What the two datasets below share: a prefix to every name, and nothing to load."""

    what: str

    def __init__(self, *, prefix: str = "", metadata: Any = None) -> None:
        self._prefix = prefix
        self.metadata = metadata

    def load(self) -> None:
        """Refuse: what a run logs is read from the report or from MLflow."""
        raise KobeShotsError(f"{self.what} cannot be loaded into a pipeline; read data/08_reporting/report.json.")

    def _prefixed(self, data: dict[str, Any]) -> dict[str, Any]:
        return {f"{self._prefix}{name}": value for name, value in data.items()}

    def _describe(self) -> dict[str, Any]:
        return {"prefix": self._prefix}


class RunMetricsDataset(_RunFacts):
    """Numbers of the active MLflow run, by name."""

    what = "Run metrics"

    def save(self, data: dict[str, float]) -> None:
        """Log every number, in one batch."""
        mlflow.log_metrics(self._prefixed(data))


class RunTagsDataset(_RunFacts):
    """Words of the active MLflow run, by name: what was picked, what was judged."""

    what = "Run tags"

    def save(self, data: dict[str, str]) -> None:
        """Set every tag."""
        mlflow.set_tags(self._prefixed(data))


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
