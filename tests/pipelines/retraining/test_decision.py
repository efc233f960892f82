"""Is what Monitoramento found, and what the last Retreino did, turned into the right decision?"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.alarms import NOVELTY, Usual, start
from kobe_shots.monitoring.estimated import IDENTITY
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.retraining import nodes
from kobe_shots.pipelines.retraining.shots import Divided
from kobe_shots.pipelines.retraining.situation import log_threshold, read_health, take_in
from kobe_shots.report import Challenge, Retrained
from kobe_shots.retraining.policies import Action, Decision, Situation
from kobe_shots.shots.schema import FEATURES, TARGET

Health = Callable[..., dict[str, Any]]
Decide = Callable[..., tuple[Decision, tuple[float, float]]]
QUIET = Decision(action=Action.WAIT, rule="none", sentence="Nothing to do.")


@pytest.fixture
def shots(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining) -> Divided:
    return nodes.divide_shots(champion, dev, prod, how)


@pytest.fixture
def few(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining) -> Divided:
    """Production with forty labels."""
    return nodes.divide_shots(champion, dev, prod.assign(**{TARGET: prod[TARGET].mask(prod.index >= 50)}), how)


@pytest.fixture
def decide(
    champion: Champion, shots: Divided, provenance: dict[str, Any], how: Retraining, watching: Monitoring
) -> Decide:
    """Decide on these shots, with nothing decided before, unless something else is said."""

    def make(verdicts: dict[str, Any], **changed: Any) -> tuple[Decision, tuple[float, float]]:
        given = {"champion": champion, "shots": shots, "last": {}, "how": how, "provenance": provenance} | changed
        return nodes.decide_retraining(**given, verdicts=verdicts, watching=watching)

    return make


def last(shots: Divided, **changed: Any) -> dict[str, Any]:
    """Return the record of a retraining on these shots, whose challenger the champion beat."""
    challenge = Challenge(
        fingerprint="abc",
        against=3,
        rule="growth",
        labels=1_140,
        labels_id=shots.labels_id,
        newest_game=str(shots.games["game_date"].iloc[-1]),
        family="lr",
        rows="all",
        learned=880,
        fitted=3,
        error="",
        ledger=None,
        promoted_as=None,
    ).model_copy(update=changed)
    return Retrained(
        fingerprint="abc",
        model_name="kobe_shot",
        model_version=3,
        origin="trained_lr_model_dev/1",
        policy="both",
        forced=False,
        labels=1_140,
        new_labels=640,
        newest_game="2000-05-19",
        decision=QUIET,
        tried=True,
        promoted=False,
        challenge=challenge,
    ).model_dump(mode="json")


# ---- what a policy gets to know


def seen(champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, verdicts: Any) -> Situation:
    return take_in(read_health(verdicts, champion, "abc"), champion, shots, None, how, watching)


def test_labels_are_all_known_outcomes_and_new_are_those_the_champion_does_not_rest_on(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, health: Health
) -> None:
    told = seen(champion, shots, how, watching, health())
    assert (told.labels, told.new_labels, told.growth_from, told.labels_since_alarm) == (1_140, 640, 500, 0)
    assert (told.game, told.date, told.labels_to_ask) == (79, "2000-05-19", 3_000)
    assert told.alarms == ()
    assert told.loss is not None
    assert (told.loss.value, told.loss.limit, told.loss.crosses_in, told.distrust) == (0.68, 0.69, None, "")


def test_alarms_are_as_they_were_raised_with_the_thresholds_they_crossed(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, health: Health
) -> None:
    names = ("loss", "calibration", "novelty", "score_higher", "score_lower")
    told = seen(champion, shots, how, watching, health(*names))
    assert [alarm.name for alarm in told.alarms] == list(names)
    assert {(alarm.alarmed_at, alarm.shots, alarm.log_peak) for alarm in told.alarms} == {(41, 640, 9.5)}
    base = champion.train[FEATURES]
    usual = Usual(learn_support(base, 10, 0.99), IDENTITY, base["lat"].to_numpy() * 0 + 0.69, 0.5, 0, 0, base.index * 0)
    started = start(usual, watching.alarms.false_alarm, 0.01, seed=1)
    watched = {alarm.name: alarm.log_threshold for alarm in (*started.with_labels, *started.without_labels)}
    assert {alarm.name: alarm.log_threshold for alarm in told.alarms} == pytest.approx(watched)
    assert log_threshold(NOVELTY, 0.05) == pytest.approx(watched["novelty"])


def test_shots_beyond_support_are_beyond_their_limit_and_their_labels_count_since_then(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, health: Health
) -> None:
    told = seen(champion, shots, how, watching, health(share=0.25, told=False))
    assert told.support is not None
    assert (told.support.value, told.support.limit) == (0.75, pytest.approx(0.1))
    assert (told.support.crosses_in, told.labels_since_alarm) == (0, 640)
    assert (told.loss, told.distrust) == (None, "nobody knows")


def test_where_nothing_of_production_is_left_to_watch_nothing_is_known_of_its_health(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, health: Health
) -> None:
    told = seen(champion, shots, how, watching, health() | {"batches": {}})
    assert (told.alarms, told.support, told.loss) == ((), None, None)
    assert told.labels_to_ask == how.gate.minimum_labels


@pytest.mark.parametrize("other", [{"version": 2}, {"fingerprint": "def"}], ids=["champion", "raw shots"])
def test_health_of_another_champion_or_on_other_shots_is_refused_with_the_command(
    decide: Decide, how: Retraining, health: Health, other: dict[str, Any]
) -> None:
    said = r"^The health record is of kobe_shot version \d on raw shots \w+; that of version 3, .*=Monitoramento\.$"
    for forced in (False, True):
        with pytest.raises(KobeShotsError, match=said):
            decide(health(**other), how=how.model_copy(update={"force": forced}))


def test_health_that_another_version_wrote_is_refused(decide: Decide, health: Health) -> None:
    with pytest.raises(KobeShotsError, match=r"written by another version of the program.*=Monitoramento\.$"):
        decide(health() | {"batches": 7})


# ---- what is decided


@pytest.mark.parametrize(
    ("policy", "alarms", "share", "action", "rule"),
    [
        ("both", ["calibration"], 1.0, "retrain", "calibration"),
        ("reactive", ["loss"], 1.0, "retrain", "loss"),
        ("predictive", ["novelty"], 1.0, "retrain", "novelty"),
        ("predictive", [], 0.2, "retrain", "support"),
        ("predictive", ["loss"], 1.0, "wait", "none"),
        ("reactive", ["novelty"], 0.2, "retrain", "growth"),  # 640 labels more than 500
        ("calendar", [], 1.0, "retrain", "calendar"),
        ("never", ["loss", "novelty"], 0.2, "wait", "none"),
    ],
)
def test_the_policy_is_asked(
    decide: Decide,
    how: Retraining,
    health: Health,
    policy: str,
    alarms: list[str],
    share: float,
    action: str,
    rule: str,
) -> None:
    decision, _ = decide(health(*alarms, share=share), how=how.model_copy(update={"policy": policy}))
    assert (decision.action, decision.rule) == (action, rule)


def test_a_greater_gain_is_to_be_expected_where_something_has_changed(
    decide: Decide, how: Retraining, watching: Monitoring, health: Health
) -> None:
    small, great = (0.0, how.gate.minimum_effect), (0.0, watching.alarms.risk_increase)
    assert decide(health())[1] == small
    for changed in (health("loss"), health("novelty"), health(share=0.2)):
        assert decide(changed)[1] == great
    assert decide(health(), how=how.model_copy(update={"force": True}))[1] == great


def test_without_labels_of_shots_that_are_unlike_those_learned_they_are_asked_for(
    decide: Decide, few: Divided, health: Health
) -> None:
    decision, _ = decide(health(share=0.0, told=False), shots=few)
    assert (decision.action, decision.rule, decision.labels) == ("get_labels", "support", 3_000)
    assert decision.sentence.endswith(
        "cannot be told (nobody knows). 40 outcomes of such shots are known; a challenger is trained from 100, and "
        "3,000 show how good the model is on them."
    )


def test_what_could_not_be_judged_is_not_trained_whatever_asks_for_it(
    decide: Decide, few: Divided, how: Retraining, health: Health
) -> None:
    for asked in ({"shots": few}, {"shots": few, "how": how.model_copy(update={"force": True})}):
        decision, _ = decide(health("loss"), **asked)
        assert (decision.action, decision.labels) == ("get_labels", 60)
        assert decision.sentence.startswith("Get labels: 60 more. 40 labelled production shots that the champion has")


def test_by_force_a_challenger_is_trained_and_what_the_policy_says_is_told(
    decide: Decide, how: Retraining, health: Health
) -> None:
    forced = how.model_copy(update={"force": True, "policy": "never"})
    decision, _ = decide(health(), how=forced)
    assert (decision.action, decision.rule) == ("retrain", "force")
    assert decision.sentence == "Retrain: by force; the policy `never` says: Nothing to do."


# ---- what was decided before


def test_the_same_champion_and_labels_again_are_nothing_new(
    decide: Decide, shots: Divided, how: Retraining, health: Health
) -> None:
    decision, _ = decide(health("loss"), last=last(shots))
    assert (decision.action, decision.rule) == ("wait", "nothing_new")
    assert decision.sentence.startswith(
        "Wait: nothing is new since the last challenger: kobe_shot version 3 is in office"
    )
    forced, _ = decide(health("loss"), last=last(shots), how=how.model_copy(update={"force": True}))
    assert forced.rule == "force"


def test_right_after_a_promotion_nothing_is_new_whatever_lies_there_of_the_champion_before(
    decide: Decide, champion: Champion, shots: Divided, health: Health
) -> None:
    promoted = dataclasses.replace(champion, version=4)
    decision, _ = decide(health("loss"), last=last(shots, promoted_as=4), champion=promoted)
    assert decision.rule == "nothing_new"


def test_the_same_labels_of_more_shots_are_nothing_new_to_learn_from_and_health_is_asked_all_the_same(
    decide: Decide, shots: Divided, few: Divided, health: Health
) -> None:
    before = last(shots, fingerprint="def")
    assert decide(health("loss"), last=before)[0].rule == "nothing_new"
    asked, _ = decide(health(share=0.0), last=last(few, fingerprint="def"), shots=few)
    assert asked.action is Action.GET_LABELS


def test_soon_after_the_last_challenger_another_one_waits(decide: Decide, shots: Divided, health: Health) -> None:
    dates = shots.games["game_date"].tolist()
    others = {"labels_id": "other", "labels": 600}
    soon, _ = decide(health("loss"), last=last(shots, newest_game=dates[-10], **others))
    assert (soon.action, soon.rule, soon.value) == ("wait", "cool_down", 9)
    assert decide(health("loss"), last=last(shots, newest_game=dates[-11], **others))[0].action is Action.RETRAIN


def test_growth_counts_from_the_labels_of_the_last_challenger(decide: Decide, shots: Divided, health: Health) -> None:
    early = shots.games["game_date"].iloc[0]
    for labels, rule in ((1_100, "none"), (900, "growth")):
        before = last(shots, newest_game=early, labels_id="other", labels=labels)
        assert decide(health(), last=before)[0].rule == rule


def test_a_season_begins_when_one_has_since_the_last_challenger(
    decide: Decide, shots: Divided, how: Retraining, health: Health
) -> None:
    by_season = how.model_copy(
        update={"policy": "calendar", "calendar": how.calendar.model_copy(update={"by": "season"})}
    )
    dates, changes = shots.games["game_date"].tolist(), shots.games["season"].ne("1999-00").idxmax()
    for newest, rule in ((dates[changes - 1], "calendar"), (dates[changes], "none")):
        before = last(shots, newest_game=newest, labels_id="other")
        assert decide(health(), last=before, how=by_season)[0].rule == rule
    assert decide(health(), how=by_season)[0].rule == "calendar"


def test_what_was_decided_of_another_champion_or_written_by_another_version_does_not_count(
    decide: Decide, shots: Divided, health: Health
) -> None:
    for before in (last(shots, against=7), last(shots) | {"policy": None}):
        assert decide(health("loss"), last=before)[0].action is Action.RETRAIN
