"""What do tests in a real browser share? Debian's Chromium, the dashboard served as it is typed, and pages on it."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

UNTIL_UP = 60  # seconds
PATIENCE = 60_000  # milliseconds, for a machine that is busy
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PAGES = ("", "performance", "drift", "court", "models", "retraining", "batch")
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = os.environ.get("KOBE_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium; install Debian's, or set KOBE_CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def serve(project: Path, shell: dict[str, str], log: Path) -> Iterator[str]:
    """Serve the dashboard of a project, and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603
            ["streamlit", "run", "./streamlit/main.py", "--server.port", str(port)],  # noqa: S607
            cwd=project, env=shell, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(f"{address}/_stcore/health", process)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(UNTIL_UP)


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UNTIL_UP
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url):  # noqa: S310
                return
        except urllib.error.URLError:
            threading.Event().wait(0.1)
    pytest.fail(f"no page at {url} within {UNTIL_UP} s; its exit code: {process.poll()}")


@pytest.fixture(scope="session")
def finished_app(simulated: Path, shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of a project in which the whole job has run."""
    with serve(simulated, shell, tmp_path_factory.mktemp("app") / "log") as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a page in a window of its own, and wait until it is drawn; whatever it asks of another machine is refused."""
    contexts = []

    def open_it(address: str, path: str = "", *, lang: str = "en", width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route(lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{address}/{path}?lang={lang}")
        settle(page)
        return page

    yield open_it
    for context in contexts:
        context.close()


def settle(page: Page) -> None:
    """Wait until the script has run to its end and every chart is drawn."""
    page.wait_for_selector(SETTLED)
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(chart => chart.querySelector('canvas, svg'))"
    )
