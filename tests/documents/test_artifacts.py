"""Is every file, column, metric and tag that runs write described, and nothing else?"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from mlflow import MlflowClient
from mlflow.entities import Run

from kobe_shots import console
from kobe_shots.datasets.registrations import NAMES, list_registered
from kobe_shots.documents.artifacts import registered, sections
from kobe_shots.documents.artifacts.described import Artifact, Column
from kobe_shots.documents.artifacts.files import shape_of
from kobe_shots.documents.artifacts.flow import follow
from kobe_shots.documents.artifacts.registered import FILE, METRIC, PARAMETER, TAG
from kobe_shots.documents.artifacts.rendering import ARTIFACTS
from kobe_shots.language import speak

# beside the steps, which the project has run: everything else that writes a file or opens a run
COMMANDS = (
    ("retrain", "--ask"),
    ("promote", "--reason", "a test"),
    ("rollback", "--reason", "a test"),
    ("replay", "--scenario", "production"),
)
EMPTY = {".lock", ".run.lock", ".gitkeep"}


@pytest.fixture(scope="module")
def done(ailing: Path, tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path, Path], Path]) -> Path:
    """A project in which every step and every command that leaves something has run."""
    project = copy_project(ailing, tmp_path_factory.mktemp("done"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for words in COMMANDS:
            result = CliRunner().invoke(console.main, words)
            assert result.exit_code == 0, result.output
    return project


@pytest.fixture(scope="module")
def paths(done: Path) -> dict[str, list[Path]]:
    """The files of every artifact that is one, by its name."""
    entries = follow(done)
    return {
        one.name: list(done.glob(one.name))
        if "/" in one.name
        else [done / path for path in entries[one.name].datasets.values() if path]
        for one in ARTIFACTS
    }


@pytest.fixture(scope="module")
def client(done: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{done / 'mlflow.db'}")


@pytest.fixture(scope="module")
def runs(client: MlflowClient) -> dict[str, list[Run]]:
    found = client.search_runs([one.experiment_id for one in client.search_experiments()], max_results=1000)
    return {about.name: [run for run in found if run.info.run_name == about.name] for about in registered.RUNS}


def regex(pattern: str) -> re.Pattern[str]:
    """`{a,b}` stands for each of its words, `*` for anything."""
    words = re.escape(pattern).replace(r"\*", ".+").replace(r"\{", "(").replace(r"\}", ")").replace(",", "|")
    return re.compile(words)


def unlike(names: Iterable[str], columns: Iterable[Column]) -> tuple[list[str], list[str]]:
    """Return which names no description fits, and which descriptions fit no name."""
    known = {column.name: regex(column.name) for column in columns}
    unsaid = [name for name in names if not any(one.fullmatch(name) for one in known.values())]
    return unsaid, [said for said, one in known.items() if not any(map(one.fullmatch, names))]


def test_patterns_fit_what_they_stand_for() -> None:
    columns = [Column("{lr,dt}_log_loss{,_low}", ""), Column("data.*", "")]
    assert unlike(["lr_log_loss", "dt_log_loss_low", "data.rows"], columns) == ([], [])
    assert unlike(["lr_log_loss_high", "data."], columns) == (
        ["lr_log_loss_high", "data."],
        ["{lr,dt}_log_loss{,_low}", "data.*"],
    )


def test_every_file_that_a_run_leaves_is_described(done: Path, paths: dict[str, list[Path]]) -> None:
    described = {path for of in paths.values() for path in of}
    left = {path for path in (done / "data").rglob("*") if path.is_file() and path.name not in EMPTY}
    assert sorted(path.relative_to(done).as_posix() for path in left - described) == []


def test_every_description_is_of_a_file_that_a_run_leaves(done: Path, paths: dict[str, list[Path]]) -> None:
    absent = [path.relative_to(done).as_posix() for of in paths.values() for path in of if not path.is_file()]
    assert absent == []
    assert [one.name for one in ARTIFACTS if "/" in one.name and not paths[one.name]] == []


@pytest.mark.parametrize("one", [one for one in ARTIFACTS if one.tables and not one.record], ids=lambda one: one.name)
def test_every_column_is_described(one: Artifact, paths: dict[str, list[Path]]) -> None:
    shapes = {shape_of(path, one.tables) for path in paths[one.name]}
    assert shapes == {*one.tables}, "a shape that no file has"


@pytest.mark.parametrize("one", [one for one in ARTIFACTS if one.record], ids=lambda one: one.name)
def test_every_key_of_a_record_is_described(one: Artifact, paths: dict[str, list[Path]]) -> None:
    assert one.record is not None
    known = list(one.record.model_fields)
    assert paths[one.name]
    for path in paths[one.name]:
        held = set(json.loads(path.read_bytes())) - {"said"}
        assert held - {"fingerprint"} == set(known) - {"said", "fingerprint"}, path
    for shape in one.tables:
        assert [column.name for column in shape.columns] == known


def test_every_metric_of_health_is_described_with_how_it_is_known(paths: dict[str, list[Path]]) -> None:
    (one,) = (one for one in ARTIFACTS if one.name == "health")
    assert one.glossary is not None
    table = pd.read_parquet(paths["health"][0])
    assert unlike(table["metric"].unique().tolist(), one.glossary.columns) == ([], [])
    for column in one.glossary.columns:
        kinds = table.loc[table["metric"].str.fullmatch(regex(column.name)), "kind"].unique()
        assert {f"`{kind}`" for kind in kinds} == {*column.kind.split(", ")}, column.name


@pytest.mark.parametrize("about", registered.RUNS, ids=lambda about: about.name)
def test_everything_that_a_run_logs_is_described(about: registered.Run, runs: dict[str, list[Run]]) -> None:
    data = [run.data for run in runs[about.name]]
    assert data, "no such run"
    logged = {
        PARAMETER: sorted({name for one in data for name in one.params}),
        METRIC: sorted({name for one in data for name in one.metrics}),
        TAG: sorted({name for one in data for name in one.tags}),
    }
    for kind, names in logged.items():
        columns = [one for one in (*about.facts, *registered.EVERY_RUN) if one.kind == kind]
        assert unlike(names, columns) == ([], []), kind


@pytest.mark.parametrize("about", registered.RUNS, ids=lambda about: about.name)
def test_every_file_of_a_run_is_described(
    about: registered.Run, runs: dict[str, list[Run]], done: Path, client: MlflowClient
) -> None:
    entries = follow(done)
    copied = {
        path.name
        for entry in entries.values()
        if entry.in_run and about.name in entry.written_by
        for path in entry.datasets.values()
        if path
    }
    own = [column for column in about.facts if column.kind == FILE]
    held: set[str] = set()
    for run in runs[about.name]:
        folders = [""]
        while folders:
            for file in client.list_artifacts(run.info.run_id, folders.pop()):
                if file.is_dir:
                    folders.append(file.path)
                else:
                    held.add(file.path)
    others = [path for path in held if Path(path).name not in copied]
    assert unlike(others, own) == ([], [])


def test_every_model_tag_and_alias_is_described(done: Path) -> None:
    versions = list_registered(f"sqlite:///{done / 'mlflow.db'}", "kobe-shots")
    assert unlike(NAMES, registered.MODELS) == ([], [])
    assert {one.name for one in versions} == {*NAMES}
    tags = sorted({tag for one in versions for tag in one.tags})
    assert unlike(tags, registered.VERSION_TAGS) == ([], [])
    assert {alias for one in versions for alias in one.aliases} == {column.name for column in registered.ALIASES}


def test_every_file_and_flavour_of_a_model_is_described(ailing: Path) -> None:
    models = sorted((ailing / "mlruns").glob("models/*/artifacts"))  # a copied project reads those of the first
    files = sorted({path.name for folder in models for path in folder.iterdir()})
    assert unlike(files, registered.MODEL_FILES) == ([], [])
    about = yaml.safe_load((models[0] / "MLmodel").read_text(encoding="utf-8"))
    assert {*about["flavors"]} == {column.name for column in registered.FLAVOURS}


def test_the_document_is_rendered_in_both_languages(done: Path) -> None:
    english, portuguese = (sections(done, speak(code)) for code in ("en", "pt"))
    assert english.keys() == portuguese.keys()
    for name, text in english.items():
        assert text.count("\n") == portuguese[name].count("\n"), name
        assert text != portuguese[name], name
    assert "candidates.parquet` (4 rows)" in english["artifacts_of_each_model"]
    assert "candidates.parquet` (4 linhas)" in portuguese["artifacts_of_each_model"]
