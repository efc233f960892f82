"""What do tests in a real browser share? Debian's Chromium, the dashboard served as it is typed, and pages on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from served import PATIENCE, find_chromium, serve, settle

Open = Callable[..., Page]
Serve = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    if (path := find_chromium()) is None:
        pytest.skip("there is no chromium; install Debian's, or set KOBE_CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve_app(browser: Browser, shell: dict[str, str]) -> Serve:  # noqa: ARG001 -- no browser, no server
    """Serve the dashboard of a project as a person would."""
    return lambda project: serve(project, environment=shell)


@pytest.fixture(scope="session")
def finished_app(serve_app: Serve, simulated: Path) -> Iterator[str]:
    """The dashboard of a project in which the whole job has run."""
    with serve_app(simulated) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a page in a window of its own and wait until it is drawn; what it asks of another machine is refused."""
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
