"""Where is a figure heading? A straight line through the last games, projected some games ahead."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trend:
    """A figure by game, and where it is heading.

    Attributes:
        now: its value on the line, at the last game.
        now_error: standard error of that.
        slope: by game.
        slope_error: standard error of that.
    """

    now: float
    now_error: float
    slope: float
    slope_error: float

    def crosses(self, limit: float, horizon: int, deviations: float) -> int | None:
        """Return after how many games the line crosses a limit from below: 0 now, None not within the horizon.

        It must be beyond the limit, or rising, by so many standard errors: a trend that is looked at after every game
        finds one by chance sooner or later.

        >>> Trend(now=0.5, now_error=0.01, slope=0.1, slope_error=0.01).crosses(0.75, horizon=5, deviations=4)
        3
        """
        if self.now - deviations * self.now_error > limit:
            return 0
        if self.slope <= deviations * self.slope_error:
            return None
        games = (limit - self.now) / self.slope
        return max(1, int(np.ceil(games))) if games <= horizon else None


def draw_trend(values: Sequence[float], weights: Sequence[float]) -> Trend | None:
    """Return the trend of a figure over games of equal distance, each counted by its weight; None below three games.

    Weighted least squares; errors are those of the residuals.

    >>> trend = draw_trend([0.1, 0.2, 0.3, 0.4], [1, 1, 1, 1])
    >>> round(trend.now, 6), round(trend.slope, 6)
    (0.4, 0.1)
    """
    y, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    n = int((w > 0).sum())
    if n < 3:  # noqa: PLR2004 -- two points are always on a line
        return None
    x = np.arange(len(y), dtype=np.float64) - (len(y) - 1)
    total = w.sum()
    mean_x, mean_y = float(w @ x / total), float(w @ y / total)
    spread = float(w @ (x - mean_x) ** 2)
    slope = float(w @ ((x - mean_x) * (y - mean_y))) / spread
    variance = float(w @ (y - mean_y - slope * (x - mean_x)) ** 2) / (n - 2)
    return Trend(
        now=mean_y - slope * mean_x,
        now_error=float(np.sqrt(variance * (1 / total + mean_x**2 / spread))),
        slope=slope,
        slope_error=float(np.sqrt(variance / spread)),
    )
