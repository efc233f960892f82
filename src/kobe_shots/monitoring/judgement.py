"""What is wrong with the model, and what is to be done? One verdict a batch, with labels and without, causes apart."""

from pydantic import ConfigDict

from kobe_shots.language import Said, Spoken, join, say
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.judged_estimate import ask_for_labels
from kobe_shots.monitoring.with_labels import judge_with_labels
from kobe_shots.monitoring.without_labels import judge_without_labels
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Finding, Severity

RANK = [Severity.OK, Severity.WATCH, Severity.CANNOT_TELL, Severity.ACT]
CAUSES = ("support", "skill", "ranking", "calibration", "threshold", "base_rate", "drift", "quality", "constant_score")

MEND = say("Mend the data, then look again.")


class Judgement(Spoken):
    """What one kind of evidence says of a batch.

    Attributes:
        overall: the verdict, in one sentence.
        causes: codes of the findings that speak against the model, the worst first.
        action: what to do, in one sentence.
        findings: all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    overall: Finding
    causes: list[str]
    action: str
    findings: list[Finding]


class Verdicts(Spoken):
    """What is said of one batch: `overall` rests on outcomes where they are enough, else on what there is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: str
    n: int
    labelled: int
    overall: Finding
    action: str
    with_labels: Judgement
    without_labels: Judgement


def judge(health: Health, baseline: Baseline, how: Monitoring) -> Verdicts:
    """Return the verdicts on a batch."""
    blind = _without(health, baseline, how)
    seeing = _with(health, baseline, how, blind)
    decides = blind if seeing.findings[0].code == "labels" else seeing
    return Verdicts(
        batch=health.name,
        n=health.all.window.n,
        labelled=health.all.window.labelled,
        overall=decides.overall,
        action=decides.saying("action"),
        with_labels=seeing,
        without_labels=blind,
    )


def worst(findings: list[Finding]) -> Severity:
    """Return the gravest severity: to act goes before not knowing, and that before watching."""
    return max((finding.severity for finding in findings), key=RANK.index)


def _causes(findings: list[Finding]) -> list[str]:
    against = [one for one in findings if one.severity is not Severity.OK and one.code in CAUSES]
    return [one.code for one in sorted(against, key=lambda one: (-RANK.index(one.severity), CAUSES.index(one.code)))]


def _without(health: Health, baseline: Baseline, how: Monitoring) -> Judgement:
    findings = judge_without_labels(health, baseline, how)
    by_code = {one.code: one for one in findings}
    estimate, causes = by_code["estimate"], _causes(findings)
    if estimate.severity is Severity.CANNOT_TELL:
        severity = Severity.CANNOT_TELL
        sentence = estimate.saying()
        action = ask_for_labels(health, how) if health.ask else MEND
    else:
        severity = worst(findings)
        grave = [one.saying() for one in findings if one.severity is severity] if severity is not Severity.OK else []
        sentence = join(" ", [*grave, *([estimate.saying()] if estimate.sentence not in grave else [])])
        ask = ask_for_labels(health, how)
        action = {
            Severity.OK: say("Nothing to do; measure when outcomes arrive."),
            Severity.WATCH: say("Look at what has changed before relying on the estimate. {ask}", ask=ask),
            Severity.ACT: say("Do not rely on the scores until this is cleared up. {ask}", ask=ask),
        }[severity]
    return Judgement(
        overall=Finding(code="without_labels", severity=severity, sentence=sentence, evidence=estimate.evidence),
        causes=causes,
        action=action,
        findings=findings,
    )


def _with(health: Health, baseline: Baseline, how: Monitoring, blind: Judgement) -> Judgement:
    findings = judge_with_labels(health, baseline, how)
    if findings[0].code == "labels":
        action = ask_for_labels(health, how) if health.ask else MEND
        return Judgement(overall=findings[0], causes=[], action=action, findings=findings)
    support = [one for one in blind.findings if one.code == "support" and one.severity is Severity.ACT]
    # being unlike what was learned is why, not that: how bad it is, outcomes say
    severity = max(worst(findings), Severity.WATCH if support else Severity.OK, key=RANK.index)
    causes = _causes([*support, *findings])
    skill = next(one for one in findings if one.code == "skill")
    sentence = skill.saying()
    if causes:
        short = join(", ", [cause.replace("_", " ") for cause in causes])
        sentence = say("{sentence} Causes: {causes}.", sentence=sentence, causes=short)
    return Judgement(
        overall=Finding(code="with_labels", severity=severity, sentence=sentence, evidence=skill.evidence),
        causes=causes,
        action=_action(severity, causes, skill.severity is Severity.ACT, health),
        findings=findings,
    )


def _action(severity: Severity, causes: list[str], beaten: bool, health: Health) -> Said:
    n, rate = health.all.window.labelled, next(one.value for one in health.all.realized if one.metric == "make_rate")
    if severity is Severity.OK:
        return say("Nothing to do.")
    if "support" in causes:
        todo = say("Train on shots like these ({n:,} are labelled) before using the model on them", n=n)
    elif "ranking" in causes or "skill" in causes:
        todo = say("Retrain with the {n:,} labelled shots and compare", n=n)
    elif "calibration" in causes:
        todo = say("Recalibrate on the {n:,} labelled shots; the ranking is as usual", n=n)
    else:
        todo = say("Keep the model, and look again when more outcomes are known")
    if beaten:
        constant = say("until then a constant, {rate:.1%}, is as good or better", rate=rate or 0)
        todo = join("; ", [todo, constant])
    if "threshold" in causes:
        calls = say("Read probabilities, not calls: the threshold no longer divides these shots")
        todo = join(". ", [todo, calls])
    return say("{todo}.", todo=todo)
