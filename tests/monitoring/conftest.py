"""A small world to watch: shots whose true probabilities are known, and a baseline learned from them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.health import Health, examine
from kobe_shots.monitoring.judgement import Verdicts, judge
from kobe_shots.monitoring.stream import Stream, admit
from kobe_shots.parameters import Monitoring
from kobe_shots.shots import court
from kobe_shots.shots.schema import TARGET

CONF = Path(__file__).parents[2] / "conf" / "base" / "parameters.yml"


def _draw_shots(seed: int, n: int, feet: tuple[float, float] = (0, 22), labelled: bool = True) -> pd.DataFrame:
    """Return scored shots, spread evenly over these feet in front of the hoop; they fall by 1.5 points a foot."""
    rng = np.random.default_rng(seed)
    radius, angle = 10 * rng.uniform(*feet, n), rng.uniform(-1.2, 1.2, n)
    loc_x, loc_y = (np.rint(radius * part).astype(np.int64) for part in (np.sin(angle), np.cos(angle)))
    probability = 0.65 - 0.0015 * np.hypot(loc_x, loc_y)
    shots = pd.DataFrame(
        {
            "lat": court.to_lat(loc_y),
            "lon": court.to_lon(loc_x),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": court.to_distance(loc_x, loc_y),
            "probability": probability,
            TARGET: (rng.random(n) < probability).astype(np.float64) if labelled else np.nan,
            "game_date": pd.date_range("2001-01-01", periods=n, freq="h").strftime("%Y-%m-%d"),
            "game_event_id": np.arange(n),
        }
    )
    return shots.set_index(1 + rng.permutation(n)).rename_axis("shot_id").sort_values(["game_date", "game_event_id"])


@pytest.fixture(scope="session")
def how() -> Monitoring:
    """The parameters as configured, with windows by count, for these shots know no seasons."""
    configured = yaml.safe_load(CONF.read_text())["monitoring"]
    return Monitoring.model_validate(configured | {"windows": {"by": "count", "size": 500}})


@pytest.fixture(scope="session")
def baseline(how: Monitoring) -> Baseline:
    """What 6,000 such shots tell."""
    shots = _draw_shots(1, 6_000)
    return learn_baseline(admit(shots), shots["probability"], how)


@pytest.fixture(scope="session")
def held_out() -> Stream:
    """Two thousand more of them."""
    return admit(_draw_shots(2, 2_000))


@pytest.fixture(scope="session")
def draw_shots() -> Callable[..., pd.DataFrame]:
    """A function that draws such shots: a seed, how many, from how many feet, labelled or not."""
    return _draw_shots


@pytest.fixture(scope="session")
def look(baseline: Baseline, held_out: Stream, how: Monitoring) -> Callable[..., tuple[Health, Verdicts]]:
    """A function that examines shots and judges them, beside the shots held out or others."""

    def looked(shots: pd.DataFrame, beside: Stream = held_out) -> tuple[Health, Verdicts]:
        health = examine("batch", admit(shots), baseline, beside, how)
        return health, judge(health, baseline, how)

    return looked
