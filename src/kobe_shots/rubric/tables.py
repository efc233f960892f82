"""What do the parquet files hold? Columns, rows and missing values, told by the files' own metadata."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.words import stem
from kobe_shots.shots.schema import ALIASES

ENDINGS = (".parquet", ".pq")
MOST_COUNTED = 5_000_000  # rows, where missing values have to be counted
STORES = {"mlruns", "mlartifacts"}


@dataclass(frozen=True)
class Table:
    """A parquet file, or a folder of parts of one; `missing` are the missing values by column, where they are known."""

    path: str
    columns: tuple[str, ...]
    rows: int
    missing: dict[str, int] | None

    @property
    def name(self) -> str:
        """Return it without folder and ending."""
        return stem(parts(self.path)[-1]).lower()

    @property
    def here(self) -> Evidence:
        """Return where it is."""
        return at(self.path)

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


def _table(folder: Folder, path: str, files: list[str]) -> Table:
    found = [pq.ParquetFile(folder.path(name)) for name in files]
    columns = tuple(found[0].schema_arrow.names)
    rows = sum(one.metadata.num_rows for one in found)
    counts = [_missing(one) for one in found]
    known = [count for count in counts if count is not None]
    missing = {c: sum(count.get(c, 0) for count in known) for c in columns} if len(known) == len(counts) else None
    return Table(path, columns, rows, missing)


def _missing(file: pq.ParquetFile) -> dict[str, int] | None:
    """Return missing values by column; a NaN is one, and statistics do not tell of it."""
    if file.metadata.num_rows > MOST_COUNTED:
        return None
    held = file.read()
    return {name: _count(held.column(name)) for name in held.column_names}


def _count(column: pa.ChunkedArray) -> int:
    if pa.types.is_floating(column.type):
        return pc.sum(pc.is_null(column, nan_is_null=True)).as_py() or 0
    return int(column.null_count)
