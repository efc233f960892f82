import numpy as np
import pytest

from kobe_shots.retraining.attempt import Attempt
from kobe_shots.retraining.challenger import Challenger, Way

FIRST, SECOND = (Challenger(None, Way("lr", rows), 100, None, 1) for rows in ("all", "recent"))


@pytest.fixture
def attempt():
    attempt = Attempt("loss", 7, FIRST, next_look=4)
    attempt.compare(np.array([5, 3]), np.array([0.5, 0.3]), np.array([0.6, 0.2]))
    return attempt


def test_before_anything_is_compared_there_is_no_evidence():
    attempt = Attempt("loss", 7, FIRST, next_look=1)
    assert attempt.compared == 0
    assert not attempt.is_due
    assert len(attempt.evidence(np.zeros((9, 6)), np.zeros(9)).made) == 0


def test_what_is_compared_adds_up_until_the_gate_looks(attempt):
    assert (attempt.compared, attempt.is_due) == (2, False)
    attempt.compare(np.array([8]), np.array([0.8]), np.array([0.7]))
    assert (attempt.compared, attempt.is_due) == (3, False)
    attempt.compare(np.array([1]), np.array([0.1]), np.array([0.2]))
    assert (attempt.compared, attempt.is_due) == (4, True)


def test_evidence_is_of_each_shot_as_it_was_compared(attempt):
    features, made = np.arange(54.0).reshape(9, 6), np.array([0, 0, 0, 1, 0, 0, 0, 0, 0.0])
    evidence = attempt.evidence(features, made)
    np.testing.assert_array_equal(evidence.features, features[[5, 3]])
    assert evidence.made.tolist() == [0, 1]
    assert evidence.champion.tolist() == [0.5, 0.3]
    assert evidence.challenger.tolist() == [0.6, 0.2]


def test_shots_that_became_disputed_are_no_evidence(attempt):
    made = np.where(np.arange(9) == 5, np.nan, 1.0)
    evidence = attempt.evidence(np.zeros((9, 6)), made)
    assert evidence.made.tolist() == [1]
    assert evidence.champion.tolist() == [0.3]
    assert attempt.compared == 2


def test_another_challenger_goes_on_with_what_was_compared_before(attempt):
    attempt.go_on(SECOND, 6)
    assert attempt.challenger is SECOND
    assert (attempt.compared, attempt.next_look, attempt.begun, attempt.rule) == (2, 6, 7, "loss")
