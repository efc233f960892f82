from dataclasses import replace

import numpy as np
import pytest

from kobe_shots.models.families import fit_family
from kobe_shots.monitoring.estimated import expected_log_loss
from kobe_shots.retraining.incumbent import scores, take_office
from kobe_shots.retraining.outlook import AHEAD, GameRecord, Outlook, look_ahead


@pytest.fixture(scope="module")
def career(make_career, draw_features):
    rng = np.random.default_rng(24)
    features = draw_features(rng, 3 * 2 * AHEAD)
    return make_career(features, (rng.random(len(features)) < 0.7 - 0.02 * features[:, -1]).astype(float), per_game=3)


@pytest.fixture(scope="module")
def champion(career, how, watching):
    model = fit_family("lr", how.families["lr"], 24, career.features, career.made)
    return take_office(model, "lr", 1, career.features, career.made, None, how, watching)


def outlook_of(how, *, beyond, expected, shots=20):
    games = [
        GameRecord(shots, round(b * shots), e) for b, e in zip(beyond(how.trend), expected(how.trend), strict=True)
    ]
    outlook = Outlook()
    outlook.games.extend(games)
    return outlook


def flat(value):
    return lambda n: np.full(n, value)


def line(first, last):
    return lambda n: np.linspace(first, last, n)


def test_a_game_is_remembered_by_its_shots_its_support_and_what_is_to_be_expected(champion, how):
    outlook, score = Outlook(), np.array([0.3, 0.5, 0.4])
    outlook.remember(score, np.array([True, False, True]), champion, most=2)
    expected = expected_log_loss(score, champion.usual.calibrator(score)).mean()
    assert list(outlook.games) == [GameRecord(3, 1, pytest.approx(expected))]
    for _ in range(3):
        outlook.remember(score, np.ones(3, dtype=bool), champion, most=2)
    assert [game.beyond for game in outlook.games] == [0, 0]
    assert how.trend > 2


def test_before_there_are_enough_games_nothing_is_heading_anywhere(champion, how, watching):
    outlook = outlook_of(how, beyond=flat(0.5), expected=line(0.6, 0.9))
    outlook.games.popleft()
    assert outlook.headings(champion, how, watching) == (None, None, "")


def test_support_is_projected_to_the_game_in_which_too_many_shots_are_beyond(champion, how, watching):
    limit = 1 - watching.trust.minimum_share_in_support
    outlook = outlook_of(how, beyond=line(0.0, 0.8 * limit), expected=flat(0.65), shots=200_000)
    support, loss, distrust = outlook.headings(champion, how, watching)
    assert support.value == pytest.approx(0.8 * limit, abs=1e-5)
    assert support.limit == pytest.approx(limit)
    games = int(np.ceil(0.2 * (how.trend - 1) / 0.8))  # a fifth of the way is left
    assert support.crosses_in == (games if games <= how.horizon else None)
    assert loss.crosses_in is None
    assert distrust == ""


def test_an_expected_loss_is_projected_where_shots_are_like_those_learned(champion, how, watching):
    limit = champion.expected_loss + watching.alarms.risk_increase
    outlook = outlook_of(how, beyond=flat(0.0), expected=line(limit - 0.041, limit - 0.002))
    support, loss, distrust = outlook.headings(champion, how, watching)
    assert support.crosses_in is None
    assert (loss.value, loss.limit) == (pytest.approx(limit - 0.002), pytest.approx(limit))
    assert loss.crosses_in == int(np.ceil(0.002 / (0.039 / (how.trend - 1)) - 1e-9))
    assert distrust == ""


def test_an_expected_loss_of_shots_unlike_those_learned_is_not_believed(champion, how, watching):
    outlook = outlook_of(how, beyond=flat(0.5), expected=line(0.6, 0.9))
    support, loss, distrust = outlook.headings(champion, how, watching)
    assert support.crosses_in == 0
    assert loss is None
    assert distrust.startswith(f"50.0% of the {20 * how.trend:,} shots are unlike all that the model was trained on")


def test_an_expected_loss_of_very_few_shots_is_not_believed(champion, how, watching):
    few = watching.model_copy(update={"trust": watching.trust.model_copy(update={"minimum_shots": 10_000})})
    _, loss, distrust = outlook_of(how, beyond=flat(0.0), expected=flat(0.6)).headings(champion, how, few)
    assert loss is None
    assert "too few to estimate from" in distrust


# ---- scores ahead of their time


def test_scores_ahead_are_those_of_the_game(career, champion):
    for game in (0, AHEAD - 1, AHEAD, career.games - 1):
        ahead = look_ahead(career, champion, game)
        assert ahead.holds(game)
        score, novelty, inside = ahead.of(career, game)
        rows = career.game(game)
        frame = career.frame(rows)
        assert score == pytest.approx(scores(champion.estimator, career.features[rows]))
        np.testing.assert_array_equal(novelty, champion.usual.support.novelty(frame))
        np.testing.assert_array_equal(inside, champion.usual.support.holds(frame, novelty))


def test_wherever_one_begins_to_look_the_scores_are_the_same_to_the_last_bit(career, champion):
    one, other = (look_ahead(career, champion, game) for game in (AHEAD, 2 * AHEAD - 1))
    assert one.games == other.games == range(AHEAD, 2 * AHEAD)
    np.testing.assert_array_equal(one.score, other.score)
    assert not one.holds(AHEAD - 1)
    assert not one.holds(2 * AHEAD)


def test_the_last_games_may_be_fewer(career, champion):
    short = replace(career, edges=career.edges[: AHEAD + 4], dates=career.dates[: AHEAD + 3])
    assert look_ahead(short, champion, AHEAD + 1).games == range(AHEAD, AHEAD + 3)
