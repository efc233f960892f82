"""What can be said of the model before outcomes are known? One finding for each thing that scores and features tell."""

from kobe_shots.monitoring.alarms import HIGHER, LOWER, NOVELTY
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.drift import FeatureDrift
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.stream import Faults
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trials import NO_CHANGE
from kobe_shots.monitoring.trust import Level
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
        _estimate(health, baseline, how),
        _support(health, baseline, how),
        _drift(health.all.drift, how),
        _threshold(health, baseline, how),
        *_constant_score(health),
        *_disagreement(health, how),
        *_alarms(health),
    ]


def judge_quality(faults: Faults) -> Finding:
    """Return what was wrong with the shots that came; the faulty ones are left out of all else."""
    said = [f"{n:,} lack {name}" for name, n in faults.missing.items()]
    said += [f"{n:,} have a {name} that no shot can have" for name, n in faults.impossible.items()]
    said += [f"{faults.unscored:,} have no score"] if faults.unscored else []
    said += [f"{faults.repeated:,} repeat an id that came before"] if faults.repeated else []
    extra = f"Columns that are not watched: {', '.join(faults.unknown)}." if faults.unknown else ""
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
            sentence=" ".join(
                [f"All {faults.received:,} shots are whole, possible, scored and there once.", extra]
            ).strip(),
            evidence=evidence,
        )
    return Finding(
        code="quality",
        severity=Severity.ACT,
        sentence=f"Of {faults.received:,} shots {', '.join(said)}; they are left out of all else. {extra}".strip(),
        evidence=evidence,
    )


def _nothing_to_watch(health: Health) -> Finding:
    return Finding(
        code="estimate",
        severity=Severity.CANNOT_TELL,
        sentence=f"None of the {health.faults.received:,} shots that came can be watched.",
        evidence={"n": 0},
    )


def _estimate(health: Health, baseline: Baseline, how: Monitoring) -> Finding:
    expected, n = health.all.expected, health.all.window.n
    told = {one.metric: one for one in expected.metrics}
    loss = told["log_loss"]
    usual = baseline.limits.of("log_loss", n)
    evidence: dict[str, float | int | str | None] = {
        "level": expected.believed.level.value,
        "reason": expected.believed.reason,
        "log_loss": loss.value,
        "low": loss.low,
        "high": loss.high,
        "upper_limit": usual.upper,
        "n": n,
        **{f"labels_for_{effect:g}": labels for effect, labels in health.ask.items()},
    }
    if expected.believed.level is Level.NOT_ESTIMABLE:
        evidence |= {f"{one.metric}_in_support": one.value for one in expected.inside}
        return Finding(
            code="estimate",
            severity=Severity.CANNOT_TELL,
            sentence=f"How good the model is cannot be told without outcomes: {expected.believed.reason}. "
            f"{_inside(health, expected.inside)} Over all {n:,}, log loss lies between {loss.low or 0:.3f} and "
            f"{loss.high or 0:.3f}, whatever the outcomes. {ask_for_labels(health, how)}",
            evidence=evidence,
        )
    by = " (as on the reference: no estimator has shown to be better)" if expected.used["log_loss"] == NO_CHANGE else ""
    said = f"log loss {loss}{by}, ROC AUC {told['roc_auc']}, F1 {told['f1']}; {expected.believed.reason}"
    if usual.upper is not None and loss.low is not None and loss.low > usual.upper:
        return Finding(
            code="estimate",
            severity=Severity.ACT,
            sentence=f"The model is expected to have become worse: {said}.",
            evidence=evidence,
        )
    if expected.believed.level is Level.CAUTION:
        return Finding(
            code="estimate",
            severity=Severity.WATCH,
            sentence=f"The model is expected to do this, with caution: {said}.",
            evidence=evidence,
        )
    return Finding(
        code="estimate",
        severity=Severity.OK,
        sentence=f"The model is expected to do as usual: {said}.",
        evidence=evidence,
    )


def ask_for_labels(health: Health, how: Monitoring) -> str:
    """Return how many labels to ask for, in words."""
    wanted = sorted(health.ask.items())[len(health.ask) // 2]
    others = ", ".join(f"{n:,} for {effect:g}" for effect, n in sorted(health.ask.items()) if effect != wanted[0])
    return (
        f"Ask for {wanted[1]:,} labels: they show a change of log loss of {wanted[0]:g} with a power of "
        f"{how.labels.power:.0%}{f' ({others})' if others else ''}."
    )


def _inside(health: Health, inside: list[Told]) -> str:
    share = health.all.share_in_support
    n = round((share.value or 0) * share.n)
    if not inside:
        return f"The {n:,} shots in support are too few to estimate from."
    loss = next(one for one in inside if one.metric == "log_loss")
    return f"On the {loss.n:,} in support log loss is expected to be {loss}."


def _support(health: Health, baseline: Baseline, how: Monitoring) -> Finding:
    share = health.all.share_in_support
    value = share.value or 0.0
    usual = baseline.limits.of("share_in_support", share.n)
    rule = (
        f"at least {baseline.support.neighbours} learned shots within {baseline.support.reach:.1f} feet, and no "
        "value beyond those learned"
    )
    evidence: dict[str, float | int | str | None] = {
        "share_in_support": value,
        "lower_limit": usual.lower,
        "n": share.n,
    }
    if value < how.trust.minimum_share_in_support:
        outside = "All" if value == 0 else f"{1 - value:.1%} of the"
        return Finding(
            code="support",
            severity=Severity.ACT,
            sentence=f"{outside} {share.n:,} shots are unlike those the model was trained on: in support are "
            f"{value:.1%} ({rule}).",
            evidence=evidence,
        )
    severity = Severity.WATCH if usual.lower is not None and value < usual.lower else Severity.OK
    return Finding(
        code="support",
        severity=severity,
        sentence=f"{value:.1%} of the {share.n:,} shots are like those the model was trained on ({rule}).",
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
            sentence=f"Changed, with consequences: shots have moved in {'; '.join(map(describe, costly[:NAMED]))}.",
            evidence=evidence,
        )
    if drifted:
        names = ", ".join(one.feature for one in drifted)
        return Finding(
            code="drift",
            severity=Severity.OK,
            sentence=f"Changed, but with less than {how.minimum_effect:g} of log loss to show for it: {names}.",
            evidence=evidence,
        )
    return Finding(
        code="drift",
        severity=Severity.OK,
        sentence="No feature differs from the reference by more than stretches of it do.",
        evidence=evidence,
    )


def by_consequence(drift: list[FeatureDrift]) -> list[FeatureDrift]:
    """Return drifts by what they do to the model, the gravest first: what was never learned goes before what costs."""
    return sorted(drift, key=lambda one: (one.unseen, abs(one.effect)), reverse=True)


def has_consequences(one: FeatureDrift, how: Monitoring) -> bool:
    """Return whether a drift is certain, and either costs the model or leaves what it has learned."""
    unbearable = one.unseen > 1 - how.trust.minimum_share_in_support
    return one.drifted and (abs(one.effect) >= how.minimum_effect or unbearable)


def describe(one: FeatureDrift) -> str:
    """Return a drift in words: how far values have moved, how much of it was never learned, what it costs."""
    moved = f"{one.wasserstein:.3g} {one.unit}".strip() + f" (mean {one.reference_mean:.4g}, now {one.mean:.4g})"
    if one.unit == "degrees":  # nobody thinks of a court in degrees
        moved = f"{one.wasserstein * UNITS_PER_DEGREE / UNITS_PER_FOOT:.1f} feet"
    unseen = f", {one.unseen:.0%} of them beyond what was learned" if one.unseen > 0.005 else ""  # noqa: PLR2004 -- rounds to 1%
    effect = f" (log loss {one.effect:+.4f}{' on the rest' if unseen else ''})" if one.unseen < 1 else ""
    return f"{one.feature} by {moved}{unseen}{effect}"


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
            sentence=f"Every one of the {len(score):,} shots has the same score, {score[0]:.4f}: the model does not "
            "see the features. Look at what it is given.",
            evidence={"score": float(score[0]), "n": len(score)},
        )
    ]


def _disagreement(health: Health, how: Monitoring) -> list[Finding]:
    gap = health.all.expected.disagreement
    if gap is None or gap < how.minimum_effect:
        return []
    one, other = (
        next(str(told) for told in of if told.metric == "log_loss") for of in health.all.expected.by_estimator.values()
    )
    return [
        Finding(
            code="disagreement",
            severity=Severity.WATCH,
            sentence=f"The estimators disagree on the log loss by {gap:.4f}: confidence-based {one}, "
            f"importance-weighted {other}.",
            evidence={"gap": gap},
        )
    ]


def _alarms(health: Health) -> list[Finding]:
    what = {
        NOVELTY: "more shots than usual lie beyond what the model was trained on",
        HIGHER: "scores have risen by more than they wander",
        LOWER: "scores have fallen by more than they wander",
    }
    return [
        Finding(
            code=f"alarm_{alarm.name}",
            severity=Severity.WATCH,
            sentence=f"Alarm at shot {(alarm.alarmed_at or 0) + 1:,} of {alarm.shots:,}: {what[alarm.name]}.",
            evidence={"alarmed_at": alarm.alarmed_at, "shots": alarm.shots, "log_evidence": alarm.log_peak},
        )
        for alarm in health.alarms
        if alarm.name in what and alarm.raised
    ]
