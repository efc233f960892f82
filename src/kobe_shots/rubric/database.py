"""What does an MLflow store in SQLite hold? Read where it lies, read only, whoever else has it open."""

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kobe_shots.rubric.filestore import NAME_TAG
from kobe_shots.rubric.folder import Folder
from kobe_shots.rubric.stores import MOST_RUNS, Run, Store, Version

ENDINGS = (".db", ".sqlite", ".sqlite3")
HEADER = b"SQLite format 3\0"
MOST_ROWS = 1_000_000
STEPS, MOST_CALLS = 1_000_000, 2_000  # of SQLite's machine: a store that would keep us for minutes is given up
NEEDED = {"runs", "params", "tags"}
RUNS = (
    "SELECT run_uuid, name, status, start_time FROM runs WHERE lifecycle_stage = 'active' "
    "ORDER BY start_time DESC LIMIT ?"
)


def read_databases(folder: Folder) -> tuple[list[Store], list[str]]:
    """Return the stores among the SQLite files of a folder, and which files are broken; other databases are passed."""
    stores, broken = [], []
    for name in folder.ending(*ENDINGS):
        try:
            with folder.path(name).open("rb") as file:
                if file.read(len(HEADER)) != HEADER:
                    continue
            with _opened(folder.path(name)) as database:
                if _columns(database, "sqlite_master") >= NEEDED:
                    stores.append(_store(name, database))
        except (sqlite3.Error, OSError, ValueError):
            broken.append(name)
    return stores, broken


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database without a lock; where a log of changes lies beside it, a copy of both, for it belongs to it."""
    log = path.with_name(f"{path.name}-wal")
    with tempfile.TemporaryDirectory() as copies:
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        if log.is_file() and log.stat().st_size:
            for one in (path, log):
                shutil.copy(one, copies)
            address = Path(copies, path.name).as_uri()
        with closing(sqlite3.connect(address, uri=True)) as database:
            calls = iter(range(MOST_CALLS))
            database.set_progress_handler(lambda: next(calls, None) is None, STEPS)
            database.execute("PRAGMA trusted_schema = OFF")
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield database


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table; of the master, the tables."""
    if table == "sqlite_master":
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _store(name: str, database: sqlite3.Connection) -> Store:
    tables = _columns(database, "sqlite_master")
    params = _by_run(database, "SELECT run_uuid, key, value FROM params LIMIT ?")
    tags = _by_run(database, "SELECT run_uuid, key, value FROM tags LIMIT ?")
    latest = "SELECT run_uuid, key, value FROM latest_metrics WHERE NOT is_nan LIMIT ?"
    metrics = _by_run(database, latest) if "latest_metrics" in tables else {}
    runs = [
        Run(
            store=name,
            id=str(run),
            name=str(called or tags[run].get(NAME_TAG, "")),
            status=str(status),
            started=started if isinstance(started, int) else 0,
            params={key: str(value) for key, value in params.get(run, {}).items()},
            metrics={k: float(v) for k, v in metrics.get(run, {}).items() if isinstance(v, int | float)},
            tags={key: str(value) for key, value in tags.get(run, {}).items()},
        )
        for run, called, status, started in database.execute(RUNS, (MOST_RUNS,))
    ]
    return Store(name, tuple(runs), _versions(name, database) if "model_versions" in tables else ())


def _by_run(database: sqlite3.Connection, query: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = defaultdict(dict)
    for run, key, value in database.execute(query, (MOST_ROWS,)):
        found[run][str(key)] = value
    return found


def _versions(name: str, database: sqlite3.Connection) -> tuple[Version, ...]:
    known = [column for column in ("storage_location", "source") if column in _columns(database, "model_versions")]
    query = (
        f"SELECT name, version, run_id, {', '.join(known)} FROM model_versions "  # noqa: S608 -- names of ours only
        "WHERE current_stage IS NOT 'Deleted_Internal' LIMIT ?"
    )
    return tuple(
        Version(name, str(model), int(number), str(run or ""), tuple(str(one) for one in sources if one))
        for model, number, run, *sources in database.execute(query, (MOST_ROWS,))
    )
