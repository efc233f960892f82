from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.families import fit_family
from kobe_shots.monitoring import alarms
from kobe_shots.retraining.incumbent import expected_loss, losses, renew, scores, take_office
from kobe_shots.shots.schema import FEATURES


def as_frame(features):
    return pd.DataFrame(features, columns=FEATURES)


def outcomes_by_distance(rng, features):
    """Return outcomes whose log odds fall by a tenth a foot: a truth that a logistic regression can learn."""
    return (rng.random(len(features)) < 1 / (1 + np.exp((features[:, -1] - 11) / 10))).astype(float)


@pytest.fixture(scope="module")
def world(draw_features, how, watching):
    """A function that gives an incumbent, what it learned from, and the generator to draw more with."""

    def of(seed=24, n=2_000, family="lr", **params):
        rng = np.random.default_rng(seed)
        features = draw_features(rng, n)
        made = outcomes_by_distance(rng, features)
        model = fit_family(family, params or how.families[family], 24, features, made)
        return take_office(model, family, 1, features, made, None, how, watching), features, made, rng

    return of


# ---- what it flatters itself by, and what more labels are worth


def test_the_flattery_of_a_regression_is_its_parameters_over_the_shots(world):
    # a regression of k parameters is k/2n too good on what it learned from, and k/2n too bad on the rest; folds of a
    # fifth leave 4/5 of the shots to learn from, so that the second is 5/4 as large
    n, k = 700, 7
    flattery = np.mean([world(seed, n, C=1e6)[0].flattery for seed in range(30)])
    assert flattery == pytest.approx(k / 2 / n * (1 + 5 / 4), rel=0.25)


def test_a_tree_flatters_itself_more_the_more_leaves_it_has(world):
    small, large = (
        np.mean([world(seed, family="dt", max_leaf_nodes=leaves)[0].flattery for seed in range(5)])
        for leaves in (4, 200)
    )
    assert large > 5 * small > 0


@pytest.mark.parametrize(
    ("learned", "labels", "gain"), [(1_000, 2_000, 0.005), (1_000, 4_000, 0.0075), (1_000, 1_000, 0), (1_000, 500, 0)]
)
def test_what_more_labels_are_worth_by_hand(world, learned, labels, gain):
    incumbent = replace(world()[0], learned=learned, flattery=0.02)
    assert incumbent.gain_of_growth(labels) == pytest.approx(gain)


@pytest.mark.parametrize("flattery", [0.0, -0.01])
def test_a_model_that_does_not_flatter_itself_gains_nothing_by_more_labels(world, flattery):
    incumbent = replace(world()[0], flattery=flattery)
    assert incumbent.gain_of_growth(10**6) == incumbent.gain_of_growth(0) == 0


def test_a_regression_that_learns_from_more_gains_what_was_said(world, draw_features):
    said, had = [], []
    for seed in range(40):
        few, features, made, rng = world(seed, 300, C=1e6)
        others = draw_features(rng, 900)
        outcomes = outcomes_by_distance(rng, others)
        more = fit_family("lr", {"C": 1e6}, 24, np.r_[features, others], np.r_[made, outcomes])
        said.append(few.gain_of_growth(1_200))
        new = draw_features(rng, 4_000)
        truth = 1 / (1 + np.exp((new[:, -1] - 11) / 10))
        loss = [
            -(truth * np.log(p) + (1 - truth) * np.log(1 - p))
            for p in (scores(model, new) for model in (few.estimator, more))
        ]
        had.append((loss[0] - loss[1]).mean())
    assert np.mean(said) == pytest.approx(np.mean(had), rel=0.35)


def test_labels_that_weighed_nothing_are_no_new_ones(world):
    incumbent = world()[0]
    assert incumbent.having(5_000).learned == 5_000
    assert incumbent.having(5_000).gain_of_growth(5_000) == 0


# ---- what is usual of it


def test_it_takes_office_with_what_it_learned_from(world):
    incumbent, features, made, _ = world()
    own = scores(incumbent.estimator, features)
    assert (incumbent.version, incumbent.family, incumbent.learned) == (1, "lr", len(made))
    assert incumbent.usual.mean_score == pytest.approx(own.mean())
    assert len(incumbent.usual.losses) == len(incumbent.usual.beyond) == len(made)
    assert incumbent.expected_loss == pytest.approx(losses(made, own).mean(), abs=0.02)
    assert (incumbent.usual.beyond == 0).mean() >= 0.95


def test_the_loss_of_calibrated_scores_by_hand():
    calibrator = alarms.Calibrator(np.array([0.0, 1.0]), np.zeros((2, 2)))
    entropy = -(0.3 * np.log(0.3) + 0.7 * np.log(0.7))
    assert expected_loss(np.array([0.3, 0.7]), calibrator) == pytest.approx(entropy)


def test_weights_are_taken_into_what_is_honest_too(draw_features, how, watching):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 1_500)
    made = np.r_[np.resize([0.0, 0, 0, 1], 750), np.resize([0.0, 1, 1, 1], 750)]
    newest = 0.5 ** (np.arange(1_500)[::-1] / 50)
    model = fit_family("lr", {"C": 1e-6}, 24, features, made, newest)
    incumbent = take_office(model, "lr", 2, features, made, newest, how, watching)
    plain = take_office(model, "lr", 2, features, made, None, how, watching)
    # models that had not seen the shot believe in the newer rate as the model itself does
    assert incumbent.usual.losses[750:].mean() < incumbent.usual.losses[:750].mean() - 0.2
    assert plain.usual.losses[750:].mean() == pytest.approx(plain.usual.losses[:750].mean(), abs=0.05)


@pytest.mark.parametrize("makes", [0, 9, 91])
def test_too_few_of_an_outcome_tell_nothing_usual(draw_features, how, watching, makes):
    made = (np.arange(100) < makes).astype(float)
    features = draw_features(np.random.default_rng(24), 100)
    model = Pipeline([("model", DummyClassifier(strategy="prior").fit(features, np.r_[0, made[1:]]))])
    with pytest.raises(KobeShotsError, match=rf"^What is usual of a model .* {makes} baskets .* Give it more"):
        take_office(model, "lr", 1, features, made, None, how, watching)


def test_a_model_that_gives_every_shot_the_same_score_can_take_office(draw_features, how, watching):
    rng = np.random.default_rng(24)
    features, made = draw_features(rng, 400), np.resize([0.0, 1.0, 0.0], 400)
    model = Pipeline([("model", DummyClassifier(strategy="prior").fit(features, made))])
    incumbent = take_office(model, "lr", 1, features, made, None, how, watching)
    watches = incumbent.start_watches(watching).see(np.zeros(5), np.full(5, 1 / 3)).learn(made[:5], np.full(5, 1 / 3))
    assert not any(alarm.raised for alarm in (*watches.with_labels, *watches.without_labels))


@pytest.mark.parametrize("n", [40, 60, 120, 250])
def test_a_model_that_learned_from_very_few_shots_can_be_watched(world, watching, n):
    for seed in range(5):
        for family in ("lr", "dt"):
            world(seed, n, family)[0].start_watches(watching)


def test_scores_are_kept_off_zero_and_one(draw_features):
    features = draw_features(np.random.default_rng(24), 400)
    made = (features[:, -1] < 11).astype(float)
    certain = scores(fit_family("dt", {}, 24, features, made), features)
    assert sorted(set(certain.tolist())) == pytest.approx([0.02, 0.98])
    assert len(scores(fit_family("dt", {}, 24, features, made), features[:0])) == 0


# ---- nothing better is to be had


def test_what_is_usual_is_learned_again_so_that_the_same_shots_raise_no_alarm(world, draw_features, watching):
    incumbent, features, made, rng = world()

    def stream():  # from farther away than before, and worse than their scores
        shots = draw_features(rng, 2_500, (1, 28))
        return shots, (rng.random(2_500) < scores(incumbent.estimator, shots) - 0.15).astype(float)

    def watched(champion, shots, outcomes):
        score = scores(champion.estimator, shots)
        novelty = champion.usual.support.novelty(as_frame(shots))
        watches = champion.start_watches(watching).see(novelty, score).learn(outcomes, score)
        return {alarm.name for alarm in (*watches.with_labels, *watches.without_labels) if alarm.raised}

    new, outcomes = stream()
    assert {"novelty", "score_lower", "calibration"} <= watched(incumbent, new, outcomes)
    known = np.r_[features, new]
    renewed = renew(incumbent, known, new, outcomes, watching)
    assert watched(renewed, *stream()) == set()
    assert renewed.estimator is incumbent.estimator
    assert (renewed.version, renewed.learned, renewed.flattery) == (1, len(made), incumbent.flattery)


def test_of_too_few_outcomes_only_support_is_learned_again(world, draw_features, watching):
    incumbent, features, _, rng = world()
    far = draw_features(rng, 300, (25, 30))
    renewed = renew(incumbent, np.r_[features, far], far[:15], np.resize([0.0, 1.0], 15), watching)
    assert renewed.usual.losses is incumbent.usual.losses
    assert renewed.expected_loss == incumbent.expected_loss
    shots = as_frame(far)
    before, after = (one.usual.support for one in (incumbent, renewed))
    assert not before.holds(shots, before.novelty(shots)).any()
    assert after.holds(shots, after.novelty(shots)).mean() > 0.8
