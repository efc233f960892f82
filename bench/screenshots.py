"""What does the dashboard look like? Every page of it, as a picture for the README, from the runs of this project.

Needs Debian's chromium, and what `make run` has written. Each page is taken whole, in the window of a desk and in that
of a telephone, light and dark, in both languages: enough to see each once, not all combinations.
"""

import argparse
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from served import PAGES, chromium, serve, settle

DESK, TELEPHONE = 1440, 390
HIGHEST = 4000  # pixels
FADE = 1000  # milliseconds in which charts appear


class Shot(NamedTuple):
    """One picture: of which page, in which language, width and theme."""

    page: str
    lang: str = "en"
    width: int = DESK
    theme: Literal["light", "dark"] = "light"

    @property
    def name(self) -> str:
        """Its file."""
        plain = Shot(self.page)
        more = [str(part) for part, usual in zip(self[1:], plain[1:], strict=True) if part != usual]
        return "-".join([self.page, *more]) + ".png"


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs/screenshots"), help="folder of the pictures")
    parser.add_argument("--all", action="store_true", help="every page in both languages, widths and themes")
    asked = parser.parse_args()
    shots = [Shot(page) for page in PAGES]
    shots += [Shot("overview", "pt"), Shot("overview", "pt", theme="dark"), Shot("overview", "pt", TELEPHONE)]
    if asked.all:
        shots = [
            Shot(page, lang, width, theme)
            for page in PAGES
            for lang in ("en", "pt")
            for width in (DESK, TELEPHONE)
            for theme in ("light", "dark")
        ]
    asked.into.mkdir(parents=True, exist_ok=True)
    with serve(Path.cwd()) as address, sync_playwright() as playwright:
        browser = chromium(playwright)
        for shot in shots:
            take(browser, address, shot, asked.into / shot.name)
            print(asked.into / shot.name)
        browser.close()


def take(browser: Browser, address: str, shot: Shot, path: Path) -> None:
    """Take one picture."""
    context = browser.new_context(viewport={"width": shot.width, "height": 900}, color_scheme=shot.theme)
    page = context.new_page()
    page.goto(f"{address}/{PAGES[shot.page]}?lang={shot.lang}")
    settle(page)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": shot.width, "height": min(int(height) + 1, HIGHEST)})
    settle(page)
    page.wait_for_timeout(FADE)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
