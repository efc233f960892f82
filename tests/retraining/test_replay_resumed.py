import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def restored(replay):
    """Return a replay as it comes back from a file."""
    career, arrivals = replay.career, replay.arrivals
    other = pickle.loads(pickle.dumps(replay))  # noqa: S301 -- of this test
    assert other.career is None
    assert other.arrivals is None
    other.career, other.arrivals = career, arrivals
    return other


def assert_same(one, other):
    np.testing.assert_array_equal(one.probability, other.probability)
    np.testing.assert_array_equal(one.version, other.version)
    assert one.events == other.events
    assert one.outcomes.order == other.outcomes.order
    assert one.outlook == other.outlook
    assert one.watches.with_labels == other.watches.with_labels
    assert one.watches.without_labels == other.watches.without_labels
    counts = "retrainings", "in_vain", "fitted", "growth_from", "learned_until", "foreseen_at", "last_training"
    assert [getattr(one, name) for name in counts] == [getattr(other, name) for name in counts]


@pytest.mark.parametrize("policy", ["never", "calendar", "reactive", "predictive", "both"])
def test_saved_and_restored_after_every_game_a_replay_ends_the_same(start, switched, replays, policy):
    replay = start(switched, policy)
    while not replay.is_over:
        replay.play()
        replay = restored(replay)
    assert_same(replay, replays[policy])


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(60, 200), min_size=1, max_size=3, unique=True))
def test_whenever_it_was_interrupted_a_replay_ends_the_same(start, switched, replays, games):
    replay = start(switched, "both")
    while not replay.is_over:
        replay.play()
        if replay.game in games:
            replay = restored(replay)
    assert_same(replay, replays["both"])


def test_a_regression_and_a_boosted_one_come_back_to_the_last_bit(start, play, switched):
    families = ("lr", "boost")
    small = {"lr": {"C": 0.05}, "boost": {"C": 0.05, "n_estimators": 3, "max_depth": 2, "min_samples_leaf": 50}}
    whole = play(start(switched, "both", families, first=120, families=small, patience=100))
    replay = start(switched, "both", families, first=120, families=small, patience=100)
    while not replay.is_over:
        replay.play()
        if replay.game % 10 == 0:
            replay = restored(replay)
    assert replay.retrainings > 2
    assert_same(replay, whole)


def test_what_is_saved_does_not_hold_the_career(start, switched):
    replay = start(switched, "both")
    replay.play()
    assert len(pickle.dumps(replay)) < len(pickle.dumps(replay.career)) + 3 * len(pickle.dumps(replay.champion))
    assert replay.career is switched
