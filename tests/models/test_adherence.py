import numpy as np
import pandas as pd
import pytest

from kobe_shots.models import evaluation
from kobe_shots.models.adherence import FeatureShift, judge, shifts
from kobe_shots.models.evaluation import Estimate
from kobe_shots.parameters import Adherence, Evaluation
from kobe_shots.shots.schema import FEATURES
from kobe_shots.verdicts import Severity

LIMITS = Adherence(
    minimum_labelled=500, minimum_skill_retained=0.5, minimum_share_in_support=0.9, support_coverage=0.98
)
DISTANCE = {
    "feature": "shot_distance",
    "learned_mean": 10.185,
    "learned_low": 0,
    "learned_high": 23.456,
    "new_mean": 25.582,
}
IN_SUPPORT = FeatureShift(**DISTANCE, share_in_support=0.95)
OUT_OF_SUPPORT = FeatureShift(**DISTANCE, share_in_support=0.0327)
PERIOD = FeatureShift(
    feature="period", learned_mean=2.5, learned_low=1, learned_high=5, new_mean=2.7, share_in_support=0.999
)


def skill(value, low, high, n=5412):
    return Estimate(metric="log_loss", value=value, low=low, high=high, n=n)


LEARNED = skill(0.02, 0.014, 0.026, n=4057)  # so 0.01 is asked for
KEPT, LOST, UNCLEAR = skill(0.015, 0.005, 0.025), skill(0.001, -0.004, 0.006), skill(0.008, -0.01, 0.026)


# ---- shifts


def test_shifts_are_means_and_shares_computed_by_hand():
    learned = pd.DataFrame({name: np.arange(101.0) for name in FEATURES})  # central 90%: 5 to 95, both included
    new = pd.DataFrame(dict.fromkeys(FEATURES, 50.0), index=range(4))
    new["lat"] = [4.9, 5, 95, 95.1]
    new["period"] = [0, 1, 2, 97]
    by_feature = {shift.feature: shift for shift in shifts(learned, new, 0.9)}
    assert list(by_feature) == FEATURES
    lat, lon, period = (by_feature[name] for name in ("lat", "lon", "period"))
    assert (lat.learned_mean, lat.new_mean, lat.share_in_support) == (50, 50, 0.5)
    assert [lat.learned_low, lat.learned_high] == pytest.approx([5, 95])
    assert [period.learned_low, period.learned_high] == [lat.learned_low, lat.learned_high]
    assert (lon.new_mean, lon.share_in_support) == (50, 1)
    assert (period.new_mean, period.share_in_support) == (25, 0)


def test_a_base_lies_in_its_own_support_but_for_the_tails():
    rng = np.random.default_rng(24)
    base = pd.DataFrame(rng.normal(size=(10_000, 6)), columns=FEATURES)
    for shift in shifts(base, base, 0.98):
        assert shift.share_in_support == pytest.approx(0.98, abs=1e-4)
        assert shift.learned_mean == shift.new_mean
        ends = np.quantile(base[shift.feature], [0.01, 0.99])
        assert [shift.learned_low, shift.learned_high] == pytest.approx(ends, abs=1e-12)


def test_a_feature_with_two_values_is_never_out_of_support():
    learned = pd.DataFrame({name: [0, 1] * 50 for name in FEATURES})
    new = pd.DataFrame({name: [1, 1, 1, 0] for name in FEATURES})
    assert [shift.share_in_support for shift in shifts(learned, new, 0.98)] == [1] * 6


# ---- judge


@pytest.mark.parametrize(
    ("new", "moved", "code", "severity"),
    [
        (KEPT, IN_SUPPORT, "adherent", Severity.OK),
        (KEPT, OUT_OF_SUPPORT, "out_of_support", Severity.ACT),
        (LOST, IN_SUPPORT, "skill_lost", Severity.ACT),
        (LOST, OUT_OF_SUPPORT, "skill_lost", Severity.ACT),
        (UNCLEAR, IN_SUPPORT, "too_few_labels", Severity.CANNOT_TELL),
        (UNCLEAR, OUT_OF_SUPPORT, "out_of_support", Severity.ACT),
        (KEPT.model_copy(update={"n": 499}), IN_SUPPORT, "too_few_labels", Severity.CANNOT_TELL),
        (KEPT.model_copy(update={"n": 499}), OUT_OF_SUPPORT, "out_of_support", Severity.ACT),
        (None, IN_SUPPORT, "too_few_labels", Severity.CANNOT_TELL),
        (None, OUT_OF_SUPPORT, "out_of_support", Severity.ACT),
    ],
)
def test_every_code(new, moved, code, severity):
    verdict = judge(LEARNED, new, [PERIOD, moved], LIMITS)
    assert (verdict.code, verdict.severity) == (code, severity)
    opening = {Severity.OK: "The champion is adherent: ", Severity.ACT: "The champion is not adherent: "}
    assert verdict.sentence.startswith(opening.get(severity, "Cannot tell whether the champion is adherent: "))


def test_every_limit_counts_as_met():
    at_the_limits = skill(0.01, 1e-9, 0.02, n=500)
    at_the_edge = IN_SUPPORT.model_copy(update={"share_in_support": 0.9})
    assert judge(LEARNED, at_the_limits, [at_the_edge], LIMITS).code == "adherent"


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (skill(0.0099, 0.001, 0.02), "too_few_labels"),  # some skill, for certain, but enough?
        (skill(0.02, 0.0, 0.04), "too_few_labels"),  # enough, but perhaps none
        (skill(0.005, 0.001, 0.0099), "skill_lost"),  # some, for certain, and too little, for certain
        (skill(-0.0135, -0.0177, -0.0092), "skill_lost"),
    ],
)
def test_skill_must_be_there_for_certain_and_be_lost_for_certain(new, code):
    assert judge(LEARNED, new, [IN_SUPPORT], LIMITS).code == code


def test_a_champion_without_skill_of_its_own_still_has_to_beat_the_constant():
    without = skill(-0.01, -0.02, -0.001, n=4057)
    assert judge(without, skill(-0.004, -0.006, -0.002), [IN_SUPPORT], LIMITS).code == "skill_lost"
    assert judge(without, skill(0.004, 0.002, 0.006), [IN_SUPPORT], LIMITS).code == "adherent"


def test_the_sentence_carries_the_numbers_and_the_farthest_feature():
    assert judge(LEARNED, skill(-0.01349, -0.01769, -0.00923), [PERIOD, OUT_OF_SUPPORT], LIMITS).sentence == (
        "The champion is not adherent: its log loss is 0.0135 [0.0092, 0.0177] above that of a constant that knows the "
        "make rate of these 5,412 labelled shots, 0.0200 [0.0140, 0.0260] below on its own test base; 3.3% of the new "
        "shots lie within the central 98% of the learned ones in shot_distance (0 to 23.46)."
    )
    assert judge(LEARNED, None, [PERIOD, OUT_OF_SUPPORT], LIMITS).sentence == (
        "The champion is not adherent: 3.3% of the new shots lie within the central 98% of the learned ones in "
        "shot_distance (0 to 23.46); its skill cannot be measured on fewer than 500 labelled shots."
    )
    assert judge(LEARNED, UNCLEAR, [IN_SUPPORT], LIMITS).sentence == (
        "Cannot tell whether the champion is adherent: its log loss is between 0.0100 above and 0.0260 below that of a "
        "constant that knows the make rate of these 5,412 labelled shots, 0.0200 [0.0140, 0.0260] below on its own "
        "test base; whether it keeps the 50% of that which are asked for takes more labelled shots; 95.0% "
        "of the new shots lie within the central 98% of the learned ones in shot_distance (0 to 23.46)."
    )
    assert judge(LEARNED, KEPT, [IN_SUPPORT], LIMITS).sentence == (
        "The champion is adherent: its log loss is 0.0150 [0.0050, 0.0250] below that of a constant that knows the "
        "make rate of these 5,412 labelled shots, 0.0200 [0.0140, 0.0260] below on its own test base; 95.0% of the new "
        "shots lie within the central 98% of the learned ones in shot_distance (0 to 23.46)."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (skill(0.02, 0.001, 0.04), "0.0200 [0.0010, 0.0400] below"),
        (skill(-0.02, -0.04, -0.001), "0.0200 [0.0010, 0.0400] above"),
        (skill(-0.01, -0.04, 0.02), "between 0.0400 above and 0.0200 below"),
        (skill(0.01, -0.02, 0.04), "between 0.0200 above and 0.0400 below"),
    ],
)
def test_a_log_loss_is_said_to_be_above_or_below_only_where_the_whole_interval_is(found, said):
    on_production = judge(LEARNED, found, [OUT_OF_SUPPORT], LIMITS).sentence
    assert f"its log loss is {said} that of a constant that knows the make rate of these 5,412" in on_production
    at_home = judge(found, KEPT, [OUT_OF_SUPPORT], LIMITS).sentence
    assert f"labelled shots, {said} on its own test base" in at_home


def test_a_champion_that_keeps_all_its_skill_is_hardly_ever_said_to_have_lost_it():
    codes = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        probability = 1 / (1 + np.exp(0.09 - 0.36 * rng.normal(size=500)))
        made = pd.Series((rng.random(500) < probability).astype(int))
        how = Evaluation(confidence=0.95, resamples=100, seed=24)
        found = evaluation.skill(made, probability, float(made.mean()), how)
        codes.append(judge(skill(0.0156, 0.011, 0.02, n=4057), found, [IN_SUPPORT], LIMITS).code)
    assert codes.count("skill_lost") <= 3
    assert codes.count("adherent") > 10
