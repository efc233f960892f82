"""What does a policy get to know? What Monitoramento found on production, and what the last Retreino did."""

from typing import Any

from pydantic import ValidationError

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Message, Said, say
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY, log_threshold
from kobe_shots.monitoring.batches import PROD
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.monitoring.trust import Level
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines.retraining.shots import Divided
from kobe_shots.report import Challenge, Monitored, Retrained
from kobe_shots.retraining.policies import Heading, Situation
from kobe_shots.verdicts import Finding, Severity

BEYOND = (NOVELTY, HIGHER, LOWER)
WATCH_FIRST = "Score and watch first: kedro run --pipeline=PipelineAplicacao, then kedro run --pipeline=Monitoramento."


def read_health(verdicts: dict[str, Any], champion: Champion, fingerprint: str) -> Verdicts | None:
    """Return what was said of production; None where nothing is left of it to be watched.

    Raises KobeShotsError for the health of another champion than that in office, or on other raw shots.
    """
    try:
        health = Monitored.model_validate(verdicts)
    except ValidationError as error:
        raise KobeShotsError(
            f"The health record was written by another version of the program. {WATCH_FIRST}"
        ) from error
    if (health.model_version, health.fingerprint) != (champion.version, fingerprint):
        raise KobeShotsError(
            f"The health record is of {health.model_name} version {health.model_version} on raw shots "
            f"{health.fingerprint}; that of version {champion.version}, which is in office, on {fingerprint} is "
            f"needed. {WATCH_FIRST}"
        )
    return health.batches.get(PROD)


def last_challenge(last: dict[str, Any], champion: Champion) -> Challenge | None:
    """Return the last challenger for the place of this champion, or the one that this champion was.

    None where there was none, or where another version of the program wrote the record.
    """
    try:
        challenge = Retrained.model_validate(last).challenge if last else None
    except ValidationError:
        return None
    if challenge is None or champion.version not in {challenge.against, challenge.promoted_as}:
        return None
    return challenge


def take_in(
    health: Verdicts | None,
    champion: Champion,
    shots: Divided,
    last: Challenge | None,
    how: Retraining,
    watching: Monitoring,
) -> Situation:
    """Return the situation after the last production game."""
    findings = {} if health is None else {one.code: one for one in _findings(health)}
    alarms = _alarms(findings, watching.alarms.false_alarm)
    support = _support(findings.get("support"), watching.trust.minimum_share_in_support)
    loss, distrust = _loss(findings.get("estimate"))
    foreseen = any(alarm.name in BEYOND for alarm in alarms) or _is_beyond(support) or _is_beyond(loss)
    since = shots.games if last is None else shots.games[shots.games["game_date"] > last.newest_game]
    known = len(champion.train) + len(champion.test)
    return Situation(
        game=len(shots.games) - 1,
        date=str(shots.games["game_date"].iloc[-1]),
        # when a champion that nobody challenged took office is not told in games: long ago
        games_since_training=len(since) if last is not None else max(len(since), how.cool_down),
        season_begins=_season_begins(shots, len(since)),
        labels=known + shots.new,
        new_labels=shots.new,
        growth_from=known if last is None else last.labels,
        alarms=alarms,
        labels_since_alarm=shots.new if foreseen else 0,
        labels_to_ask=_labels_to_ask(findings.get("estimate"), how, watching),
        support=support,
        loss=loss,
        distrust=distrust,
    )


def has_changed(seen: Situation) -> bool:
    """Return whether an alarm, or what lies beyond its limit, tells that shots or outcomes are no longer as learned."""
    return any(alarm.raised for alarm in seen.alarms) or _is_beyond(seen.support) or _is_beyond(seen.loss)


def _is_beyond(heading: Heading | None) -> bool:
    return heading is not None and heading.crosses_in is not None


def _findings(health: Verdicts) -> list[Finding]:
    return [*health.with_labels.findings, *health.without_labels.findings]


def _alarms(findings: dict[str, Finding], false_alarm: float) -> tuple[Alarm, ...]:
    """Return the alarms that were raised; a verdict does not tell of the others."""
    found = []
    for name in (LOSS, CALIBRATION, *BEYOND):
        if (finding := findings.get(f"alarm_{name}")) is not None:
            told = finding.evidence
            found.append(
                Alarm(
                    name=name,
                    shots=int(told["shots"] or 0),
                    log_evidence=float(told["log_evidence"] or 0),
                    log_peak=float(told["log_evidence"] or 0),
                    log_threshold=log_threshold(name, false_alarm),
                    alarmed_at=int(told["alarmed_at"] or 0),
                )
            )
    return tuple(found)


def _support(finding: Finding | None, minimum: float) -> Heading | None:
    if finding is None:
        return None
    beyond = 1 - float(finding.evidence["share_in_support"] or 0)
    return Heading(value=beyond, limit=1 - minimum, crosses_in=0 if finding.severity is Severity.ACT else None)


def _loss(finding: Finding | None) -> tuple[Heading | None, str]:
    """Return where the loss to be expected is, or why that cannot be told."""
    if finding is None or finding.evidence.get("level") is None:
        return None, say("there are no shots to watch")
    told = finding.evidence
    if told["level"] == Level.NOT_ESTIMABLE.value:
        return None, _reason(finding)
    if told["log_loss"] is None or told["upper_limit"] is None:
        return None, ""
    worse = 0 if finding.severity is Severity.ACT else None
    return Heading(value=float(told["log_loss"]), limit=float(told["upper_limit"]), crosses_in=worse), ""


def _reason(finding: Finding) -> str:
    """Return why the loss cannot be told, still knowing its parts where the sentence does."""
    said = finding.said.get("sentence")
    part = said and said.values.get("reason")
    return Said(part) if isinstance(part, Message) else str(finding.evidence.get("reason", ""))


def _labels_to_ask(finding: Finding | None, how: Retraining, watching: Monitoring) -> int:
    effects = sorted(watching.labels.effects)
    asked = None if finding is None else finding.evidence.get(f"labels_for_{effects[len(effects) // 2]:g}")
    return int(asked or how.gate.minimum_labels)


def _season_begins(shots: Divided, since: int) -> bool:
    """Return whether a season has begun in the games since the last challenger; the first game of all begins one."""
    seasons = shots.games["season"].tolist()
    before = len(seasons) - since
    return since > 0 and (before == 0 or seasons[-1] != seasons[before - 1])
