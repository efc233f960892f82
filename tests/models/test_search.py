import logging

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold, cross_validate

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import build, candidates
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.search import best, search
from kobe_shots.shots.schema import FEATURES

SCORERS = {"log_loss": "neg_log_loss", "f1": "f1", "brier": "neg_brier_score", "roc_auc": "roc_auc"}
KNOBS = {"candidates": 30, "folds": 4, "seed": 24}


@pytest.fixture(scope="module")
def shots():
    """Shots, two of whose features split them in the same way."""
    rng = np.random.default_rng(24)
    features = pd.DataFrame(rng.integers(0, 4, (900, 6)), index=range(100, 1000), columns=FEATURES).astype(float)
    features["shot_distance"] = rng.uniform(0, 30, 900)
    features["lat"] = 34 - features["shot_distance"] ** 2
    made = (rng.random(900) < 0.65 - features["shot_distance"] / 60).astype(int)
    return features, made


@pytest.mark.parametrize("model", ["lr", "dt"])
def test_every_candidate_and_metric_is_what_cross_validate_finds(shots, model):
    features, made = shots
    table = search(model, features, made, **KNOBS)
    folds = StratifiedKFold(4, shuffle=True, random_state=24)
    for candidate, row in zip(candidates(model, 30), table.itertuples(), strict=True):
        pipeline = build(candidate, seed=24)
        if model == "lr":
            pipeline.set_params(model__tol=1e-12)
        found = cross_validate(pipeline, features, made, cv=folds, scoring=SCORERS)
        for name in METRICS:
            expected = found[f"test_{name}"] * (-1 if SCORERS[name].startswith("neg_") else 1)
            np.testing.assert_allclose(getattr(row, f"{name}_folds"), expected, rtol=0, atol=1e-8)


def test_the_table_has_one_row_a_candidate_with_mean_sd_and_folds(shots):
    table = search("dt", *shots, **KNOBS)
    assert table["candidate"].tolist() == list(range(1, 31))
    assert set(table["model"]) == {"dt"}
    assert table.loc[0, "params"] == '{"criterion": "gini", "min_samples_leaf": 400, "max_leaf_nodes": 2}'
    for name in METRICS:
        folds = np.array(table[f"{name}_folds"].tolist())
        assert folds.shape == (30, 4)
        np.testing.assert_allclose(table[name], folds.sum(axis=1) / 4)
        spread = np.sqrt(((folds - table[[name]].to_numpy()) ** 2).sum(axis=1) / 3)
        np.testing.assert_allclose(table[f"{name}_sd"], spread, atol=1e-15)
    assert not table.isna().any(axis=None)


def test_the_table_survives_parquet(shots, tmp_path):
    table = search("lr", *shots, **KNOBS)
    table.to_parquet(tmp_path / "candidates.parquet")
    read = pd.read_parquet(tmp_path / "candidates.parquet")
    np.testing.assert_array_equal(read["f1_folds"].tolist(), table["f1_folds"].tolist())
    assert [best(read, name) for name in METRICS] == [best(table, name) for name in METRICS]


def test_the_same_seed_gives_the_same_table_and_another_seed_other_folds(shots):
    features, made = shots
    once = search("lr", features, made, **KNOBS)
    pd.testing.assert_frame_equal(search("lr", features, made, **KNOBS), once)
    assert (search("lr", features, made, **(KNOBS | {"seed": 7}))["log_loss"] != once["log_loss"]).all()


def test_labels_of_the_rows_do_not_matter(shots):
    features, made = shots
    renamed = search("dt", features.reset_index(drop=True), made.reset_index(drop=True), **KNOBS)
    pd.testing.assert_frame_equal(renamed, search("dt", features, made, **KNOBS))


def test_inputs_are_left_as_they_were(shots):
    features, made = shots[0].copy(), shots[1].copy()
    search("lr", features, made, **KNOBS)
    pd.testing.assert_frame_equal(features, shots[0])
    pd.testing.assert_series_equal(made, shots[1])


def test_progress_is_told_fold_by_fold(shots, caplog):
    with caplog.at_level(logging.INFO, logger="kobe_shots.models.search"):
        table = search("lr", *shots, **KNOBS)
    assert len(caplog.messages) == 4
    assert caplog.messages[-1] == f"lr: fold 4 of 4, best log loss so far {table['log_loss'].min():.4f}"


@pytest.fixture
def four():
    return pd.DataFrame(
        {
            "candidate": [1, 2, 3, 4],
            "model": "lr",
            "params": ['{"C": 1.0}', '{"C": 2.0}', '{"C": 3.0}', '{"C": 4.0}'],
            "log_loss": [0.7, 0.6, 0.6, 0.8],
            "f1": [0.1, 0.2, 0.3, 0.4],
            "brier": [0.20, 0.25, 0.30, 0.35],
            "roc_auc": [0.5, 0.6, 0.7, 0.7],
        }
    )


@pytest.mark.parametrize(("metric", "number"), [("log_loss", 2), ("F1", 4), ("brier", 1), ("roc_auc", 3)])
def test_the_best_is_lowest_in_a_loss_highest_in_a_score_and_the_simplest_of_equals(four, metric, number):
    assert best(four, metric).number == number
    assert best(four[::-1], metric).params == {"C": float(number)}


def test_the_best_candidate_can_be_built(shots):
    features, made = shots
    candidate = best(search("dt", features, made, **KNOBS), "log_loss")
    assert candidate in candidates("dt", 30)
    assert build(candidate, seed=24).fit(features, made).predict_proba(features).shape == (900, 2)


def test_an_unknown_metric_is_refused(four):
    with pytest.raises(KobeShotsError, match="Got the metric 'acuracy'; allowed are log_loss, f1, brier, roc_auc"):
        best(four, "acuracy")


def test_an_unknown_model_is_refused(shots):
    with pytest.raises(KobeShotsError, match=r"Got the model 'knn'; allowed are lr \(logistic regression\), dt"):
        search("knn", *shots, **KNOBS)


@pytest.mark.parametrize(
    ("outcomes", "held"),
    [([1, 1, 1, 1], r"\[1\]"), ([0, 1, 2, 1], r"\[1, 0, 2\]"), ([0, 1, None, 1], r"\[1.0, 0.0, nan\]")],
)
def test_outcomes_other_than_zero_and_one_are_refused(outcomes, held):
    features = pd.DataFrame(0.0, index=range(4), columns=FEATURES)
    with pytest.raises(KobeShotsError, match=f"hold {held}; allowed are 0 .missed. and 1 .made., and both are needed"):
        search("lr", features, pd.Series(outcomes), **KNOBS)


@pytest.mark.parametrize("folds", [1, 4])
def test_folds_without_a_row_of_each_outcome_are_refused(folds):
    features = pd.DataFrame(0.0, index=range(9), columns=FEATURES)
    made = pd.Series([1, 1, 1, 0, 0, 0, 0, 0, 0])
    with pytest.raises(KobeShotsError, match=f"Got {folds} folds; allowed are 2 to 3, the rows of the rarer outcome"):
        search("lr", features, made, candidates=2, folds=folds, seed=24)
