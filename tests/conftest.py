"""What do tests share? A project of their own to run in, simulated shots, and the real ones where they exist."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
REAL_RAW = Path(os.environ.get("KOBE_RAW_DIR", REPOSITORY.parent / "shared" / "data" / "kobe"))
FEW_SHOTS = 6_000


def lay_out_project(folder: Path) -> Path:
    """Make an empty project with this repository's code and configuration, and nothing a run has written."""
    for name in ("conf", "streamlit"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("local", "__pycache__"))
    for name in ("pyproject.toml", "aplicacao.py", ".telemetry"):
        shutil.copy(REPOSITORY / name, folder / name)
    (folder / "src").mkdir()  # Kedro wants one; the package itself is installed
    (folder / "conf" / "local").mkdir()
    (folder / "data" / "01_raw").mkdir(parents=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, and the current folder."""
    monkeypatch.chdir(lay_out_project(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in which the whole job has run on simulated shots; tests read it and leave it as it is."""
    yield from _finished(tmp_path_factory.mktemp("simulated"), "simulate")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in which the whole job has run on the real shots; tests read it and leave it as it is."""
    if not REAL_RAW.is_dir():
        pytest.skip(f"the real shots are not at {REAL_RAW}; set KOBE_RAW_DIR to their folder")
    yield from _finished(tmp_path_factory.mktemp("real"), str(REAL_RAW))


def _finished(folder: Path, source: str) -> Iterator[Path]:
    from kobe_shots import job
    from kobe_shots.shots.fetch import fetch

    lay_out_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        fetch(source, folder / "data" / "01_raw", shots=FEW_SHOTS, seed=24, timeout=1)
        job.run()
    yield folder
