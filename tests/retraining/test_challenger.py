import numpy as np
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining import challenger as of_challengers
from kobe_shots.retraining.challenger import (
    ALL,
    FEWEST_LIKE_SERVED,
    NEWEST,
    RECENT,
    SERVED,
    Way,
    find_like,
    train,
    train_challenger,
)
from kobe_shots.retraining.incumbent import losses, scores


def like_none(n):
    return np.zeros(n, dtype=bool)


@pytest.fixture
def forgetful(how):
    """A challenger that forgets within 300 labels, where one does."""
    return how.model_copy(update={"half_life": 300, "families": {"lr": {"C": 1.0}, "dt": how.families["dt"]}})


def near_go_in(rng, features, sign=1.0):
    return (rng.random(len(features)) < 1 / (1 + np.exp(sign * (features[:, -1] - 11) / 4))).astype(float)


def test_outcomes_that_turn_round_late_are_learned_from_by_forgetting(draw_features, forgetful):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 4_000)
    made = np.r_[near_go_in(rng, features[:2_500]), near_go_in(rng, features[2_500:], sign=-1)]
    trained = train_challenger(("lr",), features, made, like_none(4_000), forgetful)
    assert trained.way == Way("lr", RECENT)
    new = draw_features(rng, 2_000)
    outcome = near_go_in(rng, new, sign=-1)
    of_all, _ = train(Way("lr", ALL), features, made, like_none(4_000), forgetful)
    assert losses(outcome, scores(trained.estimator, new)).mean() < losses(outcome, scores(of_all, new)).mean() - 0.1


def test_outcomes_that_stay_as_they_were_are_all_learned_from(draw_features, forgetful):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 4_000)
    amnesiac = forgetful.model_copy(update={"half_life": 20})
    trained = train_challenger(("lr",), features, near_go_in(rng, features), like_none(4_000), amnesiac)
    assert trained.way == Way("lr", ALL)
    assert trained.weight is None


def test_where_those_served_are_another_kind_they_are_learned_from(draw_features, how):
    rng = np.random.default_rng(24)
    one, other = draw_features(rng, 2_000, (1, 20)), draw_features(rng, 1_500, (25, 30))
    features = np.r_[one, other]
    # among the far ones the farther the better: no line holds for both
    made = np.r_[near_go_in(rng, one), (rng.random(1_500) < (other[:, -1] - 24) / 6).astype(float)]
    like = np.arange(3_500) >= 2_000
    trained = train_challenger(("lr",), features, made, like, how)
    assert trained.way == Way("lr", SERVED)
    assert trained.weight.tolist() == like.astype(float).tolist()


def test_the_family_that_does_better_on_the_newest_is_chosen(draw_features, forgetful):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 3_000)
    made = (rng.random(3_000) < np.where(np.abs(features[:, -1] - 11) < 4, 0.9, 0.1)).astype(float)
    assert train_challenger(("lr", "dt"), features, made, like_none(3_000), forgetful).way.family == "dt"


@pytest.mark.parametrize(
    ("like", "tried"),
    [(0, 2), (FEWEST_LIKE_SERVED - 1, 2), (FEWEST_LIKE_SERVED + NEWEST, 3), (2_000, 2)],
    ids=["none", "too few", "enough", "all"],
)
def test_those_like_the_served_are_tried_where_they_are_enough_and_not_all(draw_features, how, like, tried):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 2_000)
    newest = np.arange(2_000) >= 2_000 - like
    trained = train_challenger(("dt",), features, near_go_in(rng, features), newest, how)
    assert trained.fitted == tried + 1


def test_those_served_take_no_part_where_all_of_them_are_among_the_newest(draw_features, how):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 2_000)
    newest = np.arange(2_000) >= 2_000 - FEWEST_LIKE_SERVED - 50
    trained = train_challenger(("dt",), features, near_go_in(rng, features), newest, how)
    assert trained.way.rows != SERVED
    assert trained.fitted == 3


@pytest.mark.parametrize(("n", "held"), [(800, 200), (10_000, NEWEST)])
def test_the_contest_is_on_the_newest_which_none_has_learned_from(draw_features, how, monkeypatch, n, held):
    learned = []
    fit = of_challengers.fit_family

    def spy(family, params, seed, features, made, weight=None):
        learned.append(features)
        return fit(family, params, seed, features, made, weight)

    monkeypatch.setattr(of_challengers, "fit_family", spy)
    rng = np.random.default_rng(24)
    features = draw_features(rng, n)
    trained = train_challenger(("dt",), features, near_go_in(rng, features), like_none(n), how)
    *contest, last = learned
    assert [len(one) for one in contest] == [n - held] * 2
    for one in contest:
        np.testing.assert_array_equal(one, features[: n - held])
    np.testing.assert_array_equal(last, features)
    assert (trained.learned, trained.fitted) == (n, 3)


def test_a_shot_counts_half_after_the_half_life(draw_features, how):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 500)
    forgetting = how.model_copy(update={"half_life": 100})
    _, weight = train(Way("lr", RECENT), features, near_go_in(rng, features), like_none(500), forgetting)
    assert weight[[-1, -101, -201]] == pytest.approx([1, 0.5, 0.25])


def test_weights_so_small_that_they_are_none_leave_their_shots_out(draw_features, how):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 3_000)
    made = near_go_in(rng, features)
    model, weight = train(Way("dt", RECENT), features, made, like_none(3_000), how.model_copy(update={"half_life": 1}))
    assert (weight == 0).any()
    assert np.isfinite(scores(model, features)).all()


def test_the_same_shots_train_the_same_challenger(labelled, how):
    features, made = labelled
    like = features[:, -1] >= 20
    one, again = (train_challenger(("lr", "dt"), features, made, like, how) for _ in range(2))
    assert one.way == again.way
    np.testing.assert_array_equal(scores(one.estimator, features), scores(again.estimator, features))


@pytest.mark.parametrize(
    "made", [[], [1.0], [1.0, 0.0], [1.0] * 400, [0.0] * 300 + [1.0] * 100], ids=["0", "1", "2", "made", "late makes"]
)
def test_what_cannot_be_trained_is_refused(draw_features, how, made):
    features = draw_features(np.random.default_rng(24), len(made))
    with pytest.raises(KobeShotsError, match=r"makes and misses are both needed\. Wait for more labels"):
        train_challenger(("lr",), features, np.array(made), like_none(len(made)), how)


@pytest.mark.parametrize("params", [{"C": -1}, {"depth": 4}])
def test_impossible_parameters_are_refused(draw_features, how, params):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 400)
    broken = how.model_copy(update={"families": {"lr": params}})
    with pytest.raises(KobeShotsError, match=r"^The logistic regression could not be trained .*retraining\.families"):
        train_challenger(("lr",), features, near_go_in(rng, features), like_none(400), broken)


# ---- like those served


def test_far_shots_are_like_far_ones_only(draw_features, watching):
    rng = np.random.default_rng(24)
    near, far = draw_features(rng, 600, (1, 12)), draw_features(rng, 600, (25, 30))
    like = find_like(draw_features(rng, 600, (1, 12)), np.r_[near, far], watching.support)
    assert like[:600].mean() > 0.9
    assert not like[600:].any()


@pytest.mark.parametrize("served", [0, 1, 10])
def test_of_too_few_served_shots_all_are_alike(draw_features, watching, served):
    rng = np.random.default_rng(24)
    assert watching.support.neighbours >= served
    assert find_like(draw_features(rng, served), draw_features(rng, 50, (25, 30)), watching.support).all()


def test_no_shots_are_like_anything(draw_features, watching):
    rng = np.random.default_rng(24)
    assert len(find_like(draw_features(rng, 100), draw_features(rng, 0), watching.support)) == 0
