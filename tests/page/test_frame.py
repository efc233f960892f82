"""Do all pages share what none may hide: a title, the way to the others, the language, and that data are simulated?"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.job import REPORT_FILE
from kobe_shots.language import speak
from kobe_shots.report import Report

TITLES = {
    "overview": ("Overview", "Visão geral"),
    "performance": ("Performance", "Desempenho"),
    "drift": ("Drift", "Mudança nos dados"),
    "court": ("Court", "Quadra"),
    "models": ("Models", "Modelos"),
    "retraining": ("Retraining", "Retreino"),
    "batch": ("Batch", "Lote"),
}
SIMULATED = "**SIMULATED DATA: nobody took these shots.**"
NOTHING = "There is nothing to show yet: the job has not run in this folder."
RUN_IT = "Run it, then reload this page:"
OF_REPORT = [name for name in TITLES if name != "batch"]
every_page = pytest.mark.parametrize("name", list(TITLES))


def main_page() -> AppTest:
    return AppTest.from_file(Path.cwd() / "streamlit" / "main.py", default_timeout=60)


def offered() -> list[str]:
    """Return the pages that the navigation offers, as it names their files."""
    return re.findall(r'st\.Page\("app_pages/(\w+)\.py"', (Path.cwd() / "streamlit" / "main.py").read_text())


@pytest.mark.usefixtures("project")
def test_the_navigation_offers_every_page_there_is() -> None:
    assert offered() == list(TITLES)
    assert {path.stem for path in (Path.cwd() / "streamlit" / "app_pages").glob("*.py")} == set(TITLES)


@every_page
@pytest.mark.usefixtures("project")
def test_every_page_has_its_title_in_both_languages(open_page: OpenPage, name: str) -> None:
    for lang, title in zip(("en", "pt"), TITLES[name], strict=True):
        assert [one.value for one in open_page(name, lang).title] == [title]


@pytest.mark.parametrize("lang", ["en", "pt"])
@every_page
@pytest.mark.usefixtures("project")
def test_before_anything_has_run_every_page_says_so_in_one_sentence(open_page: OpenPage, name: str, lang: str) -> None:
    # a batch needs a champion and no report
    nothing = "There is no champion yet that could score a batch." if name == "batch" else NOTHING
    say = speak("pt").look_up if lang == "pt" else str
    said = boxes(open_page(name, lang), "info", "warning", "error", "success")
    assert said == [f"{say(nothing)} {say(RUN_IT)} `make run`"]


@pytest.mark.parametrize("name", OF_REPORT)
@pytest.mark.usefixtures("reported")
def test_a_report_that_another_version_wrote_is_no_report(open_page: OpenPage, name: str) -> None:
    (Path.cwd() / REPORT_FILE).write_text(json.dumps({"schema_version": 0}))
    unread = "The report cannot be read: another version of the program wrote it, or half of it."
    assert boxes(open_page(name), "info", "warning", "error", "success") == [f"{unread} {RUN_IT} `make run`"]


@every_page
@pytest.mark.usefixtures("finished")
def test_that_shots_are_simulated_stands_first_on_every_page(open_page: OpenPage, name: str) -> None:
    assert boxes(open_page(name), "warning")[0] == SIMULATED
    assert "DADOS SIMULADOS: ninguém fez estes arremessos." in boxes(open_page(name, "pt"), "warning")[0]


@every_page
@pytest.mark.usefixtures("reported")
def test_shots_that_were_downloaded_are_not_called_simulated(
    open_page: OpenPage, report: Report, rewrite_report: Callable[..., None], name: str
) -> None:
    downloaded = report.provenance.model_copy(update={"source": "download"})
    rewrite_report(provenance=downloaded.model_dump(mode="json"))
    assert SIMULATED not in boxes(open_page(name), "warning")


@every_page
def test_that_another_champion_is_in_office_by_now_is_said_on_every_page(
    reported: Path, open_page: OpenPage, name: str
) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{reported / 'mlflow.db'}")
    copied = client.copy_model_version("models:/kobe_shot@champion", "kobe_shot")
    client.set_registered_model_alias("kobe_shot", "champion", copied.version)
    said = [text for text in boxes(open_page(name), "warning") if "is in office by now" in text]
    assert len(said) == 1
    assert said[0].startswith(f"Version {copied.version} is in office by now")


@every_page
def test_a_registry_that_cannot_be_reached_breaks_no_page(reported: Path, open_page: OpenPage, name: str) -> None:
    (reported / "mlflow.db").write_bytes(b"This is no database, whatever its name.")
    assert any("The registry cannot be reached" in text for text in boxes(open_page(name), "warning"))


def test_what_the_frame_says_is_said_on_a_page_that_ends_early_too(
    reported: Path, open_page: OpenPage, rewrite_report: Callable[..., None]
) -> None:
    rewrite_report(monitoring=None)
    (reported / "mlflow.db").write_bytes(b"This is no database, whatever its name.")
    page = open_page("drift")
    assert not page.header
    simulated, unreachable = boxes(page, "warning")
    assert simulated == SIMULATED
    assert unreachable.startswith("The registry cannot be reached")


@pytest.mark.usefixtures("project")
def test_the_language_is_switched_on_the_page_and_stays_on_the_next_one() -> None:
    page = main_page().run()
    assert page.title[0].value == "Overview"
    page.button_group(key="lang").set_value("pt").run()
    assert page.title[0].value == "Visão geral"
    page.switch_page("app_pages/drift.py").run()
    assert page.title[0].value == "Mudança nos dados"
    assert page.query_params["lang"] in ("pt", ["pt"])


@pytest.mark.parametrize(
    ("address", "title"), [({"lang": "pt"}, "Visão geral"), ({"lang": "en"}, "Overview"), ({"lang": "xx"}, "Overview")]
)
@pytest.mark.usefixtures("project")
def test_the_address_keeps_the_language(address: dict[str, str], title: str) -> None:
    page = main_page()
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert page.title[0].value == title


@pytest.mark.usefixtures("finished")
def test_a_language_nobody_offers_is_not_spoken(report: Report) -> None:
    page = main_page()
    page.session_state["lang"] = "xx"
    page.run()
    assert not page.exception
    assert page.title[0].value == "Overview"
    assert report.monitoring is not None


@pytest.mark.usefixtures("finished")
def test_numbers_in_charts_are_portuguese_on_the_portuguese_page(open_page: OpenPage) -> None:
    for lang, decimal in (("en", None), ("pt", ",")):
        specs = [json.loads(chart.proto.spec) for chart in open_page("drift", lang).get("vega_lite_chart")]
        assert specs
        found = {spec.get("config", {}).get("locale", {}).get("number", {}).get("decimal") for spec in specs}
        assert found == {decimal}
