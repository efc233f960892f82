"""Which shots lie on the floor, and which of them are looked at? One small row a shot, and choices among them."""

from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from kobe_shots.aggregates.hexes import Bools, hex_of
from kobe_shots.monitoring.batches import BATCH
from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.monitoring.support import Support
from kobe_shots.shots.court import UNITS_PER_FOOT, to_distance, to_lat, to_lon
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

CONTEXT = ["loc_x", "loc_y", "season", "opponent", "matchup", "shot_type"]  # of raw shots
AT_HOME = "vs."
COLUMNS = {
    ROW_ID: "int64",
    BATCH: "category",
    "hex": "int16",
    "x": "int16",
    "y": "int16",
    "season": "category",
    "opponent": "category",
    "period": "int8",
    "minutes_remaining": "int8",
    "home": "bool",
    "playoffs": "bool",
    "shot_type": "category",
    PROBABILITY: "float64",
    "made": "float32",
    "in_support": "bool",
}


def lay_out_shots(scored: pd.DataFrame, raw: pd.DataFrame, support: Support, learned: str) -> pd.DataFrame:
    """Return the shots of a model as the court shows them, in the order given; those without a score are left out.

    Columns: shot_id; batch; hex (as in `kobe_shots.aggregates.hexes`); x and y, in court units; season; opponent;
    period; minutes_remaining; home (played at home); playoffs; shot_type; probability; made (1 or 0, missing where the
    outcome is not known); in_support (like those the model learned from).

    Args:
        scored: one a row, indexed by id: batch, the six features, shot_made_flag and probability.
        raw: the same shots and others, indexed by id, as they were published.
        support: of the model.
        learned: the batch of those it learned from, which do not count as their own neighbours.
    """
    shots = scored[scored[PROBABILITY].notna()]
    known = raw.loc[shots.index, CONTEXT]
    own = (shots[BATCH] == learned).to_numpy()
    in_support = np.zeros(len(shots), dtype=bool)
    for rows in (own, ~own):
        these = shots[rows]
        in_support[rows] = support.holds(these, support.novelty(these, learned=bool(own[rows].all())))
    table = shots[[BATCH, "period", "minutes_remaining", "playoffs", PROBABILITY]].assign(
        hex=hex_of(known["loc_x"], known["loc_y"]),
        x=known["loc_x"],
        y=known["loc_y"],
        season=known["season"],
        opponent=known["opponent"],
        home=known["matchup"].str.contains(AT_HOME, regex=False),
        shot_type=known["shot_type"],
        made=shots[TARGET],
        in_support=in_support,
    )
    return table.rename_axis(ROW_ID).reset_index()[list(COLUMNS)].astype(COLUMNS)


@dataclass(frozen=True)
class Choice:
    """Which shots are looked at; what is empty or None chooses all.

    Attributes:
        batches, seasons, opponents, periods, shot_types: the values chosen.
        minutes: the least and the largest of whole minutes left in the period.
        home: played at home, or away.
        playoffs: in the playoffs, or not.
    """

    batches: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    opponents: tuple[str, ...] = ()
    periods: tuple[int, ...] = ()
    shot_types: tuple[str, ...] = ()
    minutes: tuple[int, int] | None = None
    home: bool | None = None
    playoffs: bool | None = None


class Options(NamedTuple):
    """What there is to choose from."""

    batches: tuple[str, ...]
    seasons: tuple[str, ...]
    opponents: tuple[str, ...]
    periods: tuple[int, ...]
    shot_types: tuple[str, ...]
    minutes: tuple[int, int]


def options_of(shots: pd.DataFrame) -> Options:
    """Return what there is to choose from, in order; there must be a shot."""
    batches, seasons, opponents, shot_types = (
        tuple(sorted(shots[name].cat.categories)) for name in (BATCH, "season", "opponent", "shot_type")
    )
    minutes = shots["minutes_remaining"]
    periods = tuple(int(period) for period in np.unique(shots["period"]))
    return Options(batches, seasons, opponents, periods, shot_types, (int(minutes.min()), int(minutes.max())))


def choose(shots: pd.DataFrame, choice: Choice) -> Bools:
    """Return which shots, laid out as above, are chosen.

    >>> shots = pd.DataFrame({"period": [1, 4, 5], "minutes_remaining": [0, 11, 2], "playoffs": [True, False, False]})
    >>> choose(shots, Choice(periods=(4, 5), minutes=(0, 5))).tolist()
    [False, False, True]
    >>> choose(shots, Choice()).tolist()
    [True, True, True]
    """
    chosen = np.ones(len(shots), dtype=bool)
    among = {
        BATCH: choice.batches,
        "season": choice.seasons,
        "opponent": choice.opponents,
        "period": choice.periods,
        "shot_type": choice.shot_types,
    }
    for name, values in among.items():
        if values:
            chosen &= shots[name].isin(values).to_numpy()
    if choice.minutes is not None:
        chosen &= shots["minutes_remaining"].between(*choice.minutes).to_numpy()
    for name, wanted in (("home", choice.home), ("playoffs", choice.playoffs)):
        if wanted is not None:
            chosen &= shots[name].to_numpy() == wanted
    return chosen


def nearest(shots: pd.DataFrame, chosen: Bools, loc_x: int, loc_y: int, n: int) -> pd.DataFrame:
    """Return the n chosen shots nearest to a position, nearest first, with `feet`, how far away they are."""
    rows = np.flatnonzero(chosen)
    x, y = (shots[name].to_numpy()[rows].astype(np.int64) for name in ("x", "y"))
    squared = (x - loc_x) ** 2 + (y - loc_y) ** 2
    n = min(n, len(rows))
    if n == 0:
        return shots.iloc[:0].assign(feet=0.0)
    # all that are as near as the last, so that ties are settled by the order of the shots
    within = np.flatnonzero(squared <= np.partition(squared, n - 1)[n - 1])
    first = within[np.argsort(squared[within], kind="stable")[:n]]
    return shots.iloc[rows[first]].assign(feet=np.sqrt(squared[first]) / UNITS_PER_FOOT)


def extract(shots: pd.DataFrame, chosen: Bools) -> pd.DataFrame:
    """Return the chosen shots as a table of their own: ids, the six features, score and outcome, and when it was."""
    of = shots[chosen]
    loc_x, loc_y = (of[name].to_numpy(np.int64) for name in ("x", "y"))
    table = of.assign(
        lat=to_lat(loc_y),
        lon=to_lon(loc_x),
        shot_distance=to_distance(loc_x, loc_y),
        playoffs=of["playoffs"].astype(np.int8),
        shot_made_flag=of["made"].astype("Int8"),
    )
    about = [BATCH, "season", "opponent", "home", "shot_type"]
    return table[[ROW_ID, *about, *FEATURES, TARGET, PROBABILITY, "in_support"]]


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV, in a fifth of the time pandas takes for a million rows."""
    written = BytesIO()
    csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), written)
    return written.getvalue()
