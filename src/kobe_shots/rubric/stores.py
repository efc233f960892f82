"""What do MLflow's stores in a folder hold? Runs with parameters and metrics, and versions of registered models."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kobe_shots.language import say
from kobe_shots.rubric.answers import Evidence
from kobe_shots.rubric.folder import Folder, parts

ID = re.compile(r"^(?:m-)?[0-9a-f]{32}$")
MOST_RUNS = 5_000
SHOWN = 8  # letters of a run's id


@dataclass(frozen=True)
class Run:
    """A run that was not deleted; metrics are their last values, those that are no number left out."""

    store: str
    id: str
    name: str
    status: str
    started: int
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    metrics: Mapping[str, float] = field(default_factory=dict, repr=False)
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_done(self) -> bool:
        """Return whether it came to its end."""
        return self.status in ("FINISHED", "3")

    def at(self, metric: str | None = None) -> Evidence:
        """Return where it, or a metric of it, is."""
        said = (
            say("{store}: run {name} {id}", store=self.store, name=self.name, id=self.id[:SHOWN])
            if metric is None
            else say(
                "{store}: run {name} {id}, metric {metric}",
                store=self.store,
                name=self.name,
                id=self.id[:SHOWN],
                metric=metric,
            )
        )
        return Evidence(sentence=said, path=self.store, run=self.id, metric=metric)


@dataclass(frozen=True)
class Version:
    """A version of a registered model; `sources` are the places its files may be, as the store has them."""

    store: str
    name: str
    version: int
    run: str
    sources: tuple[str, ...]

    @property
    def here(self) -> Evidence:
        """Return where it is."""
        said = say("{store}: model {name} version {version}", store=self.store, name=self.name, version=self.version)
        return Evidence(sentence=said, path=self.store, run=self.run or None)


@dataclass(frozen=True)
class Store:
    """A store: a folder of files, or a database."""

    path: str
    runs: tuple[Run, ...]
    versions: tuple[Version, ...]


class Places:
    """Where in the folder the files of a store are, whatever machine it was written on."""

    def __init__(self, folder: Folder) -> None:
        """Look at which folders carry the id of a run or of a logged model."""
        self._folder = folder

    @cached_property
    def _by_id(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._folder.by_folder:
            pieces = parts(path)
            for number, piece in enumerate(pieces):
                if ID.match(piece) and (whole := "/".join(pieces[: number + 1])) not in found.setdefault(piece, []):
                    found[piece].append(whole)
        return found

    def of_run(self, run: str) -> list[str]:
        """Return the folders of a run, or of a logged model, by its id."""
        return self._by_id.get(run, [])

    def locate(self, source: str) -> list[str]:
        """Return the files under an address of a store, found by what follows the id in it; none where it has none."""
        pieces = [piece for piece in re.split(r"[/\\:]+", source) if piece]
        number = next((n for n, piece in enumerate(pieces) if ID.match(piece)), None)
        if number is None:
            return []
        tail = pieces[number + 1 :]
        for home in self.of_run(pieces[number]):
            for under in ("/".join([home, *tail]), "/".join([home, "artifacts", *tail])):
                if files := self.under(under):
                    return files
        return []

    def under(self, path: str) -> list[str]:
        """Return all files at any depth in a folder."""
        return [
            name for at, names in self._folder.by_folder.items() if f"{at}/".startswith(f"{path}/") for name in names
        ]
