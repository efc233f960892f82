"""How long until the dashboard is seen? Every page in a real browser, beside the smallest page Streamlit can make.

The first visitor after a start waits for Python to import all there is; the next ones do not. `read` is when the first
sentence can be read, `drawn` when the script has ended and the last chart is there. The smallest page is one sentence
and one chart of two points: nothing drawn by Streamlit is faster, so what is above it is ours. Every visit is one of a
browser that has never been here, and loads Streamlit's own code anew.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
from playwright.sync_api import Browser, Page, sync_playwright

from kobe_shots.documents.dashboard import FLOOR, View, Viewed
from served import PAGES, PATIENCE, chromium, serve, settle

SMALLEST = """import altair as alt
import pandas as pd
import streamlit as st

st.info("One sentence.")
points = pd.DataFrame({"x": [1, 2], "y": [1, 2]})
st.altair_chart(alt.Chart(points).mark_point().encode(x="x", y="y"))
"""
SENTENCE = "[data-testid=stMain] :is([data-testid=stAlert], h2, [data-testid=stFileUploader])"
SCORED = "data/07_model_output/court_shots.parquet"


class Deed(NamedTuple):
    """Something done on a page, and the text that shows that it is done."""

    what: str
    path: str
    do: Callable[[Page], None]
    shows: str


def type_depth(page: Page) -> None:
    """Type another place on the court: ten feet to the side of the hoop, as it stands, and 29 feet up the court."""
    page.get_by_label("Depth, feet from the hoop").fill("29")
    page.get_by_label("Depth, feet from the hoop").press("Enter")


DEEDS = (
    Deed("another language", "", lambda page: page.get_by_role("radio", name="Português").click(), "Visão geral"),
    Deed(
        "without labels",
        "performance",
        lambda page: page.get_by_role("radio", name="without labels").click(),
        "May an estimate be believed?",
    ),
    Deed(
        "another layer of the court",
        "court",
        lambda page: page.get_by_role("radio", name="support").click(),
        "orange is none",
    ),
    Deed("another spot on the court", "court", type_depth, "30 ft from the hoop"),
)


def main() -> None:
    """Measure, and print a table or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", type=Path, help="folder of a project in which a million rows have been scored")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path, help="file for docs/dashboard.md, instead of printing")
    asked = parser.parse_args()
    projects = {"real shots": Path.cwd()} | ({"simulated": asked.million} if asked.million else {})
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder, "smallest.py").write_text(SMALLEST, encoding="utf-8")
        browser = chromium(playwright)
        views = {name: measure(browser, project, Path(folder), asked.repeats) for name, project in projects.items()}
        browser.close()
    scored = {name: pq.read_metadata(project / SCORED).num_rows for name, project in projects.items()}
    told = Viewed(scored=scored, views=views).model_dump_json(indent=1)
    if asked.write:
        asked.write.write_text(f"{told}\n", encoding="utf-8")
    else:
        print(told)


def measure(browser: Browser, project: Path, small: Path, repeats: int) -> tuple[View, ...]:
    """Return the seconds of every view of a project, and of the smallest page."""
    taken: dict[str, list[tuple[float, float]]] = {}
    script = str(Path.cwd() / "streamlit" / "main.py")  # one dashboard, whatever lies in the project
    for _ in range(repeats):
        with serve(small, "./smallest.py") as address:
            taken.setdefault(f"{FLOOR}, first visitor", []).append(look(browser, address))
            taken.setdefault(FLOOR, []).append(look(browser, address))
        with serve(project, script) as address:
            taken.setdefault("overview, first visitor", []).append(look(browser, f"{address}/?lang=en"))
            for name, path in PAGES.items():
                taken.setdefault(f"{name}, nobody has opened it yet", []).append(
                    look(browser, f"{address}/{path}?lang=en")
                )
            for name, path in PAGES.items():
                taken.setdefault(name, []).append(look(browser, f"{address}/{path}?lang=en"))
            for deed in DEEDS:
                seconds = act(browser, address, deed)
                taken.setdefault(deed.what, []).append((seconds, seconds))
    return tuple(
        View(what=what, read=tuple(read for read, _ in both), drawn=tuple(drawn for _, drawn in both))
        for what, both in taken.items()
    )


def look(browser: Browser, url: str) -> tuple[float, float]:
    """Return the seconds until the first sentence of a page can be read, and until all of it is drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(SENTENCE)
        read = time.perf_counter() - begun
        settle(page)
        return read, time.perf_counter() - begun
    finally:
        context.close()


def act(browser: Browser, address: str, deed: Deed) -> float:
    """Return the seconds until something done on a page shows, and the page has settled."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{address}/{deed.path}?lang=en")
        settle(page)
        begun = time.perf_counter()
        deed.do(page)
        page.get_by_text(deed.shows).first.wait_for()
        settle(page)
        return time.perf_counter() - begun
    finally:
        context.close()


if __name__ == "__main__":
    main()
