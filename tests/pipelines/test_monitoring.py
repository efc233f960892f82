import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id
from kobe_shots.models.scoring import Champion, probability_of_basket
from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring import create_pipeline, nodes
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

CONF = "conf/base/parameters.yml"


def draw_raw(first: int, n: int) -> pd.DataFrame:
    """Return raw shots, one in ten without a label."""
    rng = np.random.default_rng(first)
    shots = pd.DataFrame(rng.normal(size=(n, 6)), columns=FEATURES).assign(
        **{ROW_ID: first + rng.permutation(n), "season": "2000-01", "game_date": "2000-10-31", "game_id": 1},
        game_event_id=np.arange(n),
    )
    made = (rng.random(n) < 0.5).astype(np.float64)
    return shots.assign(**{TARGET: np.where(np.arange(n) % 10, made, np.nan)})


def prepared(raw: pd.DataFrame) -> pd.DataFrame:
    return raw.dropna().set_index(ROW_ID)[[*FEATURES, TARGET]].astype({TARGET: np.int64})


def fitted(base: pd.DataFrame) -> Pipeline:
    return Pipeline([("model", LogisticRegression())]).fit(base[FEATURES], base[TARGET])


DEV, PROD = draw_raw(1_000, 600), draw_raw(5_000, 300)
TRAIN, TEST = prepared(DEV).iloc[:400], prepared(DEV).iloc[400:]
LR, DT = fitted(TRAIN), fitted(TEST)
TRAINING = {"base_id": base_id(TRAIN)}
OF_DEV = Champion(LR, "kobe_shot", 1, "trained_lr_model_dev/1", base_id(TRAIN), TRAIN, TEST)
BOTH = pd.concat([TRAIN, prepared(PROD).iloc[:100]])
HELD_OUT = pd.concat([TEST, prepared(PROD).iloc[100:150]])
RETRAINED = Champion(fitted(BOTH), "kobe_shot", 2, "challenger/1", base_id(BOTH), BOTH, HELD_OUT)


@pytest.fixture(scope="module")
def how() -> Monitoring:
    from kobe_shots.project import find_project

    configured = yaml.safe_load((find_project() / CONF).read_text())["monitoring"]
    return Monitoring.model_validate(configured | {"folds": 2})


def score(champion: Champion, how: Monitoring, **changed: Any) -> pd.DataFrame:
    given = {"raw_dev": DEV, "raw_prod": PROD, "train": TRAIN, "test": TEST, "training": TRAINING} | changed
    published = probability_of_basket(champion.estimator, given["raw_prod"])
    predictions = pd.DataFrame({ROW_ID: given["raw_prod"][ROW_ID], "probability": published})
    return nodes.score_batches(champion, LR, DT, predictions, **given, how=how)


def ids(monitored: pd.DataFrame, model: str, batch: str) -> list[int]:
    return monitored.loc[(monitored["model"] == model) & (monitored["batch"] == batch), ROW_ID].tolist()


def test_a_champion_of_dev_is_watched_on_every_production_shot_beside_the_other_dev_model(how: Monitoring) -> None:
    monitored = score(OF_DEV, how)
    assert ids(monitored, "champion", "reference") == ids(monitored, "dt", "reference") == TRAIN.index.tolist()
    assert ids(monitored, "champion", "prod") == ids(monitored, "dt", "prod") == PROD[ROW_ID].tolist()
    assert ids(monitored, "champion", "dev_test") == TEST.index.tolist()
    assert ids(monitored, "champion", "dev_withheld") == DEV.loc[DEV[TARGET].isna(), ROW_ID].tolist()
    assert set(monitored["model"]) == {"champion", "dt"}


def test_a_champion_is_watched_on_no_production_shot_it_learned_from(how: Monitoring) -> None:
    monitored = score(RETRAINED, how)
    learned = set(BOTH.index)
    assert ids(monitored, "champion", "reference") == BOTH.index.tolist()
    assert ids(monitored, "champion", "prod") == [shot for shot in PROD[ROW_ID] if shot not in learned]
    assert ids(monitored, "champion", "dev_test") == HELD_OUT.index.tolist()
    assert not learned & set(ids(monitored, "champion", "dev_withheld"))


def test_beside_a_champion_that_is_no_dev_model_both_of_those_are_watched_on_their_own_bases(how: Monitoring) -> None:
    monitored = score(RETRAINED, how)
    for model in ("lr", "dt"):
        assert ids(monitored, model, "reference") == TRAIN.index.tolist()
        assert ids(monitored, model, "dev_test") == TEST.index.tolist()
        assert ids(monitored, model, "prod") == PROD[ROW_ID].tolist()


def test_dev_models_of_another_train_base_are_refused(how: Monitoring) -> None:
    said = r"^The decision tree of dev learned from train base 0123456789ab, and \w+ lies there now"
    with pytest.raises(KobeShotsError, match=said):
        score(OF_DEV, how, training={"base_id": "0123456789ab"})


def test_a_champion_whose_shots_are_not_among_the_raw_ones_is_refused(how: Monitoring) -> None:
    said = r"^The champion \(kobe_shot version 2\) rests on 500 shots, of which 100 are not among the raw ones"
    with pytest.raises(KobeShotsError, match=said):
        score(RETRAINED, how, raw_prod=draw_raw(9_000, 300))
    other = dataclasses.replace(RETRAINED, test=HELD_OUT.assign(shot_distance=1.0))
    with pytest.raises(KobeShotsError, match=r"learned from shots of the same ids as \d+ of the raw ones"):
        score(other, how)


def test_the_pipeline_reads_the_champion_both_dev_models_and_the_base_these_learned_from() -> None:
    assert create_pipeline().inputs() == {
        "champion",
        *(f"trained_{model}_model_dev" for model in ("lr", "dt")),
        *("predictions_prod", "dataset_kobe_dev", "dataset_kobe_prod", "provenance"),
        *("base_train_dev", "base_test_dev", "record_training_dev", "params:monitoring"),
        *("last_retraining", "params:retraining"),
    }
