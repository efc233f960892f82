"""How good is the model expected to be, before outcomes are known? And how many of them would show it?"""

from kobe_shots.language import Said, join, say
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trials import NO_CHANGE
from kobe_shots.monitoring.trust import Level
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Finding, Severity


def judge_estimate(health: Health, baseline: Baseline, how: Monitoring) -> Finding:
    """Return how good the model is expected to be, as far as that is to be believed."""
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
            sentence=say(
                "How good the model is cannot be told without outcomes: {reason}. {inside} Over all {n:,}, log loss "
                "lies between {low:.3f} and {high:.3f}, whatever the outcomes. {ask}",
                reason=expected.believed.saying("reason"),
                inside=_inside(health, expected.inside),
                n=n,
                low=loss.low or 0,
                high=loss.high or 0,
                ask=ask_for_labels(health, how),
            ),
            evidence=evidence,
        )
    by = loss.shown()
    if expected.used["log_loss"] == NO_CHANGE:
        by = say("{loss} (as on the reference: no estimator has shown to be better)", loss=by)
    said = say(
        "log loss {loss}, ROC AUC {auc}, F1 {f1}; {reason}",
        loss=by,
        auc=told["roc_auc"].shown(),
        f1=told["f1"].shown(),
        reason=expected.believed.saying("reason"),
    )
    if usual.upper is not None and loss.low is not None and loss.low > usual.upper:
        return Finding(
            code="estimate",
            severity=Severity.ACT,
            sentence=say("The model is expected to have become worse: {metrics}.", metrics=said),
            evidence=evidence,
        )
    if expected.believed.level is Level.CAUTION:
        return Finding(
            code="estimate",
            severity=Severity.WATCH,
            sentence=say("The model is expected to do this, with caution: {metrics}.", metrics=said),
            evidence=evidence,
        )
    return Finding(
        code="estimate",
        severity=Severity.OK,
        sentence=say("The model is expected to do as usual: {metrics}.", metrics=said),
        evidence=evidence,
    )


def judge_disagreement(health: Health, how: Monitoring) -> list[Finding]:
    """Return that the estimators differ by more than counts, or nothing."""
    gap = health.all.expected.disagreement
    if gap is None or gap < how.minimum_effect:
        return []
    one, other = (
        next(told.shown() for told in of if told.metric == "log_loss")
        for of in health.all.expected.by_estimator.values()
    )
    return [
        Finding(
            code="disagreement",
            severity=Severity.WATCH,
            sentence=say(
                "The estimators disagree on the log loss by {gap:.4f}: confidence-based {one}, importance-weighted "
                "{other}.",
                gap=gap,
                one=one,
                other=other,
            ),
            evidence={"gap": gap},
        )
    ]


def ask_for_labels(health: Health, how: Monitoring) -> Said:
    """Return how many labels to ask for, in words."""
    wanted = sorted(health.ask.items())[len(health.ask) // 2]
    others = [
        say("{n:,} for {effect:g}", n=n, effect=effect)
        for effect, n in sorted(health.ask.items())
        if effect != wanted[0]
    ]
    ask = say(
        "Ask for {n:,} labels: they show a change of log loss of {effect:g} with a power of {power:.0%}",
        n=wanted[1],
        effect=wanted[0],
        power=how.labels.power,
    )
    return say("{ask} ({others}).", ask=ask, others=join(", ", others)) if others else say("{ask}.", ask=ask)


def _inside(health: Health, inside: list[Told]) -> Said:
    share = health.all.share_in_support
    n = round((share.value or 0) * share.n)
    if not inside:
        return say("The {n:,} shots in support are too few to estimate from.", n=n)
    loss = next(one for one in inside if one.metric == "log_loss")
    return say("On the {n:,} in support log loss is expected to be {loss}.", n=loss.n, loss=loss.shown())
