"""How are shots read from a file that someone hands over? Parquet or CSV, one or a folder of them, or a sentence."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.schema import ALIASES

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {".parquet": pd.read_parquet, ".csv": pd.read_csv}


def read_shots(path: Path) -> pd.DataFrame:
    """Return raw shots of a file, or of all parquet and CSV files of a folder; `lng` is another name for `lon`.

    Raises KobeShotsError where there is none, or one cannot be read.
    """
    files = sorted(one for one in path.iterdir() if one.suffix in READERS) if path.is_dir() else [path]
    if not files or any(one.suffix not in READERS or not one.is_file() for one in files):
        raise KobeShotsError(
            f"No shots were found at {path}; a parquet or CSV file of raw shots is needed, or a folder of them."
        )
    shots = pd.concat([read_table(one) for one in files], ignore_index=True)
    return shots.rename(columns={old: new for old, new in ALIASES.items() if new not in shots})


def read_table(path: Path) -> pd.DataFrame:
    """Return a parquet or CSV file; raises KobeShotsError where it cannot be read."""
    reader = READERS.get(path.suffix)
    if reader is None:
        raise KobeShotsError(f"Got {path}; a file that ends in {' or '.join(READERS)} is needed.")
    try:
        return reader(path)
    except (OSError, ValueError) as error:  # what pandas and pyarrow raise is either
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise KobeShotsError(f"{path} cannot be read ({said}); give a whole parquet or CSV file.") from error
