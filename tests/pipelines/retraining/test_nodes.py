"""Is a challenger trained, judged and promoted as was decided, and everything kept of it?"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from kobe_shots.models.promotion import NoChange, Promotion
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.retraining import nodes, recording
from kobe_shots.pipelines.retraining.shots import Divided, Trained
from kobe_shots.report import Retrained
from kobe_shots.retraining.challenger import Challenger, Way
from kobe_shots.retraining.gate import Answer, Ledger
from kobe_shots.retraining.policies import Action, Decision
from kobe_shots.shots.schema import FEATURES, TARGET

RETRAIN = Decision(action=Action.RETRAIN, rule="calibration", sentence="Retrain: an alarm.")
WAIT = Decision(action=Action.WAIT, rule="none", sentence="Nothing to do.")
EXPECTED = (0.0, 0.1)


class Says:
    """A model that gives every shot the same probability, and wants its columns by name."""

    def __init__(self, probability: float) -> None:
        self.probability = probability

    def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        assert X.columns.tolist() == FEATURES
        return np.tile([1 - self.probability, self.probability], (len(X), 1))


@pytest.fixture
def shots(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining) -> Divided:
    return nodes.divide_shots(champion, dev, prod, how)


@pytest.fixture
def trained(shots: Divided, how: Retraining, watching: Monitoring) -> tuple[Any, Any]:
    return nodes.train(shots, RETRAIN, how, watching)


def judged(champion: Champion, challenger: Any, shots: Divided, how: Retraining, watching: Monitoring) -> Any:
    return nodes.judge_challenger(champion, challenger, shots, EXPECTED, how, watching)


# ---- training


def test_a_challenger_learns_from_the_shots_kept_for_it_by_their_names(
    trained: tuple[Any, Any], shots: Divided
) -> None:
    told, challenger = trained
    assert isinstance(challenger, Challenger)
    assert (told.family, told.rows, told.fitted, told.error) == (*vars(challenger.way).values(), challenger.fitted, "")
    assert challenger.learned == len(shots.learned) == 880
    assert challenger.estimator.feature_names_in_.tolist() == FEATURES
    assert told.fitted == 7  # lr and dt, each on all, recent and served rows, and the best of them once more
    assert set(told.learned.index) <= set(shots.learned.index)


def test_shots_that_weigh_nothing_have_not_been_learned_from(
    shots: Divided, how: Retraining, watching: Monitoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = np.r_[np.zeros(400), np.ones(480)]
    served = Challenger(Pipeline([("model", Says(0.3))]), Way("lr", "served"), 880, weight, 7)
    monkeypatch.setattr(nodes, "train_challenger", lambda *_: served)
    told, challenger = nodes.train(shots, RETRAIN, how, watching)
    assert challenger is served
    assert isinstance(told, Trained)
    pd.testing.assert_frame_equal(told.learned, shots.learned.iloc[400:])


@pytest.mark.parametrize("action", [Action.WAIT, Action.GET_LABELS])
def test_nothing_is_trained_unless_that_was_decided(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, action: Action
) -> None:
    decision = WAIT.model_copy(update={"action": action})
    told, challenger = nodes.train(shots, decision, how, watching)
    assert isinstance(told, NoChange)
    assert isinstance(challenger, NoChange)
    ledger = judged(champion, challenger, shots, how, watching)
    assert isinstance(nodes.promote(champion, shots, decision, told, ledger, how), NoChange)


def test_a_training_that_fails_is_a_result_and_the_champion_stays(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring
) -> None:
    broken = how.model_copy(update={"families": {"dt": {"max_leaf_nodes": 1, "min_samples_leaf": 20}}})
    told, challenger = nodes.train(shots, RETRAIN, broken, watching)
    assert isinstance(told, Trained)
    assert "max_leaf_nodes" in told.error
    assert told.error.endswith("Mend retraining.families in parameters.yml.")
    ledger = judged(champion, challenger, shots, how, watching)
    assert isinstance(nodes.promote(champion, shots, RETRAIN, told, ledger, how), NoChange)


# ---- judging


def test_a_better_challenger_is_promoted_on_the_shots_kept_apart(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, trained: tuple[Any, Any]
) -> None:
    ledger = judged(champion, Says(0.25), shots, how, watching)
    assert ledger.answer is Answer.PROMOTE
    assert (ledger.expected, ledger.observed.n) == (EXPECTED, 160)
    assert [guard.name for guard in ledger.guards] == ["schema", "segment", "calibration", "latency"]
    promotion = nodes.promote(champion, shots, RETRAIN, trained[0], ledger, how)
    assert isinstance(promotion, Promotion)
    assert (promotion.model, promotion.replaces) == ("kobe_shot_challenger", 3)
    pd.testing.assert_frame_equal(promotion.train, trained[0].learned)
    pd.testing.assert_frame_equal(promotion.test, pd.concat([champion.test, shots.compared]))
    assert promotion.ledger["answer"] == "promote"
    assert promotion.ledger["decision"] == RETRAIN.sentence


@pytest.mark.parametrize(("probability", "answer"), [(0.9, Answer.REJECT), (np.nan, Answer.REJECT)])
def test_a_challenger_that_is_worse_or_no_model_at_all_is_not_promoted(
    champion: Champion,
    shots: Divided,
    how: Retraining,
    watching: Monitoring,
    trained: tuple[Any, Any],
    probability: float,
    answer: Answer,
) -> None:
    ledger = judged(champion, Says(probability), shots, how, watching)
    assert ledger.answer is answer
    stays = nodes.promote(champion, shots, RETRAIN, trained[0], ledger, how)
    assert stays == NoChange(ledger.sentence)


def test_on_shots_unlike_those_served_nothing_can_be_judged(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring
) -> None:
    twos = Divided(
        shots.learned, champion.test, shots.served, shots.games, new=len(champion.test), labels_id=shots.labels_id
    )
    ledger = judged(champion, Says(0.5), twos, how, watching)
    assert ledger.answer is Answer.SHADOW
    assert ledger.needed is not None
    assert "0.0% of the shots served are like the 100 compared on" in ledger.sentence


def test_the_time_to_score_is_that_of_a_thousand_shots(shots: Divided) -> None:
    asked: list[int] = []

    class Counts(Says):
        def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
            asked.append(len(X))
            return super().predict_proba(X)

    assert nodes.time_scoring(Counts(0.5), shots.served.iloc[:7]) > 0
    assert asked == [1000] * nodes.TIMINGS


# ---- the record


def record(
    champion: Champion,
    shots: Divided,
    how: Retraining,
    decision: Decision,
    trained: Any,
    ledger: Any,
    last: dict[str, Any] | None = None,
    after: int = 3,
) -> dict[str, Any]:
    now = Champion(**vars(champion) | {"version": after})
    provenance = {"fingerprint": "abc"}
    return recording.record_retraining(champion, now, shots, decision, trained, ledger, 7, last or {}, provenance, how)


def test_a_promotion_is_recorded_against_the_champion_before(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, trained: tuple[Any, Any]
) -> None:
    ledger = judged(champion, Says(0.25), shots, how, watching)
    told = Retrained.model_validate(record(champion, shots, how, RETRAIN, trained[0], ledger, after=4))
    assert (told.model_version, told.promoted, told.tried) == (3, True, True)
    assert (told.labels, told.new_labels, told.newest_game) == (1_140, 640, "2000-05-19")
    assert told.challenge is not None
    assert (told.challenge.against, told.challenge.promoted_as, told.challenge.ledger) == (3, 4, ledger)
    assert (told.challenge.rule, told.challenge.labels_id) == ("calibration", shots.labels_id)


def test_what_is_waited_for_keeps_the_last_challenger_in_the_record(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, trained: tuple[Any, Any]
) -> None:
    ledger = judged(champion, Says(0.9), shots, how, watching)
    first = record(champion, shots, how, RETRAIN, trained[0], ledger)
    then = Retrained.model_validate(record(champion, shots, how, WAIT, nodes.STAYS, nodes.STAYS, last=first))
    assert (then.tried, then.promoted, then.decision) == (False, False, WAIT)
    assert then.challenge == Retrained.model_validate(first).challenge
    assert Retrained.model_validate(record(champion, shots, how, WAIT, nodes.STAYS, nodes.STAYS)).challenge is None


def test_metrics_and_tags_tell_the_decision_and_what_the_gate_said(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, trained: tuple[Any, Any]
) -> None:
    ledger: Ledger = judged(champion, Says(0.25), shots, how, watching)
    told = record(champion, shots, how, RETRAIN, trained[0], ledger, after=4)
    numbers, words = recording.flatten_retraining(told), recording.tag_retraining(told)
    assert ledger.gain is not None
    assert (numbers["gain"], numbers["gain_low"], numbers["gain_high"]) == (
        ledger.gain.value,
        ledger.gain.low,
        ledger.gain.high,
    )
    assert (numbers["compared"], numbers["promoted"], numbers["new_labels"]) == (160, 1, 640)
    assert {"guard_schema", "guard_segment", "guard_calibration", "guard_latency"} < set(numbers)
    assert (words["policy"], words["action"], words["rule"], words["answer"], words["champion"]) == (
        *("both", "retrain", "calibration", "promote", "kobe_shot/3"),
    )
    assert words["verdict"] == ledger.sentence


def test_a_shadow_tells_how_many_labels_are_needed_and_a_wait_or_a_failure_tells_what_it_is(
    champion: Champion, shots: Divided, how: Retraining, watching: Monitoring, trained: tuple[Any, Any]
) -> None:
    ledger = judged(champion, champion.estimator, shots, how, watching).model_copy(
        update={"answer": Answer.SHADOW, "needed": 7_000, "observed": None, "gain": None}
    )
    shadow = record(champion, shots, how, RETRAIN, trained[0], ledger)
    assert recording.flatten_retraining(shadow)["labels_needed"] == 7_000
    assert not {"gain", "observed", "compared"} & set(recording.flatten_retraining(shadow))
    waits = record(champion, shots, how, WAIT, nodes.STAYS, nodes.STAYS, last=shadow)
    assert recording.flatten_retraining(waits) == {"labels": 1_140, "new_labels": 640, "promoted": 0}
    assert set(recording.tag_retraining(waits)) == {"champion", "origin", "policy", "action", "rule", "decision"}
    failed = record(champion, shots, how, RETRAIN, Trained(shots.learned, error="No."), NoChange("No."))
    assert recording.flatten_retraining(failed)["promoted"] == 0
    assert recording.tag_retraining(failed)["error"] == "No."
    assert shots.compared[TARGET].notna().all()
