"""Does the frame do in a browser what it should: start, change the language, keep it, and ask no other machine?"""

from playwright.sync_api import expect
from tests.browser.conftest import Open

from served import settle


def test_the_page_starts_with_the_verdict(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_role("alert").first).to_be_visible()


def test_the_language_changes_and_stays_on_the_next_page(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app)
    page.get_by_role("radio", name="Português").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Visão geral")
    page.get_by_role("link", name="Desempenho").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Desempenho")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Visão geral")


def test_the_address_keeps_the_language(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app)
    page.get_by_role("radio", name="Português").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Visão geral")
    page.wait_for_url("**lang=pt**")
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Visão geral")


def test_the_browsers_language_is_taken_at_first(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app, locale="pt-BR", lang="")
    expect(page.get_by_role("heading", level=1)).to_have_text("Visão geral")


def test_no_other_machine_is_asked(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    settle(page)
    assert [url for url in asked if not url.startswith((finished_app, "data:", "blob:"))] == []
