"""What do the files of a run know of themselves? Their columns, the types, how many rows; held against what is said."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kobe_shots.documents.artifacts.described import Table
from kobe_shots.errors import KobeShotsError

CATEGORY, TEXT, LIST = "category", "text", "list of float64"
KINDS = (CATEGORY, TEXT, LIST)  # that are words
INDEX = "__index_level_"  # of pandas, where a table keeps the row numbers of another; no column of its own


def columns_of(path: Path) -> dict[str, str]:
    """Return the columns of a parquet file, in their order, with the type of each.

    Raises KobeShotsError where there is no such file.
    """
    return {one.name: kind_of(one.type) for one in _schema(path) if not one.name.startswith(INDEX)}


def rows_of(path: Path) -> int:
    """Return how many rows a parquet file has; raises as `columns_of`."""
    _schema(path)
    return int(pq.read_metadata(path).num_rows)


def shape_of(path: Path, tables: tuple[Table, ...]) -> Table:
    """Return which of the described shapes a parquet file has.

    Raises KobeShotsError where it has none of them: a column is not described, or a description is of no column.
    """
    held = list(columns_of(path))
    for table in tables:
        if [column.name for column in table.columns] == held:
            return table
    raise KobeShotsError(
        f"{path.name} holds the columns {', '.join(held)}, and none of its descriptions names just these, in this "
        "order. Describe them in kobe_shots.documents.artifacts, or run the job with this version: make run."
    )


def kind_of(kind: pa.DataType) -> str:
    """Return what a type is called here.

    >>> kind_of(pa.large_string()), kind_of(pa.float64()), kind_of(pa.int8())
    ('text', 'float64', 'int8')
    """
    if pa.types.is_dictionary(kind):
        return CATEGORY
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return TEXT
    numbers = {"double": "float64", "float": "float32", "list<element: double>": LIST}
    return numbers.get(str(kind), str(kind))


def _schema(path: Path) -> pa.Schema:
    if not path.is_file():
        raise KobeShotsError(f"{path.name} is not there yet; run the job first: make run.")
    return pq.read_schema(path)
