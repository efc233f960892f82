"""Which table has somebody handed over? The bytes of a CSV or parquet file as columns, or one sentence why not.

CSV is kept as the text that it is, so that nothing of it changes on its way through: who reads a number there, says
so. Separator and encoding are found out: commas or semicolons, UTF-8 or what Excel writes. Nothing touches the disk.
"""

import codecs
import csv
import re
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from kobe_shots.errors import KobeShotsError, first_line
from kobe_shots.language import say
from kobe_shots.shots.schema import ALIASES, RawShots

MOST_MEGABYTES = 200
MOST_ROWS = 1_000_000
FIRST_LETTERS, FIRST_ROWS = 20, 1000
SEPARATORS = ",;\t|"
PARQUET = b"PAR1"
DECIMAL_COMMA = r"\s*[+-]?\d+,\d+\s*"
HINT = re.compile(rb"\A(?:\xef\xbb\xbf)?sep=(.)\r?\n")  # what Excel is told the separator with
KNOWN = {*RawShots.to_schema().columns, *ALIASES}


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written.

    Attributes:
        separator: between fields.
        decimal: in numbers.
        encoding: of the text.
    """

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"


INTERNATIONAL, BRAZILIAN = Dialect(), Dialect(";", ",", "utf-8-sig")  # the latter as Excel there reads and writes it


@dataclass(frozen=True, eq=False)
class HandedOver:
    """A table that was handed over.

    Attributes:
        name: of the file.
        table: as it came; text where it was CSV.
        dialect: of that CSV; None where it was parquet.
    """

    name: str
    table: pd.DataFrame
    dialect: Dialect | None


def read_handed_over(name: str, content: bytes) -> HandedOver:
    """Return the table in the bytes of a file.

    Raises KobeShotsError where they are empty, too many, or neither a whole CSV nor a whole parquet file.
    """
    if not content.strip():
        raise KobeShotsError(
            say(
                "{name} is empty; give a CSV or parquet file, one row a shot under the names of its columns.", name=name
            )
        )
    if (megabytes := len(content) / 2**20) > MOST_MEGABYTES:
        raise KobeShotsError(
            say(
                "{name} has {got:,.0f} MB, and at most {most:,} MB are read at once; give it in parts.",
                name=name,
                got=megabytes,
                most=MOST_MEGABYTES,
            )
        )
    if content.startswith(PARQUET):
        given = HandedOver(name, _read_parquet(name, content), None)
    elif name.lower().endswith(".parquet"):
        raise KobeShotsError(
            say("{name} is called parquet and does not hold it; write it anew, or give a CSV file.", name=name)
        )
    else:
        given = _read_csv(name, content)
    return _refuse_shape(given)


def write_csv(table: pd.DataFrame, dialect: Dialect) -> bytes:
    """Return a table as CSV in a dialect."""
    text = table.to_csv(index=False, sep=dialect.separator, decimal=dialect.decimal)
    return text.encode(dialect.encoding)


def write_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as parquet."""
    file = BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()


def _read_parquet(name: str, content: bytes) -> pd.DataFrame:
    try:
        file = pa.parquet.ParquetFile(BytesIO(content))
        _refuse_length(name, file.metadata.num_rows)  # a small file may hold very many
        _refuse_twice(name, file.schema_arrow.names)
        table: pd.DataFrame = file.read().to_pandas(ignore_metadata=True)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise KobeShotsError(
            say(
                "{name} begins as parquet does and cannot be read on ({error}); write or copy it anew, the whole file.",
                name=name,
                error=first_line(error),
            )
        ) from error
    return table


def _read_csv(name: str, content: bytes) -> HandedOver:
    text, encoding = _to_utf8(name, content)
    hint = HINT.match(text)
    text = text[hint.end() if hint else 0 :] + b"\n"
    if text.count(b'"') % 2:
        raise KobeShotsError(
            say('{name} opens a quotation mark (") that nothing closes; mend it, or give a parquet file.', name=name)
        )
    try:
        separator = hint[1].decode() if hint else max(SEPARATORS, key=lambda one: _divides(text, one))
        table = _parse(name, text, separator, _header(text, separator))
    except (csv.Error, UnicodeDecodeError, pa.ArrowException) as error:
        raise KobeShotsError(
            say("{name} cannot be read as CSV ({error}); save it anew.", name=name, error=first_line(error))
        ) from error
    names = [column.strip() or f"unnamed_{number}" for number, column in enumerate(table.column_names, start=1)]
    _refuse_twice(name, names)
    frame: pd.DataFrame = table.rename_columns(names).to_pandas()
    return HandedOver(name, frame, Dialect(separator, "," if _has_decimal_commas(frame) else ".", encoding))


def _to_utf8(name: str, content: bytes) -> tuple[bytes, str]:
    """Return text in UTF-8 without a mark, and the encoding to answer in: with the mark where Excel may have been."""
    marked = content.startswith(codecs.BOM_UTF8)
    content = content.removeprefix(codecs.BOM_UTF8)
    half = _half_empty(content)
    for encoding in (half,) if half else ("utf-8", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "utf-8":
            return content, "utf-8-sig" if marked else "utf-8"
        return text.encode(), "utf-8-sig"
    raise KobeShotsError(
        say(
            "{name} is neither text nor parquet (a workbook, perhaps, or an archive); save it as CSV and give that.",
            name=name,
        )
    )


def _half_empty(content: bytes) -> str | None:
    """Return which UTF-16 this is, if any: it says so, or every other byte of its first plain letters is 0."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:FIRST_LETTERS]
    if start[1::2] and not any(start[1::2]):
        return "utf-16-le"
    return "utf-16-be" if start[1::2] and not any(start[::2]) else None


def _header(text: bytes, separator: str) -> list[str]:
    lines = TextIOWrapper(BytesIO(text), "utf-8", newline="")
    return next((fields for fields in csv.reader(lines, delimiter=separator) if fields), [])


def _divides(text: bytes, separator: str) -> tuple[int, int]:
    """Return into how many names that are known, and into how many at all, a separator divides the header."""
    names = _header(text, separator)
    return sum(name.strip().lower() in KNOWN for name in names), len(names)


def _has_decimal_commas(table: pd.DataFrame) -> bool:
    known = [column for column in table.columns if column.strip().lower() in KNOWN]
    return any(table[column].head(FIRST_ROWS).str.fullmatch(DECIMAL_COMMA).any() for column in known)


def _parse(name: str, text: bytes, separator: str, header: list[str]) -> pa.Table:
    ragged: list[Any] = []

    def refuse(row: Any) -> str:
        ragged.append(row)
        return "error"

    try:
        return pa.csv.read_csv(
            BytesIO(text),
            read_options=pa.csv.ReadOptions(use_threads=False),  # else a row does not know its number
            parse_options=pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except pa.ArrowInvalid:
        if not ragged:
            raise
        raise KobeShotsError(
            say(
                "Row {row:,} of {name}, the names of the columns being row 1, has {got:,} fields where there are "
                "{expected:,} columns; put fields that hold a '{separator}' into quotation marks, or divide them by "
                "another separator.",
                row=ragged[0].number,
                name=name,
                got=ragged[0].actual_columns,
                expected=ragged[0].expected_columns,
                separator=separator,
            )
        ) from None


def _refuse_length(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        raise KobeShotsError(
            say(
                "{name} has {n:,} rows, and at most {most:,} are read at once; give it in parts.",
                name=name,
                n=rows,
                most=MOST_ROWS,
            )
        )


def _refuse_twice(name: str, columns: list[str]) -> None:
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise KobeShotsError(
            say(
                "{name} has several columns called {columns}; give every column a name of its own.",
                name=name,
                columns=", ".join(f"'{column}'" for column in twice),
            )
        )


def _refuse_shape(given: HandedOver) -> HandedOver:
    _refuse_length(given.name, len(given.table))
    if given.table.empty:
        raise KobeShotsError(say("{name} has columns and no row; give at least one shot.", name=given.name))
    return given
