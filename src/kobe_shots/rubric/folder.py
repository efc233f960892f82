"""What lies in a folder? Its files by name, and their text, within limits; links are not followed, nothing is run."""

import json
import os
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from kobe_shots.errors import KobeShotsError

MOST_FILES = 100_000
MOST_OF_A_KIND = 1_000  # of files that are opened; a thousand modules take 20 seconds
LARGEST = 2_000_000  # bytes of a text
LARGEST_JSON = 20_000_000  # a notebook with pictures in it has some millions
LARGEST_YAML = 300_000  # it is slow to read
SKIPPED = {".git", ".hg", ".svn", "venv", "node_modules", "site-packages", "__pycache__", "htmlcov"}
SKIPPED |= {
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".tox",
    ".nox",
    ".cache",
}
SKIPPED |= {".import_linter_cache", ".eggs", ".idea", ".vscode"}
VENV, VENV_MARK = ".venv", "pyvenv.cfg"


@dataclass(frozen=True)
class Folder:
    """A folder and the files in it, those near the top first; `is_cut` where there are more than are looked at."""

    root: Path
    files: tuple[str, ...]
    is_cut: bool = False

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """Return the files of each folder that has some, by the folder's path from the root on."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.files:
            found[name.rpartition("/")[0]].append(name)
        return found

    def path(self, name: str) -> Path:
        """Return where a file is."""
        return self.root / name

    def ending(self, *suffixes: str) -> list[str]:
        """Return the files that end so, in any case of letters; of very many those nearest to the top."""
        return list(islice(self._all_ending(suffixes), MOST_OF_A_KIND))

    def is_cut_of(self, suffix: str) -> bool:
        """Return whether there are more files of a kind than are opened."""
        return next(islice(self._all_ending((suffix,)), MOST_OF_A_KIND, None), None) is not None

    def _all_ending(self, suffixes: tuple[str, ...]) -> Iterator[str]:
        return (name for name in self.files if name.lower().endswith(suffixes))

    def text(self, name: str, largest: int | None = None) -> str | None:
        """Return a file's text, what is no UTF-8 replaced; None where it cannot be read or is too large."""
        path = self.path(name)
        try:
            if path.stat().st_size > (LARGEST if largest is None else largest):
                return None
            return path.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return None

    def yaml(self, name: str) -> Any:
        """Return what a YAML file holds, plain values only; None where it is none."""
        try:
            return yaml.safe_load(self.text(name, LARGEST_YAML) or "")
        except (yaml.YAMLError, RecursionError, ValueError):  # a value such as a date may be impossible
            return None

    def json(self, name: str) -> Any:
        """Return what a JSON file holds; None where it is none."""
        try:
            return json.loads(self.text(name, LARGEST_JSON) or "null")
        except (ValueError, RecursionError):
            return None


def survey(root: Path) -> Folder:
    """Return the files of a folder, environments, caches and links left out.

    Raises KobeShotsError when it is no folder, or cannot be read.
    """
    try:
        if not root.is_dir():
            what = "a file" if root.exists() else "not there"
            raise KobeShotsError(f"{root} is {what}; give the folder of a repository: kobe-shots rubric FOLDER.")
        os.scandir(root).close()
    except OSError as error:
        raise KobeShotsError(f"{root} cannot be read ({error.strerror}); give a folder that you may read.") from error
    root = root.resolve()
    files: list[str] = []
    waiting = deque([""])
    while (
        waiting and len(files) <= MOST_FILES
    ):  # one level after the other: a store of runs does not hide what is above
        folders, names = _listed(root, waiting.popleft())
        waiting += folders
        files += names
    return Folder(root, tuple(files[:MOST_FILES]), is_cut=len(files) > MOST_FILES)


def parts(name: str) -> tuple[str, ...]:
    """Return the folders and the name of a file.

    >>> parts("src/a.py")
    ('src', 'a.py')
    """
    return PurePosixPath(name).parts


def _listed(root: Path, folder: str) -> tuple[list[str], list[str]]:
    folders, files = [], []
    try:
        with os.scandir(root / folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        return [], []
    if folder and any(entry.name == VENV_MARK for entry in entries):
        return [], []
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED and not entry.name.startswith(VENV):
                folders.append(path)
        elif entry.is_file(follow_symlinks=False):
            files.append(path)
    return folders, files
