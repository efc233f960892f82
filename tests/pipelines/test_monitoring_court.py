"""Does Monitoramento lay out the champion's shots, those of every batch, and sum them by hexagon?"""

import numpy as np
import pandas as pd
import pytest
import yaml
from tests.aggregates.test_floor import raw_shots

from kobe_shots.aggregates.hexes import sum_hexes
from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring import court, create_pipeline
from kobe_shots.project import find_project

DEV = raw_shots(120, seed=1).reset_index()
PROD = raw_shots(80, seed=2).reset_index().assign(shot_id=range(900, 980), shot_type="3PT Field Goal")
BATCHES = ["reference"] * 80 + ["dev_test"] * 40


@pytest.fixture(scope="module")
def monitored() -> pd.DataFrame:
    watched = pd.concat([DEV.assign(batch=BATCHES), PROD.assign(batch="prod")])
    scored = watched.assign(probability=np.linspace(0.2, 0.6, len(watched)), model="champion")
    other = scored[scored["batch"] != "dev_test"].assign(model="dt", probability=0.9)
    return pd.concat([scored, other], ignore_index=True)


@pytest.fixture(scope="module")
def shots(monitored: pd.DataFrame) -> pd.DataFrame:
    configured = yaml.safe_load((find_project() / "conf/base/parameters.yml").read_text())["monitoring"]
    return court.lay_out_court(monitored, DEV, PROD, Monitoring.model_validate(configured))


def test_every_shot_of_the_champion_is_there_once_and_none_of_another_model(
    monitored: pd.DataFrame, shots: pd.DataFrame
) -> None:
    of_champion = monitored[monitored["model"] == "champion"]
    assert shots["shot_id"].tolist() == of_champion["shot_id"].tolist()
    assert shots["probability"].tolist() == of_champion["probability"].tolist()
    assert shots["batch"].value_counts().to_dict() == {"reference": 80, "prod": 80, "dev_test": 40}
    assert set(shots.loc[shots["batch"] == "prod", "shot_type"]) == {"3PT Field Goal"}


def test_the_sums_of_a_batch_are_those_of_its_shots(shots: pd.DataFrame) -> None:
    hexes = court.sum_court(shots)
    assert hexes["batch"].unique().tolist() == ["reference", "dev_test", "prod"]
    for batch, of in hexes.groupby("batch", observed=True):
        expected = sum_hexes(shots[shots["batch"] == batch])
        pd.testing.assert_frame_equal(of.drop(columns="batch").reset_index(drop=True), expected)
        assert of["attempts"].sum() == (shots["batch"] == batch).sum()


def test_both_are_written_by_the_pipeline() -> None:
    assert {"court_shots", "court_hexes"} <= create_pipeline().all_outputs()
