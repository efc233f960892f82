import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit

from kobe_shots.models import metrics
from kobe_shots.monitoring.calibration import recalibrate
from kobe_shots.monitoring.estimated import (
    IDENTITY,
    Calibrator,
    estimated,
    expected_log_loss,
    learn_calibrator,
    wander,
)
from kobe_shots.monitoring.told import Told

NAMES = ["log_loss", "brier", "roc_auc", "f1", "make_rate", "skill"]
THRESHOLD = 0.45
some_scores = st.lists(st.integers(1, 39), min_size=2, max_size=40)
thetas = st.tuples(st.floats(-2, 2), st.floats(-1, 2))


def named(told: list[Told]) -> dict[str, Told]:
    return {one.metric: one for one in told}


def sure(intercept: float, slope: float) -> Calibrator:
    """Return a calibrator that was not learned, but known."""
    return Calibrator(np.array([intercept, slope]), np.zeros((2, 2)))


def realized_metrics(made: np.ndarray, probability: np.ndarray) -> dict[str, np.ndarray]:
    """Return the metrics of each row of outcomes of the same shots."""
    rate = made.mean(axis=1, keepdims=True)
    loss = metrics.log_loss(made, probability)
    return {
        "log_loss": loss,
        "brier": metrics.brier(made, probability),
        "roc_auc": metrics.roc_auc(made, np.broadcast_to(probability, made.shape)),
        "f1": metrics.f1(made, probability, THRESHOLD),
        "make_rate": rate[:, 0],
        "skill": metrics.log_loss(made, np.broadcast_to(rate, made.shape)) - loss,
    }


# ---- values


@settings(max_examples=40)
@given(some_scores, thetas)
def test_estimates_are_metrics_of_shots_that_are_makes_and_misses_by_their_probability(drawn, theta):
    # each shot twice: a make that weighs c and a miss that weighs 1 - c
    score = np.array(drawn) / 40
    calibrated = expit(theta[0] + theta[1] * logit(score))
    made, twice = np.repeat([1, 0], len(score)), np.tile(score, 2)
    weight = np.r_[calibrated, 1 - calibrated]
    rate = np.full(len(made), calibrated.mean())
    loss = sklearn.metrics.log_loss(made, twice, sample_weight=weight)
    expected = {
        "log_loss": loss,
        "brier": sklearn.metrics.brier_score_loss(made, twice, sample_weight=weight),
        "roc_auc": sklearn.metrics.roc_auc_score(made, twice, sample_weight=weight),
        "f1": sklearn.metrics.f1_score(made, twice > THRESHOLD, sample_weight=weight, zero_division=0),
        "make_rate": calibrated.mean(),
        "skill": sklearn.metrics.log_loss(made, rate, sample_weight=weight) - loss,
    }
    told = named(estimated(score, sure(*theta), THRESHOLD, 0.95))
    assert {name: one.value for name, one in told.items()} == pytest.approx(expected, abs=1e-9)
    assert {one.n for one in told.values()} == {len(score)}


def test_f1_is_that_of_the_expected_confusion_matrix():
    # called: 0.6 and 0.9; hits 1.5, false calls 0.5, missed baskets 0.2 + 0.3
    told = named(estimated(np.array([0.2, 0.3, 0.6, 0.9]), IDENTITY, 0.5, 0.95))
    assert told["f1"].value == pytest.approx(2 * 1.5 / (2 * 1.5 + 0.5 + 0.5))
    assert told["brier"].value == pytest.approx((0.16 + 0.21 + 0.24 + 0.09) / 4)
    assert told["make_rate"].value == pytest.approx(0.5)


def test_the_expected_confusion_matrix_is_of_calibrated_probabilities_and_of_calls_by_the_score():
    # log odds one higher than those of the scores: 0.3 goes in more often than it was said, and is still not called
    calibrated = expit(1 + logit(np.array([0.3, 0.7])))
    told = named(estimated(np.array([0.3, 0.7]), sure(1, 1), 0.5, 0.95))
    assert told["f1"].value == pytest.approx(2 * calibrated[1] / (1 + calibrated.sum()))


@given(some_scores)
def test_scores_believed_as_they_are_cost_their_entropy(drawn):
    score = np.array(drawn) / 40
    loss = named(estimated(score, IDENTITY, 0.5, 0.95))["log_loss"].value
    assert loss == pytest.approx(np.mean([stats.entropy([p, 1 - p]) for p in score]))


def test_a_certain_score_that_is_wrong_is_expected_to_cost_what_it_costs():
    loss = expected_log_loss(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert loss == pytest.approx([metrics.log_loss([0], [1.0]), metrics.log_loss([1], [0.0])], abs=1e-6)


# ---- intervals


@given(some_scores, thetas, st.integers(0, 2**32 - 1))
def test_an_interval_holds_its_value_and_widens_with_what_is_not_known(drawn, theta, seed):
    score = np.array(drawn) / 40
    root = np.random.default_rng(seed).normal(0, 0.3, (2, 2))
    known, learned = sure(*theta), Calibrator(np.array(theta), root @ root.T)
    wandering = learned.wandering(np.diag([0.1, 0.1]))
    assert wandering.covariance == pytest.approx(root @ root.T + np.diag([0.1, 0.1]))
    each = [named(estimated(score, one, THRESHOLD, 0.95)) for one in (known, learned, wandering)]
    for name in NAMES:
        narrow, wide, widest = (told[name] for told in each)
        assert narrow.value == wide.value == widest.value
        assert widest.low - 1e-9 <= wide.low <= narrow.low + 1e-9
        assert narrow.low - 1e-9 <= narrow.value <= narrow.high + 1e-9
        assert narrow.high - 1e-9 <= wide.high <= widest.high + 1e-9
        if name in {"brier", "roc_auc", "f1", "make_rate"}:
            assert 0 <= widest.low <= widest.high <= 1


def test_the_interval_of_the_make_rate_by_hand():
    score, z = np.array([0.2, 0.5, 0.5, 0.8] * 25), stats.norm.ppf(0.95)
    by_chance = (0.16 + 0.25 + 0.25 + 0.16) * 25 / 100**2
    rate = named(estimated(score, IDENTITY, 0.5, 0.9))["make_rate"]
    assert (rate.low, rate.high) == pytest.approx((0.5 - z * np.sqrt(by_chance), 0.5 + z * np.sqrt(by_chance)))
    # an intercept with a variance of 0.04 moves every probability by p (1 - p) at once
    learned = Calibrator(np.array([0.0, 1.0]), np.diag([0.04, 0.0]))
    rate = named(estimated(score, learned, 0.5, 0.9))["make_rate"]
    assert rate.high - 0.5 == pytest.approx(z * np.sqrt(by_chance + 0.04 * 0.205**2))


@pytest.mark.parametrize("theta", [(0.0, 1.0), (-0.4, 0.7), (-1.0, 0.7)])
@pytest.mark.parametrize("n", [60, 300])
def test_about_95_of_100_intervals_hold_the_realized_metric(n, theta):
    rng, repeats, calibrator = np.random.default_rng(24), 3000, sure(*theta)
    score = rng.beta(4, 5, n)
    made = (rng.random((repeats, n)) < calibrator(score)).astype(float)
    told, found = named(estimated(score, calibrator, THRESHOLD, 0.95)), realized_metrics(made, score)
    assert list(told) == list(found) == NAMES
    for name, one in told.items():
        held = np.mean((one.low <= found[name]) & (found[name] <= one.high))
        assert 0.9 <= held <= 0.995, (name, held)


def test_about_95_of_100_intervals_hold_the_realized_metric_though_calibration_was_learned_from_few():
    rng, repeats, few, many = np.random.default_rng(24), 300, 400, 2000
    truth, held, held_if_known = sure(-0.3, 0.8), dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, 0)
    for _ in range(repeats):
        old, new = rng.beta(4, 5, few), rng.beta(4, 5, many)
        learned = learn_calibrator((rng.random(few) < truth(old)).astype(float), old)
        found = realized_metrics((rng.random((1, many)) < truth(new)).astype(float), new)
        for counts, one in ((held, learned), (held_if_known, Calibrator(learned.theta, np.zeros((2, 2))))):
            for told in estimated(new, one, THRESHOLD, 0.95):
                counts[told.metric] += told.low <= found[told.metric][0] <= told.high
    for name, times in held.items():
        assert 0.9 <= times / repeats <= 0.995, (name, times / repeats)
    # and the part of the interval that learning adds is what does it
    assert max(held_if_known[name] for name in ("log_loss", "roc_auc", "make_rate")) < 0.85 * repeats


# ---- what calibration is, and how it wanders


@given(some_scores, thetas)
def test_calibrated_log_odds_are_a_straight_line(drawn, theta):
    score = np.array(drawn) / 40
    assert logit(sure(*theta)(score)) == pytest.approx(theta[0] + theta[1] * logit(score))
    assert IDENTITY(score) == pytest.approx(score)


def test_a_learned_calibrator_is_the_recalibration_or_none():
    rng = np.random.default_rng(24)
    score = rng.random(200)
    made, weight = (rng.random(200) < score).astype(float), rng.uniform(0.5, 2, 200)
    learned = learn_calibrator(made, score, weight)
    theta, covariance = recalibrate(made, score, weight)
    assert (learned.theta.tolist(), learned.covariance.tolist()) == (theta.tolist(), covariance.tolist())
    assert learn_calibrator(np.ones(200), score) is None


def stretches(number: int, spread: tuple[float, float], n: int = 1500) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return outcomes and scores of stretches whose intercepts and slopes differ by that much."""
    rng = np.random.default_rng(24)
    drawn = []
    for _ in range(number):
        score = rng.beta(4, 5, n)
        drawn.append(((rng.random(n) < sure(*rng.normal([0, 1], spread))(score)).astype(float), score))
    return drawn


def test_wander_is_the_variance_between_stretches_beyond_that_of_sampling():
    three = stretches(3, (0.5, 0.5), n=300)
    fits = [recalibrate(*stretch) for stretch in three]
    expected = [
        max(0, np.var([fit[0][at] for fit in fits], ddof=1) - np.mean([fit[1][at, at] for fit in fits]))
        for at in (0, 1)
    ]
    assert max(expected) > 0
    assert wander(three) == pytest.approx(np.diag(expected))


@pytest.mark.parametrize("spread", [(0.3, 0.0), (0.0, 0.5), (0.3, 0.5)])
def test_wander_finds_the_spread_that_there_is(spread):
    found = wander(stretches(80, spread))
    assert np.sqrt(np.diag(found)) == pytest.approx(spread, abs=0.09)
    assert found[0, 1] == found[1, 0] == 0


def test_wander_is_nothing_where_stretches_are_too_few_or_have_no_fit():
    two, no_fit = stretches(2, (2, 1)), (np.ones(50), np.linspace(0.2, 0.8, 50))
    assert wander(two).tolist() == wander([*two, no_fit, no_fit]).tolist() == np.zeros((2, 2)).tolist()
    assert wander([*stretches(3, (2, 1)), no_fit]) == pytest.approx(wander(stretches(3, (2, 1))))


# ---- importance weights


def test_importance_weights_follow_a_shift_that_the_score_does_not_see():
    # Whether the season is one of the playoffs changes the odds, and not the score; one in five shots was of playoffs,
    # four in five are now: their density ratio is 4, that of the others 1/4.
    rng = np.random.default_rng(24)

    def draw(n, share):
        playoffs, score = rng.random(n) < share, rng.beta(4, 5, n)
        return playoffs, score, expit(logit(score) + np.where(playoffs, -1.0, 0.5))

    playoffs, score, truth = draw(20_000, 0.2)
    _, new_score, new_truth = draw(20_000, 0.8)
    made = (rng.random(20_000) < truth).astype(float)
    plain, weighted = (learn_calibrator(made, score, w) for w in (None, np.where(playoffs, 4.0, 0.25)))
    old, now = truth.mean(), new_truth.mean()
    assert old - now > 0.15
    assert named(estimated(new_score, plain, 0.5, 0.95))["make_rate"].value == pytest.approx(old, abs=0.02)
    told = named(estimated(new_score, weighted, 0.5, 0.95))
    assert told["make_rate"].value == pytest.approx(now, abs=0.02)
    assert told["make_rate"].low <= now <= told["make_rate"].high
    assert told["log_loss"].value == pytest.approx(expected_log_loss(new_score, new_truth).mean(), abs=0.02)
