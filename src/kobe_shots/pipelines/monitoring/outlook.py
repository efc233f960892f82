"""What would be decided of the champion now, and what is coming? Every rule read, and trends drawn; nothing is trained.

It is what Retreino would be told and would say, from the same situation and the same policies.
"""

from typing import Any

import numpy as np
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.batches import CHAMPION, PROD
from kobe_shots.monitoring.estimated import IDENTITY, expected_log_loss, learn_calibrator
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.monitoring.stream import Stream
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.monitoring.watched import split_by_model
from kobe_shots.pipelines.retraining.nodes import decide_retraining
from kobe_shots.pipelines.retraining.shots import divide
from kobe_shots.pipelines.retraining.situation import last_challenge, read_health, take_in
from kobe_shots.report import Monitored, Outlook
from kobe_shots.retraining.policies import EXPECTED_LOSS, SUPPORT, Situation, decide
from kobe_shots.retraining.projection import Games, Projection, project, untold
from kobe_shots.retraining.readings import read_rules
from kobe_shots.shots.schema import FEATURES

SHOWN = ("reactive", "predictive", "both")


def look_out(
    champion: Champion,
    monitored: pd.DataFrame,
    verdicts: dict[str, Any],
    raw_dev: pd.DataFrame,
    raw_prod: pd.DataFrame,
    provenance: dict[str, Any],
    last: dict[str, Any],
    how: Retraining,
    watching: Monitoring,
) -> dict[str, Any]:
    """Return what each rule reads, what the policies decide, what Retreino would do, and where figures are heading.

    Args:
        champion: in office, whose health `verdicts` tell.
        monitored: its scored shots, as `score_batches` returns them.
        verdicts: the record of Monitoramento.
        raw_dev: raw shots of dev.
        raw_prod: raw shots of production.
        provenance: what names them.
        last: the record of the last Retreino; empty before the first.
        how: the parameters of retraining.
        watching: those of monitoring.
    """
    unforced = how.model_copy(update={"force": False})
    told = {
        "fingerprint": provenance["fingerprint"],
        "model_name": champion.name,
        "model_version": champion.version,
        "origin": champion.origin,
        "policy": how.policy,
    }
    try:
        shots = divide(champion, raw_dev, raw_prod, how.gate)
        seen_last = champion, shots, verdicts, provenance, last
        next_step, _ = decide_retraining(*seen_last, unforced, watching)
    except KobeShotsError as error:
        return Outlook(**told, reason=str(error)).model_dump(mode="json")
    health = read_health(verdicts, champion, provenance["fingerprint"])
    challenge = last_challenge(last, champion)
    seen = take_in(health, champion, shots, challenge, how, watching)
    whole = seen.model_copy(update={"alarms": (*seen.alarms, *_quiet(verdicts, seen))})
    return Outlook(
        **told,
        labels=seen.labels,
        new_labels=seen.new_labels,
        labels_needed=max(0, how.gate.minimum_labels - seen.new_labels),
        newest_game=seen.date,
        challenger=None if challenge is None else challenge.version,
        rules=read_rules(whole, how, challenged=challenge is not None),
        decisions={policy: decide(policy, seen, how) for policy in SHOWN},
        next_step=next_step,
        projections=_project(monitored, health, seen, how, watching),
    ).model_dump(mode="json")


def _quiet(verdicts: dict[str, Any], seen: Situation) -> list[Alarm]:
    """Return the alarms of production that were not raised: verdicts do not tell of them, the record does."""
    raised = {alarm.name for alarm in seen.alarms}
    watched = Monitored.model_validate(verdicts).alarms.get(PROD, [])
    return [alarm for alarm in watched if alarm.name not in raised]


def _project(
    monitored: pd.DataFrame, health: Verdicts | None, seen: Situation, how: Retraining, watching: Monitoring
) -> tuple[Projection, ...]:
    watched = next(one for one in split_by_model(monitored) if one.model == CHAMPION)
    stream, reference = watched.streams.get(PROD), watched.reference
    if stream is None or not len(stream) or health is None:
        return tuple(untold(rule, say("there are no shots to watch")) for rule in (SUPPORT, EXPECTED_LOSS))
    labelled = reference.take(reference.is_labelled)
    support = learn_support(labelled.shots[FEATURES], watching.support.neighbours, watching.support.coverage)
    beyond = ~support.holds(stream.shots, support.novelty(stream.shots))
    calibrator = learn_calibrator(labelled.made, labelled.probability) or IDENTITY
    expected = expected_log_loss(stream.probability, calibrator(stream.probability))
    games, by_game = _by_game(stream, beyond.astype(np.float64), expected)
    of_support = project(SUPPORT, by_game[0], games, 1 - watching.trust.minimum_share_in_support, how)
    if seen.loss is None:
        why = seen.saying("distrust") or say("there is no estimate")
        return of_support, untold(EXPECTED_LOSS, why)
    return of_support, project(EXPECTED_LOSS, by_game[1], games, seen.loss.limit, how)


def _by_game(stream: Stream, *values: np.ndarray) -> tuple[Games, list[np.ndarray]]:
    """Return the games of a stream, and the mean of each value in each."""
    shots = stream.shots
    number = pd.factorize(shots["game_id"])[0]
    first = shots.assign(number=number).drop_duplicates("number")
    count = np.bincount(number).astype(np.float64)
    games = Games(first["game_date"].astype(str).str[:10].tolist(), first["season"].tolist(), count)
    return games, [np.bincount(number, value) / count for value in values]
