import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.outcomes import after_delay, as_recorded
from kobe_shots.retraining.replay import Rules
from kobe_shots.retraining.start import first_champion, start_replay

FIRST = 20


@pytest.fixture(scope="module")
def career(make_career, draw_features):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 400)
    made = (rng.random(400) < 0.7 - 0.02 * features[:, -1]).astype(float)
    return make_career(features, np.where(np.arange(400) % 5 == 0, np.nan, made))


@pytest.fixture
def start(career, how, watching):
    """A function that starts a replay with these rows of labels, or those of the career."""
    champion = first_champion(career, "lr", FIRST, how, watching)

    def started(rows=None):
        table = pd.DataFrame(rows, columns=["shot_id", "shot_made_flag", "game"])
        arrivals = after_delay(career, 3, FIRST) if rows is None else as_recorded(table, career)
        return start_replay(career, arrivals, Rules("both", ("lr",), how, watching), champion, FIRST)

    return started


def test_the_first_champion_learned_from_all_outcomes_before_the_first_game(career, start):
    replay = start()
    learned = np.flatnonzero(career.is_labelled[:200])
    assert replay.outcomes.known().tolist() == learned.tolist()
    assert replay.champion.learned == replay.learned_until == replay.growth_from == len(learned) == 160
    assert (replay.game, replay.champion.version, replay.events) == (FIRST, 1, [])
    assert np.isnan(replay.probability).all()


def test_the_future_has_no_say_in_the_first_champion(career, how, watching):
    turned = career.made.copy()
    turned[200:] = 1 - turned[200:]
    other = type(career)(**vars(career) | {"made": turned})
    one, same = (first_champion(of, "dt", FIRST, how, watching) for of in (career, other))
    np.testing.assert_array_equal(
        one.estimator.predict_proba(career.features), same.estimator.predict_proba(career.features)
    )


def test_labels_that_come_before_the_first_game_are_not_lost(career, start):
    shot = career.shot_id
    contradicts = (shot[1], 1 - career.made[1], 0)
    agrees = (shot[2], career.made[2], 0)
    withheld = (shot[5], 1, 3)
    too_early, too_early_again = (shot[250], 1, 5), (shot[250], 1, 4)
    of_nobody = (9_999, 1, 7)
    replay = start([contradicts, agrees, withheld, too_early, too_early_again, of_nobody])
    assert np.isnan(replay.outcomes.made[1])
    assert 5 in replay.outcomes.known(replay.learned_until)
    received = replay.outcomes.received()
    assert (received.contradicted, received.waiting, received.earlier_than_before) == (1, 3, 1)
    while replay.game <= 25:
        replay.play()
    assert 250 in replay.outcomes.known()
    assert replay.outcomes.received().waiting == 1


@pytest.mark.parametrize("made", [np.nan, 1.0])
def test_a_champion_cannot_be_had_of_no_or_of_one_outcome(career, how, watching, made):
    without = type(career)(**vars(career) | {"made": np.full(len(career), made)})
    with pytest.raises(KobeShotsError, match=r"^Got \d+ shots to learn from, .* makes and misses are both needed"):
        first_champion(without, "lr", FIRST, how, watching)


def test_a_champion_of_very_few_shots_is_refused(career, how, watching):
    with pytest.raises(KobeShotsError, match=r"^What is usual of a model cannot be learned: \d baskets"):
        first_champion(career, "lr", 2, how, watching)
