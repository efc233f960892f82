import json
import re
from pathlib import Path

import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots import provenance as module
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE, PROVENANCE_FILE, Provenance, sha256_of, verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pd.DataFrame({"shot_id": [1, 2, 3]}).to_parquet(tmp_path / DEV_FILE)
    pd.DataFrame({"shot_id": [4, 5]}).to_parquet(tmp_path / PROD_FILE)
    return tmp_path


def test_what_is_saved_is_loaded(folder: Path) -> None:
    provenance = Provenance.of(folder, "simulate", why="it was asked for", shots=5, seed=24)
    provenance.save(folder)
    assert Provenance.load(folder) == provenance
    assert sorted(path.name for path in folder.iterdir()) == [DEV_FILE, PROD_FILE, PROVENANCE_FILE]


def test_the_file_holds_the_facts_a_reader_looks_for(folder: Path) -> None:
    Provenance.of(folder, "simulate", why="it was asked for", shots=5, seed=24).save(folder)
    document = json.loads((folder / PROVENANCE_FILE).read_text())
    assert document["source"] == "simulate"
    assert (document["shots"], document["seed"]) == (5, 24)
    assert [(file["name"], file["rows"]) for file in document["files"]] == [(DEV_FILE, 3), (PROD_FILE, 2)]
    assert document["files"][0]["sha256"] == sha256_of(folder / DEV_FILE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["fetched_at"])
    assert re.fullmatch(r"[0-9a-f]{12}", document["fingerprint"])


def test_sha256_of_known_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # the first example of FIPS 180-2
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_description_depends_on_the_data_and_not_on_the_time(folder: Path) -> None:
    first = Provenance.of(folder, "simulate", why="", shots=5, seed=24)
    later = first.model_copy(update={"fetched_at": first.fetched_at.replace(year=2000)})
    assert first.describe() == later.describe()
    assert first.describe() == (
        "Simulated shots, not the league's: 5 shots from seed 24. "
        f"3 rows in {DEV_FILE} and 2 rows in {PROD_FILE}; fingerprint {first.fingerprint}."
    )


def test_the_fingerprint_changes_with_either_file(folder: Path) -> None:
    before = Provenance.of(folder, "found", why="").fingerprint
    pd.DataFrame({"shot_id": [4, 6]}).to_parquet(folder / PROD_FILE)
    assert Provenance.of(folder, "found", why="").fingerprint != before


def test_the_published_bases_are_called_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Provenance.of(folder, "found", why="").sentence.startswith("Shots other than the published bases")
    for name in (DEV_FILE, PROD_FILE):
        monkeypatch.setitem(module.PUBLISHED_SHA256, name, sha256_of(folder / name))
    assert Provenance.of(folder, "found", why="").sentence == "The published bases, found in the raw folder."
    taken = Provenance.of(folder, "folder", why="", origin="kobe")
    assert taken.sentence == "The published bases, taken from the folder 'kobe'."


def test_verify_returns_the_provenance_of_untouched_files(folder: Path) -> None:
    provenance = Provenance.of(folder, "found", why="")
    provenance.save(folder)
    assert verify(folder) == provenance


def test_verify_names_a_changed_and_a_missing_file(folder: Path) -> None:
    Provenance.of(folder, "found", why="").save(folder)
    pd.DataFrame({"shot_id": [9]}).to_parquet(folder / DEV_FILE)
    with pytest.raises(KobeShotsError, match=f"does not hold the {DEV_FILE} that provenance.json records"):
        verify(folder)
    (folder / PROD_FILE).unlink()
    with pytest.raises(KobeShotsError, match=f"{DEV_FILE} and {PROD_FILE}"):
        verify(folder)


def test_verify_asks_for_a_fetch_where_there_was_none(folder: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"holds no provenance.json\. Fetch the data first"):
        verify(folder)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "the whole file"), ("[]", "the whole file"), ('{"source": "rumour"}', "source"), ("\0", "the whole file")],
)
def test_a_broken_provenance_file_is_refused_by_name(folder: Path, text: str, fault: str) -> None:
    (folder / PROVENANCE_FILE).write_text(text)
    with pytest.raises(KobeShotsError, match=f"provenance.json was not written by kobe-shots: {fault}"):
        Provenance.load(folder)
