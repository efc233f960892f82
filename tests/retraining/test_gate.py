import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.evaluation import Estimate
from kobe_shots.parameters import Gate
from kobe_shots.retraining.gate import Answer, Served, judge, labels_to_decide, weigh
from kobe_shots.retraining.guards import Evidence

GATE = Gate(
    confidence=0.95,
    power=0.8,
    minimum_effect=0.002,
    minimum_labels=100,
    share=0.25,
    segment_loss=0.01,
    calibration_loss=0.02,
    milliseconds=100,
)
UNKNOWN = (0.0, 0.01)  # nothing is expected, give or take as much
NEAR = [34.0443, -118.2698, 5, 1, 0, 0]


def evidence_of(gains):
    """Return shots that the challenger is better on by just so much: made ones, to which the champion gave a half."""
    gains = np.asarray(gains, dtype=float)
    n = len(gains)
    return Evidence(np.tile(NEAR, (n, 1)).reshape(n, 6), np.ones(n), np.full(n, 0.5), 0.5 * np.exp(gains))


def swap(evidence):
    return Evidence(evidence.features, evidence.made, evidence.challenger, evidence.champion)


def spread_around(mean, spread, n):
    """Return n gains, half of them below the mean by `spread` and half above."""
    return mean + spread * np.resize([-1.0, 1.0], n)


def test_a_gain_that_is_certain_and_counts_is_promoted():
    ledger = judge(evidence_of(spread_around(0.05, 0.1, 400)), GATE, UNKNOWN)
    assert ledger.answer is Answer.PROMOTE
    assert ledger.needed is None
    # by hand: the standard deviation is 0.1 sqrt(400 / 399), Student's t with 399 degrees of freedom is 1.966
    assert ledger.observed.value == pytest.approx(0.05)
    assert ledger.observed.high - 0.05 == pytest.approx(1.966 * 0.1 / np.sqrt(399), rel=1e-3)
    # 0.005 is its standard error; the prior's 0.01 is twice that, and so counts a fourth as much
    assert ledger.gain.value == pytest.approx(0.05 * 4 / 5, rel=2e-3)
    low, high = (f"{0.05 * 4 / 5 + side * 1.96 * 0.01 / np.sqrt(5):.3f}" for side in (-1, 1))
    assert (f"{ledger.gain.low:.3f}", f"{ledger.gain.high:.3f}") == (low, high)
    assert ledger.sentence.startswith(
        f"The challenger is better: {ledger.gain.value:+.4f} [{ledger.gain.low:+.4f}, {ledger.gain.high:+.4f}] in log "
        "loss on the same 400 labelled shots"
    )


def test_a_loss_that_is_certain_is_rejected():
    ledger = judge(evidence_of(spread_around(-0.05, 0.1, 400)), GATE, UNKNOWN)
    assert ledger.answer is Answer.REJECT
    assert f"The challenger is worse: {ledger.gain.value:+.4f}" in ledger.sentence
    assert ledger.gain.value == pytest.approx(-0.04, rel=3e-3)


def test_where_there_is_nothing_to_gain_for_certain_the_champion_stays():
    ledger = judge(evidence_of(spread_around(0.0, 0.01, 400)), GATE, UNKNOWN)
    assert ledger.answer is Answer.HOLD
    assert "for certain less than the 0.002 that counts" in ledger.sentence


def test_what_cannot_be_told_says_how_many_labels_would():
    ledger = judge(evidence_of(spread_around(0.01, 0.2, 400)), GATE, UNKNOWN)
    assert ledger.answer is Answer.SHADOW
    # a gain of 0.01, with errors of 0.01 of what is seen and of what was expected, is one of 0.005
    assert ledger.gain.value == pytest.approx(0.005, rel=1e-2)
    assert ledger.needed == pytest.approx(((1.96 + 0.8416) * 0.2 / 0.005) ** 2, rel=2e-2)
    assert f"{ledger.needed:,} labelled shots would decide it with a power of 80%" in ledger.sentence


def test_a_gain_that_is_certain_and_may_be_worthless_is_not_decidable_yet():
    ledger = judge(evidence_of(spread_around(0.0015, 0.02, 4_000)), GATE, UNKNOWN)
    assert 0 < ledger.gain.low < ledger.gain.value < GATE.minimum_effect < ledger.gain.high
    assert ledger.answer is Answer.SHADOW


def test_where_a_small_gain_is_certain_labels_must_show_that_it_is_too_small_or_not():
    # spread 0.05 on 20,000 shots: error 0.00035, of the gain of 0.0015 to what counts it is 0.0005
    ledger = judge(evidence_of(spread_around(0.0015, 0.05, 20_000)), GATE, UNKNOWN)
    assert (ledger.answer, ledger.gain.low > 0) == (Answer.SHADOW, True)
    assert ledger.needed == pytest.approx(7.849 * (0.05 / (0.002 - ledger.gain.value)) ** 2, rel=1e-3)
    assert ledger.needed > 20_000


def test_two_models_that_are_one_have_nothing_to_gain():
    ledger = judge(evidence_of(np.zeros(200)), GATE, UNKNOWN)
    assert ledger.answer is Answer.HOLD
    assert ledger.gain.value == pytest.approx(0)


@pytest.mark.parametrize("n", [100, 5_000, 200_000])
def test_a_gain_that_is_certain_and_worthless_is_never_promoted(n):
    ledger = judge(evidence_of(spread_around(0.0005, 0.0001, n)), GATE, UNKNOWN)
    assert ledger.gain.low > 0
    assert ledger.answer is Answer.HOLD


@given(st.floats(0, 0.0019), st.floats(0, 0.3), st.sampled_from([2, 50, 100, 1_000, 20_000]))
def test_no_gain_below_the_smallest_that_counts_is_ever_promoted(gain, spread, n):
    assert judge(evidence_of(spread_around(gain, spread, n)), GATE, UNKNOWN).answer is not Answer.PROMOTE


@pytest.mark.parametrize("n", [0, 1, 2, 99])
def test_of_too_few_labels_nothing_is_said_but_how_many_are_needed(n):
    ledger = judge(evidence_of(np.full(n, 0.5)), GATE, UNKNOWN)
    assert ledger.answer is Answer.SHADOW
    assert ledger.needed == 100
    assert ledger.sentence == f"Not decidable yet: {n} labelled shots to compare on; at least 100 are needed."
    assert (ledger.observed is None) == (n < 2)


def test_with_just_enough_labels_it_is_judged():
    assert judge(evidence_of(spread_around(0.5, 0.1, 100)), GATE, UNKNOWN).answer is Answer.PROMOTE


@given(st.integers(0, 10_000), st.sampled_from([10, 150, 600]), st.floats(0.001, 0.1))
def test_when_the_models_change_places_the_gain_changes_its_sign(seed, n, expected):
    rng = np.random.default_rng(seed)
    made, champion, challenger = rng.integers(0, 2, n).astype(float), rng.uniform(0.1, 0.9, n), rng.uniform(0.1, 0.9, n)
    evidence = Evidence(np.tile(NEAR, (n, 1)), made, champion, challenger)
    one, other = (judge(of, GATE, (0.0, expected)) for of in (evidence, swap(evidence)))
    for mine, theirs in ((one.observed, other.observed), (one.gain, other.gain)):
        assert mine.value == pytest.approx(-theirs.value)
        assert (mine.low, mine.high) == pytest.approx((-theirs.high, -theirs.low))
    if one.answer is Answer.PROMOTE:
        assert other.answer is Answer.REJECT


# ---- what was expected


def test_what_is_seen_and_what_was_expected_count_by_their_precision():
    z = stats.norm.ppf(0.975)
    seen = Estimate(metric="log_loss", value=0.02, low=0.02 - z * 0.01, high=0.02 + z * 0.01, n=50)
    gain = weigh(seen, (0.005, 0.02), 0.95)
    # precisions 10,000 and 2,500: (10,000 * 0.02 + 2,500 * 0.005) / 12,500
    assert gain.value == pytest.approx(0.017)
    assert gain.high - gain.value == pytest.approx(z / np.sqrt(12_500))
    assert gain.n == 50


@given(st.floats(-0.1, 0.1), st.floats(0.001, 0.1), st.floats(-0.05, 0.05), st.floats(0.001, 0.1))
def test_weighed_a_gain_lies_between_and_is_surer_than_either(value, error, mean, sd):
    z = stats.norm.ppf(0.9)
    gain = weigh(
        Estimate(metric="log_loss", value=value, low=value - z * error, high=value + z * error, n=9), (mean, sd), 0.8
    )
    assert min(value, mean) - 1e-9 <= gain.value <= max(value, mean) + 1e-9
    assert gain.high - gain.value <= z * min(error, sd) + 1e-12
    assert gain.high - gain.value == pytest.approx(gain.value - gain.low)


def test_a_few_lucky_shots_do_not_open_the_gate_and_thousands_outweigh_what_was_expected():
    sceptical = (0.0, 0.002)
    assert judge(evidence_of(spread_around(0.06, 0.2, 120)), GATE, sceptical).answer is Answer.SHADOW
    many = judge(evidence_of(spread_around(0.06, 0.2, 40_000)), GATE, sceptical)
    assert many.answer is Answer.PROMOTE
    assert many.gain.value == pytest.approx(0.06 * 0.8, rel=0.01)


# ---- how many labels decide


@pytest.mark.parametrize(("spread", "effect"), [(0.1, 0.01), (0.25, 0.02), (0.3, 0.05)])
def test_so_many_labels_show_the_gain_four_times_in_five(spread, effect):
    n = labels_to_decide(spread, effect, GATE)
    rng = np.random.default_rng(24)
    seen = rng.normal(effect, spread, (4_000, n))
    low = seen.mean(axis=1) - stats.t.ppf(0.975, n - 1) * seen.std(axis=1, ddof=1) / np.sqrt(n)
    assert (low > 0).mean() == pytest.approx(0.8, abs=0.025)


def test_never_fewer_labels_are_asked_for_than_are_looked_at():
    assert labels_to_decide(0.001, 0.01, GATE) == 100


# ---- what is served


def served(share, champion=0.4, challenger=0.6, n=50):
    return Served(np.full(n, champion), np.full(n, challenger), share, 0.9)


def test_evidence_unlike_what_is_served_decides_nothing_and_labels_are_asked_for():
    ledger = judge(evidence_of(spread_around(0.2, 0.1, 5_000)), GATE, UNKNOWN, served(0.5))
    assert ledger.answer is Answer.SHADOW
    # log odds of 0.6 and 0.4 are 2 ln 1.5 apart, and a shot that goes in half of the time tells half of that
    needed = ((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * np.log(1.5) / 0.002) ** 2
    assert ledger.needed == np.ceil(needed)
    assert ledger.sentence.startswith(
        "Not decidable yet: 50.0% of the shots served are like the 5,000 compared on, at least 90% are needed; "
        f"{ledger.needed:,} labelled shots like those served"
    )


def test_evidence_enough_like_what_is_served_decides():
    assert judge(evidence_of(spread_around(0.2, 0.1, 500)), GATE, UNKNOWN, served(0.9)).answer is Answer.PROMOTE
    assert judge(evidence_of(spread_around(0.2, 0.1, 500)), GATE, UNKNOWN, served(0.8999)).answer is Answer.SHADOW


def test_the_spread_expected_of_served_shots_is_that_of_their_outcomes():
    rng = np.random.default_rng(24)
    champion, challenger = rng.uniform(0.3, 0.6, (2, 200_000))
    made = rng.random(len(champion)) < (champion + challenger) / 2
    difference = np.where(made, np.log(challenger / champion), np.log((1 - challenger) / (1 - champion)))
    ledger = judge(evidence_of([]), GATE, UNKNOWN, Served(champion, challenger, 0.0, 0.9))
    assert ledger.needed == pytest.approx(labels_to_decide(difference.std(), GATE.minimum_effect, GATE), rel=0.02)


def test_served_shots_that_both_models_are_certain_of_are_no_obstacle():
    ledger = judge(evidence_of([]), GATE, UNKNOWN, served(0.0, champion=0.0, challenger=1.0))
    assert ledger.answer is Answer.SHADOW
    assert np.isfinite(ledger.needed)


def test_without_any_shot_served_it_is_refused_to_say_how_many_labels():
    with pytest.raises(KobeShotsError, match=r"^There are no shots being served to compare for; score some first"):
        judge(evidence_of([]), GATE, UNKNOWN, served(0.0, n=0))
