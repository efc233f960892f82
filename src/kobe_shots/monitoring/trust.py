"""May an estimate without labels be believed? What the estimators assume, checked as far as it can be without labels.

The checks come in this order, because a later one can look well where an earlier one fails: with two groups of shots
that do not overlap at all, density weights are cut off alike and their effective sample size reads 100%.
"""

from enum import StrEnum
from math import ceil

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict
from scipy.special import ndtri

from kobe_shots.language import Said, Spoken, say
from kobe_shots.monitoring.calibration import log_odds
from kobe_shots.monitoring.estimated import CERTAIN, expected_log_loss
from kobe_shots.monitoring.shift import Shift
from kobe_shots.monitoring.told import Told
from kobe_shots.parameters import Labels, Trust

Floats = npt.NDArray[np.float64]


class Level(StrEnum):
    """How far an estimate may be believed."""

    TRUSTED = "trusted"
    CAUTION = "caution"
    NOT_ESTIMABLE = "not estimable"


class Believed(Spoken):
    """How far, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level
    reason: str


def check(n: int, share_in_support: float, limits: Trust, shift: Shift | None = None) -> Believed:
    """Return whether an estimate for n shots may be believed; without a domain classifier, by size and support."""
    if reason := _against(n, share_in_support, limits, shift):
        return Believed(level=Level.NOT_ESTIMABLE, reason=reason)
    inside = say("{share:.1%} of the {n:,} shots are in support", share=share_in_support, n=n)
    if shift is None:
        return Believed(level=Level.TRUSTED, reason=inside)
    certain = (
        shift.auc <= limits.trusted_auc
        and shift.effective_share >= limits.minimum_effective_share
        and limits.trusted_weight[0] <= shift.mean_weight <= limits.trusted_weight[1]
    )
    if certain:
        alike = say("{inside} and they resemble the reference ({shift})", inside=inside, shift=_seen(shift))
        return Believed(level=Level.TRUSTED, reason=alike)
    unlike = say("the new shots differ much from the reference ({shift})", shift=_seen(shift))
    return Believed(level=Level.CAUTION, reason=unlike)


def _against(n: int, share_in_support: float, limits: Trust, shift: Shift | None) -> str:
    """Return why no estimate may be believed, or nothing."""
    if n < limits.minimum_shots:
        return say(
            "{n:,} shots are too few to estimate from; at least {least:,} are needed", n=n, least=limits.minimum_shots
        )
    if share_in_support < limits.minimum_share_in_support:
        return say(
            "{share:.1%} of the {n:,} shots are unlike all that the model was trained on; at most {most:.0%} are "
            "bearable",
            share=1 - share_in_support,
            n=n,
            most=1 - limits.minimum_share_in_support,
        )
    if shift is not None and shift.auc > limits.caution_auc:
        return say(
            "reference and new shots can be told apart nearly always (domain AUC {auc:.3f}, at most {most:g} is "
            "bearable)",
            auc=shift.auc,
            most=limits.caution_auc,
        )
    if shift is not None and not limits.caution_weight[0] <= shift.mean_weight <= limits.caution_weight[1]:
        return say("the reference cannot be weighted to look like the new shots ({shift})", shift=_seen(shift))
    return ""


def _seen(shift: Shift) -> Said:
    return say(
        "domain AUC {auc:.3f}, mean density weight {weight:.2f}, effective sample size {size:.0%}",
        auc=shift.auc,
        weight=shift.mean_weight,
        size=shift.effective_share,
    )


def bounds(probability: Floats, in_support: npt.NDArray[np.bool_], threshold: float, inside: list[Told]) -> list[Told]:
    """Return between which values each metric must lie, whatever the outcomes of the shots out of support.

    `inside` are the metrics estimated on the shots in support, by whose intervals these go in; it may be empty where
    there are too few of them, and then nothing is known of any outcome.
    """
    n, known = len(probability), {told.metric: told for told in inside}
    unknown = ~in_support if known else np.ones(n, dtype=bool)
    p = np.clip(probability[unknown], CERTAIN, 1 - CERTAIN)
    worse, better = np.maximum(p, 1 - p), np.minimum(p, 1 - p)
    cost = {
        "log_loss": (-np.log(worse).sum(), -np.log(better).sum()),
        "brier": ((better**2).sum(), (worse**2).sum()),
        "make_rate": (0.0, float(unknown.sum())),
    }
    told = []
    for metric, (least, most) in cost.items():
        low, high = least, most
        if metric in known:
            inner, kept = known[metric], n - int(unknown.sum())
            low, high = low + kept * (inner.low or 0), high + kept * (inner.high or 0)
        told.append(Told(metric=metric, n=n, low=float(low / n), high=float(high / n)))
    some_called = bool((probability > threshold).any())
    told.append(Told(metric="f1", n=n, low=0.0, high=1.0 if some_called else 0.0))
    told.append(Told(metric="roc_auc", n=n, low=0.0, high=1.0))
    return told


def labels_to_ask(probability: Floats, calibrated: Floats, effect: float, labels: Labels) -> int:
    """Return how many labelled shots show a change of log loss of that size, at the power and confidence asked for.

    n = ((z(confidence) + z(power)) sd / effect)^2, with the standard deviation that the loss of a shot is expected to
    have (Cohen 1988, ch. 2).

    >>> labels_to_ask(np.full(100, 0.4), np.full(100, 0.4), 0.01, Labels(power=0.8, effects=(0.01,), confidence=0.95))
    3097
    """
    z = ndtri((1 + labels.confidence) / 2) + ndtri(labels.power)
    by_chance = calibrated * (1 - calibrated) * log_odds(probability) ** 2
    variance = by_chance.mean() + expected_log_loss(probability, calibrated).var()
    return ceil(float(z * z * variance / effect**2))
