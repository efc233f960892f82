"""What does a person read of a retraining? The record, and what to do next."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kobe_shots.job import read_report
from kobe_shots.report import Retrained
from kobe_shots.summary import render, retraining

GAIN = {"metric": "log_loss", "value": 0.001, "low": 0.0, "high": 0.002, "n": 100}


def record() -> dict[str, Any]:
    guard = {"name": "schema", "passed": True, "value": 0, "limit": 0, "sentence": "Well."}
    ledger = {"answer": "shadow", "sentence": "Too early.", "expected": [0, 0.01], "needed": 7, "guards": [guard]}
    gain = {"observed": GAIN, "gain": GAIN}
    challenge = {"fingerprint": "f", "against": 3, "rule": "loss", "labels": 9, "labels_id": "x"}
    challenge |= {"newest_game": "2016-04-13", "family": "boost", "rows": "served", "learned": 20_345, "fitted": 10}
    return {
        "fingerprint": "f",
        "model_name": "kobe_shot",
        "model_version": 3,
        "origin": "trained_lr_model_dev/7",
        "policy": "both",
        "forced": False,
        "labels": 25_697,
        "new_labels": 5_411,
        "newest_game": "2016-04-13",
        "decision": {"action": "retrain", "rule": "loss", "sentence": "Retrain: an alarm."},
        "tried": True,
        "promoted": False,
        "challenge": challenge | {"error": "", "ledger": ledger | gain, "promoted_as": None},
    }


def told(changed: dict[str, Any]) -> str:
    return retraining(Retrained.model_validate(changed))


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (("new_labels",), 987_654, "987,654 labels new to it"),
        (("policy",), "calendar", "policy calendar"),
        (("origin",), "trained_dt_model_dev/98", "in office (trained_dt_model_dev/98)"),
        (("decision", "sentence"), "Wait a while.", "Wait a while."),
        (("tried",), False, "The last challenger (for loss): boosted regression on served rows"),
        (("challenge", "family"), "dt", "Challenger (for loss): decision tree on served rows"),
        (("challenge", "rows"), "recent", "boosted regression on recent rows, 20,345 shots learned from"),
        (("challenge", "learned"), 987_654, "987,654 shots learned from"),
        (("challenge", "ledger", "answer"), "reject", "The gate says REJECT. Too early."),
        (("challenge", "ledger", "sentence"), "It is worse.", "The gate says SHADOW. It is worse."),
    ],
)
def test_what_is_shown_comes_from_the_record(path: Sequence[str], value: Any, text: str) -> None:
    assert text not in told(record())
    changed = record()
    *inner, last = path
    at = changed
    for name in inner:
        at = at[name]
    at[last] = value
    assert text in told(changed)


def test_a_promotion_is_followed_by_the_commands_that_score_and_watch_with_the_new_champion() -> None:
    changed = record()
    changed |= {"promoted": True}
    changed["challenge"] |= {"promoted_as": 4}
    said = (
        "kobe_shot version 4 is in office. Score and watch the shots with it: `kobe-shots apply`, then `kedro run "
        "--pipeline=Monitoramento`; the one before comes back with `kobe-shots rollback`.\n"
    )
    assert told(changed).count(said) == 1
    assert "kobe_shot version 3 stays in office." in told(record())


def test_a_challenger_that_could_not_be_trained_says_why() -> None:
    changed = record()
    changed["challenge"] |= {"ledger": None, "family": None, "rows": None, "error": "It would not fit."}
    assert "  Challenger (for loss): the training failed. It would not fit.\n" in told(changed)


def test_a_decision_without_a_challenger_says_that_nothing_was_trained() -> None:
    changed = record()
    changed |= {"challenge": None, "tried": False}
    said = told(changed)
    assert said.endswith("  Nothing was trained.\n")
    assert "hallenger" not in said


def test_the_summary_has_it_where_a_champion_was_challenged_and_calls_it_missing_nowhere(simulated: Path) -> None:
    report = read_report(simulated)
    challenged = report.model_copy(update={"retraining": Retrained.model_validate(record())})
    assert told(record()).strip() in render(challenged)
    assert "Retraining" not in render(report)
