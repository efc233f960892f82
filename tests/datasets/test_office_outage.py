"""What if the registry fails amid a change of champion? One sentence: what failed, who is in office, what to do."""

from collections.abc import Callable
from typing import Any

import mlflow
import pytest
import requests
from kedro.io.core import DatasetError
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from sqlalchemy.exc import OperationalError

from kobe_shots.datasets import ChampionDataset
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.promotion import Promotion

Make = Callable[..., Promotion]
Aliases = Callable[[], dict[str, int]]
LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"
REFUSED = "API request to http://127.0.0.1:5000 failed with exception: connection refused"
AGAIN = r"When the registry answers again, run the same command again\.$"
UNCHANGED = rf"\({REFUSED}\)\. In office is kobe_shot version 2, unchanged\. {AGAIN}"
ERRORS = [
    MlflowException(REFUSED),
    requests.ConnectionError(REFUSED),
    OperationalError("SELECT", None, OSError(REFUSED)),
]
PROMOTION_CALLS = [
    (MlflowClient, "search_model_versions"),
    (mlflow, "log_artifacts"),
    (mlflow, "log_dict"),
    (MlflowClient, "copy_model_version"),
    (MlflowClient, "set_model_version_tag"),
]
ROLLBACK_CALLS = [(mlflow, "start_run"), (mlflow, "log_dict"), (MlflowClient, "delete_registered_model_alias")]


@pytest.fixture
def reigned(registered: MlflowClient, champion: ChampionDataset, promotion: Make) -> MlflowClient:
    """A store in which two champions have followed each other."""
    for model in (LR, DT):
        champion.save(promotion(model))
    return registered


def _down(error: Exception = ERRORS[0]) -> Callable[..., Any]:
    def call(*_: Any, **__: Any) -> Any:
        raise error

    return call


def _fail_on(alias: str, arrived: bool) -> Callable[..., None]:
    """Move every alias but one, whose request is lost on its way or, if it has arrived, on the way back."""
    move = MlflowClient.set_registered_model_alias

    def call(self: MlflowClient, name: str, which: str, version: str) -> None:
        if which != alias or arrived:
            move(self, name, which, version)
        if which == alias:
            raise ERRORS[0]

    return call


@pytest.mark.parametrize(("of", "call"), PROMOTION_CALLS, ids=[call for _, call in PROMOTION_CALLS])
@pytest.mark.usefixtures("reigned")
def test_a_promotion_that_meets_an_outage_says_who_is_in_office_and_works_when_it_is_over(
    champion: ChampionDataset, promotion: Make, aliases: Aliases, monkeypatch: pytest.MonkeyPatch, of: Any, call: str
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(of, call, _down())
        with pytest.raises(DatasetError, match=f"The promotion was interrupted, .* {UNCHANGED}"):
            champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": 2, "previous": 1}
    champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": champion.load().version, "previous": 2}


@pytest.mark.parametrize("error", ERRORS, ids=[type(error).__name__ for error in ERRORS])
@pytest.mark.usefixtures("reigned")
def test_whatever_says_that_the_registry_is_out_of_reach_is_one_sentence(
    champion: ChampionDataset, promotion: Make, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(MlflowClient, "copy_model_version", _down(error))
    with pytest.raises(DatasetError, match=r"connection refused.* kobe_shot version 2, unchanged\.") as raised:
        champion.save(promotion(LR))
    assert isinstance(raised.value.__cause__, KobeShotsError)
    assert "\n" not in str(raised.value.__cause__)


@pytest.mark.parametrize(("of", "call"), ROLLBACK_CALLS, ids=[call for _, call in ROLLBACK_CALLS])
@pytest.mark.usefixtures("reigned")
def test_a_rollback_that_meets_an_outage_says_who_is_in_office_and_works_when_it_is_over(
    champion: ChampionDataset, aliases: Aliases, monkeypatch: pytest.MonkeyPatch, of: Any, call: str
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(of, call, _down())
        with pytest.raises(KobeShotsError, match=f"^The rollback was interrupted, .* {UNCHANGED}"):
            champion.roll_back("", {})
    assert aliases() == {"champion": 2, "previous": 1}
    assert mlflow.active_run() is None
    assert champion.roll_back("", {}).restored == 1


@pytest.mark.usefixtures("reigned")
def test_a_registry_that_is_out_of_reach_from_the_start_changes_nothing(
    champion: ChampionDataset, promotion: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MlflowClient, "get_registered_model", _down())
    with pytest.raises(DatasetError, match=rf"The promotion .* \({REFUSED}\)\. Nothing was changed\. {AGAIN}"):
        champion.save(promotion(LR))
    with pytest.raises(KobeShotsError, match=rf"^The rollback .* \({REFUSED}\)\. Nothing was changed\. {AGAIN}"):
        champion.roll_back("", {})


@pytest.mark.usefixtures("reigned")
@pytest.mark.parametrize("alias", ["previous", "champion"])
def test_a_move_that_is_lost_on_its_way_leaves_the_champion_and_previous_as_they_were(
    champion: ChampionDataset, promotion: Make, aliases: Aliases, monkeypatch: pytest.MonkeyPatch, alias: str
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(MlflowClient, "set_registered_model_alias", _fail_on(alias, arrived=False))
        with pytest.raises(DatasetError, match=f"The promotion was interrupted, .* {UNCHANGED}"):
            champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": 2, "previous": 1}


@pytest.mark.usefixtures("reigned")
def test_a_move_whose_answer_is_lost_says_who_is_in_office_by_now(
    champion: ChampionDataset, promotion: Make, aliases: Aliases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(MlflowClient, "set_registered_model_alias", _fail_on("champion", arrived=True))
        with pytest.raises(DatasetError, match=r"In office is kobe_shot version 3, as was asked for; .* Do not run"):
            champion.save(promotion(LR, replaces=2))
    assert aliases() == {"champion": champion.load().version, "previous": 2} == {"champion": 3, "previous": 2}


@pytest.mark.usefixtures("reigned")
def test_a_registry_that_goes_with_the_move_leaves_two_answers_and_both_are_said(
    champion: ChampionDataset, promotion: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(*of: Any) -> None:
        if of[2] == "champion":
            monkeypatch.setattr(MlflowClient, "get_registered_model", _down())
            raise ERRORS[0]

    monkeypatch.setattr(MlflowClient, "set_registered_model_alias", move)
    said = "In office is kobe_shot version 2 or, if the last request has arrived, version 3; either is whole. When"
    with pytest.raises(DatasetError, match=said):
        champion.save(promotion(LR, replaces=2))


@pytest.mark.usefixtures("registered")
def test_an_outage_before_there_is_a_champion_says_that_there_is_none(
    champion: ChampionDataset, promotion: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MlflowClient, "copy_model_version", _down())
    with pytest.raises(DatasetError, match=r"In office is no champion, unchanged\. When"):
        champion.save(promotion(LR))


@pytest.mark.usefixtures("reigned")
def test_what_the_program_itself_gets_wrong_keeps_its_traceback(
    champion: ChampionDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow, "log_dict", _down(MlflowException("an odd name", INVALID_PARAMETER_VALUE)))
    with pytest.raises(MlflowException, match="an odd name"):
        champion.roll_back("", {})
