"""Are the shots still like those before, labels or not? Conformal test martingales over a stream of shots.

Null hypothesis: the shots of the calibration sample and of the stream are exchangeable. Then the rank of a new shot
among all before it, ties broken at random, is uniform and independent of every earlier rank: a p-value for each shot
that is exactly uniform (Vovk, Nouretdinov & Gammerman, Testing exchangeability on-line, 2003). Ranks among the
calibration sample alone would not do: all would lean on the luck of the same sample, and a long stream finds that out.

Small p-values say the statistic is higher than before, large ones that it is lower. The gambler of
`kobe_shots.monitoring.sequential` bets e p^(e - 1) on either side, for several e; each has mean 1 if p is uniform. A
change stands out until the stream consists of it for so long that it is what was before.

Each statistic has a share of alpha of its own, and alarms by itself. The average of their capitals would be no quicker,
for a single one must then reach the same height; and it is no martingale, since each is one only in the light of its
own ranks.

The p-values are not uniform where shots are not exchangeable for reasons of no interest: the clock runs in order within
a game, playoffs come in spring, shots of a season are alike (games in random order are not enough: 8 of 100 simulated
careers alarmed, of careers with the shots in random order 4 of 200). So watch what a shot's place tells (novelty,
score), not when, and no finer than is of interest: in inches, novelty finds out that places at the rim were recorded
anew in 2010; in whole feet it does not, and three-pointers stand out as well. Equal values are no loss.

Memory and time do not grow with the stream: ranks are kept as counts in bins, which does not cost exactness. The sorted
calibration values leave n + 1 gaps, a new shot is as likely to fall into any of them, and later ones follow Polya's
urn. Bins are unions of gaps, narrow at both ends: p-values keep their relative accuracy down to the 1/(n + 1) of a shot
beyond all that was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.sequential import ALPHA, BLOCK, Alarm, Evidence, Floats, Frozen

Ints = npt.NDArray[np.int64]

POWERS = np.array([0.1, 0.5, 0.8])[:, None]  # for shots never seen, a marked shift, a slight one
BINS = 128  # at most; beyond the ends and between as many edges less one
MIN_CALIBRATION = 100  # the smallest p-value of a first new shot is about one over the size
TINY = 2.0**-60  # stands for a p-value of 0, and makes a bet smaller only
CALIBRATION, STREAM = 0, 1  # separate draws


class Ranks(Frozen):
    """One statistic of the stream: where its values fell so far, and the evidence from that."""

    number: int  # among the statistics; tells its draws apart from theirs
    edges: tuple[float, ...]  # ascending calibration values,
    ties: tuple[float, ...]  # each with the draw that orders it among its equals
    seen: tuple[int, ...]  # gaps and shots in each bin
    evidence: Evidence

    @classmethod
    def start(cls, name: str, number: int, calibration: npt.ArrayLike, alpha: float, seed: int) -> Self:
        """Return the ranks before the first shot of the stream."""
        value = _checked(name, calibration)
        n = value.size
        if n < MIN_CALIBRATION:
            raise KobeShotsError(
                f"Got {n} calibration values of '{name}'; at least {MIN_CALIBRATION} are needed. Use more shots."
            )
        ordered = np.sort(value + 1j * _draws(seed, number, CALIBRATION, 0, n))
        from_end = np.unique(np.geomspace(1, n / 2, BINS // 2 - 1).astype(np.int64)) - 1
        places = np.unique([from_end, n - 1 - from_end])
        return cls(
            number=number,
            edges=tuple(ordered[places].real.tolist()),
            ties=tuple(ordered[places].imag.tolist()),
            seen=tuple(np.diff([-1, *places, n]).tolist()),
            evidence=Evidence.start(name, 2 * len(POWERS), alpha),
        )

    def update(self, values: npt.ArrayLike, seed: int) -> Self:
        """Return the ranks after more shots, in the order of the stream."""
        value = _checked(self.evidence.alarm.name, values)
        state = self
        for first in range(0, value.size, BLOCK):
            state = state._after_block(value[first : first + BLOCK], seed)
        return state

    def _after_block(self, value: Floats, seed: int) -> Self:
        chance = _draws(seed, self.number, STREAM, 2 * self.evidence.alarm.shots, 2 * value.size).reshape(-1, 2)
        edges = np.array(self.edges) + 1j * np.array(self.ties)
        bins = np.searchsorted(edges, value + 1j * chance[:, 0])
        seen = np.array(self.seen)
        evidence = self.evidence.after(log_power_bets(p_values(bins, seen, chance[:, 1])))
        now = seen + np.bincount(bins, minlength=seen.size)
        return self.model_copy(update={"seen": tuple(now.tolist()), "evidence": evidence})


class ShotWatch(Frozen):
    """Watch of one or more statistics of a stream of shots that needs no labels."""

    seed: int
    ranks: tuple[Ranks, ...]

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """One alarm for each statistic, in the order of the calibration sample."""
        return tuple(ranks.evidence.alarm for ranks in self.ranks)

    def update(self, batch: Mapping[str, npt.ArrayLike]) -> Self:
        """Return the watch after more shots, in the order of the stream: as many values of each statistic."""
        names = [alarm.name for alarm in self.alarms]
        if set(batch) != set(names) or len({np.size(values) for values in batch.values()}) != 1:
            got = ", ".join(f"{np.size(values)} of '{name}'" for name, values in batch.items())
            raise KobeShotsError(
                f"Got {got or 'no values'}; allowed are as many of each of {', '.join(names)}. "
                "Compute all for each shot."
            )
        ranks = [ranks.update(batch[name], self.seed) for name, ranks in zip(names, self.ranks, strict=True)]
        return self.model_copy(update={"ranks": tuple(ranks)})


def start(calibration: Mapping[str, npt.ArrayLike], seed: int, alpha: float = ALPHA) -> ShotWatch:
    """Return a watch on the statistics of a calibration sample: shots the model was not fitted on.

    Those it was fitted on have scores and novelty unlike any later ones: that alone would raise the alarm. The
    probability that any statistic ever alarms is at most alpha, for shots exchangeable with the calibration sample.
    """
    if not calibration:
        raise KobeShotsError("Got no statistic to watch; at least one is needed. Name one, e.g. the model's score.")
    share = alpha / len(calibration)
    ranks = [Ranks.start(name, i, values, share, seed) for i, (name, values) in enumerate(calibration.items())]
    return ShotWatch(seed=seed, ranks=tuple(ranks))


def p_values(bins: npt.ArrayLike, seen: npt.ArrayLike, chance: npt.ArrayLike) -> Floats:
    """Return the p-value of each shot of a batch, small if its bin is high among those of all shots before.

    `bins` holds each shot's bin, `seen` what every bin held before the batch, `chance` a uniform draw for each shot.

    >>> p_values([2, 2, 0], seen=[1, 1, 1], chance=[0.5, 0.5, 0.5]).round(3).tolist()
    [0.167, 0.25, 0.9]
    """
    bins, seen = np.asarray(bins, dtype=np.int64), np.asarray(seen)
    above, same = earlier(bins)
    above += (np.cumsum(seen[::-1])[::-1] - seen)[bins]
    same += seen[bins]
    p: Floats = (above + np.asarray(chance) * same) / (seen.sum() + np.arange(bins.size))
    return p


def earlier(bins: npt.ArrayLike) -> tuple[Ints, Ints]:
    """Return how many earlier entries are higher than each, and how many are equal.

    Bit by bit from the highest, entries that agree so far side by side: one with a 0 is below the earlier ones with a 1
    (a wavelet tree). The work is n log(highest), not n times the number of bins.

    >>> above, same = earlier([3, 1, 3, 0, 1])
    >>> above.tolist(), same.tolist()
    ([0, 1, 0, 3, 2], [0, 0, 1, 0, 1])
    """
    bins = np.asarray(bins).astype(np.int16)  # sorted faster than int64
    place = np.arange(bins.size)
    above = np.zeros(bins.size, dtype=np.int64)
    same = np.zeros(bins.size, dtype=np.int64)
    for bit in reversed(range((BINS - 1).bit_length())):
        order, group = _side_by_side(bins >> (bit + 1))
        one = (bins[order] >> bit) & 1
        ones_before = np.cumsum(one, dtype=np.int64) - one
        above[order] += np.where(one, 0, ones_before - ones_before[group])
    order, group = _side_by_side(bins)
    same[order] = place - group
    return above, same


def _side_by_side(key: npt.NDArray[np.signedinteger]) -> tuple[Ints, Ints]:
    """Return the stable order that brings equal keys together, and for each place of it where its key begins."""
    order = np.argsort(key, kind="stable")
    first = np.diff(key[order], prepend=key[order[:1]]) != 0
    return order, np.maximum.accumulate(np.where(first, np.arange(key.size), 0))


def log_power_bets(p: npt.ArrayLike) -> Floats:
    """Return the log of e p^(e - 1) and of e (1 - p)^(e - 1): bets x shots.

    >>> np.exp(log_power_bets([0.01])).round(2).ravel().tolist()
    [6.31, 5.0, 2.01, 0.1, 0.5, 0.8]
    """
    p = np.asarray(p, dtype=np.float64)
    tails = [np.log(np.maximum(tail, TINY)) for tail in (p, 1 - p)]
    return np.concatenate([np.log(POWERS) + (POWERS - 1) * tail for tail in tails])


def _draws(seed: int, number: int, purpose: int, first: int, count: int) -> Floats:
    """Return uniform draws `first` to `first + count` of a statistic: the same however the stream is cut."""
    bits = np.random.PCG64(np.random.SeedSequence([seed, number, purpose]))
    return np.random.Generator(bits.advance(first)).random(count)


def _checked(name: str, values: npt.ArrayLike) -> Floats:
    value = np.asarray(values, dtype=np.float64)
    if value.ndim != 1 or not np.isfinite(value).all():
        raise KobeShotsError(
            f"Got values of '{name}' that are missing, infinite or no plain list; allowed is one number for each shot. "
            "Leave out shots without it."
        )
    return value
