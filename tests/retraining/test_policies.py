import numpy as np
import pytest

from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.parameters import Cut
from kobe_shots.retraining.policies import QUIET, Action, Heading, Situation, both, decide, predictive, reactive

LATE = 10**6  # games, after which no training is too fresh


@pytest.fixture
def seen():
    """A function that gives a situation in which nothing is the matter, but for what it is told."""

    def situation(**other):
        quiet = {
            "game": 500,
            "date": "2004-01-31",
            "games_since_training": LATE,
            "season_begins": False,
            "labels": 1_000,
            "new_labels": 10,
            "growth_from": 1_000,
            "alarms": (),
            "labels_since_alarm": 0,
            "labels_to_ask": 1_234,
            "support": None,
            "loss": None,
            "distrust": "",
        }
        return Situation(**quiet | other)

    return situation


def alarm(name, *, at=41, peak=5.25):
    return Alarm(name=name, shots=100, log_evidence=1.0, log_peak=peak, log_threshold=4.5, alarmed_at=at)


def silent(name):
    return Alarm(name=name, shots=100, log_evidence=4.4, log_peak=4.4, log_threshold=4.5)


@pytest.mark.parametrize("policy", ["never", "calendar", "reactive", "predictive", "both"])
def test_where_nothing_is_the_matter_nothing_is_done(seen, how, policy):
    quiet = how.model_copy(update={"calendar": Cut(by="season", size=1)})
    assert decide(policy, seen(), quiet) == QUIET
    assert not decide(policy, seen(), quiet).fired
    names = (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER)
    assert decide(policy, seen(alarms=tuple(map(silent, names))), quiet) == QUIET


def test_never_does_nothing_whatever_happens(seen, how):
    alarms = tuple(map(alarm, (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER)))
    assert decide("never", seen(alarms=alarms, labels=10**6, season_begins=True), how) == QUIET


# ---- calendar


@pytest.mark.parametrize(("games", "fires"), [(9, False), (10, True), (11, True)])
def test_the_calendar_fires_after_so_many_games(seen, how, games, fires):
    every = how.model_copy(update={"calendar": Cut(by="game", size=10), "cool_down": LATE})
    decision = decide("calendar", seen(games_since_training=games), every)
    assert decision.fired == fires
    if fires:
        assert decision.action is Action.RETRAIN
        assert decision.sentence == f"Retrain: {games} games have been played since the last time."


@pytest.mark.parametrize("begins", [True, False])
def test_the_calendar_fires_when_a_season_begins(seen, how, begins):
    every = how.model_copy(update={"calendar": Cut(by="season", size=1)})
    decision = decide("calendar", seen(season_begins=begins, games_since_training=0), every)
    assert decision.fired == begins
    assert ("a season has begun" in decision.sentence) == begins


@pytest.mark.parametrize("by", ["game", "season"])
def test_the_calendar_waits_where_there_is_nothing_new_to_learn(seen, how, by):
    every = how.model_copy(update={"calendar": Cut(by=by, size=10)})
    assert decide("calendar", seen(season_begins=True, new_labels=0), every) == QUIET


# ---- reactive


@pytest.mark.parametrize(
    ("name", "what"),
    [(LOSS, "log loss is above the reference's"), (CALIBRATION, "outcomes no longer follow the probabilities")],
)
def test_an_alarm_of_outcomes_asks_for_a_new_model(seen, how, name, what):
    decision = decide("reactive", seen(alarms=(silent(LOSS), silent(CALIBRATION), alarm(name))), how)
    assert (decision.action, decision.rule) == (Action.RETRAIN, name)
    assert (decision.value, decision.limit) == (5.25, 4.5)
    assert decision.sentence == f"Retrain: alarm at outcome 42, {what} (evidence 5.2 nats, 4.5 are enough)."


@pytest.mark.parametrize("name", [NOVELTY, HIGHER, LOWER])
def test_outcomes_that_have_come_say_nothing_of_an_alarm_without_them(seen, how, name):
    assert reactive(seen(alarms=(alarm(name),)), how) == QUIET


@pytest.mark.parametrize(("share", "since"), [(0.15, 100), (0.15, 20), (0.3, 1_000), (0.07, 200), (0.1, 1_230)])
def test_so_many_more_labels_are_worth_asking_from_the_limit_on(seen, how, share, since):
    grown = how.model_copy(update={"growth": share})
    enough = round(since * (1 + share))
    decision = decide("reactive", seen(labels=enough, growth_from=since), grown)
    assert (decision.action, decision.rule) == (Action.RETRAIN, "growth")
    assert decision.value == pytest.approx(share)
    assert decision.sentence.startswith(f"Retrain: {enough:,} labels are {share:.0%} more than the {since:,} before;")
    assert decide("reactive", seen(labels=enough - 1, growth_from=since), grown) == QUIET


def test_labels_can_grow_from_none(seen, how):
    assert decide("reactive", seen(labels=0, growth_from=0), how) == QUIET
    assert decide("reactive", seen(labels=2, growth_from=0), how).rule == "growth"


def test_an_alarm_is_answered_before_growth(seen, how):
    assert decide("reactive", seen(alarms=(alarm(CALIBRATION),), labels=10**6), how).rule == CALIBRATION


# ---- predictive


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (NOVELTY, "more shots than usual are unlike those learned"),
        (HIGHER, "scores have risen by more than they wander"),
        (LOWER, "scores have fallen by more than they wander"),
    ],
)
def test_an_alarm_without_outcomes_asks_for_labels_until_there_are_enough_and_then_for_a_model(seen, how, name, what):
    least = how.gate.minimum_labels
    too_few, enough = (seen(alarms=(alarm(name),), labels_since_alarm=n) for n in (least - 1, least))
    decision = decide("predictive", too_few, how)
    assert (decision.action, decision.rule, decision.labels) == (Action.GET_LABELS, name, 1_234)
    assert decision.sentence == (
        f"Get labels: alarm at shot 42, {what}. {least - 1} outcomes of such shots are known; a challenger is trained "
        f"from {least}, and 1,234 show how good the model is on them."
    )
    decision = decide("predictive", enough, how)
    assert (decision.action, decision.rule, decision.labels) == (Action.RETRAIN, name, None)
    assert decision.sentence == f"Retrain: alarm at shot 42, {what}, and {least} outcomes of such shots are known."


@pytest.mark.parametrize("name", [LOSS, CALIBRATION])
def test_before_outcomes_come_their_alarms_are_not_heard(seen, how, name):
    assert predictive(seen(alarms=(alarm(name),), labels=10**6), how) == QUIET


def test_support_that_will_be_left_is_projected_to_a_game(seen, how):
    heading = Heading(value=0.0625, limit=0.1, crosses_in=7)
    decision = decide("predictive", seen(support=heading), how)
    assert (decision.action, decision.rule, decision.projected_game) == (Action.GET_LABELS, "support", 507)
    assert (decision.value, decision.limit) == (0.0625, 0.1)
    assert "6.2% of the shots are unlike those learned; by its trend that crosses 10.0% in 7 games" in decision.sentence


def test_support_that_has_been_left_is_no_projection(seen, how):
    decision = decide("predictive", seen(support=Heading(value=0.25, limit=0.1, crosses_in=0)), how)
    assert decision.rule == "support"
    assert decision.projected_game is None
    assert "25.0% of the shots are unlike those learned, above 10.0%" in decision.sentence


def test_an_expected_loss_that_will_rise_is_projected_to_a_game(seen, how):
    decision = decide("predictive", seen(loss=Heading(value=0.655, limit=0.67, crosses_in=3)), how)
    assert (decision.rule, decision.projected_game) == ("expected_loss", 503)
    assert "0.6550 log loss is to be expected; by its trend that crosses 0.6700 in 3 games" in decision.sentence


def test_headings_that_cross_nothing_ask_for_nothing(seen, how):
    flat = Heading(value=0.09, limit=0.1, crosses_in=None)
    assert decide("predictive", seen(support=flat, loss=flat), how) == QUIET


def test_where_the_expected_loss_cannot_be_told_that_is_said(seen, how):
    heading = Heading(value=0.3, limit=0.1, crosses_in=0)
    decision = decide("predictive", seen(support=heading, distrust="30% are unlike"), how)
    assert "The loss to be expected cannot be told (30% are unlike)." in decision.sentence


def test_of_several_signs_the_surest_is_named(seen, how):
    crossing = Heading(value=0.3, limit=0.1, crosses_in=0)
    alarms = (alarm(LOWER), alarm(NOVELTY))
    assert predictive(seen(alarms=alarms, support=crossing, loss=crossing), how).rule == LOWER
    assert predictive(seen(support=crossing, loss=crossing), how).rule == "support"


# ---- both, and the cool-down


def test_both_answer_what_has_come_before_what_is_expected(seen, how):
    many = how.gate.minimum_labels
    alarms = (alarm(LOSS), alarm(NOVELTY))
    assert both(seen(alarms=alarms, labels_since_alarm=many), how).rule == LOSS
    assert both(seen(alarms=(alarm(NOVELTY),), labels_since_alarm=many), how).rule == NOVELTY


def test_both_retrain_rather_than_get_labels(seen, how):
    decision = both(seen(alarms=(alarm(NOVELTY),), labels=10**6), how)
    assert (decision.action, decision.rule) == (Action.RETRAIN, "growth")
    assert both(seen(alarms=(alarm(NOVELTY),)), how).action is Action.GET_LABELS


@pytest.mark.parametrize("policy", ["reactive", "both"])
@pytest.mark.parametrize(("games", "action"), [(9, Action.WAIT), (10, Action.RETRAIN), (11, Action.RETRAIN)])
def test_after_a_training_there_is_a_rest(seen, how, policy, games, action):
    resting = how.model_copy(update={"cool_down": 10})
    decision = decide(policy, seen(alarms=(alarm(LOSS),), games_since_training=games), resting)
    assert decision.action is action
    if action is Action.WAIT:
        assert decision.rule == "cool_down"
        assert decision.sentence.startswith("Wait: alarm at outcome 42, log loss is above the reference's")
        assert decision.sentence.endswith("but a challenger was trained 9 games ago, and 10 must lie between.")


def test_labels_are_asked_for_even_where_another_training_would_come_too_soon(seen, how):
    resting = how.model_copy(update={"cool_down": 10})
    alarms = (alarm(LOSS), alarm(NOVELTY))
    decision = decide("both", seen(alarms=alarms, games_since_training=3), resting)
    assert (decision.action, decision.rule) == (Action.GET_LABELS, NOVELTY)
    enough = seen(alarms=alarms, games_since_training=3, labels_since_alarm=how.gate.minimum_labels)
    assert decide("both", enough, resting).rule == "cool_down"
    assert decide("reactive", seen(alarms=alarms, games_since_training=3), resting).rule == "cool_down"


def test_labels_are_asked_for_at_once(seen, how):
    resting = how.model_copy(update={"cool_down": 10})
    decision = decide("predictive", seen(alarms=(alarm(NOVELTY),), games_since_training=0), resting)
    assert decision.action is Action.GET_LABELS


def test_a_decision_can_be_written_down_and_read_again(seen, how):
    decision = decide("predictive", seen(support=Heading(value=np.float64(0.25), limit=0.1, crosses_in=3)), how)
    assert type(decision).model_validate_json(decision.model_dump_json()) == decision
