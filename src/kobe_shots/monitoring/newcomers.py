"""Can these shots be scored, and what is wrong with the others? A table that somebody hands over, checked row by row.

Nothing is left out silently: every row stays where it is, and what is wrong with it is said with the number of the row,
1 being the first shot. Columns may be text or numbers, under the names of the schema in any spelling.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said, say
from kobe_shots.shots import court
from kobe_shots.shots.schema import ALIASES, FEATURES, ROW_ID, TARGET, PreparedShots, RawShots
from kobe_shots.shots.written import is_nothing, to_numbers, to_text

LOCATION, PLACE = ("loc_x", "loc_y"), ("lat", "lon", "shot_distance")
DERIVED = {"lat": ("loc_y",), "lon": ("loc_x",), "shot_distance": LOCATION}
OPTIONAL = [TARGET, ROW_ID, "game_date", "season", "game_id", "game_event_id"]
ROUNDING = 1.0  # feet; coordinates that were rounded may place a shot in the next foot
NAMED, MOST_NAMED = 5, 20

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Allowed:
    """Which values a column may hold."""

    low: float
    high: float
    whole: bool


def _allowed() -> Iterator[tuple[str, Allowed]]:
    for name in [*FEATURES, TARGET, *LOCATION]:
        schema = RawShots if name in LOCATION else PreparedShots
        column = schema.to_schema().columns[name]
        rules = {key: value for check in column.checks for key, value in check.statistics.items()}
        values = rules.get("allowed_values", [rules.get("min_value"), rules.get("max_value")])
        yield name, Allowed(float(min(values)), float(max(values)), np.issubdtype(column.dtype.type, np.integer))


ALLOWED: Mapping[str, Allowed] = dict(_allowed())


@dataclass(frozen=True, eq=False)
class Remark:
    """What is to be said of some rows.

    Attributes:
        code: what kind of thing it is.
        column: where.
        reason: of one row, without a stop.
        rows: whether each row has it.
        scored: whether such a row is scored all the same.
    """

    code: str
    column: str
    reason: Said
    rows: Rows
    scored: bool = False

    @cached_property
    def n(self) -> int:
        """How many rows have it."""
        return int(self.rows.sum())

    @property
    def sentence(self) -> Said:
        """Which rows have it, and what becomes of them."""
        what = self.reason if self.scored else say("not scored: {reasons}", reasons=self.reason)
        rows = ", ".join(map(str, (np.flatnonzero(self.rows)[:NAMED] + 1).tolist()))
        if self.n > NAMED:
            return say("{what} (rows {rows} and {n:,} more)", what=what, rows=rows, n=self.n - NAMED)
        return (
            say("{what} (row {rows})", what=what, rows=rows)
            if self.n == 1
            else say("{what} (rows {rows})", what=what, rows=rows)
        )


class Checked(NamedTuple):
    """A column: its numbers, the same without those that no shot can have, and what is wrong with it."""

    numbers: Floats
    usable: Floats
    remarks: list[Remark]


@dataclass(frozen=True, eq=False)
class Newcomers:
    """Shots that were handed over.

    Attributes:
        table: as they came.
        taken: which column each thing that is needed, or of use, was taken from.
        derived: what follows from loc_x and loc_y instead.
        extra: columns that say nothing to the model or the verdicts.
        shots: row by row, numbered from 0: the six features, missing where there is no number, and the outcome.
        remarks: what is wrong, column by column.
    """

    table: pd.DataFrame
    taken: Mapping[str, str]
    derived: tuple[str, ...]
    extra: tuple[str, ...]
    shots: pd.DataFrame
    remarks: tuple[Remark, ...]

    @cached_property
    def can_be_scored(self) -> Rows:
        """Whether each row can be scored."""
        spoilt = [remark.rows for remark in self.remarks if not remark.scored]
        return np.asarray(~np.logical_or.reduce([np.zeros(len(self.shots), bool), *spoilt]))

    @cached_property
    def ids(self) -> npt.NDArray[np.int64]:
        """A number for each row: the same one where an id is repeated."""
        own = np.arange(len(self.shots))
        if ROW_ID not in self.taken:
            return own
        codes = _codes(self.table[self.taken[ROW_ID]])
        return np.where(codes < 0, len(own) + own, codes)


def check_newcomers(table: pd.DataFrame) -> Newcomers:
    """Return a table of shots with all that is wrong with its rows.

    Args:
        table: text or numbers, with the six features by name, or loc_x and loc_y in the place of those they give; an
            outcome, an id, and when a shot was taken are of use and not needed.

    Raises:
        KobeShotsError: a column that is needed is not there.
    """
    taken = _take(table)
    derived = tuple(name for name in DERIVED if name not in taken)
    needed = [name for name in FEATURES if name not in derived]
    if lacking := [name for name in needed if name not in taken] + _not_derived(derived, taken):
        raise KobeShotsError(
            say(
                "Column {lacking} is missing; found were {found}. Give all of {features}; loc_x and loc_y are enough "
                "for lat, lon and shot_distance.",
                lacking=_quoted(lacking),
                found=_quoted(table.columns[:MOST_NAMED]),
                features=", ".join(FEATURES),
            )
        )
    read = [*needed, *(LOCATION if derived else ()), *([TARGET] if TARGET in taken else [])]
    checked = {name: _check_column(name, table[taken[name]], needed=name != TARGET) for name in read}
    shots = pd.DataFrame(
        {name: one.numbers if name in FEATURES else one.usable for name, one in checked.items()}
        | _derive(checked, derived)
    ).reindex(columns=[*FEATURES, TARGET])
    remarks = [remark for one in checked.values() for remark in one.remarks]
    if not set(PLACE) & set(derived):
        remarks += _contradictions(*(checked[name].usable for name in PLACE))
    if ROW_ID in taken:
        remarks += _repeated(table[taken[ROW_ID]])
    used = {taken[name] for name in (*read, *(name for name in OPTIONAL if name in taken))}
    return Newcomers(
        table=table,
        taken={name: column for name, column in taken.items() if column in used},
        derived=derived,
        extra=tuple(str(column) for column in table.columns if column not in used),
        shots=shots,
        remarks=tuple(one for one in remarks if one.n),
    )


def _quoted(columns: Iterable[object]) -> str:
    return ", ".join(f"'{column}'" for column in columns)


def _take(table: pd.DataFrame) -> dict[str, str]:
    """Return which column is what: by its name, then by another spelling of it, then by an alias."""
    spelt = {_spell(column): column for column in reversed(table.columns.tolist())}
    spelt |= {column: column for column in table.columns.tolist()}
    taken = {name: spelt[name] for name in (*FEATURES, *LOCATION, *OPTIONAL) if name in spelt}
    return {name: spelt[alias] for alias, name in ALIASES.items() if alias in spelt} | taken


def _spell(column: object) -> str:
    return "_".join(str(column).lower().replace("-", " ").replace(".", " ").replace("_", " ").split())


def _not_derived(derived: tuple[str, ...], taken: Mapping[str, str]) -> list[str]:
    return [name for name in derived if not set(DERIVED[name]) <= set(taken)]


def _check_column(name: str, column: pd.Series, needed: bool) -> Checked:
    allowed = ALLOWED[name]
    values, unreadable = to_numbers(column)
    missing = np.isnan(values) & ~unreadable
    outside = ~np.isnan(values) & ~((values >= allowed.low) & (values <= allowed.high))
    broken = ~np.isnan(values) & ~outside & (values != np.rint(values)) & allowed.whole
    quoted = f"'{name}'"  # in quotes it is nothing that a language has another name for
    of = {"column": quoted, "end": "" if needed else say(", and is taken as not known")}
    bounds = {"low": allowed.low, "high": allowed.high}
    remarks = [
        Remark("missing", name, say("{column} is missing", column=quoted), missing & needed),
        Remark("unreadable", name, say("{column} is not a number{end}", **of), unreadable, not needed),
        Remark(
            "impossible",
            name,
            say("{column} is not from {low:g} to {high:g}{end}", **of, **bounds),
            outside,
            not needed,
        ),
        Remark("broken", name, say("{column} is not a whole number{end}", **of), broken, not needed),
    ]
    return Checked(values, np.where(outside | broken, np.nan, values), remarks)


def _derive(checked: Mapping[str, Checked], derived: tuple[str, ...]) -> dict[str, Floats]:
    if not derived:
        return {}
    x, y = (checked[name].usable for name in LOCATION)
    known = ~(np.isnan(x) | np.isnan(y))
    distance = np.full(len(x), np.nan)
    distance[known] = court.to_distance(x[known], y[known])
    place = {"lat": court.to_lat(y), "lon": court.to_lon(x), "shot_distance": distance}
    return {name: place[name] for name in derived}


def _contradictions(lat: Floats, lon: Floats, said: Floats) -> list[Remark]:
    feet = np.hypot(lon - court.HOOP_LON, lat - court.HOOP_LAT) * (court.UNITS_PER_DEGREE / court.UNITS_PER_FOOT)
    apart = (feet < said - ROUNDING) | (feet >= said + 1 + ROUNDING)
    return [
        Remark(
            "contradiction",
            "shot_distance",
            say("'shot_distance' is not the distance from 'lat' and 'lon' to the hoop"),
            apart,
        )
    ]


def _repeated(ids: pd.Series) -> list[Remark]:
    codes = _codes(ids)
    again = np.asarray(pd.Series(codes).duplicated()) & (codes >= 0)
    return [
        Remark(
            "repeated", ROW_ID, say("'shot_id' has come before, and the verdict leaves the row out"), again, scored=True
        )
    ]


def _codes(ids: pd.Series) -> npt.NDArray[np.int64]:
    """Return a number for each id, -1 where there is none."""
    codes, _ = pd.factorize((ids if pd.api.types.is_numeric_dtype(ids) else to_text(ids)).mask(is_nothing(ids)))
    return np.asarray(codes, np.int64)
