import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.aggregates.histograms import PLACES, count_bins
from kobe_shots.monitoring.histograms import LATTICES

NAMES = list(LATTICES)


def draw_shots(seed: int, n: int) -> pd.DataFrame:
    """Return shots that lie on the lattices, each value anywhere on its own."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.choice(lattice.values, n) for name, lattice in LATTICES.items()})


def shots_at(**values: list[float]) -> pd.DataFrame:
    """Return shots of which some features are given, and the others lie at the start of their lattice."""
    n = len(next(iter(values.values())))
    return pd.DataFrame({name: values.get(name, [lattice.low] * n) for name, lattice in LATTICES.items()})


def bins_of(table: pd.DataFrame, feature: str) -> list[tuple[float, ...]]:
    rows = table[table["feature"] == feature]
    columns = ["left", "right", "shots", "learned", "share", "learned_share"]
    return [tuple(row) for row in rows[columns].itertuples(index=False)]


def test_two_feet_are_a_bin_of_distance_and_the_bins_run_from_the_first_shot_to_the_last() -> None:
    table = count_bins(shots_at(shot_distance=[24, 25, 26, 27]), shots_at(shot_distance=[22, 23]))
    assert bins_of(table, "shot_distance") == [
        (21.5, 23.5, 0, 2, 0.0, 1.0),
        (23.5, 25.5, 2, 0, 0.5, 0.0),
        (25.5, 27.5, 2, 0, 0.5, 0.0),
    ]
    assert set(table["n"]) == {4}
    assert set(table["learned_n"]) == {2}


def test_a_bin_between_that_no_shot_lies_in_is_kept() -> None:
    table = count_bins(shots_at(period=[1]), shots_at(period=[3, 3]))
    assert bins_of(table, "period") == [
        (0.5, 1.5, 1, 0, 1.0, 0.0),
        (1.5, 2.5, 0, 0, 0.0, 0.0),
        (2.5, 3.5, 0, 2, 0.0, 1.0),
    ]


def test_the_score_one_lies_in_a_bin_of_its_own_at_the_end() -> None:
    ((left, right, shots, *_),) = bins_of(
        count_bins(shots_at(probability=[1.0]), shots_at(probability=[1.0])), "probability"
    )
    assert (left, right, shots) == (pytest.approx(0.9995), pytest.approx(1.0005), 1)


def test_without_shots_there_are_counts_and_no_shares() -> None:
    table = count_bins(draw_shots(1, 0), draw_shots(2, 50))
    assert table["shots"].sum() == 0
    assert table["share"].isna().all()
    assert table.groupby("feature")["learned_share"].sum().tolist() == pytest.approx([1] * len(NAMES))


def test_without_any_shot_there_is_no_bin() -> None:
    table = count_bins(draw_shots(1, 0), draw_shots(1, 0))
    assert len(table) == 0
    assert table["left"].dtype == np.float64


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 300))
def test_every_shot_is_counted_once_in_the_bin_that_holds_its_value(seed: int, n: int, learned: int) -> None:
    shots, reference = draw_shots(seed, n), draw_shots(seed + 1, learned)
    table = count_bins(shots, reference)
    for name in NAMES:
        rows = table[table["feature"] == name]
        edges = [*rows["left"], rows["right"].iloc[-1]]
        assert rows["left"].iloc[1:].to_numpy() == pytest.approx(rows["right"].iloc[:-1].to_numpy())
        for column, of in (("shots", shots), ("learned", reference)):
            assert rows[column].tolist() == np.histogram(of[name], edges)[0].tolist()
        assert len(rows) <= -(-LATTICES[name].size // PLACES[name])
        assert rows[["share", "learned_share"]].sum().tolist() == pytest.approx([1, 1])
