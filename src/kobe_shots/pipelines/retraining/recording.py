"""What is kept of a retraining? The record, and what the MLflow run shows of it."""

from typing import Any

from kobe_shots.models.evaluation import flatten
from kobe_shots.models.promotion import NoChange
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Retraining
from kobe_shots.pipelines.retraining.shots import Divided, Trained
from kobe_shots.pipelines.retraining.situation import last_challenge
from kobe_shots.report import Challenge, Retrained
from kobe_shots.retraining.gate import Answer, Ledger
from kobe_shots.retraining.policies import Decision


def record_retraining(
    before: Champion,
    after: Champion,
    shots: Divided,
    decision: Decision,
    trained: Trained | NoChange,
    ledger: Ledger | NoChange,
    version: int | None,
    last: dict[str, Any],
    provenance: dict[str, Any],
    how: Retraining,
) -> dict[str, Any]:
    """Return what was decided and what came of it, once the champion is in office; waiting, the last challenger's.

    `version` is the latest one of challengers in the registry: that of this one, where one was trained.
    """
    said = None if isinstance(ledger, NoChange) else ledger
    promoted = said is not None and said.answer is Answer.PROMOTE and how.promote == "gate"
    labels, newest = len(before.train) + len(before.test) + shots.new, str(shots.games["game_date"].iloc[-1])
    challenge = last_challenge(last, before)
    if not isinstance(trained, NoChange):
        challenge = Challenge(
            fingerprint=provenance["fingerprint"],
            against=before.version,
            rule=decision.rule,
            labels=labels,
            labels_id=shots.labels_id,
            newest_game=newest,
            family=trained.family,
            rows=trained.rows,
            learned=len(trained.learned),
            fitted=trained.fitted,
            error=trained.error,
            ledger=said,
            version=None if said is None else version,
            promoted_as=after.version if promoted else None,
        )
    return Retrained(
        fingerprint=provenance["fingerprint"],
        model_name=before.name,
        model_version=before.version,
        origin=before.origin,
        policy=how.policy,
        forced=how.force,
        labels=labels,
        new_labels=shots.new,
        newest_game=newest,
        decision=decision,
        tried=not isinstance(trained, NoChange),
        promoted=promoted,
        challenge=challenge,
    ).model_dump(mode="json")


def flatten_retraining(record: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of the record under one name each, such as `gain` and `gain_low`."""
    numbers = {name: float(record[name]) for name in ("labels", "new_labels", "promoted")}
    if not record["tried"]:
        return numbers
    challenge = record["challenge"]
    numbers |= {name: float(challenge[name]) for name in ("learned", "fitted")}
    if (ledger := challenge["ledger"]) is None:
        return numbers
    numbers |= flatten({name: ledger[name] for name in ("observed", "gain") if ledger[name]})
    if ledger["observed"]:
        numbers["compared"] = float(ledger["observed"]["n"])
    if ledger["needed"] is not None:
        numbers["labels_needed"] = float(ledger["needed"])
    return numbers | {f"guard_{guard['name']}": float(guard["value"]) for guard in ledger["guards"]}


def tag_retraining(record: dict[str, Any]) -> dict[str, str]:
    """Return what was decided, of whom, and what the gate said, for the run's tags."""
    decision, challenge = record["decision"], record["challenge"]
    tags = {
        "champion": f"{record['model_name']}/{record['model_version']}",
        "origin": record["origin"],
        "policy": record["policy"],
        "action": decision["action"],
        "rule": decision["rule"],
        "decision": decision["sentence"],
    }
    if not record["tried"]:
        return tags
    if challenge["error"]:
        return tags | {"error": challenge["error"]}
    said = challenge["ledger"]
    tags |= {"family": challenge["family"], "rows": challenge["rows"]}
    return tags | {"answer": said["answer"], "verdict": said["sentence"]}
