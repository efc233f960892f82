"""Are decisions of every policy, and what the gate says, sayable in Portuguese, whatever the situation?"""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from pydantic import BaseModel

from kobe_shots.language import PORTUGUESE, Said, say, speak
from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.parameters import Cut, Retraining
from kobe_shots.retraining.gate import Answer, Served, judge
from kobe_shots.retraining.guards import Evidence
from kobe_shots.retraining.policies import POLICIES, Heading, Situation, decide

Left = Callable[[BaseModel], list[str]]
CALM = Situation(
    game=500,
    date="2004-01-31",
    games_since_training=10**6,
    season_begins=True,
    labels=1_000,
    new_labels=10,
    growth_from=1_000,
    alarms=(),
    labels_since_alarm=0,
    labels_to_ask=1_234,
    support=None,
    loss=None,
    distrust="",
)
NEAR = [34.0443, -118.2698, 5, 1, 0, 0]


def raised(name: str) -> tuple[Alarm, ...]:
    return (Alarm(name=name, shots=100, log_evidence=5, log_peak=5.25, log_threshold=4.5, alarmed_at=41),)


SIGNS: list[dict[str, object]] = [
    {},
    *({"alarms": raised(name)} for name in (LOSS, CALIBRATION, NOVELTY, HIGHER, LOWER)),
    {"labels": 10**5},
    {"support": Heading(value=0.25, limit=0.1, crosses_in=0)},
    {"support": Heading(value=0.06, limit=0.1, crosses_in=7)},
    {"loss": Heading(value=0.7, limit=0.67, crosses_in=0)},
    {"loss": Heading(value=0.655, limit=0.67, crosses_in=3)},
]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("by", ["game", "season"])
def test_every_decision_is_sayable_in_portuguese(policy: str, by: str, how: Retraining, english_left: Left) -> None:
    asked = how.model_copy(update={"calendar": Cut(by=by, size=5)})
    for sign, known, games in product(SIGNS, (0, 10**5), (3, 10**6)):
        distrust = say("{share:.1%} of the {n:,} shots are in support", share=0.3, n=1_000)
        changed = {"labels_since_alarm": known, "games_since_training": games, "distrust": distrust}
        decision = decide(policy, Situation.model_validate(dict(CALM) | sign | changed), asked)
        assert not english_left(decision)
        assert isinstance(decision.saying(), Said)


def test_what_was_to_be_done_is_told_while_it_must_wait(how: Retraining) -> None:
    soon = Situation.model_validate(dict(CALM) | {"alarms": raised(LOSS), "games_since_training": 0})
    told = speak(PORTUGUESE).tell(decide("reactive", soon, how))
    assert told.startswith(
        "Espere: alarme no resultado 42, a perda logarítmica está acima da de referência (evidência de 5,2 nats; "
        "bastam 4,5), mas um desafiante foi treinado há 0 jogos"
    )


def test_every_answer_of_the_gate_is_sayable_in_portuguese(how: Retraining, english_left: Left) -> None:
    answers = set()
    served = (None, Served(np.full(10, 0.4), np.full(10, 0.45), 0.5, 0.9))
    for mean, n, seen, milliseconds in product((-0.05, 0, 0.001, 0.05), (1, 400, 20_000), served, (None, 500.0)):
        gains = mean + 0.1 * np.resize([-1.0, 1.0], n)
        evidence = Evidence(np.tile(NEAR, (n, 1)), np.ones(n), np.full(n, 0.5), 0.5 * np.exp(gains))
        ledger = judge(evidence, how.gate, (0.0, 0.01), seen, milliseconds)
        answers.add(ledger.answer)
        assert not english_left(ledger)
        assert isinstance(ledger.saying(), Said)
    assert answers == set(Answer)
