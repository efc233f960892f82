"""What does a change of champion that is killed leave behind? One champion that loads, and nothing to clear up."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from kedro.io.core import DatasetError
from mlflow import MlflowClient

from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.promotion import Promotion

Make = Callable[..., Promotion]
Aliases = Callable[[], dict[str, int]]
LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"
CHANGE = """
import os, signal, mlflow
from mlflow import MlflowClient
mlflow.set_tracking_uri({store!r})
mlflow.set_experiment("kobe-shots")
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
move = MlflowClient.set_registered_model_alias
def die_before(moved):
    MlflowClient.set_registered_model_alias = lambda *of: die() if of[2] == moved else move(*of)
def die_after(moved):
    MlflowClient.set_registered_model_alias = lambda *of: (move(*of), of[2] == moved and die())
{patch}
from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.promotion import Promotion
champion = ChampionDataset(name="kobe_shot", alias="champion")
{change}
"""
PROMOTE = f"then = champion.load(); champion.save(Promotion({DT!r}, then.train, then.test, 3, {{}}))"
ROLL_BACK = "champion.roll_back('', {})"
BEFORE_PREVIOUS, BEFORE_CHAMPION = "die_before('previous')", "die_before('champion')"
AFTER_CHAMPION = "die_after('champion')"
PROMOTIONS = {
    "before its bases are kept": "mlflow.log_artifacts = die",
    "between its bases and the copy": "MlflowClient.copy_model_version = die",
    "between the copy and its tags": "MlflowClient.set_model_version_tag = die",
    "between its tags and previous": BEFORE_PREVIOUS,
    "between previous and champion": BEFORE_CHAMPION,
}
ROLLBACKS = {
    "before its ledger": "mlflow.log_dict = die",
    "between its ledger and previous": BEFORE_PREVIOUS,
    "between previous and champion": BEFORE_CHAMPION,
}


@pytest.fixture
def reigned(registered: MlflowClient, champion: ChampionDataset, promotion: Make) -> MlflowClient:
    """A store in which three champions have followed each other."""
    for model in (LR, DT, LR):
        champion.save(promotion(model))
    return registered


def _kill(store: MlflowClient, change: str, patch: str) -> None:
    code = CHANGE.format(store=store.tracking_uri, change=change, patch=patch)
    died = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)  # noqa: S603
    assert died.returncode == -signal.SIGKILL, died.stderr


@pytest.mark.parametrize("patch", PROMOTIONS.values(), ids=PROMOTIONS.keys())
def test_a_promotion_killed_before_the_alias_moves_changes_nothing_and_the_next_works(
    reigned: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases, patch: str
) -> None:
    _kill(reigned, PROMOTE, patch)
    assert aliases()["champion"] == champion.load().version == 3
    champion.save(promotion(DT, replaces=3))
    promoted = champion.load().version
    assert aliases() == {"champion": promoted, "previous": 3}
    assert [champion.roll_back("", {}).restored for _ in range(3)] == [3, 2, 1]
    assert aliases() == {"champion": champion.load().version} == {"champion": 1}


def test_a_promotion_killed_once_the_alias_has_moved_is_whole(
    reigned: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    _kill(reigned, PROMOTE, AFTER_CHAMPION)
    assert aliases() == {"champion": 4, "previous": 3}
    assert champion.load().origin == f"{DT}/1"
    assert champion.roll_back("", {}).restored == 3
    champion.save(promotion(DT, replaces=3))
    assert aliases() == {"champion": 5, "previous": 3}


@pytest.mark.parametrize("patch", ROLLBACKS.values(), ids=ROLLBACKS.keys())
def test_a_rollback_killed_before_the_alias_moves_changes_nothing_and_the_next_works(
    reigned: MlflowClient, champion: ChampionDataset, aliases: Aliases, patch: str
) -> None:
    _kill(reigned, ROLL_BACK, patch)
    assert aliases()["champion"] == champion.load().version == 3
    assert champion.roll_back("", {}).restored == 2
    assert aliases() == {"champion": champion.load().version, "previous": 1} == {"champion": 2, "previous": 1}


def test_a_rollback_killed_once_the_alias_has_moved_is_whole_and_the_next_promotion_works(
    reigned: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    _kill(reigned, ROLL_BACK, AFTER_CHAMPION)
    assert aliases() == {"champion": champion.load().version, "previous": 1} == {"champion": 2, "previous": 1}
    champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": 4, "previous": 2}


def test_what_a_killed_change_left_of_previous_is_mended_by_a_change_that_is_refused(
    reigned: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    _kill(reigned, PROMOTE, BEFORE_CHAMPION)
    assert aliases() == {"champion": 3, "previous": 3}
    with pytest.raises(DatasetError, match="with kobe_shot version 2 in office, and kobe_shot version 3 is by now"):
        champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": 3, "previous": 2}


def test_the_first_promotion_killed_before_the_alias_moves_leaves_no_champion_and_the_next_works(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    first = f"bases = champion_bases(); champion.save(Promotion({DT!r}, bases, bases, None, {{}}))"
    made = "import pandas as pd; champion_bases = lambda: pd.DataFrame({'shot_made_flag': [0, 1]})"
    _kill(registered, f"{made}; {first}", BEFORE_CHAMPION)
    assert champion.version_in_office() is None
    champion.save(promotion(LR))
    assert aliases() == {"champion": champion.load().version}
