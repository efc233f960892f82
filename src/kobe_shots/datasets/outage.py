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

from kobe_shots.errors import KobeShotsError, first_line

SQLITE = "sqlite:///"
PATIENCE = 60  # seconds; a change takes two or three
FAILURES = (MlflowException, SQLAlchemyError, OSError)  # requests' errors are OSErrors
UNREAD = -1


@dataclass
class Change:
    """How far a change has come: who was in office before, whether aliases are being moved, and who is put there."""

    before: int | None = UNREAD
    aliases_touched: bool = False
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

    def straighten(self) -> object:
        """Make the other alias fit the version in office."""
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
            f"{what} was interrupted, as the registry cannot be used ({first_line(error)}). "
            f"{_what_became_of_it(seat, change)}"
        ) from error


def _what_became_of_it(seat: Seat, change: Change) -> str:
    again = "When the registry answers again, run the same command again."
    if change.before == UNREAD:
        return f"Nothing was changed. {again}"
    before = f"{seat.name} version {change.before}" if change.before else "no champion"
    if change.to is None:
        if change.aliases_touched:
            with suppress(*FAILURES):
                seat.straighten()
        return f"In office is {before}, unchanged. {again}"
    # an answer that got lost does not say whether the alias has moved
    with suppress(*FAILURES):
        if seat.version() == change.to:
            return (
                f"In office is {seat.name} version {change.to}, as was asked for; only the record of it may lack. "
                "Do not run the command again, but the steps after it."
            )
        seat.straighten()
        return f"In office is {before}, unchanged. {again}"
    return (
        f"In office is {before} or, if the last request has arrived, version {change.to}; either is whole. When the "
        "registry answers again, look in MLflow which one is the champion, and run the same command again only if it "
        "is the former."
    )
