from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kobe_shots.retraining import replay as of_replays
from kobe_shots.retraining.attempt import Attempt
from kobe_shots.retraining.outcomes import after_delay, as_recorded

FIRST, DELAY = 60, 3


@pytest.fixture
def learned(monkeypatch):
    """What each model had learned from, by place in the career: of champions by version, of challengers by identity."""
    sets = {"champions": {}, "challengers": {}, "kept": []}
    train, take, known = of_replays.train_challenger, of_replays.take_office, of_replays.Outcomes.known
    last = []

    def tell_known(self, after=0):
        places = known(self, after)
        if not after:
            last[:] = [set(places.tolist())]
        return places

    def tell_training(*args, **kwargs):
        challenger = train(*args, **kwargs)
        assert challenger.learned == len(last[0])
        sets["challengers"][id(challenger)] = last[0]
        sets["kept"].append(challenger)  # an identity is one only while its bearer lives
        return challenger

    def tell_office(model, family, version, *args):
        sets["champions"][version] = last[0]
        return take(model, family, version, *args)

    monkeypatch.setattr(of_replays.Outcomes, "known", tell_known)
    monkeypatch.setattr(of_replays, "train_challenger", tell_training)
    monkeypatch.setattr(of_replays, "take_office", tell_office)
    return sets


def came_by(arrivals, game):
    return set(arrivals.places[: arrivals.edges[game + 1]].tolist())


@pytest.mark.parametrize("policy", ["calendar", "reactive", "both"])
def test_no_shot_is_scored_by_a_champion_that_had_learned_its_outcome(start, play, switched, learned, policy):
    replay = play(start(switched, policy))
    arrivals = after_delay(switched, DELAY, FIRST)
    before = set(np.flatnonzero(switched.is_labelled[: switched.edges[FIRST]]).tolist())
    assert len(learned["champions"]) == replay.champion.version - 1 > 0
    for version, places in learned["champions"].items():
        scored = np.flatnonzero(replay.version == version)
        assert not places & set(scored.tolist())
        first = scored[0] if len(scored) else len(switched)
        game = int(np.searchsorted(switched.edges, first, side="right")) - 2  # in which it was promoted
        assert places == before | came_by(arrivals, game)
        assert max(places) < first


@pytest.mark.parametrize("policy", ["calendar", "both"])
def test_no_shot_is_compared_on_that_the_challenger_had_learned_from(
    start, play, switched, learned, monkeypatch, policy
):
    compare, seen = Attempt.compare, []

    def tell(self, places, *scores):
        assert not learned["challengers"][id(self.challenger)] & set(places.tolist())
        seen.extend(places.tolist())
        compare(self, places, *scores)

    monkeypatch.setattr(Attempt, "compare", tell)
    play(start(switched, policy))
    assert len(seen) > 500


@pytest.mark.parametrize("policy", ["calendar", "reactive", "predictive", "both"])
@pytest.mark.parametrize("game", [100, 165, 185])
def test_outcomes_that_come_later_change_nothing_before(start, play, switched, replays, policy, game):
    at = int(switched.edges[game])
    made = np.where(np.arange(len(switched)) >= at, 1 - switched.made, switched.made)
    other = play(start(replace(switched, made=made), policy), until=game + DELAY + 1)
    # in game + DELAY they come, after its shots have been scored
    before = slice(int(switched.edges[FIRST]), int(switched.edges[game + DELAY + 1]))
    np.testing.assert_array_equal(other.probability[before], replays[policy].probability[before])
    earlier = [one for one in replays[policy].events if one.game < game + DELAY]
    assert [one for one in other.events if one.game < game + DELAY] == earlier


@pytest.mark.parametrize("game", [100, 165])
def test_shots_that_are_taken_later_change_nothing_before(start, play, switched, replays, game):
    at = int(switched.edges[game])
    features = switched.features.copy()
    features[at:] = features[at:][::-1]
    other = play(start(replace(switched, features=features), "both"), until=game)
    before = slice(int(switched.edges[FIRST]), at)
    # to rounding only: many games are scored at once
    assert other.probability[before] == pytest.approx(replays["both"].probability[before], abs=1e-12)
    earlier = [(one.game, one.decision.rule) for one in replays["both"].events if one.game < game]
    assert [(one.game, one.decision.rule) for one in other.events] == earlier


# ---- labels that are not as they should be


def recorded(career, *more):
    """Return the labels of a career as a table, each in its game, and more of them."""
    arrivals = after_delay(career, DELAY, FIRST)
    game = np.searchsorted(arrivals.edges, np.arange(len(arrivals.places)), side="right") - 1
    whole = pd.DataFrame({"shot_id": career.shot_id[arrivals.places], "shot_made_flag": arrivals.made, "game": game})
    in_time = pd.concat([whole, *more], ignore_index=True).query("game < @career.games")
    return in_time.sort_values("game", kind="stable")


def test_labels_as_recorded_are_labels_after_a_delay(start, play, switched, replays):
    replay = play(start(switched, "both", arrivals=as_recorded(recorded(switched), switched)))
    np.testing.assert_array_equal(replay.probability, replays["both"].probability)


def test_labels_that_come_twice_change_nothing(start, play, switched, replays):
    again = recorded(switched)
    twice = recorded(switched, again.assign(game=again["game"] + 2))
    replay = play(start(switched, "both", arrivals=as_recorded(twice, switched)))
    np.testing.assert_array_equal(replay.probability, replays["both"].probability)
    assert replay.events == replays["both"].events
    assert replay.outcomes.received().repeated == (again["game"] + 2 < switched.games).sum()


@pytest.mark.parametrize("late", [0, 2, 30])
def test_disputed_labels_are_neither_learned_from_nor_compared_on(start, play, switched, learned, monkeypatch, late):
    evidence, judged = Attempt.evidence, []

    def tell(self, features, made):
        judged.append((len(evidence(self, features, made).made), int((~np.isnan(made[self.places])).sum())))
        return evidence(self, features, made)

    monkeypatch.setattr(Attempt, "evidence", tell)
    every_fifth = recorded(switched).iloc[::5]
    wrong = every_fifth.assign(
        shot_made_flag=1 - every_fifth["shot_made_flag"],
        game=np.minimum(every_fifth["game"] + late, switched.games - 1),
    )
    arrivals = as_recorded(recorded(switched, wrong), switched)
    replay = play(start(switched, "both", arrivals=arrivals))
    disputed = set(replay.outcomes.disputed)
    assert len(disputed) == len(wrong) > 300
    assert not disputed & set(replay.outcomes.known().tolist())
    assert np.isnan(replay.outcomes.made[sorted(disputed)]).all()
    if late == 0:
        for places in (*learned["challengers"].values(), *learned["champions"].values()):
            assert not disputed & places
    assert judged
    assert all(used == undisputed for used, undisputed in judged)
    received = replay.outcomes.received()
    assert received.contradicted == len(disputed)
    assert received.arrived == len(arrivals.places[: arrivals.edges[-1]])


def test_labels_that_come_before_their_shots_wait_for_them(start, play, switched):
    early = recorded(switched)
    early["game"] = np.maximum(early["game"] - 10, 0)
    arrivals = as_recorded(early, switched)
    replay = start(switched, "both", arrivals=arrivals)
    while not replay.is_over:
        replay.play()
        assert max(replay.outcomes.known()) < switched.edges[replay.game]
    assert replay.outcomes.received().waiting == 0
    assert play(replay).outcomes.count == switched.is_labelled[: switched.edges[-1 - DELAY]].sum()
