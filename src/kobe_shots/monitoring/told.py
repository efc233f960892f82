"""How is a number of health said? With its interval and n, or, where it cannot be told, with the reason."""

from typing import Literal

from pydantic import ConfigDict

from kobe_shots.language import Said, Spoken, say

Kind = Literal["realized", "estimated", "drift"]


class Told(Spoken):
    """A metric of some shots: a value with its interval; without a value, the bounds it must lie in, and the reason.

    `n` is the number of shots it rests on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __str__(self) -> str:
        """Return it in words.

        >>> str(Told(metric="brier", n=100, value=0.25, low=0.2401, high=0.2599))
        '0.250 [0.240, 0.260]'
        """
        return self.shown()

    def shown(self) -> Said:
        """Return the value with its interval, three decimals, or that it cannot be told."""
        if self.value is None:
            return say("cannot tell")
        if self.low is None or self.high is None:
            return say("{value:.3f}", value=self.value)
        return say("{value:.3f} [{low:.3f}, {high:.3f}]", value=self.value, low=self.low, high=self.high)


def untold(metric: str, n: int, reason: str) -> Told:
    """Return that a metric cannot be told from n shots, and why."""
    return Told(metric=metric, n=n, reason=reason)
