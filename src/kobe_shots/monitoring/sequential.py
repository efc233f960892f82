"""Has the model become worse, at any time of a stream? Alarms from labels, wrong at most once in twenty whole streams.

A monitor that tests every window at 5% cries wolf for certain, given enough windows. Here the 5% hold for the stream
however long it gets, and it may be looked at after every shot: evidence is the capital of a gambler who bets against
the null hypothesis from a stake of 1. While the hypothesis holds nobody can expect to gain, and by Ville's inequality
the capital ever reaches 1/alpha with probability at most alpha. The alarm is that it did; once raised it stays.

The gambler spreads the stake over several bets, and over the shot at which each starts, because a change may come at
any time: starts count by the prior weight H / ((H + t)(H + t - 1)) at shot t = 1, 2, ..., H = `HALF`. The weights add
up to exactly 1 with no horizon, half of them in the first H shots, and what a late start costs grows slowly: 9.2 nats
at shot 1, 12.0 at shot 30,000. (1 / (t log^2 t), the usual choice, costs 15.2 there; uniform weights come to an end.)
Shin, Ramdas & Rinaldo, E-detectors (2022), give every start the weight 1: quicker, but what they bound is the mean time
to a false alarm, not its probability.

Log loss alone is no health: it falls on three-pointers because fewer of them go in, whatever the model knows of them.
So `RiskWatch` (the loss rose) has `CalibrationWatch` (outcomes do not follow the probabilities) beside it.

MAPIE's `RiskMonitoring` was looked at: the same kind of test, but every update computes the whole history again, and
nothing watches while labels are missing. For that see `kobe_shots.monitoring.conformal`.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import brentq
from scipy.special import logsumexp

from kobe_shots.errors import KobeShotsError

Floats = npt.NDArray[np.float64]

ALPHA = 0.05
HALF = 10_000  # shots within which half of the prior weight of starts lies
BLOCK = 8_192  # shots taken at a time: bets x shots stay in the processor's cache, and memory small
STAKES = (0.1, 0.3, 0.6, 0.95)  # shares of the largest stake that cannot ruin the gambler
REFERENCE_STAKES = tuple(2.0**-k for k in range(1, 11))  # finer: a whole sample has one mean, and no start to look for


class Frozen(BaseModel):
    """State of a watch: goes to JSON by `model_dump_json` and comes back, to the last bit, by `model_validate_json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Alarm(Frozen):
    """How much evidence a watch has, in nats, and whether it was ever enough."""

    name: str
    shots: int = 0
    log_evidence: float = 0.0  # capital now: a stake of 1 has become exp of this
    log_peak: float = 0.0  # and at its highest
    log_threshold: float
    alarmed_at: int | None = None  # the first shot that crossed the threshold, counted from 0

    @property
    def raised(self) -> bool:
        """Whether the evidence ever crossed the threshold."""
        return self.alarmed_at is not None


class Evidence(Frozen):
    """Capital of bets against one null hypothesis, mixed over the bets and over the shot at which each starts."""

    alarm: Alarm
    log_capital: tuple[float, ...]  # of each bet, with the stake that starts at the next shot

    @classmethod
    def start(cls, name: str, bets: int, alpha: float = ALPHA) -> Self:
        """Return the evidence before the first shot; it crosses 1/alpha, ever, with probability at most alpha.

        >>> Evidence.start("loss", bets=4).alarm.log_threshold == math.log(20)
        True
        """
        if not 0 < alpha < 1:
            raise KobeShotsError(
                f"Got an alpha of {alpha}; a probability of a false alarm lies between 0 and 1. Choose one, e.g. 0.05."
            )
        return cls(
            alarm=Alarm(name=name, log_threshold=-math.log(alpha)),
            log_capital=(float(log_start_weight(1)),) * bets,
        )

    def after(self, log_bets: Floats) -> Self:
        """Return the evidence after a batch: bets x shots, log of what each bet makes of 1 at each shot.

        S_t = (S_(t-1) + w_t) b_t for every bet, w_t the weight of a start at shot t. What has not started yet stays in
        the purse. The work is that of the batch, and cutting the stream elsewhere changes rounding errors only.
        """
        state = self
        for first in range(0, log_bets.shape[1], BLOCK):
            state = state._after_block(log_bets[:, first : first + BLOCK])
        return state

    def _after_block(self, log_bets: Floats) -> Self:
        before = self.alarm
        shots = before.shots + 1 + np.arange(log_bets.shape[1])
        gain = np.cumsum(log_bets, axis=1)
        stakes = np.column_stack([self.log_capital, log_start_weight(shots + 1) - gain])
        capital = gain + np.logaddexp.accumulate(stakes, axis=1)[:, 1:]
        scale = np.maximum(capital.max(axis=0), 0)
        evidence = scale + np.log(np.exp(capital - scale).mean(axis=0) + weight_after(shots + 1) * np.exp(-scale))
        alarmed_at = before.alarmed_at
        if alarmed_at is None and evidence.max() >= before.log_threshold:
            alarmed_at = before.shots + int(np.argmax(evidence >= before.log_threshold))
        alarm = before.model_copy(
            update={
                "shots": int(shots[-1]),
                "log_evidence": float(evidence[-1]),
                "log_peak": max(before.log_peak, float(evidence.max())),
                "alarmed_at": alarmed_at,
            }
        )
        return self.model_copy(update={"alarm": alarm, "log_capital": tuple(capital[:, -1].tolist())})


def weight_after(shot: npt.ArrayLike) -> Floats:
    """Return the prior weight of a start after that many shots.

    >>> weight_after([0, HALF]).tolist()
    [1.0, 0.5]
    """
    return np.asarray(HALF / (HALF + np.asarray(shot)))


def log_start_weight(shot: npt.ArrayLike) -> Floats:
    """Return the log of the prior weight of a start at a shot, counted from 1: `weight_after(t - 1) - weight_after(t)`.

    >>> log_start_weight([1, 30_000]).round(1).tolist()
    [-9.2, -12.0]
    """
    shot = np.asarray(shot, dtype=np.float64)
    return np.asarray(math.log(HALF) - np.log(HALF + shot) - np.log(HALF + shot - 1))


class RiskWatch(Frozen):
    """Null hypothesis: given the past, the loss of the next shot is expected to be at most `limit`.

    Capital 1 + stake (L - limit) / limit, which needs no more of the loss than not to be negative (Waudby-Smith &
    Ramdas, arXiv 2010.09686; Podkopaev & Ramdas, arXiv 2110.06177). `bound` is what a loss cannot exceed.
    """

    limit: float = Field(gt=0)
    bound: float
    evidence: Evidence

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The one alarm."""
        return (self.evidence.alarm,)

    def update(self, losses: npt.ArrayLike) -> Self:
        """Return the watch after the losses of more shots, in the order of the stream."""
        loss = _checked_losses(losses, self.bound)
        log_bets = np.log1p(np.multiply.outer(STAKES, loss / self.limit - 1))
        return self.model_copy(update={"evidence": self.evidence.after(log_bets)})


def start_risk(reference: npt.ArrayLike, delta: float, bound: float, alpha: float = ALPHA) -> RiskWatch:
    """Return a watch for the loss rising by more than `delta` above its mean where `reference` was drawn.

    `reference` holds losses of labelled shots the model was not fitted on. That their mean is uncertain is part of the
    guarantee: half of alpha goes to `upper_mean` of the reference, half to the stream. `bound` is the largest loss
    there can be: log loss has one only if probabilities are kept off 0 and 1, see `log_loss_bound`.
    """
    if not delta >= 0:
        raise KobeShotsError(
            f"Got a delta of {delta}; a rise that is let pass is 0 or more nats. Choose one, e.g. 0.01."
        )
    limit = upper_mean(reference, bound, alpha / 2) + delta
    return RiskWatch(limit=limit, bound=bound, evidence=Evidence.start("loss", len(STAKES), alpha / 2))


class CalibrationWatch(Frozen):
    """Null hypothesis: given the past, a shot goes in with the probability it was given, `tolerance` more or less.

    Four directions are bet on: more shots go in than stated, fewer, and both of them turned round for shots below one
    half, which finds probabilities that are too extreme or not extreme enough. Capital 1 + stake (s (y - p) -
    tolerance) / (1 + tolerance) with s = +1 or -1, known before the shot: never negative, and a fair bet or a bad one.
    """

    tolerance: float
    evidence: Evidence

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The one alarm."""
        return (self.evidence.alarm,)

    def update(self, made: npt.ArrayLike, probability: npt.ArrayLike) -> Self:
        """Return the watch after more shots, in the order of the stream: made (0 or 1), and the calibrated P(made)."""
        y, p = np.asarray(made, dtype=np.float64), np.asarray(probability, dtype=np.float64)
        if y.shape != p.shape or not np.all(np.isin(y, (0, 1)) & (p >= 0) & (p <= 1)):
            raise KobeShotsError(
                f"Got {y.size} outcomes and {p.size} probabilities, or values outside; allowed are as many of each, "
                "outcomes of 0 and 1, probabilities in 0 to 1. Leave out shots without label."
            )
        surprise = y - p
        turned = np.where(p < 1 / 2, -surprise, surprise)
        gains = (np.stack([surprise, -surprise, turned, -turned]) - self.tolerance) / (1 + self.tolerance)
        log_bets = np.log1p(np.multiply.outer(STAKES, gains)).reshape(4 * len(STAKES), len(y))
        return self.model_copy(update={"evidence": self.evidence.after(log_bets)})


def start_calibration(tolerance: float = 0.0, alpha: float = ALPHA) -> CalibrationWatch:
    """Return a watch for outcomes that no longer follow the probabilities.

    A calibration that was learned is off by a little from the start. A `tolerance` above 0 lets that pass: at 0 a
    miscalibration of .02 is found out after some 9,000 shots, and the alarm is true but of no use.
    """
    if not 0 <= tolerance < 1:
        raise KobeShotsError(
            f"Got a tolerance of {tolerance}; a difference of probabilities let pass is 0 to 1. Choose one, e.g. 0.02."
        )
    evidence = Evidence.start("calibration", 4 * len(STAKES), alpha)
    return CalibrationWatch(tolerance=tolerance, evidence=evidence)


def log_loss_bound(lowest: float, highest: float) -> float:
    """Return the largest log loss, in nats, of probabilities clipped to a range.

    >>> round(log_loss_bound(0.2, 0.75), 3)
    1.609
    """
    if not 0 < lowest < highest < 1:
        raise KobeShotsError(
            f"Got probabilities from {lowest} to {highest}; log loss is bounded only within 0 and 1, both excluded. "
            "Clip the probabilities, e.g. to 0.02 and 0.98."
        )
    return -math.log(min(lowest, 1 - highest))


def upper_mean(losses: npt.ArrayLike, bound: float, alpha: float) -> float:
    """Return what the expected loss exceeds with probability at most alpha, from independent losses in 0 to `bound`.

    The smallest m that the sample makes a gambler 1/alpha times richer at, who bets that the mean is below m: the
    betting bound of Waudby-Smith & Ramdas with a mixture of fixed stakes. It adapts to the spread of the losses, which
    for log loss is far below what Hoeffding's inequality must assume.

    >>> round(upper_mean([0.4, 0.6] * 500, bound=1, alpha=0.05), 3)
    0.51
    """
    loss = _checked_losses(losses, bound)

    def log_capital(mean: float) -> float:
        gains = [np.log1p(stake * (mean - loss) / (bound - mean)).sum() for stake in REFERENCE_STAKES]
        return float(logsumexp(gains)) - math.log(len(gains)) + math.log(alpha)

    highest = bound * (1 - 1e-9)
    if not loss.size or log_capital(highest) <= 0:
        return bound
    return float(brentq(log_capital, loss.mean(), highest))


def _checked_losses(losses: npt.ArrayLike, bound: float) -> Floats:
    loss = np.asarray(losses, dtype=np.float64)
    if not np.all((loss >= 0) & (loss <= bound)):
        raise KobeShotsError(
            f"Got losses from {loss.min()} to {loss.max()}; allowed are 0 to {bound:.4g}, without gaps. "
            "Leave out shots without label, and clip probabilities as the bound was computed."
        )
    return loss
