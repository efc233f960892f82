"""Does the first screen say what is wrong and what to do, with the numbers of the files and no others?"""

import json
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.job import REPORT_FILE
from kobe_shots.language import speak
from kobe_shots.report import Report
from kobe_shots.verdicts import Severity

HEALTH = Path("data/08_reporting/health.parquet")
CARDS = {
    "log loss": "log_loss",
    "skill over a constant": "skill",
    "ROC AUC": "roc_auc",
    "Brier score": "brier",
    "expected calibration error": "ece",
    "F1": "f1",
}
Rewrite = Callable[..., None]


def whole_of(project: Path) -> pd.DataFrame:
    health = pd.read_parquet(project / HEALTH)
    rows = health[(health["batch"] == "prod") & (health["window"] == "all") & (health["kind"] == "realized")]
    return rows.set_index("metric")


@pytest.mark.usefixtures("finished")
def test_the_first_thing_said_is_the_verdict_on_production(open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    said = report.monitoring.batches["prod"]
    page = open_page("overview")
    (first, *_) = boxes(page, {"act": "error", "watch": "warning", "cannot_tell": "info"}[said.overall.severity])
    assert first == f"**{said.overall.severity.word}** — {said.overall.sentence}"
    assert f"**What to do:** {said.action}" in boxes(page, "markdown")


@pytest.mark.parametrize(
    ("severity", "box", "word"),
    [
        ("ok", "success", "OK"),
        ("watch", "warning", "OBSERVAR"),
        ("act", "error", "AGIR"),
        ("cannot_tell", "info", "NÃO DÁ PARA DIZER"),
    ],
)
@pytest.mark.usefixtures("reported")
def test_every_severity_has_its_colour_and_word_in_portuguese(
    open_page: OpenPage, report: Report, rewrite_report: Rewrite, severity: str, box: str, word: str
) -> None:
    assert report.monitoring is not None
    record = report.monitoring.model_dump(mode="json")
    record["batches"]["prod"]["overall"]["severity"] = severity
    rewrite_report(monitoring=record)
    page = open_page("overview", lang="pt")
    assert any(text.startswith(f"**{word}** — ") for text in boxes(page, box))


def test_the_cards_hold_the_numbers_of_the_table(finished: Path, open_page: OpenPage) -> None:
    whole, page = whole_of(finished), open_page("overview")
    shown = {metric.label: metric.value for metric in page.metric}
    assert {label: shown[label] for label in CARDS} == {
        label: f"{whole['value'][metric]:.3f}" for label, metric in CARDS.items()
    }
    for metric in CARDS.values():
        row = whole.loc[metric]
        side = "below" if row["value"] < row["lower_limit"] else "above"
        word = f"{side} what is usual" if row["alert"] else "as usual"
        start = f"**{word}**: [{row['low']:.3f}, {row['high']:.3f}] on {row['labelled']:,} labelled shots; usual "
        assert any(start in caption for caption in boxes(page, "caption"))
    constants = [f"the constant there {whole['value'][f'{name}_constant']:.3f}." for name in ("log_loss", "brier")]
    assert all(any(caption.endswith(end) for caption in boxes(page, "caption")) for end in constants)


def test_the_champion_and_its_shots_are_named(finished: Path, open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    said = report.monitoring.batches["prod"]
    shown = {metric.label: metric.value for metric in open_page("overview").metric}
    assert shown["Champion"] == f"version {report.monitoring.model_version}"
    assert shown["Shots watched"] == f"{said.n:,}"
    assert shown["With an outcome"] == f"{said.labelled:,} of {said.n:,}"
    client = mlflow.MlflowClient(f"sqlite:///{finished / 'mlflow.db'}")
    created = client.get_model_version_by_alias("kobe_shot", "champion").creation_timestamp
    assert shown["In the registry since"] == f"{pd.Timestamp(created, unit='ms'):%Y-%m-%d}"


def test_numbers_are_written_as_portuguese_has_them(finished: Path, open_page: OpenPage) -> None:
    whole, page = whole_of(finished), open_page("overview", lang="pt")
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["perda logarítmica"] == f"{whole['value']['log_loss']:.3f}".replace(".", ",")


def test_the_loss_chart_is_said_in_words(finished: Path, open_page: OpenPage) -> None:
    health = pd.read_parquet(finished / HEALTH)
    of = health[(health["batch"] == "prod") & (health["window"] != "all") & (health["metric"] == "log_loss")]
    realized = of[(of["kind"] == "realized") & of["value"].notna()].sort_values("start")
    (chart, *_) = open_page("overview").get("vega_lite_chart")
    first, last = realized.iloc[0], realized.iloc[-1]
    assert (
        f"realized, with outcomes: {first['value']:.3f} in {first['window']}, {last['value']:.3f} in {last['window']}, "
        f"beyond limits in {int(realized['alert'].sum())} of {len(realized)} windows."
    ) in chart.proto.alt


@pytest.mark.usefixtures("finished")
def test_what_has_changed_is_said_finding_by_finding(open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    findings = report.monitoring.batches["prod"].without_labels.findings
    said = boxes(open_page("overview"), "error", "warning")
    for finding in findings:
        if finding.code in {"support", "drift"} and finding.severity in {Severity.ACT, Severity.WATCH}:
            assert f"**{finding.severity.word}** — {finding.sentence}" in said


def test_a_last_challenger_is_marked_where_it_was_judged(
    reported: Path, open_page: OpenPage, report: Report, rewrite_report: Rewrite
) -> None:
    assert report.monitoring is not None
    health = pd.read_parquet(reported / HEALTH)
    last = health[(health["batch"] == "prod") & (health["window"] != "all")]["end"].max()
    challenge = {
        "fingerprint": report.provenance.fingerprint,
        "against": 1,
        "rule": "growth",
        "labels": 9,
        "labels_id": "x",
        "newest_game": last,
        "family": "dt",
        "rows": "all",
        "learned": 9,
        "fitted": 4,
        "error": "",
        "ledger": None,
        "promoted_as": 2,
    }
    decision = {"action": "retrain", "rule": "growth", "sentence": "Retrain."}
    rewrite_report(
        retraining={
            "fingerprint": report.provenance.fingerprint,
            "model_name": "kobe_shot",
            "model_version": 1,
            "origin": "x",
            "policy": "both",
            "forced": False,
            "labels": 9,
            "new_labels": 1,
            "newest_game": last,
            "decision": decision,
            "tried": True,
            "promoted": True,
            "challenge": challenge,
        }
    )
    (chart, *_) = open_page("overview").get("vega_lite_chart")
    assert '"text"' in chart.proto.spec


@pytest.mark.usefixtures("reported")
def test_health_that_nobody_looked_at_is_asked_for(
    open_page: OpenPage, report: Report, rewrite_report: Rewrite
) -> None:
    rewrite_report(monitoring=None)
    page = open_page("overview")
    assert report.application is not None
    assert report.application.adherence.sentence in " ".join(boxes(page, "error", "warning", "info", "success"))
    assert any(text.endswith("`kedro run --pipeline=Monitoramento`") for text in boxes(page, "info"))
    assert not page.metric


@pytest.mark.usefixtures("reported")
def test_shots_that_nobody_scored_are_asked_for(open_page: OpenPage, rewrite_report: Rewrite) -> None:
    rewrite_report(monitoring=None, application=None)
    (sentence,) = boxes(open_page("overview"), "info")
    assert sentence.endswith("`kobe-shots apply`")


def test_a_table_that_is_gone_is_asked_for(reported: Path, open_page: OpenPage) -> None:
    (reported / HEALTH).unlink()
    assert boxes(open_page("overview"), "info")[-1].endswith("`kedro run --pipeline=Monitoramento`")


def test_without_labels_the_cards_say_that_they_cannot_tell(reported: Path, open_page: OpenPage) -> None:
    health = pd.read_parquet(reported / HEALTH)
    realized = health["kind"] == "realized"
    health.loc[realized, ["value", "low", "high", "alert"]] = None
    health["labelled"] = 0
    health[~health["metric"].str.endswith("_constant")].to_parquet(reported / HEALTH)
    page = open_page("overview")
    shown = {metric.label: metric.value for metric in page.metric}
    assert {shown[label] for label in CARDS} == {"cannot tell"}


@pytest.mark.usefixtures("project")
def test_without_a_run_there_is_one_sentence_with_the_command(open_page: OpenPage) -> None:
    page = open_page("overview")
    (sentence,) = boxes(page, "info")
    assert sentence.endswith("`make run`")
    assert [*page.metric, *page.header] == []


def test_a_report_of_another_version_is_asked_for_again(reported: Path, open_page: OpenPage) -> None:
    (reported / REPORT_FILE).write_text(json.dumps({"schema_version": 0}))
    page = open_page("overview")
    assert boxes(page, "info")[-1].endswith("`make run`")


def test_another_champion_in_office_is_said_first(reported: Path, open_page: OpenPage) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{reported / 'mlflow.db'}")
    copied = client.copy_model_version("models:/kobe_shot@champion", "kobe_shot")
    client.set_registered_model_alias("kobe_shot", "champion", copied.version)
    assert any(
        f"Version {copied.version} is in office by now" in text for text in boxes(open_page("overview"), "warning")
    )


def test_a_registry_that_cannot_be_reached_is_said_and_the_rest_is_shown(reported: Path, open_page: OpenPage) -> None:
    (reported / "mlflow.db").write_bytes(b"This is no database, whatever its name.")
    page = open_page("overview")
    assert any("The registry cannot be reached" in text for text in boxes(page, "warning"))
    assert {metric.label: metric.value for metric in page.metric}["In the registry since"] == "cannot tell"


@pytest.mark.usefixtures("finished")
def test_all_is_said_in_portuguese(open_page: OpenPage) -> None:
    page, known = open_page("overview", lang="pt"), speak("pt").known
    assert [header.value for header in page.header] == [
        known["Loss, window by window"],
        known["How good it is"],
        known["What has changed"],
    ]
