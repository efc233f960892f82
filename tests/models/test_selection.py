import re

import numpy as np
import pandas as pd
import pytest

from kobe_shots.models.metrics import f1, log_loss
from kobe_shots.models.selection import choose
from kobe_shots.parameters import Evaluation, Selection
from kobe_shots.verdicts import Severity

HOW = Evaluation(confidence=0.95, resamples=400, seed=24)
RULE = Selection(minimum_difference=0.001, when_tied="lr")
N = 2000


@pytest.fixture
def drawn():
    """Outcomes, the probabilities they were drawn with, and those of a model that knows nothing."""
    rng = np.random.default_rng(24)
    truth = rng.choice([0.2, 0.8], N)
    return pd.Series((rng.random(N) < truth).astype(int)), truth, np.full(N, 0.5)


def says_its_numbers(choice, made, lr, dt):
    difference = choice.difference
    assert difference.value == pytest.approx(log_loss(made, lr) - log_loss(made, dt), abs=1e-12)
    assert (difference.metric, difference.n) == ("log_loss", N)
    gap = f"log loss of lr minus dt {difference.value:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}]"
    return f"{gap} on the same 2,000 test shots" in choice.verdict.sentence


def test_a_clear_winner_is_taken_either_way(drawn):
    made, knows, knows_not = drawn
    for lr, dt, chosen, name in (
        (knows, knows_not, "lr", "logistic regression"),
        (knows_not, knows, "dt", "decision tree"),
    ):
        for when_tied in ("lr", "dt"):
            choice = choose(made, lr, dt, HOW, Selection(minimum_difference=0.001, when_tied=when_tied))
            assert choice.chosen == chosen
            assert (choice.verdict.code, choice.verdict.severity) == ("better", Severity.OK)
            assert choice.verdict.sentence.startswith(f"The {name} is better: ")
            assert choice.verdict.sentence.endswith("the interval leaves zero out.")
            assert says_its_numbers(choice, made, lr, dt)


def test_the_winner_has_the_lower_log_loss_whatever_f1_says(drawn):
    made, knows, _ = drawn
    calls_nothing, calls_everything = knows * 0.62, np.full(N, 0.51)
    assert (f1(made, calls_nothing), f1(made, calls_everything)) == (
        0,
        pytest.approx(2 * made.mean() / (1 + made.mean())),
    )
    choice = choose(made, calls_nothing, calls_everything, HOW, RULE)
    assert (choice.chosen, choice.verdict.code) == ("lr", "better")


def test_a_difference_that_may_be_chance_is_a_tie(drawn):
    made, knows, _ = drawn
    rng = np.random.default_rng(7)
    lr, dt = (np.clip(knows + rng.normal(0, 0.05, N), 0.01, 0.99) for _ in range(2))
    choice = choose(made, lr, dt, HOW, Selection(minimum_difference=0, when_tied="lr"))
    assert choice.difference.low < 0 < choice.difference.high
    assert choice.chosen == "lr"
    assert (choice.verdict.code, choice.verdict.severity) == ("tied", Severity.CANNOT_TELL)
    assert choice.verdict.sentence.startswith("Cannot tell which model is better: ")
    assert "the interval holds zero. The logistic regression is taken, as agreed" in choice.verdict.sentence
    assert says_its_numbers(choice, made, lr, dt)


@pytest.mark.parametrize("better", ["lr", "dt"])
def test_a_difference_that_is_certain_but_trivial_makes_the_models_equivalent(drawn, better):
    made, knows, _ = drawn
    a_little_worse = knows - 0.0003 * (2 * made.to_numpy() - 1)  # on every shot, so no resample can hide it
    lr, dt = (knows, a_little_worse) if better == "lr" else (a_little_worse, knows)
    choice = choose(made, lr, dt, HOW, RULE)
    assert choice.difference.low * choice.difference.high > 0
    assert 0 < abs(choice.difference.value) < 0.001
    assert (choice.chosen, choice.verdict.code, choice.verdict.severity) == ("lr", "equivalent", Severity.OK)
    assert "less than the 0.001 that counts." in choice.verdict.sentence
    assert says_its_numbers(choice, made, lr, dt)
    untied = choose(made, lr, dt, HOW, Selection(minimum_difference=0.0001, when_tied="lr"))
    assert (untied.chosen, untied.verdict.code) == (better, "better")


def test_equal_models_are_tied(drawn):
    made, knows, _ = drawn
    choice = choose(made, knows, knows, HOW, RULE)
    assert (choice.difference.value, choice.chosen, choice.verdict.code) == (0, "lr", "tied")


def test_the_rule_names_who_is_taken_and_only_the_regression_is_called_simpler(drawn):
    made, knows, _ = drawn
    tree = choose(made, knows, knows, HOW, Selection(minimum_difference=0.001, when_tied="dt"))
    assert tree.chosen == "dt"
    assert tree.verdict.sentence.endswith("The decision tree is taken, as agreed beforehand for a tie.")
    regression = choose(made, knows, knows, HOW, RULE)
    assert re.search(
        r"The logistic regression is taken, .*: it is the simpler one and goes", regression.verdict.sentence
    )
