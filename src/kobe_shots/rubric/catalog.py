"""Which datasets does the project declare? The entries of Kedro's catalog: name, file, type, and where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.documents import is_ours
from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.words import expanded, same_name, stem

CATALOG = re.compile(r"(?:^|/)catalog[^/]*(?:/.*)?\.ya?ml$")


@dataclass(frozen=True)
class Entry:
    """A dataset; `file` is empty where it is none."""

    name: str
    file: str
    type: str
    path: str
    line: int

    @property
    def here(self) -> Evidence:
        """Return where it is declared."""
        return at(self.path, self.line)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it may be called in a document: its name, or that of its file; gaps where it has placeholders."""
        called = [self.name, *([stem(parts(self.file)[-1])] if self.file else [])]
        return tuple(dict.fromkeys(one for name in called for one in expanded(name)))

    def is_called(self, name: str) -> bool:
        """Return whether a name may be its own or its file's."""
        return any(same_name(own, name) for own in self.names)


def read_catalog(folder: Folder) -> list[Entry]:
    """Return the entries of all catalogs of a folder."""
    return [
        entry for name in folder.files if CATALOG.search(name) and is_ours(name) for entry in _entries(folder, name)
    ]


def _entries(folder: Folder, name: str) -> Iterator[Entry]:
    held = folder.yaml(name)
    lines = (folder.text(name) or "").splitlines()
    for key, value in held.items() if isinstance(held, dict) else []:
        if isinstance(key, str) and isinstance(value, dict) and "type" in value:
            line = next((n for n, text in enumerate(lines, 1) if text.lstrip("\"'").startswith(key)), 1)
            yield Entry(key, _file(value), str(value["type"]), name, line)


def _file(value: dict[str, object]) -> str:
    inner = value.get("dataset")
    path = value.get("filepath") or value.get("path") or (inner.get("filepath") if isinstance(inner, dict) else None)
    return path if isinstance(path, str) else ""
