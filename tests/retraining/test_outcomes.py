import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.outcomes import Outcomes, Received, after_delay, as_recorded

SHOTS = 12
labels = st.lists(st.tuples(st.integers(-1, SHOTS - 1), st.integers(0, 1)), max_size=30)


def outcomes_of(n=SHOTS):
    return Outcomes(np.full(n, np.nan))


def receive(outcomes, said, scored=SHOTS, backwards=0):
    """Hand over (place, outcome) pairs."""
    places, made = ([one[part] for one in said] for part in (0, 1))
    return outcomes.receive(np.array(places, dtype=np.int64), np.array(made, dtype=float), scored, backwards).tolist()


@pytest.fixture
def career(make_career, draw_features):
    made = [1, 0, np.nan, 1, 0, 1, np.nan, 0, 1, 1, 0, 0]
    return make_career(draw_features(np.random.default_rng(24), SHOTS), made, per_game=3)


def recorded(rows):
    return pd.DataFrame(rows, columns=["shot_id", "shot_made_flag", "game"])


# ---- the ledger


def test_labels_become_known_in_the_order_in_which_they_come():
    outcomes = outcomes_of()
    assert receive(outcomes, [(5, 1), (2, 0)]) == [5, 2]
    assert receive(outcomes, [(3, 1)]) == [3]
    assert outcomes.known().tolist() == [5, 2, 3]
    assert outcomes.made[[5, 2, 3]].tolist() == [1, 0, 1]
    assert outcomes.known(after=1).tolist() == [2, 3]
    assert outcomes.count == 3


def test_a_label_that_comes_twice_counts_once():
    outcomes = outcomes_of()
    receive(outcomes, [(5, 1)])
    assert receive(outcomes, [(5, 1), (5, 1), (6, 0), (6, 0)]) == [6]
    assert outcomes.known().tolist() == [5, 6]
    assert outcomes.received() == Received(
        arrived=5, counted=2, repeated=3, contradicted=0, waiting=0, earlier_than_before=0
    )


def test_a_contradicted_outcome_is_unknown_for_ever_and_all_that_was_said_is_kept():
    outcomes = outcomes_of()
    receive(outcomes, [(4, 0), (5, 1)])
    assert receive(outcomes, [(5, 0)]) == []
    assert receive(outcomes, [(5, 1), (5, 1)]) == []
    assert np.isnan(outcomes.made[5])
    assert outcomes.known().tolist() == [4]
    assert outcomes.disputed == {5: [1, 0, 1, 1]}
    assert outcomes.received() == Received(
        arrived=5, counted=1, repeated=0, contradicted=3, waiting=0, earlier_than_before=0
    )


def test_what_is_contradicted_in_the_batch_it_came_in_was_never_known():
    outcomes = outcomes_of()
    assert receive(outcomes, [(5, 1), (6, 1), (5, 0)]) == [6]
    assert outcomes.known().tolist() == [6]


def test_a_shot_that_is_disputed_keeps_its_place_in_the_order():
    outcomes = outcomes_of()
    receive(outcomes, [(1, 1), (2, 1), (3, 1)])
    receive(outcomes, [(1, 0)])
    assert outcomes.known().tolist() == [2, 3]
    assert outcomes.known(after=2).tolist() == [3]


def test_the_outcome_of_a_shot_not_scored_yet_waits_until_it_is():
    outcomes = outcomes_of()
    assert receive(outcomes, [(7, 1), (2, 0)], scored=5) == [2]
    assert np.isnan(outcomes.made[7])
    assert outcomes.received().waiting == 1
    assert receive(outcomes, [], scored=7) == []
    assert receive(outcomes, [(1, 1)], scored=8) == [7, 1]
    assert outcomes.known().tolist() == [2, 7, 1]
    assert outcomes.received().waiting == 0


def test_outcomes_that_contradict_each_other_while_waiting_are_disputed_when_due():
    outcomes = outcomes_of()
    receive(outcomes, [(7, 1), (7, 0), (8, 1), (8, 1)], scored=5)
    assert receive(outcomes, [], scored=9) == [8]
    assert outcomes.disputed == {7: [1, 0]}
    assert outcomes.received().repeated == 1


def test_the_outcome_of_a_shot_that_is_not_in_the_career_waits_for_ever():
    outcomes = outcomes_of()
    assert receive(outcomes, [(-1, 1), (-1, 0), (0, 1)]) == [0]
    assert receive(outcomes, []) == []
    assert outcomes.received().waiting == 2
    assert outcomes.made[-1:].tolist() == pytest.approx([np.nan], nan_ok=True)


def test_labels_that_name_an_earlier_time_are_counted_and_taken():
    outcomes = outcomes_of()
    assert receive(outcomes, [(0, 1), (1, 1)], backwards=2) == [0, 1]
    assert outcomes.received().earlier_than_before == 2


@given(labels, st.integers(0, 30), st.integers(0, SHOTS))
def test_nothing_that_arrives_is_lost(said, cut, scored):
    outcomes = outcomes_of()
    fresh = receive(outcomes, said[:cut], scored) + receive(outcomes, said[cut:], scored) + receive(outcomes, [], SHOTS)
    told = {}
    for place, outcome in said:
        told.setdefault(place, []).append(outcome)
    unknown = len(told.pop(-1, []))
    agreed = {place for place, of in told.items() if len(set(of)) == 1}
    assert set(outcomes.known().tolist()) == agreed
    assert {place: outcomes.made[place] for place in agreed} == {place: told[place][0] for place in agreed}
    assert np.isnan(np.delete(outcomes.made, sorted(agreed))).all()
    assert set(outcomes.disputed) == set(told) - agreed
    assert agreed <= set(fresh)
    assert len(fresh) == len(set(fresh))
    received = outcomes.received()
    assert received.arrived == len(said)
    assert received.waiting == unknown
    assert received.counted == len(agreed) == outcomes.count
    first_ones = received.counted + len(outcomes.disputed)
    assert received.arrived == first_ones + received.repeated + received.contradicted + received.waiting


# ---- when which label comes


def test_outcomes_come_so_many_games_after_their_shot(career):
    arrivals = after_delay(career, 2)
    assert [arrivals.places[arrivals.of(game)].tolist() for game in range(4)] == [[], [], [0, 1], [3, 4, 5]]
    assert arrivals.made[arrivals.of(3)].tolist() == [1, 0, 1]
    assert not arrivals.backwards.any()


def test_without_delay_they_come_in_the_game_of_the_shot(career):
    arrivals = after_delay(career, 0)
    for game in range(career.games):
        at = np.arange(SHOTS)[career.game(game)]
        assert arrivals.places[arrivals.of(game)].tolist() == at[career.is_labelled[at]].tolist()


def test_what_was_learned_from_does_not_come_again(career):
    assert after_delay(career, 1, first_game=2).places.tolist() == [7, 8, 9, 10, 11]


def test_labels_of_a_table_come_in_their_game_in_the_order_of_the_rows(career):
    arrivals = as_recorded(recorded([(3, 1, 0), (2, 0, 2), (1, 1, 2), (12, 0, 3)]), career)
    assert [arrivals.places[arrivals.of(game)].tolist() for game in range(4)] == [[2], [], [1, 0], [11]]
    assert arrivals.made.tolist() == [1, 0, 1, 0]


def test_a_clock_that_goes_backwards_delays_nothing_and_is_told(career):
    arrivals = as_recorded(recorded([(1, 1, 1), (2, 0, 0), (3, 1, 1), (4, 1, 0), (5, 0, 2)]), career)
    assert [arrivals.places[arrivals.of(game)].tolist() for game in range(4)] == [[], [0, 1, 2, 3], [4], []]
    assert arrivals.backwards.tolist() == [False, True, False, True, False]


def test_a_label_of_a_shot_that_was_never_taken_has_no_place(career):
    assert as_recorded(recorded([(999, 1, 0), (1, 1, 0), (-5, 0, 1)]), career).places.tolist() == [-1, 0, -1]


def test_no_labels_never_come(career):
    arrivals = as_recorded(recorded([]), career)
    assert all(len(arrivals.places[arrivals.of(game)]) == 0 for game in range(career.games))


def test_labels_after_the_last_game_never_come(career):
    arrivals = as_recorded(recorded([(1, 1, 3), (2, 1, 4), (3, 1, 90)]), career)
    assert arrivals.places[arrivals.of(3)].tolist() == [0]


def test_a_label_far_in_the_future_holds_up_none_that_stand_behind_it(career):
    rows = [(int(career.shot_id[0]), 1, 99_999), (int(career.shot_id[1]), 0, 2)]
    arrivals = as_recorded(pd.DataFrame(rows, columns=["shot_id", "shot_made_flag", "game"]), career)
    assert arrivals.places[arrivals.of(2)].tolist() == [1]
    assert (arrivals.later_than_all, arrivals.backwards.tolist()) == (1, [False])


@pytest.mark.parametrize("column", ["shot_id", "shot_made_flag", "game"])
def test_a_missing_column_is_refused_by_its_name(career, column):
    with pytest.raises(KobeShotsError, match=rf"^The labels lack {column}; give shot_id, shot_made_flag"):
        as_recorded(recorded([(1, 1, 0)]).drop(columns=column), career)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((1, "yes", 0), r"hold something that is no number .*'yes'.*mend it"),
        ((1, 2, 0), r"^1 labels are neither 0 nor 1 \(one is 2\.0\)"),
        ((1, None, 0), r"^1 labels are neither 0 nor 1 \(one is nan\).* left out"),
        ((1, 1, -1), r"^1 labels lack a game or a shot id, or name a game before the first"),
        ((1, 1, None), r"^1 labels lack a game"),
        ((1, 1, np.inf), r"^1 labels lack a game"),
        ((1, 1, 0.5), r"both are whole numbers"),
        ((None, 1, 0), r"^1 labels lack a game or a shot id"),
        ((1.5, 1, 0), r"both are whole numbers"),
        ((2.0**60, 1, 0), r"^1 labels lack a game or a shot id"),
    ],
)
def test_what_cannot_be_a_label_is_refused(career, row, said):
    with pytest.raises(KobeShotsError, match=said):
        as_recorded(recorded([(2, 1, 0), row]), career)
