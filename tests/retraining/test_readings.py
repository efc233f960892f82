import pytest

from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.retraining.policies import Heading, Situation, both, predictive, reactive
from kobe_shots.retraining.readings import read_rules

NAMES = (LOSS, CALIBRATION, "growth", NOVELTY, HIGHER, LOWER, "support", "expected_loss", "cool_down")


def alarm(name, *, peak=1.0):
    return Alarm(
        name=name, shots=100, log_evidence=0.5, log_peak=peak, log_threshold=4.5, alarmed_at=41 if peak > 4.5 else None
    )


@pytest.fixture
def seen():
    def situation(**other):
        quiet = {
            "game": 500,
            "date": "2004-01-31",
            "games_since_training": 30,
            "season_begins": False,
            "labels": 1_100,
            "new_labels": 100,
            "growth_from": 1_000,
            "alarms": tuple(map(alarm, (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER))),
            "labels_since_alarm": 0,
            "labels_to_ask": 1_234,
            "support": Heading(value=0.04, limit=0.1, crosses_in=None),
            "loss": Heading(value=0.65, limit=0.67, crosses_in=None),
            "distrust": "",
        }
        return Situation(**quiet | other)

    return situation


def read(seen, how, **options):
    return {one.rule: one for one in read_rules(seen, how, **{"challenged": True} | options)}


def test_every_rule_is_read_whether_or_not_it_fires(seen, how):
    told = read(seen(), how)
    assert tuple(told) == NAMES
    assert not any(one.fired for one in told.values())
    assert {one.rule: (one.value, one.limit, one.unit) for one in told.values()} == {
        **dict.fromkeys((LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER), (1.0, 4.5, "nats")),
        "growth": (pytest.approx(0.1), how.growth, "share"),
        "support": (0.04, 0.1, "share"),
        "expected_loss": (0.65, 0.67, "log_loss"),
        "cool_down": (30, how.cool_down, "games"),
    }
    assert told[LOSS].sentence == (
        "Quiet: the evidence that log loss is above the reference's is 1.0 nats, and 4.5 are enough."
    )
    assert told["support"].sentence == "4.0% of the shots are unlike those learned; 10.0% are bearable."


def test_a_rule_fires_where_the_policy_that_heeds_it_does(seen, how):
    cases = {
        **{name: {"alarms": (alarm(name, peak=5.0),)} for name in (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER)},
        "growth": {"labels": 1_150},
        "support": {"support": Heading(value=0.2, limit=0.1, crosses_in=0)},
        "expected_loss": {"loss": Heading(value=0.66, limit=0.67, crosses_in=7)},
    }
    for rule, changed in cases.items():
        situation = seen(**changed)
        told = read(situation, how)
        fired = [one for one in told.values() if one.fired]
        assert [one.rule for one in fired] == [rule]
        heeds = {"reactive": reactive, "predictive": predictive}
        for name, policy in heeds.items():
            assert (policy(situation, how).rule == rule) == (name in fired[0].policies)
        assert both(situation, how).rule == rule
        assert (policy_value(situation, how), both(situation, how).limit) == (fired[0].value, fired[0].limit)


def policy_value(situation, how):
    return both(situation, how).value


def test_an_alarm_says_where_it_was_raised(seen, how):
    told = read(seen(alarms=(alarm(LOSS, peak=5.25), alarm(NOVELTY, peak=5.25))), how)
    assert told[LOSS].sentence.startswith("Alarm at outcome 42: log loss is above the reference's; 5.2 nats, 4.5 are")
    assert told[NOVELTY].sentence.startswith("Alarm at shot 42: more shots than usual are unlike those learned;")


def test_what_cannot_be_told_neither_fires_nor_does_not(seen, how):
    told = read(seen(alarms=(), support=None, loss=None, distrust="30% are unlike"), how)
    unknown = (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER, "support", "expected_loss")
    assert {(told[name].value, told[name].limit, told[name].fired) for name in unknown} == {(None, None, None)}
    assert told["expected_loss"].sentence == "The loss to be expected cannot be told: 30% are unlike."
    assert told[LOSS].sentence == "Not watched: there are no outcomes yet."


@pytest.mark.parametrize(("games", "holds"), [(9, True), (10, False)])
def test_the_cool_down_holds_back_as_the_policies_do(seen, how, games, holds):
    resting = how.model_copy(update={"cool_down": 10})
    told = read(seen(games_since_training=games), resting)["cool_down"]
    assert (told.fired, told.value, told.limit) == (holds, games, 10)
    never = read(seen(games_since_training=10), resting, challenged=False)["cool_down"]
    assert (never.fired, never.value) == (False, None)
    assert never.sentence.startswith("No challenger has been trained for this champion")
