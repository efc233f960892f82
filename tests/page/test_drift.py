"""Does the page of drift say what the tables say, of every batch, and one sentence where a table is not there?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.aggregates.drifts import say_drift
from kobe_shots.aggregates.separation import read_separation
from kobe_shots.language import speak
from kobe_shots.report import Report

REPORTING = Path("data/08_reporting")
SCALE, SUPPORT, EFFECT, UNSEEN, HISTOGRAM, DISTANCE, SCORE, SCORE_HISTOGRAM, SCORE_DISTANCE = range(9)
Rewrite = Callable[..., None]


def table(project: Path, name: str, batch: str = "prod") -> pd.DataFrame:
    rows = pd.read_parquet(project / REPORTING / f"{name}.parquet")
    return rows[rows["batch"] == batch]


def whole(project: Path, batch: str = "prod") -> pd.DataFrame:
    drifts = table(project, "drifts", batch)
    return drifts[drifts["window"] == "all"].sort_values("rank")


def change(project: Path, name: str, how: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Write a table as another version or another batch of shots would have left it."""
    path = project / REPORTING / f"{name}.parquet"
    how(pd.read_parquet(path)).to_parquet(path)


def drawn(page: AppTest, chart: int) -> list[pd.DataFrame]:
    """Return the tables a chart is drawn from."""
    datasets = page.get("vega_lite_chart")[chart].proto.datasets
    return [pa.ipc.open_stream(one.data.data).read_pandas() for one in datasets]


def said(page: AppTest, chart: int) -> str:
    """Return what a chart says to those who cannot see it."""
    return str(page.get("vega_lite_chart")[chart].proto.alt)


def holding(page: AppTest, chart: int, *columns: str) -> pd.DataFrame:
    """Return the first of those tables that has some columns."""
    return next(one for one in drawn(page, chart) if {*columns} <= {*one.columns})


def findings(report: Report, batch: str) -> dict[str, str]:
    assert report.monitoring is not None
    return {one.code: one.sentence for one in report.monitoring.batches[batch].without_labels.findings}


@pytest.mark.usefixtures("finished")
def test_the_batches_are_those_of_the_report_production_first(open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    (batch, *_) = open_page("drift").selectbox
    assert batch.value == "prod"
    assert len(batch.options) == len(report.monitoring.batches)


def test_support_each_grave_drift_and_every_alarm_is_a_sentence(
    finished: Path, open_page: OpenPage, report: Report
) -> None:
    page, told = open_page("drift"), findings(report, "prod")
    grave = whole(finished).query("consequences")
    assert len(grave)
    wanted = [told["support"], *(say_drift(row).sentence for row in grave.to_dict("records"))]
    wanted += [sentence for code, sentence in told.items() if code.startswith("alarm_")]
    shown = [text.split(" — ", 1)[-1] for text in boxes(page, "error", "warning", "info", "success")]
    assert [sentence for sentence in wanted if sentence not in shown] == []


def test_where_no_drift_is_grave_the_finding_says_so(reported: Path, open_page: OpenPage, report: Report) -> None:
    change(reported, "drifts", lambda drifts: drifts.assign(consequences=False))
    page = open_page("drift")
    assert any(text.endswith(findings(report, "prod")["drift"]) for text in boxes(page, "warning", "success"))
    assert not any("Changed, with consequences: shot_distance" in text for text in boxes(page, "warning")[1:-2])


def test_how_well_shots_are_told_apart_is_on_the_scale_and_in_words(finished: Path, open_page: OpenPage) -> None:
    page = open_page("drift")
    (row,) = table(finished, "separations").to_dict("records")
    assert holding(page, SCALE, "auc")["auc"].tolist() == [row["auc"]]
    zones = holding(page, SCALE, "start", "end")
    assert zones["end"].tolist() == [row["trusted_auc"], row["caution_auc"], 1.0]
    assert f"{row['auc']:.3f}" in said(page, SCALE)
    sentence = read_separation(row).finding.sentence
    assert any(text.endswith(sentence) for text in boxes(page, "info", "warning", "success"))
    caption = next(text for text in boxes(page, "caption") if text.startswith("Tried on"))
    assert f"learned from: {row['mean_weight']:.2f} (trusted from 0.67 to 1.5)" in caption


def test_too_few_shots_to_be_told_apart_are_said_to_be_so(reported: Path, open_page: OpenPage) -> None:
    change(reported, "separations", lambda one: one.assign(auc=np.nan, mean_weight=np.nan, effective_share=np.nan))
    page = open_page("drift")
    assert any("shots are too few to be told from those learned" in text for text in boxes(page, "info"))
    assert len(page.get("vega_lite_chart")) == 8


def test_the_ranking_is_drawn_and_written_as_in_the_table(finished: Path, open_page: OpenPage) -> None:
    page, expected = open_page("drift"), whole(finished)
    for chart, column in ((EFFECT, "effect"), (UNSEEN, "unseen")):
        bars = holding(page, chart, column)
        assert bars["name"].tolist() == expected["feature"].tolist()
        assert bars[column].tolist() == expected[column].tolist()
        assert (bars["what"] == "beyond limits").tolist() == expected[f"{column}_alert"].tolist()
    assert sorted(holding(page, EFFECT, "limit")["limit"]) == [-0.005, 0.005]
    shown = page.table[0].value
    assert shown.index.tolist() == expected["feature"].tolist()
    assert shown["beyond learned"].tolist() == [f"{share:.1%}" for share in expected["unseen"]]
    assert shown["p-value"].tolist() == [f"{p:.3f}" for p in expected["p_value"]]
    assert shown["effect"].tolist() == [
        f"{effect:+z.4f}" if unseen < 1 else "cannot tell"
        for effect, unseen in zip(expected["effect"], expected["unseen"], strict=True)
    ]
    words = {(True, True): "matters", (True, False): "bearable", (False, False): "no change"}
    assert shown["change"].tolist() == [
        words[key] for key in zip(expected["drifted"], expected["consequences"], strict=True)
    ]


@pytest.mark.parametrize("feature", ["shot_distance", "period"])
def test_the_histograms_are_those_of_the_shots_themselves(finished: Path, open_page: OpenPage, feature: str) -> None:
    page = open_page("drift")
    page.selectbox(key="drift_feature").set_value(feature).run()
    assert not page.exception
    shots = pd.read_parquet(finished / "data/07_model_output/monitored_shots.parquet")
    of = {batch: shots[(shots["model"] == "champion") & (shots["batch"] == batch)] for batch in ("prod", "reference")}
    bins = holding(page, HISTOGRAM, "left", "share")
    edges = [*bins["left"], bins["right"].iloc[-1]]
    for batch, count, share in (("prod", "shots", "share"), ("reference", "learned", "learned_share")):
        counted = np.histogram(of[batch][feature], edges)[0]
        assert bins[count].tolist() == counted.tolist()
        assert bins[share].to_numpy() == pytest.approx(counted / len(of[batch]))
    assert f"{len(of['prod']):,} shots, beside {len(of['reference']):,} learned from." in boxes(page, "caption")
    assert said(page, HISTOGRAM).startswith(feature)


@pytest.mark.parametrize(
    ("how", "column", "limit"),
    [
        ("psi", "psi", "psi_limit"),
        ("jensen_shannon", "jensen_shannon", "jensen_shannon_limit"),
        ("wasserstein", "wasserstein", "wasserstein_limit"),
        ("p_value", "p_value", "level"),
    ],
)
def test_every_distance_runs_over_the_windows_beside_its_limit(
    finished: Path, open_page: OpenPage, how: str, column: str, limit: str
) -> None:
    page = open_page("drift")
    page.selectbox(key="drift_distance").set_value(how).run()
    assert not page.exception
    feature = page.selectbox(key="drift_feature").value
    drifts = table(finished, "drifts")
    rows = drifts[(drifts["feature"] == feature) & (drifts["window"] != "all")].sort_values("start")
    windows = holding(page, DISTANCE, column, limit)
    assert windows["window"].tolist() == rows["window"].tolist()
    assert windows[[column, limit]].to_numpy().tolist() == rows[[column, limit]].to_numpy().tolist()
    beyond = rows["drifted"] if how == "p_value" else rows[column] > rows[limit]
    assert (windows["what"] == "beyond limits").tolist() == beyond.tolist()
    assert f"beyond limits in {int(beyond.sum())} of {len(rows)} windows." in said(page, DISTANCE)


def test_support_and_score_run_over_the_windows_beside_what_is_usual(finished: Path, open_page: OpenPage) -> None:
    page, health = open_page("drift"), table(finished, "health")
    for chart, metric in ((SUPPORT, "share_in_support"), (SCORE, "mean_score")):
        rows = health[(health["metric"] == metric) & (health["window"] != "all")].sort_values("start")
        windows = holding(page, chart, "value", "lower_limit", "upper_limit")
        for column in ("value", "lower_limit", "upper_limit"):
            assert windows[column].tolist() == rows[column].tolist()
        assert said(page, chart) in boxes(page, "caption")


@pytest.mark.usefixtures("reported")
def test_faults_of_the_data_are_told_by_column(open_page: OpenPage, report: Report, rewrite_report: Rewrite) -> None:
    assert report.monitoring is not None
    record = report.monitoring.model_dump(mode="json")
    quality = next(one for one in record["batches"]["prod"]["without_labels"]["findings"] if one["code"] == "quality")
    quality["evidence"] |= {"received": 7_000, "missing_lat": 1_200, "impossible_period": 3, "unscored": 5}
    rewrite_report(monitoring=record)
    page = open_page("drift")
    shown = page.table[1].value.to_dict("index")
    assert shown["lat"] == {"missing": "1,200", "impossible": "0"}
    assert shown["period"] == {"missing": "0", "impossible": "3"}
    assert "Of 7,000 shots that came 5 have no score and 0 repeat an id." in boxes(page, "caption")


@pytest.mark.parametrize("lang", ["en", "pt"])
def test_every_batch_and_every_feature_can_be_looked_at(finished: Path, open_page: OpenPage, lang: str) -> None:
    page = open_page("drift", lang)
    batches = json.loads((finished / REPORTING / "verdicts.json").read_text())["batches"]
    for batch in batches:
        page.selectbox(key="drift_batch").set_value(batch).run()
        assert not page.exception
        for feature in whole(finished, batch)["feature"]:
            if feature != "probability":
                page.selectbox(key="drift_feature").set_value(feature).run()
                assert not page.exception
                assert all(said(page, chart) for chart in range(len(page.get("vega_lite_chart"))))


def test_in_portuguese_everything_the_page_says_itself_is_portuguese(finished: Path, open_page: OpenPage) -> None:
    page, portuguese = open_page("drift", "pt"), speak("pt")
    assert [header.value for header in page.header] == [
        "Dá para distinguir estes arremessos dos aprendidos?",
        "Eles se parecem com os aprendidos, janela a janela?",
        "O que cada mudança faz com o modelo?",
        "Um atributo",
        "O escore",
        "Qualidade dos dados",
    ]
    expected = whole(finished)
    shown = page.table[0].value
    assert shown.index.tolist() == [portuguese.look_up(feature) for feature in expected["feature"]]
    assert shown["valor-p"].tolist() == [f"{p:.3f}".replace(".", ",") for p in expected["p_value"]]
    (row,) = table(finished, "separations").to_dict("records")
    assert any(portuguese.tell(read_separation(row).finding) in text for text in boxes(page, "info", "warning"))
    number = f"{row['auc']:.3f}".replace(".", ",")
    assert said(page, SCALE).startswith(f"Escala de 0,5, nunca distinguidos, a 1, sempre: {number}.")
    spec = json.loads(page.get("vega_lite_chart")[EFFECT].proto.spec)
    assert spec["config"]["locale"]["number"]["decimal"] == ","
    english = {*speak("pt").known} - {*speak("pt").known.values()}
    labels = [box.label for box in page.selectbox]
    assert not english & {*labels, *shown.columns, *(header.value for header in page.header)}


@pytest.mark.parametrize(
    ("application", "command"), [(None, "kobe-shots apply"), ("kept", "kedro run --pipeline=Monitoramento")]
)
@pytest.mark.usefixtures("reported")
def test_before_the_champion_was_watched_the_page_names_the_step_that_is_missing(
    open_page: OpenPage, rewrite_report: Rewrite, application: str | None, command: str
) -> None:
    parts: dict[str, Any] = {"monitoring": None} | ({} if application else {"application": None})
    rewrite_report(**parts)
    page = open_page("drift")
    (sentence,) = boxes(page, "info")
    assert sentence.endswith(f"Run it, then reload this page: `{command}`")
    assert not page.header


@pytest.mark.parametrize("name", ["health", "drifts", "separations", "histograms"])
def test_a_table_that_is_not_there_is_named_with_the_command_that_writes_it(
    reported: Path, open_page: OpenPage, name: str
) -> None:
    (reported / REPORTING / f"{name}.parquet").unlink()
    (sentence,) = boxes(open_page("drift"), "info")
    assert sentence == (
        f"The table `{name}` is not there, or another version of the program wrote it. "
        "Run it, then reload this page: `kedro run --pipeline=Monitoramento`"
    )


@pytest.mark.parametrize(
    ("name", "column"), [("health", "alert"), ("drifts", "rank"), ("separations", "auc"), ("histograms", "left")]
)
def test_a_table_of_another_version_is_named_too(reported: Path, open_page: OpenPage, name: str, column: str) -> None:
    change(reported, name, lambda rows: rows.drop(columns=column))
    (sentence,) = boxes(open_page("drift"), "info")
    assert sentence.startswith(f"The table `{name}` is not there")


def test_of_a_batch_without_a_shot_that_can_be_watched_only_the_faults_are_told(
    reported: Path, open_page: OpenPage, report: Report
) -> None:
    change(reported, "drifts", lambda drifts: drifts[drifts["batch"] != "prod"])
    page = open_page("drift")
    assert [header.value for header in page.header] == ["Data quality"]
    assert any(text.endswith(findings(report, "prod")["estimate"]) for text in boxes(page, "info", "warning"))
    assert page.table[0].value.index.tolist()[0] == "lat"


def test_where_all_is_beyond_what_was_learned_the_effect_cannot_be_told(reported: Path, open_page: OpenPage) -> None:
    change(reported, "drifts", lambda drifts: drifts.assign(unseen=1.0, effect=0.0))
    assert set(open_page("drift").table[0].value["effect"]) == {"cannot tell"}
