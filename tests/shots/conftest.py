"""What do tests of the shots share? A few valid raw shots, a raw folder, and a fetch that reaches nothing real."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kobe_shots.shots import court, simulator
from kobe_shots.shots.fetch import fetch
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE, PUBLISHED_SHA256, RAW_FILES, Provenance, sha256_of

NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens, so the connection is refused at once


def _raw_shots(shot_type: str = "2PT Field Goal", *, first_id: int = 1, count: int = 4) -> pd.DataFrame:
    loc_x, loc_y = np.arange(count) * 10, np.full(count, 50)
    words = {"action_type": "Jump Shot", "combined_shot_type": "Jump Shot", "season": "2000-01", "matchup": "LAL @ POR"}
    words |= {"shot_zone_area": "Center(C)", "shot_zone_basic": "Mid-Range", "shot_zone_range": "Less Than 8 ft."}
    words |= {"team_name": "Los Angeles Lakers", "game_date": "2000-10-31", "opponent": "POR", "shot_type": shot_type}
    whole = {"game_id": 20000012, "minutes_remaining": 3, "period": 1, "playoffs": 0, "seconds_remaining": 7}
    return pd.DataFrame(
        {
            "shot_id": first_id + np.arange(count),
            "game_event_id": np.arange(count),
            "loc_x": loc_x,
            "loc_y": loc_y,
            "lat": court.to_lat(loc_y),
            "lon": court.to_lon(loc_x),
            "shot_distance": court.to_distance(loc_x, loc_y),
            "shot_made_flag": np.where(np.arange(count) % 2, 1.0, np.nan),
        }
    ).assign(team_id=1610612747, **whole, **words)


def _write_bases(folder: Path, *, first_id: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    _raw_shots("2PT Field Goal", first_id=first_id).to_parquet(folder / DEV_FILE)
    _raw_shots("3PT Field Goal", first_id=first_id + 100, count=3).to_parquet(folder / PROD_FILE)
    return folder


def _simulate(folder: Path, truth_folder: Path, *, shots: int = 30_697, seed: int = 24) -> None:
    """Stand in for the simulator: a few rows whose ids tell one call's seed from another's."""
    _write_bases(folder, first_id=1000 * seed)
    pd.DataFrame({"shot_id": [1], "make_probability": [0.5], "shots": [shots]}).to_parquet(
        truth_folder / "truth.parquet"
    )


@pytest.fixture
def raw_shots() -> Callable[..., pd.DataFrame]:
    """Return a function that makes valid raw shots of one type."""
    return _raw_shots


@pytest.fixture
def write_bases() -> Callable[..., Path]:
    """Return a function that writes both raw bases into a folder, as a user would by hand."""
    return _write_bases


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Provenance]:
    """Return a fetch that simulates a few rows and, unless told where, has nowhere to download from."""
    monkeypatch.setattr(simulator, "simulate", _simulate)
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def get(source: str, raw_dir: Path, base_url: str = NOWHERE, *, shots: int = 7, seed: int = 24) -> Provenance:
        return fetch(source, raw_dir, shots=shots, seed=seed, timeout=2, base_url=base_url)

    return get


@pytest.fixture
def contents() -> Callable[[Path], dict[str, str]]:
    """Return a function that gives the sha256 of every file under a folder but the lock's, which says nothing."""

    def contents(folder: Path) -> dict[str, str]:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"]
        return {str(path.relative_to(folder)): sha256_of(path) for path in files}

    return contents


@pytest.fixture
def raw_dir(tmp_path: Path) -> Path:
    return tmp_path / "01_raw"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return _write_bases(tmp_path / "site")


@pytest.fixture
def server(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def published(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RAW_FILES:
        monkeypatch.setitem(PUBLISHED_SHA256, name, sha256_of(site / name))
