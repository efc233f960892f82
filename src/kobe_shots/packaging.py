"""What does a registered model hold? One artifact that is a scikit-learn model and answers label and probability.

MLflow's own scikit-learn flavour serves `predict` or `predict_proba`, never both, and its plain column signature turns
rows without names away. So the artifact is written by that flavour, and the second one, `python_function`, which
`mlflow models serve` uses, is pointed at `_load_pyfunc` below. `mlflow.sklearn.load_model` still returns the estimator.

The signature names every column that may come, all of them optional: the features, the alias `lng`, and the positions
of rows without names (one position more than is allowed, so that too long a row is seen, not cut). Which combinations
are complete is decided by `to_features`, whose sentence reaches the client with status 400.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import mlflow.sklearn
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.types import ColSpec, Schema
from sklearn.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import score, to_features
from kobe_shots.shots.schema import ALIASES, FEATURES

POSITIONS: list[Any] = list(range(len(FEATURES) + 1))
SIGNATURE = ModelSignature(
    inputs=Schema([ColSpec("double", name, required=False) for name in [*POSITIONS, *FEATURES, *ALIASES]]),
    outputs=Schema([ColSpec("long", "label"), ColSpec("double", "probability")]),
)
INPUT_EXAMPLE = pd.DataFrame([[33.9723, -118.1028, 10.0, 1.0, 0.0, 18.0]], columns=FEATURES)
REQUIREMENTS = [f"{package}=={version(package)}" for package in ("mlflow", "scikit-learn", "skops", "pandas", "numpy")]
TRUSTED_TYPES = ["sklearn.tree._tree.Tree"]


def save_model(path: str, mlflow_model: Model, *, estimator: Pipeline, **_: Any) -> None:
    """Write a fitted pipeline to `path` as an MLflow model; the entry point that `mlflow.models.Model.log` calls."""
    mlflow.sklearn.save_model(
        estimator,
        path,
        mlflow_model=mlflow_model,
        signature=SIGNATURE,
        input_example=INPUT_EXAMPLE,
        pip_requirements=REQUIREMENTS,
        skops_trusted_types=TRUSTED_TYPES,
    )
    mlflow_model.flavors[mlflow.pyfunc.FLAVOR_NAME] |= {"loader_module": __name__, "predict_fn": "predict"}
    mlflow_model.save(str(Path(path) / "MLmodel"))


class ShotScorer:
    """Rows in, label and probability out: the side of a registered model that the scoring server sees."""

    def __init__(self, estimator: Pipeline) -> None:
        self._estimator = estimator

    def predict(self, rows: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002
        """Return columns `label` and `probability`, or refuse the rows with a sentence and status 400."""
        try:
            return score(self._estimator, to_features(rows))
        except KobeShotsError as refusal:
            raise MlflowException(str(refusal), error_code=INVALID_PARAMETER_VALUE) from None


def _load_pyfunc(path: str) -> ShotScorer:
    root = Path(path)
    return ShotScorer(mlflow.sklearn.load_model(str(root if root.is_dir() else root.parent)))
