"""How is the dashboard started and looked at? As it is typed, and in Debian's Chromium without a window."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

PAGES = {
    "overview": "",
    "performance": "performance",
    "drift": "drift",
    "court": "court",
    "models": "models",
    "retraining": "retraining",
    "batch": "batch",
}
UNTIL_UP = 60.0  # seconds
PATIENCE = 60_000  # milliseconds
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
DRAWN = """[...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(one => one.querySelector(".marks"))"""


def find_chromium() -> str | None:
    """Return where Chromium is, or None."""
    return os.environ.get("KOBE_CHROMIUM") or shutil.which("chromium")


def chromium(playwright: Playwright) -> Browser:
    """Return Chromium, or end with a sentence where there is none."""
    if (path := find_chromium()) is None:
        sys.exit("There is no chromium; install Debian's (apt-get install chromium), or set KOBE_CHROMIUM to its path.")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


@contextmanager
def serve(
    folder: Path, script: str = "./streamlit/main.py", environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve the dashboard of a project, in an environment or this one, and return its address.

    Raises TimeoutError when it does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    streamlit = str(Path(sys.executable).with_name("streamlit"))
    process = subprocess.Popen(  # noqa: S603 -- the program that is measured
        [streamlit, "run", script, "--server.port", str(port), "--server.address", "127.0.0.1"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + UNTIL_UP
        while not answers(f"{address}/_stcore/health"):
            if time.monotonic() > deadline or process.poll() is not None:
                raise TimeoutError(f"No page at {address} within {UNTIL_UP:g} s; its exit code: {process.poll()}.")
            threading.Event().wait(0.05)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(UNTIL_UP)


def answers(url: str) -> bool:
    """Return whether something answers there."""
    try:
        with urllib.request.urlopen(url):  # noqa: S310 -- an address of this machine
            return True
    except urllib.error.URLError:
        return False


def settle(page: Page) -> None:
    """Wait until the script has run to its end and every chart is drawn."""
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_function(DRAWN, timeout=PATIENCE)
