import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.support import CELL, learn_support
from kobe_shots.shots.court import to_distance, to_lat, to_lon

places = st.lists(st.tuples(st.integers(-250, 250), st.integers(-50, 850)), min_size=1, max_size=30)


def shots_at(x: object, y: object, **columns: object) -> pd.DataFrame:
    """Return shots of a second quarter from places in court units, tenths of a foot."""
    x, y = np.asarray(x, dtype=np.int64), np.asarray(y, dtype=np.int64)
    frame = pd.DataFrame({"lat": to_lat(y), "lon": to_lon(x), "shot_distance": to_distance(x, y)})
    return frame.assign(minutes_remaining=5, period=2, playoffs=0).assign(**columns)


def around(seed: int, n: int) -> pd.DataFrame:
    """Return shots from all over the half court."""
    rng = np.random.default_rng(seed)
    extra = {"period": rng.integers(1, 5, n), "minutes_remaining": rng.integers(0, 12, n)}
    return shots_at(rng.integers(-240, 241, n), rng.integers(-40, 300, n), playoffs=rng.integers(0, 2, n), **extra)


@settings(max_examples=40)
@given(places, places, st.integers(1, 4))
def test_novelty_is_the_distance_to_the_last_of_the_nearest(learned, asked, neighbours):
    learned = learned * (neighbours + 1)  # enough of them, and places that many share
    support = learn_support(shots_at(*np.array(learned).T), neighbours, 0.9)
    far = np.hypot(*(np.array(asked)[:, None] - np.array(learned)[None]).transpose(2, 0, 1)) / 10
    nearest = np.sort(far, axis=1)[:, neighbours - 1]
    # both ends are moved to a grid of a fifth of a foot
    assert support.novelty(shots_at(*np.array(asked).T)) == pytest.approx(nearest, abs=CELL * np.sqrt(2) + 1e-9)


@settings(max_examples=40)
@given(places, st.integers(1, 4))
def test_a_learned_shot_is_not_its_own_neighbour(learned, neighbours):
    learned = learned * (neighbours + 1)
    frame = shots_at(*np.array(learned).T)
    support = learn_support(frame, neighbours, 0.9)
    far = np.hypot(*(np.array(learned)[:, None] - np.array(learned)[None]).transpose(2, 0, 1)) / 10
    nearest = np.sort(far, axis=1)[:, neighbours]
    found = support.novelty(frame, learned=True)
    assert found == pytest.approx(nearest, abs=CELL * np.sqrt(2) + 1e-9)
    assert (found >= support.novelty(frame)).all()


def test_novelty_is_exact_on_the_grid():
    support = learn_support(shots_at([0, 0, 30, 200], [0, 40, 0, 200]), 2, 0.9)
    assert support.novelty(shots_at([0, 60, -40], [0, 0, 0])) == pytest.approx([3, 6, np.hypot(4, 4)])


@pytest.mark.parametrize("coverage", [0.6, 0.9, 0.99])
def test_that_share_of_the_learned_shots_is_in_each_others_support(coverage):
    learned = around(24, 4000)
    support = learn_support(learned, 10, coverage)
    share = support.holds(learned, support.novelty(learned, learned=True)).mean()
    assert coverage <= share <= coverage + 0.05


def test_new_shots_of_the_same_kind_are_in_support_as_often():
    support = learn_support(around(24, 4000), 10, 0.95)
    new = around(7, 4000)
    assert support.holds(new, support.novelty(new)).mean() == pytest.approx(0.95, abs=0.02)


def test_a_shot_farther_than_the_reach_is_out_of_support():
    # ten shots a foot apart in a row: the farthest way to the second nearest is two feet, at both ends
    support = learn_support(shots_at(np.arange(10) * 10, np.zeros(10), shot_distance=5), 2, 0.999)
    assert support.reach == pytest.approx(2, abs=0.01)
    inside, outside = shots_at([-6, 45], [0, 0], shot_distance=5), shots_at([-14, 45], [0, 25], shot_distance=5)
    assert support.holds(inside, support.novelty(inside)).tolist() == [True, True]
    assert support.holds(outside, support.novelty(outside)).tolist() == [False, False]


def test_shots_from_one_place_have_a_grid_cell_in_reach():
    support = learn_support(shots_at([0] * 20, [0] * 20), 5, 0.9)
    assert support.reach == CELL
    near, far = shots_at([2], [0]), shots_at([4], [0])
    assert support.holds(near, support.novelty(near)).tolist() == [True]
    assert support.holds(far, support.novelty(far)).tolist() == [False]


@pytest.mark.parametrize(
    ("feature", "low", "high"),
    [("minutes_remaining", 2, 9), ("period", 1, 4), ("playoffs", 0, 0), ("shot_distance", 3, 12)],
)
def test_a_value_beyond_those_learned_is_out_of_support_however_near(feature, low, high):
    usual = {"minutes_remaining": 5, "period": 2, "playoffs": 0, "shot_distance": 7}
    zeros = np.zeros(6)
    learned = shots_at(zeros, zeros, **usual | {feature: [low, low, low, high, high, high]})
    support = learn_support(learned, 2, 0.9)
    asked = shots_at(np.zeros(4), np.zeros(4), **usual | {feature: [low - 1, low, high, high + 1]})
    assert support.novelty(asked).tolist() == [0] * 4
    assert support.holds(asked, support.novelty(asked)).tolist() == [False, True, True, False]


def test_no_shots_are_asked_for():
    support = learn_support(around(24, 50), 3, 0.9)
    none = around(24, 0)
    assert support.novelty(none).tolist() == []
    assert support.holds(none, support.novelty(none)).tolist() == []


@pytest.mark.parametrize("shots", [0, 1, 10])
def test_too_few_shots_to_have_neighbours_are_refused(shots):
    assert learn_support(around(24, 11), 10, 0.9).neighbours == 10
    with pytest.raises(KobeShotsError, match=f"cannot be learned from {shots} shots; more than 10 are needed"):
        learn_support(around(24, shots), 10, 0.9)
