from typing import Any

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pandas.testing import assert_frame_equal

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id
from kobe_shots.parameters import Split
from kobe_shots.pipelines import PREPARATION, RUN_NAMES
from kobe_shots.pipelines.preparation import create_pipeline, nodes
from kobe_shots.report import Preparation
from kobe_shots.shots.schema import FEATURES, TARGET, validate_prepared
from kobe_shots.shots.simulator import draw_career

SPLIT = Split(test_size=0.2, seed=24)
KEPT = ["game_date", "game_event_id", "shot_type", *FEATURES]


class Kept(MemoryDataset):
    """Holds on to its data: a runner releases what no later node reads."""

    def _release(self) -> None:
        pass


@pytest.fixture(scope="module")
def career() -> pd.DataFrame:
    return draw_career(np.random.default_rng(24), 2000).shots


@pytest.fixture
def raw() -> pd.DataFrame:
    """Twelve shots: four made, four missed, two unlabelled, two labelled ones that lack a coordinate."""
    made = [1, 0, np.nan, 1, 0, 1, 0, np.nan, 1, 0, 1, 0]
    return pd.DataFrame(
        {
            "shot_id": np.arange(112, 100, -1),
            "game_date": ["2000-01-02", "2000-01-01"] * 6,
            "game_event_id": np.arange(12),
            "shot_type": "2PT Field Goal",
            "team_name": "Los Angeles Lakers",
            "lat": [34.0] * 10 + [np.nan, 34.0],
            "lon": [-118.0] * 11 + [np.nan],
            "minutes_remaining": 3,
            "period": 1,
            "playoffs": 0,
            "shot_distance": np.arange(12),
            TARGET: made,
        }
    )


# ---- nodes


def test_complete_labelled_shots_keep_seven_columns_and_their_id(raw: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(raw)
    assert prepared.columns.tolist() == [*FEATURES, TARGET]
    assert prepared.index.name == "shot_id"
    assert prepared.index.tolist() == [112, 111, 109, 108, 107, 106, 104, 103]
    assert prepared[TARGET].tolist() == [1, 0, 1, 0, 1, 0, 1, 0]
    assert prepared[TARGET].dtype == np.int64
    assert prepared.loc[109, "shot_distance"] == 3
    validate_prepared(prepared)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([np.nan] * 12, "0 labelled baskets and 0 labelled misses"),
        ([1.0] * 12, "10 labelled baskets and 0 labelled misses"),
        ([0.0] * 9 + [1.0] * 3, "1 labelled baskets and 9 labelled misses"),
    ],
)
def test_a_base_with_nothing_to_learn_is_refused(raw: pd.DataFrame, made: list[float], said: str) -> None:
    with pytest.raises(KobeShotsError, match=f"The 12 raw shots of one base hold {said}; at least 2 of each"):
        nodes.keep_labelled(raw.assign(**{TARGET: made}))


def test_unlabelled_shots_of_both_bases_come_in_the_order_they_were_taken(raw: pd.DataFrame) -> None:
    prod = raw.assign(shot_id=raw["shot_id"] + 100, shot_type="3PT Field Goal", game_date="1999-12-31")
    unlabelled = nodes.keep_unlabelled(raw, prod)
    assert unlabelled.index.tolist() == [210, 205, 105, 110]
    assert unlabelled.columns.tolist() == KEPT
    assert unlabelled["shot_type"].str[:1].tolist() == ["3", "3", "2", "2"]


def test_no_shot_is_lost_and_none_is_in_two_places(career: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(career)
    unlabelled = nodes.keep_unlabelled(career, career.head(0))
    train, test = nodes.split_base(prepared, SPLIT)
    assert sorted([*train.index, *test.index, *unlabelled.index]) == sorted(career["shot_id"])


def test_a_split_keeps_the_make_rate_and_the_rows_as_they_were(career: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(career)
    train, test = nodes.split_base(prepared, SPLIT)
    assert len(test) == np.ceil(0.2 * len(prepared))
    assert abs(train[TARGET].mean() - test[TARGET].mean()) < 1 / len(test)
    assert_frame_equal(pd.concat([train, test]).loc[prepared.index], prepared)


def test_the_seed_decides_the_split(career: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(career)
    one, again = (nodes.split_base(prepared, SPLIT)[1] for _ in range(2))
    assert_frame_equal(one, again)
    assert set(nodes.split_base(prepared, Split(test_size=0.2, seed=7))[1].index) != set(one.index)


@pytest.mark.parametrize("other", [Split(test_size=0.2, seed=7), Split(test_size=0.3, seed=24)])
def test_another_split_is_another_base(career: pd.DataFrame, other: Split) -> None:
    prepared = nodes.keep_labelled(career)
    one, again, another = (
        nodes.describe_base(career, prepared, *nodes.split_base(prepared, split))["base_id"]
        for split in (SPLIT, SPLIT, other)
    )
    assert one == again != another


@pytest.mark.parametrize("test_size", [0.001, 0.999])
def test_a_part_too_small_for_a_basket_and_a_miss_is_refused(raw: pd.DataFrame, test_size: float) -> None:
    with pytest.raises(KobeShotsError, match=f"^8 prepared shots cannot be split with test_size {test_size}: both"):
        nodes.split_base(nodes.keep_labelled(raw), Split(test_size=test_size, seed=24))


def test_dimensions_are_counted_by_hand(raw: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(raw)
    assert nodes.describe_base(raw, prepared, prepared.iloc[:5], prepared.iloc[5:]) == {
        "base_id": base_id(prepared.iloc[:5]),
        "raw_rows": 12,
        "raw_columns": 12,
        "unlabelled_rows": 2,
        "incomplete_rows": 2,
        "prepared_rows": 8,
        "prepared_columns": 7,
        "train_rows": 5,
        "test_rows": 3,
        "test_percent": 37.5,
        "make_rate": 0.5,
        "train_make_rate": 0.6,
        "test_make_rate": pytest.approx(1 / 3),
    }


def test_the_record_is_tied_to_its_data_and_flat_names_tell_the_bases_apart(raw: pd.DataFrame) -> None:
    prepared = nodes.keep_labelled(raw)
    dev = nodes.describe_base(raw, prepared, prepared.iloc[:5], prepared.iloc[5:])
    record = nodes.record_preparation({"fingerprint": "abc"}, dev, dev | {"test_rows": 4})
    assert Preparation.model_validate(record).fingerprint == "abc"
    flat = nodes.flatten_preparation(record)
    assert (flat["dev_test_rows"], flat["prod_test_rows"], flat["dev_test_percent"]) == (3, 4, 37.5)
    assert set(flat) == {f"{stage}_{name}" for stage in ("dev", "prod") for name in dev if name != "base_id"}
    assert {type(value) for value in flat.values()} == {float}


def test_nodes_leave_their_inputs_alone(raw: pd.DataFrame) -> None:
    before = raw.copy()
    prepared = nodes.keep_labelled(raw)
    prepared_before = prepared.copy()
    nodes.keep_unlabelled(raw, raw)
    train, test = nodes.split_base(prepared, SPLIT)
    nodes.describe_base(raw, prepared, train, test)
    assert_frame_equal(raw, before)
    assert_frame_equal(prepared, prepared_before)


# ---- pipeline


def test_the_pipeline_reads_raw_data_and_writes_bases() -> None:
    pipeline = create_pipeline()
    assert pipeline.inputs() == {"dataset_kobe_dev", "dataset_kobe_prod", "provenance", "params:preparation"}
    assert pipeline.all_outputs() == {
        "unlabelled_shots",
        "record_preparation",
        "metrics_preparation",
        *(f"{name}_{stage}" for stage in ("dev", "prod") for name in ("data_filtered", "description")),
        *(f"base_{part}_{stage}" for stage in ("dev", "prod") for part in ("train", "test")),
    }


def test_every_node_belongs_to_the_one_run_and_has_a_name_of_its_own() -> None:
    for node in create_pipeline().nodes:
        assert node.tags & set(RUN_NAMES) == {PREPARATION}
        assert "preprocessing" in node.tags
    names = [node.name for node in create_pipeline().nodes]
    assert len(set(names)) == len(names) == 9


def test_the_pipeline_runs_in_memory(career: pd.DataFrame) -> None:
    three = career["shot_type"] == "3PT Field Goal"
    given: dict[str, Any] = {
        "dataset_kobe_dev": career[~three],
        "dataset_kobe_prod": career[three],
        "provenance": {"fingerprint": "abc"},
        "params:preparation": SPLIT,
    }
    kept = {name: Kept() for name in ("base_train_dev", "base_test_prod", "record_preparation")}
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()} | kept)
    SequentialRunner().run(create_pipeline(), catalog)
    record = Preparation.model_validate(catalog.load("record_preparation"))
    assert record.bases["dev"].train_rows == len(catalog.load("base_train_dev"))
    assert record.bases["prod"].test_rows == len(catalog.load("base_test_prod"))
    assert record.bases["dev"].base_id == base_id(catalog.load("base_train_dev")) != record.bases["prod"].base_id
    assert set(catalog.load("base_train_dev").index) <= set(career.loc[~three, "shot_id"])
    assert set(catalog.load("base_test_prod").index) <= set(career.loc[three, "shot_id"])
    raw_rows = record.bases["dev"].raw_rows + record.bases["prod"].raw_rows
    assert raw_rows == len(career)
