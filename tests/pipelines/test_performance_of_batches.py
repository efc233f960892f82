"""Are curves and segments made of the shots of their own batch, against what their own model learned from?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring.performance import tabulate_performance
from kobe_shots.project import find_project
from kobe_shots.shots import court

N = 60


@pytest.fixture(scope="module")
def how() -> Monitoring:
    return Monitoring.model_validate(
        yaml.safe_load((find_project() / "conf/base/parameters.yml").read_text())["monitoring"]
    )


def draw(first: int, model: str, batch: str, feet: int, made: float, score: float) -> pd.DataFrame:
    at = np.arange(N)
    return pd.DataFrame(
        {
            "shot_id": first + at,
            "batch": batch,
            "model": model,
            "lat": court.to_lat(np.full(N, 10 * feet)),
            "lon": court.HOOP_LON,
            "minutes_remaining": 5,
            "period": 1 + at % 4,
            "playoffs": 0,
            "shot_distance": feet,
            "shot_made_flag": np.where(at % 2, made, 1.0),
            "game_date": "2001-01-01",
            "game_id": 1,
            "game_event_id": at,
            "season": "2000-01",
            "probability": score,
            "own_score": 0.5 if batch == "reference" else np.nan,
        }
    )


MONITORED = pd.concat(
    [
        draw(0, "champion", "reference", 10, 0, 0.5),
        draw(100, "champion", "prod", 25, 0, 0.4),
        draw(200, "champion", "dev_test", 10, 0, 0.6),
        draw(300, "champion", "dev_withheld", 10, np.nan, 0.7).assign(shot_made_flag=np.nan),
        draw(0, "lr", "reference", 25, 0, 0.5),
        draw(100, "lr", "prod", 25, 0, 0.3),
        draw(200, "lr", "dev_test", 10, 0, 0.3),
    ],
    ignore_index=True,
)
DEV = pd.DataFrame({"shot_id": [*range(N), *range(200, 200 + N), *range(300, 300 + N)], "matchup": "LAL @ POR"})
PROD = pd.DataFrame({"shot_id": range(100, 100 + N), "matchup": "LAL vs. UTA"})


def test_every_batch_has_its_own_shots_and_the_support_of_its_own_model(how: Monitoring) -> None:
    curves, segments = tabulate_performance(MONITORED, DEV, PROD, how)
    assert curves["subject"].drop_duplicates().tolist() == ["prod", "dev_test", "dev_withheld", "prod_lr"]
    highest = curves[curves["curve"] == "highest"].set_index("subject")["x"]
    assert highest.to_dict() == {"prod": 0.4, "dev_test": 0.6, "dev_withheld": 0.7, "prod_lr": 0.3}
    band = segments[segments["dimension"] == "distance"].set_index("batch")
    assert band["segment"].to_dict() == {
        "prod": "24-27 ft",
        "dev_test": "8-11 ft",
        "dev_withheld": "8-11 ft",
        "prod_lr": "24-27 ft",
    }
    assert band["share_in_support"].to_dict() == {"prod": 0, "dev_test": 1, "dev_withheld": 1, "prod_lr": 1}
    assert band["labelled"].to_dict() == {"prod": N, "dev_test": N, "dev_withheld": 0, "prod_lr": N}
    assert set(band.loc[["prod", "dev_test", "prod_lr"], "make_rate"]) == {0.5}


def test_the_floor_is_that_of_the_raw_shots(how: Monitoring) -> None:
    _, segments = tabulate_performance(MONITORED, DEV, PROD, how)
    floor = segments[segments["dimension"] == "floor"].set_index("batch")["segment"]
    assert floor.to_dict() == {"prod": "home", "dev_test": "away", "dev_withheld": "away", "prod_lr": "home"}


def test_the_run_leaves_tables_that_agree_with_the_health_of_whole_batches(simulated: Path) -> None:
    reporting = simulated / "data" / "08_reporting"
    curves, segments, health = (pd.read_parquet(reporting / f"{n}.parquet") for n in ("curves", "segments", "health"))
    whole = health[health["window"] == "all"].set_index(["batch", "kind", "metric"])["value"]
    shots = health[health["window"] == "all"].groupby("batch")["n"].first()
    assert set(shots.index) == set(segments["batch"]) == set(curves["subject"])
    for batch, of in segments.groupby("batch"):
        for _, split in of.groupby("dimension"):
            assert split["n"].sum() == shots[batch]
            inside = float((split["n"] * split["share_in_support"]).sum()) / shots[batch]
            assert inside == pytest.approx(whole[batch, "drift", "share_in_support"])
    served = curves[curves["curve"] == "served"].set_index("subject")["y"]
    for batch, value in served.items():
        assert value == pytest.approx(whole[batch, "realized", "f1"])
