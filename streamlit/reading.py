"""What is there to show? What the pipelines wrote, read once and kept until the file changes."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.job import REPORT_FILE, read_report, registered
from kobe_shots.models.promotion import CHAMPION, IN_OFFICE
from kobe_shots.project import find_project
from kobe_shots.report import Report

if TYPE_CHECKING:  # MLflow takes a second to import: the first sentence comes before it
    from kobe_shots.datasets.registrations import Registered

REPORTING = Path("data/08_reporting")
SCORED = Path("data/07_model_output")


def project() -> Path:
    """Return the folder of the project.

    Raises KobeShotsError outside of one.
    """
    return find_project()


def report() -> Report:
    """Return the report of the last run.

    Raises KobeShotsError when there is none, or when another version of the program wrote it.
    """
    path = project() / REPORT_FILE
    return _report(project(), _written(path))


def is_reported() -> bool:
    """Return whether there is a report, whoever wrote it."""
    with suppress(KobeShotsError):
        return (project() / REPORT_FILE).is_file()
    return False


def table(path: Path, columns: Iterable[str]) -> pd.DataFrame | None:
    """Return a table that a pipeline wrote, by its path in the project; None where there is none with these columns.

    It is shared by all who look at the page: it is not to be changed.
    """
    whole = project() / path
    try:
        found = _table(whole, _written(whole))
    except (OSError, ValueError):  # not there, or not what pyarrow can read
        return None
    return found if {*columns} <= {*found.columns} else None  # else another version of the program wrote it


@st.cache_data(ttl="10s", max_entries=4, show_spinner=False)  # promotion moves an alias while the page is open
def registrations(folder: Path) -> "list[Registered]":
    """Return what the registry of a project holds.

    Raises KobeShotsError when the registry cannot be reached.
    """
    return registered(folder)


def in_office(registry: "Iterable[Registered]") -> "Registered | None":
    """Return the version that is champion, or None where nobody is."""
    return next((one for one in registry if one.name == CHAMPION and IN_OFFICE in one.aliases), None)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by column name."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _report(folder: Path, written: int) -> Report:  # noqa: ARG001 -- part of the key
    return read_report(folder)


@st.cache_resource(max_entries=32, show_spinner=False)
def _table(path: Path, written: int) -> pd.DataFrame:  # noqa: ARG001 -- part of the key
    return pd.read_parquet(path)
