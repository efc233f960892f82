"""Does the page say what the report and the champion say, and one sentence where there is nothing to say?"""

import json
import shutil
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from kobe_shots.job import REPORT_FILE, read_report
from kobe_shots.report import Report
from kobe_shots.verdicts import Severity

FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
METRICS = {"log loss": "log_loss", "F1": "f1", "Brier": "brier", "ROC AUC": "roc_auc"}
ARC_THREE, CORNER_THREE, LONG_TWO = (0.0, 24.0), (-22.0, 0.0), (0.0, 23.5)


def open_page(project: Path) -> AppTest:
    page = AppTest.from_file(project / "streamlit" / "main.py", default_timeout=60).run()
    assert not page.exception
    return page


def put(page: AppTest, side: float, depth: float) -> AppTest:
    page.slider(key="side").set_value(side)
    page.slider(key="depth").set_value(depth)
    return page.run()


def boxes(page: AppTest, kind: str) -> list[str]:
    return [element.value for element in page.get(kind)]


@pytest.fixture
def finished(simulated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(simulated)
    return simulated


@pytest.fixture
def report(simulated: Path) -> Report:
    return read_report(simulated)


@pytest.fixture
def reported(project: Path, simulated: Path) -> Path:
    """A project of its own with the finished one's report and registry, to be changed."""
    (project / REPORT_FILE).parent.mkdir(parents=True)
    for name in (REPORT_FILE, "mlflow.db"):
        shutil.copy(simulated / name, project / name)
    return project


def rewrite_report(project: Path, **parts: dict[str, Any] | None) -> None:
    """Put other parts into the report."""
    report = json.loads((project / REPORT_FILE).read_text())
    (project / REPORT_FILE).write_text(json.dumps(report | parts))


def test_the_verdict_comes_first_and_is_the_reports(finished: Path, report: Report) -> None:
    page = open_page(finished)
    assert report.application is not None
    assert report.application.adherence.severity == "act"
    title, _, verdict, *_ = page.main.children.values()
    assert (title.type, verdict.type) == ("title", "error")
    assert page.error[0].icon == ":material/error:"
    assert verdict.value == f"**ACT** — {report.application.adherence.sentence}"


@pytest.mark.parametrize(
    ("severity", "box", "word"),
    [
        (Severity.OK, "success", "OK"),
        (Severity.WATCH, "warning", "WATCH"),
        (Severity.ACT, "error", "ACT"),
        (Severity.CANNOT_TELL, "info", "CANNOT TELL"),
    ],
)
def test_every_severity_has_its_colour_and_word(
    reported: Path, report: Report, severity: Severity, box: str, word: str
) -> None:
    assert report.application is not None
    verdict = report.application.adherence.model_copy(update={"severity": severity})
    altered = report.application.model_copy(update={"adherence": verdict})
    rewrite_report(reported, application=altered.model_dump(mode="json"))
    assert boxes(open_page(reported), box)[0] == f"**{word}** — {verdict.sentence}"


def test_simulated_data_is_said_loudly(finished: Path, report: Report) -> None:
    expected = f"**SIMULATED DATA** (dados simulados) — {report.provenance.describe()}"
    assert boxes(open_page(finished), "warning") == [expected]


def test_data_that_is_not_simulated_is_said_quietly(reported: Path, report: Report) -> None:
    downloaded = report.provenance.model_copy(update={"source": "download", "sentence": "Downloaded."})
    rewrite_report(reported, provenance=downloaded.model_dump(mode="json"))
    page = open_page(reported)
    assert boxes(page, "warning") == []
    assert f"Data (dados): {downloaded.describe()}" in [caption.value for caption in page.caption]


def test_the_tables_hold_the_numbers_of_the_report(finished: Path, report: Report) -> None:
    page = open_page(finished)
    dev, applied = report.training["dev"], report.application
    assert applied is not None
    expected = [
        {
            "logistic regression": dev.models["lr"].test,
            "decision tree": dev.models["dt"].test,
            "constant": dev.constant,
        },
        {
            f"champion (version {applied.model_version})": applied.metrics,
            "logistic regression, dev": applied.contenders["lr"],
            "decision tree, dev": applied.contenders["dt"],
            "constant, dev rate": applied.constant_dev,
            "constant, prod rate": applied.constant_prod,
        },
    ]
    shown = [table.value.T.to_dict() for table in page.table]
    assert shown == [
        {name: {title: str(of[metric]) for title, metric in METRICS.items()} for name, of in rows.items()}
        for rows in expected
    ]
    assert f"**{dev.choice.verdict.sentence}**" in [text.value for text in page.markdown]


def test_the_form_gives_the_champions_probability_and_version(finished: Path, report: Report) -> None:
    page = open_page(finished)
    page.number_input(key="minutes").set_value(9)
    page.number_input(key="period").set_value(3)
    page.toggle(key="playoffs").set_value(True)
    put(page, side=-7.5, depth=13.5)
    mlflow.set_tracking_uri(f"sqlite:///{finished / 'mlflow.db'}")
    estimator = mlflow.sklearn.load_model("models:/kobe_shot@champion")
    shot = pd.DataFrame([[33.9093, -118.3448, 9.0, 3.0, 1.0, 15.0]], columns=FEATURES)
    probability = float(estimator.predict_proba(shot)[0, 1])
    label = "basket, 1" if probability > 0.5 else "miss, 0"
    assert [metric.value for metric in page.metric] == [f"{probability:.1%}", label]
    assert report.application is not None
    assert page.caption[-1].value == (
        f"Answered by kobe_shot, version {report.application.model_version}, a copy of {report.application.origin}, "
        "for a shot from 15 feet at lat 33.9093, lon -118.3448."
    )


def test_the_court_shows_the_shot_where_it_is(finished: Path) -> None:
    (chart,) = put(open_page(finished), side=-7.5, depth=13.5).get("vega_lite_chart")
    shot = json.loads(chart.proto.spec)["layer"][-1]
    assert shot["mark"]["type"] == "point"
    drawn = {dataset.name: dataset.data.data for dataset in chart.proto.datasets}[shot["data"]["name"]]
    assert pa.ipc.open_stream(drawn).read_all().to_pylist() == [{"x": -75, "y": 135}]


@pytest.mark.parametrize("place", [ARC_THREE, CORNER_THREE])
def test_a_three_point_shot_is_warned_of_with_the_reports_distances(
    finished: Path, report: Report, place: tuple[float, float]
) -> None:
    assert report.application is not None
    known = next(shift for shift in report.application.shifts if shift.feature == "shot_distance")
    warning = boxes(put(open_page(finished), *place), "warning")[-1]
    assert warning.startswith("**Beyond the three-point line.** The champion learned from two-point shots only.")
    assert f"{known.learned_mean:.1f} feet away on average" in warning
    assert f"{known.share_in_support:.1%} of the production shots" in warning


def test_a_two_point_shot_is_not_warned_of(finished: Path) -> None:
    assert not any("three-point line" in text for text in boxes(put(open_page(finished), *LONG_TWO), "warning"))


def test_an_overtime_has_five_minutes(finished: Path) -> None:
    page = open_page(finished)
    page.number_input(key="minutes").set_value(11).run()
    page.number_input(key="period").set_value(5).run()
    assert not page.exception
    assert page.number_input(key="minutes").max == 4


@pytest.mark.usefixtures("project")
def test_without_a_report_the_page_names_the_command_and_stops() -> None:
    page = open_page(Path.cwd())
    (sentence,) = boxes(page, "info")
    assert sentence == f"{REPORT_FILE} is not there yet; run the job first: make run."
    assert [*page.header, *page.table, *page.slider] == []


def test_without_a_champion_the_report_is_shown_and_one_sentence(reported: Path) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{reported / 'mlflow.db'}")
    client.delete_registered_model_alias("kobe_shot", "champion")
    page = open_page(reported)
    assert boxes(page, "info") == ["No champion is in the registry yet; run the job first: make run."]
    assert len(page.table) == 2
    assert [*page.slider, *page.metric] == []


def test_steps_that_have_not_run_on_this_data_are_named(reported: Path) -> None:
    rewrite_report(reported, application=None, training={})
    page = put(open_page(reported), *ARC_THREE)
    assert boxes(page, "info") == [
        "PipelineAplicacao has not run on this data with the champion in office: "
        "`kedro run --pipeline=PipelineAplicacao`",
        "Treinamento has not run on this data: `kedro run --pipeline=Treinamento`",
    ]
    assert boxes(page, "warning")[-1].startswith("**Beyond the three-point line.**")


def test_the_engine_is_named_and_what_it_remarks_is_a_warning_with_the_models_name(reported: Path) -> None:
    training = json.loads((reported / REPORT_FILE).read_text())["training"]
    training["dev"]["models"]["lr"]["made_with"] = "pycaret 3.3.2"
    remark = {"code": "untuned", "severity": "watch", "sentence": "PyCaret gave back the untuned model."}
    training["dev"]["models"]["dt"]["remarks"] = [remark]
    rewrite_report(reported, training=training)
    page = open_page(reported)
    assert "decision tree: PyCaret gave back the untuned model." in boxes(page, "warning")
    assert any("Searched with (busca com) pycaret 3.3.2." in caption for caption in boxes(page, "caption"))
