import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.families import FAMILIES, build_family, fit_family
from kobe_shots.shots.schema import FEATURES

PARAMS = {
    "lr": {"C": 0.05},
    "dt": {"max_leaf_nodes": 6, "min_samples_leaf": 20},
    "boost": {"C": 0.05, "n_estimators": 5, "learning_rate": 0.1, "max_depth": 2, "min_samples_leaf": 20},
}


def draw(seed, n, slope=1.0):
    """Return (n, 6) features like those of shots, and outcomes that fall with the last of them, the distance."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(33.7, 34.05, n), rng.uniform(-118.5, -118.0, n)
    whole = [rng.integers(low, high, n) for low, high in ((0, 12), (1, 5), (0, 2), (0, 25))]
    features = np.column_stack([lat, lon, *whole])
    return features, (rng.random(n) < 1 / (1 + np.exp(slope * (features[:, 5] - 12) / 8))).astype(float)


def chances(model, features):
    return model.predict_proba(features)[:, 1]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns_that_near_shots_go_in(family):
    model = fit_family(family, PARAMS[family], 24, *draw(1, 2_000))
    features, _ = draw(2, 1_000)
    chance = chances(model, features)
    assert ((chance > 0) & (chance < 1)).all()
    assert chance[features[:, 5] < 6].mean() > chance[features[:, 5] > 18].mean() + 0.2


@pytest.mark.parametrize("family", FAMILIES)
def test_the_seed_and_the_shots_decide(family):
    features, made = draw(1, 600)
    one, again = (fit_family(family, PARAMS[family], 24, features, made) for _ in range(2))
    np.testing.assert_array_equal(chances(one, features), chances(again, features))


@pytest.mark.parametrize("family", FAMILIES)
def test_whole_numbers_in_a_frame_are_as_good_as_a_matrix(family):
    features, made = draw(1, 600)
    frame = pd.DataFrame(features, columns=FEATURES).astype({"period": np.int64, "playoffs": np.int64})
    of_frame = fit_family(family, PARAMS[family], 24, frame, pd.Series(made))
    of_matrix = fit_family(family, PARAMS[family], 24, features, made)
    assert chances(of_frame, frame.astype(float)) == pytest.approx(chances(of_matrix, features))


@pytest.mark.parametrize("family", ["lr", "dt"])
def test_a_shot_that_weighs_twice_counts_as_two(family):
    features, made = draw(1, 400)
    twice = np.r_[np.arange(400), np.arange(200)]
    weighed = fit_family(family, PARAMS[family], 24, features, made, np.where(np.arange(400) < 200, 2.0, 1.0))
    repeated = build_family(family, PARAMS[family], 24)
    if family == "lr":  # features are scaled by the shots, not by their weights
        scaled = weighed[0].transform(features)
        other = repeated[-1].fit(scaled[twice], made[twice])
        assert other.coef_ == pytest.approx(weighed[-1].coef_, rel=1e-5)
    else:
        leaves = {"max_leaf_nodes": 6, "min_samples_leaf": 1}
        weighed = fit_family(family, leaves, 24, features, made, np.where(np.arange(400) < 200, 2.0, 1.0))
        other = fit_family(family, leaves, 24, features[twice], made[twice])
        assert chances(other, features) == pytest.approx(chances(weighed, features))


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_move_a_model_towards_what_they_stress(family):
    features, made = draw(1, 1_000)
    makes = fit_family(family, PARAMS[family], 24, features, made, np.where(made == 1, 3.0, 1.0))
    plain = fit_family(family, PARAMS[family], 24, features, made)
    assert chances(makes, features).mean() > chances(plain, features).mean() + 0.1


def test_boosting_starts_from_the_regression_and_stays_with_it_where_there_is_no_more_to_learn():
    features, made = draw(1, 4_000, slope=3.0)
    start = fit_family("lr", PARAMS["lr"], 24, features, made)
    flat = fit_family("boost", PARAMS["boost"] | {"learning_rate": 1e-6}, 24, features, made)
    far, _ = draw(2, 500)
    far[:, 5] += 40  # where no tree has learned anything, the regression speaks
    assert chances(flat, far) == pytest.approx(chances(start, far), abs=2e-3)


def test_boosting_learns_what_no_line_can():
    features, _ = draw(1, 3_000)
    made = (np.abs(features[:, 5] - 12) < 5).astype(float)
    line, boosted = (
        fit_family(family, PARAMS[family] | more, 24, features, made)
        for family, more in (("lr", {}), ("boost", {"n_estimators": 40}))
    )
    right = [((chances(model, features) > 0.5) == made).mean() for model in (line, boosted)]
    assert right[1] > right[0] + 0.2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(12, 300), st.sampled_from([None, 1, 30, 4_000]), st.sampled_from([0, 1, 8]))
def test_awkward_shots_are_learned_from_without_a_warning(seed, n, half_life, slope):
    features, made = draw(seed, n, slope)
    made[:2] = 0, 1
    features[:, 4] = 0  # no playoffs: a feature that is the same for all
    weight = None if half_life is None else 0.5 ** (np.arange(n)[::-1] / half_life)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for family in ("lr", "boost"):
            few = {"n_estimators": 1} if family == "boost" else {}
            fit_family(family, PARAMS[family] | few, 24, features, made, weight)


def test_the_regression_that_boosting_starts_from_is_converged_to_what_32_bits_can_hold():
    features, made = draw(1, 800)
    model = fit_family("boost", PARAMS["boost"], 24, features, made)
    exact = LogisticRegression(C=0.05, solver="newton-cholesky", tol=1e-10).fit(model[0].transform(features), made)
    assert model[-1].init_.coef_ == pytest.approx(exact.coef_, abs=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("made", "said"), [([], "0 shots"), ([1.0] * 50, "50 shots .* 50 of them"), ([0.0], "1 shots")]
)
def test_makes_and_misses_are_both_needed(family, made, said):
    features, _ = draw(1, len(made))
    with pytest.raises(KobeShotsError, match=rf"^Got {said}.* baskets; makes and misses are both needed"):
        fit_family(family, PARAMS[family], 24, features, np.array(made))


def test_an_unknown_family_is_refused_with_those_that_are_known():
    with pytest.raises(KobeShotsError, match=r"^Got the family 'knn'; allowed are lr, dt, boost\. Choose one"):
        build_family("knn", {}, 24)


@pytest.mark.parametrize(
    ("family", "params", "what"),
    [
        ("lr", {"C": -1.0}, "logistic regression"),
        ("lr", {"depth": 3}, "logistic regression"),
        ("dt", {"max_leaf_nodes": 1}, "decision tree"),
        ("dt", {"leaves": 5}, "decision tree"),
        ("boost", {"C": "much"}, "boosted regression"),
        ("boost", {"C": 1.0, "trees": 5}, "boosted regression"),
    ],
)
def test_parameters_a_model_cannot_take_are_refused_with_where_to_mend_them(family, params, what):
    with pytest.raises(KobeShotsError, match=rf"^The {what} could not be trained .*Mend retraining\.families"):
        fit_family(family, params, 24, *draw(1, 100))


def test_features_that_are_missing_are_refused():
    features, made = draw(1, 100)
    features[3, 2] = np.nan
    with pytest.raises(KobeShotsError, match=r"could not be trained on 100 labelled shots .*NaN"):
        fit_family("lr", PARAMS["lr"], 24, features, made)
