"""Do hexagons hold the shots they should, and are few shots pulled to what many say?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.aggregates.hexes import CELLS, CENTRE_X, CENTRE_Y, WIDTH, centre_of, count, hex_of, shrink, sum_hexes
from kobe_shots.aggregates.hexes import sum_zones as by_zone
from kobe_shots.shots.zones import HALF_COURT

PLACES = st.tuples(st.integers(-300, 300), st.integers(-100, 900))  # what the schema of raw shots allows
NONE = np.nan


def shots(*rows: tuple[int, int, float, float, bool]) -> pd.DataFrame:
    x, y, probability, made, in_support = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "hex": hex_of(x, y).astype(np.int16),
            "probability": probability,
            "made": np.array(made, dtype=np.float32),
            "in_support": in_support,
        }
    )


@given(PLACES)
def test_a_shot_lies_in_the_hexagon_whose_centre_is_nearest(place: tuple[int, int]) -> None:
    cell = int(hex_of(*place))
    assert 0 <= cell < CELLS
    distance = np.hypot(CENTRE_X - place[0], CENTRE_Y - place[1])
    assert distance[cell] == pytest.approx(distance.min())
    assert distance[cell] <= WIDTH / np.sqrt(3) + 1e-9


def test_neighbours_are_a_width_apart_on_all_six_sides() -> None:
    x, y = centre_of(hex_of(0, 0))
    distance = np.sort(np.hypot(CENTRE_X - x, CENTRE_Y - y))
    assert distance[1:7] == pytest.approx(np.full(6, WIDTH))
    assert distance[7] > 1.5 * WIDTH


def test_the_sums_are_those_of_the_shots_in_a_hexagon() -> None:
    hexes = sum_hexes(
        shots(
            (0, 0, 0.6, 1, True),
            (2, 1, 0.8, 0, True),
            (1, 0, 0.4, NONE, False),
            (0, 400, 0.3, NONE, False),
            (0, 700, 0.1, 0, False),
        )
    )
    assert hexes["attempts"].tolist() == [3, 1, 1]
    assert hexes["labelled"].tolist() == [2, 0, 1]
    assert hexes["made"].tolist() == [1, 0, 0]
    assert hexes["expected"].tolist() == pytest.approx([1.4, 0, 0.1])
    assert hexes["mean_probability"].tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert hexes["share_in_support"].tolist() == pytest.approx([2 / 3, 0, 0])
    assert hexes["make_rate"].isna().tolist() == hexes["residual"].isna().tolist() == [False, True, False]
    assert hexes["zone"].tolist() == ["Restricted Area", "Above the Break 3", "Backcourt"]
    assert (hexes["y"] > HALF_COURT).tolist() == [False, False, True]
    assert count(hexes) == (5, 3, 1)


def test_only_chosen_shots_are_summed_and_none_is_no_fault() -> None:
    both = shots((0, 0, 0.6, 1, True), (100, 100, 0.4, 0, True))
    chosen = sum_hexes(both, np.array([False, True]))
    pd.testing.assert_frame_equal(chosen, sum_hexes(both[1:]))
    nothing = sum_hexes(both, np.array([False, False]))
    assert nothing.columns.equals(chosen.columns)
    assert len(nothing) == len(by_zone(nothing)) == 0
    assert count(nothing) == (0, 0, 0)


def test_what_chance_explains_is_pulled_all_the_way_to_the_zone() -> None:
    # 6 and 4 of 10 where 5 are expected: two fair coins do that
    one = [(0, 60, 0.5, float(made), True) for made in [1] * 6 + [0] * 4]
    other = [(60, 0, 0.5, float(made), True) for made in [1] * 4 + [0] * 6]
    assert sum_hexes(shots(*one, *other))["residual"].tolist() == pytest.approx([0, 0])


def test_a_hexagon_of_many_shots_keeps_what_is_its_own_and_one_of_few_does_not() -> None:
    often = [(0, 60, 0.5, 1.0, True)] * 900 + [(0, 60, 0.5, 0.0, True)] * 100
    usual = [(30, 60, 0.5, 1.0, True)] * 500 + [(30, 60, 0.5, 0.0, True)] * 500
    lucky = [(60, 0, 0.5, 1.0, True)]
    hexes = sum_hexes(shots(*often, *usual, *lucky)).set_index("attempts")
    residual = sorted(hexes["residual"].tolist())
    mean = (900 + 500 + 1) / 2001 - 0.5
    assert residual[0] == pytest.approx(0, abs=0.01)
    assert residual[2] == pytest.approx(0.4, abs=0.01)
    assert abs(hexes.loc[1, "residual"] - mean) < abs(0.5 - mean) / 2


def test_shrunk_means_by_hand() -> None:
    # weights 10/0.25 = 40 each, spread 40 * 2 * 0.45**2 = 16.2, room 80 - 3200/80 = 40: between (16.2 - 1) / 40 = 0.38
    between, noise = 0.38, 0.25 / 10
    trust = between / (between + noise)
    shrunk = shrink(np.array([9.0, 0, 0]), np.array([10.0, 10, 0]), np.zeros(3, int), np.array([0.25]), np.array([0.5]))
    assert shrunk == pytest.approx([0.5 + trust * 0.4, 0.5 - trust * 0.5, 0.5])


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=30),
    st.floats(0.01, 0.25),
)
def test_a_shrunk_mean_lies_between_its_own_and_its_priors(
    cells: list[tuple[int, float, int]], variance: float
) -> None:
    n, rate, group = (np.array(values) for values in zip(*cells, strict=True))
    prior = np.array([0.2, 0.4, 0.6, 0.8])
    shrunk = shrink(n * rate, n.astype(float), group, np.full(4, variance), prior)
    own, of = np.where(n > 0, rate, prior[group]), prior[group]
    assert (shrunk >= np.minimum(own, of) - 1e-9).all()
    assert (shrunk <= np.maximum(own, of) + 1e-9).all()


def test_zones_add_their_hexagons_up_without_pulling() -> None:
    hexes = sum_hexes(
        shots((0, 0, 0.6, 1, True), (20, 10, 0.8, 1, True), (0, 300, 0.4, 0, True), (0, 320, 0.4, NONE, True))
    )
    zones = by_zone(hexes).set_index("zone")
    assert zones.loc["Restricted Area"].tolist() == pytest.approx([2, 2, 1, 0.7, 0.3])
    assert zones.loc["Above the Break 3"].tolist() == pytest.approx([2, 1, 0, 0.4, -0.4])
    unlabelled = by_zone(sum_hexes(shots((0, 0, 0.6, NONE, True))))
    assert unlabelled[["make_rate", "expected_rate", "residual"]].isna().all(axis=None)
