"""Where do the raw files come from, and are they still the ones that were put there?

`provenance.json` lies beside the raw files and answers both: in a sentence for people, in sha256s for `verify`.
"""

import hashlib
import json
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Literal, Self

import pyarrow.parquet as pq
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said, Spoken, say

DEV_FILE = "dataset_kobe_dev.parquet"
PROD_FILE = "dataset_kobe_prod.parquet"
RAW_FILES = (DEV_FILE, PROD_FILE)
PROVENANCE_FILE = "provenance.json"
PUBLISHED_SHA256 = {
    DEV_FILE: "3a177adbf7e4ef40cb770940a3aa52ee4880372352d4cf676a94a2d274a36b07",
    PROD_FILE: "98e4a0c2ed17d350f84fd356bfdcce9b707e931ec37909999489a3d36cf9d05e",
}

Source = Literal["download", "folder", "found", "simulate"]


class RawFile(BaseModel):
    """One raw file as it was when it was put in place."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    rows: int


class Provenance(Spoken):
    """The origin of the raw files.

    `why` says what made this the source; `shots` and `seed` are set for simulated shots only.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    sentence: str
    why: str
    files: tuple[RawFile, ...]
    fetched_at: AwareDatetime
    shots: int | None = None
    seed: int | None = None

    @classmethod
    def of(
        cls,
        folder: Path,
        source: Source,
        *,
        why: str,
        origin: str = "",
        shots: int | None = None,
        seed: int | None = None,
    ) -> Self:
        """Return the provenance, as of now, of the two raw files in a folder.

        `origin` names the folder the files were taken from; it is a name and no path, so that a report may be shared.
        """
        files = tuple(_describe_file(folder / name) for name in RAW_FILES)
        published = all(file.sha256 == PUBLISHED_SHA256[file.name] for file in files)
        what = say("The published bases") if published else say("Shots other than the published bases")
        sentence = {
            "download": say("{what}, downloaded.", what=what),
            "folder": say("{what}, taken from the folder '{folder}'.", what=what, folder=origin),
            "found": say("{what}, found in the raw folder.", what=what),
            "simulate": say(
                "Simulated shots, not the league's: {n:,} shots from seed {seed}.", n=shots or 0, seed=seed
            ),
        }[source]
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(source=source, sentence=sentence, why=why, files=files, fetched_at=now, shots=shots, seed=seed)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what a folder's provenance.json says.

        Raises KobeShotsError when there is none or it is not one that `save` wrote.
        """
        path = folder / PROVENANCE_FILE
        if not path.is_file():
            raise KobeShotsError(f"{folder} holds no {PROVENANCE_FILE}. Fetch the data first: kobe-shots fetch.")
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the whole file"
            raise KobeShotsError(
                f"{path} was not written by kobe-shots: {where}: {fault['msg']}. "
                "Remove it and run kobe-shots fetch to have the files beside it examined anew."
            ) from error

    def save(self, folder: Path) -> None:
        """Write provenance.json into a folder, whole or not at all."""
        document = self.model_dump(mode="json") | {"fingerprint": self.fingerprint}
        unfinished = folder / f"{PROVENANCE_FILE}.tmp"
        unfinished.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(folder / PROVENANCE_FILE)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when a byte of either file does: the sha256 over the files' sha256s."""
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()[:12]

    def describe(self) -> Said:
        """Return the origin in two sentences for a report; without the time, so that equal data reads equal."""
        rows = [say("{rows:,} rows in {file}", rows=file.rows, file=file.name) for file in self.files]
        return say(
            "{sentence} {rows}; fingerprint {fingerprint}.",
            sentence=self.saying(),
            rows=reduce(lambda some, other: say("{some} and {other}", some=some, other=other), rows),
            fingerprint=self.fingerprint,
        )

    def strangers(self, folder: Path) -> list[str]:
        """Return the names of the recorded files whose bytes in a folder are others, or that are not there."""
        return [
            file.name
            for file in self.files
            if not (folder / file.name).is_file() or sha256_of(folder / file.name) != file.sha256
        ]


def verify(folder: Path) -> Provenance:
    """Return the provenance of the raw files in a folder, having compared every byte with it.

    Raises KobeShotsError when provenance.json is missing or unreadable, or when a file is missing or another one.
    """
    provenance = Provenance.load(folder)
    if strangers := provenance.strangers(folder):
        raise KobeShotsError(
            f"{folder} does not hold the {' and '.join(strangers)} that {PROVENANCE_FILE} records. "
            "Put the data in order: kobe-shots fetch."
        )
    return provenance


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _describe_file(path: Path) -> RawFile:
    return RawFile(name=path.name, sha256=sha256_of(path), rows=pq.read_metadata(path).num_rows)
