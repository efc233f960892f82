"""Does any folder end in an answer? Empty, broken, foreign, locked, endless and huge ones."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from tests.rubric import graduate
from tests.rubric.conftest import by_number
from tests.rubric.graduate import IDS, write

from kobe_shots.errors import KobeShotsError
from kobe_shots.rubric import database, folder
from kobe_shots.rubric.answers import Answer, Grading, Result
from kobe_shots.rubric.folder import survey
from kobe_shots.rubric.found import gather
from kobe_shots.rubric.grading import grade

JUNK = b"\x00\xff\x80 not what it is called \xc3\x28" * 50


def remarks(grading: Grading) -> str:
    return " ".join(remark.sentence for remark in grading.remarks)


def test_an_empty_folder_is_graded(tmp_path: Path) -> None:
    grading = grade(tmp_path)
    assert grading.counts[Result.PASS] == 0
    assert [one.check for one in grading.answers if one.result == Result.FAIL] == ["2.1", "3.1", "3.7"]
    assert grading.exit_code == 3


def test_no_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        KobeShotsError, match=r"absent is not there; give the folder of a repository: kobe-shots rubric"
    ):
        survey(tmp_path / "absent")
    write(tmp_path / "file", "")
    with pytest.raises(KobeShotsError, match="file is a file; give the folder of a repository"):
        survey(tmp_path / "file")


def test_files_that_are_not_what_they_are_called_are_left_out(repository: Path) -> None:
    before = {one.check: one.result for one in grade(repository).answers}
    names = ("x.parquet", "x.db", "x.sqlite", "x.md", "x.ipynb", "x.py", "conf/base/catalog_x.yml", "x.drawio", "x.svg")
    for name in (*names, "mlruns/1/x/meta.yaml", "mlruns/models/x/meta.yaml", "data/08_reporting/report.json"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_bytes(JUNK)
    (repository / "y.db").write_bytes(database.HEADER + JUNK)
    grading = grade(repository)
    assert {one.check: one.result for one in grading.answers} == before
    for name in ("x.parquet", "y.db", "mlruns/1/x/meta.yaml"):
        assert f"{name} is broken, and was left out." in remarks(grading)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.json.ipynb", "[" * 100_000),
        ("deep.yml", "[" * 3_000),
        ("conf/base/catalog_deep.yml", "{a: " * 3_000),
        ("conf/base/catalog_code.yml", "a: !!python/object/apply:os.system [exit]"),
        ("deep.py", "(" * 100_000),
        ("long.py", "x = a" + ".a" * 50_000),
        ("number.py", "f(x=" + "9" * 4_000 + ")"),
        ("cells.ipynb", '{"cells": [1, {"cell_type": "code", "source": 3, "outputs": [null, {"data": 1}]}, null]}'),
        ("braces.md", "# " + "{a,b}" * 500),
        ("quotes.md", "> " * 5_000 + "x"),
        ("stars.md", "*" * 20_000),
        ("headings.md", "# a\n" * 30_000),
        ("items.md", "- a: b\n" * 10_000),
        ("sentence.md", "how se o model " * 50_000),
        ("recipe/meta.yaml", "{% set name = 1 %}"),
    ],
)
def test_a_text_made_to_overflow_ends(repository: Path, name: str, text: str) -> None:
    write(repository / name, text)
    assert grade(repository).exit_code == 0


def test_links_are_not_followed(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret.md", "# Segredo")
    (repository / "loop").symlink_to(repository, target_is_directory=True)
    (repository / "outside").symlink_to(tmp_path / "outside", target_is_directory=True)
    (repository / "secret.md").symlink_to(tmp_path / "outside" / "secret.md")
    (repository / "nowhere.md").symlink_to(tmp_path / "nowhere")
    names = survey(repository).files
    assert not [name for name in names if "loop" in name or "secret" in name or "nowhere" in name]
    assert grade(repository).exit_code == 0


@pytest.mark.parametrize("name", [".git", ".venv", ".venv-pycaret", "node_modules", "lib/site-packages", "__pycache__"])
def test_what_others_wrote_is_skipped(tmp_path: Path, name: str) -> None:
    write(tmp_path / name / "a.py", "import streamlit")
    assert survey(tmp_path).files == ()


def test_an_environment_by_any_name_is_skipped(tmp_path: Path) -> None:
    write(tmp_path / "mine/pyvenv.cfg", "")
    write(tmp_path / "mine/lib/a.py", "")
    assert survey(tmp_path).files == ()


def test_a_huge_repository_is_cut_and_that_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        write(repository / f"far/below/all/others/{number}.txt", "x")
    monkeypatch.setattr(folder, "MOST_FILES", 60)
    held = survey(repository)
    assert held.is_cut
    assert len(held.files) == 60
    assert {"README.md", "aplicacao.py", "data/01_raw/dataset_kobe_dev.parquet"} <= set(held.files)
    assert "there are more" in remarks(grade(repository))


def test_of_very_many_files_of_a_kind_the_nearest_are_opened(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        write(repository / f"far/below/all/others/{number}.py", "import streamlit")
    monkeypatch.setattr(folder, "MOST_OF_A_KIND", 10)
    assert "aplicacao.py" in survey(repository).ending(".py")
    assert len(survey(repository).ending(".py")) == 10
    assert ".py files were opened; there are more" in remarks(grade(repository))


def test_a_text_that_is_too_large_is_not_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LARGEST", 100)
    assert survey(repository).text("README.md") is None
    assert by_number(grade(repository))["4.1"].result == Result.CANNOT_TELL


# ---- SQLite


@pytest.fixture
def in_database(tmp_path: Path) -> Path:
    return graduate.make(tmp_path / "sqlite", in_files=False)


def answers(path: Path) -> dict[str, Answer]:
    return by_number(grade(path))


def test_a_foreign_database_is_passed_over(repository: Path) -> None:
    with closing(sqlite3.connect(repository / "other.db")) as other, other:
        other.execute("CREATE TABLE runs (pace)")
    assert grade(repository).remarks == []


def test_a_locked_database_is_read_and_left_as_it_is(in_database: Path) -> None:
    path = in_database / "mlflow.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        before = path.read_bytes(), sorted(one.name for one in in_database.iterdir())
        assert answers(in_database)["3.9"].result == Result.PASS
        assert (path.read_bytes(), sorted(one.name for one in in_database.iterdir())) == before


def test_what_is_still_in_the_log_of_a_database_is_read(in_database: Path) -> None:
    path = in_database / "mlflow.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE runs SET name = 'outro' WHERE name = 'Treinamento'")
        writer.commit()
        assert (in_database / "mlflow.db-wal").stat().st_size > 0
        before = path.read_bytes()
        assert answers(in_database)["3.9"].result == Result.FAIL
        assert path.read_bytes() == before


def test_a_database_that_would_never_answer_is_given_up(in_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "STEPS", 1_000)
    monkeypatch.setattr(database, "MOST_CALLS", 20)
    with closing(sqlite3.connect(in_database / "mlflow.db")) as store, store:
        store.execute("DROP TABLE params")
        store.execute("CREATE TABLE params (run_uuid, key, value)")
        store.execute(
            "INSERT INTO params WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
            "SELECT i, i, i FROM n"
        )
    grading = grade(in_database)
    assert "mlflow.db is broken" in remarks(grading)
    assert by_number(grading)["3.9"].result == Result.CANNOT_TELL


def test_both_kinds_of_store_say_the_same(repository: Path, in_database: Path) -> None:
    of_files, of_database = (gather(survey(path)).stores[0] for path in (repository, in_database))
    for one, other in zip(
        sorted(of_files.runs, key=lambda run: run.id), sorted(of_database.runs, key=lambda run: run.id), strict=True
    ):
        assert (one.name, one.params, one.metrics) == (other.name, other.params, other.metrics)
    registered = [{(one.name, one.sources) for one in store.versions} for store in (of_files, of_database)]
    assert registered[0] == registered[1] != set()


@pytest.mark.parametrize(
    "source",
    [
        f"file:///home/aluno/kobe/mlruns/1/{IDS['Treinamento']}/artifacts/dt_model",
        f"mlflow-artifacts:/1/{IDS['Treinamento']}/artifacts/dt_model",
        f"runs:/{IDS['Treinamento']}/dt_model",
        rf"C:\Users\aluno\mlruns\1\{IDS['Treinamento']}\artifacts\dt_model",
        f"s3://bucket/{IDS['Treinamento']}/artifacts/dt_model",
    ],
)
def test_an_address_on_another_machine_is_found_here(repository: Path, source: str) -> None:
    found = gather(survey(repository)).places.locate(source)
    assert found == [f"mlruns/1/{IDS['Treinamento']}/artifacts/dt_model/model.pkl"]


def test_an_address_without_a_run_is_found_nowhere(repository: Path) -> None:
    places = gather(survey(repository)).places
    assert places.locate("file:///etc/artifacts/dt_model") == []
    assert places.locate("runs:/" + "d" * 32 + "/dt_model") == []


def test_parts_of_one_table_are_one(repository: Path, answer: Callable[[str], Answer]) -> None:
    path = repository / "data/02_intermediate/data_filtered_dev.parquet"
    whole = path.rename(repository / "whole.parquet")
    rows = pd.read_parquet(whole)
    path.mkdir()
    rows[:400].to_parquet(path / "part-0.parquet", index=False)
    rows[400:].to_parquet(path / "part-1.parquet", index=False)
    whole.unlink()
    assert "1,000 and 500 rows" in answer("3.6").sentence
