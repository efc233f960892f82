"""Is PyCaret's environment found, and refused where it is not the one that the lock names?"""

from pathlib import Path

import pytest

from kobe_shots.engines.environment import ASKED_FOR, FOLDER, LOCK, interpreter
from kobe_shots.errors import KobeShotsError


def environment(folder: Path, lock: str = "pycaret==3.3.2") -> Path:
    """Lay out what `make pycaret-env` leaves behind, and return its Python."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / LOCK).write_text(lock)
    return folder / "bin" / "python"


@pytest.fixture(autouse=True)
def nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ASKED_FOR, raising=False)


def test_it_is_found_from_anywhere_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path / FOLDER)
    (tmp_path / LOCK).write_text("pycaret==3.3.2")
    inside = tmp_path / "data" / "01_raw"
    inside.mkdir(parents=True)
    assert interpreter(tmp_path) == interpreter(inside) == python
    monkeypatch.chdir(inside)
    assert interpreter() == python


def test_one_kept_elsewhere_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / FOLDER)
    elsewhere = environment(tmp_path / "elsewhere")
    monkeypatch.setenv(ASKED_FOR, str(tmp_path / "elsewhere"))
    assert interpreter(tmp_path) == elsewhere
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ASKED_FOR, "elsewhere")
    assert interpreter() == elsewhere
    monkeypatch.setenv(ASKED_FOR, str(tmp_path / "nowhere"))
    with pytest.raises(KobeShotsError, match=r"nowhere is not there, or not whole: `make pycaret-env` builds it"):
        interpreter()


def test_a_missing_one_is_told_with_the_command_that_builds_it(tmp_path: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"^PyCaret's environment, \.venv-pycaret, is not there: `make"):
        interpreter(tmp_path)


@pytest.mark.parametrize("missing", ["bin/python", LOCK])
def test_one_whose_building_was_cut_short_is_not_used(tmp_path: Path, missing: str) -> None:
    environment(tmp_path / FOLDER)
    (tmp_path / FOLDER / missing).unlink()
    with pytest.raises(
        KobeShotsError, match=r"not there, or not whole: `make pycaret-env` builds it; it needs Python 3\.11\.$"
    ):
        interpreter(tmp_path)


def test_one_built_from_another_lock_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LOCK).write_text("pycaret==3.3.3")
    said = r"was built from another requirements-pycaret\.txt: `make pycaret-env` builds it"
    environment(tmp_path / FOLDER)
    with pytest.raises(KobeShotsError, match=said):
        interpreter(tmp_path)
    environment(tmp_path / "elsewhere")
    monkeypatch.setenv(ASKED_FOR, str(tmp_path / "elsewhere"))
    with pytest.raises(KobeShotsError, match=said):
        interpreter(tmp_path)
