"""Is PyCaret's environment built when its lock says so, and only then? A script stands in for Python 3.11."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PYTHON = """#!/bin/sh
[ "$1" = --version ] && echo "Python 3.11.0" && exit
mkdir -p "$3/bin"
printf '#!/bin/sh\\n[ "$1" = -c ] && exit\\necho "$@" >> installed\\ntest ! -e refuse\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""
LOCK = "requirements-pycaret.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the Makefile, a lock, and a Python 3.11 that notes what it is asked to install."""
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    (tmp_path / LOCK).write_text("pycaret==3.3.2\n")
    (tmp_path / "python3.11").write_text(PYTHON)
    (tmp_path / "python3.11").chmod(0o755)
    return tmp_path


def build(folder: Path, python: str = "./python3.11", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["make", "pycaret-env", f"PYTHON311={python}"],  # noqa: S607
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "KOBE"))} | settings,
        check=False,
        capture_output=True,
        text=True,
    )


def installs(folder: Path) -> int:
    return (folder / "installed").read_text().count("pip install") if (folder / "installed").exists() else 0


def test_it_is_built_once(folder: Path) -> None:
    first = build(folder)
    assert (first.returncode, installs(folder)) == (0, 1)
    assert first.stdout == "Installing PyCaret into .venv-pycaret (Python 3.11.0); two minutes, once.\n"
    assert "--require-hashes -r requirements-pycaret.txt" in (folder / "installed").read_text()
    second = build(folder)
    assert (second.returncode, second.stdout, installs(folder)) == (0, "", 1)


def test_it_is_built_anew_when_the_lock_has_changed_and_nothing_of_the_old_one_stays(folder: Path) -> None:
    build(folder)
    (folder / ".venv-pycaret" / "of the old one").touch()
    (folder / LOCK).write_text("pycaret==3.3.3\n")
    assert build(folder).returncode == 0
    assert installs(folder) == 2
    assert (folder / ".venv-pycaret" / LOCK).read_text() == "pycaret==3.3.3\n"
    assert not (folder / ".venv-pycaret" / "of the old one").exists()


def test_a_lock_that_was_only_touched_changes_nothing(folder: Path) -> None:
    build(folder)
    (folder / LOCK).write_text((folder / LOCK).read_text())
    assert (build(folder).returncode, installs(folder)) == (0, 1)


def test_one_whose_installation_was_cut_short_is_not_there_and_is_built_anew(folder: Path) -> None:
    (folder / "refuse").touch()
    assert build(folder).returncode != 0
    assert not (folder / ".venv-pycaret").exists()
    (folder / "refuse").unlink()
    assert (build(folder).returncode, installs(folder)) == (0, 2)
    assert not (folder / ".venv-pycaret.partial").exists()


def test_the_old_one_stays_until_the_new_one_is_whole(folder: Path) -> None:
    build(folder)
    (folder / LOCK).write_text("pycaret==3.3.3\n")
    (folder / "refuse").touch()
    assert build(folder).returncode != 0
    assert (folder / ".venv-pycaret" / LOCK).read_text() == "pycaret==3.3.2\n"


def test_one_whose_python_is_gone_is_built_anew(folder: Path) -> None:
    build(folder)
    (folder / ".venv-pycaret" / "bin" / "python").unlink()
    (folder / ".venv-pycaret" / "bin" / "python").symlink_to("/nowhere/python3.11")
    assert (build(folder).returncode, installs(folder)) == (0, 2)


def test_it_is_built_where_it_is_asked_for(folder: Path) -> None:
    elsewhere = folder / "else where" / "pycaret"
    elsewhere.parent.mkdir()
    assert build(folder, KOBE_PYCARET=str(elsewhere)).returncode == 0
    assert (elsewhere / LOCK).is_file()
    assert not (folder / ".venv-pycaret").exists()


def test_without_python_3_11_one_sentence_says_what_to_do(folder: Path) -> None:
    result = build(folder, python="")
    assert result.returncode != 0
    assert result.stdout == (
        "PyCaret 3.3.2 runs on Python 3.11 at most, and no Python 3.11 was found; install it, or name it: "
        "make pycaret PYTHON311=...\n"
    )
    assert not (folder / ".venv-pycaret").exists()
