import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kobe_shots.parameters import Gate
from kobe_shots.retraining.gate import Answer, judge
from kobe_shots.retraining.guards import Evidence, paired_gain, segment_of, stand_guard
from kobe_shots.shots.court import to_distance, to_lat, to_lon

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
EXPECTED = (0.0, 0.05)


def shots_at(feet, n):
    """Return n shots from so many feet straight in front of the hoop."""
    y = 10 * feet
    return np.tile([to_lat(np.array(y)), to_lon(np.array(0)), 5, 1, 0, to_distance(np.array(0), np.array(y))], (n, 1))


def gaining(gain, feet=0, n=200):
    """Return made shots on which the challenger is better by so much, give or take a little."""
    gains = gain + 0.01 * np.resize([-1.0, 1.0], n)
    return Evidence(shots_at(feet, n), np.ones(n), np.full(n, 0.5), 0.5 * np.exp(gains))


def together(*parts):
    return Evidence(
        *(
            np.concatenate([getattr(part, of) for part in parts])
            for of in ("features", "made", "champion", "challenger")
        )
    )


def guards_of(evidence, milliseconds=None):
    return {guard.name: guard for guard in stand_guard(evidence, GATE, None, milliseconds)}


def test_the_gain_is_students_on_the_same_shots():
    made, champion, challenger = np.array([1.0, 0, 1]), np.array([0.5, 0.5, 0.5]), np.array([0.6, 0.5, 0.8])
    gain = paired_gain(Evidence(np.zeros((3, 6)), made, champion, challenger), 0.9)
    each = [np.log(0.6 / 0.5), 0, np.log(0.8 / 0.5)]
    low, high = stats.t.interval(0.9, 2, np.mean(each), stats.sem(each))
    assert (gain.value, gain.low, gain.high, gain.n) == pytest.approx((np.mean(each), low, high, 3))


def test_a_challenger_better_everywhere_passes_all():
    guards = guards_of(together(gaining(0.05), gaining(0.05, feet=20)), milliseconds=99)
    assert list(guards) == ["schema", "segment", "calibration", "latency"]
    assert all(guard.passed for guard in guards.values())


# ---- schema


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1.0001, -0.0001, 40.0])
def test_a_score_that_is_no_probability_is_rejected_whatever_else(wrong):
    evidence = gaining(0.5)
    evidence.challenger[[3, 5]] = wrong
    ledger = judge(evidence, GATE, EXPECTED)
    assert ledger.answer is Answer.REJECT
    assert [guard.name for guard in ledger.guards] == ["schema"]
    assert (
        ledger.sentence == "The challenger gave 200 scores for 200 shots, and 2 of all its scores are no probabilities."
    )
    assert (ledger.observed, ledger.gain, ledger.needed) == (None, None, None)


@pytest.mark.parametrize("n", [0, 199, 201])
def test_a_challenger_that_gives_another_number_of_scores_is_rejected(n):
    whole = gaining(0.5)
    ledger = judge(Evidence(whole.features, whole.made, whole.champion, np.full(n, 0.5)), GATE, EXPECTED)
    assert ledger.answer is Answer.REJECT
    assert ledger.sentence.startswith(f"The challenger gave {n} scores for 200 shots, and 0 of all its scores are")


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_a_certain_score_is_a_probability(sure):
    evidence = gaining(0.5)
    evidence.challenger[:] = sure
    assert guards_of(evidence)["schema"].passed


def test_without_shots_only_the_schema_is_looked_at():
    assert list(guards_of(gaining(0.0, n=0))) == ["schema"]


# ---- segment


def test_a_gain_overall_does_not_make_up_for_a_segment_that_loses():
    evidence = together(gaining(0.3, feet=2, n=600), gaining(-0.05, feet=20))
    ledger = judge(evidence, GATE, EXPECTED)
    assert ledger.gain.low > 0
    assert ledger.answer is Answer.REJECT
    # two segments: half of the 5% each; what is lost for certain is the lower end
    lost = 0.05 - stats.t.ppf(1 - 0.025 / 2, 199) * 0.01 / np.sqrt(199)
    assert guards_of(evidence)["segment"].value == pytest.approx(lost)
    assert f"But The segment that loses most for certain is long: {lost:.4f} in log loss" in ledger.sentence


def test_a_segment_that_may_have_lost_by_chance_passes():
    loses = gaining(-0.05, feet=20)
    loses.challenger[:] = 0.5 * np.exp(-0.05 + 0.6 * np.resize([-1.0, 1.0], 200))
    assert guards_of(together(gaining(0.3, feet=2), loses))["segment"].passed


def test_a_segment_with_too_few_shots_is_not_looked_at():
    few, enough = (together(gaining(0.3, feet=2), gaining(-0.5, feet=20, n=n)) for n in (99, 100))
    assert guards_of(few)["segment"].value == 0
    assert guards_of(few)["segment"].passed
    assert not guards_of(enough)["segment"].passed


def test_segments_are_by_distance_and_by_what_a_basket_is_worth():
    feet = [0, 7, 8, 15, 16, 22, 25]
    shots = np.concatenate([shots_at(at, 1) for at in feet])
    assert segment_of(shots).tolist() == ["near", "near", "middle", "middle", "long", "long", "three"]


@given(st.integers(-240, 240), st.integers(-40, 400))
def test_every_place_on_the_court_has_a_segment(x, y):
    x, y = np.array([x]), np.array([y])
    shot = np.column_stack([to_lat(y), to_lon(x), 5, 1, 0, to_distance(x, y)])
    assert segment_of(shot)[0] in {"near", "middle", "long", "three"}


# ---- calibration


def half_made(champion, challenger, n=400):
    """Return shots of which every other goes in, with these scores for makes and misses."""
    made = np.resize([1.0, 0.0], n)
    scores = (np.where(made == 1, *of) for of in (champion, challenger))
    return Evidence(shots_at(2, n), made, *scores)


def test_a_challenger_whose_mean_is_off_is_rejected_though_its_loss_is_lower():
    # the champion is right on the whole and wrong on every shot
    ledger = judge(half_made((0.2, 0.8), (0.6, 0.6)), GATE, EXPECTED)
    assert ledger.gain.low > 0
    assert ledger.answer is Answer.REJECT
    guard = {guard.name: guard for guard in ledger.guards}["calibration"]
    assert guard.value == pytest.approx(0.1)
    # chance: 1.96 standard errors of 0.5 / 20
    assert "mean probability is 0.100 off the make rate of 0.500, the champion's 0.000" in ledger.sentence
    assert "or the 0.049 that chance gives" in ledger.sentence


@pytest.mark.parametrize(
    ("champion", "challenger", "passes"),
    [
        ((0.6, 0.6), (0.4, 0.4), True),  # as far off, on the other side
        ((0.57, 0.57), (0.58, 0.58), True),  # a little more
        ((0.5, 0.5), (0.54, 0.54), True),  # within chance
        ((0.5, 0.5), (0.56, 0.56), False),
        ((0.9, 0.9), (0.6, 0.6), True),  # nearer
    ],
)
def test_only_being_farther_off_than_the_champion_and_than_chance_counts(champion, challenger, passes):
    assert guards_of(half_made(champion, challenger))["calibration"].passed == passes


# ---- latency


def test_a_challenger_that_is_too_slow_is_rejected():
    ledger = judge(gaining(0.3), GATE, EXPECTED, milliseconds=100.1)
    assert ledger.answer is Answer.REJECT
    assert ledger.sentence.endswith("But A thousand shots take the challenger 100.1 ms; 100 are allowed.")
    assert judge(gaining(0.3), GATE, EXPECTED, milliseconds=100).answer is Answer.PROMOTE


def test_guards_keep_a_challenger_out_and_do_not_decide_what_cannot_be_told():
    unsure, nothing = gaining(0.0, n=150), gaining(0.0, n=4_000)
    unsure.challenger[:] = 0.5 * np.exp(0.01 + 0.5 * np.resize([-1.0, 1.0], 150))
    assert judge(unsure, GATE, EXPECTED, milliseconds=1e6).answer is Answer.SHADOW
    assert judge(nothing, GATE, EXPECTED, milliseconds=1e6).answer is Answer.HOLD


@pytest.mark.parametrize("score", [np.nan, -0.1, 1.1])
def test_a_score_of_a_shot_being_served_that_is_no_probability_fails_the_schema(score):
    evidence = Evidence(np.zeros((4, 6)), np.array([0.0, 1, 0, 1]), np.full(4, 0.5), np.full(4, 0.5))
    (schema,) = stand_guard(evidence, GATE, np.array([0.5, score]))
    assert (schema.name, schema.passed, schema.value) == ("schema", False, 1)
