"""What did a champion learn from? Its bases lie with the reasons for it, in the run that promoted it."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import mlflow
import pandas as pd
from mlflow.artifacts import download_artifacts, load_dict
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from kobe_shots.errors import KobeShotsError, first_line
from kobe_shots.models.lineage import base_id
from kobe_shots.models.promotion import Promotion

LEDGER_FILE = "ledger.json"
PARTS = ("train", "test")
TRAIN_ID, TEST_ID, PLACE = "base_id", "test_id", "bases"


def keep_bases(promotion: Promotion) -> dict[str, str]:
    """Log what was learned from, and the ledger, to the active run; return the tags a version needs to find them.

    The place has a name of its own, so that nothing that is promoted later writes over it.
    """
    place = f"champion/{uuid4().hex[:12]}"
    with TemporaryDirectory() as folder:
        for part in PARTS:
            getattr(promotion, part).to_parquet(Path(folder) / f"{part}.parquet")
        mlflow.log_artifacts(folder, place)
    mlflow.log_dict(dict(promotion.ledger), f"{place}/{LEDGER_FILE}")
    run = mlflow.active_run()
    assert run is not None  # noqa: S101 -- MLflow logs to one, and opens it where there is none
    return {
        TRAIN_ID: base_id(promotion.train),
        TEST_ID: base_id(promotion.test),
        PLACE: f"runs:/{run.info.run_id}/{place}",
    }


def load_bases(version: ModelVersion) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return train and test rows of a version that was promoted.

    Raises KobeShotsError when it has none, as an older version of the program promoted it, or not the right ones.
    """
    title = f"{version.name} version {version.version}"
    if absent := {TRAIN_ID, TEST_ID, PLACE} - set(version.tags):
        raise KobeShotsError(
            f"{title} was promoted by another version of the program and lacks what says which shots it learned from "
            f"({', '.join(sorted(absent))}). Train anew: kedro run --pipeline=Treinamento."
        )
    try:
        with TemporaryDirectory() as folder:
            train, test = (
                pd.read_parquet(download_artifacts(f"{version.tags[PLACE]}/{part}.parquet", dst_path=folder))
                for part in PARTS
            )
    except (MlflowException, OSError) as error:
        raise _unreadable(title, first_line(error)) from error
    if (base_id(train), base_id(test)) != (version.tags[TRAIN_ID], version.tags[TEST_ID]):
        raise _unreadable(title, "they are other ones by now")
    return train, test


def load_ledger(version: ModelVersion) -> dict[str, Any]:
    """Return the reasons that were kept with the bases of a version."""
    try:
        ledger: dict[str, Any] = load_dict(f"{version.tags[PLACE]}/{LEDGER_FILE}")
    except (MlflowException, OSError) as error:
        raise _unreadable(f"{version.name} version {version.version}", first_line(error)) from error
    return ledger


def log_ledger(ledger: Mapping[str, Any]) -> None:
    """Log the reasons for a change that brings no bases of its own to the active run."""
    mlflow.log_dict(dict(ledger), LEDGER_FILE)


def _unreadable(title: str, why: str) -> KobeShotsError:
    return KobeShotsError(
        f"{title} is registered, but the shots it learned from cannot be read ({why}). "
        "Put mlruns back as it was, or train anew: kedro run --pipeline=Treinamento."
    )
