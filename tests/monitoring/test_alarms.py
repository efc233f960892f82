import math
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.monitoring.alarms import (
    CALIBRATION,
    HIGHER,
    LOSS,
    LOWER,
    NOVELTY,
    SURE,
    Usual,
    bounded_losses,
    calibration_tolerance,
    score_tolerance,
    start,
    watch,
)
from kobe_shots.monitoring.estimated import IDENTITY, Calibrator
from kobe_shots.monitoring.stream import admit
from kobe_shots.shots.schema import TARGET

NAMES = (NOVELTY, HIGHER, LOWER, LOSS, CALIBRATION)
cuts = st.lists(st.integers(0, 900), max_size=5).map(sorted)


@pytest.fixture(scope="module")
def usual(baseline, held_out, how):
    """What is usual, taken from the baseline by hand."""
    honest, own = baseline.reference, baseline.own
    novelty = baseline.support.novelty(held_out.shots)
    return Usual(
        support=baseline.support,
        calibrator=baseline.calibrator,
        losses=bounded_losses(honest.made, honest.probability),
        mean_score=own.mean(),
        score_tolerance=score_tolerance(own, baseline.limits.usual["mean_score"].between, how.confidence),
        calibration_tolerance=calibration_tolerance(baseline.calibrator, honest.probability, how.confidence),
        beyond=np.ceil(np.maximum(novelty - baseline.support.reach, 0)),
    )


@pytest.fixture(scope="module")
def begin(usual, how):
    """A function that starts the alarms, of what is usual or something else."""

    def begun(usual=usual):
        return start(usual, how.alarms.false_alarm, how.alarms.risk_increase, how.seed)

    return begun


@pytest.fixture(scope="module")
def batch(draw_shots):
    """Shots that are ever farther away and of which some have no outcome."""
    shots = pd.concat([draw_shots(5, 500), draw_shots(6, 400, (15, 29))])
    shots.index = pd.RangeIndex(1, 901)
    shots[TARGET] = shots[TARGET].mask(np.arange(900) % 4 == 0)
    return admit(shots.drop(columns=["game_date", "game_event_id"]))


@pytest.fixture(scope="module")
def novelty(batch, baseline):
    return baseline.support.novelty(batch.shots)


def of(watches):
    return {alarm.name: alarm for alarm in (*watches.without_labels, *watches.with_labels)}


def assert_alike(one, other):
    """Say that alarms are the same, to rounding."""
    assert list(one) == list(other)
    for name, alarm in one.items():
        assert alarm.shots == other[name].shots
        assert alarm.alarmed_at == other[name].alarmed_at
        assert alarm.log_threshold == other[name].log_threshold
        assert [alarm.log_evidence, alarm.log_peak] == pytest.approx(
            [other[name].log_evidence, other[name].log_peak], abs=1e-8
        )


def test_a_whole_stream_raises_the_alarms_of_its_shots_and_outcomes(begin, batch, novelty, baseline, held_out, how):
    labelled = batch.take(batch.is_labelled)
    alarms = watch(batch, novelty, baseline, held_out, how)
    assert tuple(alarm.name for alarm in alarms) == NAMES
    by_hand = begin().see(novelty, batch.probability).learn(labelled.made, labelled.probability)
    assert_alike({alarm.name: alarm for alarm in alarms}, of(by_hand))
    assert {alarm.name for alarm in alarms if alarm.raised} >= {NOVELTY, LOWER}


@settings(max_examples=25, deadline=None)
@given(cuts, cuts)
def test_bit_by_bit_it_raises_the_same_alarms(begin, batch, novelty, seen_at, learned_at):
    labelled = batch.take(batch.is_labelled)
    whole = begin().see(novelty, batch.probability).learn(labelled.made, labelled.probability)
    watches = begin()
    for shots in np.split(np.arange(len(batch)), seen_at):
        watches = watches.see(novelty[shots], batch.probability[shots])
    for shots in np.split(np.arange(len(labelled)), np.minimum(learned_at, len(labelled))):
        watches = watches.learn(labelled.made[shots], labelled.probability[shots])
    assert_alike(of(watches), of(whole))


def test_when_outcomes_come_does_not_matter_to_shots_nor_the_other_way_round(begin, batch, novelty):
    made, score = np.nan_to_num(batch.made), batch.probability
    first, second = slice(0, 300), slice(300, 900)
    one = begin().see(novelty, score).learn(made[first], score[first]).learn(made[second], score[second])
    other = begin().learn(made[first], score[first]).see(novelty, score).learn(made[second], score[second])
    assert_alike(of(one), of(other))


def test_nothing_seen_and_nothing_learned_change_nothing(begin, batch, novelty):
    watches = begin().see(novelty, batch.probability)
    nothing = np.zeros(0)
    assert watches.see(nothing, nothing) is watches
    assert watches.learn(nothing, nothing) is watches


def test_watches_are_left_as_they_were_by_those_that_follow(begin, batch, novelty):
    before = begin()
    after = before.see(novelty, batch.probability)
    assert all(alarm.shots == 0 for alarm in of(before).values())
    assert of(after)[NOVELTY].shots == len(batch)


def test_what_is_kept_does_not_grow_with_the_stream(begin, batch, novelty):
    early = begin().see(novelty[:100], batch.probability[:100])
    late = early.see(novelty, batch.probability)
    assert len(pickle.dumps(late)) < 1.01 * len(pickle.dumps(early))


def test_saved_and_restored_they_go_on_as_if_they_had_not_been(begin, batch, novelty):
    labelled = batch.take(batch.is_labelled)
    half = begin().see(novelty[:450], batch.probability[:450]).learn(labelled.made[:300], labelled.probability[:300])
    again = pickle.loads(pickle.dumps(half))  # noqa: S301 -- of this test
    one, other = (
        watches.see(novelty[450:], batch.probability[450:]).learn(labelled.made[300:], labelled.probability[300:])
        for watches in (half, again)
    )
    assert of(one) == of(other)


def test_each_kind_has_its_share_of_the_chance_of_a_false_alarm(begin, how):
    chance = {name: math.exp(-alarm.log_threshold) for name, alarm in of(begin()).items()}
    half = how.alarms.false_alarm / 2
    # without outcomes: novelty, and the score on either side; with them: half of the loss's goes to the reference
    assert chance == pytest.approx(
        {NOVELTY: half, HIGHER: half / 2, LOWER: half / 2, LOSS: half / 2, CALIBRATION: half}
    )


def test_of_too_few_usual_shots_only_outcomes_are_watched(begin, usual, batch, novelty):
    watches = begin(replace(usual, beyond=usual.beyond[:99])).see(novelty, batch.probability)
    assert watches.without_labels == ()
    assert set(of(watches)) == {LOSS, CALIBRATION}
    assert set(of(begin(replace(usual, beyond=usual.beyond[:100])))) == set(NAMES)


def test_usual_shots_raise_nothing(begin, draw_shots, baseline):
    raised = set()
    for seed in range(100, 110):
        stream = admit(draw_shots(seed, 1_000))
        watches = begin().see(baseline.support.novelty(stream.shots), stream.probability)
        watches = watches.learn(stream.made, stream.probability)
        raised |= {name for name, alarm in of(watches).items() if alarm.raised}
    assert raised == set()


@pytest.mark.parametrize(
    ("better", "name"), [(lambda p: p + 0.15, CALIBRATION), (lambda p: 1 - p, LOSS)], ids=["more go in", "reversed"]
)
def test_outcomes_alone_tell_that_a_model_has_become_wrong(begin, draw_shots, better, name):
    stream = admit(draw_shots(7, 3_000))
    made = (np.random.default_rng(24).random(3_000) < better(stream.probability)).astype(float)
    watches = begin().see(np.zeros(3_000), stream.probability).learn(made, stream.probability)
    assert of(watches)[name].raised
    assert not any(alarm.raised for alarm in watches.without_labels)


def test_feet_beyond_reach_are_whole_and_within_it_none(usual):
    reach = usual.support.reach
    assert usual.feet_beyond(reach + np.array([-5, 0, 0.01, 1, 1.01])).tolist() == [0, 0, 1, 1, 2]


def test_scores_of_an_unsure_kind_lose_a_bounded_amount():
    assert bounded_losses(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(-math.log(SURE))
    assert bounded_losses(np.array([1.0]), np.array([0.25])) == pytest.approx(math.log(4))


@pytest.mark.parametrize("uncertain", [100.0, 1e6])
def test_a_calibration_that_could_not_be_learned_raises_no_alarm(begin, usual, uncertain):
    wild = Calibrator(IDENTITY.theta, np.diag([uncertain, 0.0]))
    score = np.full(500, 0.5)
    tolerance = calibration_tolerance(wild, score, 0.95)
    assert tolerance < 1 < 1.96 * 0.25 * math.sqrt(uncertain)
    watches = begin(replace(usual, calibrator=wild, calibration_tolerance=tolerance)).learn(np.ones(500), score)
    assert not of(watches)[CALIBRATION].raised


def test_the_tolerance_of_a_calibration_by_hand():
    # at one half a logit's step moves a probability by a quarter of it
    learned = Calibrator(IDENTITY.theta, np.diag([0.01, 4.0]))
    assert calibration_tolerance(learned, np.full(9, 0.5), 0.95) == pytest.approx(1.96 * 0.25 * 0.1, rel=1e-4)
