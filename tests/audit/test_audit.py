from decimal import Decimal

import numpy as np
import pytest

from kobe_shots.audit import text
from kobe_shots.audit.audit import audit
from kobe_shots.audit.claims import Claim, Claims
from kobe_shots.audit.predictions import Columns, Predictions
from kobe_shots.parameters import Evaluation
from kobe_shots.verdicts import Severity

HOW = Evaluation(confidence=0.95, resamples=100, seed=24)
NONE = Claims({})

# 100 shots: 30 at .75 of which 20 go in, 70 at .25 of which 20 go in
MADE = np.repeat([1.0, 0, 1, 0], [20, 10, 20, 50])
P = np.repeat([0.75, 0.25], [30, 70])


def table(score=P, made=MADE, label=None, repeated_ids=0):
    columns = Columns(
        made=None if made is None else "made",
        probability=None if score is None else "p",
        label=None if label is None else "label",
    )
    rows = len(label if score is None else score)
    return Predictions(columns, rows, repeated_ids, made, score, by_class=False, label=label)


def look(claims=NONE, threshold=0.5, **columns):
    return audit(table(**columns), claims, threshold, HOW)


def codes(found):
    return [verdict.code for verdict in found.verdicts]


def test_an_honest_table_has_every_metric_beside_its_baselines():
    found = look()
    assert (codes(found), found.exit_code) == (["honest"], 0)
    assert {name: estimate.value for name, estimate in found.metrics.items()} == pytest.approx(
        {"log_loss": 0.61726, "brier": 0.2125, "roc_auc": 2 / 3, "f1": 4 / 7, "accuracy": 0.7}, abs=1e-5
    )
    assert all(estimate.low < estimate.value < estimate.high for estimate in found.metrics.values())
    assert {estimate.n for estimate in found.metrics.values()} == {100}
    constant, always = found.baselines.values()
    entropy = -0.4 * np.log(0.4) - 0.6 * np.log(0.6)
    assert constant == pytest.approx({"log_loss": entropy, "brier": 0.24, "roc_auc": 0.5, "f1": 0, "accuracy": 0.6})
    assert always == pytest.approx({"f1": 0.8 / 1.4, "accuracy": 0.4})
    assert found.skill.value == pytest.approx(entropy - 0.61726, abs=1e-5)


def test_a_threshold_moves_f1_and_accuracy_and_nothing_else():
    found = look(threshold=0.2)
    assert found.metrics["f1"].value == pytest.approx(0.8 / 1.4)
    assert found.metrics["accuracy"].value == pytest.approx(0.4)
    assert found.metrics["log_loss"] == look().metrics["log_loss"]
    assert found.baselines["constant 0.4000"]["f1"] == pytest.approx(0.8 / 1.4)


def test_unlabelled_and_unscored_rows_are_counted_and_left_out():
    made, score = np.append(MADE, [np.nan] * 7 + [1] * 3), np.append(P, [0.9] * 7 + [np.nan] * 3)
    found = look(made=made, score=score)
    assert (found.rows, found.scored, found.labelled) == (110, 107, 100)
    assert found.metrics == look().metrics
    assert codes(found) == ["honest", "missing_scores"]
    assert "left out: 7 without an outcome, 3 without a score" in text.render(found)


@pytest.mark.parametrize(
    ("columns", "code", "exit_code"),
    [
        ({"score": np.round(P)}, "hard_labels", 3),
        ({"score": MADE}, "self_compared", 3),
        ({"label": MADE}, "self_compared", 3),
        ({"score": np.full(100, 0.75), "label": np.round(P)}, "score_of_predicted_class", 3),
        ({"score": np.full(100, 0.4)}, "constant_score", 3),
        ({"score": np.full(100, 0.4), "made": None}, "constant_score", 3),
        ({"score": np.where(MADE == 1, 0.9, 0.1)}, "trained_on", 3),
        ({"score": 1 - np.tile(P, 20), "made": np.tile(MADE, 20)}, "inverted", 3),
        ({"repeated_ids": 2}, "duplicated_ids", 3),
        ({"made": np.zeros(100)}, "one_class", 4),
        ({"made": None}, "no_labels", 4),
        ({"made": np.full(100, np.nan)}, "no_labels", 4),
        ({"score": P[:3], "made": np.array([0.0, 1, 0])}, "too_few_labels", 4),
        ({"score": None, "label": np.round(P)}, "no_probability", 4),
    ],
)
def test_the_gravest_verdict_comes_first_and_sets_the_exit_code(columns, code, exit_code):
    found = look(**columns)
    assert (codes(found)[0], found.exit_code) == (code, exit_code)
    assert "honest" not in codes(found)


def test_a_mistake_outranks_not_being_able_to_tell():
    found = look(made=None, claims=Claims({"f1": Claim("f1", Decimal("-1"))}, given=True))
    assert codes(found) == ["impossible", "no_labels"]
    assert found.answer.severity is Severity.ACT


def test_an_f1_of_zero_is_honest():
    found = look(score=np.where(P > 0.5, 0.45, 0.35))
    assert (codes(found), found.exit_code) == (["honest", "threshold"], 0)


def test_honest_tables_of_other_makes_raise_no_alarm():
    """Forty honest models of different skill, a third of them with none: at most one is accused."""
    accused = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        spread, base, n = rng.uniform(0, 0.6), rng.uniform(-0.8, 0.2), int(rng.integers(60, 1500))
        probability = 1 / (1 + np.exp(-base - max(spread - 0.2, 0.01) * rng.normal(size=n)))
        made = (rng.random(n) < probability).astype(float)
        accused += [code for code in codes(look(score=probability, made=made)) if code not in ("honest", "threshold")]
    assert len(accused) <= 1


def test_the_screen_starts_with_the_answer_and_fits_120_columns():
    found = look(score=np.round(P), claims=Claims({"f1": Claim("f1", Decimal("0.571"))}, ignored=("rows",), given=True))
    lines = text.render(found).splitlines()
    assert lines[0].startswith("ACT: Column 'p' holds only 0 and 1 on 100 shots: these are labels")
    assert max(map(len, lines)) <= 120
    assert "Claims ignored, as they name no known metric: rows." in lines
    (f1,) = [line.split() for line in lines if line.startswith("F1")]
    assert f1[0::3][:1] == ["F1"]
    assert f1[-1] == "0.571"


@pytest.mark.parametrize(
    ("columns", "start"),
    [({}, "OK: No sign of a mistake on 100 labelled shots"), ({"made": None}, "CANNOT TELL: Cannot tell how good")],
)
def test_the_answer_is_in_words(columns, start):
    assert text.render(look(**columns)).startswith(start)
