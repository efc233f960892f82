"""Is a batch scored as the champion scores it, judged as monitoring judges it, or refused in a sentence?"""

import json
import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.report import Report
from kobe_shots.shots.schema import FEATURES, TARGET

MONITORED = Path("data/07_model_output/monitored_shots.parquet")
WATCH_AGAIN = "kedro run --pipeline=Monitoramento"
HandOver = Callable[..., AppTest]


@pytest.fixture
def hand_over(open_page: OpenPage) -> HandOver:
    """Open the page and hand a table over; text is CSV."""

    def handed(table: pd.DataFrame | bytes, lang: str = "en", name: str = "shots.csv") -> AppTest:
        page = open_page("batch", lang)
        content = table if isinstance(table, bytes) else table.to_csv(index=False).encode()
        page.file_uploader(key="upload").set_value((name, content, "text/csv")).run()
        assert not page.exception
        return page

    return handed


@pytest.fixture
def watched(simulated: Path) -> pd.DataFrame:
    """What is watched of the champion, with its scores."""
    table = pd.read_parquet(simulated / MONITORED)
    return table[table["model"] == "champion"]


@pytest.fixture
def prod(watched: pd.DataFrame) -> pd.DataFrame:
    """Production as somebody could hand it over, in its order."""
    columns = ["shot_id", *FEATURES, TARGET, "game_date", "game_id", "game_event_id"]
    return watched.loc[watched["batch"] == "prod", columns].reset_index(drop=True)


def few(prod: pd.DataFrame) -> pd.DataFrame:
    """Return few shots, all of them whole."""
    return prod[prod[FEATURES].notna().all(axis=1)].head(8).astype("str")


def judged(page: AppTest) -> list[str]:
    return boxes(page, "success", "warning", "error", "info")


def cards(page: AppTest) -> list[str]:
    return [card.value for card in page.metric]


def preview(page: AppTest) -> pd.DataFrame:
    table: pd.DataFrame = page.dataframe[-1].value
    return table


def downloads(page: AppTest) -> list[str]:
    return [button.label for button in page.get("download_button")]


@pytest.mark.usefixtures("finished")
def test_before_anything_is_handed_over_the_page_says_who_scores_and_what_it_needs(
    open_page: OpenPage, report: Report
) -> None:
    page = open_page("batch")
    assert report.monitoring is not None
    origin, version = report.monitoring.origin, report.monitoring.model_version
    expected = f"Scored by the champion in office: **kobe_shot, version {version}**, a copy of {origin}."
    assert expected in boxes(page, "markdown")
    table = page.table[0].value
    assert table.index.tolist() == [f"`{name}`" for name in (*FEATURES, TARGET)]
    assert table.loc["`minutes_remaining`", "allowed"] == "0 to 11"
    assert any("at most 200 MB and 1,000,000 rows." in text for text in boxes(page, "markdown"))
    assert downloads(page) == ["Download an example: 200 production shots without outcomes"]
    assert (cards(page), boxes(page, "header")) == ([], [])


@pytest.mark.usefixtures("finished")
def test_production_is_judged_as_the_report_has_it(hand_over: HandOver, prod: pd.DataFrame, report: Report) -> None:
    page = hand_over(prod)
    assert report.monitoring is not None
    said = report.monitoring.batches["prod"]
    texts = boxes(page, "markdown")
    assert f"**{said.overall.severity.word}** — {said.overall.sentence}" in judged(page)
    assert f"**What to do:** {said.action}" in texts
    drawn_at_random = "calibration"  # how far it is off by chance alone
    for finding in (one for one in said.with_labels.findings if one.code != drawn_at_random):
        assert f"**{finding.severity.word}** — {finding.sentence}" in judged(page)
    (support,) = (one for one in said.without_labels.findings if one.code == "support")
    assert f"**{support.severity.word}** — {support.sentence}" in judged(page)


def test_the_numbers_are_those_of_the_scores(
    finished: Path, hand_over: HandOver, prod: pd.DataFrame, watched: pd.DataFrame
) -> None:
    page = hand_over(prod)
    published = watched.loc[watched["batch"] == "prod", "probability"].to_numpy()
    assert cards(page)[:3] == [f"{len(prod):,}", f"{np.isfinite(published).sum():,}", f"{prod[TARGET].notna().sum():,}"]
    table = preview(page)
    assert len(table) == 100
    np.testing.assert_allclose(table["probability"], published[:100])
    np.testing.assert_array_equal(table["label"].dropna(), (published[:100][~np.isnan(published[:100])] > 0.5))
    mlflow.set_tracking_uri(f"sqlite:///{finished / 'mlflow.db'}")
    estimator = mlflow.sklearn.load_model("models:/kobe_shot@champion")
    given = estimator.predict_proba(prod[FEATURES].dropna().astype(float))[:, 1]
    (caption,) = (text for text in boxes(page, "caption") if text.startswith("The champion gives these"))
    assert caption == (
        f"The champion gives these {len(given):,} shots probabilities from {given.min():.3f} to {given.max():.3f}, "
        f"{given.mean():.3f} on average and {np.median(given):.3f} in the middle. It calls {(given > 0.5).sum():,} of "
        "them baskets."
    )
    (chart,) = page.get("vega_lite_chart")
    assert chart.proto.alt == caption
    drawn = pa.ipc.open_stream(chart.proto.datasets[0].data.data).read_pandas()
    bars = drawn[drawn["what"] == "this batch"].set_index("low")["share"]
    counts, edges = np.histogram(given, np.linspace(0, 1, 41))
    expected = pd.Series(counts / len(given), edges[:-1])
    np.testing.assert_allclose(bars, expected[bars.index])
    assert bars.sum() == pytest.approx(1)


@pytest.mark.usefixtures("finished")
def test_without_outcomes_the_verdict_is_that_without_outcomes(
    hand_over: HandOver, prod: pd.DataFrame, report: Report
) -> None:
    page = hand_over(prod.drop(columns=TARGET))
    assert report.monitoring is not None
    said = report.monitoring.batches["prod"].without_labels
    assert f"**{said.overall.severity.word}** — {said.overall.sentence}" in judged(page)
    assert cards(page)[2] == "0"


@pytest.mark.usefixtures("finished")
def test_what_excel_writes_in_brazil_is_understood_in_portuguese(hand_over: HandOver, prod: pd.DataFrame) -> None:
    table = few(prod).assign(jogador="João")
    table[["lat", "lon"]] = table[["lat", "lon"]].apply(lambda column: column.str.replace(".", ","))
    table.loc[2, "lat"], table.loc[3, "period"] = "norte", "12"
    page = hand_over(table.to_csv(index=False, sep=";").encode("cp1252"), lang="pt")
    assert cards(page)[:2] == ["8", "6"]
    assert "2 de 8 linhas não podem ser pontuadas; ficam na tabela, com o motivo." in boxes(page, "warning")
    (remarks,) = (text for text in boxes(page, "markdown") if text.startswith("- "))
    assert remarks.splitlines() == [
        "- sem pontuação: 'lat' não é um número (linha 3)",
        "- sem pontuação: 'period' não está entre 1 e 10 (linha 4)",
    ]
    assert page.dataframe[0].value["note"].tolist() == [
        "sem pontuação: 'lat' não é um número",
        "sem pontuação: 'period' não está entre 1 e 10",
    ]
    result = preview(page)
    assert result["note"][2] == "sem pontuação: 'lat' não é um número"
    assert result["jogador"].tolist() == ["João"] * 8
    assert boxes(page, "header") == [
        "O modelo está bem neste lote?",
        "O que há na tabela",
        "O que diz o campeão",
        "O resultado",
    ]
    assert any("`jogador`" in text for text in boxes(page, "caption"))
    assert downloads(page)[1:] == ["Baixar em CSV", "Baixar em parquet"]


@pytest.mark.usefixtures("finished")
def test_parquet_and_court_units_do(hand_over: HandOver, simulated: Path) -> None:
    raw = pd.read_parquet(simulated / "data/01_raw/dataset_kobe_prod.parquet").head(30)
    table = raw[["loc_x", "loc_y", "minutes_remaining", "period", "playoffs"]]
    file = BytesIO()
    table.to_parquet(file)
    page = hand_over(file.getvalue(), name="shots.parquet")
    assert cards(page)[:2] == ["30", "30"]
    assert any(
        "Worked out from loc_x and loc_y: `lat`, `lon`, `shot_distance`." in text for text in boxes(page, "caption")
    )


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize(
    ("content", "name", "english", "portuguese"),
    [
        (b"", "a.csv", "a.csv is empty;", "a.csv está vazio;"),
        (b"lat,lon\n", "a.csv", "a.csv has columns and no row;", "a.csv tem colunas e nenhuma linha;"),
        (
            b"lat,lon\n1,2\n",
            "a.csv",
            "Column 'minutes_remaining', 'period', 'playoffs', 'shot_distance' is",
            "Falta a",
        ),
        (b"lat,lon\n1,2,3\n", "a.csv", "Row 2 of a.csv, the names", "A linha 2 de a.csv, contando"),
        (b"PK\x03\x04\x14\x00", "a.csv", "a.csv is neither text nor parquet", "a.csv não é texto nem parquet"),
        (b"PAR1lost", "a.parquet", "a.parquet begins as parquet does", "a.parquet começa como um parquet"),
        (b"lat,lon\n1,2\n", "a.parquet", "a.parquet is called parquet", "a.parquet se chama parquet"),
        (
            b"lat,lat\n1,2\n",
            "![x](y)$.csv",
            "![x](y)$.csv has several columns called 'lat';",
            "![x](y)$.csv tem várias",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    hand_over: HandOver, content: bytes, name: str, english: str, portuguese: str
) -> None:
    for lang, expected in (("en", english), ("pt", portuguese)):
        page = hand_over(content, lang, name)
        (sentence,) = boxes(page, "error")
        assert re.sub(r"\\(.)", r"\1", sentence).startswith(expected)
        assert "![" not in sentence
        assert (cards(page), boxes(page, "header")) == ([], [])


@pytest.mark.usefixtures("finished")
def test_a_table_of_which_nothing_can_be_scored_says_so(hand_over: HandOver, prod: pd.DataFrame) -> None:
    page = hand_over(few(prod).assign(lat="x"))
    assert cards(page) == ["8", "0", "0", "0"]
    assert "No row has a score." in boxes(page, "info")
    assert any(text.startswith("**CANNOT TELL** — None of the 8 shots") for text in boxes(page, "info"))
    assert preview(page)["note"].tolist() == ["not scored: 'lat' is not a number"] * 8


@pytest.mark.usefixtures("finished")
def test_shots_that_the_champion_learned_from_are_scored_and_not_judged(
    hand_over: HandOver, watched: pd.DataFrame
) -> None:
    learned = watched.loc[watched["batch"] == "reference", ["shot_id", *FEATURES, TARGET]]
    page = hand_over(learned)
    assert cards(page)[1] == f"{len(learned):,}"
    assert any(text.startswith(f"The champion learned from all {len(learned):,} shots") for text in boxes(page, "info"))


def test_nothing_is_written_and_nothing_is_kept_once_the_file_is_gone(
    finished: Path, hand_over: HandOver, prod: pd.DataFrame
) -> None:
    hand_over(prod.head(50))  # what a champion that is loaded leaves behind is there by now
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()}
    page = hand_over(prod.head(50).assign(player="Kobe"))
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()} == before
    assert "handed_over" in page.session_state
    page.file_uploader(key="upload").clear().run()
    assert not page.exception
    assert "handed_over" not in page.session_state
    assert cards(page) == []


@pytest.mark.usefixtures("finished")
def test_a_language_may_be_chosen_with_a_batch_on_the_page(hand_over: HandOver, prod: pd.DataFrame) -> None:
    page = hand_over(prod)
    before = page.session_state["handed_over"]
    page.session_state["lang"] = "pt"
    page.run()
    assert not page.exception
    assert page.session_state["handed_over"] is before
    assert "O resultado" in boxes(page, "header")
    assert cards(page)[0] == f"{len(prod):,}".replace(",", ".")


# ---- where something is not there


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "There is no champion yet that could score a batch. Run it, then reload this page: `make run`"),
        (
            "pt",
            "Ainda não há um campeão que possa pontuar um lote. Rode o comando e recarregue esta página: `make run`",
        ),
    ],
)
def test_before_anything_has_run_the_page_names_the_command(open_page: OpenPage, lang: str, sentence: str) -> None:
    page = open_page("batch", lang)
    assert boxes(page, "info") == [sentence]
    assert [*page.get("file_uploader"), *page.get("download_button")] == []


def test_without_a_champion_nothing_can_be_handed_over(reported: Path, open_page: OpenPage) -> None:
    mlflow.MlflowClient(f"sqlite:///{reported / 'mlflow.db'}").delete_registered_model_alias("kobe_shot", "champion")
    page = open_page("batch")
    assert any(text.startswith("There is no champion yet") and "`make run`" in text for text in boxes(page, "info"))
    assert [*page.get("file_uploader")] == []


def test_a_registry_that_cannot_be_reached_is_told(reported: Path, open_page: OpenPage) -> None:
    (reported / "mlflow.db").write_bytes(b"not a database at all" * 100)
    page = open_page("batch")
    (sentence,) = boxes(page, "error")
    assert sentence.startswith("The registry cannot be reached, and the champion is in it: ")
    assert [*page.get("file_uploader")] == []


def test_without_watched_shots_a_batch_is_scored_and_not_judged(
    reported: Path, hand_over: HandOver, prod: pd.DataFrame
) -> None:
    (reported / MONITORED).unlink()
    page = hand_over(few(prod))
    missing = "What is usual is not known yet, so the batch cannot be judged. Run it, then reload this page:"
    assert f"{missing} `{WATCH_AGAIN}`" in boxes(page, "info")
    assert cards(page)[:2] == ["8", "8"]
    assert downloads(page) == ["Download as CSV", "Download as parquet"]


@pytest.mark.parametrize("column", ["own_score", "batch", "lat"])
def test_watched_shots_of_an_older_version_are_as_none(
    reported: Path, hand_over: HandOver, prod: pd.DataFrame, column: str
) -> None:
    pd.read_parquet(reported / MONITORED).drop(columns=column).to_parquet(reported / MONITORED)
    page = hand_over(few(prod))
    assert any(WATCH_AGAIN in text for text in boxes(page, "info"))
    assert cards(page)[:2] == ["8", "8"]


def test_watched_shots_of_another_champion_are_refused(reported: Path, hand_over: HandOver, prod: pd.DataFrame) -> None:
    table = pd.read_parquet(reported / MONITORED)
    table.assign(own_score=table["own_score"] * 0.9).to_parquet(reported / MONITORED)
    page = hand_over(few(prod))
    (sentence,) = (text for text in boxes(page, "info") if "another champion" in text)
    assert WATCH_AGAIN in re.sub(r"\\(.)", r"\1", sentence)


def test_parameters_that_are_not_allowed_are_told(reported: Path, hand_over: HandOver, prod: pd.DataFrame) -> None:
    (reported / "conf/local/parameters.yml").write_text(json.dumps({"monitoring": {"threshold": 7}}))
    page = hand_over(few(prod))
    assert any("threshold" in text for text in boxes(page, "error"))
    shutil.rmtree(reported / "conf/local")
