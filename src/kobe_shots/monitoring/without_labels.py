"""What can be said of the model before outcomes are known? One finding for each thing that scores and features tell."""

from kobe_shots.language import Said, join, say
from kobe_shots.monitoring.alarms import HIGHER, LOWER, NOVELTY
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.drift import FeatureDrift
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.judged_estimate import judge_disagreement, judge_estimate
from kobe_shots.monitoring.stream import Faults
from kobe_shots.monitoring.with_labels import judge_threshold
from kobe_shots.parameters import Monitoring
from kobe_shots.shots.court import UNITS_PER_DEGREE, UNITS_PER_FOOT
from kobe_shots.verdicts import Finding, Severity

NAMED = 3


def judge_without_labels(health: Health, baseline: Baseline, how: Monitoring) -> list[Finding]:
    """Return what the shots of a batch say without outcomes."""
    findings = [judge_quality(health.faults)]
    if not health.all.window.n:
        return [*findings, _nothing_to_watch(health)]
    return [
        *findings,
        judge_estimate(health, baseline, how),
        _support(health, baseline, how),
        _drift(health.all.drift, how),
        _threshold(health, baseline, how),
        *_constant_score(health),
        *judge_disagreement(health, how),
        *_alarms(health),
    ]


def judge_quality(faults: Faults) -> Finding:
    """Return what was wrong with the shots that came; the faulty ones are left out of all else."""
    said = [say("{n:,} lack {column}", n=n, column=name) for name, n in faults.missing.items()]
    said += [
        say("{n:,} have a {column} that no shot can have", n=n, column=name) for name, n in faults.impossible.items()
    ]
    said += [say("{n:,} have no score", n=faults.unscored)] if faults.unscored else []
    said += [say("{n:,} repeat an id that came before", n=faults.repeated)] if faults.repeated else []
    unknown = ", ".join(faults.unknown)
    extra = [say("Columns that are not watched: {columns}.", columns=unknown)] if unknown else []
    evidence: dict[str, float | int | str | None] = {
        "received": faults.received,
        "unscored": faults.unscored,
        "repeated": faults.repeated,
        **{f"missing_{name}": n for name, n in faults.missing.items()},
        **{f"impossible_{name}": n for name, n in faults.impossible.items()},
    }
    if not said:
        return Finding(
            code="quality",
            severity=Severity.WATCH if extra else Severity.OK,
            sentence=join(
                " ",
                [say("All {n:,} shots are whole, possible, scored and there once.", n=faults.received), *extra],
            ),
            evidence=evidence,
        )
    wrong = say("Of {n:,} shots {faults}; they are left out of all else.", n=faults.received, faults=join(", ", said))
    return Finding(code="quality", severity=Severity.ACT, sentence=join(" ", [wrong, *extra]), evidence=evidence)


def _nothing_to_watch(health: Health) -> Finding:
    return Finding(
        code="estimate",
        severity=Severity.CANNOT_TELL,
        sentence=say("None of the {n:,} shots that came can be watched.", n=health.faults.received),
        evidence={"n": 0},
    )


def _support(health: Health, baseline: Baseline, how: Monitoring) -> Finding:
    share = health.all.share_in_support
    value = share.value or 0.0
    usual = baseline.limits.of("share_in_support", share.n)
    rule = say(
        "at least {neighbours} learned shots within {reach:.1f} feet, and no value beyond those learned",
        neighbours=baseline.support.neighbours,
        reach=baseline.support.reach,
    )
    evidence: dict[str, float | int | str | None] = {
        "share_in_support": value,
        "lower_limit": usual.lower,
        "n": share.n,
    }
    if value < how.trust.minimum_share_in_support:
        unlike = (
            say("All {n:,} shots are unlike those the model was trained on", n=share.n)
            if value == 0
            else say(
                "{share:.1%} of the {n:,} shots are unlike those the model was trained on", share=1 - value, n=share.n
            )
        )
        return Finding(
            code="support",
            severity=Severity.ACT,
            sentence=say("{unlike}: in support are {share:.1%} ({rule}).", unlike=unlike, share=value, rule=rule),
            evidence=evidence,
        )
    severity = Severity.WATCH if usual.lower is not None and value < usual.lower else Severity.OK
    return Finding(
        code="support",
        severity=severity,
        sentence=say(
            "{share:.1%} of the {n:,} shots are like those the model was trained on ({rule}).",
            share=value,
            n=share.n,
            rule=rule,
        ),
        evidence=evidence,
    )


def _drift(drift: list[FeatureDrift], how: Monitoring) -> Finding:
    drifted = [one for one in by_consequence(drift) if one.drifted]
    costly = [one for one in drifted if has_consequences(one, how)]
    evidence: dict[str, float | int | str | None] = {f"effect_{one.feature}": one.effect for one in drifted}
    if costly:
        return Finding(
            code="drift",
            severity=Severity.WATCH,
            sentence=say(
                "Changed, with consequences: shots have moved in {moves}.",
                moves=join("; ", map(describe, costly[:NAMED])),
            ),
            evidence=evidence,
        )
    if drifted:
        return Finding(
            code="drift",
            severity=Severity.OK,
            sentence=say(
                "Changed, but with less than {effect:g} of log loss to show for it: {names}.",
                effect=how.minimum_effect,
                names=join(", ", [one.feature for one in drifted]),
            ),
            evidence=evidence,
        )
    return Finding(
        code="drift",
        severity=Severity.OK,
        sentence=say("No feature differs from the reference by more than stretches of it do."),
        evidence=evidence,
    )


def by_consequence(drift: list[FeatureDrift]) -> list[FeatureDrift]:
    """Return drifts by what they do to the model, the gravest first: what was never learned goes before what costs."""
    return sorted(drift, key=lambda one: (one.unseen, abs(one.effect)), reverse=True)


def has_consequences(one: FeatureDrift, how: Monitoring) -> bool:
    """Return whether a drift is certain, and either costs the model or leaves what it has learned."""
    unbearable = one.unseen > 1 - how.trust.minimum_share_in_support
    return one.drifted and (abs(one.effect) >= how.minimum_effect or unbearable)


def describe(one: FeatureDrift) -> Said:
    """Return a drift in words: how far values have moved, how much of it was never learned, what it costs."""
    if one.unit == "degrees":  # nobody thinks of a court in degrees
        moved = say("{moved:.1f} feet", moved=one.wasserstein * UNITS_PER_DEGREE / UNITS_PER_FOOT)
    else:
        far = say("{far:.3g}", far=one.wasserstein)
        far = say("{far} {unit}", far=far, unit=one.unit) if one.unit else far
        moved = say("{far} (mean {before:.4g}, now {now:.4g})", far=far, before=one.reference_mean, now=one.mean)
    said = say("{feature} by {moved}", feature=one.feature, moved=moved)
    has_unseen = one.unseen > 0.005  # noqa: PLR2004 -- rounds to 1%
    if has_unseen:
        said = say("{said}, {unseen:.0%} of them beyond what was learned", said=said, unseen=one.unseen)
    if has_unseen and one.unseen < 1:
        return say("{said} (log loss {effect:+.4f} on the rest)", said=said, effect=one.effect)
    return said if has_unseen else say("{said} (log loss {effect:+.4f})", said=said, effect=one.effect)


def _threshold(health: Health, baseline: Baseline, how: Monitoring) -> Finding:
    stream = health.all.window.stream
    expected = next((one.value for one in health.all.expected.metrics if one.metric == "make_rate"), None)
    make_rate = (baseline.metrics["make_rate"].value or 0.0) if expected is None else expected
    return judge_threshold(stream, make_rate, baseline.limits.of("f1", len(stream)), how.threshold)


def _constant_score(health: Health) -> list[Finding]:
    score = health.all.window.stream.probability
    if len(score) == 1 or score.max() > score.min():
        return []
    return [
        Finding(
            code="constant_score",
            severity=Severity.ACT,
            sentence=say(
                "Every one of the {n:,} shots has the same score, {score:.4f}: the model does not see the features. "
                "Look at what it is given.",
                n=len(score),
                score=score[0],
            ),
            evidence={"score": float(score[0]), "n": len(score)},
        )
    ]


def _alarms(health: Health) -> list[Finding]:
    what = {
        NOVELTY: say("more shots than usual lie beyond what the model was trained on"),
        HIGHER: say("scores have risen by more than they wander"),
        LOWER: say("scores have fallen by more than they wander"),
    }
    return [
        Finding(
            code=f"alarm_{alarm.name}",
            severity=Severity.WATCH,
            sentence=say(
                "Alarm at shot {at:,} of {shots:,}: {what}.",
                at=(alarm.alarmed_at or 0) + 1,
                shots=alarm.shots,
                what=what[alarm.name],
            ),
            evidence={"alarmed_at": alarm.alarmed_at, "shots": alarm.shots, "log_evidence": alarm.log_peak},
        )
        for alarm in health.alarms
        if alarm.name in what and alarm.raised
    ]
