import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.retraining.trend import Trend, draw_trend

some = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 30)), min_size=3, max_size=40)


def test_a_line_by_hand():
    # x = -2, -1, 0 and y = 1, 2, 6: mean 3, slope (1 * 2 + 1 * 3) / 2 = 2.5, on the line 0.5, 3, 5.5
    trend = draw_trend([1, 2, 6], [1, 1, 1])
    assert trend.slope == pytest.approx(2.5)
    assert trend.now == pytest.approx(5.5)
    # residuals 0.5, -1, 0.5: their squares are 1.5, over n - 2 = 1; spread of x is 2
    assert trend.slope_error == pytest.approx(np.sqrt(1.5 / 2))
    assert trend.now_error == pytest.approx(np.sqrt(1.5 * (1 / 3 + 1 / 2)))


def test_a_game_counts_by_its_weight():
    # the game of weight 0 is as if it had not been
    x, y, w = np.array([-3.0, -1.0, 0.0]), np.array([0.1, 0.5, 0.4]), np.array([1.0, 2.0, 1.0])
    slope, now = np.polyfit(x, y, 1, w=np.sqrt(w))
    trend = draw_trend([0.1, 9.0, 0.5, 0.4], [1, 0, 2, 1])
    assert trend.slope == pytest.approx(slope)
    assert trend.now == pytest.approx(now)


@given(some, st.floats(0.1, 100))
def test_it_is_weighted_least_squares_whatever_the_unit_of_the_weights(drawn, unit):
    y, w = (np.array(part, dtype=float) for part in zip(*drawn, strict=True))
    trend, scaled = draw_trend(y, w), draw_trend(y, w * unit)
    X = np.column_stack([np.ones(len(y)), np.arange(len(y)) - len(y) + 1])
    inverse = np.linalg.inv(X.T @ (w[:, None] * X))
    theta = inverse @ X.T @ (w * y)
    covariance = inverse * (w @ (y - X @ theta) ** 2) / (len(y) - 2)
    found = [trend.now, trend.slope, trend.now_error, trend.slope_error]
    assert found == pytest.approx([*theta, *np.sqrt(np.diag(covariance))], rel=1e-6, abs=1e-7)
    assert found == pytest.approx([scaled.now, scaled.slope, scaled.now_error, scaled.slope_error], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("values", "weights"), [([], []), ([0.1, 0.2], [5, 5]), ([0.1, 0.2, 0.3], [5, 0, 5])])
def test_two_games_have_no_trend(values, weights):
    assert draw_trend(values, weights) is None


def test_a_line_crosses_in_as_many_games_as_it_takes():
    trend = Trend(now=0.04, now_error=0.001, slope=0.01, slope_error=0.001)
    assert trend.crosses(0.075, horizon=20, deviations=4) == 4
    assert trend.crosses(0.075, horizon=4, deviations=4) == 4
    assert trend.crosses(0.075, horizon=3, deviations=4) is None


def test_what_is_beyond_for_certain_has_crossed():
    over = Trend(now=0.20, now_error=0.02, slope=-0.01, slope_error=0.001)
    assert over.crosses(0.1, horizon=20, deviations=4) == 0
    assert over.crosses(0.13, horizon=20, deviations=4) is None


def test_what_is_beyond_by_chance_and_rises_for_certain_crosses_in_the_next_game():
    assert Trend(now=0.12, now_error=0.02, slope=0.01, slope_error=0.001).crosses(0.1, horizon=20, deviations=4) == 1


@pytest.mark.parametrize("slope", [-0.01, 0.0, 0.0039])
def test_a_slope_that_is_not_certain_crosses_nothing(slope):
    assert Trend(now=0.0, now_error=0.001, slope=slope, slope_error=0.001).crosses(0.01, 10_000, deviations=4) is None


@pytest.mark.parametrize("slope", [5e-324, 1e-300, 1e-12])
def test_a_line_that_hardly_rises_never_gets_there(slope):
    assert Trend(now=0.0, now_error=0.0, slope=slope, slope_error=0.0).crosses(0.5, horizon=20, deviations=4) is None


@given(st.floats(0, 1), st.integers(3, 40))
def test_a_figure_that_does_not_move_crosses_nothing_above_it(value, games):
    trend = draw_trend([value] * games, [10] * games)
    assert trend.crosses(value + 0.01, horizon=1_000, deviations=4) is None


def test_chance_is_no_trend_and_a_trend_is_found():
    rng = np.random.default_rng(24)
    shots = np.full(40, 15)
    quiet = [draw_trend(rng.binomial(15, 0.02, 40) / 15, shots).crosses(0.1, 20, 4) for _ in range(300)]
    assert sum(one is not None for one in quiet) <= 3
    rising = rng.binomial(60, np.linspace(0, 0.3, 40)) / 60
    assert 0 < draw_trend(rising, shots).crosses(0.4, 20, 4) <= 20
