"""Is it time for another champion? The policy is asked, a challenger trained, and judged on shots neither has seen."""

import time
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline as Model

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say
from kobe_shots.models.promotion import CHALLENGER, NoChange, Promotion, Proposal
from kobe_shots.models.scoring import Champion, Classifier, probability_of_basket
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.retraining.shots import Divided, Trained, divide
from kobe_shots.pipelines.retraining.situation import has_changed, last_challenge, read_health, take_in
from kobe_shots.retraining.challenger import Challenger, find_like, train_challenger
from kobe_shots.retraining.gate import Answer, Ledger, Served, judge
from kobe_shots.retraining.guards import Evidence
from kobe_shots.retraining.incumbent import scores
from kobe_shots.retraining.policies import Action, Decision, decide
from kobe_shots.shots.schema import FEATURES, TARGET

FORCE = "force"
TIMED_SHOTS, TIMINGS = 1000, 5
NO_GAIN = (0.0, 0.0)
STAYS = NoChange("No challenger was trained.")


def hold(champion: Champion) -> Champion:
    """Return the champion in office now: all is decided against this one, whoever is in office in the end."""
    return champion


def divide_shots(champion: Champion, raw_dev: pd.DataFrame, raw_prod: pd.DataFrame, how: Retraining) -> Divided:
    """Return the shots to learn from, and those to compare on."""
    return divide(champion, raw_dev, raw_prod, how.gate)


def decide_retraining(
    champion: Champion,
    shots: Divided,
    verdicts: dict[str, Any],
    provenance: dict[str, Any],
    last: dict[str, Any],
    how: Retraining,
    watching: Monitoring,
) -> tuple[Decision, tuple[float, float]]:
    """Return what the policy decides, given health and labels, or by force; and the gain to be expected, with its sd.

    No gain is expected of a challenger, more or less: less where nothing tells that shots or outcomes have changed.
    The same champion and the same labels as the last time are nothing new. What cannot be judged is not trained, not
    even by force: labels are asked for instead.

    Raises KobeShotsError for the health of another champion, or on other raw shots.
    """
    challenge = last_challenge(last, champion)
    fingerprint = provenance["fingerprint"]
    same = challenge is not None and challenge.labels_id == shots.labels_id and not how.force
    if same and challenge is not None and challenge.fingerprint == fingerprint:
        return _nothing_new(champion, shots), NO_GAIN
    health = read_health(verdicts, champion, fingerprint)
    seen = take_in(health, champion, shots, challenge, how, watching)
    said = decide(how.policy, seen, how)
    changed = how.force or has_changed(seen)
    gain = (0.0, watching.alarms.risk_increase if changed else how.gate.minimum_effect)
    if how.force:
        asked = say(
            "Retrain: by force; the policy {policy} says: {sentence}", policy=f"`{how.policy}`", sentence=said.saying()
        )
        said = Decision(action=Action.RETRAIN, rule=FORCE, sentence=asked)
    if same and (said.action is Action.RETRAIN or said.rule == "cool_down"):
        return _nothing_new(champion, shots), NO_GAIN
    if said.action is Action.RETRAIN and shots.new < how.gate.minimum_labels:
        said = _ask_for_labels(said, shots.new, how.gate.minimum_labels)
    return said, gain


def train(
    shots: Divided, decision: Decision, how: Retraining, watching: Monitoring
) -> tuple[Trained | NoChange, Challenger | NoChange]:
    """Return what was trained and the challenger, where one was asked for; a training that fails is a result too."""
    if decision.action is not Action.RETRAIN:
        return STAYS, STAYS
    features, made = shots.learned[FEATURES].astype(np.float64), shots.learned[TARGET].to_numpy(np.float64)
    try:
        like = find_like(shots.served.to_numpy(), features.to_numpy(), watching.support)
        challenger = train_challenger(list(how.families), features, made, like, how)
    except KobeShotsError as error:
        return Trained(shots.learned, error=str(error)), NoChange(str(error))
    kept = slice(None) if challenger.weight is None else challenger.weight > 0
    way = challenger.way
    return Trained(shots.learned[kept], way.family, way.rows, challenger.fitted), challenger


def judge_challenger(
    champion: Champion,
    challenger: Model | NoChange,
    shots: Divided,
    expected: tuple[float, float],
    how: Retraining,
    watching: Monitoring,
) -> Ledger | NoChange:
    """Return what the gate says of the challenger as it is registered, on shots that neither has learned from."""
    if isinstance(challenger, NoChange):
        return challenger
    features, served = shots.compared[FEATURES].astype(np.float64), shots.served
    like = find_like(features.to_numpy(), served.to_numpy(), watching.support)
    return judge(
        Evidence(
            features=features.to_numpy(),
            made=shots.compared[TARGET].to_numpy(np.float64),
            champion=scores(champion.estimator, features),
            challenger=scores(challenger, features),
        ),
        how.gate,
        expected=expected,
        served=Served(
            champion=scores(champion.estimator, served),
            challenger=scores(challenger, served),
            share_like_evidence=float(like.mean()),
            minimum_share=watching.trust.minimum_share_in_support,
        ),
        milliseconds=time_scoring(challenger, served),
    )


def promote(
    champion: Champion,
    shots: Divided,
    decision: Decision,
    trained: Trained | NoChange,
    ledger: Ledger | NoChange,
    how: Retraining,
) -> Promotion | Proposal | NoChange:
    """Return the challenger as champion to be, in place of the one it was compared with; or that this one stays.

    Where somebody is to be asked first, it is proposed only.
    """
    if isinstance(trained, NoChange) or isinstance(ledger, NoChange):
        return STAYS
    if ledger.answer is not Answer.PROMOTE:
        return NoChange(ledger.sentence)
    reasons = {"decision": decision.sentence, "family": trained.family, "rows": trained.rows}
    promotion = Promotion(
        model=CHALLENGER,
        train=trained.learned,
        test=pd.concat([champion.test, shots.compared]),
        replaces=champion.version,
        ledger=reasons | ledger.model_dump(mode="json"),
    )
    return Proposal(promotion) if how.promote == "ask" else promotion


def time_scoring(model: Classifier, shots: pd.DataFrame) -> float:
    """Return the milliseconds that a model takes to score a thousand shots: the median of a few timings."""
    thousand = shots.iloc[np.arange(TIMED_SHOTS) % len(shots)]
    taken = []
    for _ in range(TIMINGS):
        begun = time.perf_counter()
        probability_of_basket(model, thousand)
        taken.append(time.perf_counter() - begun)
    return 1000 * median(taken)


def _nothing_new(champion: Champion, shots: Divided) -> Decision:
    sentence = say(
        "Wait: nothing is new since the last challenger: {name} version {version} is in office, and the outcomes of "
        "production that are known are the same, {new:,} of them new to it. `kobe-shots retrain --force` trains "
        "another one all the same.",
        name=champion.name,
        version=champion.version,
        new=shots.new,
    )
    return Decision(action=Action.WAIT, rule="nothing_new", sentence=sentence)


def _ask_for_labels(said: Decision, new: int, minimum: int) -> Decision:
    sentence = say(
        "Get labels: {more:,} more. {new:,} labelled production shots that the champion has not learned from are "
        "known, and a challenger can be judged from {least:,}. What was asked for: {sentence}",
        more=minimum - new,
        new=new,
        least=minimum,
        sentence=said.saying(),
    )
    changed = {"action": Action.GET_LABELS, "labels": minimum - new, "sentence": sentence}
    return Decision.model_validate(dict(said) | changed)
