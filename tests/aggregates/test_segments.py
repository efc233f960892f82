import json

import numpy as np
import pandas as pd
import pytest

from kobe_shots.aggregates.segments import BASIC, COLUMNS, split_shots, tabulate_segments
from kobe_shots.language import Said, say
from kobe_shots.monitoring.realized import wilson
from kobe_shots.shots import court
from kobe_shots.shots.schema import TARGET
from kobe_shots.shots.zones import ZONES, from_polar, zone_of


def draw_shots(n: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    loc_x, loc_y = from_polar(rng.uniform(0, 450, n), rng.uniform(-90, 90, n))
    score = rng.uniform(0.2, 0.7, n)
    made = (rng.random(n) < score).astype(np.float64)
    return pd.DataFrame(
        {
            "lat": court.to_lat(loc_y),
            "lon": court.to_lon(loc_x),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 8, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": court.to_distance(loc_x, loc_y),
            "probability": score,
            TARGET: np.where(rng.random(n) < 0.8, made, np.nan),
            "matchup": rng.choice(["LAL @ POR", "LAL vs. UTA"], n),
        }
    )


def segments(shots: pd.DataFrame, inside: float = 1.0) -> pd.DataFrame:
    table = tabulate_segments("batch", shots, np.arange(len(shots)) < inside * len(shots), 0.5, 0.95)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    return table


def test_a_segment_holds_its_own_shots_measured_by_hand() -> None:
    shots = pd.concat([draw_shots(1)] * 120, ignore_index=True).assign(playoffs=[0] * 100 + [1] * 20)
    made = np.array(([1.0] * 25 + [0.0] * 25 + [np.nan] * 50) + [1.0] * 20)
    table = segments(shots.assign(**{TARGET: made, "probability": 0.8}), inside=0.5).set_index("segment")
    regular, playoffs = table.loc["regular season"], table.loc["playoffs"]
    assert (regular["n"], regular["labelled"], regular["share_in_support"]) == (100, 50, 0.6)
    assert regular["mean_probability"] == pytest.approx(0.8)
    assert regular["make_rate"] == 0.5
    assert (regular["make_rate_low"], regular["make_rate_high"]) == pytest.approx(wilson(25, 50, 0.95))
    assert regular["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.2)) / 2)
    assert regular["constant_log_loss"] == pytest.approx(np.log(2))
    assert regular["skill"] == pytest.approx(regular["constant_log_loss"] - regular["log_loss"])
    assert regular["skill_low"] < regular["skill"] < regular["skill_high"] < 0
    assert regular["against_constant"] == "worse"
    assert playoffs[["make_rate", "log_loss", "skill"]].isna().all()
    assert playoffs["against_constant"] == "cannot tell"
    assert playoffs["note"] == "20 baskets and 0 misses are labelled; at least 10 of each are needed"


def test_a_score_that_knows_is_better_than_the_constant_and_one_that_says_nothing_is_level() -> None:
    shots = draw_shots(4_000).assign(playoffs=0)
    assert segments(shots).set_index("segment").loc["regular season", "against_constant"] == "better"
    blind = shots.assign(probability=0.45 + np.random.default_rng(2).uniform(-0.02, 0.02, 4_000))
    assert segments(blind).set_index("segment").loc["regular season", "against_constant"] in {"level", "worse"}


def test_every_dimension_holds_every_shot_once_in_a_fixed_order() -> None:
    table = segments(draw_shots(3_000))
    assert table["dimension"].drop_duplicates().tolist() == ["zone", "distance", "period", "playoffs", "floor"]
    assert set(table.groupby("dimension")["n"].sum()) == {3_000}
    zones = table.loc[table["dimension"] == "zone", "segment"].tolist()
    assert zones == [zone for zone in BASIC if zone in zones]
    assert not table.duplicated(["dimension", "segment"]).any()


def test_zones_are_those_of_the_league() -> None:
    shots = draw_shots(500)
    loc_x = np.rint((shots["lon"] - court.HOOP_LON) * 1000)
    loc_y = np.rint((court.HOOP_LAT - shots["lat"]) * 1000)
    (zone, *_) = split_shots(shots)
    assert [zone.names[at] for at in zone.place] == [ZONES[at].basic for at in zone_of(loc_x, loc_y)]


@pytest.mark.parametrize(
    ("feet", "band"), [(0, "0-3 ft"), (3, "0-3 ft"), (4, "4-7 ft"), (31, "28-31 ft"), (60, "32+ ft")]
)
def test_bands_are_four_feet_wide_and_the_last_is_open(feet: int, band: str) -> None:
    shots = draw_shots(1).assign(shot_distance=feet)
    assert segments(shots).query("dimension == 'distance'")["segment"].tolist() == [band]


def test_without_matchups_there_is_no_floor_and_a_shot_without_one_is_in_neither() -> None:
    shots = draw_shots(50)
    assert "floor" not in set(segments(shots.drop(columns="matchup"))["dimension"])
    shots["matchup"] = ["LAL @ POR"] * 20 + ["LAL vs. UTA"] * 25 + [None] * 5
    floor = segments(shots).query("dimension == 'floor'")
    assert floor[["segment", "n"]].to_numpy().tolist() == [["home", 25], ["away", 20]]


def test_no_shots_make_no_rows() -> None:
    assert segments(draw_shots(1).iloc[:0]).empty


def test_why_it_cannot_be_told_keeps_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(_: object) -> Said:
        return say("{n} are too few", n=3)

    monkeypatch.setattr("kobe_shots.aggregates.segments.too_few", few)
    table = segments(draw_shots(10))
    assert set(table["note"]) == {"3 are too few"}
    assert json.loads(table.loc[0, "note_parts"]) == {"template": "{n} are too few", "values": {"n": 3}}
