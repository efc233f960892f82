from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from kobe_shots.audit import claimed, explanations, signatures
from kobe_shots.audit.claims import Claim, Claims
from kobe_shots.audit.evidence import Evidence, gather, is_of_predicted_class
from kobe_shots.audit.predictions import Columns, Predictions
from kobe_shots.models.metrics import log_loss
from kobe_shots.parameters import Evaluation
from kobe_shots.verdicts import Severity

HOW = Evaluation(confidence=0.95, resamples=100, seed=24)

# 100 shots: 30 at .75 of which 20 go in, 70 at .25 of which 20 go in. Make rate .4, 70 right, F1 = 2*20/(30+40).
MADE = np.repeat([1.0, 0, 1, 0], [20, 10, 20, 50])
P = np.repeat([0.75, 0.25], [30, 70])
LOSS = (40 * -np.log(0.75) + 30 * -np.log(0.75) + 30 * -np.log(0.25)) / 100  # .6173
AUC = (20 * 50 + 0.5 * (20 * 10 + 20 * 50)) / (40 * 60)  # .6667
NAMES = {"made": "made", "probability": "p", "label": "label", "scores": "p"}


def evidence(probability=P, made=MADE, label=None, threshold=0.5, columns=NAMES):
    return Evidence(columns, made, probability, probability, label, threshold)


def table(score, made=MADE, label=None, by_class=False, rows=None):
    columns = Columns(
        made=None if made is None else "made",
        label=None if label is None else "label",
        probability=None if by_class else "p",
        score="prediction_score" if by_class else None,
    )
    return Predictions(columns, rows or len(score), 0, made, score, by_class, label)


def claims(**values):
    return Claims({name: Claim(name, None if v is None else Decimal(v)) for name, v in values.items()}, given=True)


def codes(found):
    return [verdict.code for verdict in found]


def test_the_table_measures_what_was_computed_by_hand():
    assert evidence().measured == pytest.approx(
        {"log_loss": LOSS, "brier": (70 * 0.0625 + 30 * 0.5625) / 100, "roc_auc": AUC, "f1": 4 / 7, "accuracy": 0.7}
    )


# ---- the scores themselves


def test_hard_labels_cost_36_nats_for_each_error():
    verdict = signatures.hard_labels(evidence(np.round(P)))
    assert (verdict.code, verdict.severity) == ("hard_labels", Severity.ACT)
    assert "its log loss of 10.81 is 36.04 x the error rate 0.3000" in verdict.sentence
    assert signatures.hard_labels(evidence(np.zeros(100))).code == "hard_labels"
    assert signatures.hard_labels(evidence()) is None
    assert signatures.hard_labels(evidence(np.round(P)[:10], MADE[:10])) is None  # ten shots may well be certain


def test_the_score_of_the_predicted_class_is_told_by_its_label():
    label = np.round(P)
    assert is_of_predicted_class(np.full(100, 0.75), label)
    assert not is_of_predicted_class(P, label)
    assert is_of_predicted_class(np.array([0.8, 0.6]), np.zeros(2))
    assert not is_of_predicted_class(np.array([0.3, 0.4]), np.zeros(2))
    assert not is_of_predicted_class(np.array([0.8, 0.6]), np.ones(2))
    assert not is_of_predicted_class(np.array([0.55, 0.7]), np.array([0, 1]))  # cut at .6
    assert not is_of_predicted_class(np.array([0.55, 0.7]), np.array([0, np.nan]))


@pytest.mark.parametrize(
    ("by_class", "code", "severity"),
    [(False, "score_of_predicted_class", Severity.ACT), (True, "score_rectified", Severity.WATCH)],
)
def test_it_is_rectified_and_a_mistake_only_under_another_name(by_class, code, severity):
    e = gather(table(np.full(100, 0.75), label=np.round(P), by_class=by_class), 0.5)
    assert e.measured["log_loss"] == pytest.approx(LOSS)
    verdict = signatures.score_of_predicted_class(e)
    assert (verdict.code, verdict.severity) == (code, severity)
    assert "on 70 of 100 shots the label 'label' is a miss" in verdict.sentence
    if not by_class:  # 40 baskets at .75, 60 misses at .25
        assert f"log loss is {-0.4 * np.log(0.75) - 0.6 * np.log(0.25):.3f} as it stands" in verdict.sentence


def test_without_a_label_never_below_half_gives_it_away():
    above = np.linspace(0.6, 0.7, 100)
    by_name = gather(table(above, by_class=True), 0.5)
    assert by_name.probability is None
    assert signatures.never_below_half(by_name).severity is Severity.ACT
    assert signatures.never_below_half(gather(table(above), 0.5)).severity is Severity.ACT
    assert signatures.never_below_half(gather(table(above, made=None), 0.5)).severity is Severity.WATCH
    easy = np.repeat([1.0, 0], [65, 35])  # layups: two thirds go in, as was said
    assert signatures.never_below_half(evidence(above, easy)) is None
    assert signatures.never_below_half(evidence()) is None


def test_a_constant_is_no_model_and_a_constant_label_is_a_label():
    assert "is 0.4000 on all 100 shots" in signatures.constant_score(evidence(np.full(100, 0.4))).sentence
    assert signatures.constant_score(evidence(np.zeros(100))) is None
    assert signatures.constant_score(evidence()) is None


def test_outcomes_of_one_class_cannot_tell():
    for made in (np.zeros(100), np.ones(100)):
        assert signatures.one_class(evidence(made=made)).severity is Severity.CANNOT_TELL
    assert signatures.one_class(evidence()) is None


def test_what_equals_the_outcome_was_compared_with_itself():
    for e in (evidence(label=MADE), evidence(MADE.copy())):
        assert "on all 100 labelled shots, an accuracy of exactly 1" in signatures.self_compared(e).sentence
    almost = MADE.copy()
    almost[0] = 0
    assert signatures.self_compared(evidence(almost, label=almost)) is None
    misses = np.zeros(100)
    assert signatures.self_compared(evidence(made=misses, label=misses)) is None  # all missed, all called so: no wonder


@pytest.fixture
def many():
    """2,000 shots with about the skill there is: area .60."""
    rng = np.random.default_rng(24)
    probability = 1 / (1 + np.exp(0.1 - 0.36 * rng.normal(size=2000)))
    return evidence(probability, (rng.random(2000) < probability).astype(float))


def metrics_of(e):
    from kobe_shots.audit.audit import _metrics

    return _metrics(e, HOW)


def test_inverted_takes_an_area_below_half_for_certain_and_skill_of_the_opposite(many):
    turned = replace(many, raw=1 - many.raw, probability=1 - many.probability)
    verdict = signatures.inverted(turned, metrics_of(turned), HOW)
    assert verdict.code == "inverted"
    assert f"1 - score has a log loss of {many.measured['log_loss']:.3f}" in verdict.sentence
    assert signatures.inverted(many, metrics_of(many), HOW) is None


def test_chance_below_half_is_not_inverted():
    rng = np.random.default_rng(24)
    probability = rng.uniform(0.3, 0.36, 5000)
    made = (rng.random(5000) < 0.66 - probability).astype(float)  # ranks backwards; and 1 - p is far too high
    e = evidence(probability, made)
    assert metrics_of(e)["roc_auc"].value < 0.5
    assert signatures.inverted(e, metrics_of(e), HOW) is None


def test_too_good_is_a_suspicion_and_honest_is_not(many):
    learned = np.clip(many.made * 0.9 + 0.05 * np.linspace(0.1, 1, 2000), 0, 1)
    e = evidence(learned, many.made)
    verdict = signatures.trained_on(e, metrics_of(e))
    assert verdict.severity is Severity.ACT
    assert "a suspicion that the rows were trained on" in verdict.sentence
    assert "To check" in verdict.sentence
    assert signatures.trained_on(many, metrics_of(many)) is None


def test_an_f1_of_zero_is_explained_and_the_best_threshold_named():
    e = evidence(P - 0.26)  # .49 and -.01 would be impossible; the rest is clipped
    e = replace(e, probability=np.where(P > 0.5, 0.45, 0.35), raw=np.where(P > 0.5, 0.45, 0.35))
    verdict = signatures.threshold_unreached(e)
    assert (verdict.code, verdict.severity) == ("threshold", Severity.WATCH)
    assert "no shot exceeds 0.5" in verdict.sentence
    assert "F1 0.571" in verdict.sentence  # always made, 2 * .4 / 1.4: here nothing does better
    assert signatures.threshold_unreached(evidence()) is None
    broken = replace(e, probability=e.probability / 40)
    assert signatures.threshold_unreached(broken) is None


def test_a_label_cut_elsewhere_is_watched():
    assert "on 30 of 100 shots" in signatures.label_disagrees(evidence(label=np.zeros(100))).sentence
    assert signatures.label_disagrees(evidence(label=np.round(P))) is None


# ---- what was claimed


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ({"log_loss": "10.81"}, "hard_labels"),  # 36.04 x .3
        ({"log_loss": "10.36"}, "hard_labels"),  # 34.54 x .3
        ({"log_loss": "12.3"}, "hard_labels"),  # as on other rows: an error rate of .341, se .046
        ({"log_loss": "22"}, "not_the_model"),  # too many errors for these rows
        ({"brier": "0.300"}, "hard_labels"),
        ({"log_loss": "0.9468"}, "score_of_predicted_class"),  # 40 at .75, 60 at .25
        ({"f1": "0.824"}, "f1_of_hits"),  # 2 * 70 / 170
        ({"f1": "0.333"}, "f1_of_hits"),  # 2 * 20 / 120
        ({"accuracy": "1.0"}, "self_compared"),
        ({"log_loss": "0.0"}, "self_compared"),
        ({"roc_auc": "0.5"}, "constant_score"),
        ({"roc_auc": "0.54"}, "not_the_model"),
        ({"roc_auc": "0.3333"}, "inverted"),
        ({"log_loss": "1.057"}, "inverted"),  # 30 at .75, 70 at .25
        ({"log_loss": "0.03"}, "trained_on"),
        ({"f1": "0.995"}, "trained_on"),
        ({"roc_auc": "0.92"}, "trained_on"),
        ({"log_loss": "0.66"}, "not_the_model"),
        ({"f1": "1.7"}, "swapped"),
        ({"f1": "0.617"}, "swapped"),
        ({"f1": "0.62", "log_loss": "0.57"}, "swapped"),
        ({"f1": "-0.1"}, "impossible"),
        ({"roc_auc": "66.7"}, "percent"),
        ({"roc_auc": "61.7"}, "impossible"),
        ({"log_loss": "-0.6"}, "impossible"),
        ({"brier": "0.9", "log_loss": "0.7"}, "at_odds"),
        ({"f1": "0.9", "accuracy": "0.6"}, "at_odds"),  # .8 / (.8 + .4) at most
        ({"log_loss": None}, "no_metric"),
        ({}, "no_metric"),
    ],
)
def test_each_mistake_is_named(claim, code):
    assert code in codes(claimed.judge(claims(**claim), evidence()))


def test_true_claims_pass_and_so_does_no_claim():
    true = claims(log_loss="0.617", f1="0.571", roc_auc="0.667", brier="0.2125", accuracy="0.7")
    assert claimed.judge(true, evidence()) == []
    assert claimed.judge(Claims({}), evidence()) == []
    assert claimed.judge(claims(f1="0"), evidence(label=np.zeros(100))) == []  # of the label the table was given


def test_swapped_claims_are_read_as_meant():
    found = claimed.judge(claims(f1="10.81", log_loss="0.571"), evidence())
    assert codes(found) == ["swapped", "hard_labels"]
    assert "Read 10.81 as the log loss and 0.571 as F1" in found[0].sentence


def test_nothing_reported_says_the_number_there_is():
    made = MADE.copy()
    made[-10:] = np.nan
    (verdict,) = claimed.judge(claims(f1=None), evidence(made=made))
    assert "although only 10 of 100 outcomes are missing" in verdict.sentence
    assert "On the 90 labelled shots: F1 0.5714." in verdict.sentence


def test_numbers_without_a_reason_are_listed_together():
    (verdict,) = claimed.judge(claims(log_loss="0.66", roc_auc="0.64"), evidence())
    assert "log loss 0.66 (table: 0.6173), ROC AUC 0.64 (table: 0.6667)" in verdict.sentence


def test_without_outcomes_only_the_impossible_is_said():
    e = evidence(made=np.full(100, np.nan))
    assert codes(claimed.judge(claims(roc_auc="0.9"), e)) == ["claim_unchecked"]
    assert codes(claimed.judge(claims(accuracy="1.3"), e)) == ["impossible"]
    assert codes(claimed.judge(claims(brier="0.9", log_loss="0.7"), e))[0] == "at_odds"
    assert explanations.explain(Claim("roc_auc", Decimal("0.5")), e) is None


def test_labels_alone_can_still_show_that_log_loss_was_computed_on_them():
    e = evidence(None, label=np.round(P))
    assert codes(claimed.judge(claims(log_loss="10.81", f1="0.571"), e)) == ["hard_labels"]
    assert codes(claimed.judge(claims(log_loss="0.66"), e)) == ["claim_unchecked"]


def test_the_constants_of_hard_labels_are_those_of_the_metric():
    assert float(log_loss([1], [0])) == pytest.approx(signatures.CERTAIN_AND_WRONG)
    assert (round(signatures.CERTAIN_AND_WRONG, 2), round(signatures.CERTAIN_AND_WRONG_ONCE, 2)) == (36.04, 34.54)
