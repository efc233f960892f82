"""Does the page of models say what training wrote, and one sentence where there is nothing to say?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.metrics import roc_curve
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.job import REPORT_FILE
from kobe_shots.models.candidates import MODELS
from kobe_shots.report import Report
from kobe_shots.shots.schema import FEATURES, TARGET

REPORTING = Path("data/08_reporting")
SKILL_DEV, SKILL_PROD, ROC, RELIABILITY, TREE, TERMS, SEARCH_LR, SEARCH_DT = range(8)
DEV, PROD, LEAVES, NUMBERS, PICKS_LR, PICKS_DT, REGISTRY = range(7)
Rewrite = Callable[..., None]


def drawn(page: AppTest, chart: int, *columns: str) -> pd.DataFrame:
    """Return the largest table that a chart is drawn from and that has some columns."""
    datasets = page.get("vega_lite_chart")[chart].proto.datasets
    tables: list[pd.DataFrame] = [pa.ipc.open_stream(one.data.data).read_pandas() for one in datasets]
    return max((table for table in tables if {*columns} <= {*table.columns}), key=len)


def said(page: AppTest, chart: int) -> str:
    """Return what a chart says to those who cannot see it."""
    return str(page.get("vega_lite_chart")[chart].proto.alt)


def choose_base(page: AppTest, stage: str) -> AppTest:
    page.session_state["base"] = stage
    page.run()
    assert not page.exception
    return page


def load_model(project: Path, model: str, stage: str) -> Any:
    mlflow.set_tracking_uri(f"sqlite:///{project / 'mlflow.db'}")
    return mlflow.sklearn.load_model(f"models:/trained_{model}_model_{stage}/latest")


# ---- what training found


def test_both_models_stand_beside_the_constant_and_always_made_on_both_bases(
    finished: Path, open_page: OpenPage
) -> None:
    page, report = open_page("models"), json.loads((finished / REPORT_FILE).read_text())
    titles = {"log loss": "log_loss", "F1": "f1", "Brier score": "brier", "ROC AUC": "roc_auc"}
    for number, stage in ((DEV, "dev"), (PROD, "prod")):
        training = report["training"][stage]
        shown = page.table[number].value
        columns = {
            "logistic regression": training["models"]["lr"]["test"],
            "decision tree": training["models"]["dt"]["test"],
            "constant": training["constant"],
            "always made": training["always_made"],
        }
        assert shown.columns.tolist() == list(columns)
        for column, estimates in columns.items():
            for title, metric in titles.items():
                of = estimates[metric]
                assert shown.loc[title, column] == f"{of['value']:.3f} [{of['low']:.3f}, {of['high']:.3f}]"
        for model, name in MODELS.items():
            of = training["models"][model]["skill"]
            expected = f"{of['value']:.3f} [{of['low']:.3f}, {of['high']:.3f}]"
            assert shown.loc["skill over a constant", name] == expected
            assert expected in said(page, (SKILL_DEV, SKILL_PROD)[number])
        assert any(caption.startswith(f"On {of['n']:,} test shots; ") for caption in boxes(page, "caption"))
        assert any(f"**{word}** — {training['choice']['verdict']['sentence']}" for word in ("OK", "CANNOT TELL"))


@pytest.mark.usefixtures("finished")
def test_the_reasons_of_the_choice_are_said_with_the_severity(open_page: OpenPage, report: Report) -> None:
    page = open_page("models")
    texts = boxes(page, "success", "info")
    for training in report.training.values():
        verdict = training.choice.verdict
        assert f"**{verdict.severity.word}** — {verdict.sentence}" in texts


@pytest.mark.usefixtures("reported")
def test_remarks_and_certain_shots_are_told_with_the_models_name(
    open_page: OpenPage, report: Report, rewrite_report: Rewrite
) -> None:
    training = {stage: record.model_dump(mode="json") for stage, record in report.training.items()}
    remark = {"code": "untuned", "severity": "watch", "sentence": "PyCaret gave back the untuned model."}
    training["dev"]["models"]["dt"] |= {"remarks": [remark], "made_with": "pycaret 3.3.2", "certain_shots": 1234}
    rewrite_report(training=training)
    page = open_page("models")
    assert "**WATCH** — decision tree: PyCaret gave back the untuned model." in boxes(page, "warning")
    (caption,) = (text for text in boxes(page, "caption") if "pycaret 3.3.2" in text)
    assert caption.endswith("It is certain of 1,234 of them; each wrong one is dear.")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_curves_are_those_of_the_test_scores(finished: Path, open_page: OpenPage, stage: str) -> None:
    page = choose_base(open_page("models"), stage)
    roc, bins = drawn(page, ROC, "order"), drawn(page, RELIABILITY, "low")
    for model, name in MODELS.items():
        scores = pd.read_parquet(finished / f"data/07_model_output/test_scores_{model}_model_{stage}.parquet")
        every = {(x, y) for x, y, _ in zip(*roc_curve(scores[TARGET], scores["probability"].round(12)), strict=True)}
        of = roc[roc["kind"] == model]
        assert {*zip(of["x"], of["y"], strict=True)} <= every
        assert {(0, 0), (1, 1)} <= {*zip(of["x"], of["y"], strict=True)}
        area = json.loads((finished / REPORT_FILE).read_text())["training"][stage]["models"][model]["test"]["roc_auc"]
        assert f"{name} {area['value']:.3f} [{area['low']:.3f}, {area['high']:.3f}]" in said(page, ROC)
        assert f"{name}, AUC {area['value']:.3f}" in set(roc["model"])
        of = bins[bins["kind"] == model]
        assert of["n"].sum() == len(scores)
        assert (of["y"] * of["n"]).sum() == pytest.approx(scores[TARGET].sum())
        assert (of["x"] * of["n"]).sum() == pytest.approx(scores["probability"].sum())
        held = ((of["low"] <= of["x"]) & (of["x"] <= of["high"])).sum()
        assert f"{name}: in {held} of {len(of)} bins" in said(page, RELIABILITY)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_boxes_of_the_tree_are_its_train_shots(finished: Path, open_page: OpenPage, stage: str) -> None:
    page = choose_base(open_page("models"), stage)
    model = load_model(finished, "dt", stage)
    train = pd.read_parquet(finished / f"data/05_model_input/base_train_{stage}.parquet")
    way = model[-1].decision_path(train[FEATURES].astype(float)).toarray().astype(bool)
    nodes = drawn(page, TREE, "answer")
    assert len(nodes) == way.shape[1]
    assert nodes["n"].tolist() == way.sum(axis=0).tolist()
    np.testing.assert_allclose(nodes["make_rate"], [train.loc[here, TARGET].mean() for here in way.T])
    np.testing.assert_allclose(nodes["width"], way.mean(axis=0))
    leaves = nodes[nodes["question"] == "a leaf"].sort_values("make_rate", ascending=False)
    listed = page.table[LEAVES].value
    assert listed["train shots"].tolist() == [f"{n:,}" for n in leaves["n"]]
    assert listed["make rate"].tolist() == [f"{rate:.1%}" for rate in leaves["make_rate"]]
    assert listed.iloc[0]["shots with"] in said(page, TREE)
    assert f"The tree has {len(leaves)} leaves; it asks first: {nodes['question'].iloc[0]}?" in said(page, TREE)


@pytest.mark.usefixtures("finished")
def test_a_way_to_a_leaf_names_every_answer(open_page: OpenPage) -> None:
    page = open_page("models")
    ways = page.table[LEAVES].value["shots with"].tolist()
    nodes = drawn(page, TREE, "answer")
    assert len(ways) == len(set(ways))
    depths = nodes.loc[nodes["question"] == "a leaf", "depth"]
    assert sorted(way.count("; ") + 1 for way in ways) == sorted(depths)
    assert nodes["answer"].iloc[0] == "all train shots"


def test_coefficients_are_those_of_the_registered_model(finished: Path, open_page: OpenPage) -> None:
    page = choose_base(open_page("models"), "prod")
    model = load_model(finished, "lr", "prod")
    expected = dict(zip(FEATURES, model[-1].coef_[0], strict=True))
    bars = drawn(page, TERMS, "standardised")
    assert dict(zip(bars["term"], bars["standardised"], strict=True)) == expected
    assert bars["standardised"].is_monotonic_decreasing
    per_unit = {name: expected[name] / scale for name, scale in zip(FEATURES, model[0].scale_, strict=True)}
    rows = page.table[NUMBERS].value.set_index("feature")
    for name, weight in expected.items():
        assert rows.loc[name].tolist() == [f"{weight:+.4f}", f"{per_unit[name]:+.4f}", f"{np.exp(weight):.3f}"]
    strongest = max(expected, key=lambda name: abs(expected[name]))
    assert f"A standard deviation more of {strongest} changes" in said(page, TERMS)
    assert f"{expected[strongest]:+.3f}" in said(page, TERMS)


@pytest.mark.parametrize(("model", "chart", "table"), [("lr", SEARCH_LR, PICKS_LR), ("dt", SEARCH_DT, PICKS_DT)])
def test_every_candidate_is_drawn_and_each_metrics_pick_is_marked_and_told(
    finished: Path, open_page: OpenPage, report: Report, model: str, chart: int, table: int
) -> None:
    page = open_page("models")
    candidates = pd.read_parquet(finished / REPORTING / f"{model}_model_dev" / "candidates.parquet")
    points = drawn(page, chart, "kind", "candidate")
    pd.testing.assert_frame_equal(
        points[["candidate", "log_loss", "log_loss_sd"]], candidates[["candidate", "log_loss", "log_loss_sd"]]
    )
    key = {"lr": "C", "dt": "max_leaf_nodes"}[model]
    assert points["size"].tolist() == [json.loads(params)[key] for params in candidates["params"]]
    picks = report.training["dev"].models[model].picks
    marks = drawn(page, chart, "metric")
    assert set(marks["candidate"]) == {pick.candidate for pick in picks}
    assert marks.loc[marks["taken"], "candidate"].tolist() == [picks[0].candidate]
    shown = page.table[table].value
    assert shown["log loss"].tolist() == [f"{pick.test['log_loss']:.4f}" for pick in picks]
    assert shown["F1"].tolist() == [f"{pick.test['f1']:.4f}" for pick in picks]
    assert shown["called baskets"].tolist() == [f"{pick.share_predicted_made:.1%}" for pick in picks]
    told = [caption for caption in boxes(page, "caption") if f"{key}=" in caption]
    assert all(any(f"{key}={pick.params[key]}" in caption for caption in told) for pick in picks)


@pytest.mark.usefixtures("reported")
def test_a_search_by_pycaret_is_drawn_by_depth_and_says_what_it_cannot_draw(open_page: OpenPage) -> None:
    path = REPORTING / "dt_model_dev" / "candidates.parquet"
    tried = [{"criterion": "gini"}, *({"max_depth": 1 + at % 16, "min_samples_leaf": at} for at in range(2, 12))]
    table = pd.read_parquet(path).head(len(tried))
    table.assign(params=[json.dumps(one) for one in tried], candidate=range(len(tried))).to_parquet(path)
    page = open_page("models")
    assert drawn(page, SEARCH_DT, "kind", "candidate")["size"].tolist() == list(range(3, 13))
    assert "Not drawn: 1 candidates without max_depth." in boxes(page, "caption")
    assert "against max_depth" in said(page, SEARCH_DT)


# ---- in Portuguese


def test_in_portuguese_names_and_numbers_are_portuguese(finished: Path, open_page: OpenPage) -> None:
    page, report = open_page("models", "pt"), json.loads((finished / REPORT_FILE).read_text())
    of = report["training"]["dev"]["models"]["dt"]["test"]["log_loss"]
    cell = page.table[DEV].value.loc["perda logarítmica", "árvore de decisão"]
    assert cell.startswith(f"{of['value']:.3f}".replace(".", ",") + " [")
    assert page.table[PICKS_DT].value.columns[0] == "escolha por"
    assert "**campeão**" in page.table[REGISTRY].value["cargo"].tolist()
    strongest = drawn(page, TERMS, "standardised").iloc[-1]
    assert f"{strongest['standardised']:+.3f}".replace(".", ",") in said(page, TERMS)
    assert [header.value for header in page.header] == ["Quão bons são", "De perto", "Registro de modelos"]


@pytest.mark.usefixtures("finished")
def test_every_chart_says_what_it_shows_in_either_language(open_page: OpenPage) -> None:
    english, portuguese = open_page("models"), open_page("models", "pt")
    for chart in range(SEARCH_DT + 1):
        assert len(said(english, chart)) > 40
        assert said(english, chart) != said(portuguese, chart)
    assert english.get("image")[0].proto.imgs[0].alt == said(english, TREE)
