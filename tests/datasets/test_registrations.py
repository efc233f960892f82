"""Is the registry read as it is, and is a sentence said where it cannot be?"""

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mlflow import MlflowClient

from kobe_shots import job
from kobe_shots.datasets import ChampionDataset
from kobe_shots.datasets.registrations import NAMES, list_registered
from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks import store as kept
from kobe_shots.models.promotion import Promotion

LR, DT = "trained_lr_model_dev", "trained_dt_model_dev"
Make = Callable[..., Promotion]


def test_all_versions_are_told_with_their_aliases_and_tags(
    project: Path, registered: MlflowClient, champion: ChampionDataset, promotion: Make
) -> None:
    champion.save(promotion(LR))
    champion.save(promotion(DT))
    told = job.registered(project)
    assert [(one.name, one.version, one.aliases) for one in told] == [
        (LR, 1, ()),
        (DT, 1, ()),
        ("kobe_shot", 1, ("previous",)),
        ("kobe_shot", 2, ("champion",)),
    ]
    second = told[-1]
    assert (second.tags["origin"], second.tags["succeeds"]) == (f"{DT}/1", "1")
    assert second.tags["base_id"] == told[-2].tags["base_id"]
    assert timedelta(0) <= datetime.now(UTC) - second.created_at < timedelta(minutes=5)
    experiment = registered.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    assert {one.experiment_id for one in told} == {experiment.experiment_id}
    assert told[0].run_id == registered.get_model_version(LR, "1").run_id


def test_the_models_of_the_catalog_are_meant() -> None:
    catalog = Path(__file__).parents[2].joinpath("conf", "base", "catalog.yml").read_text()
    assert all(f"name: {name}\n" in catalog for name in ("kobe_shot", "kobe_shot_challenger"))
    assert {name for name in NAMES if name.startswith("trained_")} == {
        f"trained_{kind}_model_{stage}" for kind in ("lr", "dt") for stage in ("dev", "prod")
    }


def test_where_nothing_has_run_there_is_nothing_and_none_is_made(project: Path) -> None:
    assert job.registered(project) == []
    assert not (project / "mlflow.db").exists()


def test_a_registry_that_does_not_answer_is_one_sentence_at_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setattr(kept, "ASKED_FOR", f"http://127.0.0.1:{port}")
    before = dict(os.environ)
    with pytest.raises(
        KobeShotsError, match=r"^The registry cannot be reached \(.*\)\. Start its server or put"
    ) as said:
        job.registered(project)
    assert str(said.value).count("\n") == 0
    assert dict(os.environ) == before


def test_a_store_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("not a database at all " * 100)
    with pytest.raises(KobeShotsError, match="file is not a database"):
        list_registered(f"sqlite:///{tmp_path / 'mlflow.db'}", "kobe-shots")


def test_a_damaged_configuration_is_one_sentence(project: Path) -> None:
    (project / "conf" / "base" / "mlflow.yml").write_text("tracking_uri: [\n")
    with pytest.raises(KobeShotsError, match="Mend the file"):
        job.registered(project)
