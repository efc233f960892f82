import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from kobe_shots.models.metrics import brier
from kobe_shots.monitoring.calibration import calibration, expected_calibration_error, log_odds, recalibrate
from kobe_shots.monitoring.told import Told

LEVELS = np.array([0.2, 0.35, 0.5, 0.7])
seeds = st.integers(0, 2**32 - 1)


def draw(seed: int, n: int, *, intercept: float, slope: float, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes and scores of shots whose log odds are that straight line of the score's."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-0.4, spread, n)
    return (rng.random(n) < expit(intercept + slope * odds)).astype(float), expit(odds)


def fit_of_scikit_learn(made, score, weight=None):
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=2000)
    model.fit(log_odds(score)[:, None], made, sample_weight=weight)
    return [model.intercept_[0], model.coef_[0, 0]]


def named(told: list[Told]) -> dict[str, Told]:
    return {one.metric: one for one in told}


def tell(made, probability, confidence=0.95, seed=24):
    return named(calibration(np.asarray(made, float), np.asarray(probability, float), confidence, generator(seed)))


def generator(seed: int = 24) -> np.random.Generator:
    return np.random.default_rng(seed)


# ---- recalibration


@given(seeds, st.floats(-1, 1), st.floats(0.3, 2), st.booleans())
def test_the_fit_is_that_of_scikit_learn(seed, intercept, slope, is_weighted):
    made, score = draw(seed, 120, intercept=intercept, slope=slope)
    assume(20 <= made.sum() <= 100)
    weight = np.random.default_rng(seed).uniform(0.2, 5, 120) if is_weighted else None
    theta, _ = recalibrate(made, score, weight)
    assert theta == pytest.approx(fit_of_scikit_learn(made, score, weight), abs=1e-4)


@pytest.mark.parametrize("spread", [1, 2, 4])
@pytest.mark.parametrize("slope", [0, 0.1, -0.5])
def test_scores_that_are_far_too_bold_have_a_fit_too(spread, slope):
    made, score = draw(24, 400, intercept=0, slope=slope, spread=spread)
    fit = recalibrate(made, score)
    assert fit is not None
    assert fit[0] == pytest.approx(fit_of_scikit_learn(made, score), abs=1e-4)


def test_the_fit_of_two_groups_goes_through_the_rates_of_both():
    # 3 of 10 in at a score of 0.2, 16 of 20 at one of 0.6; the variances of log odds of rates are 1 / (n p q)
    made, score = np.repeat([1.0, 0, 1, 0], [3, 7, 16, 4]), np.repeat([0.2, 0.6], [10, 20])
    (intercept, slope), covariance = recalibrate(made, score)
    far = logit(0.6) - logit(0.2)
    assert slope == pytest.approx((logit(0.8) - logit(0.3)) / far)
    assert intercept + slope * logit(0.6) == pytest.approx(logit(0.8))
    assert covariance[1, 1] == pytest.approx((1 / 2.1 + 1 / 3.2) / far**2)


def test_with_the_slope_held_the_expected_makes_are_the_makes():
    made, score = draw(3, 200, intercept=0.8, slope=0.4)
    (intercept, slope), covariance = recalibrate(made, score, slope=False)
    expected = expit(intercept + logit(score))
    assert slope == 1
    assert expected.sum() == pytest.approx(made.sum())
    assert covariance == pytest.approx(np.array([[1 / (expected * (1 - expected)).sum()]]))


@given(seeds)
def test_a_whole_weight_is_as_many_shots_for_the_fit(seed):
    made, score = draw(seed, 80, intercept=0.2, slope=0.8)
    assume(15 <= made.sum() <= 65)
    weight = np.random.default_rng(seed).integers(1, 4, 80)
    weighted, _ = recalibrate(made, score, weight.astype(float))
    repeated, _ = recalibrate(np.repeat(made, weight), np.repeat(score, weight))
    assert weighted == pytest.approx(repeated, abs=1e-8)


def test_weights_of_some_shots_make_the_fit_less_certain_as_a_bootstrap_does():
    made, score = draw(5, 600, intercept=0.3, slope=0.9)
    weight = np.where(np.arange(600) % 6 == 0, 9.0, 0.5)
    _, covariance = recalibrate(made, score, weight)
    rng, again = generator(), []
    for _ in range(400):
        rows = rng.integers(0, 600, 600)
        again.append(recalibrate(made[rows], score[rows], weight[rows])[0])
    found = np.sqrt(np.diag(covariance))
    assert found == pytest.approx(np.std(again, axis=0, ddof=1), rel=0.15)
    assert (found > 1.3 * np.sqrt(np.diag(recalibrate(made, score)[1]))).all()


@pytest.mark.parametrize("scale", [0.001, 2, 50])
@pytest.mark.parametrize("alike", [True, False], ids=["all weights alike", "weights differ"])
def test_the_scale_of_the_weights_plays_no_part(scale, alike):
    made, score = draw(6, 200, intercept=0.1, slope=1)
    weight = np.ones(200) if alike else np.linspace(0.2, 3, 200)
    theta, covariance = recalibrate(made, score, weight)
    scaled_theta, scaled_covariance = recalibrate(made, score, scale * weight)
    assert scaled_theta == pytest.approx(theta, abs=1e-9)
    assert scaled_covariance == pytest.approx(covariance, rel=1e-6)


@pytest.mark.parametrize(
    ("made", "score"),
    [
        (np.ones(40), np.linspace(0.1, 0.9, 40)),
        (np.zeros(40), np.linspace(0.1, 0.9, 40)),
        (np.repeat([1.0, 0], 20), np.full(40, 0.4)),
        (np.repeat([0.0, 1], 20), np.linspace(0.1, 0.9, 40)),
        (np.repeat([1.0, 0], 20), np.linspace(0.1, 0.9, 40)),
    ],
    ids=["baskets only", "misses only", "constant score", "perfect order", "perfect disorder"],
)
def test_there_is_no_fit_where_it_would_not_be_finite(made, score):
    assert recalibrate(made, score) is None


@given(st.lists(st.floats(0.001, 0.999), min_size=1))
def test_log_odds_are_the_logit(drawn):
    assert log_odds(drawn) == pytest.approx(logit(drawn))
    assert np.isfinite(log_odds([0, 1])).all()


# ---- intercept and slope


def test_a_worthless_score_has_a_slope_near_zero_not_none():
    slope = tell(*draw(24, 600, intercept=0, slope=0))["calibration_slope"]
    assert slope.value is not None
    assert slope.low < 0 < slope.high < 0.5


def test_what_a_constant_score_cannot_tell_is_said():
    told = tell([1] * 20 + [0] * 40, [0.5] * 60)
    assert (told["calibration_slope"].value, told["calibration_slope"].reason) == (None, "the score is constant")
    assert told["calibration_intercept"].value == pytest.approx(logit(1 / 3))


def test_outcomes_in_perfect_order_have_no_slope():
    told = tell(np.repeat([0, 1], 20), np.linspace(0.1, 0.9, 40))
    assert (told["calibration_slope"].value, told["calibration_slope"].reason) == (None, "no finite fit exists")
    assert told["calibration_intercept"].value == pytest.approx(0, abs=1e-9)


# ---- the expected calibration error, and the parts of the Brier score


def test_the_error_is_computed_by_hand():
    # three bins of four: means 0.25, 0.5, 0.8, rates 1/4, 3/4, 1/2
    probability = [0.2, 0.2, 0.3, 0.3, 0.5, 0.5, 0.5, 0.5, 0.7, 0.8, 0.8, 0.9]
    made = [1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0]
    assert expected_calibration_error(made, probability, bins=3) == pytest.approx((0 + 0.25 + 0.3) / 3)
    assert expected_calibration_error(made, probability, bins=1) == pytest.approx(abs(6.2 / 12 - 0.5))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10)), min_size=1, max_size=60), st.integers(1, 12))
def test_the_error_lies_between_that_of_one_bin_and_the_mean_distance(drawn, bins):
    made, tenths = np.array(drawn).T
    error = expected_calibration_error(made, tenths / 10, bins)
    assert abs(made.mean() - tenths.mean() / 10) - 1e-12 <= error <= np.abs(made - tenths / 10).mean() + 1e-12


@given(st.permutations(range(30)))
def test_the_order_of_shots_plays_no_part(order):
    made, score = draw(9, 30, intercept=0, slope=1)
    error = expected_calibration_error(made, score)
    assert expected_calibration_error(made[order], score[order]) == pytest.approx(error)


@given(seeds, st.sampled_from([40, 100, 400]))
def test_the_parts_add_up_to_the_brier_score_of_the_binned_probabilities(seed, n):
    rng = np.random.default_rng(seed)
    probability = rng.choice(LEVELS, n)
    made = (rng.random(n) < 0.5).astype(float)
    assume(10 <= made.sum() <= n - 10)
    told = tell(made, probability)
    bins = min(10, n // 30)
    below = np.searchsorted(np.sort(probability), probability, side="left") * bins // n
    binned = np.array([probability[below == of].mean() for of in below])
    parts = told["brier_calibration"].value + told["brier_refinement"].value
    assert parts == pytest.approx(brier(made, binned))
    assert told["ece"].value == pytest.approx(expected_calibration_error(made, probability, bins))


def test_the_interval_of_refinement_makes_up_for_rates_that_fit_their_own_bins_too_well():
    made, score = draw(11, 90, intercept=0, slope=1)
    told = tell(made, score)["brier_refinement"]
    assert (told.low + told.high) / 2 == pytest.approx(told.value * 90 / (90 - 3))


@settings(max_examples=50)
@given(seeds)
def test_an_interval_holds_its_value(seed):
    rng = np.random.default_rng(seed)
    made, score = draw(seed, 120, intercept=rng.normal(), slope=1)
    assume(10 <= made.sum() <= 110)
    told = tell(made, score)
    assert list(told) == [
        *("calibration_intercept", "calibration_slope", "ece", "ece_null", "brier_calibration", "brier_refinement")
    ]
    for name, one in told.items():
        assert one.n == 120
        assert one.low <= one.value <= one.high, name
        if not name.startswith("calibration_"):
            assert one.low >= 0


def test_the_seed_decides_and_reaches_the_simulated_ends_alone():
    made, score = draw(7, 300, intercept=0.8, slope=1)
    once, again, other = (tell(made, score, seed=seed) for seed in (24, 24, 7))
    assert once == again
    assert [name for name in once if once[name] != other[name]] == ["ece", "ece_null", "brier_calibration"]


def test_an_error_beyond_chance_is_told_from_chance():
    good, bad = (tell(*draw(8, 2000, intercept=shift, slope=1)) for shift in (0, 0.5))
    assert good["ece_null"].low < good["ece"].value < good["ece_null"].high
    assert good["ece"].low == good["brier_calibration"].low == 0
    assert bad["ece"].value > 2 * bad["ece_null"].high
    assert bad["ece"].low > bad["ece_null"].high
    assert bad["brier_calibration"].low > 0.001


@pytest.mark.parametrize("shift", [0.0, 0.4])
@pytest.mark.parametrize("n", [60, 300])
def test_about_95_of_100_intervals_hold_the_truth(n, shift):
    probability = np.repeat(LEVELS, n // 4)
    truth = expit(shift + logit(probability))
    # 60 shots make two bins, of the two lower and the two higher levels; 300 shots a bin for each level
    members = probability.reshape(2 if n == 60 else 4, -1)
    rate, mean = truth.reshape(members.shape).mean(axis=1), members.mean(axis=1)
    expected = {
        "calibration_intercept": shift,
        "calibration_slope": 1,
        "ece": np.abs(rate - mean).mean(),
        "brier_calibration": ((rate - mean) ** 2).mean(),
        "brier_refinement": (rate * (1 - rate)).mean(),
    }
    rng, repeats = np.random.default_rng([n, int(10 * shift)]), 250
    held = dict.fromkeys([*expected, "ece_null"], 0)
    for _ in range(repeats):
        told = named(calibration((rng.random(n) < truth).astype(float), probability, 0.95, rng))
        for metric, value in expected.items():
            held[metric] += told[metric].low - 1e-12 <= value <= told[metric].high
        held["ece_null"] += told["ece_null"].low <= told["ece"].value <= told["ece_null"].high
    # these two err to the wide side, by their definition
    conservative = {"ece", "brier_calibration"}
    if shift:
        assert held.pop("ece_null") < 0.9 * repeats
    for metric, times in held.items():
        assert 0.9 <= times / repeats <= (1 if metric in conservative else 0.995), (metric, times / repeats)


def test_confidence_sets_the_width_of_intercept_and_slope():
    made, score = draw(10, 400, intercept=0, slope=1)
    wide, narrow = (tell(made, score, confidence) for confidence in (0.99, 0.8))
    ratio = stats.norm.ppf(0.995) / stats.norm.ppf(0.9)
    for name in ("calibration_intercept", "calibration_slope"):
        assert wide[name].high - wide[name].low == pytest.approx(ratio * (narrow[name].high - narrow[name].low))
