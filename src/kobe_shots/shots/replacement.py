"""How do new raw files take the place of old ones? All of them or none, whatever kills the process.

1. Both files, a simulation's truth and provenance.json are made in `.incoming`, a folder within the raw folder and so
   on the same file system.
2. `.incoming` is renamed to `.ready`: from here on the replacement is decided.
3. The files move out of `.ready` one by one, provenance.json last, and `.ready` goes.

A kill before step 2 leaves the raw files as they were. A kill after it is made good by `finish`, which the next fetch
calls before anything else; until then `provenance.verify` refuses the mixture by its sha256s. Files that differ from
provenance.json without a `.ready` beside them were therefore placed by hand.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kobe_shots.shots.provenance import PROVENANCE_FILE, RAW_FILES, Provenance

TRUTH_FOLDER = "truth"
INCOMING, READY = ".incoming", ".ready"


def interrupted(raw_dir: Path) -> bool:
    """Return whether a decided replacement was cut short and waits for `finish`."""
    return (raw_dir / READY).exists()


@contextmanager
def incoming(raw_dir: Path) -> Iterator[Path]:
    """Lend an empty folder to make the new files in; what a killed fetch left in it goes."""
    folder = raw_dir / INCOMING
    _remove_folder(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        _remove_folder(folder)


def commit(raw_dir: Path, provenance: Provenance) -> Provenance:
    """Put what lies in the incoming folder in place of the raw files, and return its provenance."""
    provenance.save(raw_dir / INCOMING)
    (raw_dir / INCOMING).replace(raw_dir / READY)
    finish(raw_dir)
    return provenance


def finish(raw_dir: Path) -> None:
    """Move what lies ready into place; does nothing where nothing does."""
    ready = raw_dir / READY
    if not ready.exists():
        return
    for name in (*RAW_FILES, TRUTH_FOLDER, PROVENANCE_FILE):
        if (ready / name).exists():  # some have moved already when a fetch was interrupted
            _remove_folder(raw_dir / name)  # a folder is not replaced as a file is
            (ready / name).replace(raw_dir / name)
    if Provenance.load(raw_dir).source != "simulate":
        forget_truth(raw_dir)
    _remove_folder(ready)


def forget_truth(raw_dir: Path) -> None:
    """Remove the truth of a simulation whose shots lie here no more."""
    _remove_folder(raw_dir / TRUTH_FOLDER)


def _remove_folder(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
