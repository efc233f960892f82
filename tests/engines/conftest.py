"""What do tests of the engines share? The train base they learn from, and PyCaret's Python."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.engines.environment import interpreter
from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Split
from kobe_shots.pipelines.preparation.nodes import keep_labelled, split_base
from kobe_shots.shots.schema import FEATURES, TARGET

REPOSITORY = Path(__file__).parents[2]
REAL_RAW = Path(os.environ.get("KOBE_RAW_DIR", REPOSITORY.parent / "shared" / "data" / "kobe"))


@pytest.fixture(scope="session")
def pycaret_python() -> Path:
    """PyCaret's Python, where `make pycaret-env` has built its environment."""
    try:
        return interpreter(REPOSITORY)
    except KobeShotsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def few_shots() -> pd.DataFrame:
    """Six hundred shots that go in less often from afar."""
    rng = np.random.default_rng(24)
    feet = rng.integers(0, 25, 600)
    features = {
        "lat": 34.0443 - feet / 100,
        "lon": -118.2698 + rng.integers(-200, 200, 600) / 1000,
        "minutes_remaining": rng.integers(0, 12, 600),
        "period": rng.integers(1, 5, 600),
        "playoffs": rng.integers(0, 2, 600),
        "shot_distance": feet,
    }
    return pd.DataFrame(features)[FEATURES].assign(**{TARGET: (rng.random(600) < 0.8 - feet / 40).astype(int)})


@pytest.fixture(scope="session")
def dev() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test base of dev, as PreparacaoDados makes them of the published shots."""
    return split_base(keep_labelled(_published("dev")), Split(test_size=0.2, seed=24))


@pytest.fixture(scope="session")
def prod() -> pd.DataFrame:
    """The labelled production shots."""
    return keep_labelled(_published("prod"))


def _published(stage: str) -> pd.DataFrame:
    if not REAL_RAW.is_dir():
        pytest.skip(f"the real shots are not at {REAL_RAW}; set KOBE_RAW_DIR to their folder")
    return pd.read_parquet(REAL_RAW / f"dataset_kobe_{stage}.parquet")
