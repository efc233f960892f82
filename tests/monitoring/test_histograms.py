import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from kobe_shots.monitoring.histograms import LATTICES, Lattice, place
from kobe_shots.monitoring.stream import CHECKS
from kobe_shots.shots.court import to_distance, to_lat, to_lon
from kobe_shots.shots.schema import FEATURES


def draw(seed: int, n: int, *, far: int = 300) -> pd.DataFrame:
    """Return shots from places up to so far from the baseline, in tenths of a foot, and their scores in thousandths."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-250, 251, n), rng.integers(-50, far, n)
    return pd.DataFrame(
        {
            "lat": to_lat(y),
            "lon": to_lon(x),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 11, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": to_distance(x, y),
            "probability": rng.integers(0, 1001, n) / 1000,
        }
    )


def values_of(lattice: Lattice) -> np.ndarray:
    return lattice.values  # noqa: PD011 -- of a lattice, not of a frame


def test_every_feature_and_the_score_have_a_lattice():
    assert list(LATTICES) == [*FEATURES, "probability"]


@given(st.sampled_from(list(LATTICES)), st.data())
def test_the_place_of_a_value_on_the_lattice_is_its_own(name, data):
    lattice = LATTICES[name]
    at = data.draw(st.integers(0, len(values_of(lattice)) - 1))
    assert lattice.place([values_of(lattice)[at]]).tolist() == [at]


@pytest.mark.parametrize("name", FEATURES)
def test_every_value_a_shot_can_have_lies_on_its_lattice(name):
    rules = [check.statistics for check in CHECKS[name]]
    allowed = next((rule["allowed_values"] for rule in rules if "allowed_values" in rule), None)
    ends = allowed or [next(rule[end] for rule in rules if end in rule) for end in ("min_value", "max_value")]
    first, last = LATTICES[name].place([min(ends), max(ends)])
    assert first >= 0
    assert last < len(values_of(LATTICES[name]))


def test_places_from_the_league_fall_on_the_lattice_and_not_between():
    for name, values in (("lat", to_lat(np.arange(-100, 901))), ("lon", to_lon(np.arange(-300, 301)))):
        lattice = LATTICES[name]
        at = lattice.place(values)
        assert values_of(lattice)[at] == pytest.approx(values, abs=1e-9)
        assert np.abs(np.diff(at)).tolist() == [1] * (len(values) - 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_score_goes_to_the_nearest_place(drawn):
    lattice = LATTICES["probability"]
    assert values_of(lattice)[lattice.place(drawn)] == pytest.approx(drawn, abs=0.0005 + 1e-12)


def test_places_of_a_lattice_by_hand():
    lattice = Lattice(1, 3, 0.5, "s")
    assert values_of(lattice).tolist() == [1, 1.5, 2, 2.5, 3]
    assert lattice.place([1, 1.2, 1.3, 3]).tolist() == [0, 0, 1, 4]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 2**32 - 1))
def test_counts_of_parts_add_up(one, other, seed):
    placed = place(draw(seed, one + other))
    for name in LATTICES:
        parts = placed.counts(name, slice(0, one)) + placed.counts(name, np.arange(one, one + other))
        assert parts.tolist() == placed.counts(name).tolist()
        assert parts.sum() == one + other
        assert len(parts) == len(values_of(LATTICES[name]))


def test_counts_by_hand():
    shots = draw(24, 5).assign(period=[1, 1, 4, 10, 4], probability=[0, 0.0004, 0.0006, 1, 0.5])
    placed = place(shots)
    assert placed.counts("period").tolist() == [2, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert placed.counts("period", np.array([0, 2, 2])).tolist() == [1, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    scores = placed.counts("probability")
    assert {int(at): scores[at] for at in np.flatnonzero(scores)} == {0: 2, 1: 1, 500: 1, 1000: 1}


@pytest.mark.parametrize("name", list(LATTICES))
def test_counts_hold_all_there_is_to_know_of_two_distributions(name):
    one, other = draw(1, 400), draw(2, 700, far=200)
    values, counts = values_of(LATTICES[name]), [place(shots).counts(name) for shots in (one, other)]
    apart = stats.wasserstein_distance(one[name], other[name])
    assert apart > 0
    assert stats.wasserstein_distance(values, values, *counts) == pytest.approx(apart, abs=1e-9)
    shares = [count / count.sum() for count in counts]
    assert np.abs(np.cumsum(shares[0]) - np.cumsum(shares[1])).max() == pytest.approx(
        stats.ks_2samp(one[name].round(6), other[name].round(6)).statistic
    )
    levels = sorted({*one[name], *other[name]})
    by_value = [shots[name].value_counts().reindex(levels, fill_value=0) for shots in (one, other)]
    assert jensenshannon(*shares, base=2) == pytest.approx(jensenshannon(*by_value, base=2))
