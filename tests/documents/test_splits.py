"""Do the tables on train and test say what was measured? By numbers small enough to check by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.documents.splits import Learned, Size, Split, Study, sections
from kobe_shots.language import ENGLISH, PORTUGUESE, Code, speak
from splits import TEST, divisions

STUDY = Study(
    base_id="0123456789ab",
    params={"lr": {"C": 1.0}, "dt": {"max_leaf_nodes": 11}},
    splits=(
        Split(
            kind="game",
            test_rows=(1000, 3000),
            rate_gap=(0.01, -0.01),
            lr=(0.68, 0.66),
            dt=(0.66, 0.66),
            verdicts={"dt": 1, "tied": 1},
        ),
        Split(kind="later", test_rows=(500,), rate_gap=(-0.0125,), lr=(0.6757,), dt=(0.673,), verdicts={"tied": 1}),
    ),
    learned=(Learned(rows="dev", train_rows=20_285, lr=(0.62, 0.64), dt=(0.65, 0.65), constant=(0.63, 0.63)),),
    sizes=(Size(train_rows=250, lr=(0.68, 0.7), dt=(0.69, 0.69)),),
)


def row(name: str, number: int = 0, language: Code = ENGLISH) -> list[str]:
    told = sections(STUDY, speak(language))[name]
    return [cell.strip() for cell in told.splitlines()[2 + number].strip("|").split("|")]


def test_means_stand_with_their_standard_deviation() -> None:
    assert row("splits") == [
        *("whole games", "2", "2,000", "+0.0000 ± 0.0100", "0.6700 ± 0.0100", "0.6600 ± 0.0000"),
        *("+0.0100 ± 0.0100", "tree 1, tie 1"),
    ]
    assert row("learned_from")[1:] == ["20,285", "0.6300 ± 0.0100", "0.6500 ± 0.0000", "0.6300 ± 0.0000"]
    assert row("sizes") == ["250", "0.6900 ± 0.0100", "0.6900 ± 0.0000"]


def test_a_single_division_has_no_deviation() -> None:
    assert row("splits", 1)[3:7] == ["-0.0125", "0.6757", "0.6730", "+0.0027"]


def test_it_is_said_in_portuguese() -> None:
    assert row("splits", language=PORTUGUESE) == [
        *("jogos inteiros", "2", "2.000", "+0,0000 ± 0,0100", "0,6700 ± 0,0100", "0,6600 ± 0,0000"),
        *("+0,0100 ± 0,0100", "árvore 1, empate 1"),
    ]


@pytest.fixture
def shots() -> pd.DataFrame:
    drawn = np.random.default_rng(24)
    games = np.repeat(np.arange(60), 10)
    return pd.DataFrame(
        {
            "shot_made_flag": drawn.integers(0, 2, 600),
            "game_id": games,
            "season": [f"s{game // 20}" for game in games],
            "game_date": [f"2000-01-{1 + game // 2:02}" for game in games],
        }
    )


@pytest.mark.parametrize("kind", ["stratified", "random", "game", "season", "later"])
def test_every_division_takes_each_shot_once(shots: pd.DataFrame, kind: str) -> None:
    parts = list(divisions(kind, shots, 3))
    assert len(parts) == {"season": 3, "later": 1}.get(kind, 3)
    for train, test in parts:
        assert sorted([*train, *test]) == list(range(600))


def test_divisions_keep_what_they_promise(shots: pd.DataFrame) -> None:
    def games(rows: np.ndarray) -> set[int]:
        return set(shots["game_id"].iloc[rows])

    assert all(not games(train) & games(test) for train, test in divisions("game", shots, 3))
    assert all(len(set(shots["season"].iloc[test])) == 1 for _, test in divisions("season", shots, 3))
    (train, test), *_ = divisions("later", shots, 3)
    assert max(games(train)) < min(games(test))
    assert len(test) == pytest.approx(TEST * 600)
    made = shots["shot_made_flag"]
    assert all(
        abs(made.iloc[test].mean() - made.iloc[train].mean()) < 0.01
        for train, test in divisions("stratified", shots, 3)
    )


def test_what_was_measured_covers_every_division_and_its_verdicts_add_up() -> None:
    study = Study.model_validate_json((Path(__file__).parents[2] / "docs" / "splits.json").read_bytes())
    assert [one.kind for one in study.splits] == ["stratified", "random", "game", "season", "later"]
    assert all(sum(one.verdicts.values()) == len(one.lr) == len(one.dt) for one in study.splits)
