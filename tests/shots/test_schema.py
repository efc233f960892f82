import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.schema import FEATURES, TARGET, RawShots, validate_prepared, validate_raw

MakeShots = Callable[..., pd.DataFrame]


def refusal(shots: pd.DataFrame, validate: Callable[[pd.DataFrame], pd.DataFrame] = validate_raw) -> str:
    """Return the faults a refusal names, having checked what every refusal says."""
    with pytest.raises(KobeShotsError, match=r"do not follow the schema: ") as refused:
        validate(shots)
    said = re.fullmatch(
        r"The (?:raw|prepared) shots do not follow the schema: (.*)\. "
        r"Mend the file, or fetch the data again with `kobe-shots fetch`\.",
        str(refused.value),
    )
    assert said, str(refused.value)
    return said[1]


@pytest.fixture
def shots(raw_shots: MakeShots) -> pd.DataFrame:
    return raw_shots(count=5)


@pytest.fixture
def prepared(shots: pd.DataFrame) -> pd.DataFrame:
    return shots[[*FEATURES, TARGET]].fillna(0).astype({TARGET: np.int64})


def test_raw_shots_are_returned_as_they_are(shots: pd.DataFrame) -> None:
    before = shots.copy()
    assert_frame_equal(validate_raw(shots), before)
    assert_frame_equal(shots, before)


def test_there_are_25_raw_columns_and_each_is_described() -> None:
    columns = RawShots.to_schema().columns
    assert len(columns) == 25
    assert [name for name, column in columns.items() if not column.description] == []
    assert {*FEATURES, TARGET} <= set(columns)


def test_lng_is_another_name_for_lon(shots: pd.DataFrame) -> None:
    assert_frame_equal(validate_raw(shots.rename(columns={"lon": "lng"})), shots)


def test_a_missing_label_and_missing_coordinates_are_allowed(shots: pd.DataFrame) -> None:
    shots.loc[0, "lat"] = shots.loc[1, "lon"] = shots.loc[2, TARGET] = np.nan
    assert validate_raw(shots)[["lat", "lon", TARGET]].isna().sum().tolist() == [1, 1, 3]


def test_shots_without_rows_are_refused(shots: pd.DataFrame, prepared: pd.DataFrame) -> None:
    with pytest.raises(KobeShotsError, match=r"^The raw shots hold no rows; at least one is needed\. Fetch the data"):
        validate_raw(shots.head(0))
    with pytest.raises(KobeShotsError, match=r"^The prepared shots hold no rows"):
        validate_prepared(prepared.head(0))


def test_a_missing_column_is_named(shots: pd.DataFrame) -> None:
    assert refusal(shots.drop(columns="matchup")) == "column 'matchup' is missing"


def test_an_extra_column_is_named(shots: pd.DataFrame) -> None:
    assert refusal(shots.assign(defender="Bell")) == "column 'defender' is not one of the 25 known ones"


def test_a_misspelt_column_is_both_missing_and_unknown(shots: pd.DataFrame) -> None:
    said = refusal(shots.rename(columns={"period": "peroid"})).split("; ")
    assert sorted(said) == ["column 'period' is missing", "column 'peroid' is not one of the 25 known ones"]


def test_lon_and_lng_together_are_refused(shots: pd.DataFrame) -> None:
    assert refusal(shots.assign(lng=shots["lon"])) == "column 'lng' is not one of the 25 known ones"


@pytest.mark.parametrize("column", ["loc_x", "shot_distance", "lat"])
def test_a_column_that_the_geometry_rests_on_is_missed_once(shots: pd.DataFrame, column: str) -> None:
    assert refusal(shots.drop(columns=column)) == f"column '{column}' is missing"


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("period", "first", "int64"),
        ("period", 1.5, "int64"),
        ("lat", "north", "float64"),
        ("season", 2000, "string[pyarrow]"),
    ],
)
def test_a_column_of_another_type_is_named_with_the_right_one(
    shots: pd.DataFrame, column: str, value: Any, kind: str
) -> None:
    assert refusal(shots.assign(**{column: value})) == f"column '{column}' does not hold '{kind}' throughout"


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("period", 11, "less_than_or_equal_to(10)"),
        ("minutes_remaining", -1, "greater_than_or_equal_to(0)"),
        ("playoffs", 2, "isin([0, 1])"),
        ("shot_type", "4PT Field Goal", "isin(['2PT Field Goal', '3PT Field Goal'])"),
        (TARGET, 0.5, "isin([0, 1])"),
        ("game_date", "31/10/2000", r"str_matches('^\d{4}-\d{2}-\d{2}$')"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_rows_and_what_is_allowed(
    shots: pd.DataFrame, column: str, value: Any, allowed: str
) -> None:
    shots.loc[[1, 3], column] = value
    assert refusal(shots) == f"column '{column}' holds {value} in 2 row(s), the first at index 1, allowed is {allowed}"


def test_a_missing_value_where_none_may_be_is_named(shots: pd.DataFrame) -> None:
    shots.loc[2, "season"] = None
    assert "column 'season' holds " in refusal(shots)
    assert "in 1 row(s), the first at index 2, allowed is not_nullable" in refusal(shots)


def test_a_repeated_shot_id_is_named(shots: pd.DataFrame) -> None:
    shots.loc[4, "shot_id"] = 1
    said = "column 'shot_id' holds 1 in 2 row(s), the first at index 0, allowed is field_uniqueness"
    assert refusal(shots) == said


@pytest.mark.parametrize(("column", "shift"), [("lat", 0.0001), ("lon", -0.0001), ("shot_distance", 1)])
def test_coordinates_that_contradict_each_other_are_refused(shots: pd.DataFrame, column: str, shift: float) -> None:
    shots.loc[3, column] += shift
    assert (
        refusal(shots)
        == "the rule 'coordinates agree with loc_x and loc_y' is broken in 1 row(s), the first at index 3"
    )


def test_a_missing_coordinate_excuses_no_other_one(shots: pd.DataFrame) -> None:
    shots.loc[2, "lat"] = shots.loc[3, "lat"] = np.nan
    shots.loc[3, "shot_distance"] = 90
    assert refusal(shots).endswith("is broken in 1 row(s), the first at index 3")


def test_several_faults_are_named_at_once_and_each_of_them_once(shots: pd.DataFrame) -> None:
    shots["period"] = 11
    shots.loc[0, "playoffs"] = 2
    said = refusal(shots.drop(columns="team_name")).split("; ")
    assert said == [
        "column 'team_name' is missing",
        "column 'period' holds 11 in 5 row(s), the first at index 0, allowed is less_than_or_equal_to(10)",
        "column 'playoffs' holds 2 in 1 row(s), the first at index 0, allowed is isin([0, 1])",
    ]


def test_more_than_three_faults_are_counted(shots: pd.DataFrame) -> None:
    said = refusal(shots.drop(columns=["team_name", "team_id", "season", "matchup", "opponent"]))
    assert said.count("is missing") == 3
    assert said.endswith("; and 2 more")


def test_prepared_shots_are_returned_as_they_are(prepared: pd.DataFrame) -> None:
    assert_frame_equal(validate_prepared(prepared), prepared)


def test_prepared_shots_allow_nothing_missing_and_no_other_column(prepared: pd.DataFrame) -> None:
    assert refusal(prepared.assign(shot_type="2PT"), validate_prepared) == (
        "column 'shot_type' is not one of the 7 known ones"
    )
    assert refusal(prepared.assign(**{TARGET: 1.0}), validate_prepared) == (
        "column 'shot_made_flag' does not hold 'int64' throughout"
    )
    prepared.loc[2, "lat"] = np.nan
    assert refusal(prepared, validate_prepared) == (
        "column 'lat' holds nan in 1 row(s), the first at index 2, allowed is not_nullable"
    )
