"""Does the page on performance show what the tables hold, with labels and without?"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.aggregates.estimates import compare_estimates
from kobe_shots.language import speak
from kobe_shots.report import Report

REPORTING = Path("data/08_reporting")
WINDOWS, RELIABILITY, THRESHOLDS, SEGMENTS = range(4)  # charts, with labels
ALL_BOXES = ("error", "warning", "info", "success")
Rewrite = Callable[..., None]


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(REPORTING / f"{name}.parquet")


def whole(batch: str, kind: str) -> pd.DataFrame:
    health = table("health")
    return health[(health["batch"] == batch) & (health["window"] == "all") & (health["kind"] == kind)].set_index(
        "metric"
    )


def choose(page: AppTest, **chosen: str) -> AppTest:
    """Choose on the page, in English: batch, evidence, metric or split."""
    for name, value in chosen.items():
        page.session_state[f"performance_{name}"] = value
    page.run()
    assert not page.exception
    return page


def open_chosen(lang: str, **chosen: str) -> AppTest:
    """Open the page in a language with choices made: AppTest cannot choose among what is called otherwise there."""
    page = AppTest.from_file(Path.cwd() / "streamlit" / "main.py", default_timeout=60)
    page.session_state["lang"] = lang
    page.run()
    page.switch_page("app_pages/performance.py")
    return choose(page, **chosen)


def described(page: AppTest) -> list[str]:
    return [chart.proto.alt for chart in page.get("vega_lite_chart")]


def rows_of(page: AppTest, number: int) -> dict[str, list[str]]:
    """Return the rows of a table by what stands in their first column."""
    frame = page.table[number].value
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in frame.to_numpy()}


def interval(row: pd.Series) -> str:
    return f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize("batch", ["prod", "dev_test"])
def test_with_labels_the_verdict_comes_first_and_metrics_are_those_of_the_table(
    open_page: OpenPage, report: Report, batch: str
) -> None:
    assert report.monitoring is not None
    judged = report.monitoring.batches[batch].with_labels
    page = choose(open_page("performance"), batch=batch)
    assert f"**{judged.overall.severity.word}** — {judged.overall.sentence}" in boxes(page, *ALL_BOXES)
    assert f"**What to do:** {judged.action}" in boxes(page, "markdown")
    shown, realized = rows_of(page, 0), whole(batch, "realized")
    named = {"log loss": "log_loss", "ROC AUC": "roc_auc", "F1": "f1", "calibration slope": "calibration_slope"}
    for title, metric in named.items():
        assert shown[title][0] == interval(realized.loc[metric])
    assert shown["log loss"][1] == f"{realized['value']['log_loss_constant']:.3f}"
    for title, metric in named.items():
        row = realized.loc[metric]
        assert (" as usual, " in shown[title][2]) is not bool(row["alert"])
        assert shown[title][2].endswith(f"{row['lower_limit']:.3f} to {row['upper_limit']:.3f}")


@pytest.mark.usefixtures("finished")
def test_the_threshold_is_explained_by_its_finding_the_curve_and_the_confusion(
    open_page: OpenPage, report: Report
) -> None:
    assert report.monitoring is not None
    page = open_page("performance")
    (finding,) = [one for one in report.monitoring.batches["prod"].with_labels.findings if one.code == "threshold"]
    assert f"**{finding.severity.word}** — {finding.sentence}" in boxes(page, *ALL_BOXES)
    curves = table("curves")
    of = curves[curves["subject"] == "prod"].set_index("curve")
    served, highest = of.loc["served"], of.loc["highest"]
    said = described(page)[THRESHOLDS]
    assert said.startswith(f"F1 by threshold: {served['y']:.3f} at the threshold served, {served['x']:.2f};")
    assert said.endswith(f"0 from the highest score, {highest['x']:.3f}, on.")
    assert highest["x"] == pytest.approx(finding.evidence["highest_score"])
    confusion = page.table[1].value
    assert confusion.to_numpy().tolist() == [
        ["called a basket", f"{served['tp']:,}", f"{served['fp']:,}"],
        ["called a miss", f"{served['fn']:,}", f"{served['tn']:,}"],
    ]


@pytest.mark.usefixtures("finished")
def test_the_reliability_diagram_says_its_bins_and_its_scores(open_page: OpenPage) -> None:
    curves = table("curves")
    of = curves[curves["subject"] == "prod"]
    bins, bars = of[of["curve"] == "reliability"], of[of["curve"] == "score"]
    said = described(open_page("performance"))[RELIABILITY]
    assert said.startswith(f"Scores of {bars['n'].sum():,} shots")
    first, last = bins.iloc[0], bins.iloc[-1]
    assert (
        f"Where {first['x']:.3f} was given, {first['y']:.3f} went in; where {last['x']:.3f}, {last['y']:.3f};" in said
    )


@pytest.mark.usefixtures("finished")
def test_every_metric_has_its_windows(open_page: OpenPage) -> None:
    page, health = open_page("performance"), table("health")
    for metric in page.selectbox(key="performance_metric").options:
        assert metric  # each has a title
    for metric in ("skill", "f1", "ece"):
        of = health[(health["batch"] == "prod") & (health["window"] != "all") & (health["kind"] == "realized")]
        told = of[(of["metric"] == metric) & of["value"].notna()].sort_values("start")
        said = described(choose(page, metric=metric))[WINDOWS]
        assert f"{told['value'].iloc[0]:.3f} in {told['window'].iloc[0]}" in said
        assert f"in {int(told['alert'].sum())} of {len(told)} windows" in said
        assert "estimated" not in said


@pytest.mark.usefixtures("reported")
def test_a_metric_that_no_window_tells_says_so(open_page: OpenPage) -> None:
    health = table("health")
    of = (health["metric"] == "ece") & (health["window"] != "all")
    health.loc[of, ["value", "low", "high", "lower_limit", "upper_limit"]] = None
    health.to_parquet(REPORTING / "health.parquet")
    said = described(choose(open_page("performance"), metric="ece"))[WINDOWS]
    assert said.endswith("realized, with outcomes: cannot be told in any window.")


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize("dimension", ["zone", "distance", "period", "playoffs", "floor"])
def test_segments_are_those_of_the_table_and_say_why_they_cannot_be_told(open_page: OpenPage, dimension: str) -> None:
    segments = table("segments")
    of = segments[(segments["batch"] == "prod") & (segments["dimension"] == dimension)]
    page = choose(open_page("performance"), split=dimension)
    shown = rows_of(page, 2)
    assert list(shown) == [f"{row['segment']} ({row['labelled']:,})" for row in of.to_dict("records")]
    for row in of.to_dict("records"):
        rate, loss, judged = shown[f"{row['segment']} ({row['labelled']:,})"]
        if row["against_constant"] == "cannot tell":
            assert rate == f"— ({row['mean_probability']:.3f})"
            assert judged.endswith("cannot tell")
            assert any(one.endswith(f"{row['segment']}: {row['note']}.") for one in boxes(page, "caption"))
        else:
            assert rate.startswith(f"{row['make_rate']:.3f} [{row['make_rate_low']:.3f}, {row['make_rate_high']:.3f}]")
            assert loss == f"{row['log_loss']:.3f} ({row['constant_log_loss']:.3f})"
            assert f"{row['segment']}: skill {row['skill']:.4f}" in described(page)[SEGMENTS]


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize("batch", ["prod", "dev_test", "dev_withheld"])
def test_without_labels_estimates_are_those_of_the_table_or_bounds(
    open_page: OpenPage, report: Report, batch: str
) -> None:
    assert report.monitoring is not None
    judged = report.monitoring.batches[batch].without_labels
    page = choose(open_page("performance"), batch=batch, evidence="without")
    said = boxes(page, *ALL_BOXES)
    for finding in (judged.overall, *judged.findings):
        assert f"**{finding.severity.word}** — {finding.sentence}" in said
    row, shown = whole(batch, "estimated").loc["log_loss"], rows_of(page, 0)["log loss"]
    if pd.isna(row["value"]):
        assert shown[:2] == [f"between {row['low']:.3f} and {row['high']:.3f}", "—"]
    else:
        assert shown[:2] == [interval(row), row["note"].replace("no change", "supposing that nothing has changed")]


@pytest.mark.usefixtures("reported")
def test_the_truth_that_came_later_stands_beside_the_estimate(open_page: OpenPage) -> None:
    health = table("health")  # windows of simulated shots are too small for an estimate: it is given one
    of = (health["batch"] == "dev_test") & (health["window"] != "all") & (health["metric"] == "log_loss")
    health.loc[of & (health["kind"] == "estimated"), ["value", "low", "high"]] = [0.66, 0.62, 0.7]
    health.to_parquet(REPORTING / "health.parquet")
    compare_estimates(health).to_parquet(REPORTING / "estimates.parquet")
    truth = health.loc[of & (health["kind"] == "realized"), "value"].dropna()
    page = choose(open_page("performance"), batch="dev_test", evidence="without")
    said = f"in {truth.between(0.62, 0.7).sum()} of {len(truth)} windows; on average they were "
    assert any(f"{said}{(truth - 0.66).abs().mean():.4f} apart." in text for text in boxes(page, "markdown"))
    both = described(page)[1]
    assert "realized, with outcomes: 0." in both
    assert "estimated, without outcomes: 0.660 in " in both


@pytest.mark.usefixtures("reported")
def test_estimates_that_cannot_be_compared_say_so(open_page: OpenPage) -> None:
    table("estimates").iloc[:0].to_parquet(REPORTING / "estimates.parquet")
    page = choose(open_page("performance"), batch="dev_test", evidence="without")
    assert "In no window could both be told: there is nothing to compare." in boxes(page, "markdown")


@pytest.mark.usefixtures("finished")
def test_every_trial_of_the_models_estimators_is_shown(open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    trials = report.monitoring.trials["champion"]
    page = choose(open_page("performance"), evidence="without")
    for number, estimator in enumerate(dict.fromkeys(trial.estimator for trial in trials), start=1):
        of, shown = [trial for trial in trials if trial.estimator == estimator], page.table[number].value
        assert page.subheader[number - 1].value == estimator.replace("_", " ")
        assert shown["mean error (trials)"].tolist() == [f"{trial.error:.4f} ({trial.trials})" for trial in of]
        assert shown["of no change"].tolist() == [f"{trial.error_of_no_change:.4f}" for trial in of]
        assert [gain.endswith(", retired") for gain in shown["gain ± standard error"]] == [one.retired for one in of]


@pytest.mark.usefixtures("reported")
def test_without_a_trial_the_page_says_so(open_page: OpenPage, report: Report, rewrite_report: Rewrite) -> None:
    assert report.monitoring is not None
    rewrite_report(monitoring=report.monitoring.model_dump(mode="json") | {"trials": {"champion": []}})
    page = choose(open_page("performance"), evidence="without")
    assert "No estimator could be tried: the reference holds too few outcomes." in boxes(page, "info")


@pytest.mark.usefixtures("finished")
def test_a_batch_without_outcomes_says_so_and_where_to_look(open_page: OpenPage, report: Report) -> None:
    assert report.monitoring is not None
    judged = report.monitoring.batches["dev_withheld"].with_labels
    page = choose(open_page("performance"), batch="dev_withheld")
    assert f"**CANNOT TELL** — {judged.overall.sentence}" in boxes(page, "info")
    assert "Choose *without labels* above to see what can be told already." in boxes(page, "markdown")
    assert not page.table
    choose(page, evidence="without")
    assert "No outcomes have come yet that are enough to compare with." in boxes(page, "info")
    assert len(page.table) == 4


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize("lang", ["en", "pt"])
def test_every_choice_has_charts_that_say_what_they_show(report: Report, lang: str) -> None:
    assert report.monitoring is not None
    for batch in report.monitoring.batches:
        for evidence in ("with", "without"):
            page = open_chosen(lang, batch=batch, evidence=evidence)
            assert all(described(page))
            assert all(frame.proto.alt for frame in page.get("table"))


@pytest.mark.usefixtures("finished")
def test_in_portuguese_sentences_names_and_numbers_are_portuguese(open_page: OpenPage) -> None:
    page, row = open_page("performance", lang="pt"), whole("prod", "realized").loc["log_loss"]
    shown = rows_of(page, 0)["perda logarítmica"]
    usual = f"{row['lower_limit']:.3f} a {row['upper_limit']:.3f}".replace(".", ",")
    assert shown[0] == f"{row['value']:.3f} [{row['low']:.3f}; {row['high']:.3f}]".replace(".", ",")
    assert shown[2].endswith(f"usual, {usual}")
    assert "O que o limiar faz disso" in [header.value for header in page.header]
    segments = table("segments").query("batch == 'prod' and dimension == 'zone'")["segment"]
    assert [where.rsplit(" (", 1)[0] for where in rows_of(page, 2)] == [speak("pt").look_up(zone) for zone in segments]


@pytest.mark.usefixtures("finished")
def test_in_portuguese_it_is_said_why_a_segment_cannot_be_told() -> None:
    captions = boxes(open_chosen("pt", split="distance"), "caption")
    of = table("segments").query("batch == 'prod' and dimension == 'distance'")
    untold = of.loc[of["against_constant"] == "cannot tell", "segment"].str.replace("ft", "pés")
    assert [sum(f"{band}: há " in one for one in captions) for band in untold] == [1] * len(untold)
