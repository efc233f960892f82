"""On which day is a game to be expected? Games go on as they came so far, season by season, with summers between."""

from collections.abc import Sequence

import numpy as np


def expect_day(dates: Sequence[str], seasons: Sequence[str], ahead: int) -> str | None:
    """Return the day of the game so many after the last one; None where the past shows no pace.

    Within a season games lie apart as they did on average. A season ends when as many have been played as in the usual
    one before it, and the next begins after the usual summer; in a first season there is no telling when it ends.

    Args:
        dates: days of the games so far, in order.
        seasons: the season of each.
        ahead: how many games.

    >>> expect_day(["2000-01-01", "2000-01-04", "2000-01-07"], ["1999-00"] * 3, 2)
    '2000-01-13'
    >>> expect_day(["2000-01-01", "2000-01-03", "2000-12-01"], ["1999-00", "1999-00", "2000-01"], 2)
    '2001-11-01'
    """
    day = np.array(dates, dtype="datetime64[D]")
    name = np.array(seasons)
    gaps = np.diff(day).astype(np.float64)
    begins = name[1:] != name[:-1]
    if not (~begins).any():
        return None
    pace = float(gaps[~begins].mean())
    starts = np.flatnonzero(np.r_[True, begins])
    played = len(day) - int(starts[-1])
    usual = max(1, round(float(np.median(np.diff(starts))))) if len(starts) > 1 else None
    summer = float(np.median(gaps[begins])) if begins.any() else 0.0
    if usual is None:
        return str(day[-1] + round(ahead * pace))
    left, days, games = max(0, usual - played), 0.0, ahead
    while games > left:
        days += left * pace + summer
        games, left = games - left - 1, usual - 1
    return str(day[-1] + round(days + games * pace))
