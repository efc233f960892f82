"""Does the wheel work where there is no checkout? Built, installed beside the present libraries, and used."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pandas as pd
import pytest

REPOSITORY = Path(__file__).parents[1]
DECLARED = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PARTS = ("train", "test")
Type = Callable[..., str]


def build(source: Path, to: Path) -> tuple[Path, Path]:
    """Build sdist and wheel of a folder, without the network."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(to)], cwd=source, check=True)  # noqa: S603
    (sdist,), (wheel,) = to.glob("*.tar.gz"), to.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel of this checkout."""
    return build(REPOSITORY, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and borrows the present libraries, but not this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(built[1])], check=True)  # noqa: S603
    (own,) = folder.glob("lib/python*/site-packages")
    # read after the environment's own; what installs the checkout there, a .pth of that folder, is not
    (own / "borrowed.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
    return python


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder far from the checkout."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def typed(installed: Path, elsewhere: Path) -> Type:
    """Type a command of that environment; returns what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW"))}
    environment["PATH"] = f"{installed.parent}{os.pathsep}{environment['PATH']}"

    def run(*words: str, folder: str = ".") -> str:
        done = subprocess.run(  # noqa: S603
            words, cwd=elsewhere / folder, env=environment, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def prepared(typed: Type, elsewhere: Path) -> Path:
    """A project that was laid out by the wheel, with the bases of a few simulated shots."""
    typed("kobe-shots", "new", "project")
    typed("kobe-shots", "fetch", "--source", "simulate", "--shots", "600", folder="project")
    typed("python", "-m", "kedro", "run", "--tags=preprocessing", folder="project")
    return elsewhere / "project"


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_what_is_imported_is_the_wheel(typed: Type, installed: Path) -> None:
    found = Path(typed("python", "-c", "import kobe_shots; print(kobe_shots.__file__)").strip())
    assert found.is_relative_to(installed.parents[1])
    assert not found.is_relative_to(REPOSITORY)


def test_it_holds_every_module_and_every_catalogue(built: tuple[Path, Path]) -> None:
    package = REPOSITORY / "src"
    own = {path.relative_to(package).as_posix() for suffix in ("py", "po") for path in package.rglob(f"*.{suffix}")}
    assert any(name.endswith(".po") for name in own)
    assert own <= names(built[1])


def test_no_data_and_nothing_a_run_has_written_is_in_either(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        held = [*archive.getnames(), *names(built[1])]
    unwanted = re.compile(
        r"\.(parquet|pyc|db|lock|skops)$|(^|/)(mlruns|\.venv.*|__pycache__)/|conf/local/(?!\.gitkeep)"
    )
    assert not [name for name in held if unwanted.search(name)]
    assert {Path(name).name for name in held if re.search(r"(^|/)data/\d\d_\w+/", name)} == {".gitkeep"}


def test_the_sdist_gives_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(built[0]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert names(build(source, tmp_path / "again")[1]) == names(built[1])


def test_it_says_what_it_is(built: tuple[Path, Path], typed: Type) -> None:
    assert typed("kobe-shots", "--version") == f"kobe-shots {DECLARED['version']}\n"
    (name,) = (name for name in names(built[1]) if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(built[1]) as archive:
        metadata = message_from_bytes(archive.read(name))
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Author"] == "kobe-shots contributors"
    assert metadata.get_all("Project-URL") is None
    assert metadata["Requires-Python"] == "<3.14,>=3.11"


def test_a_step_of_the_job_runs_in_a_project_that_it_lays_out(prepared: Path) -> None:
    train, test = (len(pd.read_parquet(prepared / f"data/05_model_input/base_{part}_dev.parquet")) for part in PARTS)
    assert test == pytest.approx((train + test) / 5, abs=1)
    assert train > 200


def test_its_page_opens_there_and_says_what_is_missing(typed: Type, prepared: Path) -> None:
    page = (
        "import sys; sys.path.insert(0, 'streamlit'); from streamlit.testing.v1 import AppTest; "
        "page = AppTest.from_file('streamlit/main.py', default_timeout=60).run(); "
        "print([one.value for one in page.title], len(page.exception))"
    )
    assert typed("python", "-c", page, folder=prepared.name).splitlines()[-1] == "['Overview'] 0"
