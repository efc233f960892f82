"""Do the buttons do what they say? A rollback and a look at health, through the page, in a project of their own."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from tests.page.conftest import OpenPage, boxes

from kobe_shots import job
from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.promotion import Promotion

CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")


@pytest.fixture
def succeeded(
    simulated: Path, tmp_path: Path, copy_project: Callable[[Path, Path], Path], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of the finished project, in which another model has taken office since."""
    monkeypatch.chdir(copy_project(simulated, tmp_path))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    mlflow.set_experiment("kobe-shots")
    first = CHAMPION.load()
    CHAMPION.save(Promotion("trained_lr_model_dev", first.train, first.test, first.version, {"why": "a test"}))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)  # MLflow writes what is set above into it
    return tmp_path


def test_a_champion_is_withdrawn_and_the_one_before_watched_again(succeeded: Path, open_page: OpenPage) -> None:
    page = open_page("retraining")
    assert any("Version 2 is in office by now" in box for box in boxes(page, "warning"))
    before = (succeeded / job.REPORT_FILE).stat().st_mtime_ns
    page.button(key="do_rollback").click().run()
    page.text_input(key="reason_rollback").input("it was a test").run()
    page.button(key="yes_rollback").click().run(timeout=120)
    assert not page.exception
    assert "Done: Roll back." in boxes(page, "success"), [code.value for code in page.code]
    assert any("kobe_shot version 1 is in office again" in code.value for code in page.code)
    (champions,) = (table.value for table in page.table if "copy of" in table.value)
    assert champions["version"].tolist() == ["2", "**1**"]
    assert page.button(key="do_rollback").disabled
    page.button(key="do_monitor").click().run()
    page.button(key="yes_monitor").click().run(timeout=240)
    assert not page.exception
    assert "Done: Run monitoring." in boxes(page, "success"), [code.value for code in page.code]
    assert (succeeded / job.REPORT_FILE).stat().st_mtime_ns > before
    told = job.read_report(succeeded)
    assert told.outlook is not None
    assert told.outlook.model_version == 1
