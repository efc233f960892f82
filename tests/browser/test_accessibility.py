"""Can everybody use the pages? axe-core finds nothing serious, on any page, in either language, theme and width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import Open

from served import PAGES

GRAVE = {"serious", "critical"}


@pytest.mark.parametrize("path", PAGES.values())
@pytest.mark.parametrize(("lang", "width", "theme"), [("en", 1440, "light"), ("pt", 390, "dark")])
def test_axe_finds_nothing_serious(
    finished_app: str, open_page: Open, path: str, lang: str, width: int, theme: str
) -> None:
    page = open_page(finished_app, path, lang=lang, width=width, color_scheme=theme)
    found = Axe().run(page).response["violations"]
    grave = {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found if one["impact"] in GRAVE}
    assert grave == {}
