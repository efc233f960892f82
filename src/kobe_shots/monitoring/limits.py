"""What is usual? Limits of every metric, learned from windows of the reference, in one typed object.

A metric of a window differs from the reference's for two reasons: the window holds few shots, and no two stretches are
quite alike. Both are learned: the spread by sampling from the metrics' own standard errors, the spread between
stretches from what the windows differ by beyond it (DerSimonian & Laird 1986). A limit is the centre plus or minus some
standard deviations (Shewhart 1931) for a window of that many shots: small windows are not blamed for being small.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import ndtri

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.told import Told
from kobe_shots.parameters import Fixed

FEWEST_WINDOWS = 3


class Band(BaseModel):
    """Between which values a metric is usual; None where it has no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lower: float | None = None
    upper: float | None = None

    def leaves_out(self, value: float) -> bool:
        """Return whether a value is beyond the band."""
        return (self.lower is not None and value < self.lower) or (self.upper is not None and value > self.upper)


class Usual(BaseModel):
    """How a metric varies over the reference.

    Attributes:
        centre: its mean over the windows, each weighted by how sure it is.
        between: variance between windows beyond sampling.
        per_shot: sampling variance of one shot; that of n is an n-th.
        windows: how many it was learned from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    centre: float
    between: float
    per_shot: float
    windows: int


class Limits(BaseModel):
    """The limits of every metric, by the number of shots of a window.

    `fixed` ones were set by a person and go before what was learned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    usual: dict[str, Usual]
    deviations: float
    fixed: dict[str, Band]

    def of(self, metric: str, n: int) -> Band:
        """Return between which values a metric of n shots is usual."""
        learned, fixed = self.usual.get(metric), self.fixed.get(metric, Band())
        if learned is None or n == 0:
            return fixed
        half = self.deviations * np.sqrt(learned.between + learned.per_shot / n)
        return Band(
            lower=learned.centre - half if fixed.lower is None else fixed.lower,
            upper=learned.centre + half if fixed.upper is None else fixed.upper,
        )


def learn_limits(
    windows: Iterable[Iterable[Told]], confidence: float, deviations: float, fixed: Mapping[str, Fixed]
) -> Limits:
    """Return the limits that the metrics of reference windows imply, those set by a person put over them.

    Raises:
        KobeShotsError: a limit is set for a metric that is not learned.
    """
    by_metric: dict[str, list[Told]] = {}
    for window in windows:
        for told in window:
            if told.value is not None and told.low is not None and told.high is not None:
                by_metric.setdefault(told.metric, []).append(told)
    usual = {metric: _usual(seen, confidence) for metric, seen in by_metric.items() if len(seen) >= FEWEST_WINDOWS}
    if unknown := sorted(fixed.keys() - usual.keys()):
        raise KobeShotsError(
            f"In monitoring.limits: {', '.join(unknown)} is not a metric that has limits; allowed are "
            f"{', '.join(usual)}. Mend it in conf, or in --params."
        )
    bands = {metric: Band(lower=of.lower, upper=of.upper) for metric, of in fixed.items()}
    return Limits(usual=usual, deviations=deviations, fixed=bands)


def _usual(seen: list[Told], confidence: float) -> Usual:
    z = 2 * ndtri((1 + confidence) / 2)
    value = np.array([told.value for told in seen], dtype=np.float64)
    sampling = np.array([((told.high or 0) - (told.low or 0)) / z for told in seen]) ** 2
    n = np.array([told.n for told in seen])
    per_shot = float((sampling * n).mean())
    # the windows' mean weighted by n: of equal precision per shot, and no window with a lucky interval rules it
    centre = float((value * n).sum() / n.sum())
    excess = float(((value - centre) ** 2 * n).sum() / n.sum() - per_shot * len(n) / n.sum())
    return Usual(centre=centre, between=max(excess, 0.0), per_shot=per_shot, windows=len(seen))
