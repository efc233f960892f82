"""What do outcomes say of the model? One finding for each cause, so that none is taken for another.

A model may rank well and be badly calibrated, or well calibrated and useless; F1 may be 0 because nothing reaches the
threshold, and raw loss may fall because baskets have become rarer. Each is a finding of its own.
"""

import numpy as np

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
                sentence=f"Outcomes cannot tell how good the model is: {told['log_loss'].reason}."
                if n
                else f"None of the {health.all.window.n:,} shots has a known outcome yet.",
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
    beside = f"its log loss of {loss} is {abs(value):.4f} [{_ends(low, high, value)}]"
    normal = f"usual is {baseline.metrics['skill'].value or 0:.4f} below"
    said = f"that of a constant that knows the make rate of these {loss.n:,} labelled shots ({constant:.3f}); {normal}"
    if high < 0:
        severity, sentence = Severity.ACT, f"The model is worse than a constant: {beside} above {said}."
    elif low <= 0 and usual.leaves_out(value):
        severity, sentence = Severity.ACT, f"The model is no better than a constant: {beside} from {said}."
    elif low <= 0:
        severity, sentence = (
            Severity.CANNOT_TELL,
            f"Whether the model beats a constant cannot be told: {beside} from {said}.",
        )
    elif usual.lower is not None and value < usual.lower:
        severity, sentence = Severity.WATCH, f"The model has lost skill: {beside} below {said}."
    else:
        severity, sentence = Severity.OK, f"The model has its usual skill: {beside} below {said}."
    return Finding(
        code="skill",
        severity=severity,
        sentence=sentence,
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


def _ends(low: float, high: float, value: float) -> str:
    ends = (low, high) if value >= 0 else (-high, -low)
    return f"{ends[0]:.4f}, {ends[1]:.4f}"


def _ranking(auc: Told, usual: Band, baseline: Baseline) -> Finding:
    low, high, value = _interval(auc)
    normal = f"ROC AUC {auc}, {baseline.metrics['roc_auc'].value or 0:.3f} is usual"
    if usual.lower is None or value >= usual.lower:
        severity, sentence = Severity.OK, f"It ranks shots as usual: {normal}."
    elif low > 0.5:  # noqa: PLR2004 -- a coin
        severity, sentence = Severity.WATCH, f"It ranks shots worse than usual, but better than a coin: {normal}."
    else:
        severity, sentence = Severity.ACT, f"It ranks shots no better than a coin: {normal}."
    return Finding(
        code="ranking",
        severity=severity,
        sentence=sentence,
        evidence={"roc_auc": value, "low": low, "high": high, "lower_limit": usual.lower, "n": auc.n},
    )


def _calibration(told: dict[str, Told], usual: dict[str, Band]) -> Finding:
    intercept, slope, ece, null = (
        told[name] for name in ("calibration_intercept", "calibration_slope", "ece", "ece_null")
    )
    shown = f"expected calibration error {ece}, up to {null.high or 0:.3f} by chance alone"
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
        way = "high" if (intercept.value or 0) < 0 else "low"
        severity = Severity.ACT
        sentence = f"Its probabilities are too {way}: {shown}, intercept {intercept} where about 0 is usual."
    elif bent:
        way = "timid" if (slope.value or 0) > 1 else "bold"
        severity = Severity.WATCH
        sentence = f"Its probabilities are right on the whole but too {way}: {shown}, slope {slope} where 1 is usual."
    else:
        severity, sentence = Severity.OK, f"Outcomes follow its probabilities as usual: {shown}."
    return Finding(code="calibration", severity=severity, sentence=sentence, evidence=evidence)


def _base_rate(told: dict[str, Told], usual: Band, baseline: Baseline) -> Finding:
    rate, loss = told["make_rate"], told["log_loss"].value or 0
    normal_rate, normal_loss = (baseline.metrics[name].value or 0 for name in ("make_rate", "log_loss"))
    evidence = {"make_rate": rate.value, "usual": normal_rate, "log_loss": loss, "usual_log_loss": normal_loss}
    if rate.value is None or not usual.leaves_out(rate.value):
        return Finding(
            code="base_rate",
            severity=Severity.OK,
            sentence=f"Shots go in about as often as usual: {rate}, {normal_rate:.3f} is usual.",
            evidence=evidence,
        )
    easier = constants(rate.value)["log_loss"]
    return Finding(
        code="base_rate",
        severity=Severity.WATCH,
        sentence=f"Shots go in at another rate: {rate}, {normal_rate:.3f} is usual. Raw log loss moves with it (a "
        f"constant gets {easier:.3f} here, {constants(normal_rate)['log_loss']:.3f} there), so {loss:.3f} here and "
        f"{normal_loss:.3f} there cannot be compared; skill can.",
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
            sentence=f"{called:.1%} of the shots are called baskets, at a threshold of {threshold:g}.",
            evidence=evidence,
        )
    n = round(called * len(shots))
    sentence = (
        f"{n or 'None'} of {len(shots):,} shots {'reach' if n != 1 else 'reaches'} the threshold of {threshold:g} "
        f"(highest score {highest:.3f}), so F1 is {'0' if not n else f'at most {most:.3f}'} however well the model "
        "ranks. That is the threshold's doing, and says nothing against the probabilities"
    )
    if shots.is_labelled.all() and shots.made.any():
        best = max(THRESHOLDS.tolist(), key=lambda at: float(f1(shots.made, shots.probability, at)))
        reached, always = (float(f1(shots.made, said, best)) for said in (shots.probability, np.ones(len(shots))))
        sentence += (
            f"; at {best:.2f} F1 would be {reached:.3f}, and calling every shot a basket gets {always:.3f}"
            if reached > always
            else f"; no threshold beats calling every shot a basket, which gets {always:.3f}"
        )
        evidence |= {"better_threshold": best, "f1_there": reached}
    return Finding(code="threshold", severity=Severity.WATCH, sentence=f"{sentence}.", evidence=evidence)


def _alarm(health: Health, name: str) -> Finding | None:
    (alarm,) = (one for one in health.alarms if one.name == name)
    if not alarm.raised:
        return None
    what = {"loss": "log loss has risen", "calibration": "outcomes no longer follow the probabilities"}[name]
    return Finding(
        code=f"alarm_{name}",
        severity=Severity.ACT,
        sentence=f"Alarm at labelled shot {(alarm.alarmed_at or 0) + 1:,} of {alarm.shots:,}: {what}.",
        evidence={"alarmed_at": alarm.alarmed_at, "shots": alarm.shots, "log_evidence": alarm.log_peak},
    )


def _interval(told: Told) -> tuple[float, float, float]:
    return told.low or 0.0, told.high or 0.0, told.value or 0.0
