"""What do outcomes say of the model? One finding for each cause, so that none is taken for another.

A model may rank well and be badly calibrated, or well calibrated and useless; F1 may be 0 because nothing reaches the
threshold, and raw loss may fall because baskets have become rarer. Each is a finding of its own.
"""

import numpy as np

from kobe_shots.language import Said, join, say
from kobe_shots.models.metrics import f1
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.limits import Band
from kobe_shots.monitoring.realized import constants
from kobe_shots.monitoring.stream import Stream
from kobe_shots.monitoring.told import Told
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Finding, Severity

THRESHOLDS = np.arange(0.02, 1, 0.01)


def judge_with_labels(health: Health, baseline: Baseline, how: Monitoring) -> list[Finding]:
    """Return what the labelled shots of a batch say, or one finding that they are too few."""
    told = {one.metric: one for one in health.all.realized}
    n = told["log_loss"].n
    if told["log_loss"].value is None:
        return [
            Finding(
                code="labels",
                severity=Severity.CANNOT_TELL,
                sentence=say(
                    "Outcomes cannot tell how good the model is: {reason}.", reason=told["log_loss"].saying("reason")
                )
                if n
                else say("None of the {n:,} shots has a known outcome yet.", n=health.all.window.n),
                evidence={"labelled": n},
            )
        ]
    usual = {metric: baseline.limits.of(metric, n) for metric in told}
    stream = health.all.window.stream
    labelled = stream.take(stream.is_labelled)
    findings = [
        _skill(told, usual["skill"], baseline),
        _ranking(told["roc_auc"], usual["roc_auc"], baseline),
        _calibration(told, usual),
        _base_rate(told, usual["make_rate"], baseline),
        judge_threshold(labelled, told["make_rate"].value or 0.0, usual["f1"], how.threshold),
    ]
    return findings + [finding for finding in (_alarm(health, name) for name in ("loss", "calibration")) if finding]


def _skill(told: dict[str, Told], usual: Band, baseline: Baseline) -> Finding:
    skill, loss = told["skill"], told["log_loss"]
    low, high, value = _interval(skill)
    constant = value + (loss.value or 0)
    if high < 0:
        severity, answer = Severity.ACT, say("The model is worse than a constant")
        away = say("{gap:.4f} [{low:.4f}, {high:.4f}] above", gap=abs(value), **_ends(low, high, value))
    elif low > 0:
        lost = usual.lower is not None and value < usual.lower
        severity = Severity.WATCH if lost else Severity.OK
        answer = say("The model has lost skill") if lost else say("The model has its usual skill")
        away = say("{gap:.4f} [{low:.4f}, {high:.4f}] below", gap=abs(value), **_ends(low, high, value))
    else:
        beaten = usual.leaves_out(value)
        severity = Severity.ACT if beaten else Severity.CANNOT_TELL
        answer = (
            say("The model is no better than a constant")
            if beaten
            else say("Whether the model beats a constant cannot be told")
        )
        away = say("{gap:.4f} [{low:.4f}, {high:.4f}] from", gap=abs(value), **_ends(low, high, value))
    return Finding(
        code="skill",
        severity=severity,
        sentence=say(
            "{answer}: its log loss of {loss} is {away} that of a constant that knows the make rate of these {n:,} "
            "labelled shots ({constant:.3f}); usual is {usual:.4f} below.",
            answer=answer,
            loss=loss.shown(),
            away=away,
            n=loss.n,
            constant=constant,
            usual=baseline.metrics["skill"].value or 0,
        ),
        evidence={
            "skill": value,
            "low": low,
            "high": high,
            "lower_limit": usual.lower,
            "log_loss": loss.value,
            "constant": constant,
            "n": loss.n,
        },
    )


def _ends(low: float, high: float, value: float) -> dict[str, float]:
    return {"low": low, "high": high} if value >= 0 else {"low": -high, "high": -low}


def _ranking(auc: Told, usual: Band, baseline: Baseline) -> Finding:
    low, high, value = _interval(auc)
    if usual.lower is None or value >= usual.lower:
        severity, answer = Severity.OK, say("It ranks shots as usual")
    elif low > 0.5:  # noqa: PLR2004 -- a coin
        severity, answer = Severity.WATCH, say("It ranks shots worse than usual, but better than a coin")
    else:
        severity, answer = Severity.ACT, say("It ranks shots no better than a coin")
    return Finding(
        code="ranking",
        severity=severity,
        sentence=say(
            "{answer}: ROC AUC {auc}, {usual:.3f} is usual.",
            answer=answer,
            auc=auc.shown(),
            usual=baseline.metrics["roc_auc"].value or 0,
        ),
        evidence={"roc_auc": value, "low": low, "high": high, "lower_limit": usual.lower, "n": auc.n},
    )


def _calibration(told: dict[str, Told], usual: dict[str, Band]) -> Finding:
    intercept, slope, ece, null = (
        told[name] for name in ("calibration_intercept", "calibration_slope", "ece", "ece_null")
    )
    error = say(
        "expected calibration error {ece}, up to {chance:.3f} by chance alone", ece=ece.shown(), chance=null.high or 0
    )
    evidence = {
        "intercept": intercept.value,
        "slope": slope.value,
        "ece": ece.value,
        "ece_by_chance": null.high,
        "make_rate": told["make_rate"].value,
        "n": ece.n,
    }
    off = intercept.value is not None and usual["calibration_intercept"].leaves_out(intercept.value)
    bent = slope.value is not None and usual["calibration_slope"].leaves_out(slope.value)
    if off:
        high = (intercept.value or 0) < 0
        answer = say("Its probabilities are too high") if high else say("Its probabilities are too low")
        severity, sentence = (
            Severity.ACT,
            say(
                "{answer}: {error}, intercept {intercept} where about 0 is usual.",
                answer=answer,
                error=error,
                intercept=intercept.shown(),
            ),
        )
    elif bent:
        timid = (slope.value or 0) > 1
        answer = (
            say("Its probabilities are right on the whole but too timid")
            if timid
            else say("Its probabilities are right on the whole but too bold")
        )
        severity, sentence = (
            Severity.WATCH,
            say("{answer}: {error}, slope {slope} where 1 is usual.", answer=answer, error=error, slope=slope.shown()),
        )
    else:
        severity, sentence = Severity.OK, say("Outcomes follow its probabilities as usual: {error}.", error=error)
    return Finding(code="calibration", severity=severity, sentence=sentence, evidence=evidence)


def _base_rate(told: dict[str, Told], usual: Band, baseline: Baseline) -> Finding:
    rate, loss = told["make_rate"], told["log_loss"].value or 0
    normal_rate, normal_loss = (baseline.metrics[name].value or 0 for name in ("make_rate", "log_loss"))
    evidence = {"make_rate": rate.value, "usual": normal_rate, "log_loss": loss, "usual_log_loss": normal_loss}
    if rate.value is None or not usual.leaves_out(rate.value):
        return Finding(
            code="base_rate",
            severity=Severity.OK,
            sentence=say(
                "Shots go in about as often as usual: {rate}, {usual:.3f} is usual.",
                rate=rate.shown(),
                usual=normal_rate,
            ),
            evidence=evidence,
        )
    easier = constants(rate.value)["log_loss"]
    return Finding(
        code="base_rate",
        severity=Severity.WATCH,
        sentence=say(
            "Shots go in at another rate: {rate}, {usual:.3f} is usual. Raw log loss moves with it (a constant gets "
            "{constant:.3f} here, {usual_constant:.3f} there), so {loss:.3f} here and {usual_loss:.3f} there cannot "
            "be compared; skill can.",
            rate=rate.shown(),
            usual=normal_rate,
            constant=easier,
            usual_constant=constants(normal_rate)["log_loss"],
            loss=loss,
            usual_loss=normal_loss,
        ),
        evidence=evidence | {"constant": easier},
    )


def judge_threshold(shots: Stream, make_rate: float, usual: Band, threshold: float) -> Finding:
    """Return whether the threshold lets F1 be what it usually is; that needs scores and a make rate, but no outcome.

    With a share k of shots called and a share m made, F1 is at most 2 min(k, m) / (k + m), were every call right.
    """
    called = float((shots.probability > threshold).mean())
    most = 2 * min(called, make_rate) / (called + make_rate)
    highest = float(shots.probability.max())
    evidence: dict[str, float | int | str | None] = {
        "share_called": called,
        "highest_score": highest,
        "threshold": threshold,
        "highest_f1_possible": most,
    }
    if usual.lower is None or most >= usual.lower:
        return Finding(
            code="threshold",
            severity=Severity.OK,
            sentence=say(
                "{called:.1%} of the shots are called baskets, at a threshold of {threshold:g}.",
                called=called,
                threshold=threshold,
            ),
            evidence=evidence,
        )
    sentence = say(
        "{reached} however well the model ranks. That is the threshold's doing, and says nothing against the "
        "probabilities",
        reached=_reached(round(called * len(shots)), len(shots), threshold, highest, most),
    )
    if shots.is_labelled.all() and shots.made.any():
        best = max(THRESHOLDS.tolist(), key=lambda at: float(f1(shots.made, shots.probability, at)))
        reached, always = (float(f1(shots.made, said, best)) for said in (shots.probability, np.ones(len(shots))))
        instead = (
            say(
                "at {best:.2f} F1 would be {reached:.3f}, and calling every shot a basket gets {always:.3f}",
                best=best,
                reached=reached,
                always=always,
            )
            if reached > always
            else say("no threshold beats calling every shot a basket, which gets {always:.3f}", always=always)
        )
        sentence = join("; ", [sentence, instead])
        evidence |= {"better_threshold": best, "f1_there": reached}
    whole = say("{sentence}.", sentence=sentence)
    return Finding(code="threshold", severity=Severity.WATCH, sentence=whole, evidence=evidence)


def _reached(called: int, n: int, threshold: float, highest: float, most: float) -> Said:
    told = {"called": called, "n": n, "threshold": threshold, "highest": highest, "most": most}
    if not called:
        return say(
            "None of {n:,} shots reach the threshold of {threshold:g} (highest score {highest:.3f}), so F1 is 0", **told
        )
    if called == 1:
        return say(
            "{called} of {n:,} shots reaches the threshold of {threshold:g} (highest score {highest:.3f}), so F1 is at "
            "most {most:.3f}",
            **told,
        )
    return say(
        "{called} of {n:,} shots reach the threshold of {threshold:g} (highest score {highest:.3f}), so F1 is at most "
        "{most:.3f}",
        **told,
    )


def _alarm(health: Health, name: str) -> Finding | None:
    (alarm,) = (one for one in health.alarms if one.name == name)
    if not alarm.raised:
        return None
    what = {"loss": say("log loss has risen"), "calibration": say("outcomes no longer follow the probabilities")}
    return Finding(
        code=f"alarm_{name}",
        severity=Severity.ACT,
        sentence=say(
            "Alarm at labelled shot {at:,} of {shots:,}: {what}.",
            at=(alarm.alarmed_at or 0) + 1,
            shots=alarm.shots,
            what=what[name],
        ),
        evidence={"alarmed_at": alarm.alarmed_at, "shots": alarm.shots, "log_evidence": alarm.log_peak},
    )


def _interval(told: Told) -> tuple[float, float, float]:
    return told.low or 0.0, told.high or 0.0, told.value or 0.0
