"""Does the page on performance say in a sentence what it lacks, and which command mends it?"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.job import REPORT_FILE

REPORTING = Path("data/08_reporting")
COLUMN_OF = {"health": "alert", "curves": "tp", "segments": "note", "estimates": "error"}  # one each cannot do without
WATCH_AGAIN = "kedro run --pipeline=Monitoramento"
Rewrite = Callable[..., None]


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(REPORTING / f"{name}.parquet")


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("name", list(COLUMN_OF))
@pytest.mark.parametrize("lang", ["en", "pt"])
def test_a_table_that_is_not_there_is_asked_for(open_page: OpenPage, name: str, lang: str) -> None:
    (REPORTING / f"{name}.parquet").unlink()
    (said,) = boxes(open_page("performance", lang), "info")
    assert f"`{name}`" in said
    assert WATCH_AGAIN in said


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(("name", "column"), COLUMN_OF.items())
def test_a_table_of_another_version_is_asked_for(open_page: OpenPage, name: str, column: str) -> None:
    table(name).drop(columns=column).to_parquet(REPORTING / f"{name}.parquet")
    (said,) = boxes(open_page("performance"), "info")
    assert said.startswith(f"The table `{name}` is not there, or another version of the program wrote it.")


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(("name", "batch"), [("health", "batch"), ("curves", "subject"), ("segments", "batch")])
def test_a_table_of_another_run_is_asked_for(open_page: OpenPage, name: str, batch: str) -> None:
    rows = table(name)
    rows[rows[batch] != "prod"].to_parquet(REPORTING / f"{name}.parquet")
    (said,) = boxes(open_page("performance"), "info")
    assert said.startswith(f"The table `{name}` is of another run: it holds 0 of these shots, and the report ")
    assert WATCH_AGAIN in said


@pytest.mark.usefixtures("project")
def test_where_nothing_has_run_the_page_says_what_to_run(open_page: OpenPage) -> None:
    (said,) = boxes(open_page("performance"), "info")
    assert said.startswith("There is nothing to show yet: the job has not run in this folder.")
    assert "`make run`" in said


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("parts", "command"),
    [({"monitoring": None}, WATCH_AGAIN), ({"monitoring": None, "application": None}, "kobe-shots apply")],
)
def test_a_step_that_has_not_run_is_asked_for(
    open_page: OpenPage, rewrite_report: Rewrite, parts: dict[str, None], command: str
) -> None:
    rewrite_report(**parts)
    (said,) = boxes(open_page("performance"), "info")
    assert f"`{command}`" in said


@pytest.mark.usefixtures("reported")
def test_a_report_of_another_version_is_no_trace_on_the_page(open_page: OpenPage) -> None:
    Path(REPORT_FILE).write_text("{}")
    (said,) = boxes(open_page("performance"), "info")
    assert "`make run`" in said
