"""What do the parquet files hold? Columns and rows, as their metadata say, and missing values, counted when asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.words import stem
from kobe_shots.shots.schema import ALIASES

ENDINGS = (".parquet", ".pq")
MOST_COUNTED = 20_000_000  # rows
STORES = {"mlruns", "mlartifacts"}


@dataclass(frozen=True)
class Table:
    """A parquet file, or a folder of parts of one."""

    path: str
    columns: tuple[str, ...]
    rows: int
    files: tuple[Path, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """Return it without folder and ending."""
        return stem(parts(self.path)[-1]).lower()

    @property
    def here(self) -> Evidence:
        """Return where it is."""
        return at(self.path)

    @cached_property
    def missing(self) -> dict[str, int] | None:
        """Return the missing values of each column, None where they cannot be counted.

        They are counted and not taken from the metadata, which does not tell of a NaN.
        """
        if self.rows > MOST_COUNTED:
            return None
        try:
            parts_of = [pq.ParquetFile(path) for path in self.files]
            return {name: sum(_count(one.read([name]).column(name)) for one in parts_of) for name in self.columns}
        except (pa.ArrowException, OSError, KeyError):
            return None

    @property
    def in_store(self) -> bool:
        """Return whether it lies in a store of runs, as their artifact."""
        return bool(STORES.intersection(parts(self.path)))


def read_tables(folder: Folder) -> tuple[list[Table], list[str]]:
    """Return the parquet tables of a folder, those beside a store of runs first, and the files that are broken."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for name in folder.ending(*ENDINGS):
        whole = next((i for i, part in enumerate(parts(name)) if part.lower().endswith(ENDINGS)), 0)
        by_table["/".join(parts(name)[: whole + 1])].append(name)
    tables, broken = [], []
    for path, files in by_table.items():
        try:
            tables.append(_table(folder, path, files))
        except (pa.ArrowException, OSError, ValueError):
            broken.append(path)
    return sorted(tables, key=lambda table: table.in_store), broken


def canonical(columns: Iterable[str]) -> set[str]:
    """Return columns' names as the assignment's data has them.

    >>> sorted(canonical(["Lng", "lat"]))
    ['lat', 'lon']
    """
    small = (column.lower() for column in columns)
    return {ALIASES.get(column, column) for column in small if not column.startswith("__index_level_")}


def _table(folder: Folder, path: str, names: list[str]) -> Table:
    files = tuple(folder.path(name) for name in names)
    metadata = [pq.ParquetFile(file).metadata for file in files]
    columns = tuple(metadata[0].schema.to_arrow_schema().names)
    return Table(path, columns, sum(one.num_rows for one in metadata), files)


def _count(column: pa.ChunkedArray) -> int:
    if pa.types.is_floating(column.type):
        return pc.sum(pc.is_null(column, nan_is_null=True)).as_py() or 0
    return int(column.null_count)
