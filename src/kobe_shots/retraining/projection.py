"""Will a figure cross its limit, and on which day? The trend through the last games, and what it comes to.

The trend is the policies' own (`kobe_shots.retraining.trend`); here it is told, dated, and laid out for a chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from kobe_shots.language import Said, Spoken, say
from kobe_shots.parameters import Retraining
from kobe_shots.retraining.pace import expect_day
from kobe_shots.retraining.policies import SUPPORT
from kobe_shots.retraining.trend import Trend, draw_trend

Floats = npt.NDArray[np.float64]


class Course(StrEnum):
    """What becomes of a figure."""

    BEYOND = "beyond"
    HEADING = "heading"
    NOT_HEADING = "not_heading"
    CANNOT_TELL = "cannot_tell"


class Point(BaseModel):
    """A value of a game, numbered from 1; the day is none where it cannot be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: int
    day: str | None
    value: float


class Projection(Spoken):
    """A figure by game, and where it is heading.

    Attributes:
        rule: support or expected_loss, as in the policies.
        course: what becomes of it.
        limit: that it must not exceed; None where that cannot be told.
        now: its value on the trend's line, at the last game.
        slope: of that line, by game.
        since: the day since which it lies beyond.
        game, day: when it will cross, by its trend.
        games: how many the trend was drawn from.
        points: the value of each of these.
        line: the trend, from the first of these to the horizon.
        sentence: all of it, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    course: Course
    limit: float | None
    now: float | None = None
    slope: float | None = None
    since: str | None = None
    game: int | None = None
    day: str | None = None
    games: int = 0
    points: tuple[Point, ...] = ()
    line: tuple[Point, ...] = ()
    sentence: str


@dataclass(frozen=True)
class Games:
    """Games in order: their days, seasons, and how many shots each counts for."""

    dates: Sequence[str]
    seasons: Sequence[str]
    shots: Floats

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.dates)

    def day(self, number: int) -> str | None:
        """Return the day of a game, counted from 1, also of one that is still to come."""
        if number <= len(self):
            return self.dates[number - 1]
        return expect_day(self.dates, self.seasons, number - len(self))


def project(rule: str, values: Floats, games: Games, limit: float, how: Retraining) -> Projection:
    """Return where a figure is heading, given its value in each game."""
    n = len(games)
    last = slice(max(0, n - how.trend), n)
    trend = draw_trend(values[last].tolist(), games.shots[last].tolist()) if n >= how.trend else None
    if trend is None:
        few = say("there are {n:,} games to draw a trend from, and {needed:,} are needed", n=n, needed=how.trend)
        return untold(rule, few)
    now, said_limit = _figure(rule, trend.now), _figure(rule, limit)
    points = tuple(
        Point(game=number + 1, day=games.day(number + 1), value=float(values[number])) for number in range(n)[last]
    )
    crosses_in = trend.crosses(limit, how.horizon, how.deviations)
    course, since, game, day = Course.NOT_HEADING, None, None, None
    if crosses_in == 0:
        course, since = Course.BEYOND, games.dates[beyond_since(values, games.shots, limit, how.trend)]
        sentence = say("Beyond {limit} since {since}: {now} by its trend.", limit=said_limit, since=since, now=now)
    elif crosses_in is not None:
        course, game = Course.HEADING, n + crosses_in
        day = games.day(game)
        sentence = say(
            "{now} now, and by its trend it crosses {limit} in {ahead} games, in game {game:,}, about {day}.",
            now=now,
            limit=said_limit,
            ahead=crosses_in,
            game=game,
            day=day or say("on a day that cannot be told"),
        )
    else:
        sentence = say(
            "{now} now; by its trend it does not cross {limit} within {horizon} games.",
            now=now,
            limit=said_limit,
            horizon=how.horizon,
        )
    return Projection(
        rule=rule,
        course=course,
        limit=limit,
        now=trend.now,
        slope=trend.slope,
        since=since,
        game=game,
        day=day,
        games=len(points),
        points=points,
        line=_line(trend, points[0].game, games, how.horizon),
        sentence=sentence,
    )


def untold(rule: str, why: str) -> Projection:
    """Return that it cannot be told where a figure is heading, and why."""
    return Projection(rule=rule, course=Course.CANNOT_TELL, limit=None, sentence=say("Cannot be told: {why}.", why=why))


def beyond_since(values: Floats, shots: Floats, limit: float, window: int) -> int:
    """Return since which game the mean of the last games, so many at most, lies beyond a limit; at least the last does.

    >>> one = np.ones(5)
    >>> beyond_since(np.array([0.0, 0.0, 1.0, 1.0, 1.0]), one, limit=0.4, window=2)
    2
    """
    summed = np.cumsum(np.r_[0.0, values * shots]), np.cumsum(np.r_[0.0, shots])
    upto = np.arange(1, len(values) + 1)
    first = np.maximum(0, upto - window)
    mean = (summed[0][upto] - summed[0][first]) / np.maximum(summed[1][upto] - summed[1][first], 1e-12)
    within = np.flatnonzero(mean <= limit)
    return min(int(within[-1]) + 1, len(values) - 1) if len(within) else 0


def _line(trend: Trend, first: int, games: Games, horizon: int) -> tuple[Point, ...]:
    n = len(games)
    ends = (first, n, n + horizon)
    return tuple(Point(game=at, day=games.day(at), value=trend.now + trend.slope * (at - n)) for at in ends)


def _figure(rule: str, value: float) -> Said:
    return say("{share:.1%}", share=value) if rule == SUPPORT else say("{loss:.4f}", loss=value)
