"""Does the page of retraining say what the pipelines wrote, and offer only what can be done?"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.hooks import store
from kobe_shots.report import Report

RECORDS = Path("data/08_reporting/records")
DEEDS = ("monitor", "train", "apply", "promote", "rollback", "replay")
GAIN = {"metric": "log_loss", "value": 0.0123, "low": 0.0045, "high": 0.0201, "n": 321}
Rewrite = Callable[..., None]


def disabled(page: AppTest) -> dict[str, bool]:
    return {key: page.button(key=f"do_{key}").disabled for key in DEEDS}


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption)


def tables(page: AppTest) -> list[pd.DataFrame]:
    return [table.value for table in page.table]


def charts(page: AppTest) -> list[str]:
    return [str(chart.proto.alt) for chart in page.get("vega_lite_chart")]


def challenged(report: Report, **changed: Any) -> dict[str, Any]:
    """Return the record of a retraining whose challenger passes the gate and waits."""
    guard = {"name": "segment", "passed": True, "value": 0.0012, "limit": 0.01, "sentence": "No segment loses."}
    late = {"name": "latency", "passed": False, "value": 250.5, "limit": 100, "sentence": "It is slow."}
    ledger = {
        "answer": "promote",
        "sentence": "The challenger is better.",
        "observed": GAIN | {"value": 0.0234},
        "expected": [0.001, 0.01],
        "gain": GAIN,
        "needed": None,
        "guards": [guard, late],
    }
    assert report.monitoring is not None
    challenge = {
        "fingerprint": report.provenance.fingerprint,
        "against": report.monitoring.model_version,
        "rule": "calibration",
        "labels": 9_000,
        "labels_id": "x",
        "newest_game": "2016-04-13",
        "family": "boost",
        "rows": "served",
        "learned": 4_321,
        "fitted": 10,
        "error": "",
        "ledger": ledger,
        "version": 7,
        "promoted_as": None,
    }
    return {
        "fingerprint": report.provenance.fingerprint,
        "model_name": "kobe_shot",
        "model_version": report.monitoring.model_version,
        "origin": report.monitoring.origin,
        "policy": "both",
        "forced": False,
        "labels": 9_000,
        "new_labels": 1_000,
        "newest_game": "2016-04-13",
        "decision": {"action": "retrain", "rule": "calibration", "sentence": "Retrain: an alarm."},
        "tried": True,
        "promoted": False,
        "challenge": challenge | changed,
    }


# ---- what the rules read


@pytest.mark.usefixtures("finished")
def test_the_decisions_and_every_rule_are_those_of_the_record(finished: Path, open_page: OpenPage) -> None:
    page, told = open_page("retraining"), json.loads((finished / RECORDS / "outlook.json").read_text())
    said = "\n".join(boxes(page, "error", "warning", "success", "info"))
    for decision in (told["next_step"], *(told["decisions"][policy] for policy in ("reactive", "predictive"))):
        assert decision["sentence"] in said
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["Labels known"] == f"{told['labels']:,}"
    assert metrics["New to the champion"] == f"{told['new_labels']:,}"
    by_policy = {"reactive": tables(page)[0], "predictive": tables(page)[1]}
    units = {"nats": "{:,.1f} nats", "share": "{:.1%}", "log_loss": "{:.4f}", "games": "{:,.0f} games"}
    for policy, table in by_policy.items():
        rules = [rule for rule in told["rules"] if policy in rule["policies"]]
        for column, field in (("reads", "value"), ("limit", "limit")):
            expected = ["—" if r[field] is None else units[r["unit"]].format(r[field]) for r in rules]
            assert table[column].tolist() == expected
        words = [re.sub(r":material/\w+:|\*|\s", "", cell) for cell in table["fired?"]]
        assert words == [{None: "cannottell", True: "yes", False: "no"}[rule["fired"]] for rule in rules]
    text = "\n".join(element.value for element in page.markdown)
    assert all(rule["sentence"] in text for rule in told["rules"])


def test_trends_are_drawn_from_the_points_of_the_record_and_said_in_words(finished: Path, open_page: OpenPage) -> None:
    page, told = open_page("retraining"), json.loads((finished / RECORDS / "outlook.json").read_text())
    said = "\n".join(boxes(page, "error", "warning", "success", "info"))
    drawn = [one for one in told["projections"] if one["points"]]
    assert drawn
    assert len(charts(page)) == len(drawn)
    for projection, text in zip(drawn, charts(page), strict=True):
        first, last = projection["points"][0], projection["points"][-1]
        assert f"from {first['value']:.4f} in game {first['game']:,} to {last['value']:.4f}" in text
    assert all(one["sentence"] in said for one in told["projections"])


def test_in_portuguese_the_same_is_said(finished: Path, open_page: OpenPage) -> None:
    page, told = open_page("retraining", lang="pt"), json.loads((finished / RECORDS / "outlook.json").read_text())
    assert [header.value for header in page.header] == [
        "O que se decidiria agora",
        "O que se pode fazer",
        "O último desafiante",
        "Campeões",
        "O que o retreino teria trazido",
    ]
    assert page.subheader[0].value == "Política: reativa"
    said = "\n".join(boxes(page, "error", "warning", "success", "info"))
    assert told["next_step"]["sentence"] not in said
    assert {metric.label: metric.value for metric in page.metric}["Rótulos conhecidos"] == (
        f"{told['labels']:,}".replace(",", ".")
    )
    assert page.button(key="do_train").label == "Treinar um desafiante"


@pytest.mark.parametrize("lang", ["en", "pt"])
def test_an_outlook_of_another_champion_or_none_is_mended_by_a_command(
    reported: Path, rewrite_report: Rewrite, open_page: OpenPage, lang: str
) -> None:
    assert reported.is_dir()
    rewrite_report(outlook=None)
    assert any("`kedro run --pipeline=Monitoramento`" in box for box in boxes(open_page("retraining", lang), "info"))
    rewrite_report(outlook=None, monitoring=None, application=None)
    page = open_page("retraining", lang)
    assert any("`kobe-shots apply`" in box for box in boxes(page, "info"))
    assert any("`kobe-shots apply`" in box for box in boxes(page, "warning"))
    assert disabled(page) == {
        **dict.fromkeys(("monitor", "train", "promote", "rollback"), True),
        **dict.fromkeys(("apply", "replay"), False),
    }


def test_rules_that_could_not_be_read_say_why(
    reported: Path, rewrite_report: Rewrite, open_page: OpenPage, report: Report
) -> None:
    assert reported.is_dir()
    assert report.outlook is not None
    blind = report.outlook.model_copy(update={"reason": "There are none.", "next_step": None, "rules": ()})
    rewrite_report(outlook=blind.model_dump(mode="json"))
    assert "Nothing can be decided: There are none." in boxes(open_page("retraining"), "info")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("lang", "said"), [("en", "There is nothing to show yet"), ("pt", "Ainda não há o que")])
def test_before_the_first_run_one_sentence_says_so(open_page: OpenPage, lang: str, said: str) -> None:
    page = open_page("retraining", lang)
    assert boxes(page, "info")[0].startswith(said)
    assert not page.button


# ---- what can be done, and why not


@pytest.mark.usefixtures("finished")
def test_without_a_challenger_and_a_champion_before_there_is_nothing_to_promote_or_withdraw(
    open_page: OpenPage,
) -> None:
    page = open_page("retraining")
    assert disabled(page) == {key: key in {"promote", "rollback"} for key in DEEDS}
    assert "No challenger has been trained yet; train one" in captions(page)
    assert "kobe_shot version 1 succeeds no other champion, so there is none to restore." in captions(page)


def test_while_a_run_is_going_on_nothing_can_be_done(reported: Path, open_page: OpenPage) -> None:
    with FileLock(reported / "data" / ".run.lock"):
        page = open_page("retraining")
    assert all(disabled(page).values())
    assert captions(page).count("Another run is going on in this folder; wait until it has ended.") == len(DEEDS)
    assert not any(disabled(open_page("retraining"))[key] for key in ("monitor", "train", "apply"))


def test_a_registry_that_cannot_be_reached_is_said_and_nothing_is_offered(
    reported: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "ASKED_FOR", f"sqlite:///{reported / 'conf' / 'base' / 'mlflow.yml'}")
    page = open_page("retraining")
    assert disabled(page) == {key: key != "replay" for key in DEEDS}
    assert "The registry cannot be reached." in captions(page)
    assert any(box.startswith("The registry cannot be shown: The registry") for box in boxes(page, "error"))


def test_without_a_champion_there_is_nothing_to_retrain(reported: Path, open_page: OpenPage) -> None:
    (reported / "mlflow.db").unlink()
    page = open_page("retraining")
    assert disabled(page) == {key: key != "replay" for key in DEEDS}
    assert "There is no champion yet; the whole job makes one: `make run`." in captions(page)
    assert "kobe_shot has no champion to withdraw." in captions(page)


# ---- what is done


class Ended:
    """A command that has ended at once."""

    def __init__(self, code: int) -> None:
        self.returncode = code

    def wait(self, timeout: float) -> int:
        assert timeout > 0
        return self.returncode


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Put in place of the page's commands one that notes what is typed and says something."""

    def stub(said: str, code: int = 0) -> list[list[str]]:
        noted: list[list[str]] = []

        def start(words: Sequence[str], folder: Path, log: Path) -> Ended:
            assert folder == Path.cwd()
            noted.append(list(words))
            log.write_text(said)
            return Ended(code)

        monkeypatch.setattr(sys.modules["actions"], "start", start)
        return noted

    return stub


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def keys(page: AppTest) -> Iterator[str]:
    return (button.key for button in page.button)


@pytest.mark.usefixtures("finished")
def test_nothing_is_done_before_it_is_confirmed(open_page: OpenPage, typed: Callable[..., list[list[str]]]) -> None:
    page = open_page("retraining")
    noted = typed("It has run.")
    click(page, "do_monitor")
    assert noted == []
    assert "The same from a shell: `kedro run --pipeline=Monitoramento`" in captions(page)
    click(page, "no_monitor")
    assert noted == []
    assert "yes_monitor" not in keys(page)
    click(click(page, "do_monitor"), "yes_monitor")
    assert noted == [["kedro", "run", "--pipeline=Monitoramento"]]
    assert "Done: Run monitoring." in boxes(page, "success")
    assert any("It has run." in code.value for code in page.code)
    assert "yes_monitor" not in keys(page)


@pytest.mark.usefixtures("finished")
def test_what_fails_is_told_in_the_sentence_of_the_command(
    open_page: OpenPage, typed: Callable[..., list[list[str]]]
) -> None:
    page = open_page("retraining")
    typed("13:20:01  Loading\nError: Another run is using this folder.\n", code=1)
    click(click(page, "do_apply"), "yes_apply")
    assert "Not done: Score with the champion. Another run is using this folder." in boxes(page, "error")


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize(("anyway", "option"), [(True, "--force"), (False, "--if-needed")])
def test_a_challenger_is_trained_to_be_asked_about(
    open_page: OpenPage, typed: Callable[..., list[list[str]]], anyway: bool, option: str
) -> None:
    page = open_page("retraining")
    noted = typed("")
    click(page, "do_train")
    if anyway:
        page.checkbox(key="force_train").check().run()
    click(page, "yes_train")
    assert noted == [["kobe-shots", "retrain", "--ask", option]]


def test_a_challenger_that_waits_can_be_promoted_and_the_reason_is_passed_on(
    reported: Path,
    rewrite_report: Rewrite,
    open_page: OpenPage,
    report: Report,
    typed: Callable[..., list[list[str]]],
) -> None:
    assert reported.is_dir()
    rewrite_report(retraining=challenged(report))
    page = open_page("retraining")
    assert not page.button(key="do_promote").disabled
    noted = typed("")
    click(page, "do_promote")
    page.text_input(key="reason_promote").input("--the gate; says so").run()
    click(page, "yes_promote")
    assert noted == [["kobe-shots", "promote", "--reason", "--the gate; says so"]]


# ---- the gate


def test_what_the_gate_saw_is_shown_as_it_is_in_the_report(
    reported: Path, rewrite_report: Rewrite, open_page: OpenPage, report: Report
) -> None:
    assert reported.is_dir()
    rewrite_report(retraining=challenged(report))
    page = open_page("retraining")
    assert "**PROMOTE** — The challenger is better." in boxes(page, "success")
    metrics = {metric.label: metric.value for metric in page.metric}
    assert (metrics["Gain observed"], metrics["Gain expected before"], metrics["Gain, both together"]) == (
        *("+0.0234", "+0.0010", "+0.0123"),
    )
    assert "+0.0045 to +0.0201 in log loss, on 321 shots" in captions(page)
    (guards,) = (table for table in tables(page) if "guard" in table)
    assert guards["reads"].tolist() == ["0.001", "250.500"]
    text = "\n".join(element.value for element in page.markdown)
    assert "A boosted regression that learned from 4,321 shots (only shots like those served)" in text
    assert "It waits until somebody promotes it." in text
    assert "A challenger has been trained since; run monitoring to read the rules anew." in boxes(page, "warning")


@pytest.mark.parametrize(
    ("changed", "kind", "said"),
    [
        ({"ledger": None, "error": "It would not fit."}, "error", "The training failed: It would not fit."),
        ({"needed": 4_000, "answer": "shadow"}, "info", "4,000 labelled shots like those served would decide it."),
        ({"answer": "reject"}, "error", "**REJECT** — The challenger is better."),
        ({"answer": "hold", "observed": None, "gain": None}, "info", "**HOLD** — The challenger is better."),
    ],
)
def test_every_answer_of_the_gate_is_shown(
    reported: Path,
    rewrite_report: Rewrite,
    open_page: OpenPage,
    report: Report,
    changed: dict[str, Any],
    kind: str,
    said: str,
) -> None:
    assert reported.is_dir()
    record = challenged(report)
    of_challenge = {"ledger", "error"}
    record["challenge"] |= {name: value for name, value in changed.items() if name in of_challenge}
    if record["challenge"]["ledger"]:
        record["challenge"]["ledger"] |= {name: one for name, one in changed.items() if name not in of_challenge}
    rewrite_report(retraining=record)
    page = open_page("retraining")
    assert said in boxes(page, kind)
    assert page.button(key="do_promote").disabled


@pytest.mark.usefixtures("finished")
def test_the_champions_are_marked(open_page: OpenPage) -> None:
    (champions,) = (table for table in tables(open_page("retraining")) if "copy of" in table)
    assert champions["version"].tolist() == ["**1**"]
    assert champions["mark"].tolist() == [":material/trophy: **in office**"]
