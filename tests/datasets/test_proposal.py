"""Does a model that was proposed wait with all it takes, and take office only in place of whom it was compared with?"""

from collections.abc import Callable

import mlflow
import pytest
from mlflow import MlflowClient
from pandas.testing import assert_frame_equal

from kobe_shots.datasets import ChampionDataset, LatestVersionDataset, RegisteredModelDataset
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.promotion import Promotion, Proposal

LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"
Make = Callable[..., Promotion]
Aliases = Callable[[], dict[str, int]]


@pytest.fixture
def proposed(registered: MlflowClient, champion: ChampionDataset, promotion: Make) -> MlflowClient:
    """A champion in office, and the tree proposed in its place."""
    champion.save(promotion(LR))
    first = promotion(DT)
    with mlflow.start_run(run_name="Retreino"):
        champion.save(Proposal(promotion(DT, train=first.test, test=first.train, replaces=1, ledger={"gain": 0.01})))
    return registered


def test_a_proposal_changes_nobody_in_office(proposed: MlflowClient, aliases: Aliases) -> None:
    assert aliases() == {"champion": 1}
    assert len(proposed.search_model_versions("name='kobe_shot'")) == 1


def test_one_that_is_asked_for_takes_office_with_the_shots_it_learned_from(
    proposed: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    assert champion.promote_kept(DT, 1, "it is better", {"data.source": "a test"}) == 2
    assert aliases() == {"champion": 2, "previous": 1}
    loaded, first = champion.load(), promotion(DT)
    assert loaded.origin == f"{DT}/1"
    assert_frame_equal(loaded.train, first.test)
    assert_frame_equal(loaded.test, first.train)
    assert champion.is_copy_of(f"{DT}/1")
    assert not champion.is_copy_of(f"{DT}/2")
    experiment = proposed.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    (run,) = proposed.search_runs(
        [experiment.experiment_id], "attributes.run_name = 'Promotion' and tags.reason = 'it is better'"
    )
    assert run.data.tags["data.source"] == "a test"
    place = proposed.get_model_version("kobe_shot", "2").tags["bases"]
    assert place.startswith(f"runs:/{run.info.run_id}/")
    assert mlflow.artifacts.load_dict(f"{place}/ledger.json") == {"gain": 0.01, "reason": "it is better"}


@pytest.mark.usefixtures("proposed")
def test_a_later_model_of_that_name_is_not_taken_for_it(champion: ChampionDataset) -> None:
    with mlflow.start_run():
        RegisteredModelDataset(name=DT).save(RegisteredModelDataset(name=LR).load())
    champion.promote_kept(DT, 1, "", {})
    assert champion.load().origin == f"{DT}/1"
    assert type(champion.load().estimator[-1]).__name__ == "DecisionTreeClassifier"
    with pytest.raises(KobeShotsError, match=rf"^{DT} version 2 was never proposed for office\. Train another"):
        champion.promote_kept(DT, 2, "", {})


@pytest.mark.usefixtures("proposed")
def test_after_another_change_of_champion_it_is_refused_and_nothing_changes(
    champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    champion.save(promotion(LR))
    with pytest.raises(KobeShotsError, match=r"with kobe_shot version 1 in office, and kobe_shot version 2 is by now"):
        champion.promote_kept(DT, 1, "", {})
    assert aliases() == {"champion": 2, "previous": 1}


@pytest.mark.usefixtures("proposed")
def test_one_that_is_no_more_is_named(champion: ChampionDataset) -> None:
    with pytest.raises(KobeShotsError, match=rf"^{DT} version 9 is needed, and is in the registry no more\."):
        champion.promote_kept(DT, 9, "", {})


def test_the_latest_version_is_told_and_none_where_there_is_none(registered: MlflowClient) -> None:
    assert LatestVersionDataset(name=DT).load() == len(registered.search_model_versions(f"name='{DT}'")) == 1
    nothing = LatestVersionDataset(name="nobody")
    assert nothing.exists()
    assert nothing.load() is None
