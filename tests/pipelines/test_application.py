import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from pandas.testing import assert_frame_equal

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.evaluation import FEWEST_OF_A_CLASS
from kobe_shots.models.lineage import base_id
from kobe_shots.models.metrics import METRICS, log_loss
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Adherence, Evaluation
from kobe_shots.pipelines.application import create_pipeline, nodes
from kobe_shots.report import Application
from kobe_shots.shots.schema import FEATURES, TARGET

HOW = Evaluation(confidence=0.95, resamples=100, seed=24)
LIMITS = Adherence(
    minimum_labelled=100, minimum_skill_retained=0.5, minimum_share_in_support=0.9, support_coverage=0.98
)
PROVENANCE = {"fingerprint": "abc"}
COLUMNS = ["shot_id", "model_name", "model_version", "probability", "label", TARGET]


class ByDistance:
    """A classifier that knows its features by name: the probability falls by `slope` a foot from `start`."""

    def __init__(self, start: float, slope: float) -> None:
        self.start, self.slope = start, slope

    def __call__(self, shots: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(self.start - self.slope * shots["shot_distance"].to_numpy(np.float64))

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        assert X.columns.tolist() == FEATURES
        assert not X.isna().any(axis=None)
        return np.column_stack([1 - self(X), self(X)])


TRUTH, STEEP, FLAT = ByDistance(0.9, 0.03), ByDistance(0.98, 0.038), ByDistance(0.5, 0.0)


def draw_raw(seed: int, n: int, feet: tuple[int, int] = (0, 26)) -> pd.DataFrame:
    """Return labelled raw shots whose probability is TRUTH's, with ids that are no row numbers and no other seed's."""
    rng = np.random.default_rng(seed)
    shots = pd.DataFrame(
        {
            "shot_id": 100_000 * seed + rng.permutation(10 * n)[:n],
            "lat": rng.normal(34, 0.05, n),
            "lon": rng.normal(-118, 0.05, n),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": rng.integers(*feet, n),
        }
    )
    return shots.assign(**{TARGET: (rng.random(n) < TRUTH(shots)).astype(np.float64)})


def prepared(raw: pd.DataFrame) -> pd.DataFrame:
    return raw.set_index("shot_id").astype({TARGET: np.int64})


TRAIN, TEST = prepared(draw_raw(1, 800)), prepared(draw_raw(2, 400))
CHAMPION = Champion(TRUTH, "kobe_shot", 3, "trained_lr_model_dev/7", base_id(TRAIN), TRAIN, TEST)


@pytest.fixture
def raw() -> pd.DataFrame:
    """Six hundred shots, one in six without a label."""
    shots = draw_raw(3, 600)
    shots.loc[::6, TARGET] = np.nan
    return shots


def apply(raw: pd.DataFrame, champion: Champion = CHAMPION) -> Application:
    predictions = nodes.score_production(champion, raw)
    record = nodes.record_application(champion, STEEP, FLAT, predictions, raw, PROVENANCE, HOW, LIMITS)
    return Application.model_validate(record)


# ---- score_production


def test_every_shot_is_published_labelled_or_not(raw: pd.DataFrame) -> None:
    published = nodes.score_production(CHAMPION, raw)
    assert published.columns.tolist() == COLUMNS
    assert published["shot_id"].tolist() == raw["shot_id"].tolist()
    assert (set(published["model_name"]), set(published["model_version"])) == ({"kobe_shot"}, {3})
    np.testing.assert_allclose(published["probability"], TRUTH(raw))
    assert published["label"].tolist() == (TRUTH(raw) > 0.5).astype(int).tolist()
    assert published[TARGET].dtype == "Int64"
    assert published[TARGET].isna().tolist() == raw[TARGET].isna().tolist()


def test_a_shot_that_lacks_a_feature_is_not_scored(raw: pd.DataFrame) -> None:
    raw.loc[[1, 4], ["lat", "lon"]] = [[np.nan, -118], [34, np.nan]]
    published = nodes.score_production(CHAMPION, raw)
    assert published["shot_id"].tolist() == raw["shot_id"].drop([1, 4]).tolist()


# ---- record_application


def test_numbers_are_those_computed_by_hand(raw: pd.DataFrame) -> None:
    record = apply(raw)
    labelled = raw.dropna()
    made, probability = labelled[TARGET].to_numpy(), TRUTH(labelled)
    assert (record.fingerprint, record.origin) == ("abc", "trained_lr_model_dev/7")
    assert record.base_id == CHAMPION.base_id == base_id(TRAIN)
    assert (record.model_name, record.model_version) == ("kobe_shot", 3)
    assert (record.rows_scored, record.labelled_rows) == (600, 500)
    assert record.mean_probability == pytest.approx(TRUTH(raw).mean())
    assert record.share_predicted_made == (TRUTH(raw) > 0.5).mean()
    assert record.make_rate == made.mean()
    for name, metric in METRICS.items():
        assert record.metrics[name].value == pytest.approx(metric.of(made, probability), abs=1e-12)
        assert record.contenders["lr"][name].value == pytest.approx(metric.of(made, STEEP(labelled)), abs=1e-12)
        assert record.contenders["dt"][name].value == pytest.approx(metric.of(made, FLAT(labelled)), abs=1e-12)
        assert {record.metrics[name].n, record.constant_dev[name].n, record.contenders["lr"][name].n} == {500}


def test_constants_and_skill_are_those_computed_by_hand(raw: pd.DataFrame) -> None:
    record = apply(raw)
    labelled = raw.dropna()
    made, learned, own = labelled[TARGET].to_numpy(), TRAIN[TARGET].mean(), labelled[TARGET].mean()
    assert record.constant_dev["log_loss"].value == pytest.approx(
        -own * np.log(learned) - (1 - own) * np.log(1 - learned)
    )
    assert record.constant_prod["log_loss"].value == pytest.approx(-own * np.log(own) - (1 - own) * np.log(1 - own))
    assert record.constant_prod["brier"].value == pytest.approx(own * (1 - own))
    assert record.skill is not None
    expected = record.constant_prod["log_loss"].value - log_loss(made, TRUTH(labelled))
    assert record.skill.value == pytest.approx(expected, abs=1e-12)
    at_home = log_loss(TEST[TARGET], np.full(len(TEST), learned)) - log_loss(TEST[TARGET], TRUTH(TEST))
    assert record.learned_skill.value == pytest.approx(at_home, abs=1e-12)
    assert (record.skill.n, record.learned_skill.n) == (500, 400)


def test_shots_like_those_it_learned_from_are_adherent_and_far_ones_are_not(raw: pd.DataFrame) -> None:
    assert apply(raw).adherence.code == "adherent"
    far = draw_raw(4, 600, feet=(23, 30))
    record = apply(far)
    assert record.adherence.severity == "act"
    shift = {shift.feature: shift for shift in record.shifts}["shot_distance"]
    assert shift.new_mean == far["shot_distance"].mean()
    assert shift.learned_mean == TRAIN["shot_distance"].mean()
    assert [shift.learned_low, shift.learned_high] == pytest.approx(TRAIN["shot_distance"].quantile([0.01, 0.99]))
    assert shift.share_in_support == far["shot_distance"].between(shift.learned_low, shift.learned_high).mean()


ALWAYS_FLAT = {"rows_scored", "incomplete_rows", "labelled_rows", "learned_rows"}
ALWAYS_FLAT |= {"share_predicted_made", "mean_probability"}
ALWAYS_FLAT |= {f"share_in_support_{feature}" for feature in FEATURES}
ALWAYS_FLAT |= {"learned_skill", "learned_skill_low", "learned_skill_high"}


def no_label(made: pd.Series) -> pd.Series:
    return made * np.nan


def too_few_baskets(made: pd.Series) -> pd.Series:
    return made.mask((made == 1) & (made.cumsum() >= FEWEST_OF_A_CLASS))


def misses_only(made: pd.Series) -> pd.Series:
    return made.mask(made == 1)


@pytest.mark.parametrize("arrived", [no_label, too_few_baskets, misses_only])
def test_too_few_labels_leave_the_scores_and_say_cannot_tell(
    raw: pd.DataFrame, arrived: Callable[[pd.Series], pd.Series]
) -> None:
    raw[TARGET] = arrived(raw[TARGET])
    record = apply(raw)
    assert (record.rows_scored, record.labelled_rows) == (600, raw[TARGET].notna().sum())
    assert (record.metrics, record.constant_dev, record.constant_prod, record.skill) == ({}, {}, {}, None)
    assert record.contenders == {"lr": {}, "dt": {}}
    assert (record.adherence.code, record.adherence.severity) == ("too_few_labels", "cannot_tell")
    assert record.make_rate == (None if arrived is no_label else raw[TARGET].mean())
    flat = nodes.flatten_application(record.model_dump(mode="json"))
    assert set(flat) == ALWAYS_FLAT | (set() if arrived is no_label else {"make_rate"})
    assert {type(value) for value in flat.values()} == {float}


def test_a_single_shot_without_a_label_is_scored(raw: pd.DataFrame) -> None:
    record = apply(raw.head(1))
    assert (record.rows_scored, record.labelled_rows, record.make_rate) == (1, 0, None)


def test_shots_that_are_not_scored_are_not_measured_either(raw: pd.DataFrame) -> None:
    expected = apply(raw.drop(index=[1, 4]))
    raw.loc[[1, 4], "lat"] = np.nan
    assert apply(raw) == expected.model_copy(update={"incomplete_rows": 2})


def test_row_numbers_that_repeat_change_nothing(raw: pd.DataFrame) -> None:
    assert apply(raw.set_axis(np.arange(600) % 7, axis=0)) == apply(raw)


def test_nodes_leave_their_inputs_alone(raw: pd.DataFrame) -> None:
    train, test, before = TRAIN.copy(), TEST.copy(), raw.copy()
    apply(raw)
    assert_frame_equal(raw, before)
    assert_frame_equal(TRAIN, train)
    assert_frame_equal(TEST, test)


def test_flat_names_tell_the_champion_from_the_constants(raw: pd.DataFrame) -> None:
    record = apply(raw)
    flat = nodes.flatten_application(record.model_dump(mode="json"))
    assert (flat["rows_scored"], flat["labelled_rows"]) == (600, 500)
    assert flat["log_loss"] == record.metrics["log_loss"].value
    assert flat["f1_low"] == record.metrics["f1"].low
    assert flat["constant_dev_log_loss"] == record.constant_dev["log_loss"].value
    assert flat["constant_prod_roc_auc_high"] == 0.5
    assert (flat["mean_probability"], flat["make_rate"]) == (record.mean_probability, record.make_rate)
    assert record.skill is not None
    assert [flat["skill_low"], flat["skill"], flat["skill_high"]] == [
        record.skill.low,
        record.skill.value,
        record.skill.high,
    ]
    assert flat["learned_skill"] == record.learned_skill.value != flat["skill"]
    assert flat["learned_skill_high"] == record.learned_skill.high
    for shift in record.shifts:
        assert flat[f"share_in_support_{shift.feature}"] == shift.share_in_support
    assert set(flat) >= ALWAYS_FLAT
    # beyond those: the make rate, the skill, and four metrics of the champion and both constants, with their intervals
    assert len(flat) == len(ALWAYS_FLAT) + 1 + 3 + 3 * 4 * 3


def retrained(raw: pd.DataFrame, learned: int) -> Champion:
    """Return a champion that has also learned from the first labelled production shots."""
    train = pd.concat([TRAIN, prepared(raw.dropna().head(learned))])
    return dataclasses.replace(CHAMPION, train=train, base_id=base_id(train), origin="trained_retreino/1")


def test_production_shots_the_champion_learned_from_are_scored_and_judge_nothing(raw: pd.DataFrame) -> None:
    champion = retrained(raw, 200)
    record, known = apply(raw, champion), raw["shot_id"].isin(champion.train.index)
    without = apply(raw[~known], champion)
    counts = [(one.rows_scored, one.labelled_rows, one.learned_rows) for one in (record, without)]
    assert counts == [(600, 300, 200), (400, 300, 0)]
    of_all = {"rows_scored", "learned_rows", "share_predicted_made", "mean_probability"}
    assert record.model_dump(exclude=of_all) == without.model_dump(exclude=of_all)
    assert record.mean_probability == pytest.approx(TRUTH(raw).mean())
    assert {record.metrics["log_loss"].n, record.contenders["lr"]["f1"].n} == {300}
    assert nodes.flatten_application(record.model_dump(mode="json"))["learned_rows"] == 200


def test_of_a_champion_that_learned_from_every_production_shot_nothing_can_be_told(raw: pd.DataFrame) -> None:
    labelled = raw.dropna()
    record = apply(labelled, retrained(labelled, len(labelled)))
    assert (record.rows_scored, record.labelled_rows, record.learned_rows) == (500, 0, 500)
    assert (record.metrics, record.skill, record.adherence.severity) == ({}, None, "cannot_tell")


def test_a_production_shot_that_has_the_id_of_a_learned_one_and_is_another_is_refused(raw: pd.DataFrame) -> None:
    champion = retrained(raw, 200)
    others = raw.assign(shot_distance=raw["shot_distance"].where(raw.index != raw.dropna().index[5], 99))
    said = r"^The champion \(kobe_shot version 3\) learned from shots of the same ids as 1 of the raw ones, and "
    with pytest.raises(KobeShotsError, match=said):
        apply(others, champion)


def test_tags_say_which_model_was_applied_and_how_it_was_judged(raw: pd.DataFrame) -> None:
    record = apply(raw)
    assert nodes.tag_application(record.model_dump(mode="json")) == {
        "champion": "kobe_shot/3",
        "origin": "trained_lr_model_dev/7",
        "adherence": "adherent",
        "verdict": record.adherence.sentence,
    }


# ---- pipeline


def test_the_pipeline_runs_in_memory(raw: pd.DataFrame) -> None:
    given = {
        "champion": CHAMPION,
        "trained_lr_model_dev": STEEP,
        "trained_dt_model_dev": FLAT,
        "dataset_kobe_prod": raw,
        "provenance": PROVENANCE,
        "params:evaluation": HOW,
        "params:adherence": LIMITS,
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
    written = SequentialRunner().run(create_pipeline(), catalog)
    record = apply(raw).model_dump(mode="json")
    assert set(written) == {"metrics_application", "tags_application"}
    assert written["metrics_application"].load() == nodes.flatten_application(record)
    assert written["tags_application"].load() == nodes.tag_application(record)
