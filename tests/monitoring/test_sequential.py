import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring import sequential
from kobe_shots.monitoring.sequential import (
    HALF,
    STAKES,
    Evidence,
    RiskWatch,
    log_loss_bound,
    log_start_weight,
    start_calibration,
    start_risk,
    upper_mean,
    weight_after,
)

some_bets = st.lists(st.tuples(st.floats(-3, 6), st.floats(-3, 6)), min_size=1, max_size=40)
cuts = st.lists(st.integers(0, 40), max_size=4)


def cut(values, places):
    """Return the pieces of an array along its last axis."""
    return np.split(values, sorted(min(place, values.shape[-1]) for place in places), axis=-1)


def log_evidence(log_bets):
    """Return the log of the mean over bets and starts, each start written out."""
    bets, shots = np.exp(log_bets), log_bets.shape[1]
    weights = HALF / ((HALF + np.arange(1, shots + 1)) * (HALF + np.arange(shots)))
    started = sum(w * bets[:, start:].prod(axis=1).mean() for start, w in enumerate(weights))
    return math.log(started + 1 - weights.sum())


def test_weights_of_starts_add_up_to_one():
    weights = np.exp(log_start_weight(np.arange(1, HALF + 1)))
    assert weights.sum() == pytest.approx(1 / 2)
    assert weights.sum() + weight_after(HALF) == pytest.approx(1)
    assert (np.diff(weights) < 0).all()


@given(some_bets)
def test_evidence_is_the_capital_over_all_bets_and_starts(drawn):
    log_bets = np.array(drawn).T
    alarm = Evidence.start("any", 2).after(log_bets).alarm
    running = [log_evidence(log_bets[:, :shots]) for shots in range(1, len(drawn) + 1)]
    assert alarm.log_evidence == pytest.approx(running[-1], abs=1e-9)
    assert alarm.log_peak == pytest.approx(max(0, *running), abs=1e-9)
    assert alarm.shots == len(drawn)


@given(some_bets, cuts)
def test_evidence_does_not_depend_on_how_the_stream_is_cut(drawn, places):
    log_bets = np.array(drawn).T
    whole = pieces = Evidence.start("any", 2).after(log_bets)
    pieces = Evidence.start("any", 2)
    for piece in cut(log_bets, places):
        pieces = Evidence.model_validate_json(pieces.after(piece).model_dump_json())
    assert pieces.log_capital == pytest.approx(whole.log_capital, abs=1e-9)
    assert pieces.alarm.log_peak == pytest.approx(whole.alarm.log_peak, abs=1e-9)
    assert pieces.alarm.alarmed_at == whole.alarm.alarmed_at


def test_blocks_are_a_matter_of_memory_only(monkeypatch):
    log_bets = np.random.default_rng(24).normal(size=(3, 100))
    whole = Evidence.start("any", 3).after(log_bets)
    monkeypatch.setattr(sequential, "BLOCK", 7)
    assert Evidence.start("any", 3).after(log_bets).log_capital == pytest.approx(whole.log_capital, abs=1e-9)


def test_bets_that_change_nothing_are_no_evidence():
    alarm = Evidence.start("any", 2).after(np.zeros((2, 500))).alarm
    assert alarm.log_evidence == pytest.approx(0, abs=1e-12)
    assert not alarm.raised


def test_an_alarm_names_its_first_shot_and_stays():
    log_bets = np.concatenate([np.zeros(7), [20.0], np.full(50, -1.0)])[None]
    alarm = Evidence.start("any", 1).after(log_bets).after(log_bets).alarm
    assert alarm.alarmed_at == 7
    assert alarm.raised
    assert alarm.log_peak > alarm.log_threshold == pytest.approx(math.log(20))
    assert alarm.log_evidence < alarm.log_threshold


def test_a_state_comes_back_from_json_to_the_last_bit_and_does_not_grow():
    rng = np.random.default_rng(24)
    watch = start_risk(rng.random(500), delta=0.01, bound=1)
    early = watch.update(rng.random(10))
    late = early.update(rng.random(10_000))
    assert RiskWatch.model_validate_json(late.model_dump_json()) == late
    assert len(late.model_dump_json()) < len(early.model_dump_json()) + 50


def test_no_bet_on_the_loss_gains_where_it_is_at_its_limit():
    watch = RiskWatch(limit=0.6, bound=1, evidence=Evidence.start("loss", len(STAKES)))
    capital = np.exp([watch.update([loss]).evidence.log_capital for loss in (0.2, 1.0)])
    assert capital.mean(axis=0) == pytest.approx(np.exp(log_start_weight(1)) + np.exp(log_start_weight(2)))


def test_a_quiet_loss_is_left_alone_and_a_rise_is_found():
    rng = np.random.default_rng(24)
    quiet, delays = 0, []
    for _ in range(60):
        reference, before, after = rng.beta(4, 4, 2_000), rng.beta(4, 4, 1_000), rng.beta(5, 3, 2_000)
        watch = start_risk(reference, delta=0.0, bound=1).update(before)
        quiet += watch.alarms[0].raised
        delays.append(watch.update(after).alarms[0].alarmed_at - 999)
    assert quiet <= 60 * 0.05
    assert 1 < np.median(delays) < 150


def test_the_limit_is_above_the_mean_of_the_reference_by_its_uncertainty_and_delta():
    reference = np.tile([0.4, 0.6], 500)
    assert start_risk(reference, 0.1, 1, alpha=0.1).limit == pytest.approx(upper_mean(reference, 1, 0.05) + 0.1)
    assert start_risk(reference, 0.1, 1, alpha=0.1).alarms[0].log_threshold == pytest.approx(math.log(20))


def test_the_upper_mean_is_rarely_below_the_mean_and_close_to_it():
    rng = np.random.default_rng(24)
    bounds = np.array([upper_mean(2 * rng.beta(2, 6, 400), bound=2, alpha=0.1) for _ in range(100)])
    assert (bounds < 0.5).mean() <= 0.1
    assert np.median(bounds) < 0.5 + 4 * 2 * math.sqrt(0.25 * 0.75 / 9 / 400)


@pytest.mark.parametrize("losses", [[], [2.0], [2.0, 2.0]])
def test_a_reference_that_says_nothing_leaves_the_bound(losses):
    assert upper_mean(losses, bound=2, alpha=0.05) == 2


def test_the_largest_log_loss_is_that_of_the_range_of_probabilities():
    assert log_loss_bound(0.1, 0.8) == pytest.approx(-math.log(0.1))
    assert log_loss_bound(0.3, 0.9) == pytest.approx(-math.log(0.1))


def test_no_bet_on_outcomes_gains_where_they_follow_the_probabilities():
    for p in (0.0, 0.3, 0.5, 0.9, 1.0):
        capital = np.exp([start_calibration().update([made], [p]).evidence.log_capital for made in (0, 1)])
        fair = np.exp(log_start_weight(1)) + np.exp(log_start_weight(2))
        assert (1 - p) * capital[0] + p * capital[1] == pytest.approx(np.full(16, fair))


def draw_outcomes(*, truth, seed, shots=3_000):
    """Return outcomes whose probability is `truth` of what is said, and what is said: 0.2 to 0.7."""
    rng = np.random.default_rng(seed)
    said = rng.uniform(0.2, 0.7, shots)
    return rng.random(shots) < truth(said), said


def test_outcomes_that_follow_their_probabilities_are_left_alone():
    raised = [
        start_calibration().update(*draw_outcomes(truth=lambda p: p, seed=seed)).alarms[0].raised for seed in range(60)
    ]
    assert sum(raised) <= 60 * 0.05


@pytest.mark.parametrize(
    "truth",
    [lambda p: p + 0.1, lambda p: p - 0.1, lambda p: 0.5 + (p - 0.5) / 5, lambda p: 0.5 + 1.6 * (p - 0.5)],
    ids=["more go in", "fewer go in", "too extreme", "not extreme enough"],
)
def test_every_way_of_leaving_the_probabilities_is_found(truth):
    (alarm,) = start_calibration().update(*draw_outcomes(truth=truth, seed=24)).alarms
    assert alarm.alarmed_at < 2_500


def test_a_tolerance_lets_small_differences_pass():
    made, said = draw_outcomes(truth=lambda p: p + 0.02, seed=24, shots=40_000)
    assert start_calibration().update(made, said).alarms[0].raised
    assert not start_calibration(tolerance=0.02).update(made, said).alarms[0].raised


def test_a_falling_base_rate_betters_the_loss_and_is_an_alarm_of_calibration():
    rng = np.random.default_rng(24)
    said = rng.uniform(0.3, 0.45, 2_000)
    twos, threes = rng.random(2_000) < said, rng.random(2_000) < said - 0.2
    loss = [-np.log(np.where(made, said, 1 - said)) for made in (twos, threes)]
    assert loss[1].mean() < loss[0].mean()
    assert not start_risk(loss[0], 0.0, log_loss_bound(0.3, 0.5)).update(loss[1]).alarms[0].raised
    assert start_calibration().update(threes, said).alarms[0].alarmed_at < 200


def test_an_empty_batch_changes_nothing():
    risk, calibration = start_risk([0.5] * 10, 0.0, 1), start_calibration()
    assert risk.update([]) == risk
    assert calibration.update([], []) == calibration


@pytest.mark.parametrize("losses", [[0.5, 1.2], [-0.1, 0.5], [0.5, np.nan]])
def test_a_loss_outside_its_bound_is_refused(losses):
    with pytest.raises(
        KobeShotsError, match=r"Got losses from .* allowed are 0 to 1, .* Leave out shots without label"
    ):
        start_risk([0.5] * 10, 0.0, 1).update(losses)


@pytest.mark.parametrize(("made", "said"), [([0, 1], [0.5]), ([0, np.nan], [0.5, 0.5]), ([1], [1.2]), ([2], [0.5])])
def test_outcomes_and_probabilities_that_cannot_be_are_refused(made, said):
    with pytest.raises(KobeShotsError, match=r"outcomes of 0 and 1, probabilities in 0 to 1\. Leave out"):
        start_calibration().update(made, said)


def test_knobs_that_cannot_be_are_refused():
    with pytest.raises(KobeShotsError, match=r"Got an alpha of 1\.5; .* between 0 and 1"):
        start_calibration(alpha=1.5)
    with pytest.raises(KobeShotsError, match=r"Got a tolerance of -0\.1; .* 0 to 1"):
        start_calibration(tolerance=-0.1)
    with pytest.raises(KobeShotsError, match=r"Got a delta of nan; .* 0 or more nats"):
        start_risk([0.5], delta=math.nan, bound=1)
    with pytest.raises(KobeShotsError, match=r"Got probabilities from 0 to 0\.9; .* Clip"):
        log_loss_bound(0, 0.9)
