"""What if two change the champion at once, or the registry fails amid a change? One waits; and one sentence is said."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, ErrorCode
from sqlalchemy.exc import SQLAlchemyError

from kobe_shots.datasets.files import first_line
from kobe_shots.errors import KobeShotsError

SQLITE = "sqlite:///"
PATIENCE = 60  # seconds; a change takes two or three
FAILURES = (MlflowException, SQLAlchemyError, OSError)  # requests' errors are OSErrors
UNREAD = -1


@dataclass
class Change:
    """How far a change has come: the version that was in office before, and the one it moves the alias to."""

    before: int | None = UNREAD
    to: int | None = None


class Seat(Protocol):
    """What is asked about once a change has failed."""

    @property
    def name(self) -> str:
        """The registered model."""
        ...

    def version(self) -> int | None:
        """Return the version in office."""
        ...


@contextmanager
def one_at_a_time(registry: str) -> Iterator[None]:
    """Hold a lock beside a SQLite store, which several projects may share; other stores have none."""
    if not registry.startswith(SQLITE):
        yield
        return
    path = Path(registry.removeprefix(SQLITE).partition("?")[0]).resolve()
    lock = FileLock(path.with_name(f"{path.name}.office.lock"))
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise KobeShotsError(
            f"Another process has been changing the champion for {PATIENCE} seconds ({lock.lock_file} is held); one "
            "at a time is allowed: wait until it ends, then run the same command again."
        ) from None
    except OSError as error:
        raise KobeShotsError(
            f"{lock.lock_file} cannot be written ({error.strerror}); a writable folder is needed: "
            "change its permissions, then run the same command again."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def in_one_sentence(what: str, seat: Seat, change: Change) -> Iterator[None]:
    """Turn a registry that cannot be used into what failed, who is in office, and what to do."""
    try:
        yield
    except FAILURES as error:
        if isinstance(error, MlflowException) and error.error_code == ErrorCode.Name(INVALID_PARAMETER_VALUE):
            raise  # that is a fault of the program
        raise KobeShotsError(
            f"{what} did not come through, as the registry cannot be used ({first_line(error)}). "
            f"{_who_is_in_office(seat, change)} When the registry answers again, run the same command again."
        ) from error


def _who_is_in_office(seat: Seat, change: Change) -> str:
    if change.before == UNREAD:
        return "Nothing was changed."
    before = f"{seat.name} version {change.before}" if change.before else "no champion"
    if change.to is None:
        return f"In office is {before}, unchanged."
    # an answer that got lost does not say whether the alias has moved
    with suppress(*FAILURES):
        now = seat.version()
        return f"In office is {seat.name} version {now}{', unchanged' if now == change.before else ''}."
    return f"In office is {before} or, if the last request has arrived, version {change.to}; either is whole."
