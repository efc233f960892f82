import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.monitoring.shift import Shift, domain_shift

MANY = 10_000


def draw(seed: int, n: int, *, near: float = 0.5, to_the_right: float = 0.0) -> pd.DataFrame:
    """Return shots, a share of them near, each of the others as far from the hoop as any."""
    rng = np.random.default_rng(seed)
    is_near = (rng.random(n) < near).astype(float)
    return pd.DataFrame({"near": is_near, "lon": rng.normal(to_the_right, 1, n), "period": rng.integers(1, 5, n)})


def shift_of(reference: pd.DataFrame, new: pd.DataFrame, most: int = MANY, seed: int = 24) -> Shift:
    return domain_shift(reference, new, most, np.random.default_rng(seed))


@pytest.mark.parametrize("sizes", [(2000, 2000), (3000, 600), (900, 3600)])
def test_shots_of_one_distribution_cannot_be_told_apart(sizes):
    shift = shift_of(draw(1, sizes[0]), draw(2, sizes[1]))
    assert shift.auc == pytest.approx(0.5, abs=0.05)
    assert shift.mean_weight == pytest.approx(1, abs=0.15)
    assert 0.5 < shift.effective_share < 1


def test_pure_noise_does_not_look_like_a_shift():
    # a classifier judged on shots it has seen tells 200 from 200 by 20 features of noise
    reference, new = (pd.DataFrame(np.random.default_rng(seed).normal(size=(200, 20))) for seed in (1, 2))
    assert shift_of(reference, new).auc == pytest.approx(0.5, abs=0.1)


def test_shots_that_lie_apart_are_told_apart():
    shift = shift_of(draw(1, 1000), draw(2, 800, to_the_right=50))
    assert shift.auc == pytest.approx(1, abs=1e-3)
    assert shift.mean_weight < 0.05


def test_where_all_weights_are_cut_off_alike_the_effective_share_says_nothing():
    shift = shift_of(draw(1, 1000, near=0), draw(2, 1000, near=1))
    assert shift.auc == 1
    assert shift.weights.max() < 0.01
    assert shift.effective_share == pytest.approx(1, abs=0.05)


def test_a_shift_between_shows_between():
    aucs = [shift_of(draw(1, 2000), draw(2, 2000, to_the_right=by)).auc for by in (0, 0.5, 1, 2)]
    # by as many standard deviations between two bells the best classifier's area is that of the normal distribution
    assert aucs == pytest.approx([0.5, 0.638, 0.760, 0.921], abs=0.04)


@pytest.mark.parametrize("sizes", [(4000, 4000), (6000, 1500), (2500, 6000)])
def test_weights_are_the_density_ratio(sizes):
    reference, new = draw(1, sizes[0], near=0.5), draw(2, sizes[1], near=0.8)
    shift = shift_of(reference, new)
    near = reference["near"].to_numpy()[shift.rows] == 1
    assert shift.weights[near].mean() == pytest.approx(0.8 / 0.5, rel=0.15)
    assert shift.weights[~near].mean() == pytest.approx(0.2 / 0.5, rel=0.15)
    assert shift.mean_weight == pytest.approx(1, abs=0.1)


def test_weighted_the_reference_looks_like_the_new_shots():
    reference, new = draw(1, 6000, near=0.4), draw(2, 6000, near=0.7, to_the_right=0.7)
    shift = shift_of(reference, new)
    for name in ("near", "lon"):
        plain, now = reference[name].mean(), new[name].mean()
        weighted = np.average(reference[name].to_numpy()[shift.rows], weights=shift.weights)
        assert abs(weighted - now) < 0.15 * abs(plain - now)


def test_shots_beyond_the_reference_show_in_the_mean_weight():
    reference = draw(1, 3000)
    half_beyond = pd.concat([draw(2, 1500), draw(3, 1500, to_the_right=50)])
    shift = shift_of(reference, half_beyond)
    assert shift.mean_weight == pytest.approx(0.5, abs=0.1)


def test_of_many_shots_so_many_are_drawn_from_each_side():
    reference, new = draw(1, 900), draw(2, 700)
    shift = shift_of(reference, new, most=300)
    assert len(shift.weights) == len(shift.rows) == 300
    assert (np.diff(shift.rows) > 0).all()
    assert 0 <= shift.rows[0] <= 20
    assert 880 <= shift.rows[-1] < 900
    assert shift_of(reference, new, most=900).rows.tolist() == list(range(900))


def test_the_draw_decides():
    reference, new = draw(1, 500), draw(2, 500)
    one, again, other = (shift_of(reference, new, most=200, seed=seed) for seed in (24, 24, 7))
    assert (one.auc, one.weights.tolist()) == (again.auc, again.weights.tolist())
    assert one.rows.tolist() != other.rows.tolist()


def test_what_is_said_of_the_weights_by_hand():
    shift = Shift(auc=0.7, rows=np.arange(4), weights=np.array([1.0, 1.0, 2.0, 0.0]))
    assert shift.mean_weight == 1
    assert shift.effective_share == pytest.approx(4**2 / 6 / 4)


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=50), st.floats(0.01, 100))
def test_the_effective_share_is_a_share_and_knows_no_scale(drawn, scale):
    weights = np.array(drawn)
    share = Shift(0.5, np.arange(len(drawn)), weights).effective_share
    assert 1 / len(drawn) - 1e-9 <= share <= 1 + 1e-9
    assert Shift(0.5, np.arange(len(drawn)), scale * weights).effective_share == pytest.approx(share)
