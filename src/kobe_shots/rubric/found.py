"""What is there to judge by? All that was read in a folder, once, for all checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kobe_shots.language import Said, say
from kobe_shots.rubric.answers import Judged, failed, untold
from kobe_shots.rubric.catalog import Entry, read_catalog
from kobe_shots.rubric.code import Source, read_code
from kobe_shots.rubric.database import read_databases
from kobe_shots.rubric.documents import Document, read_documents, unread
from kobe_shots.rubric.filestore import read_file_stores
from kobe_shots.rubric.folder import LARGEST_JSON, Folder
from kobe_shots.rubric.statements import Section, read_sections
from kobe_shots.rubric.stores import Places, Run, Store
from kobe_shots.rubric.tables import Table, read_tables

if TYPE_CHECKING:
    from kobe_shots.report import Report

REPORT = "data/08_reporting/report.json"
NO_STORE = say(
    "There is no MLflow store with runs here (mlruns, or a SQLite file); put the one of the project in the folder."
)


@dataclass(frozen=True)
class Found:
    """What a folder holds; `report` is that of a finished run of this project, where there is one."""

    folder: Folder
    documents: list[Document] = field(repr=False)
    sources: list[Source] = field(repr=False)
    tables: list[Table] = field(repr=False)
    entries: list[Entry] = field(repr=False)
    stores: list[Store] = field(repr=False)
    places: Places = field(repr=False)
    report: "Report | None" = field(repr=False)
    broken: list[str]

    @cached_property
    def runs(self) -> list[Run]:
        """Return the runs of all stores, the newest of a store first."""
        return [run for store in self.stores for run in store.runs]

    @cached_property
    def sections(self) -> list[Section]:
        """Return what the documents state, section by section."""
        return read_sections(self.documents)

    def runs_called(self, name: str) -> Iterator[Run]:
        """Return the runs of exactly this name that came to their end."""
        return (run for run in self.runs if run.name == name and run.is_done)

    def not_written(self, what: Said) -> Judged:
        """Return the answer where no document says it: it may stand in one that is not here, or not read."""
        if self.documents:
            return failed(what)
        if closed := unread(self.folder):
            return untold(
                say(
                    "{what} It may stand in {file}, which is not read; give it as Markdown or text.",
                    what=what,
                    file=closed[0],
                )
            )
        return untold(
            say("{what} There is no document or notebook here; give the folder that has the report.", what=what)
        )


def gather(folder: Folder) -> Found:
    """Return all that can be read in a folder."""
    tables, broken_tables = read_tables(folder)
    in_files, broken_records = read_file_stores(folder)
    in_databases, broken_databases = read_databases(folder)
    return Found(
        folder=folder,
        documents=read_documents(folder),
        sources=read_code(folder),
        tables=tables,
        entries=read_catalog(folder),
        stores=[store for store in [*in_databases, *in_files] if store.runs or store.versions],
        places=Places(folder),
        report=_report(folder),
        broken=[*broken_databases, *broken_tables, *broken_records],
    )


def _report(folder: Folder) -> "Report | None":
    if REPORT not in folder.files:
        return None
    from kobe_shots.report import Report  # all that judges models comes with it, a second

    try:
        return Report.model_validate_json(folder.text(REPORT, LARGEST_JSON) or "")
    except ValueError:
        return None
