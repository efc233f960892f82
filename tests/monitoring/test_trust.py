from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kobe_shots.models import metrics
from kobe_shots.monitoring.shift import Shift, domain_shift
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trust import Level, bounds, check, labels_to_ask
from kobe_shots.parameters import Labels, Trust

LIMITS = Trust(
    minimum_shots=100,
    minimum_share_in_support=0.9,
    trusted_auc=0.9,
    caution_auc=0.96,
    minimum_effective_share=0.1,
    trusted_weight=(0.67, 1.5),
    caution_weight=(0.5, 2.0),
)
EVEN = np.ones(1000)
METRICS = ["log_loss", "brier", "make_rate", "f1", "roc_auc"]
shots = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1), st.booleans()), min_size=1, max_size=30)


def shift(auc: float = 0.6, weights: np.ndarray = EVEN) -> Shift:
    return Shift(auc, np.arange(len(weights)), weights)


def lopsided(effective_share: float, mean: float = 1.0) -> np.ndarray:
    """Return weights of that mean and effective share: so many weigh alike, the others nothing."""
    used = np.arange(1000) < round(1000 * effective_share)
    return mean * used / used.mean()


def named(told: list[Told]) -> dict[str, Told]:
    return {one.metric: one for one in told}


def realized(made: np.ndarray, probability: np.ndarray, threshold: float) -> dict[str, float]:
    found = {
        "log_loss": metrics.log_loss(made, probability),
        "brier": metrics.brier(made, probability),
        "make_rate": made.mean(),
        "f1": metrics.f1(made, probability, threshold),
    }
    if 0 < made.mean() < 1:
        found["roc_auc"] = metrics.roc_auc(made, probability)
    return found


# ---- check


@pytest.mark.parametrize(
    ("n", "share", "found", "level", "said"),
    [
        (99, 1.0, None, Level.NOT_ESTIMABLE, "99 shots are too few to estimate from; at least 100 are needed"),
        (0, 0.0, None, Level.NOT_ESTIMABLE, "0 shots are too few"),
        (100, 0.9, None, Level.TRUSTED, "90.0% of the 100 shots are in support"),
        (2000, 0.89, None, Level.NOT_ESTIMABLE, "11.0% of the 2,000 shots are unlike all that the model was trained"),
        (500, 1.0, shift(0.961), Level.NOT_ESTIMABLE, "told apart nearly always (domain AUC 0.961, at most 0.96"),
        (500, 1.0, shift(0.96), Level.CAUTION, "the new shots differ much from the reference (domain AUC 0.960"),
        (500, 1.0, shift(0.901), Level.CAUTION, "domain AUC 0.901, mean density weight 1.00, effective sample size"),
        (500, 1.0, shift(0.9), Level.TRUSTED, "100.0% of the 500 shots are in support and they resemble"),
        (500, 1.0, shift(weights=0.49 * EVEN), Level.NOT_ESTIMABLE, "the reference cannot be weighted to look like"),
        (500, 1.0, shift(weights=2.01 * EVEN), Level.NOT_ESTIMABLE, "mean density weight 2.01"),
        (500, 1.0, shift(weights=0.5 * EVEN), Level.CAUTION, "mean density weight 0.50"),
        (500, 1.0, shift(weights=1.51 * EVEN), Level.CAUTION, "mean density weight 1.51"),
        (500, 1.0, shift(weights=1.5 * EVEN), Level.TRUSTED, "mean density weight 1.50"),
        (500, 1.0, shift(weights=lopsided(0.09)), Level.CAUTION, "effective sample size 9%"),
        (500, 1.0, shift(weights=lopsided(0.11)), Level.TRUSTED, "effective sample size 11%"),
    ],
)
def test_each_assumption_is_checked_at_its_limit(n, share, found, level, said):
    believed = check(n, share, LIMITS, found)
    assert believed.level == level
    assert said in believed.reason


@pytest.mark.parametrize(
    ("n", "share", "found", "reason"),
    [
        (50, 0.1, shift(0.99, 9 * EVEN), "too few"),
        (500, 0.1, shift(0.99, 9 * EVEN), "unlike all"),
        (500, 1.0, shift(0.99, 9 * EVEN), "told apart nearly always"),
        (500, 1.0, shift(0.95, 9 * EVEN), "cannot be weighted"),
    ],
)
def test_the_first_reason_is_the_one_that_is_given(n, share, found, reason):
    believed = check(n, share, LIMITS, found)
    assert believed.level == Level.NOT_ESTIMABLE
    assert reason in believed.reason


def test_groups_without_overlap_are_not_estimable_though_the_effective_share_is_full():
    rng = np.random.default_rng(24)
    reference, new = (pd.DataFrame({"lat": rng.normal(size=800), "playoffs": now}) for now in (0, 1))
    apart = domain_shift(reference, new, 1000, rng)
    assert apart.effective_share > 0.95
    believed = check(800, 1.0, LIMITS, apart)
    assert believed.level == Level.NOT_ESTIMABLE
    assert "can be told apart nearly always (domain AUC 1.000" in believed.reason
    # weights that are all one alone would be believed
    assert check(800, 1.0, LIMITS, shift(0.6, apart.weights / apart.mean_weight)).level == Level.TRUSTED


def test_what_is_believed_is_a_level_with_a_reason():
    believed = check(120, 0.95, LIMITS)
    assert (believed.level, believed.reason) == (Level.TRUSTED, "95.0% of the 120 shots are in support")


# ---- bounds


@given(shots, st.sampled_from([0.3, 0.5, 1.0]))
def test_bounds_hold_the_metric_whatever_the_outcomes(drawn, threshold):
    score, made, in_support = (np.array(column) for column in zip(*drawn, strict=True))
    told = named(bounds(score / 20, in_support, threshold, []))
    assert list(told) == METRICS
    for name, value in realized(made.astype(float), score / 20, threshold).items():
        assert told[name].low - 1e-9 <= value <= told[name].high + 1e-9, name
        assert (told[name].value, told[name].n) == (None, len(score))


@settings(max_examples=60)
@given(shots, st.floats(0, 0.1))
def test_with_an_estimate_inside_bounds_hold_the_metric_whatever_the_outcomes_outside(drawn, width):
    score, made, in_support = (np.array(column) for column in zip(*drawn, strict=True))
    inside = []
    if in_support.any():
        known = realized(made[in_support].astype(float), score[in_support] / 20, 0.5)
        n = int(in_support.sum())
        inside = [Told(metric=k, n=n, value=v, low=v - width, high=v + width) for k, v in known.items()]
    told = named(bounds(score / 20, in_support, 0.5, inside))
    for name, value in realized(made.astype(float), score / 20, 0.5).items():
        assert told[name].low - 1e-9 <= value <= told[name].high + 1e-9, name


@given(st.lists(st.integers(1, 19), min_size=1, max_size=20))
def test_bounds_are_reached_where_all_goes_well_and_where_all_goes_ill(drawn):
    probability = np.array(drawn) / 20
    told = named(bounds(probability, np.zeros(len(drawn), dtype=bool), 0.5, []))
    well, ill = (realized(made, probability, 0.5) for made in (probability > 0.5, probability <= 0.5))
    for name in ("log_loss", "brier"):
        assert (told[name].low, told[name].high) == pytest.approx((well[name], ill[name]))
    assert (told["make_rate"].low, told["make_rate"].high) == (0, 1)


def test_bounds_by_hand():
    # two of four shots are in support, and cost 0.6 to 0.7 each; the others, at 0.2 and 0.9, cost what they may
    inside = [
        Told(metric="log_loss", n=2, value=0.65, low=0.6, high=0.7),
        Told(metric="brier", n=2, value=0.23, low=0.2, high=0.25),
        Told(metric="make_rate", n=2, value=0.5, low=0.25, high=0.75),
    ]
    told = named(bounds(np.array([0.5, 0.2, 0.5, 0.9]), np.array([True, False, True, False]), 0.5, inside))
    well, ill = -np.log(0.8) - np.log(0.9), -np.log(0.2) - np.log(0.1)
    expected = {
        "log_loss": ((1.2 + well) / 4, (1.4 + ill) / 4),
        "brier": ((0.4 + 0.04 + 0.01) / 4, (0.5 + 0.64 + 0.81) / 4),
        "make_rate": (0.5 / 4, (1.5 + 2) / 4),
        "f1": (0, 1),
        "roc_auc": (0, 1),
    }
    for name, ends in expected.items():
        assert (told[name].low, told[name].high) == pytest.approx(ends), name


def test_where_all_shots_are_in_support_bounds_are_the_estimate():
    inside = [Told(metric="log_loss", n=3, value=0.6, low=0.5, high=0.7)]
    told = named(bounds(np.array([0.3, 0.4, 0.5]), np.ones(3, dtype=bool), 0.5, inside))
    assert (told["log_loss"].low, told["log_loss"].high) == pytest.approx((0.5, 0.7))


def test_f1_is_zero_where_nothing_is_called():
    told = named(bounds(np.array([0.3, 0.5]), np.zeros(2, dtype=bool), 0.5, []))
    assert (told["f1"].low, told["f1"].high) == (0, 0)


# ---- how many labels to ask for


def test_the_number_of_labels_by_hand():
    # The loss of a shot at 0.4 is -ln 0.4 or -ln 0.6: its standard deviation is sqrt(0.24) ln 1.5. 1.96 and 0.8416 are
    # the normal quantiles of 95% confidence and 80% power.
    sd = np.sqrt(0.24) * np.log(1.5)
    expected = ceil(((1.959964 + 0.841621) * sd / 0.01) ** 2)
    ask = Labels(power=0.8, effects=(0.01,), confidence=0.95)
    assert labels_to_ask(np.full(10, 0.4), np.full(10, 0.4), 0.01, ask) == expected == 3097


@given(st.lists(st.tuples(st.integers(1, 39), st.integers(1, 39)), min_size=1, max_size=20), st.floats(0.01, 0.1))
def test_the_spread_of_a_loss_is_that_over_shots_and_outcomes(drawn, effect):
    probability, calibrated = np.array(drawn).T / 40
    ask = Labels(power=0.9, effects=(effect,), confidence=0.9)
    loss = -np.log(np.r_[probability, 1 - probability])
    weight = np.r_[calibrated, 1 - calibrated]
    variance = np.average((loss - np.average(loss, weights=weight)) ** 2, weights=weight)
    needed = ((stats.norm.ppf(0.95) + stats.norm.ppf(0.9)) / effect) ** 2 * variance
    assert labels_to_ask(probability, calibrated, effect, ask) == pytest.approx(needed, abs=1 + 1e-6)


def test_so_many_labels_have_that_power():
    rng, ask = np.random.default_rng(24), Labels(power=0.8, effects=(0.05,), confidence=0.95)
    probability = np.full(4000, 0.4)
    n = labels_to_ask(probability, probability, 0.05, ask)
    usual = -(0.4 * np.log(0.4) + 0.6 * np.log(0.6))
    harder = 0.4 + 0.05 / np.log(1.5)  # the make rate at which the loss of a score of 0.4 is 0.05 more
    makes = rng.binomial(n, harder, 20_000)
    loss = -(makes * np.log(0.4) + (n - makes) * np.log(0.6)) / n
    half = stats.norm.ppf(0.975) * np.sqrt(0.24) * np.log(1.5) / np.sqrt(n)
    assert np.mean(loss - usual > half) == pytest.approx(0.8, abs=0.03)


def test_half_the_effect_takes_four_times_the_labels_and_more_power_takes_more():
    score = np.linspace(0.2, 0.7, 50)
    sizes = [
        labels_to_ask(score, score, effect, Labels(power=power, effects=(effect,), confidence=confidence))
        for effect, power, confidence in ((0.02, 0.8, 0.95), (0.01, 0.8, 0.95), (0.02, 0.9, 0.95), (0.02, 0.8, 0.99))
    ]
    assert sizes[1] == pytest.approx(4 * sizes[0], abs=4)
    assert min(sizes[2:]) > sizes[0]
