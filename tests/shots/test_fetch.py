import http.server
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.fetch import fetch
from kobe_shots.shots.provenance import (
    DEV_FILE,
    PROD_FILE,
    PROVENANCE_FILE,
    RAW_FILES,
    Provenance,
    sha256_of,
    verify,
)

TWO, THREE = "2PT Field Goal", "3PT Field Goal"
Get = Callable[..., Provenance]
Contents = Callable[[Path], dict[str, str]]


# ---- download


@pytest.mark.usefixtures("published")
def test_a_download_is_put_in_place_byte_for_byte(
    raw_dir: Path, server: str, site: Path, get: Get, contents: Contents
) -> None:
    provenance = get("download", raw_dir, server)
    assert [sha256_of(raw_dir / name) for name in RAW_FILES] == [sha256_of(site / name) for name in RAW_FILES]
    assert provenance == verify(raw_dir)
    assert provenance.sentence == "The published bases, downloaded."
    assert [file.rows for file in provenance.files] == [4, 3]
    assert sorted(contents(raw_dir)) == [DEV_FILE, PROD_FILE, PROVENANCE_FILE]


def test_a_download_of_other_bytes_changes_nothing(
    raw_dir: Path, server: str, site: Path, get: Get, contents: Contents
) -> None:
    get("simulate", raw_dir)
    before = contents(raw_dir)
    with pytest.raises(KobeShotsError, match=rf"sha256 {sha256_of(site / DEV_FILE)}, expected is .* 3a177ad.*--source"):
        get("download", raw_dir, server)
    assert contents(raw_dir) == before


@pytest.mark.usefixtures("published")
def test_a_second_file_that_is_not_found_changes_nothing(
    raw_dir: Path, server: str, site: Path, get: Get, contents: Contents
) -> None:
    get("simulate", raw_dir)
    before = contents(raw_dir)
    (site / PROD_FILE).unlink()
    with pytest.raises(KobeShotsError, match=rf"{PROD_FILE} could not be downloaded \(HTTP Error 404"):
        get("download", raw_dir, server)
    assert contents(raw_dir) == before


def test_a_refused_connection_is_one_sentence(raw_dir: Path, get: Get) -> None:
    with pytest.raises(
        KobeShotsError, match=r"could not be downloaded \(.*refused.*kobe-shots fetch --source simulate"
    ):
        get("download", raw_dir)


@pytest.mark.usefixtures("get")  # its surroundings: no proxy in between
def test_a_silent_server_is_not_waited_for(raw_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(KobeShotsError, match=r"could not be downloaded \(timed out\)"):
            fetch("download", raw_dir, shots=7, seed=24, timeout=0.05, base_url=base_url)


def test_a_download_broken_off_is_one_sentence(
    raw_dir: Path, server: str, monkeypatch: pytest.MonkeyPatch, get: Get
) -> None:
    monkeypatch.setattr(
        http.server.SimpleHTTPRequestHandler, "copyfile", lambda _self, source, out: out.write(source.read(100))
    )
    with pytest.raises(KobeShotsError, match=r"could not be downloaded \(IncompleteRead"):
        get("download", raw_dir, server)


# ---- simulate


def test_a_simulation_brings_its_truth_along_and_leaves_with_it(
    raw_dir: Path, site: Path, get: Get, contents: Contents
) -> None:
    provenance = get("simulate", raw_dir, shots=10, seed=3)
    assert (provenance.source, provenance.shots, provenance.seed) == ("simulate", 10, 3)
    assert sorted(contents(raw_dir)) == [DEV_FILE, PROD_FILE, PROVENANCE_FILE, "truth/truth.parquet"]
    get("simulate", raw_dir, shots=20, seed=4)
    assert pd.read_parquet(raw_dir / "truth" / "truth.parquet")["shots"].tolist() == [20]
    get(str(site), raw_dir)
    assert sorted(contents(raw_dir)) == [DEV_FILE, PROD_FILE, PROVENANCE_FILE]
    assert not (raw_dir / "truth").exists()


# ---- a folder


def test_a_folder_is_copied_byte_for_byte(raw_dir: Path, site: Path, get: Get) -> None:
    provenance = get(str(site), raw_dir)
    assert [sha256_of(raw_dir / name) for name in RAW_FILES] == [sha256_of(site / name) for name in RAW_FILES]
    assert provenance.sentence == "Shots other than the published bases, taken from the folder 'site'."
    assert verify(raw_dir) == provenance


def test_any_folder_of_raw_shots_is_split_by_shot_type(
    raw_dir: Path, tmp_path: Path, get: Get, raw_shots: Callable[..., pd.DataFrame]
) -> None:
    season = tmp_path / "seasons"
    season.mkdir()
    both = pd.concat([raw_shots(TWO), raw_shots(THREE, first_id=10)]).rename(columns={"lon": "lng"})
    both.to_parquet(season / "2000-01.parquet")
    raw_shots(THREE, first_id=20).to_parquet(season / "2001-02.parquet")
    get(str(season), raw_dir)
    assert pd.read_parquet(raw_dir / DEV_FILE)["shot_id"].tolist() == [1, 2, 3, 4]
    assert pd.read_parquet(raw_dir / PROD_FILE)["shot_id"].tolist() == [10, 11, 12, 13, 20, 21, 22, 23]


def csv_in_disguise(path: Path) -> None:
    pd.read_parquet(path).to_csv(path, index=False)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def garbled(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(200) + content[204:])


def without_rows(path: Path) -> None:
    pd.read_parquet(path).head(0).to_parquet(path)


def with_a_misspelt_column(path: Path) -> None:
    pd.read_parquet(path).rename(columns={"period": "peroid"}).to_parquet(path)


def with_the_other_shot_type(path: Path) -> None:
    pd.read_parquet(path).assign(shot_type=THREE if path.name == DEV_FILE else TWO).to_parquet(path)


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", RAW_FILES)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (csv_in_disguise, "cannot be read as a parquet file"),
        (truncated, "cannot be read as a parquet file"),
        (garbled, "cannot be read as a parquet file"),
        (lambda path: path.write_bytes(b""), "cannot be read as a parquet file"),
        (Path.unlink, "cannot be read as a parquet file"),
        (a_folder_instead, "cannot be read as a parquet file"),
        (without_rows, "hold no rows"),
        (with_a_misspelt_column, "'period' is missing"),
        (with_the_other_shot_type, "another shot type, allowed is"),
    ],
)
def test_a_bad_file_is_named_and_changes_nothing(
    raw_dir: Path, site: Path, name: str, spoil: Callable[[Path], object], said: str, get: Get, contents: Contents
) -> None:
    get("simulate", raw_dir)
    before = contents(raw_dir)
    spoil(site / name)
    with pytest.raises(KobeShotsError, match=rf"site/{name}.*{said}") as refused:
        get(str(site), raw_dir)
    assert "\n" not in str(refused.value)
    assert contents(raw_dir) == before


def test_folders_that_cannot_be_a_source_are_refused(
    raw_dir: Path, tmp_path: Path, get: Get, raw_shots: Callable[..., pd.DataFrame]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(KobeShotsError, match=r"'dowload' is not a folder\. Allowed are auto, download, simulate or"):
        get("dowload", raw_dir)
    with pytest.raises(KobeShotsError, match="empty holds no parquet files"):
        get(str(tmp_path / "empty"), raw_dir)
    with pytest.raises(KobeShotsError, match="is the raw folder itself"):
        get(str(raw_dir), raw_dir)
    raw_shots(TWO).to_parquet(tmp_path / "empty" / "a.parquet")
    with pytest.raises(KobeShotsError, match=f"hold no '{THREE}' row"):
        get(str(tmp_path / "empty"), raw_dir)
    raw_shots(THREE, first_id=3).to_parquet(tmp_path / "empty" / "b.parquet")
    with pytest.raises(KobeShotsError, match=r"repeat 2 shot_id\(s\)"):
        get(str(tmp_path / "empty"), raw_dir)


# ---- auto


def test_auto_keeps_what_a_fetch_put_there(raw_dir: Path, get: Get, contents: Contents) -> None:
    get("simulate", raw_dir, seed=3)
    before = contents(raw_dir)
    kept = get("auto", raw_dir)
    assert (kept.source, kept.seed) == ("simulate", 3)
    assert kept.why == "the raw folder already holds it, every byte as recorded"
    assert contents(raw_dir) == before


@pytest.mark.usefixtures("published")
def test_auto_downloads_into_an_empty_folder(raw_dir: Path, server: str, get: Get) -> None:
    provenance = get("auto", raw_dir, server)
    assert provenance.source == "download"
    assert provenance.why == f"the raw folder lacks {DEV_FILE} and {PROD_FILE}"


def test_auto_simulates_where_nothing_can_be_downloaded(raw_dir: Path, get: Get) -> None:
    provenance = get("auto", raw_dir, shots=10, seed=3)
    assert (provenance.source, provenance.shots, provenance.seed) == ("simulate", 10, 3)
    assert "could not be downloaded" in provenance.why
    assert verify(raw_dir) == provenance


@pytest.mark.usefixtures("published")
def test_auto_accepts_files_placed_by_hand_and_knows_the_published_ones(
    raw_dir: Path, get: Get, write_bases: Callable[..., Path]
) -> None:
    write_bases(raw_dir)
    provenance = get("auto", raw_dir)
    assert (provenance.source, provenance.sentence) == ("found", "The published bases, found in the raw folder.")
    assert verify(raw_dir) == provenance


def test_auto_accepts_a_pair_placed_by_hand_over_a_simulation(
    raw_dir: Path, get: Get, write_bases: Callable[..., Path]
) -> None:
    get("simulate", raw_dir)
    write_bases(raw_dir)
    assert get("auto", raw_dir).source == "found"
    assert not (raw_dir / "truth").exists()


def test_auto_does_not_run_on_a_mixture_and_keeps_the_foreign_file(raw_dir: Path, site: Path, get: Get) -> None:
    get("simulate", raw_dir)
    (raw_dir / PROD_FILE).write_bytes((site / PROD_FILE).read_bytes())
    provenance = get("auto", raw_dir)
    assert provenance.source == "simulate"
    assert f"a mixture: {PROD_FILE} is not the one" in provenance.why
    assert f"kept as {PROD_FILE}.refused" in provenance.why
    assert sha256_of(raw_dir / f"{PROD_FILE}.refused") == sha256_of(site / PROD_FILE)
    assert verify(raw_dir) == provenance


def test_auto_replaces_a_bad_file_and_keeps_it_beside(
    raw_dir: Path, get: Get, write_bases: Callable[..., Path]
) -> None:
    write_bases(raw_dir)
    truncated(raw_dir / DEV_FILE)
    bad = sha256_of(raw_dir / DEV_FILE)
    provenance = get("auto", raw_dir)
    assert f"{DEV_FILE} cannot be read as a parquet file" in provenance.why
    assert sha256_of(raw_dir / f"{DEV_FILE}.refused") == bad
    assert verify(raw_dir) == provenance


# ---- folders that cannot be written


def test_a_raw_folder_that_cannot_be_written_is_one_sentence(
    raw_dir: Path, site: Path, monkeypatch: pytest.MonkeyPatch, get: Get
) -> None:
    with pytest.raises(KobeShotsError, match=r"nowhere/01_raw cannot be filled: .*No such file.*in an existing one"):
        get("simulate", raw_dir / "nowhere" / "01_raw")
    with pytest.raises(KobeShotsError, match=r"cannot be filled: .*Not a directory"):
        get("simulate", site / DEV_FILE / "01_raw")
    with pytest.raises(KobeShotsError, match=r"cannot be filled: .*File exists"):
        get("simulate", site / DEV_FILE)
    get("simulate", raw_dir)

    def read_only(path: Path, *_: Any, **__: Any) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "mkdir", read_only)
    assert get("auto", raw_dir).source == "simulate"
    with pytest.raises(KobeShotsError, match=r"cannot be filled: .*Read-only file system"):
        get("simulate", raw_dir)
