"""What do tests share? A project of their own to run in, simulated shots, and the real ones where they exist."""

import os
import re
import shutil
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

if TYPE_CHECKING:
    from mlflow import MlflowClient

REPOSITORY = Path(__file__).parents[1]
REAL_RAW = Path(os.environ.get("KOBE_RAW_DIR", REPOSITORY.parent / "shared" / "data" / "kobe"))
FEW_SHOTS = 6_000
QUICK_SHOTS = 3_000
QUICK = """
tuning: {engine: scikit-learn, metric: log_loss, candidates: 4, folds: 2, seed: 24}
evaluation: {confidence: 0.95, resamples: 100, seed: 24}
monitoring: {folds: 2, domain_shots: 300, drift: {stretches: 20}}
retraining: {replay: {oracle_every: 50}}
"""


def pytest_configure() -> None:
    """Keep tests out of the store a developer works with, and let the program look for its address before MLflow writes
    the one a test sets into the same variable."""
    from hypothesis import settings

    settings.register_profile("unhurried", deadline=None)  # how long an example takes says how busy the machine is
    settings.load_profile("unhurried")
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    import kobe_shots.hooks.tracking  # noqa: F401


def lay_out_project(folder: Path) -> Path:
    """Make an empty project with this repository's code and configuration, and nothing a run has written."""
    for name in ("conf", "streamlit", ".streamlit"):
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
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow store without runs: making one takes seconds, copying it none."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator["MlflowClient"]:
    """An MLflow store of the test's own, which the fluent functions log to; a run left open ends with the test."""
    import mlflow

    shutil.copy(empty_store, tmp_path / "mlflow.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    artifacts = (tmp_path / "mlruns").as_uri()
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("kobe-shots", artifact_location=artifacts))
    yield mlflow.MlflowClient()
    mlflow.end_run()


@pytest.fixture(scope="session")
def make_project(empty_store: Path) -> Callable[[Path], Path]:
    """Make a project whose steps take a second each: few simulated shots, few candidates, nothing run yet."""
    from kobe_shots.shots.fetch import fetch

    def make(folder: Path) -> Path:
        lay_out_project(folder)
        (folder / "conf" / "local" / "parameters.yml").write_text(QUICK)
        shutil.copy(empty_store, folder / "mlflow.db")
        fetch("simulate", folder / "data" / "01_raw", shots=QUICK_SHOTS, seed=24, timeout=1)
        return folder

    return make


@pytest.fixture
def quick(tmp_path: Path, make_project: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose steps take a second each, nothing run yet, and the current folder."""
    monkeypatch.chdir(make_project(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def kedro_run() -> Callable[..., Result]:
    """`kedro run` and what is typed after it, in the current folder and in this process."""
    from kedro.framework.startup import bootstrap_project

    from kobe_shots.cli import run

    def typed(*options: str) -> Result:
        bootstrap_project(Path.cwd())
        with warnings.catch_warnings():  # a library that a run imports puts its own filters before the command's
            warnings.filterwarnings("ignore", message="Option '--(pipeline|async)' is deprecated")
            return CliRunner().invoke(run, options)

    return typed


@pytest.fixture(scope="session")
def shell() -> dict[str, str]:
    """The environment of a person who has activated the project's own."""
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    return environment | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in which the whole job has run on simulated shots; tests read it and leave it as it is."""
    yield from _finished(tmp_path_factory.mktemp("simulated"), "simulate")


@pytest.fixture(scope="session")
def real_raw() -> Path:
    """The folder of the real shots, where they exist."""
    if not REAL_RAW.is_dir():
        pytest.skip(f"the real shots are not at {REAL_RAW}; set KOBE_RAW_DIR to their folder")
    return REAL_RAW


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, real_raw: Path) -> Iterator[Path]:
    """A project in which the whole job has run on the real shots; tests read it and leave it as it is."""
    yield from _finished(tmp_path_factory.mktemp("real"), str(real_raw))


@pytest.fixture(scope="session")
def copy_project() -> Callable[[Path, Path], Path]:
    """Copy a project that has run; what runs in the copy writes there, and reads the models of the first."""

    def copy(project: Path, to: Path) -> Path:
        shutil.copytree(project, to, ignore=shutil.ignore_patterns("mlruns", "*.lock"), dirs_exist_ok=True)
        with closing(sqlite3.connect(to / "mlflow.db")) as store, store:
            store.execute("UPDATE experiments SET artifact_location = ?", ((to / "mlruns").as_uri(),))
        return to

    return copy


@pytest.fixture(scope="session")
def ailing(tmp_path_factory: pytest.TempPathFactory, make_project: Callable[[Path], Path]) -> Path:
    """A project whose champion, version 2, has learned every outcome the wrong way round, and has been watched.

    Tests copy it and leave it as it is.
    """
    from tests.ailing import make_ailing

    return make_ailing(tmp_path_factory.mktemp("ailing"), make_project)


@pytest.fixture(scope="session")
def pycaret_python() -> Path:
    """PyCaret's Python, where `make pycaret-env` has built its environment."""
    from kobe_shots.engines.environment import interpreter
    from kobe_shots.errors import KobeShotsError

    try:
        return interpreter(REPOSITORY)
    except KobeShotsError as error:
        pytest.skip(str(error))


def _finished(folder: Path, source: str) -> Iterator[Path]:
    from kobe_shots import job
    from kobe_shots.shots.fetch import fetch

    lay_out_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        fetch(source, folder / "data" / "01_raw", shots=FEW_SHOTS, seed=24, timeout=1)
        job.run()
    yield folder


@pytest.fixture(scope="session")
def english_left() -> Callable[[BaseModel], list[str]]:
    """What no catalogue holds of all that a record, or one in it, says: templates and names, in Portuguese."""
    from kobe_shots.language import PORTUGUESE, Message, Spoken, speak

    known = speak(PORTUGUESE).known
    # names of models, policies in backticks, files and folders stay as they are
    stays = re.compile(r"`.*`|kobe_.*|dataset_.*|[^A-Za-z]*|lr|dt|boost|F1")

    def of_message(message: Message) -> list[str]:
        words = re.sub(r"\{[^}]*\}", "", message.template)
        left = [message.template] if re.search("[A-Za-z]", words) and message.template not in known else []
        for value in message.values.values():
            if isinstance(value, Message):
                left += of_message(value)
            elif isinstance(value, str) and value not in known and not stays.fullmatch(value):
                left.append(value)
        return left

    def of_record(record: object) -> list[str]:
        if isinstance(record, Mapping):
            return [one for part in record.values() for one in of_record(part)]
        if isinstance(record, list | tuple):
            return [one for part in record for one in of_record(part)]
        if not isinstance(record, BaseModel):
            return []
        said = record.said if isinstance(record, Spoken) else {}
        left = [one for message in said.values() for one in of_message(message)]
        return left + [one for name, part in record if name != "said" for one in of_record(part)]

    return of_record
