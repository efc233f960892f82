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


class RunTagsDataset(AbstractDataset[dict[str, str], None]):
    """Words of the active MLflow run, what was picked and judged; there is nothing to load."""

    def __init__(self, *, prefix: str = "", metadata: Any = None) -> None:
        self._prefix = prefix
        self.metadata = metadata

    def load(self) -> None:
        """Refuse: verdicts are read from the report or from MLflow."""
        raise KobeShotsError("Run tags cannot be loaded into a pipeline; read data/08_reporting/report.json.")

    def save(self, data: dict[str, str]) -> None:
        """Set every tag under its name, the prefix before it."""
        mlflow.set_tags({f"{self._prefix}{name}": value for name, value in data.items()})

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
