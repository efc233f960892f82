from collections.abc import Callable
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.datasets import ChampionDataset, RegisteredModelDataset
from kobe_shots.models.promotion import Promotion
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET


def draw(start: int, n: int) -> pd.DataFrame:
    """Return prepared shots with ids from `start`."""
    rng = np.random.default_rng(start)
    shots = pd.DataFrame(
        rng.normal(size=(n, 6)), columns=FEATURES, index=pd.Index(range(start, start + n), name=ROW_ID)
    )
    return shots.assign(**{TARGET: np.arange(n) % 2})


TRAIN, TEST = draw(100, 40), draw(500, 20)


@pytest.fixture
def promotion() -> Callable[..., Promotion]:
    """Make a promotion, of the logistic regression with its bases if nothing else is said."""

    def make(model: str = "trained_lr_model_dev", **changed: Any) -> Promotion:
        fields = {"train": TRAIN, "test": TEST, "replaces": None, "ledger": {"why": "a test"}} | changed
        return Promotion(model=model, **fields)

    return make


@pytest.fixture
def champion() -> ChampionDataset:
    """The champion of the catalog."""
    return ChampionDataset(name="kobe_shot", alias="champion")


@pytest.fixture
def registered(store: MlflowClient) -> MlflowClient:
    """A store with a logistic regression and a tree in the registry, and no champion."""
    X, made = TRAIN[FEATURES], TRAIN[TARGET]
    with mlflow.start_run(tags={"data.fingerprint": "abc"}):
        for name, model in (("lr", LogisticRegression()), ("dt", DecisionTreeClassifier(max_depth=2, random_state=0))):
            RegisteredModelDataset(name=f"trained_{name}_model_dev").save(Pipeline([("model", model)]).fit(X, made))
    return store


@pytest.fixture
def aliases(registered: MlflowClient) -> Callable[[], dict[str, int]]:
    """Tell who is in office and who was before."""

    def read() -> dict[str, int]:
        return {name: int(version) for name, version in registered.get_registered_model("kobe_shot").aliases.items()}

    return read
