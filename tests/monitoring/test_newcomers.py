"""Is what is wrong with a handed over table found, row by row, and nothing else?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said
from kobe_shots.monitoring.newcomers import ALLOWED, Newcomers, check_newcomers
from kobe_shots.shots.schema import FEATURES, TARGET, PreparedShots
from kobe_shots.shots.written import to_numbers

GOOD = {
    "lat": "33.9723",
    "lon": "-118.1028",
    "minutes_remaining": "10",
    "period": "1",
    "playoffs": "0",
    "shot_distance": "18",
}


def rows(*changes: dict[str, Any], **columns: list[Any]) -> pd.DataFrame:
    """Return good rows of text, each with its changes, and further columns."""
    table = pd.DataFrame([GOOD | change for change in changes])
    return table.assign(**columns)


def told(newcomers: Newcomers) -> dict[str, list[int]]:
    """Return which rows, counted from 1, what is said of."""
    assert all(isinstance(one.reason, Said) for one in newcomers.remarks)
    return {str(one.reason): (np.flatnonzero(one.rows) + 1).tolist() for one in newcomers.remarks}


def test_good_rows_are_left_alone() -> None:
    newcomers = check_newcomers(rows({}, {}))
    assert (newcomers.remarks, newcomers.extra, newcomers.derived) == ((), (), ())
    assert newcomers.can_be_scored.tolist() == [True, True]
    assert newcomers.shots.iloc[1].tolist()[:6] == [33.9723, -118.1028, 10, 1, 0, 18]
    assert np.isnan(newcomers.shots[TARGET]).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lat": ""}, "'lat' is missing"),
        ({"lat": " NaN "}, "'lat' is missing"),
        ({"period": None}, "'period' is missing"),
        ({"period": "#N/D"}, "'period' is missing"),
        ({"period": "first"}, "'period' is not a number"),
        ({"minutes_remaining": "1,2,3"}, "'minutes_remaining' is not a number"),
        ({"minutes_remaining": "12"}, "'minutes_remaining' is not from 0 to 11"),
        ({"lat": "339.723"}, "'lat' is not from 33 to 35"),
        ({"lon": "118.1028"}, "'lon' is not from -119 to -117"),
        ({"lat": "inf"}, "'lat' is not from 33 to 35"),
        ({"period": "1.5"}, "'period' is not a whole number"),
        ({"playoffs": "0,5"}, "'playoffs' is not a whole number"),
        ({"playoffs": "2"}, "'playoffs' is not from 0 to 1"),
        ({"shot_distance": "20"}, "'shot_distance' is not the distance from 'lat' and 'lon' to the hoop"),
        ({"shot_distance": "16"}, "'shot_distance' is not the distance from 'lat' and 'lon' to the hoop"),
    ],
)
def test_a_row_with_a_fault_is_not_scored_and_told_by_its_number(change: dict[str, Any], reason: str) -> None:
    newcomers = check_newcomers(rows({}, change, {}))
    assert told(newcomers) == {reason: [2]}
    assert newcomers.can_be_scored.tolist() == [True, False, True]
    assert newcomers.remarks[0].sentence == f"not scored: {reason} (row 2)"


@pytest.mark.parametrize(
    "change",
    [
        {"lat": "33,9723"},
        {"lat": " 33.9723 "},
        {"lat": "3.39723e1"},
        {"lon": "\N{MINUS SIGN}118.1028"},
        {"period": "1.0"},
        {"playoffs": "False"},
        {"shot_distance": "17"},
        {"shot_distance": "19"},
    ],
)
def test_a_number_may_be_written_in_many_ways(change: dict[str, Any]) -> None:
    assert told(check_newcomers(rows(change))) == {}


def test_a_row_with_several_faults_is_told_of_each() -> None:
    newcomers = check_newcomers(rows({"lat": "", "period": "x"}, {"lat": "-"}))
    assert told(newcomers) == {"'lat' is missing": [1, 2], "'period' is not a number": [1]}


def test_many_rows_are_counted_and_the_first_named() -> None:
    newcomers = check_newcomers(rows({}, *[{"lat": ""}] * 1500))
    (remark,) = newcomers.remarks
    assert remark.n == 1500
    assert remark.sentence == "not scored: 'lat' is missing (rows 2, 3, 4, 5, 6 and 1,495 more)"


def test_an_outcome_that_is_none_costs_the_outcome_only() -> None:
    newcomers = check_newcomers(rows({}, {}, {}, {}, {}, shot_made_flag=["1", "0", "", "2", "x"]))
    assert told(newcomers) == {
        "'shot_made_flag' is not a number, and is taken as not known": [5],
        "'shot_made_flag' is not from 0 to 1, and is taken as not known": [4],
    }
    assert newcomers.can_be_scored.all()
    np.testing.assert_array_equal(newcomers.shots[TARGET], [1, 0, np.nan, np.nan, np.nan])


@pytest.mark.parametrize("ids", [["7", "8", " 7", "", "", None], [7.0, 8, 7, np.nan, np.nan, np.nan]])
def test_an_id_that_came_before_is_told_and_a_missing_one_is_no_id(ids: list[Any]) -> None:
    newcomers = check_newcomers(rows(*[{}] * 6, shot_id=ids))
    assert told(newcomers) == {"'shot_id' has come before, and the verdict leaves the row out": [3]}
    assert newcomers.can_be_scored.all()
    assert pd.Series(newcomers.ids).duplicated().tolist() == [False, False, True, False, False, False]


@pytest.mark.parametrize(
    "names", [{"lon": "lng"}, {"lon": "LNG"}, {"lat": " Lat "}, {"minutes_remaining": "Minutes Remaining"}]
)
def test_columns_are_known_by_other_spellings(names: dict[str, str]) -> None:
    newcomers = check_newcomers(rows({}).rename(columns=names))
    assert {name: newcomers.taken[name] for name in names} == names
    assert (newcomers.extra, newcomers.can_be_scored.tolist()) == ((), [True])


def test_a_column_that_is_not_taken_is_extra() -> None:
    newcomers = check_newcomers(rows({}, lng=["0"], LAT=["x"], player=["Kobe"], season=["2000-01"]))
    assert newcomers.extra == ("lng", "LAT", "player")
    assert newcomers.taken["lon"] == "lon"
    assert newcomers.taken["season"] == "season"


def test_court_units_give_the_place_and_its_faults() -> None:
    given = rows({}, {}, {}, {}).drop(columns=["lat", "lon", "shot_distance"])
    newcomers = check_newcomers(given.assign(loc_x=["167", "", "301", "0"], loc_y=["72", "5", "0", "0.5"]))
    assert newcomers.derived == ("lat", "lon", "shot_distance")
    assert newcomers.shots.loc[0, ["lat", "lon", "shot_distance"]].tolist() == [33.9723, -118.1028, 18]
    assert told(newcomers) == {
        "'loc_x' is missing": [2],
        "'loc_x' is not from -300 to 300": [3],
        "'loc_y' is not a whole number": [4],
    }
    assert newcomers.can_be_scored.tolist() == [True, False, False, False]


def test_columns_that_are_missing_are_named_with_those_that_are_there() -> None:
    with pytest.raises(KobeShotsError) as refused:
        check_newcomers(rows({}).drop(columns=["period", "lat"]).assign(loc_x=["1"]))
    assert str(refused.value) == (
        "Column 'period', 'lat' is missing; found were 'lon', 'minutes_remaining', 'playoffs', 'shot_distance', "
        "'loc_x'. Give all of lat, lon, minutes_remaining, period, playoffs, shot_distance; loc_x and loc_y are enough "
        "for lat, lon and shot_distance."
    )


def test_what_is_allowed_is_what_the_schema_allows(draw_shots: Callable[..., pd.DataFrame]) -> None:
    shots = draw_shots(3, 400)[[*FEATURES, TARGET]]
    PreparedShots.validate(shots.astype({TARGET: "int64"}))
    assert check_newcomers(shots.reset_index(drop=True)).remarks == ()
    assert {name: (one.low, one.high) for name, one in ALLOWED.items()} == {
        "lat": (33, 35),
        "lon": (-119, -117),
        "minutes_remaining": (0, 11),
        "period": (1, 10),
        "playoffs": (0, 1),
        "shot_distance": (0, 94),
        TARGET: (0, 1),
        "loc_x": (-300, 300),
        "loc_y": (-100, 900),
    }
    assert [name for name, one in ALLOWED.items() if not one.whole] == ["lat", "lon"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1.0, np.nan, 3.0]),
        pd.Series(["1", "", "3"]),
        pd.Series(["1", None, "3"], dtype=object),
        pd.Series(["1", None, "3"], dtype="category"),
        pd.Series([1, None, 3], dtype="float32"),
    ],
)
def test_numbers_of_any_type_are_numbers(column: pd.Series) -> None:
    values, unreadable = to_numbers(column)
    np.testing.assert_array_equal(values, [1, np.nan, 3])
    assert not unreadable.any()


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2001-01-01"])),
        pd.Series([[1, 2]]),
        pd.Series([{"a": 1}]),
        pd.Series([b"\xff"]),
        pd.Series(["1_000"]),
        pd.Series(["0x1F"]),
    ],
)
def test_what_is_no_number_is_not_made_one(column: pd.Series) -> None:
    assert to_numbers(column)[1].tolist() == [True]
