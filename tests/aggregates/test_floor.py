"""Is every shot on the floor the one that was scored, and do choices, neighbours and files hold what they say?"""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from kobe_shots.aggregates.floor import (
    COLUMNS,
    Choice,
    choose,
    extract,
    lay_out_shots,
    nearest,
    options_of,
    to_csv,
)
from kobe_shots.aggregates.hexes import hex_of
from kobe_shots.monitoring.support import learn_support
from kobe_shots.shots.court import to_distance, to_lat, to_lon
from kobe_shots.shots.schema import FEATURES


def raw_shots(n: int = 60, seed: int = 5) -> pd.DataFrame:
    """Raw shots near the hoop, and a last one from far away."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-50, 50, n), rng.integers(-20, 50, n)
    x[-1], y[-1] = 10, 390
    return pd.DataFrame(
        {
            "loc_x": x,
            "loc_y": y,
            "lat": to_lat(y),
            "lon": to_lon(x),
            "shot_distance": to_distance(x, y),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": rng.integers(0, 2, n),
            "season": rng.choice(["2000-01", "2001-02"], n),
            "opponent": rng.choice(["POR", "SAS"], n),
            "matchup": rng.choice(["LAL @ POR", "LAL vs. SAS"], n),
            "shot_type": "2PT Field Goal",
            "shot_made_flag": np.where(np.arange(n) % 5 == 0, np.nan, rng.integers(0, 2, n)),
        },
        index=pd.RangeIndex(100, 100 + n, name="shot_id"),
    )


@pytest.fixture
def raw() -> pd.DataFrame:
    return raw_shots()


@pytest.fixture
def floor(raw: pd.DataFrame) -> pd.DataFrame:
    scored = raw.assign(batch=["reference"] * 40 + ["prod"] * 20, probability=0.25)
    scored.loc[101, "probability"] = np.nan
    return lay_out_shots(scored, raw, learn_support(scored[:40][FEATURES], 3, 1.0), "reference")


def test_a_shot_lies_where_it_was_taken_with_its_score_and_outcome(raw: pd.DataFrame, floor: pd.DataFrame) -> None:
    assert floor.dtypes.astype(str).to_dict() == COLUMNS
    assert floor["shot_id"].tolist() == [one for one in raw.index if one != 101]  # the one without a score
    of = raw.loc[floor["shot_id"]].reset_index()
    assert floor["x"].tolist() == of["loc_x"].tolist()
    assert floor["y"].tolist() == of["loc_y"].tolist()
    assert floor["hex"].tolist() == hex_of(of["loc_x"], of["loc_y"]).tolist()
    assert floor["home"].tolist() == [matchup == "LAL vs. SAS" for matchup in of["matchup"]]
    np.testing.assert_array_equal(floor["made"], of["shot_made_flag"])
    assert floor["probability"].tolist() == [0.25] * len(floor)


def test_learned_shots_are_all_in_a_support_that_covers_all_and_a_far_one_is_not(floor: pd.DataFrame) -> None:
    assert floor.loc[floor["batch"] == "reference", "in_support"].all()
    assert not floor["in_support"].iloc[-1]


def test_a_learned_shot_is_not_its_own_neighbour(raw: pd.DataFrame) -> None:
    # the far shot was learned too: without itself it has nobody near
    scored = raw.assign(batch="reference", probability=0.25)
    floor = lay_out_shots(scored, raw, learn_support(scored[FEATURES], 1, 0.9), "reference")
    assert not floor["in_support"].iloc[-1]


@pytest.mark.parametrize(
    ("choice", "query"),
    [
        (Choice(batches=("prod",)), "batch == 'prod'"),
        (Choice(seasons=("2001-02",)), "season == '2001-02'"),
        (Choice(opponents=("POR", "SAS")), "opponent == opponent"),
        (Choice(periods=(2, 3)), "period in (2, 3)"),
        (Choice(shot_types=("3PT Field Goal",)), "shot_type == '3PT Field Goal'"),
        (Choice(minutes=(3, 7)), "3 <= minutes_remaining <= 7"),
        (Choice(home=True), "home"),
        (Choice(home=False), "not home"),
        (Choice(playoffs=False), "not playoffs"),
        (Choice(batches=("prod",), home=True, periods=(1,)), "batch == 'prod' and home and period == 1"),
    ],
)
def test_a_choice_leaves_what_it_asks_for(floor: pd.DataFrame, choice: Choice, query: str) -> None:
    assert floor[choose(floor, choice)]["shot_id"].tolist() == floor.query(query)["shot_id"].tolist()


def test_there_is_nothing_to_choose_that_is_not_there(floor: pd.DataFrame) -> None:
    options = options_of(floor)
    assert options.batches == ("prod", "reference")
    assert options.seasons == ("2000-01", "2001-02")
    assert options.periods == (1, 2, 3, 4)
    assert options.minutes == (floor["minutes_remaining"].min(), floor["minutes_remaining"].max())
    assert all(isinstance(period, int) for period in (*options.periods, *options.minutes))


def test_the_nearest_are_the_nearest_of_those_chosen(floor: pd.DataFrame) -> None:
    chosen = choose(floor, Choice(batches=("prod",)))
    near = nearest(floor, chosen, 3, -4, 5)
    feet = np.hypot(floor["x"].astype(int) - 3, floor["y"].astype(int) + 4) / 10
    assert near["feet"].tolist() == pytest.approx(sorted(feet[chosen])[:5])
    assert near["feet"].tolist() == pytest.approx(feet[near.index].tolist())
    assert set(near["batch"]) == {"prod"}


def test_fewer_than_asked_for_are_all_and_none_is_none(floor: pd.DataFrame) -> None:
    assert len(nearest(floor, np.arange(len(floor)) < 3, 0, 0, 8)) == 3
    nobody = nearest(floor, np.zeros(len(floor), bool), 0, 0, 8)
    assert len(nobody) == 0
    assert "feet" in nobody


def test_of_equally_near_shots_the_first_is_taken(floor: pd.DataFrame) -> None:
    same = floor.assign(x=np.int16(7), y=np.int16(7))
    assert nearest(same, np.ones(len(same), bool), 0, 0, 4)["shot_id"].tolist() == floor["shot_id"].tolist()[:4]


def test_the_file_holds_the_features_the_models_saw_the_score_and_the_outcome(
    raw: pd.DataFrame, floor: pd.DataFrame
) -> None:
    chosen = choose(floor, Choice(batches=("prod",)))
    read = pd.read_csv(BytesIO(to_csv(extract(floor, chosen)))).set_index("shot_id")
    of = raw.loc[read.index]
    assert read.index.tolist() == floor[chosen]["shot_id"].tolist()
    for name in (*FEATURES, "shot_made_flag", "season", "opponent"):
        np.testing.assert_array_equal(read[name], of[name])
    assert read["probability"].tolist() == [0.25] * len(read)
    assert read["in_support"].tolist() == floor[chosen]["in_support"].tolist()
