"""What is replayed? Shots in the order they were taken, game by game, with the outcomes that will arrive."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

ORDER = ["game_date", "game_id", "game_event_id"]
THREE = "3PT Field Goal"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Career:
    """Shots in order of play.

    Attributes:
        shot_id: (n,) of each shot.
        features: (n, 6), in the order of `FEATURES`.
        made: (n,) 1 made, 0 missed, NaN where the outcome never arrives.
        three: (n,) whether it was a three-pointer.
        season: (n,) names.
        edges: (games + 1,) where each game begins; game g holds shots edges[g] to edges[g + 1].
        dates: (games,) days.
        changed_at: the first shot of what a scenario changes, None where it changes nothing at once.
    """

    shot_id: Ints
    features: Floats
    made: Floats
    three: npt.NDArray[np.bool_]
    season: npt.NDArray[np.object_]
    edges: Ints
    dates: tuple[str, ...]
    changed_at: int | None = None

    def __len__(self) -> int:
        """Return how many shots it holds."""
        return len(self.made)

    @property
    def games(self) -> int:
        """How many games it holds."""
        return len(self.dates)

    @property
    def is_labelled(self) -> npt.NDArray[np.bool_]:
        """Whether the outcome of each shot ever arrives."""
        return ~np.isnan(self.made)

    def game(self, number: int) -> slice:
        """Return where the shots of a game stand."""
        return slice(int(self.edges[number]), int(self.edges[number + 1]))

    def frame(self, rows: slice | Ints) -> pd.DataFrame:
        """Return the features of some shots as a frame."""
        return pd.DataFrame(self.features[rows], columns=FEATURES)

    def games_of_seasons(self, seasons: int) -> int:
        """Return how many games the first seasons hold.

        Raises KobeShotsError where no game is left after them.
        """
        first = self.season[self.edges[:-1]]
        changes = np.flatnonzero(np.r_[True, first[1:] != first[:-1]])
        if len(changes) <= seasons:
            raise KobeShotsError(
                f"The career has {len(changes)} seasons, and {seasons} are learned from before the replay starts; at "
                "least one more is needed. Give a longer career, or a smaller replay.seasons_learned."
            )
        return int(changes[seasons])


def in_order(shots: pd.DataFrame) -> pd.DataFrame:
    """Return raw shots in the order of play, those that lack a feature left out.

    Raises KobeShotsError where a column is missing, an outcome cannot be, or a shot id stands twice.
    """
    needed = [ROW_ID, *FEATURES, TARGET, *ORDER, "season", "shot_type"]
    if absent := [name for name in needed if name not in shots]:
        raise KobeShotsError(
            f"The shots lack {', '.join(absent)}, without which no career can be replayed; give raw shots, as "
            "`kobe-shots fetch` puts them into data/01_raw."
        )
    for name in (ROW_ID, *FEATURES, TARGET):
        if not pd.api.types.is_numeric_dtype(shots[name]):
            raise KobeShotsError(
                f"Column '{name}' of the shots holds {shots[name].iloc[0]!r}; numbers are needed. Mend it first."
            )
    if (twice := shots[ROW_ID].duplicated()).any():
        raise KobeShotsError(
            f"{twice.sum():,} shot ids stand twice (one is {shots[ROW_ID][twice].iloc[0]}); every shot has one of its "
            "own. Give dev and prod of the same career, each once."
        )
    if (strange := shots[TARGET].notna() & ~shots[TARGET].isin([0, 1])).any():
        raise KobeShotsError(
            f"{strange.sum():,} outcomes are neither 0 nor 1 (one is {shots[TARGET][strange].iloc[0]}); 1 is made, 0 "
            "missed, and an outcome that was withheld is left empty."
        )
    return shots.dropna(subset=FEATURES).sort_values(ORDER, kind="stable", ignore_index=True)


def lay_out(played: pd.DataFrame, game: npt.NDArray[np.generic], changed_at: int | None = None) -> Career:
    """Return shots that stand in order as a career; `game` tells which of them belong together."""
    if not len(played):
        raise KobeShotsError("There are no shots to replay; fetch some: `kobe-shots fetch`.")
    edges = np.flatnonzero(np.r_[True, game[1:] != game[:-1], True])
    dates = played["game_date"].astype(str).str[:10].to_numpy()
    return Career(
        shot_id=played[ROW_ID].to_numpy(np.int64),
        features=played[FEATURES].to_numpy(np.float64),
        made=played[TARGET].to_numpy(np.float64),
        three=(played["shot_type"] == THREE).to_numpy(),
        season=played["season"].to_numpy(object),
        edges=edges,
        dates=tuple(dates[first] for first, _ in pairwise(edges.tolist())),
        changed_at=changed_at,
    )
