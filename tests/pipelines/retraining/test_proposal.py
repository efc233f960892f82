"""Is a challenger that waits put in office only as it was judged?"""

from typing import Any

import pandas as pd
import pytest

from kobe_shots.models.promotion import NoChange, Promotion, Proposal
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Retraining
from kobe_shots.pipelines.retraining import nodes, recording
from kobe_shots.pipelines.retraining.proposal import why_not_promoted, why_not_withdrawn
from kobe_shots.pipelines.retraining.shots import Divided, Trained
from kobe_shots.report import Retrained
from kobe_shots.retraining.gate import Answer, Ledger
from kobe_shots.retraining.policies import Action, Decision

RETRAIN = Decision(action=Action.RETRAIN, rule="loss", sentence="Retrain: an alarm.")


def ledger(answer: Answer) -> Ledger:
    return Ledger(answer=answer, sentence="Well.", observed=None, expected=(0, 0.1), gain=None, needed=None, guards=())


@pytest.fixture
def asks(how: Retraining) -> Retraining:
    return how.model_copy(update={"promote": "ask"})


@pytest.fixture
def shots(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining) -> Divided:
    return nodes.divide_shots(champion, dev, prod, how)


def record(champion: Champion, shots: Divided, how: Retraining, answer: Answer = Answer.PROMOTE) -> Retrained:
    trained = Trained(shots.learned, "lr", "all", 3)
    told = recording.record_retraining(
        champion, champion, shots, RETRAIN, trained, ledger(answer), 7, {}, {"fingerprint": "abc"}, how
    )
    return Retrained.model_validate(told)


def test_where_somebody_is_to_be_asked_what_would_be_promoted_is_proposed(
    champion: Champion, shots: Divided, how: Retraining, asks: Retraining
) -> None:
    trained, passes = Trained(shots.learned, "lr", "all", 3), ledger(Answer.PROMOTE)
    proposed = nodes.promote(champion, shots, RETRAIN, trained, passes, asks)
    promoted = nodes.promote(champion, shots, RETRAIN, trained, passes, how)
    assert isinstance(proposed, Proposal)
    assert isinstance(promoted, Promotion)
    assert (proposed.promotion.model, proposed.promotion.replaces) == (promoted.model, promoted.replaces)
    pd.testing.assert_frame_equal(proposed.promotion.train, promoted.train)
    pd.testing.assert_frame_equal(proposed.promotion.test, promoted.test)
    worse = nodes.promote(champion, shots, RETRAIN, trained, ledger(Answer.REJECT), asks)
    assert worse == NoChange("Well.")


def test_a_proposal_is_recorded_as_one_that_waits(champion: Champion, shots: Divided, asks: Retraining) -> None:
    told = record(champion, shots, asks)
    assert told.challenge is not None
    assert (told.tried, told.promoted, told.challenge.promoted_as, told.challenge.version) == (True, False, None, 7)
    assert why_not_promoted(told, 3, "abc") is None


@pytest.mark.parametrize(
    ("changed", "in_office", "fingerprint", "said"),
    [
        ({"promoted_as": 4}, 4, "abc", "The last challenger is in office already, as kobe_shot version 4."),
        ({"ledger": None}, 3, "abc", "The last challenger could not be trained, so there is nothing to promote."),
        ({"ledger": ledger(Answer.SHADOW)}, 3, "abc", "The gate does not let the last challenger pass: its answer is"),
        ({}, 5, "abc", "The last challenger was compared with kobe_shot version 3, which is not in office now. Train"),
        ({}, None, "abc", "The last challenger was compared with kobe_shot version 3, which is not in office now."),
        ({}, 3, "def", "The last challenger was compared on other raw shots (abc) than lie there now (def). Train"),
        ({"version": None}, 3, "abc", "The record does not tell which version in the registry the last challenger is."),
    ],
)
def test_otherwise_one_sentence_says_why_not(
    champion: Champion,
    shots: Divided,
    asks: Retraining,
    changed: dict[str, Any],
    in_office: int | None,
    fingerprint: str,
    said: str,
) -> None:
    told = record(champion, shots, asks)
    assert told.challenge is not None
    other = told.model_copy(update={"challenge": told.challenge.model_copy(update=changed)})
    why = why_not_promoted(other, in_office, fingerprint)
    assert why is not None
    assert why.startswith(said)


def test_without_a_challenger_there_is_nothing_to_promote(champion: Champion, shots: Divided, asks: Retraining) -> None:
    for none in (None, record(champion, shots, asks).model_copy(update={"challenge": None})):
        assert str(why_not_promoted(none, 3, "abc")).startswith("No challenger has been trained yet; train one:")


def test_one_that_was_withdrawn_may_come_back(champion: Champion, shots: Divided, asks: Retraining) -> None:
    told = record(champion, shots, asks)
    assert told.challenge is not None
    withdrawn = told.model_copy(update={"challenge": told.challenge.model_copy(update={"promoted_as": 4})})
    assert why_not_promoted(withdrawn, 3, "abc") is None


@pytest.mark.parametrize(
    ("in_office", "before", "said"),
    [
        (None, None, "kobe_shot has no champion to withdraw."),
        (3, None, "kobe_shot version 3 succeeds no other champion, so there is none to restore."),
        (3, 2, None),
    ],
)
def test_a_champion_makes_way_only_for_one_before_it(
    in_office: int | None, before: int | None, said: str | None
) -> None:
    assert why_not_withdrawn("kobe_shot", in_office, before) == said
