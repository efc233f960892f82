"""What is said of an artifact? What it is for, what it holds, who looks at it; every column of it. As data.

Texts are English, to be looked up in the catalogue `artifacts.po`. What the files and the pipelines know themselves
(types, rows, which step writes and which reads) is not said here but read there.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from kobe_shots.language import IN_ENGLISH, Language, Said, render, say


@dataclass(frozen=True)
class Column:
    """A column of a table, or a key of a record; `kind` is its type where no file of the job tells it."""

    name: str
    meaning: str
    unit: str = ""
    values: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A shape of table: what a row is, and the columns, in their order."""

    row: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Artifact:
    """A file, or several of one kind.

    Attributes:
        name: its entry in the catalog, or where no entry names it a pattern of its path.
        objective: what it is for, in one sentence.
        tables: the shapes it may have; or the keys, of a small record.
        holds: what is drawn, or told, where that is no table.
        record: the type that describes it field by field.
        glossary: what the names in one of its columns mean.
        pages: of the dashboard that show it.
        read_by: what else reads it, beside steps and pages.
        written_by: what writes it, where no step does.
    """

    name: str
    objective: str
    tables: tuple[Table, ...] = ()
    holds: str = ""
    record: type[BaseModel] | None = None
    glossary: Table | None = None
    pages: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    written_by: str = ""


def between(low: float, high: float) -> Said:
    """Return the range that values lie in, both ends included.

    >>> between(0, 1)
    '0 to 1'
    """
    return say("{low:g} to {high:g}", low=low, high=high)


def tell(text: str, language: Language = IN_ENGLISH) -> str:
    """Return a text of these in a language."""
    return render(text.message, language) if isinstance(text, Said) else language.look_up(text)


def one_of(*values: object) -> str:
    """Return values as they stand in the code.

    >>> one_of("lr", "dt")
    '`lr`, `dt`'
    """
    return ", ".join(f"`{value}`" for value in values)
