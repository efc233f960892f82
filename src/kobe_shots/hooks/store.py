"""Where are runs and models kept? In the store that `conf/base/mlflow.yml` or MLFLOW_TRACKING_URI names."""

import os
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Parameters

SQLITE = "sqlite:///"
ASKED_FOR = os.environ.get("MLFLOW_TRACKING_URI")  # read once: MLflow writes what is set later into the same variable


class MlflowSettings(Parameters):
    """Where runs and models are kept; `conf/base/mlflow.yml`, overridden by MLFLOW_TRACKING_URI."""

    tracking_uri: str
    experiment: str


def make_store(project: Path, settings: MlflowSettings) -> str:
    """Return the store's address, having created it if it is a SQLite file that is not there yet.

    Raises KobeShotsError when the file cannot be written.
    """
    uri = address(project, settings)
    _create(uri)
    return uri


def address(project: Path, settings: MlflowSettings) -> str:
    """Return the store's address."""
    return ASKED_FOR or _in(project, settings.tracking_uri)


def is_made(uri: str) -> bool:
    """Return whether a store is there; of one that is no SQLite file, its server must tell."""
    return not uri.startswith(SQLITE) or Path(uri.removeprefix(SQLITE)).exists()


def _in(project: Path, uri: str) -> str:
    """Return a relative SQLite address as the project's, so that a run started from a subfolder finds it too."""
    scheme, relative, path = uri.partition(SQLITE)
    return f"{SQLITE}{project / path}" if relative and not scheme else uri


def _create(uri: str) -> None:
    """Create a SQLite store whole or not at all: MLflow cannot go on with its own migrations where a kill cut them."""
    import mlflow

    if is_made(uri):
        return
    path = Path(uri.removeprefix(SQLITE))
    try:
        with FileLock(f"{path}.lock"):
            if not path.exists():
                for left in path.parent.glob(f"{path.name}.*.partial*"):  # with SQLite's journal
                    left.unlink()
                partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")  # MLflow keeps a store it knows by name
                mlflow.MlflowClient(f"{SQLITE}{partial}").search_experiments()
                partial.replace(path)
    except OSError as error:
        raise KobeShotsError(
            f"{path} cannot be written ({error.strerror}); MLflow needs a writable folder for it: "
            "change its permissions, or name another store in MLFLOW_TRACKING_URI."
        ) from error
