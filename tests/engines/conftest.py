"""What do tests of the engines share? Some shots of their own, and the published bases where they exist."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.parameters import Split
from kobe_shots.pipelines.preparation.nodes import keep_labelled, split_base
from kobe_shots.shots.schema import FEATURES, TARGET


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
def dev(real_raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test base of dev, as PreparacaoDados makes them of the published shots."""
    shots = pd.read_parquet(real_raw / "dataset_kobe_dev.parquet")
    return split_base(keep_labelled(shots), Split(test_size=0.2, seed=24))


@pytest.fixture(scope="session")
def prod(real_raw: Path) -> pd.DataFrame:
    """The labelled production shots."""
    return keep_labelled(pd.read_parquet(real_raw / "dataset_kobe_prod.parquet"))
