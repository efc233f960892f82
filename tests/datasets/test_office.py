"""Is there one champion always, with what it learned from and who it succeeds; and does a rollback restore the last?"""

import json
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from kedro.io.core import DatasetError
from mlflow import MlflowClient
from pandas.testing import assert_frame_equal

from kobe_shots.datasets import ChampionDataset
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id
from kobe_shots.models.promotion import Promotion
from kobe_shots.shots.schema import FEATURES

Make = Callable[..., Promotion]
Aliases = Callable[[], dict[str, int]]
LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"


def _runs(store: MlflowClient, name: str) -> list[mlflow.entities.Run]:
    experiments = [experiment.experiment_id for experiment in store.search_experiments()]
    return list(store.search_runs(experiments, f"attributes.run_name = '{name}'"))


@pytest.mark.usefixtures("registered")
def test_a_champion_is_a_copy_that_knows_its_origin_and_carries_what_it_learned_from(
    champion: ChampionDataset, promotion: Make
) -> None:
    assert not champion.exists()
    assert champion.version_in_office() is None
    first = promotion(LR)
    champion.save(first)
    loaded = champion.load()
    assert champion.exists()
    assert (loaded.name, loaded.version, loaded.origin) == ("kobe_shot", 1, f"{LR}/1")
    assert loaded.base_id == base_id(first.train)
    assert_frame_equal(loaded.train, first.train)
    assert_frame_equal(loaded.test, first.test)
    second = promotion(DT, train=first.test, test=first.train)
    champion.save(second)
    loaded = champion.load()
    assert (champion.version_in_office(), loaded.version, loaded.origin) == (2, 2, f"{DT}/1")
    assert_frame_equal(loaded.train, first.test)
    tree = mlflow.sklearn.load_model(f"models:/{DT}/1")
    np.testing.assert_array_equal(
        loaded.estimator.predict_proba(first.train[FEATURES]), tree.predict_proba(first.train[FEATURES])
    )


def test_a_promotion_logs_its_bases_and_reasons_to_the_active_run(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make
) -> None:
    with mlflow.start_run() as run:
        champion.save(promotion(LR, ledger={"verdict": "better", "difference": 0.01}))
        champion.save(promotion(DT, ledger={"verdict": "not worse"}))
    told = []
    for version in ("1", "2"):
        place = registered.get_model_version("kobe_shot", version).tags["bases"]
        assert place.startswith(f"runs:/{run.info.run_id}/champion/")
        told.append(json.loads(Path(mlflow.artifacts.download_artifacts(f"{place}/ledger.json")).read_text()))
    assert told == [{"verdict": "better", "difference": 0.01}, {"verdict": "not worse"}]
    assert _runs(registered, "Promotion") == []


def test_a_promotion_outside_a_run_is_a_run_of_its_own(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make
) -> None:
    champion.save(promotion(LR))
    (run,) = _runs(registered, "Promotion")
    assert run.info.status == "FINISHED"
    assert run.info.run_id in registered.get_model_version("kobe_shot", "1").tags["bases"]


def test_a_version_says_whom_it_succeeds_and_keeps_the_tags_of_the_data(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    champion.save(promotion(LR))
    assert aliases() == {"champion": 1}
    champion.save(promotion(DT))
    assert aliases() == {"champion": 2, "previous": 1}
    first, second = (registered.get_model_version("kobe_shot", version).tags for version in ("1", "2"))
    assert "succeeds" not in first
    assert (second["succeeds"], second["data.fingerprint"], second["estimator"]) == (
        *("1", "abc"),
        "DecisionTreeClassifier",
    )


@pytest.mark.usefixtures("registered")
def test_each_rollback_goes_one_further_back_until_there_is_none(
    champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    for model in (LR, DT, LR):
        champion.save(promotion(model))
    done = champion.roll_back("it got worse", {})
    assert (done.name, done.withdrawn, done.restored, done.reason) == ("kobe_shot", 3, 2, "it got worse")
    assert aliases() == {"champion": 2, "previous": 1}
    assert champion.load().origin == f"{DT}/1"
    champion.roll_back("so did that", {})
    assert aliases() == {"champion": 1}
    said = r"^kobe_shot version 1 succeeds no other champion, .*; it stays in office\. .* --pipeline=Treinamento\.$"
    with pytest.raises(KobeShotsError, match=said):
        champion.roll_back("and that", {})
    assert aliases() == {"champion": 1}


@pytest.mark.usefixtures("registered")
def test_after_a_rollback_the_next_champion_succeeds_the_restored_one(
    champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    for model in (LR, DT):
        champion.save(promotion(model))
    champion.roll_back("", {})
    champion.save(promotion(DT))
    assert aliases() == {"champion": 3, "previous": 1}
    assert champion.roll_back("", {}).restored == 1


def test_a_rollback_is_a_run_with_its_reason(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make
) -> None:
    for model in (LR, DT):
        champion.save(promotion(model))
    champion.roll_back("it got worse", {"kedro.project": "here"})
    (run,) = _runs(registered, "Rollback")
    told = {name: run.data.tags[name] for name in ("from", "to", "reason", "kedro.project")}
    assert told == {"from": "2", "to": "1", "reason": "it got worse", "kedro.project": "here"}
    ledger = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/ledger.json")
    assert ledger == {"model": "kobe_shot", "from": 2, "to": 1, "reason": "it got worse"}
    assert run.info.status == "FINISHED"


def test_whom_a_version_succeeds_is_believed_and_the_alias_is_not(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    for model in (LR, DT, LR):
        champion.save(promotion(model))
    registered.set_registered_model_alias("kobe_shot", "previous", "1")
    assert champion.roll_back("", {}).restored == 2
    registered.set_registered_model_alias("kobe_shot", "previous", "3")
    with pytest.raises(DatasetError, match="No model called trained_xx is registered"):
        champion.save(promotion("trained_xx"))
    assert aliases() == {"champion": 2, "previous": 1}


def test_a_champion_that_is_gone_from_the_registry_is_not_restored(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    for model in (LR, DT):
        champion.save(promotion(model))
    registered.delete_model_version("kobe_shot", "1")
    with pytest.raises(KobeShotsError, match=r"^kobe_shot version 1 is needed, and is in the registry no more\. Train"):
        champion.roll_back("", {})
    assert aliases() == {"champion": 2}


def test_a_champion_whose_files_are_gone_is_not_restored(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, aliases: Aliases, tmp_path: Path
) -> None:
    for model in (LR, DT):
        champion.save(promotion(model))
    run = registered.get_model_version("kobe_shot", "1").tags["bases"].split("/")[1]
    for path in (tmp_path / "mlruns" / run).rglob("train.parquet"):
        path.unlink()
    with pytest.raises(KobeShotsError, match=r"^kobe_shot version 1 is registered, but the shots it .* cannot"):
        champion.roll_back("", {})
    assert aliases() == {"champion": 2, "previous": 1}


def test_bases_that_are_other_ones_by_now_are_refused(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, tmp_path: Path
) -> None:
    champion.save(promotion(LR))
    run = registered.get_model_version("kobe_shot", "1").tags["bases"].split("/")[1]
    (path,) = (tmp_path / "mlruns" / run).rglob("test.parquet")
    pd.read_parquet(path).iloc[1:].to_parquet(path)
    with pytest.raises(DatasetError, match=r"cannot be read \(they are other ones by now\)\. Put mlruns back"):
        champion.load()


def test_a_champion_of_an_older_version_of_the_program_is_refused_with_what_to_do(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make
) -> None:
    registered.create_registered_model("kobe_shot")
    source = registered.get_model_version(LR, "1").source
    registered.create_model_version("kobe_shot", source, tags={"origin": f"{LR}/1", "base_id": "abc"})
    registered.set_registered_model_alias("kobe_shot", "champion", "1")
    assert champion.exists()
    said = (
        r"version 1 was promoted by another version of the program and lacks .* \(bases, test_id\)\. Train anew: kedro"
    )
    with pytest.raises(DatasetError, match=said):
        champion.load()
    champion.save(promotion(LR))
    assert champion.load().version == 2
    with pytest.raises(KobeShotsError, match=said):
        champion.roll_back("", {})
    assert champion.load().version == 2


@pytest.mark.usefixtures("registered")
def test_without_a_champion_there_is_nothing_to_load_and_nothing_to_withdraw(champion: ChampionDataset) -> None:
    with pytest.raises(DatasetError, match="kobe_shot has no champion; train one: kedro run --pipeline=Treinamento"):
        champion.load()
    with pytest.raises(KobeShotsError, match=r"^kobe_shot has no champion to withdraw; run the job first: make run"):
        champion.roll_back("", {})


@pytest.mark.usefixtures("registered")
def test_a_challenger_takes_the_place_of_the_champion_it_was_compared_with_only(
    champion: ChampionDataset, promotion: Make, aliases: Aliases
) -> None:
    champion.save(promotion(LR))
    champion.save(promotion(DT, replaces=1))
    said = (
        "The decision was taken with kobe_shot version 1 in office, and kobe_shot version 2 is by now; one is changed "
        r"only for a challenger that was compared with it\. Decide again: kedro run --pipeline=Retreino\."
    )
    with pytest.raises(DatasetError, match=said):
        champion.save(promotion(LR, replaces=1))
    assert aliases() == {"champion": 2, "previous": 1}


def test_a_champion_that_changes_while_another_is_copied_is_noticed_before_the_move(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (LR, DT):
        champion.save(promotion(model))
    copy = MlflowClient.copy_model_version

    def amid(self: MlflowClient, source: str, name: str) -> object:
        registered.set_registered_model_alias("kobe_shot", "champion", "1")
        return copy(self, source, name)

    monkeypatch.setattr(MlflowClient, "copy_model_version", amid)
    with pytest.raises(DatasetError, match="with kobe_shot version 2 in office, and kobe_shot version 1 is by now"):
        champion.save(promotion(LR, replaces=2))
    assert champion.version_in_office() == 1


def test_a_champion_put_in_office_at_the_same_moment_is_noticed_after_the_move(
    champion: ChampionDataset, promotion: Make, registered: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion.save(promotion(LR))
    move = MlflowClient.set_registered_model_alias

    def overtaken(self: MlflowClient, name: str, alias: str, version: str) -> None:
        move(self, name, alias, version)
        if alias == "champion":
            move(registered, name, alias, "1")

    monkeypatch.setattr(MlflowClient, "set_registered_model_alias", overtaken)
    with pytest.raises(DatasetError, match="version 2 was put in office, and at the same moment another process put"):
        champion.save(promotion(LR, replaces=1))


def test_a_model_whose_files_are_gone_is_not_put_in_office(
    registered: MlflowClient, champion: ChampionDataset, promotion: Make, tmp_path: Path
) -> None:
    champion.save(promotion(LR))
    assert registered.get_model_version(DT, "1").version
    for path in (tmp_path / "mlruns").rglob("MLmodel"):
        path.unlink()
    with pytest.raises(DatasetError, match="kobe_shot version 2 is registered, but its files cannot be read"):
        champion.save(promotion(DT))
    assert champion.version_in_office() == 1
