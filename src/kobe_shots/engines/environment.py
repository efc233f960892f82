"""Where is PyCaret? In an environment of its own, built from a lock of its own."""

import filecmp
import os
from pathlib import Path

from kobe_shots.errors import KobeShotsError

FOLDER = ".venv-pycaret"
ASKED_FOR = "KOBE_PYCARET"  # names the folder of an environment that is kept elsewhere; make heeds it too
LOCK = "requirements-pycaret.txt"
BUILD = "`make pycaret-env` builds it; it needs Python 3.11"


def interpreter(start: Path | None = None) -> Path:
    """Return the Python of PyCaret's environment, looked for in this folder and those above it.

    The environment holds a copy of the lock it was built from.

    Raises KobeShotsError when there is none, or when it was built from another lock than the one beside it.
    """
    here = start or Path.cwd()
    folder = _folder(here)
    if folder is None:
        raise KobeShotsError(f"PyCaret's environment, {FOLDER}, is not there: {BUILD}.")
    pythons = (folder / "bin" / "python", folder / "Scripts" / "python.exe")
    python = next((path for path in pythons if path.exists()), None)
    if python is None or not (folder / LOCK).is_file():
        raise KobeShotsError(f"PyCaret's environment at {folder} is not there, or not whole: {BUILD}.")
    lock = next((at / LOCK for at in (here, *here.parents) if (at / LOCK).is_file()), None)
    if lock is not None and not filecmp.cmp(lock, folder / LOCK, shallow=False):
        raise KobeShotsError(f"PyCaret's environment at {folder} was built from another {LOCK}: {BUILD}.")
    return python


def _folder(here: Path) -> Path | None:
    if given := os.environ.get(ASKED_FOR):
        return Path(given).absolute()
    return next((at / FOLDER for at in (here, *here.parents) if (at / FOLDER).is_dir()), None)
