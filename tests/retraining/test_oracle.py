import pickle

import numpy as np
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.families import fit_family
from kobe_shots.retraining.incumbent import scores
from kobe_shots.retraining.oracle import start_oracle


@pytest.fixture
def career(make_career, draw_features):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 300)
    made = (rng.random(300) < 0.7 - 0.02 * features[:, -1]).astype(float)
    return make_career(features, np.where(np.arange(300) % 6 == 0, np.nan, made))


def play_out(oracle):
    while not oracle.is_over:
        oracle.play()
    return oracle


def test_each_game_is_scored_by_a_model_of_all_outcomes_before_it(career, how):
    oracle = play_out(start_oracle(career, "lr", how, 10))
    assert np.isnan(oracle.probability[:100]).all()
    for game in (10, 20, career.games - 1):
        rows = career.game(game)
        past = np.flatnonzero(career.is_labelled[: rows.start])
        model = fit_family("lr", how.families["lr"], how.seed, career.features[past], career.made[past])
        np.testing.assert_array_equal(oracle.probability[rows], scores(model, career.features[rows]))


def test_the_future_has_no_say(career, how):
    whole = play_out(start_oracle(career, "dt", how, 10)).probability
    turned = career.made.copy()
    turned[200:] = 1 - turned[200:]
    other = play_out(start_oracle(type(career)(**vars(career) | {"made": turned}), "dt", how, 10)).probability
    np.testing.assert_array_equal(whole[100:210], other[100:210])
    assert (whole[210:] != other[210:]).any()


def test_saved_and_restored_it_goes_on_as_if_it_had_not_been(career, how):
    whole = play_out(start_oracle(career, "lr", how, 10))
    oracle = start_oracle(career, "lr", how, 10)
    while not oracle.is_over:
        oracle.play()
        oracle = pickle.loads(pickle.dumps(oracle))  # noqa: S301 -- of this test
        assert oracle.career is None
        oracle.career = career
    np.testing.assert_array_equal(oracle.probability, whole.probability)


def test_before_any_outcome_there_is_nothing_to_train_on(career, how):
    with pytest.raises(KobeShotsError, match=r"^Got 0 shots to learn from"):
        start_oracle(career, "lr", how, 0).play()
