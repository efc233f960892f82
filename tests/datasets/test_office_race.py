"""What if two processes promote at once in one store? One wins, and the other is told."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from kedro.io.core import DatasetError
from mlflow import MlflowClient

from kobe_shots.datasets import ChampionDataset, outage
from kobe_shots.models.promotion import Promotion

Make = Callable[..., Promotion]
LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"
RIVAL = """
import sys, mlflow
mlflow.set_tracking_uri({store!r})
mlflow.set_experiment("kobe-shots")
from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.promotion import Promotion
champion = ChampionDataset(name="kobe_shot", alias="champion")
sitting = champion.load()
print("ready", flush=True)
sys.stdin.readline()
try:
    champion.save(Promotion({model!r}, sitting.train, sitting.test, {replaces}, {{}}))
    print("won")
except Exception as error:
    print(error.__cause__)
"""


def _race(store: MlflowClient, replaces: int | None) -> list[str]:
    """Let two processes get ready, start both, and return what each came to."""
    rivals = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", RIVAL.format(store=store.tracking_uri, model=model, replaces=replaces)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for model in (LR, DT)
    ]
    try:
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        return [rival.communicate(timeout=60)[0].strip() for rival in rivals]
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()


def test_of_two_challengers_of_one_champion_one_wins_and_the_other_is_told(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Callable[[], dict[str, int]]
) -> None:
    champion.save(promotion(LR))
    came_to = _race(registered, replaces=1)
    assert sorted(came_to, key=len) == [
        "won",
        "The decision was taken with kobe_shot version 1 in office, and kobe_shot version 2 is by now; one is changed "
        "only for a challenger that was compared with it. Decide again: kedro run --pipeline=Retreino.",
    ]
    winner = (LR, DT)[came_to.index("won")]
    assert champion.load().origin == f"{winner}/1"
    assert aliases() == {"champion": 2, "previous": 1}


def test_two_that_take_whatever_sits_there_follow_each_other(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Callable[[], dict[str, int]]
) -> None:
    champion.save(promotion(LR))
    assert Counter(_race(registered, replaces=None)) == {"won": 2}
    assert aliases() == {"champion": 3, "previous": 2}
    assert [champion.roll_back("", {}).restored for _ in range(2)] == [2, 1]


@pytest.mark.usefixtures("registered")
def test_who_waits_too_long_for_the_other_is_told(
    champion: ChampionDataset, promotion: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "PATIENCE", 0)
    said = r"Another process has been changing the champion for 0 seconds \(.*mlflow\.db\.office\.lock is held\); one"
    with FileLock(tmp_path / "mlflow.db.office.lock"), pytest.raises(DatasetError, match=said):
        champion.save(promotion(LR))
    champion.save(promotion(LR))
    assert champion.version_in_office() == 1
