"""What may a challenger not lose, whatever it gains? Its schema, its worst segment, its calibration, its latency."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict
from scipy.special import ndtri, stdtrit

from kobe_shots.language import Spoken, say
from kobe_shots.models.evaluation import Estimate
from kobe_shots.parameters import Gate
from kobe_shots.retraining.incumbent import losses
from kobe_shots.shots.court import to_location
from kobe_shots.shots.schema import FEATURES
from kobe_shots.shots.zones import beyond_line

NEAR_FEET, MIDDLE_FEET = 8, 16

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Labelled shots that neither model has learned from, the newest, with the scores of both.

    Attributes:
        features: (n, 6).
        made: (n,) 0 or 1.
        champion, challenger: (n,) P(made).
    """

    features: Floats
    made: Floats
    champion: Floats
    challenger: Floats


class Guard(Spoken):
    """Something a challenger may not lose, whatever it gains; `value` must not exceed `limit`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["schema", "segment", "calibration", "latency"]
    passed: bool
    value: float
    limit: float
    sentence: str


def paired_gain(evidence: Evidence, confidence: float) -> Estimate:
    """Return how far the challenger's log loss is below the champion's on the same shots, with Student's interval."""
    difference = losses(evidence.made, evidence.champion) - losses(evidence.made, evidence.challenger)
    n, value = len(difference), float(difference.mean())
    half = float(stdtrit(n - 1, (1 + confidence) / 2) * difference.std(ddof=1) / np.sqrt(n))
    return Estimate(metric="log_loss", value=value, low=value - half, high=value + half, n=n)


def stand_guard(
    evidence: Evidence, how: Gate, served: Floats | None = None, milliseconds: float | None = None
) -> tuple[Guard, ...]:
    """Return the guards, the schema first; where that fails there are no others.

    `served` are the challenger's scores of shots being served, `milliseconds` what a thousand shots take it.
    """
    score = evidence.challenger
    every = score if served is None else np.r_[score, served]
    wrong = int((~np.isfinite(every) | (every < 0) | (every > 1)).sum())
    schema = Guard(
        name="schema",
        passed=not wrong and len(score) == len(evidence.made),
        value=wrong,
        limit=0,
        sentence=say(
            "The challenger gave {scores:,} scores for {n:,} shots, and {wrong:,} of all its scores are no "
            "probabilities.",
            scores=len(score),
            n=len(evidence.made),
            wrong=wrong,
        ),
    )
    if not schema.passed:
        return (schema,)
    guards = [schema]
    if len(score) > 1:
        guards += [_segment(evidence, how), _calibration(evidence, how)]
    if milliseconds is not None:
        guards.append(
            Guard(
                name="latency",
                passed=milliseconds <= how.milliseconds,
                value=milliseconds,
                limit=how.milliseconds,
                sentence=say(
                    "A thousand shots take the challenger {taken:.1f} ms; {allowed:g} are allowed.",
                    taken=milliseconds,
                    allowed=how.milliseconds,
                ),
            )
        )
    return tuple(guards)


def _segment(evidence: Evidence, how: Gate) -> Guard:
    """Return whether no segment that holds enough shots loses too much for certain, corrected for their number."""
    segment = segment_of(evidence.features)
    names = [name for name in np.unique(segment).tolist() if (segment == name).sum() >= how.minimum_labels]
    worst, where = 0.0, "none"
    for name in names:
        rows = segment == name
        part = Evidence(
            evidence.features[rows], evidence.made[rows], evidence.champion[rows], evidence.challenger[rows]
        )
        sure = 1 - (1 - how.confidence) / len(names)
        if (lost := -paired_gain(part, sure).high) > worst:
            worst, where = lost, name
    return Guard(
        name="segment",
        passed=worst <= how.segment_loss,
        value=worst,
        limit=how.segment_loss,
        sentence=say(
            "The segment that loses most for certain is {segment}: {lost:.4f} in log loss, {allowed:g} is allowed.",
            segment=where,
            lost=worst,
            allowed=how.segment_loss,
        ),
    )


def _calibration(evidence: Evidence, how: Gate) -> Guard:
    """Return whether the challenger's mean probability is not farther off than the champion's, beyond chance."""
    rate, n = float(evidence.made.mean()), len(evidence.made)
    off, before = (abs(float(score.mean()) - rate) for score in (evidence.challenger, evidence.champion))
    chance = float(ndtri((1 + how.confidence) / 2) * np.sqrt(max(rate * (1 - rate), 1e-12) / n))
    return Guard(
        name="calibration",
        passed=off - before <= how.calibration_loss or off <= chance,
        value=off - before,
        limit=how.calibration_loss,
        sentence=say(
            "The challenger's mean probability is {off:.3f} off the make rate of {rate:.3f}, the champion's "
            "{before:.3f}; {allowed:g} more is allowed, or the {chance:.3f} that chance gives.",
            off=off,
            rate=rate,
            before=before,
            allowed=how.calibration_loss,
            chance=chance,
        ),
    )


def segment_of(features: Floats) -> npt.NDArray[np.str_]:
    """Return the segment of each of (n, 6) shots: near, middle or long two-pointers, and three-pointers.

    >>> segment_of(np.array([[34.0443, -118.2698, 5, 1, 0, 0], [33.7943, -118.2698, 5, 1, 0, 25]])).tolist()
    ['near', 'three']
    """
    at = {name: features[:, place] for place, name in enumerate(FEATURES)}
    feet = at["shot_distance"]
    return np.select(
        [beyond_line(*to_location(at["lat"], at["lon"])), feet < NEAR_FEET, feet < MIDDLE_FEET],
        ["three", "near", "middle"],
        default="long",
    )
