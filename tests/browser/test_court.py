"""Can the court be clicked? The place follows, and with it what every model says."""

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open

from kobe_shots.shots.court import UNITS_PER_FOOT, to_distance
from served import settle

SIDE, DEPTH = "Side, feet; left is negative", "Depth, feet from the hoop"
ACROSS, BASELINE, HALF_COURT = 500, -52.5, 417.5  # of the drawing, in court units


def click_at(page: Page, side: float, depth: float) -> None:
    """Click the court at a place, in feet from the hoop."""
    floor = page.locator("[data-testid=stVegaLiteChart]").first
    floor.scroll_into_view_if_needed()
    box = floor.locator("svg.marks, canvas.marks").first.bounding_box()
    assert box is not None
    unit = box["width"] / ACROSS  # the court is as wide as its chart, but for a few pixels
    page.mouse.click(
        box["x"] + (side * UNITS_PER_FOOT + ACROSS / 2) * unit,
        box["y"] + (depth * UNITS_PER_FOOT - BASELINE) * unit,
    )


def test_a_click_sets_the_place_and_the_champion_answers(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app, "court")
    click_at(page, side=-12, depth=10)
    expect(page.get_by_label(SIDE)).not_to_have_value("10.0")
    settle(page)
    side, depth = (float(page.get_by_label(label).input_value()) for label in (SIDE, DEPTH))
    assert abs(side + 12) <= 1.5
    assert abs(depth - 10) <= 1.5
    distance = int(to_distance(round(side * UNITS_PER_FOOT), round(depth * UNITS_PER_FOOT)))
    expect(page.get_by_text(f"{distance} ft from the hoop")).to_be_visible()


def test_beyond_the_line_the_badge_says_that_nothing_was_learned_there(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app, "court")
    expect(page.get_by_text("outside training support")).to_have_count(0)
    click_at(page, side=0, depth=29)
    expect(page.get_by_text("outside training support").first).to_be_visible()


def test_the_keyboard_does_the_same(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app, "court")
    page.get_by_label(SIDE).fill("0")
    page.get_by_label(SIDE).press("Tab")
    page.get_by_label(DEPTH).fill("29")
    page.get_by_label(DEPTH).press("Enter")
    expect(page.get_by_text("29 ft from the hoop")).to_be_visible()
    expect(page.get_by_text("outside training support").first).to_be_visible()
