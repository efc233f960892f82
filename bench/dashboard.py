"""How long until the dashboard is seen? Every page in a real browser, beside the smallest page Streamlit can make.

`first` is the first visitor after the server has started, who waits for Python to import all there is; `next` is anyone
after. `verdict` is when the first sentence can be read, `drawn` when the last chart is. The smallest page is one
sentence and one chart of two points: nothing drawn by Streamlit is faster, so the ratio to it is what is ours.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from served import PAGES, chromium, serve, settle

SMALLEST = """import altair as alt
import pandas as pd
import streamlit as st

st.info("One sentence.")
points = pd.DataFrame({"x": [1, 2], "y": [1, 2]})
st.altair_chart(alt.Chart(points).mark_point().encode(x="x", y="y"))
"""
SENTENCE = "[data-testid=stMain] :is([data-testid=stAlert], h2, [data-testid=stFileUploader])"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, default=Path.cwd(), help="folder of a project in which the job has run")
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder, "smallest.py").write_text(SMALLEST, encoding="utf-8")
        browser = chromium(playwright)
        small = measure(browser, Path(folder), "./smallest.py", [""], asked.repeats)
        ours = measure(browser, asked.project, "./streamlit/main.py", list(PAGES.values()), asked.repeats)
        browser.close()
    floor = median(small["next ", "drawn"])
    print("| view | seconds, median (least to most) | over the smallest page |\n| --- | --- | --- |")
    for whose, taken in (("smallest: ", small), ("", ours)):
        for (view, until), seconds in taken.items():
            middle = median(seconds)
            spread = f"{middle:.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
            print(f"| {whose}{view or 'overview'}, {until} | {spread} | {middle / floor:.1f} |")


def measure(
    browser: Browser, folder: Path, script: str, paths: list[str], repeats: int
) -> dict[tuple[str, str], list[float]]:
    """Return the seconds until the first sentence and until all is drawn, for the first visitor and for the next."""
    taken: dict[tuple[str, str], list[float]] = {}
    for _ in range(repeats):
        with serve(folder, script) as address:
            for view, path in [("first ", paths[0]), *((f"next {path}", path) for path in paths)]:
                sentence, drawn = look(browser, f"{address}/{path}")
                taken.setdefault((view, "first sentence"), []).append(sentence)
                taken.setdefault((view, "drawn"), []).append(drawn)
    return taken


def look(browser: Browser, url: str) -> tuple[float, float]:
    """Return the seconds until the first sentence of a page can be read, and until all of it is drawn."""
    with ExitStack() as stack:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        stack.callback(context.close)
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(SENTENCE)
        sentence = time.perf_counter() - begun
        settle(page)
        return sentence, time.perf_counter() - begun


if __name__ == "__main__":
    main()
