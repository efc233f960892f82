"""Is a challenger registered like every other model, and nothing done where there is none?"""

from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from kedro.io.core import DatasetError
from mlflow import MlflowClient

from kobe_shots.datasets import ChallengerDataset, ChampionDataset, LastRecordDataset
from kobe_shots.models.families import fit_family
from kobe_shots.models.promotion import NoChange, Promotion
from kobe_shots.retraining.challenger import Challenger, Way
from kobe_shots.shots.schema import FEATURES, TARGET

FAMILIES = {
    "lr": {"C": 0.05},
    "dt": {"max_leaf_nodes": 4, "min_samples_leaf": 2},
    "boost": {"C": 0.05, "n_estimators": 5, "learning_rate": 0.1, "max_depth": 2, "min_samples_leaf": 2},
}
CLASSES = {"lr": "LogisticRegression", "dt": "DecisionTreeClassifier", "boost": "GradientBoostingClassifier"}
NAME = "kobe_shot_challenger"
SHOT = pd.DataFrame([[33.8, -118.4, 10, 1, 0, 25], [34.0, -118.3, 0, 4, 1, 2]], columns=FEATURES, dtype=float)


@pytest.fixture
def challenger() -> Callable[[str], Challenger]:
    """Train a challenger of a family on shots whose columns have names."""

    def make(family: str) -> Challenger:
        rng = np.random.default_rng(7)
        shots = pd.DataFrame(rng.normal(size=(80, 6)), columns=FEATURES)
        model = fit_family(family, FAMILIES[family], 24, shots, (shots["lat"] > 0).astype(int))
        return Challenger(model, Way(family, "recent"), 80, None, 4)

    return make


@pytest.mark.parametrize("family", FAMILIES)
def test_a_challenger_of_every_family_is_registered_loaded_and_served(
    store: MlflowClient, challenger: Callable[[str], Challenger], family: str
) -> None:
    one, dataset = challenger(family), ChallengerDataset(name=NAME)
    with mlflow.start_run(tags={"data.fingerprint": "abc"}):
        dataset.save(one)
    expected = one.estimator.predict_proba(SHOT)[:, 1]
    loaded = dataset.load()
    assert not isinstance(loaded, NoChange)
    np.testing.assert_array_equal(loaded.predict_proba(SHOT)[:, 1], expected)
    served = mlflow.pyfunc.load_model(f"models:/{NAME}/1")  # what `mlflow models serve` answers with
    for rows in (SHOT, SHOT[FEATURES[::-1]], SHOT.rename(columns={"lon": "lng"}), SHOT.to_numpy()):
        answer = served.predict(rows)
        assert answer["probability"].tolist() == expected.tolist()
        assert answer["label"].tolist() == (expected > 0.5).astype(int).tolist()
    tags = store.get_model_version(NAME, "1").tags
    assert tags == {"data.fingerprint": "abc", "estimator": CLASSES[family], "family": family, "rows": "recent"}


def test_where_none_was_trained_nothing_is_registered_and_the_one_before_is_not_taken_for_it(
    store: MlflowClient, challenger: Callable[[str], Challenger]
) -> None:
    dataset, none = ChallengerDataset(name=NAME), NoChange("not now")
    assert not dataset.exists()
    with mlflow.start_run():
        dataset.save(challenger("lr"))
        dataset.save(none)
    assert dataset.load() == none
    assert [version.version for version in store.search_model_versions(f"name='{NAME}'")] == [1]
    with mlflow.start_run():
        dataset.save(challenger("dt"))
    assert not isinstance(dataset.load(), NoChange)


@pytest.mark.usefixtures("registered")
def test_a_champion_that_stays_is_left_as_it_is(
    champion: ChampionDataset, promotion: Callable[..., Promotion], aliases: Callable[[], dict[str, int]]
) -> None:
    champion.save(promotion())
    champion.save(NoChange("not better"))
    assert aliases() == {"champion": 1}
    assert champion.load().train[TARGET].notna().all()


def test_the_last_record_is_empty_before_the_first_and_is_only_read(tmp_path: Path) -> None:
    dataset = LastRecordDataset(filepath=str(tmp_path / "retraining.json"))
    assert dataset.exists()
    assert dataset.load() == {}
    (tmp_path / "retraining.json").write_text('{"policy": "both"}')
    assert dataset.load() == {"policy": "both"}
    with pytest.raises(DatasetError, match="is only read here"):
        dataset.save({})


def test_a_last_record_that_is_cut_short_is_named(tmp_path: Path) -> None:
    (tmp_path / "retraining.json").write_text("{")
    with pytest.raises(DatasetError, match=r"retraining\.json cannot be read .* Remove it and make it again"):
        LastRecordDataset(filepath=str(tmp_path / "retraining.json")).load()
