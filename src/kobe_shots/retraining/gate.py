"""May a challenger take the champion's place? A paired comparison on labelled shots that neither has learned from.

A difference must be certain *and* worth it: with enough labels a gain of .0005 is certain and worthless. There are four
answers, and *not yet* is one of them: it says how many labels would decide.

The gate is asked again and again while labels come in, and would open by chance in the end. What the shots say is
therefore weighed against what was to be expected before any was compared, each by its precision (a normal prior and a
normal mean; as sceptical priors guard the interim looks of a trial, Spiegelhalter, Freedman & Parmar 1994, JRSS A 157).
A few lucky shots move it little, and thousands outweigh it.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict
from scipy.special import logit, ndtri

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said, Spoken, join, say
from kobe_shots.models.evaluation import Estimate
from kobe_shots.monitoring.alarms import SURE
from kobe_shots.parameters import Gate
from kobe_shots.retraining.guards import Evidence, Guard, paired_gain, stand_guard
from kobe_shots.retraining.incumbent import losses

SMALLEST_EFFECT = 1e-4  # in log loss: from what counts a gain is told apart no finer

Floats = npt.NDArray[np.float64]


class Answer(StrEnum):
    """What the gate says of a challenger."""

    PROMOTE = "promote"
    REJECT = "reject"
    HOLD = "hold"
    SHADOW = "shadow"


class Ledger(Spoken):
    """What the gate has seen and said.

    Attributes:
        answer: promote, reject, hold (the champion stays: nothing to gain) or shadow (not decidable yet).
        sentence: why.
        observed: log loss of the champion minus the challenger's on the same shots; None without shots.
        expected: what was to be expected of it before, and its standard deviation.
        gain: both together, with its interval: what the answer rests on.
        needed: labelled shots like those served that would show the gain, or the smallest that counts; with shadow.
        guards: what was looked at besides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: Answer
    sentence: str
    observed: Estimate | None
    expected: tuple[float, float]
    gain: Estimate | None
    needed: int | None
    guards: tuple[Guard, ...]


@dataclass(frozen=True)
class Served:
    """Shots that are being served, with the scores of both models, and the share of them that is like the evidence."""

    champion: Floats
    challenger: Floats
    share_like_evidence: float
    minimum_share: float


def judge(
    evidence: Evidence,
    how: Gate,
    expected: tuple[float, float],
    served: Served | None = None,
    milliseconds: float | None = None,
) -> Ledger:
    """Return whether the challenger may take the champion's place.

    Args:
        evidence: what to compare on.
        how: what is asked.
        expected: the gain to be expected before any shot is compared, and its standard deviation.
        served: what the models would be used on; where the evidence is not like it, it decides nothing.
        milliseconds: that the challenger takes to score a thousand shots, where that was measured.
    """
    guards = stand_guard(evidence, how, served.challenger if served else None, milliseconds)
    observed = paired_gain(evidence, how.confidence) if guards[0].passed and len(evidence.made) > 1 else None
    gain = None if observed is None else weigh(observed, expected, how.confidence)
    answer, sentence, needed = _decide(evidence, gain, how, served, guards)
    return Ledger(
        answer=answer,
        sentence=sentence,
        observed=observed,
        expected=expected,
        gain=gain,
        needed=needed,
        guards=guards,
    )


def weigh(observed: Estimate, expected: tuple[float, float], confidence: float) -> Estimate:
    """Return what is observed and what was expected together, each by its precision.

    >>> seen = Estimate(metric="log_loss", value=0.02, low=-0.0196, high=0.0596, n=100)
    >>> str(weigh(seen, (0.0, 0.0202), 0.95))
    '0.010 [-0.018, 0.038]'
    """
    z = float(ndtri((1 + confidence) / 2))
    mean, sd = expected
    error = max((observed.high - observed.low) / (2 * z), 1e-12)
    precision = 1 / error**2 + 1 / sd**2
    value = (observed.value / error**2 + mean / sd**2) / precision
    half = z / float(np.sqrt(precision))
    return Estimate(metric=observed.metric, value=value, low=value - half, high=value + half, n=observed.n)


def _decide(
    evidence: Evidence, gain: Estimate | None, how: Gate, served: Served | None, guards: tuple[Guard, ...]
) -> tuple[Answer, str, int | None]:
    """Return the answer, why, and how many labels would decide, where they do not yet."""
    n = len(evidence.made)
    if not guards[0].passed:
        return Answer.REJECT, guards[0].saying(), None
    if served is not None and served.share_like_evidence < served.minimum_share:
        needed = labels_to_decide(_spread_served(served), how.minimum_effect, how)
        sentence = say(
            "Not decidable yet: {share:.1%} of the shots served are like the {n:,} compared on, at least {least:.0%} "
            "are needed; {needed:,} labelled shots like those served show a gain of {effect:g} with a power of "
            "{power:.0%}.",
            share=served.share_like_evidence,
            n=n,
            least=served.minimum_share,
            needed=needed,
            effect=how.minimum_effect,
            power=how.power,
        )
        return Answer.SHADOW, sentence, needed
    if gain is None or n < how.minimum_labels:
        sentence = say(
            "Not decidable yet: {n:,} labelled shots to compare on; at least {least:,} are needed.",
            n=n,
            least=how.minimum_labels,
        )
        return Answer.SHADOW, sentence, how.minimum_labels
    answer, sentence = _answer(gain, how)
    if answer is Answer.SHADOW:
        needed = labels_to_decide(_spread(evidence), _effect_to_show(gain, how), how)
        more = say(
            "{needed:,} labelled shots would decide it with a power of {power:.0%}.", needed=needed, power=how.power
        )
        return answer, join(" ", [sentence, more]), needed
    failed = [guard for guard in guards if not guard.passed]
    if answer is Answer.PROMOTE and failed:
        against = join(" ", [guard.saying() for guard in failed])
        return Answer.REJECT, say("{sentence} But {guards}", sentence=sentence, guards=against), None
    return answer, sentence, None


def labels_to_decide(spread: float, effect: float, how: Gate) -> int:
    """Return how many labelled shots show a gain of that size: ((z(confidence) + z(power)) spread / effect)^2.

    `spread` is the standard deviation of the paired difference of log loss of a shot (Cohen 1988, ch. 2).

    >>> gate = Gate(confidence=0.95, power=0.8, minimum_effect=0.002, minimum_labels=100, share=0.25,
    ...     segment_loss=0.01, calibration_loss=0.02, milliseconds=100)
    >>> labels_to_decide(0.1, 0.01, gate)
    785
    """
    z = ndtri((1 + how.confidence) / 2) + ndtri(how.power)
    return max(how.minimum_labels, ceil(float((z * spread / effect) ** 2)))


def _answer(gain: Estimate, how: Gate) -> tuple[Answer, Said]:
    said = say(
        "{gain:+.4f} [{low:+.4f}, {high:+.4f}] in log loss on the same {n:,} labelled shots",
        gain=gain.value,
        low=gain.low,
        high=gain.high,
        n=gain.n,
    )
    least = how.minimum_effect
    if gain.high < 0:
        return Answer.REJECT, say("The challenger is worse: {gain}.", gain=said)
    if gain.high < least:
        small = say("Nothing to gain: {gain}, for certain less than the {least:g} that counts.", gain=said, least=least)
        return Answer.HOLD, small
    if gain.low > 0 and gain.value >= least:
        return Answer.PROMOTE, say("The challenger is better: {gain}.", gain=said)
    unclear = say("Not decidable yet: {gain}, at least {least:g} for certain is asked for.", gain=said, least=least)
    return Answer.SHADOW, unclear


def _effect_to_show(gain: Estimate, how: Gate) -> float:
    """Return the difference that more labels would have to show: that there is the gain, or that it is too small."""
    if gain.value >= how.minimum_effect:
        return gain.value
    if gain.low <= 0:
        return how.minimum_effect
    return max(how.minimum_effect - gain.value, SMALLEST_EFFECT)


def _spread(evidence: Evidence) -> float:
    difference = losses(evidence.made, evidence.champion) - losses(evidence.made, evidence.challenger)
    return float(difference.std(ddof=1))


def _spread_served(served: Served) -> float:
    """Return the spread of the paired difference that shots being served let expect, from the scores of both models.

    A shot goes in with the mean of both probabilities, say; then its difference is chance times the gap of log odds.
    """
    if not len(served.champion):
        raise KobeShotsError("There are no shots being served to compare for; score some first.")
    champion, challenger = (np.clip(score, SURE, 1 - SURE) for score in (served.champion, served.challenger))
    middle = (champion + challenger) / 2
    gap = logit(champion) - logit(challenger)
    return float(np.sqrt((middle * (1 - middle) * gap**2).mean()))
