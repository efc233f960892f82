"""Is each raw column what the document says it is? Categories and claims, held against shots."""

from pathlib import Path

import pandas as pd
import pytest

from kobe_shots.documents.artifacts import raw_table
from kobe_shots.documents.artifacts.raw_columns import (
    ASKED_FOR,
    BINARY,
    CATEGORIES,
    CONSTANT,
    CONTINUOUS,
    DATE,
    DISCRETE,
    IDENTIFIER,
    NOMINAL,
    ORDINAL,
    RAW_COLUMNS,
    TARGET_KIND,
    RawColumn,
)
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import speak
from kobe_shots.shots.schema import FEATURES, TARGET, RawShots
from kobe_shots.shots.simulator import simulate

ENGLISH, PORTUGUESE = speak("en"), speak("pt")


def named(category: str) -> list[str]:
    return [column.name for column in RAW_COLUMNS if column.category == category]


@pytest.fixture(scope="module", params=["simulated", "real"])
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Both bases together."""
    if request.param == "real":
        folder: Path = request.getfixturevalue("real_raw")
    else:
        folder = tmp_path_factory.mktemp("raw")
        simulate(folder, folder, shots=3_000)
    return pd.concat([pd.read_parquet(folder / Path(path).name) for path in raw_table.FILES.values()])


def test_the_columns_are_those_of_the_schema() -> None:
    assert [column.name for column in RAW_COLUMNS] == list(RawShots.to_schema().columns)
    assert {column.category for column in RAW_COLUMNS} == set(CATEGORIES)


def test_those_said_to_be_used_are_the_features() -> None:
    assert {column.name for column in RAW_COLUMNS if column.use == ASKED_FOR} == set(FEATURES)
    assert named(TARGET_KIND) == [TARGET]


def test_a_constant_has_one_value_and_what_is_binary_two(shots: pd.DataFrame) -> None:
    assert shots[named(CONSTANT)].nunique().tolist() == [1, 1]
    for name in (*named(BINARY), *named(TARGET_KIND)):
        assert shots[name].nunique() == 2, name
    others = [column.name for column in RAW_COLUMNS if column.category not in {CONSTANT, BINARY, TARGET_KIND}]
    assert (shots[others].nunique() > 2).all()


def test_identifiers_name_one_thing_each(shots: pd.DataFrame) -> None:
    assert shots["shot_id"].is_unique
    assert not shots.duplicated(["game_id", "game_event_id"]).any()
    assert set(named(IDENTIFIER)) == {"shot_id", "game_id", "game_event_id"}


def test_numbers_are_numbers_and_names_are_names(shots: pd.DataFrame) -> None:
    for name in (*named(DISCRETE), *named(CONTINUOUS)):
        assert pd.api.types.is_numeric_dtype(shots[name]), name
    for name in named(DISCRETE):
        assert pd.api.types.is_integer_dtype(shots[name]), name
    for name in (*named(NOMINAL), *named(DATE)):
        assert pd.api.types.is_string_dtype(shots[name]), name
    assert set(named(ORDINAL)) == {"period", "season", "shot_zone_range"}


@pytest.mark.parametrize("column", [one for one in RAW_COLUMNS if one.follows_from], ids=lambda one: one.name)
def test_what_is_said_to_follow_from_others_does(column: RawColumn, shots: pd.DataFrame) -> None:
    assert shots.groupby(list(column.follows_from))[column.name].nunique().max() == 1


def test_only_the_target_is_ever_missing(shots: pd.DataFrame) -> None:
    missing = shots.isna().sum()
    assert missing[missing > 0].index.tolist() == [TARGET]


@pytest.mark.parametrize(
    ("name", "values", "english", "portuguese"),
    [
        ("team_id", [7, 7], "`7` 100.0%", "`7` 100,0%"),
        ("lat", [34.0443, 33.8, 33.95], "33.8 to 34.0443", "33,8 a 34,0443"),
        ("shot_made_flag", [0.0, 1.0, 0.0, 0.0], "`0` 75.0%, `1` 25.0%", "`0` 75,0%, `1` 25,0%"),
        ("action_type", [*"aaaabbbccd"], "`a` 40.0%, `b` 30.0%, `c` 20.0%", "`a` 40,0%, `b` 30,0%, `c` 20,0%"),
        ("game_id", [20000012, 49900088, 3], "`3` to `49900088`", "`3` a `49900088`"),
        ("season", ["1999-00", "1996-97", "2015-16"], "`1996-97` to `2015-16`", "`1996-97` a `2015-16`"),
        ("loc_y", [1200, -44, 0], "-44 to 1200", "-44 a 1200"),
    ],
)
def test_values_are_told_as_their_category_asks(name: str, values: list[object], english: str, portuguese: str) -> None:
    (column,) = (one for one in RAW_COLUMNS if one.name == name)
    assert raw_table.tell_values(column, pd.Series(values), ENGLISH) == english
    assert raw_table.tell_values(column, pd.Series(values), PORTUGUESE) == portuguese


def test_counts_are_those_of_each_base(tmp_path: Path) -> None:
    (tmp_path / "data" / "01_raw").mkdir(parents=True)
    simulate(tmp_path / "data" / "01_raw", tmp_path, shots=3_000)
    counts = raw_table.sections(tmp_path, ENGLISH)["raw_counts"]
    dev, prod = raw_table.read_raw(tmp_path).values()
    row = next(line for line in counts.splitlines() if line.startswith("| `shot_made_flag`")).split(" | ")
    for shots, cell in ((dev, row[3]), (prod, row[6])):
        missing = shots[TARGET].isna()
        assert missing.any()
        assert cell == f"{missing.sum():,} ({missing.mean():.1%})"
    assert len(counts.splitlines()) == 2 + 25


def test_without_raw_files_it_is_said_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(KobeShotsError, match="The raw files are not there yet; fetch them first: kobe-shots fetch"):
        raw_table.read_raw(tmp_path)
