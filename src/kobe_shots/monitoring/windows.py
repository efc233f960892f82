"""Where is a stream cut? Into windows by count, game, date or season; the tail is a window too."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.stream import Stream
from kobe_shots.parameters import Cut

NEEDS = {"game": "game_id", "date": "game_date", "season": "season"}
EPOCH = np.datetime64("1970-01-01")


@dataclass(frozen=True)
class Window:
    """A stretch of a stream.

    Attributes:
        name: its season, its first day, or its number.
        start: first day, or the number of its first shot where days are not known.
        end: last day, or the number of its last shot.
        stream: its shots.
    """

    name: str
    start: str
    end: str
    stream: Stream

    @property
    def n(self) -> int:
        """How many shots it holds."""
        return len(self.stream)

    @property
    def labelled(self) -> int:
        """How many of them have a known outcome."""
        return int(self.stream.is_labelled.sum())


def cut(stream: Stream, how: Cut) -> list[Window]:
    """Return the windows of a stream, in order, every shot in exactly one of them.

    Windows hold `size` shots, games or seasons, or span `size` days counted from the first; days without a shot make
    no window. What is left at the end is a smaller window, not dropped and not merged.

    Raises:
        KobeShotsError: the stream does not tell games, days or seasons.
    """
    if not len(stream):
        return []
    group = _groups(stream.shots, how)
    edges = np.flatnonzero(np.r_[True, group[1:] != group[:-1], True])
    return [
        _window(stream, number, slice(first, last), how)
        for number, (first, last) in enumerate(pairwise(edges.tolist()), start=1)
    ]


def whole(stream: Stream, name: str = "all") -> Window:
    """Return a stream as one window."""
    return Window(name, *_span(stream.shots, slice(0, len(stream))), stream)


def _groups(shots: pd.DataFrame, how: Cut) -> npt.NDArray[np.int64]:
    if how.by == "count":
        return np.arange(len(shots)) // how.size
    if (needed := NEEDS[how.by]) not in shots:
        raise KobeShotsError(
            f"Windows by {how.by} were asked for, and the shots have no column '{needed}'; "
            "give it, or cut by count: monitoring.windows in parameters.yml."
        )
    if how.by == "date":
        days = (_days(shots["game_date"]) - EPOCH).astype(np.int64)
        return np.asarray((days - days[0]) // how.size)
    changed = (shots[needed] != shots[needed].shift()).to_numpy()
    return np.asarray((np.cumsum(changed) - 1) // how.size)


def _days(dates: pd.Series) -> npt.NDArray[np.datetime64]:
    try:
        return pd.to_datetime(dates).to_numpy().astype("datetime64[D]")
    except ValueError as error:
        raise KobeShotsError(
            f"Windows by date were asked for, and game_date holds something else ({error.args[0]}); "
            "give days as YYYY-MM-DD, or cut by count: monitoring.windows in parameters.yml."
        ) from None


def _window(stream: Stream, number: int, rows: slice, how: Cut) -> Window:
    start, end = _span(stream.shots, rows)
    if how.by == "season":
        first, last = (str(stream.shots["season"].iloc[at]) for at in (rows.start, rows.stop - 1))
        name = first if first == last else f"{first} to {last}"
    elif how.by == "date":
        name = start
    else:
        name = f"{number:03d}"
    return Window(name, start, end, stream.take(rows))


def _span(shots: pd.DataFrame, rows: slice) -> tuple[str, str]:
    if "game_date" in shots and len(shots):
        return str(shots["game_date"].iloc[rows.start])[:10], str(shots["game_date"].iloc[rows.stop - 1])[:10]
    return str(rows.start + 1), str(rows.stop)
