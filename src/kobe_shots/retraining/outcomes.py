"""Which outcomes are known by now? A ledger of labels as they arrive: late, twice, out of order or in contradiction.

Nothing that arrives is lost. The first outcome of a shot counts; the same again is counted as a repetition; another one
makes the shot disputed, and what is disputed is neither learned from nor measured on any more. An outcome of a shot
that has not been scored waits until it is, for ever if it never is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.career import Career
from kobe_shots.shots.schema import ROW_ID, TARGET

GAME = "game"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Received(BaseModel):
    """How many labels came, and what became of them.

    Attributes:
        arrived: labels that came.
        counted: shots with an outcome, those known from the start included and disputed ones not.
        repeated: labels that said the same again.
        contradicted: labels that said otherwise than one before, and what came after them.
        waiting: labels of shots that have not been scored.
        earlier_than_before: labels that name an earlier game than one that came before them.
        later_than_all: labels that name a game after the last one: they never come.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    arrived: int
    counted: int
    repeated: int
    contradicted: int
    waiting: int
    earlier_than_before: int
    later_than_all: int = 0


@dataclass
class Outcomes:
    """The labels of a career's shots, by place in the career.

    Attributes:
        made: (n,) outcome of each shot, NaN where it is not known or disputed.
        order: places in the order in which their outcomes were first known; disputed ones stay in it.
    """

    made: Floats
    order: list[int] = field(default_factory=list)
    arrived: int = 0
    repeated: int = 0
    earlier_than_before: int = 0
    disputed: dict[int, list[float]] = field(default_factory=dict)
    waiting: dict[int, list[float]] = field(default_factory=dict)

    def receive(self, places: Ints, made: Floats, scored: int, backwards: int = 0) -> Ints:
        """Take labels, and return the places whose outcome is known for the first time.

        Args:
            places: (k,) places of the shots in the career; -1 for a shot that is not in it.
            made: (k,) 0 or 1.
            scored: shots before this place have been scored.
            backwards: how many of them name an earlier time than labels before them; it is counted, no more.
        """
        self.arrived += len(places)
        self.earlier_than_before += backwards
        fresh = [at for at, outcome in self._due(scored) if self._settle(at, outcome)]
        for at, outcome in zip(places.tolist(), made.tolist(), strict=True):
            if at < 0 or at >= scored:
                self.waiting.setdefault(at, []).append(outcome)
            elif self._settle(at, outcome):
                fresh.append(at)
        # one that is contradicted as soon as it comes was never known
        return np.array([at for at in fresh if at not in self.disputed], dtype=np.int64)

    @property
    def count(self) -> int:
        """How many shots have an outcome that is known and undisputed."""
        return len(self.order) - len(self.disputed)

    def count_known(self, after: int, from_place: int = 0) -> int:
        """Return how many of the places that `known` returns lie at or after one."""
        if from_place == 0 and not self.disputed:
            return len(self.order) - after
        return int((self.known(after) >= from_place).sum())

    def known(self, after: int = 0) -> Ints:
        """Return the places whose outcome is known and undisputed, in the order in which it became known.

        The first `after` of that order, disputed ones among them, are left out.
        """
        order = np.array(self.order[after:], dtype=np.int64)
        return order[~np.isnan(self.made[order])] if self.disputed else order

    def received(self) -> Received:
        """Return what has become of the labels so far."""
        return Received(
            arrived=self.arrived,
            counted=self.count,
            repeated=self.repeated,
            contradicted=sum(len(said) - 1 for said in self.disputed.values()),
            waiting=sum(map(len, self.waiting.values())),
            earlier_than_before=self.earlier_than_before,
        )

    def _due(self, scored: int) -> Iterable[tuple[int, float]]:
        if not self.waiting:
            return
        for at in sorted(at for at in self.waiting if 0 <= at < scored):
            for outcome in self.waiting.pop(at):
                yield at, outcome

    def _settle(self, at: int, outcome: float) -> bool:
        """Enter an outcome and return whether it is the shot's first."""
        if at in self.disputed:
            self.disputed[at].append(outcome)
            return False
        if np.isnan(self.made[at]):
            self.made[at] = outcome
            self.order.append(at)
            return True
        if self.made[at] == outcome:
            self.repeated += 1
        else:
            self.disputed[at] = [float(self.made[at]), outcome]
            self.made[at] = np.nan
        return False


@dataclass(frozen=True)
class Arrivals:
    """When which labels come: (k,) places and outcomes, in the order they come, and where those of each game begin.

    `backwards` tells which name an earlier game than one that came before them; `later_than_all` counts those that
    name a game after the last: they never come, and hold nothing up.
    """

    places: Ints
    made: Floats
    backwards: npt.NDArray[np.bool_]
    edges: Ints
    later_than_all: int = 0

    def of(self, game: int) -> slice:
        """Return where the labels of a game stand."""
        return slice(int(self.edges[game]), int(self.edges[game + 1]))


def after_delay(career: Career, delay: int, first_game: int = 0) -> Arrivals:
    """Return the outcomes of a career from a game on, each a number of games after its shot; withheld ones never."""
    first = int(career.edges[first_game])
    places = first + np.flatnonzero(career.is_labelled[first:])
    game = np.repeat(np.arange(career.games), np.diff(career.edges))[places]
    return _by_game(places, career.made[places], game + delay, career.games)


def as_recorded(labels: pd.DataFrame, career: Career) -> Arrivals:
    """Return the outcomes of a table, in the order of its rows: shot_id, shot_made_flag, and the game it comes in.

    A row that names an earlier game than the row before it comes in the game that is being played by then.

    Raises:
        KobeShotsError: a column is missing, or holds what cannot be an outcome or a game.
    """
    needed = [ROW_ID, TARGET, GAME]
    if absent := [name for name in needed if name not in labels]:
        raise KobeShotsError(
            f"The labels lack {', '.join(absent)}; give {ROW_ID}, {TARGET} (0 or 1) and {GAME}, the number of the game "
            "(from 0) in which each becomes known."
        )
    try:
        numbers = labels[needed].astype(np.float64)
    except (TypeError, ValueError) as error:
        raise KobeShotsError(f"The labels hold something that is no number ({error}); mend it first.") from None
    if (strange := ~numbers[TARGET].isin([0, 1])).any():
        raise KobeShotsError(
            f"{strange.sum():,} labels are neither 0 nor 1 (one is {numbers[TARGET][strange].iloc[0]}); 1 is made, 0 "
            "missed. A label that is not known yet is left out."
        )
    whole = (numbers[[GAME, ROW_ID]].abs() < 2**53) & (numbers[[GAME, ROW_ID]] % 1 == 0)
    if (wrong := ~whole.all(axis=1) | (numbers[GAME] < 0)).any():
        raise KobeShotsError(
            f"{wrong.sum():,} labels lack a game or a shot id, or name a game before the first; both are whole "
            "numbers, and games are numbered from 0. Mend them first."
        )
    place_of = pd.Series(np.arange(len(career)), index=career.shot_id)
    places = place_of.reindex(numbers[ROW_ID].astype(np.int64)).fillna(-1).to_numpy(np.int64)
    stamped = numbers[GAME].to_numpy(np.int64)
    comes = stamped < career.games
    arrivals = _by_game(places[comes], numbers[TARGET].to_numpy()[comes], stamped[comes], career.games)
    return replace(arrivals, later_than_all=int((~comes).sum()))


def _by_game(places: Ints, made: Floats, stamped: Ints, games: int) -> Arrivals:
    comes = np.maximum.accumulate(stamped) if len(stamped) else stamped
    return Arrivals(places, made, stamped < comes, np.searchsorted(comes, np.arange(games + 1)))
