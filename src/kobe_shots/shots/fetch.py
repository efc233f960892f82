"""How do the raw shots get into data/01_raw? From what lies there, the public download, a folder or the simulator.

Foreign files are examined before anything in the raw folder is touched: a download against the published sha256s, all
others against `RawShots`. How new files take the place of old ones is the business of `replacement`.
"""

import hashlib
import http.client
import shutil
import urllib.request
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say
from kobe_shots.shots import replacement, simulator
from kobe_shots.shots.provenance import (
    DEV_FILE,
    PROD_FILE,
    PROVENANCE_FILE,
    PUBLISHED_SHA256,
    RAW_FILES,
    Provenance,
    verify,
)
from kobe_shots.shots.schema import validate_raw

BASE_URL = (
    "https://raw.githubusercontent.com/echer/25e1-3-eng-ml-kobe-alan-echer/"
    "135d81ca78ec93cd46c1584bd88a03c5892f3e2a/data/01_raw"
)
SHOT_TYPES = {DEV_FILE: "2PT Field Goal", PROD_FILE: "3PT Field Goal"}
LOCK = ".lock"
REFUSED_SUFFIX = ".refused"


def fetch(source: str, raw_dir: Path, *, shots: int, seed: int, timeout: float, base_url: str = BASE_URL) -> Provenance:
    """Put the two raw bases into `raw_dir` and return where they come from.

    `source` is 'auto', 'download', 'simulate' or the path of a folder. Auto keeps the valid files already in `raw_dir`,
    else downloads, else simulates; `Provenance.why` says what made it choose, and files it refuses stay beside the new
    ones as `*.refused`. `shots` and `seed` are the simulator's; `timeout` is how many seconds the download's server may
    stay silent. One fetch at a time works on a raw folder; a second one waits.

    Raises KobeShotsError when the source yields no valid files or `raw_dir` cannot be written.
    """
    try:
        if source == "auto" and not replacement.interrupted(raw_dir):
            with suppress(KobeShotsError):  # ahead of the lock, because keeping must work in a read-only folder too
                return _keep(raw_dir)
        raw_dir.mkdir(exist_ok=True)
        with FileLock(raw_dir / LOCK):
            replacement.finish(raw_dir)
            if source == "auto":
                return _choose(raw_dir, shots, seed, timeout, base_url)
            why = say("it was asked for")
            if source == "download":
                return _download(raw_dir, base_url, timeout, why)
            if source == "simulate":
                return _simulate(raw_dir, shots, seed, why)
            return _copy(Path(source), raw_dir, why)
    except OSError as error:
        raise KobeShotsError(
            f"The raw folder {raw_dir} cannot be filled: {error}. "
            "It must be writable, or a new folder in an existing one; name another with --raw-dir."
        ) from error


def accept(raw_dir: Path) -> Provenance:
    """Return the provenance of the raw files that lie in `raw_dir`; valid ones placed by hand are recorded as found.

    Raises KobeShotsError when a file is missing or not valid, or when the two do not belong together.
    """
    with suppress(KobeShotsError):
        return _keep(raw_dir)
    return _adopt(raw_dir)


def _choose(raw_dir: Path, shots: int, seed: int, timeout: float, base_url: str) -> Provenance:
    try:
        return accept(raw_dir)
    except KobeShotsError as refused:
        why = _fact(refused)
    if kept := _set_aside(raw_dir):
        why += f" (kept as {' and '.join(kept)})"
    try:
        return _download(raw_dir, base_url, timeout, why)
    except KobeShotsError as failed:
        return _simulate(raw_dir, shots, seed, f"{why}, and {_fact(failed)}")


def _keep(raw_dir: Path) -> Provenance:
    provenance = verify(raw_dir)
    why = say("the raw folder already holds it, every byte as recorded")
    return Provenance.model_validate(dict(provenance) | {"why": why})


def _adopt(raw_dir: Path) -> Provenance:
    """Accept valid files that were placed by hand, or say what forbids it."""
    if missing := [name for name in RAW_FILES if not (raw_dir / name).exists()]:
        raise KobeShotsError(f"The raw folder lacks {' and '.join(missing)}. Fetch the data: kobe-shots fetch.")
    if (recorded := _recorded(raw_dir)) and len(strangers := recorded.strangers(raw_dir)) == 1:
        raise KobeShotsError(
            f"The raw folder holds a mixture: {strangers[0]} is not the one that {PROVENANCE_FILE} records. "
            "Fetch the data: kobe-shots fetch."
        )
    for name in RAW_FILES:
        _read_base(raw_dir / name)
    provenance = Provenance.of(raw_dir, "found", why=say("valid files had been placed in the raw folder by hand"))
    replacement.forget_truth(raw_dir)
    provenance.save(raw_dir)
    return provenance


def _set_aside(raw_dir: Path) -> list[str]:
    """Rename the raw files this program did not write, which nobody asked it to overwrite, and return the new names."""
    recorded = _recorded(raw_dir)
    foreign = recorded.strangers(raw_dir) if recorded else RAW_FILES
    kept = [name for name in foreign if (raw_dir / name).exists()]
    for name in kept:
        (raw_dir / name).replace(raw_dir / (name + REFUSED_SUFFIX))
    return [name + REFUSED_SUFFIX for name in kept]


def _recorded(raw_dir: Path) -> Provenance | None:
    try:
        return Provenance.load(raw_dir)
    except KobeShotsError:
        return None


def _download(raw_dir: Path, base_url: str, timeout: float, why: str) -> Provenance:
    with replacement.incoming(raw_dir) as incoming:
        for name in RAW_FILES:
            (incoming / name).write_bytes(_get(f"{base_url}/{name}", timeout, PUBLISHED_SHA256[name]))
        return replacement.commit(raw_dir, Provenance.of(incoming, "download", why=why))


def _get(url: str, timeout: float, expected: str) -> bytes:
    """Return what lies at a URL, if its sha256 is the expected one.

    Made with the standard library's urllib: requests, which MLflow installs anyway, would bring nothing to two plain
    GETs. As there, the time-out is for each wait on the server; looking up its name is left to the system's own limit.
    """
    elsewhere = "Work without it: kobe-shots fetch --source simulate, or --source FOLDER with your own copy."
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:  # noqa: S310  the URL is ours, never a user's
            content: bytes = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise KobeShotsError(f"{url} could not be downloaded ({error}). {elsewhere}") from error
    got = hashlib.sha256(content).hexdigest()
    if got != expected:
        raise KobeShotsError(
            f"{url} gave {len(content):,} bytes with sha256 {got}, expected is the published {expected}. {elsewhere}"
        )
    return content


def _simulate(raw_dir: Path, shots: int, seed: int, why: str) -> Provenance:
    with replacement.incoming(raw_dir) as incoming:
        (incoming / replacement.TRUTH_FOLDER).mkdir()
        simulator.simulate(incoming, incoming / replacement.TRUTH_FOLDER, shots=shots, seed=seed)
        return replacement.commit(raw_dir, Provenance.of(incoming, "simulate", why=why, shots=shots, seed=seed))


def _copy(folder: Path, raw_dir: Path, why: str) -> Provenance:
    """Take the two bases of a folder byte for byte, or split the shots of all its parquet files by shot type."""
    if not folder.is_dir():
        raise KobeShotsError(
            f"The source '{folder}' is not a folder. "
            "Allowed are auto, download, simulate or the path of a folder of parquet files."
        )
    if folder.samefile(raw_dir):
        raise KobeShotsError(f"The source '{folder}' is the raw folder itself. Accept its files with --source auto.")
    with replacement.incoming(raw_dir) as incoming:
        if any((folder / name).exists() for name in RAW_FILES):
            for name in RAW_FILES:
                _read_base(folder / name)
                shutil.copyfile(folder / name, incoming / name)
        else:
            _split(folder, incoming)
        return replacement.commit(raw_dir, Provenance.of(incoming, "folder", why=why, origin=folder.resolve().name))


def _split(folder: Path, incoming: Path) -> None:
    paths = sorted(folder.glob("*.parquet"))
    if not paths:
        raise KobeShotsError(
            f"The folder {folder} holds no parquet files. Give one that holds {DEV_FILE} and {PROD_FILE}, "
            "or parquet files with the same 25 columns."
        )
    shots = pd.concat([_read(path) for path in paths], ignore_index=True)
    if repeated := int(shots["shot_id"].duplicated().sum()):
        raise KobeShotsError(
            f"The parquet files in {folder} repeat {repeated} shot_id(s) between them. "
            "Each shot may appear once; remove the file that repeats them."
        )
    for name, shot_type in SHOT_TYPES.items():
        base = shots[shots["shot_type"] == shot_type]
        if base.empty:
            raise KobeShotsError(
                f"The parquet files in {folder} hold no '{shot_type}' row. Both shot types are needed."
            )
        base.to_parquet(incoming / name, index=False)


def _read_base(path: Path) -> None:
    """Refuse a file that is not valid raw shots of the type its name promises."""
    shot_type = SHOT_TYPES[path.name]
    others = int((_read(path)["shot_type"] != shot_type).sum())
    if others:
        raise KobeShotsError(
            f"{path} holds {others:,} row(s) of another shot type, allowed is '{shot_type}'. "
            f"Put two-point shots into {DEV_FILE} and three-point shots into {PROD_FILE}."
        )


def _read(path: Path) -> pd.DataFrame:
    try:
        with pq.ParquetFile(path) as file:
            shots = file.read().to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise KobeShotsError(
            f"{path} cannot be read as a parquet file ({reason}). Give a whole parquet file with the 25 raw columns."
        ) from error
    try:
        return validate_raw(shots)
    except KobeShotsError as error:
        raise KobeShotsError(f"{path}: {error}") from error


def _fact(error: KobeShotsError) -> str:
    """Return what happened, without the advice that follows it."""
    fact = str(error).partition(". ")[0]
    return fact[0].lower() + fact[1:]
