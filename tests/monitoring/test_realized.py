from collections import Counter

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kobe_shots.models import metrics
from kobe_shots.monitoring.realized import FEWEST, constants, placements, realized, too_few, wilson
from kobe_shots.monitoring.told import Told

# scores, the share of shots that have each, and how often those really go in
SCORES = np.array([0.15, 0.35, 0.45, 0.75])
SHARES = np.array([0.3, 0.3, 0.2, 0.2])
TRUTHS = np.array([0.1, 0.3, 0.5, 0.7])
THRESHOLD = 0.4

twentieths = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=20, max_size=60)


def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes and scores of n shots of that world."""
    level = rng.choice(4, n, p=SHARES)
    return (rng.random(n) < TRUTHS[level]).astype(float), SCORES[level]


def named(told: list[Told]) -> dict[str, Told]:
    return {one.metric: one for one in told}


def measure(made, probability, threshold=0.5, confidence=0.95):
    return named(realized(np.asarray(made, float), np.asarray(probability, float), threshold, confidence))


# ---- values


@settings(max_examples=40)
@given(twentieths)
def test_values_are_those_of_scikit_learn(drawn):
    made, score = np.array(drawn).T
    made[:10], made[10:20] = 0, 1
    probability = score / 20
    told = measure(made, probability)
    expected = {
        "log_loss": sklearn.metrics.log_loss(made, probability),
        "brier": sklearn.metrics.brier_score_loss(made, probability),
        "roc_auc": sklearn.metrics.roc_auc_score(made, probability),
        "f1": sklearn.metrics.f1_score(made, probability > 0.5, zero_division=0),
        "make_rate": made.mean(),
        "skill": sklearn.metrics.log_loss(made, np.full(len(made), made.mean()))
        - sklearn.metrics.log_loss(made, probability),
    }
    assert {name: one.value for name, one in told.items()} == pytest.approx(expected, abs=1e-12)
    assert {one.n for one in told.values()} == {len(made)}


@settings(max_examples=40)
@given(twentieths, st.sampled_from([0.8, 0.95, 0.99]))
def test_an_interval_holds_its_value_and_stays_where_the_metric_can_be(drawn, confidence):
    made, score = np.array(drawn).T
    made[:10], made[10:20] = 0, 1
    for name, one in measure(made, score / 20, confidence=confidence).items():
        assert one.low <= one.value <= one.high
        if name in {"roc_auc", "f1", "make_rate"}:
            assert 0 <= one.low <= one.high <= 1


def test_the_threshold_moves_f1_alone():
    made, probability = draw(np.random.default_rng(24), 200)
    low, high = (measure(made, probability, threshold) for threshold in (0.4, 0.6))
    assert low["f1"].value == pytest.approx(sklearn.metrics.f1_score(made, probability > 0.4))
    assert high["f1"].value == pytest.approx(sklearn.metrics.f1_score(made, probability > 0.6))
    assert [name for name in low if low[name] != high[name]] == ["f1"]


# ---- intervals, one by one


def test_a_mean_has_the_interval_of_student():
    made, probability = draw(np.random.default_rng(1), 50)
    squares = (probability - made) ** 2
    expected = stats.ttest_1samp(squares, 0).confidence_interval(0.95)
    brier = measure(made, probability)["brier"]
    assert (brier.low, brier.high) == pytest.approx((expected.low, expected.high))
    losses = -np.log(np.where(made == 1, probability, 1 - probability))
    expected = stats.ttest_1samp(losses, 0).confidence_interval(0.9)
    loss = measure(made, probability, confidence=0.9)["log_loss"]
    assert (loss.low, loss.high) == pytest.approx((expected.low, expected.high))


@given(st.integers(0, 40), st.integers(1, 40), st.sampled_from([0.8, 0.95, 0.99]))
def test_a_share_has_the_interval_of_wilson(hits, more, confidence):
    n = hits + more
    expected = stats.binomtest(hits, n).proportion_ci(confidence, method="wilson")
    assert wilson(hits, n, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_interval_of_the_make_rate_is_that_of_a_share():
    made = [1] * 15 + [0] * 25
    rate = measure(made, [0.5] * 40)["make_rate"]
    assert (rate.low, rate.high) == pytest.approx(wilson(15, 40, 0.95))


def test_the_interval_of_f1_is_that_of_the_share_of_hits_among_shots_called_or_made():
    # 8 hits, 4 false calls, 12 baskets that were not called, 6 misses that were not: 8 of 24, F1 = 16 / 32
    made = [1] * 8 + [0] * 4 + [1] * 12 + [0] * 6
    called = [0.9] * 12 + [0.1] * 18
    f1 = measure(made, called)["f1"]
    low, high = wilson(8, 24, 0.95)
    assert f1.value == pytest.approx(0.5)
    assert (f1.low, f1.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


def test_the_variance_of_the_area_is_that_of_delong():
    # 10 baskets: 5 at 0.6, 5 at 0.4. 40 misses: 20 at 0.5, 20 at 0.3. A basket at 0.6 beats all misses, one at 0.4 half
    # of them; a miss at 0.5 is beaten by half of the baskets, one at 0.3 by all. The area is 3/4, and on each side one
    # half has 1, the other 1/2: variances of 10 / 16 / 9 and of 40 / 16 / 39, of means of 10 and of 40.
    made = [1] * 10 + [0] * 40
    probability = [0.6] * 5 + [0.4] * 5 + [0.5] * 20 + [0.3] * 20
    area = measure(made, probability)["roc_auc"]
    spread = np.sqrt(10 / 16 / 9 / 10 + 40 / 16 / 39 / 40)
    half = stats.norm.ppf(0.975) * spread / (3 / 4 * 1 / 4)
    odds = 3 * np.exp([-half, half])
    assert area.value == 0.75
    assert [area.low, area.high] == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_order_of_few_shots_does_not_have_a_sure_area(sign):
    made = np.repeat([1.0, 0.0], [12, 18])
    area = measure(made, 0.5 + sign * (made - 0.5) * 0.8)["roc_auc"]
    end, other = (area.low, area.high) if sign == 1 else (1 - area.high, 1 - area.low)
    # Newcombe's equation at an area of one: (1 - t)^2 = z^2 V(t)
    pooled, z = (12 + 18) / 2 - 1, stats.norm.ppf(0.975)
    variance = end * (1 - end) * (1 + pooled * (1 - end) / (2 - end) + pooled * end / (1 + end)) / (12 * 18)
    assert area.value == (sign + 1) / 2
    assert other == 1
    assert 0.75 < end < 0.95
    assert (1 - end) ** 2 == pytest.approx(z**2 * variance, abs=1e-9)


def test_a_constant_score_has_an_area_of_one_half_and_is_not_sure_of_it():
    area = measure([1] * 12 + [0] * 18, [0.4] * 30)["roc_auc"]
    assert area.value == 0.5
    assert area.low == pytest.approx(1 - area.high)
    assert 0.2 < area.low < 0.4


def test_the_spread_of_skill_is_that_of_leaving_one_shot_out():
    made, probability = draw(np.random.default_rng(2), 300)
    skill = measure(made, probability)["skill"]
    rows = np.array([np.delete(np.arange(300), out) for out in range(300)])
    rates = np.broadcast_to(made[rows].mean(axis=1, keepdims=True), rows.shape)
    left_out = metrics.log_loss(made[rows], rates) - metrics.log_loss(made[rows], probability[rows])
    spread = np.sqrt(299 / 300 * ((left_out - left_out.mean()) ** 2).sum())
    assert skill.high - skill.low == pytest.approx(2 * stats.t.ppf(0.975, 299) * spread, rel=0.01)


@pytest.mark.parametrize("n", [60, 300])
def test_about_95_of_100_intervals_hold_the_truth(n):
    makes, misses = SHARES * TRUTHS, SHARES * (1 - TRUTHS)
    rate, called = makes.sum(), SCORES > THRESHOLD
    loss = -(makes * np.log(SCORES) + misses * np.log(1 - SCORES)).sum()
    truth = {
        "log_loss": loss,
        "brier": (makes * (1 - SCORES) ** 2 + misses * SCORES**2).sum(),
        "roc_auc": makes @ (np.tril(np.ones((4, 4)), -1) + np.eye(4) / 2) @ misses / rate / (1 - rate),
        "f1": 2 * makes[called].sum() / (SHARES[called].sum() + rate),
        "make_rate": rate,
        "skill": constants(rate)["log_loss"] - loss,
    }
    rng, repeats, held = np.random.default_rng(n), 400, Counter()
    for _ in range(repeats):
        for one in realized(*draw(rng, n), THRESHOLD, 0.95):
            held[one.metric] += one.low <= truth[one.metric] <= one.high
    assert list(held) == list(truth)
    for metric, times in held.items():
        assert 0.9 <= times / repeats <= 0.995, (metric, times / repeats)


# ---- too few


@pytest.mark.parametrize(("makes", "misses"), [(9, 50), (50, 9), (0, 50), (50, 0), (1, 2), (0, 0)])
def test_too_few_of_an_outcome_cannot_tell_and_say_why(makes, misses):
    made = np.repeat([1.0, 0.0], [makes, misses])
    told = realized(made, np.linspace(0.2, 0.8, len(made)), 0.5, 0.95)
    reason = f"{makes} baskets and {misses} misses are labelled; at least 10 of each are needed"
    names = ["log_loss", "brier", "roc_auc", "f1", "make_rate", "skill"]
    assert [(one.metric, one.n, one.reason) for one in told] == [(name, makes + misses, reason) for name in names]
    assert {str(one) for one in told} == {"cannot tell"}


def test_ten_of_each_outcome_are_enough():
    made = np.repeat([1.0, 0.0], FEWEST)
    assert FEWEST == 10
    assert too_few(made) == ""
    assert all(one.value is not None for one in realized(made, np.linspace(0.2, 0.8, 20), 0.5, 0.95))


# ---- the constant, and placements


@given(st.integers(1, 59))
def test_the_constant_gets_what_it_gets_on_shots_of_its_rate(makes):
    made = np.repeat([1, 0], [makes, 60 - makes])
    constant = np.full(60, makes / 60)
    found = constants(makes / 60)
    assert found == pytest.approx(
        {
            "log_loss": metrics.log_loss(made, constant),
            "brier": metrics.brier(made, constant),
            "roc_auc": metrics.roc_auc(made, constant),
            "skill": 0,
        }
    )


@settings(max_examples=40)
@given(twentieths)
def test_mean_placements_are_the_area(drawn):
    made, score = np.array(drawn).T
    made[:2] = 0, 1
    above, below = placements(made, score / 20)
    area = sklearn.metrics.roc_auc_score(made, score)
    assert above[made == 1].mean() == pytest.approx(area)
    assert below[made == 0].mean() == pytest.approx(area)


def test_placements_of_probable_makes_count_them_by_their_probability():
    # misses weigh 3/4 at 0.2 and 1/4 at 0.8, makes 1/4 and 3/4
    above, below = placements([0.25, 0.75], [0.2, 0.8])
    assert above.tolist() == pytest.approx([0.75 / 2, 0.75 + 0.25 / 2])
    assert below.tolist() == pytest.approx([0.75 + 0.25 / 2, 0.75 / 2])
