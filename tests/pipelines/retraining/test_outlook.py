"""Is what the rules read, and what would be decided now, what Retreino would be told and would say?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.alarms import LOSS, NOVELTY
from kobe_shots.monitoring.batches import BATCH, MODEL, OWN
from kobe_shots.monitoring.estimated import expected_log_loss, learn_calibrator
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.monitoring.outlook import look_out
from kobe_shots.pipelines.monitoring.watched import COLUMNS
from kobe_shots.pipelines.retraining import nodes
from kobe_shots.report import Challenge, Outlook, Retrained
from kobe_shots.retraining.policies import Action
from kobe_shots.retraining.projection import Course
from kobe_shots.shots.schema import ROW_ID, TARGET

Health = Callable[..., dict[str, Any]]
Look = Callable[..., Outlook]


@pytest.fixture(scope="module")
def monitored(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame) -> pd.DataFrame:
    """The shots of a champion that gives twos and threes scores between .4 and .6."""
    learned = dev[dev[ROW_ID].isin(champion.train.index)]
    parts = [learned.assign(**{BATCH: "reference"}), prod.assign(**{BATCH: "prod"})]
    shots = pd.concat(parts, ignore_index=True)[[ROW_ID, *COLUMNS, BATCH]]
    score = np.random.default_rng(24).uniform(0.4, 0.6, len(shots))
    return shots.assign(**{MODEL: "champion", "probability": score, OWN: score})


@pytest.fixture
def look(
    champion: Champion,
    monitored: pd.DataFrame,
    dev: pd.DataFrame,
    prod: pd.DataFrame,
    provenance: dict[str, Any],
    how: Retraining,
    watching: Monitoring,
) -> Look:
    """Look out with this health, and nothing decided before, unless something else is said."""

    def make(verdicts: dict[str, Any], **changed: Any) -> Outlook:
        given = {
            "champion": champion,
            "monitored": monitored,
            "raw_dev": dev,
            "raw_prod": prod,
            "provenance": provenance,
            "last": {},
            "how": how,
            "watching": watching,
        }
        return Outlook.model_validate(look_out(**given | changed, verdicts=verdicts))

    return make


def test_the_decisions_are_those_of_the_policies_and_the_next_step_is_that_of_retreino(
    look: Look,
    champion: Champion,
    dev: pd.DataFrame,
    prod: pd.DataFrame,
    provenance: dict[str, Any],
    how: Retraining,
    watching: Monitoring,
    health: Health,
) -> None:
    shots = nodes.divide_shots(champion, dev, prod, how)
    for verdicts in (health("calibration"), health("novelty", share=0.2), health()):
        told = look(verdicts)
        for policy, decision in told.decisions.items():
            asked = how.model_copy(update={"policy": policy})
            said, _ = nodes.decide_retraining(champion, shots, verdicts, provenance, {}, asked, watching)
            assert decision == said
        assert told.next_step == told.decisions[how.policy]
    assert set(told.decisions) == {"reactive", "predictive", "both"}
    assert (told.labels, told.new_labels, told.labels_needed, told.newest_game) == (1_140, 640, 0, "2000-05-19")


def test_alarms_that_were_not_raised_are_read_too(look: Look, health: Health) -> None:
    quiet = Alarm(name=LOSS, shots=640, log_evidence=0.2, log_peak=1.2, log_threshold=4.4)
    told = look(health("novelty") | {"alarms": {"prod": [quiet.model_dump()]}})
    rules = {one.rule: one for one in told.rules}
    assert (rules[LOSS].value, rules[LOSS].limit, rules[LOSS].fired) == (1.2, 4.4, False)
    assert (rules[NOVELTY].value, rules[NOVELTY].fired) == (9.5, True)
    assert rules["growth"].value == pytest.approx(640 / 500)


def test_force_in_the_configuration_is_no_news(look: Look, how: Retraining, health: Health) -> None:
    told = look(health(), how=how.model_copy(update={"force": True, "policy": "never"}))
    assert told.next_step is not None
    assert (told.next_step.action, told.next_step.rule) == (Action.WAIT, "none")


def test_shots_from_afar_are_beyond_support_since_the_first_game(look: Look, health: Health) -> None:
    support, loss = look(health(share=0.0, told=False)).projections
    assert (support.rule, support.course, support.since) == ("support", Course.BEYOND, "2000-03-01")
    assert support.now == pytest.approx(1)
    assert len(support.points) == support.games == 40
    assert (loss.course, loss.sentence) == (Course.CANNOT_TELL, "Cannot be told: nobody knows.")


def test_an_expected_loss_that_can_be_told_is_drawn_game_by_game_against_the_limit_of_health(
    look: Look, monitored: pd.DataFrame, health: Health
) -> None:
    _, loss = look(health()).projections
    learned = monitored[monitored[BATCH] == "reference"]
    calibrate = learn_calibrator(learned[TARGET].to_numpy(), learned["probability"].to_numpy())
    assert calibrate is not None
    last = monitored.loc[monitored[BATCH] == "prod", "probability"].to_numpy()[-10:]
    assert loss.points[-1].value == pytest.approx(expected_log_loss(last, calibrate(last)).mean())
    assert (loss.points[-1].game, loss.points[-1].day, loss.games) == (80, "2000-05-19", 40)
    assert loss.limit == 0.69


def test_what_happened_to_the_last_challenger_counts(
    look: Look, champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining, health: Health
) -> None:
    shots = nodes.divide_shots(champion, dev, prod, how)
    challenge = Challenge(
        fingerprint="abc",
        against=3,
        rule="growth",
        labels=1_140,
        labels_id=shots.labels_id,
        newest_game="2000-05-19",
        family="lr",
        rows="all",
        learned=880,
        fitted=3,
        error="",
        ledger=None,
        version=5,
        promoted_as=None,
    )
    decision = look(health()).decisions["both"]
    last = Retrained(
        fingerprint="abc",
        model_name="kobe_shot",
        model_version=3,
        origin="trained_lr_model_dev/1",
        policy="both",
        forced=False,
        labels=1_140,
        new_labels=640,
        newest_game="2000-05-19",
        decision=decision,
        tried=True,
        promoted=False,
        challenge=challenge,
    ).model_dump(mode="json")
    told = look(health("calibration"), last=last)
    assert told.challenger == 5
    assert told.next_step is not None
    assert told.next_step.rule == "nothing_new"
    assert told.decisions["both"].rule == "cool_down"
    assert next(one for one in told.rules if one.rule == "cool_down").fired


def test_where_nothing_of_production_is_left_to_watch_that_is_said(
    look: Look, monitored: pd.DataFrame, health: Health
) -> None:
    told = look(health() | {"batches": {}}, monitored=monitored[monitored[BATCH] == "reference"])
    assert {one.course for one in told.projections} == {Course.CANNOT_TELL}
    assert {one.sentence for one in told.projections} == {"Cannot be told: there are no shots to watch."}


def test_shots_that_cannot_be_divided_are_a_reason_and_no_failure(
    look: Look, prod: pd.DataFrame, health: Health
) -> None:
    told = look(health(), raw_prod=prod.assign(lat=np.nan))
    assert told.reason.startswith("None of the 800 production shots has all features")
    assert (told.rules, told.projections, told.next_step) == ((), (), None)
    assert TARGET in prod
