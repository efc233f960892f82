"""Is a new project laid out whole or not at all, and only where nothing is?"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kobe_shots import layout
from kobe_shots.console import main
from kobe_shots.errors import KobeShotsError
from kobe_shots.project import find_project

OF_THE_REPOSITORY = ("conf", "data", "streamlit", ".streamlit", ".gitignore", ".telemetry", "aplicacao.py")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def new(folder: str) -> Result:
    return CliRunner().invoke(main, ["new", folder])


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_project_holds_what_the_repository_does_and_nothing_that_is_a_users_own(tmp_path: Path) -> None:
    result = new("there/project")
    assert (result.exit_code, result.stderr) == (0, "")
    project = tmp_path / "there" / "project"
    assert result.stdout == f"{project} is a project; go on in it: cd there/project, then kobe-shots run.\n"
    known = subprocess.run(  # noqa: S603
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *OF_THE_REPOSITORY],  # noqa: S607
        cwd=layout.CHECKOUT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert files(project) == {*known, "Makefile", "pyproject.toml", "src/.gitkeep"}
    assert (project / "conf/base/catalog.yml").read_bytes() == (layout.CHECKOUT / "conf/base/catalog.yml").read_bytes()


def would_run(verb: str, folder: Path) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    typed = ["make", "--dry-run", "--no-print-directory", verb]
    done = subprocess.run(typed, cwd=folder, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.splitlines()


@pytest.mark.parametrize("verb", ["run", "app", "serve"])
def test_verbs_that_pages_and_errors_name_do_there_what_they_do_here(tmp_path: Path, verb: str) -> None:
    new("project")
    there = would_run(verb, tmp_path / "project")
    assert there
    assert would_run(verb, layout.CHECKOUT)[-len(there) :] == there


def test_it_is_found_as_one_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new("project")
    monkeypatch.chdir(tmp_path / "project" / "data" / "01_raw")
    assert find_project() == tmp_path / "project"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    assert new("project").exit_code == 0
    assert (tmp_path / "project" / "pyproject.toml").is_file()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_there_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    mine = tmp_path / "project" if kind == "file" else tmp_path / "project" / "mine"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    result = new("project")
    assert result.stderr == f"Error: {tmp_path / 'project'} is not an empty folder; name one that is not there yet.\n"
    assert (result.exit_code, mine.read_text(), len(files(tmp_path))) == (1, "mine", 1)


@pytest.mark.parametrize("typed", [".", "there/.."])
def test_the_current_folder_is_not_replaced_under_the_shell(tmp_path: Path, typed: str) -> None:
    result = new(typed)
    assert result.stderr == f"Error: {tmp_path} is the current folder; name one in it that is not there yet.\n"
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KobeShotsError, match=r"file/project cannot be written \(.*\); name a folder that can\."):
        layout.lay_out(tmp_path / "file" / "project")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_one_that_is_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    copied: list[Path] = []

    def copy_two(source: Path, to: Path) -> None:
        if len(copied) == 2:
            raise error
        copied.append(to)
        to.write_bytes(source.read_bytes())

    monkeypatch.setattr(shutil, "copyfile", copy_two)
    with pytest.raises((KobeShotsError, KeyboardInterrupt), match=r"No space left on device|^$"):
        layout.lay_out(tmp_path / "project")
    assert len(copied) == 2
    assert not any(tmp_path.iterdir())


def test_outside_of_a_project_the_way_to_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"is not in a kobe-shots project; .* make one: `kobe-shots new FOLDER`"):
        find_project()
    assert not any(tmp_path.iterdir())
