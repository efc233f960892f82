from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Cut
from kobe_shots.retraining import replay as of_replays
from kobe_shots.retraining.comparison import compare
from kobe_shots.retraining.gate import Answer
from kobe_shots.retraining.outcomes import as_recorded
from kobe_shots.retraining.policies import Action
from kobe_shots.retraining.scenarios import set_scene

FIRST = 60
NOTHING = pd.DataFrame(columns=["shot_id", "shot_made_flag", "game"])


def begun(replay):
    """Return the games in which an attempt began, and those in which none could."""
    said = [one for one in replay.events if one.decision.action is Action.RETRAIN and one.ledger is None]
    return [one.game for one in said if not one.error], [one.game for one in said if one.error]


# ---- every policy


@pytest.mark.parametrize("policy", ["never", "calendar", "reactive", "predictive", "both"])
def test_every_shot_has_one_score_by_a_champion_that_was_in_office(replays, switched, policy):
    replay = replays[policy]
    played = slice(int(switched.edges[FIRST]), None)
    assert replay.is_over
    assert np.isnan(replay.probability[: played.start]).all()
    assert ((replay.probability[played] > 0) & (replay.probability[played] < 1)).all()
    assert (replay.version[: played.start] == 0).all()
    version = replay.version[played]
    assert (np.diff(version) >= 0).all()
    assert (version[0], version.max()) == (1, replay.version.max())
    assert replay.champion.version >= version.max()


@pytest.mark.parametrize("policy", ["calendar", "reactive", "predictive", "both"])
def test_what_was_done_is_counted(replays, policy):
    replay = replays[policy]
    promoted = sum(one.ledger is not None and one.ledger.answer is Answer.PROMOTE for one in replay.events)
    assert replay.champion.version == 1 + promoted
    assert replay.fitted >= 3 * replay.retrainings > 0  # a contest of two at least, and the challenger
    assert replay.in_vain < replay.retrainings
    assert [one.game for one in replay.events] == sorted(one.game for one in replay.events)
    received = replay.outcomes.received()
    assert (received.repeated, received.contradicted, received.waiting) == (0, 0, 0)


def test_after_a_promotion_labels_count_as_new_from_then_on(replays):
    replay = replays["both"]
    promoted = [one for one in replay.events if one.ledger and one.ledger.answer is Answer.PROMOTE]
    assert replay.learned_until == promoted[-1].labels == replay.champion.learned


def test_an_alarm_puts_an_end_to_an_attempt_that_growth_began(replays):
    events = replays["both"].events
    (alarmed,) = [
        at for at, one in enumerate(events) if one.decision.rule == "novelty" and "Retrain" in one.decision.sentence
    ]
    assert events[alarmed - 1].decision.rule == "growth"
    assert events[alarmed - 1].ledger.answer is Answer.SHADOW
    assert {one.decision.rule for one in events[alarmed:]} == {"novelty"}
    assert replays["both"].in_vain > 0


@pytest.mark.parametrize("policy", ["reactive", "both"])
def test_outcomes_that_turn_against_the_champion_are_reacted_to(start, play, switched, policy):
    at = int(switched.edges[90])
    made = np.where(np.arange(len(switched)) < at, switched.made, switched.made * 0)
    replay = play(start(replace(switched, made=made), policy, growth=100.0), until=110)
    first = replay.events[0]
    assert first.decision.action is Action.RETRAIN
    assert first.decision.rule in {"loss", "calibration"}
    assert 93 <= first.game < 100
    assert first.decision.sentence.startswith("Retrain: alarm at outcome ")


def test_never_is_the_first_champion_throughout(replays, start, switched):
    replay, fresh = replays["never"], start(switched, "never")
    assert replay.events == []
    assert (replay.champion.version, replay.retrainings, replay.fitted) == (1, 0, 0)
    played = slice(int(switched.edges[FIRST]), None)
    scores = fresh.champion.estimator.predict_proba(switched.features[played])[:, 1]
    assert replay.probability[played] == pytest.approx(np.clip(scores, 0.02, 0.98))


@pytest.mark.parametrize("policy", ["reactive", "both"])
def test_a_replay_depends_on_nothing_but_what_it_is_given(replays, start, play, switched, policy):
    again = play(start(switched, policy))
    np.testing.assert_array_equal(again.probability, replays[policy].probability)
    np.testing.assert_array_equal(again.version, replays[policy].version)
    assert again.events == replays[policy].events


@pytest.mark.parametrize("policy", ["reactive", "predictive", "both"])
@pytest.mark.parametrize("cool_down", [0, 1, 25])
def test_between_two_attempts_lies_the_cool_down(start, play, switched, policy, cool_down):
    games, _ = begun(play(start(switched, policy, cool_down=cool_down, patience=100)))
    assert games
    assert games[0] >= FIRST + cool_down
    assert all(np.diff(games) >= cool_down)


# ---- after a switch


@pytest.mark.parametrize("family", ["lr", "dt"])
@pytest.mark.parametrize("policy", ["predictive", "both"])
def test_a_switch_to_threes_is_acted_on_before_any_of_them_has_an_outcome(start, play, switched, policy, family):
    changed = int(np.searchsorted(switched.edges, switched.changed_at))
    replay = play(start(switched, policy, (family,)), until=changed + 2)
    acted = [one for one in replay.events if one.game >= changed and one.decision.rule == "novelty"]
    assert acted[0].decision.action is Action.GET_LABELS
    assert switched.edges[acted[0].game + 1] - switched.changed_at <= 25
    assert "more shots than usual are unlike those learned" in acted[0].decision.sentence
    assert max(replay.outcomes.order[: acted[0].labels]) < switched.changed_at


def test_a_tree_that_knows_no_threes_is_replaced_and_the_next_one_scores_them_better(replays, switched):
    never, both = (replays[policy] for policy in ("never", "both"))
    later = switched.is_labelled & (both.version > 1)
    assert later.sum() > 50
    assert switched.three[later].all()
    loss = [np.where(switched.made == 1, one.probability, 1 - one.probability) for one in (never, both)]
    gain = np.log(loss[1][later]) - np.log(loss[0][later])
    assert gain.mean() > 0.01
    found = compare("switch", 24, replays, never.probability, FIRST)
    assert {one.policy: one.action_after for one in found.results}["predictive"] <= 25


@pytest.mark.parametrize("policy", ["predictive", "both"])
def test_where_outcomes_never_come_they_are_asked_for_and_nothing_is_trained(start, play, switched, policy):
    replay = play(start(switched, policy, arrivals=as_recorded(NOTHING, switched)))
    asked = [one for one in replay.events if one.decision.action is Action.GET_LABELS]
    assert asked
    assert replay.events == asked
    assert (replay.retrainings, replay.champion.version) == (0, 1)
    assert asked[-1].decision.labels > 0
    assert len({one.decision.rule for one in asked}) == len(asked)  # each once


@pytest.mark.parametrize("policy", ["reactive", "calendar"])
def test_without_outcomes_there_is_nothing_to_react_to(start, play, switched, policy):
    assert play(start(switched, policy, arrivals=as_recorded(NOTHING, switched))).events == []


# ---- what goes wrong


def failing(times, whole):
    """Return a function that fails so many times and then does as the whole one."""
    left = [times]

    def function(*args, **kwargs):
        if left[0]:
            left[0] -= 1
            raise KobeShotsError("Out of luck.")
        return whole(*args, **kwargs)

    return function


@pytest.mark.parametrize("policy", ["calendar", "reactive", "predictive", "both"])
def test_where_none_can_be_trained_the_champion_stays_and_it_is_tried_again(
    start, play, switched, replays, monkeypatch, policy
):
    monkeypatch.setattr(of_replays, "train_challenger", failing(3, of_replays.train_challenger))
    replay = play(start(switched, policy, cool_down=5, calendar=Cut(by="game", size=25)))
    trained, failed = begun(replay)
    assert len(failed) == 3
    assert np.diff([*failed, trained[0]]).tolist() == [25 if policy == "calendar" else 5] * 3
    assert [one.error for one in replay.events if one.error] == ["Out of luck."] * 3
    before = replay.version[: switched.edges[trained[0]]]
    assert before.max() == 1
    same = slice(int(switched.edges[FIRST]), int(switched.edges[failed[0]]))
    np.testing.assert_array_equal(replay.probability[same], replays["never"].probability[same])


def test_a_challenger_that_cannot_take_office_goes_on_in_the_shadow(start, play, switched, replays, monkeypatch):
    monkeypatch.setattr(of_replays, "take_office", failing(1, of_replays.take_office))
    replay = play(start(switched, "both"))
    whole = replays["both"]
    failed = next(one for one in replay.events if one.error)
    promoted = next(one for one in whole.events if one.ledger and one.ledger.answer is Answer.PROMOTE)
    assert failed.game == promoted.game
    assert set(replay.version[switched.game(failed.game + 1)].tolist()) == {1}
    assert replay.attempt is not None or replay.champion.version == 2


def test_one_that_cannot_be_trained_again_goes_on_as_it_was(start, play, switched, monkeypatch):
    calls = []
    whole = of_replays.train_challenger

    def every_other(*args, **kwargs):
        calls.append(1)
        if len(calls) % 2 == 0:
            raise KobeShotsError("Out of luck.")
        return whole(*args, **kwargs)

    monkeypatch.setattr(of_replays, "train_challenger", every_other)
    replay = play(start(switched, "reactive"))
    assert sum(bool(one.error) for one in replay.events) >= 1
    assert replay.retrainings == (len(calls) + 1) // 2


def test_an_attempt_that_comes_to_nothing_leaves_the_champion_and_no_alarm(start, play, switched):
    replay = start(switched, "predictive", patience=100)
    while not (replay.retrainings and replay.attempt is None):
        replay.play()
        assert not replay.is_over
    assert (replay.champion.version, replay.in_vain, replay.foreseen_at) == (1, replay.retrainings, None)
    assert not any(alarm.raised for alarm in (*replay.watches.without_labels, *replay.watches.with_labels))
    assert replay.champion.learned == start(switched, "predictive").champion.learned
    assert play(replay).is_over


# ---- strange careers


@pytest.mark.parametrize("policy", ["reactive", "predictive", "both"])
def test_games_of_one_shot_are_games(start, play, raw, in_games_of, policy):
    career = in_games_of(set_scene("switch", raw.head(800), 24), 1)
    replay = play(start(career, policy, ("lr",), first=550))
    assert not np.isnan(replay.probability[550:]).any()


@pytest.mark.parametrize("policy", ["calendar", "both"])
def test_a_season_without_outcomes_is_played_through(start, play, switched, policy):
    unknown = np.isin(np.arange(switched.games), np.arange(80, 130)).repeat(np.diff(switched.edges))
    career = replace(switched, made=np.where(unknown, np.nan, switched.made))
    replay = play(start(career, policy))
    assert replay.outcomes.count == career.is_labelled[: career.edges[-4]].sum()
    assert not unknown[replay.outcomes.known()].any()
    assert replay.retrainings > 0


def test_by_season_the_calendar_trains_when_one_begins(start, play, switched):
    replay = play(start(switched, "calendar", calendar=Cut(by="season", size=1)))
    first = switched.season[switched.edges[:-1]]
    last = switched.season[switched.edges[:-1] - 1]
    opens = [game for game in range(FIRST + 1, switched.games) if first[game] != last[game]]
    acted = [one.game for one in replay.events]
    assert acted
    assert acted == opens
