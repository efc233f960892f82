import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.evaluation import Estimate, compare, constant, evaluate, flatten, skill
from kobe_shots.models.metrics import METRICS, log_loss
from kobe_shots.parameters import Evaluation

HOW = Evaluation(confidence=0.95, resamples=400, seed=24)
LEVELS = np.array([0.2, 0.4, 0.6, 0.8])


def draw(seed, n=600):
    """Outcomes of shots whose probabilities are known to be right."""
    rng = np.random.default_rng(seed)
    probability = rng.choice(LEVELS, n)
    return pd.Series((rng.random(n) < probability).astype(int)), probability


def width(estimate):
    return estimate.high - estimate.low


# ---- evaluate


def test_each_metric_comes_with_its_value_and_its_rows():
    made, probability = draw(1)
    found = evaluate(made, probability, HOW)
    assert list(found) == ["log_loss", "f1", "brier", "roc_auc"]
    for name, estimate in found.items():
        assert (estimate.metric, estimate.n) == (name, 600)
        assert estimate.value == pytest.approx(METRICS[name].of(made, probability), abs=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_an_interval_holds_its_value(seed):
    made, probability = draw(seed, n=200)
    for estimate in evaluate(made, probability, HOW).values():
        assert estimate.low < estimate.value < estimate.high


def test_a_constant_has_no_uncertainty_where_the_outcomes_do_not_matter():
    made, _ = draw(1)
    found = evaluate(made, np.full(600, 0.5), HOW)
    expected = {"log_loss": np.log(2), "f1": 0, "brier": 0.25, "roc_auc": 0.5}
    for name, value in expected.items():
        assert [found[name].low, found[name].value, found[name].high] == pytest.approx([value] * 3, abs=1e-12)


def test_an_interval_is_that_of_the_binomial_where_the_metric_is_a_share():
    # Always sure of a basket: the Brier score is the share of misses. 100 misses of 400 shots, resampled, are
    # Binomial(400, 1/4), whose central 95% are 83 to 117.
    made = pd.Series([0] * 100 + [1] * 300)
    brier = evaluate(made, np.ones(400), HOW.model_copy(update={"resamples": 4000}))["brier"]
    assert brier.value == 0.25
    assert [brier.low, brier.high] == pytest.approx([83 / 400, 117 / 400], abs=2 / 400)


def test_an_interval_narrows_with_the_square_root_of_the_rows():
    few, many = (evaluate(*draw(3, n), HOW) for n in (500, 8000))
    for name in METRICS:
        assert 4 * width(many[name]) == pytest.approx(width(few[name]), rel=0.25)


def test_an_interval_widens_with_its_confidence():
    made, probability = draw(4)
    wide, narrow = (evaluate(made, probability, HOW.model_copy(update={"confidence": c})) for c in (0.99, 0.8))
    for name in METRICS:
        assert wide[name].low < narrow[name].low < narrow[name].high < wide[name].high


def test_the_seed_decides():
    made, probability = draw(5)
    once, again = (evaluate(made, probability, HOW) for _ in range(2))
    assert once == again
    other = evaluate(made, probability, HOW.model_copy(update={"seed": 7}))
    assert other["log_loss"].value == once["log_loss"].value
    assert other["log_loss"].low != once["log_loss"].low


def test_the_index_of_the_outcomes_plays_no_part():
    made, probability = draw(6)
    assert evaluate(made.set_axis(made.index[::-1]), probability, HOW) == evaluate(made, probability, HOW)


def test_about_95_of_100_intervals_hold_the_truth():
    share = np.full(4, 1 / 4)
    given_made, given_missed = (share * p / (share * p).sum() for p in (LEVELS, 1 - LEVELS))
    higher = np.tril(np.ones((4, 4)), -1) + np.eye(4) / 2
    truth = {
        "log_loss": -(share * (LEVELS * np.log(LEVELS) + (1 - LEVELS) * np.log(1 - LEVELS))).sum(),
        "roc_auc": given_made @ higher @ given_missed,
    }
    assert truth == pytest.approx({"log_loss": 0.586707, "roc_auc": 0.75})
    how = Evaluation(confidence=0.95, resamples=200, seed=24)
    found = [evaluate(*draw(1000 + seed, n=250), how) for seed in range(200)]
    for name, value in truth.items():
        covered = np.mean([estimates[name].low <= value <= estimates[name].high for estimates in found])
        assert 0.91 <= covered <= 0.98, (name, covered)


@pytest.mark.parametrize("rarer", [0, 1])
def test_too_few_of_a_class_are_refused_with_their_number(rarer):
    probability = np.linspace(0.1, 0.9, 120)
    made = pd.Series(np.where(np.arange(120) < 20, rarer, 1 - rarer))
    assert evaluate(made, probability, HOW)["roc_auc"].n == 120
    counts = "19 baskets and 101 misses" if rarer else "101 baskets and 19 misses"
    with pytest.raises(KobeShotsError, match=rf"from {counts}: at least 20 of each are needed, use more"):
        evaluate(made.replace({rarer: 1 - rarer}).where(np.arange(120) > 18, rarer), probability, HOW)


# ---- compare


def test_a_difference_is_that_of_the_two_values():
    made, probability = draw(7)
    for name in METRICS:
        found = compare(made, probability, np.full(600, 0.6), name, HOW)
        of = METRICS[name].of
        assert found.value == pytest.approx(of(made, probability) - of(made, np.full(600, 0.6)), abs=1e-12)
        assert (found.metric, found.n) == (name, 600)
        assert found.low <= found.value <= found.high


def test_a_comparison_the_other_way_round_has_the_opposite_sign():
    made, probability = draw(8)
    one, other = probability, np.clip(probability + 0.05, 0, 1)
    forth, back = compare(made, one, other, "log_loss", HOW), compare(made, other, one, "log_loss", HOW)
    assert [forth.value, forth.low, forth.high] == pytest.approx([-back.value, -back.high, -back.low], abs=1e-12)


def test_equal_models_differ_by_nothing():
    made, probability = draw(9)
    for name in METRICS:
        found = compare(made, probability, probability, name, HOW)
        assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_paired_interval_is_narrower_than_one_of_two_samples():
    made, probability = draw(10)
    other = np.clip(probability + 0.05, 0, 1)
    apart = np.hypot(*(width(evaluate(made, p, HOW)["log_loss"]) for p in (probability, other)))
    assert width(compare(made, probability, other, "log_loss", HOW)) < apart / 3


def test_a_comparison_on_too_few_of_a_class_is_refused():
    with pytest.raises(KobeShotsError, match="from 0 baskets and 30 misses"):
        compare(pd.Series([0] * 30), np.full(30, 0.5), np.full(30, 0.4), "log_loss", HOW)


def test_a_comparison_by_an_unknown_metric_is_refused():
    made, probability = draw(11)
    with pytest.raises(KobeShotsError, match="Got the metric 'accuracy'; allowed are log_loss, f1, brier, roc_auc"):
        compare(made, probability, probability, "accuracy", HOW)


# ---- constant and skill


def test_a_constant_is_the_rate_for_every_shot():
    predicted = constant(pd.Series([1, 0, 0]), 0.25)
    assert predicted.tolist() == [0.25, 0.25, 0.25]
    assert predicted.dtype == np.float64


def test_skill_is_computed_by_hand():
    # 100 shots, 75 of them in: sure at 0.9 of those and at 0.3 of the others, beside a constant of one half
    made = pd.Series([1] * 75 + [0] * 25)
    found = skill(made, np.where(made, 0.9, 0.3), 0.5, HOW)
    assert found.value == pytest.approx(np.log(2) + 0.75 * np.log(0.9) + 0.25 * np.log(0.7), abs=1e-12)
    assert (found.metric, found.n) == ("log_loss", 100)
    assert 0 < found.low < found.value < found.high


def test_skill_is_how_far_the_log_loss_is_below_the_constants():
    made, probability = draw(12)
    for rate in (0.3, float(made.mean())):
        found = skill(made, probability, rate, HOW)
        assert found == compare(made, np.full(600, rate), probability, "log_loss", HOW)
        assert found.value == pytest.approx(log_loss(made, np.full(600, rate)) - log_loss(made, probability), abs=1e-12)


def test_only_probabilities_worth_having_have_skill():
    made, probability = draw(13)
    rate = float(made.mean())
    assert skill(made, probability, rate, HOW).low > 0
    assert skill(made, 1 - probability, rate, HOW).high < 0
    none = skill(made, np.full(600, rate), rate, HOW)
    assert (none.value, none.low, none.high) == (0, 0, 0)


def test_the_skill_on_too_few_of_a_class_is_refused():
    with pytest.raises(KobeShotsError, match="from 5 baskets and 30 misses"):
        skill(pd.Series([1] * 5 + [0] * 30), np.full(35, 0.5), 0.4, HOW)


# ---- flatten


def test_flat_names_are_those_of_the_metrics_with_the_ends_of_their_intervals():
    dumped = {name: Estimate(metric=name, value=2, low=1, high=3, n=9).model_dump() for name in ("log_loss", "f1")}
    expected = {"log_loss": 2, "log_loss_low": 1, "log_loss_high": 3, "f1": 2, "f1_low": 1, "f1_high": 3}
    assert flatten(dumped) == expected
    assert flatten({}) == {}
