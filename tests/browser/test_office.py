"""Can the champion be changed from the page? Trained, promoted and rolled back, each asked about and told of."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open, Serve

from served import settle

MINUTES = 120_000  # milliseconds a command may take on a busy machine


def do(page: Page, what: str) -> None:
    """Click a button, confirm, and wait until the command has ended well."""
    page.get_by_role("button", name=what).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_text(f"Done: {what}")).to_be_visible(timeout=MINUTES)
    settle(page)


@pytest.fixture
def in_office(ailing: Path, tmp_path: Path, copy_project: Callable[[Path, Path], Path]) -> Callable[[], int]:
    """Tell who is in office in a copy of the project whose champion is ill."""
    copy_project(ailing, tmp_path)
    store = f"sqlite:///{tmp_path / 'mlflow.db'}"
    client = mlflow.MlflowClient(store, store)
    return lambda: int(client.get_model_version_by_alias("kobe_shot", "champion").version)


def test_a_challenger_is_trained_promoted_and_withdrawn(
    tmp_path: Path, in_office: Callable[[], int], open_page: Open, serve_app: Serve
) -> None:
    with serve_app(tmp_path) as address:
        page = open_page(address, "retraining")
        expect(page.get_by_role("button", name="Promote the challenger")).to_be_disabled()
        do(page, "Train a challenger")
        assert in_office() == 2
        do(page, "Promote the challenger")
        assert in_office() == 3
        do(page, "Roll back")
        assert in_office() == 2


def test_what_is_not_confirmed_is_not_done(
    tmp_path: Path, in_office: Callable[[], int], open_page: Open, serve_app: Serve
) -> None:
    with serve_app(tmp_path) as address:
        page = open_page(address, "retraining")
        page.get_by_role("button", name="Roll back").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert in_office() == 2
