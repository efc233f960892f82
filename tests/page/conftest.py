"""What do tests of the pages share? A page opened in a language, its boxes, and reports to be changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kobe_shots.job import REPORT_FILE, read_report
from kobe_shots.report import Report

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page() -> OpenPage:
    """Open a page of the dashboard in the current project, and fail if it raises."""

    def open_it(name: str, lang: str = "en") -> AppTest:
        page = AppTest.from_file(Path.cwd() / "streamlit" / "main.py", default_timeout=60)
        page.session_state["lang"] = lang
        page.run()
        if name != "overview":
            page.switch_page(f"app_pages/{name}.py").run()
        assert not page.exception
        return page

    return open_it


@pytest.fixture
def finished(simulated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The finished project as the current folder; tests leave it as it is."""
    monkeypatch.chdir(simulated)
    return simulated


@pytest.fixture
def report(simulated: Path) -> Report:
    """The report of the finished project."""
    return read_report(simulated)


@pytest.fixture
def reported(project: Path, simulated: Path) -> Path:
    """A project of its own with what the finished one's runs have found, to be changed."""
    shutil.copytree(simulated / "data", project / "data", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(simulated / "mlflow.db", project)
    return project


@pytest.fixture
def rewrite_report() -> Callable[..., None]:
    """Put other parts into the report of the current project."""

    def rewrite(**parts: dict[str, Any] | None) -> None:
        path = Path.cwd() / REPORT_FILE
        path.write_text(json.dumps(json.loads(path.read_text()) | parts))

    return rewrite


def boxes(page: AppTest, *kinds: str) -> list[str]:
    """Return the texts of the boxes of these kinds, in order."""
    return [element.value for kind in kinds for element in page.get(kind)]
