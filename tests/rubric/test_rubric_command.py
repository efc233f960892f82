"""What does a person at the command line get? Words, marks, evidence, data, and an exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel
from tests.rubric.graduate import change

from kobe_shots.console import main
from kobe_shots.language import PORTUGUESE, speak
from kobe_shots.rubric.answers import Grading
from kobe_shots.rubric.grading import grade
from kobe_shots.rubric.text import WIDTH


def typed(*options: str | Path) -> Result:
    return CliRunner().invoke(main, ["rubric", *map(str, options)])


def test_all_pass_and_exit_with_zero(repository: Path) -> None:
    result = typed(repository)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "1  Data, and the model in production"
    assert lines[1].startswith("✓ PASS  1.1  Data categorised correctly. 25 of the 25 raw columns")
    assert lines[2] == "    → README.md:5"
    assert lines[-1] == "23 of 23 pass, 0 fail, 0 cannot be told."
    assert max(map(len, lines)) <= WIDTH
    assert [line[0] for line in lines if line[:1].isdigit() and line[1:3] == "  "] == ["1", "2", "3", "4"]


def test_a_check_that_fails_exits_with_three(repository: Path) -> None:
    change("[tool.kedro]", "[tool.x]", "pyproject.toml")(repository)
    result = typed(repository)
    assert result.exit_code == 3
    assert "✗ FAIL  2.1  Repository with TDSP structure. The folders are neither" in result.stdout
    assert result.stdout.endswith("22 of 23 pass, 1 fail, 0 cannot be told.\n")


def test_a_check_that_cannot_be_told_exits_with_four(repository: Path) -> None:
    for path in (repository / "mlruns").rglob("meta.yaml"):
        path.unlink()
    result = typed(repository)
    assert result.exit_code == 4
    assert "? CANNOT TELL  3.9  Run called Treinamento. There is no MLflow store" in result.stdout


def test_a_folder_that_is_not_there_is_one_sentence_and_exits_with_one(tmp_path: Path) -> None:
    result = typed(tmp_path / "absent")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: {tmp_path}/absent is not there; give the folder of a repository: kobe-shots rubric FOLDER.\n"
    )


def test_a_language_that_is_not_spoken_exits_with_two(repository: Path) -> None:
    assert typed(repository, "--lang", "fr").exit_code == 2


def test_without_a_folder_the_project_one_stands_in_is_graded(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "conf")
    assert typed().exit_code == 0


def test_it_is_answered_in_portuguese(repository: Path) -> None:
    result = typed(repository, "--lang", "pt")
    lines = result.stdout.splitlines()
    assert lines[1].startswith("✓ ATENDE  1.1  Dados categorizados corretamente. 25 das 25 colunas brutas aparecem")
    assert lines[-1] == "De 23 itens, atendidos: 23; não atendidos: 0; não dá para dizer: 0."
    assert "1.000 e 500 linhas" in result.stdout


def test_nothing_is_left_in_english(
    repository: Path, tmp_path: Path, english_left: Callable[[BaseModel], list[str]]
) -> None:
    names = ("README", "trained_", "mlflow", "mlruns", "src/", "conf", "data", "streamlit", "aplicacao", "pyproject")
    names += ("Kedro", "TDSP", "[tool", "PreparacaoDados", "Treinamento", "PipelineAplicacao", "LogisticRegression")
    names += ("DecisionTree", "create_model", "test_size", "train_size", "lat,", "dev", "prod", "O modelo", "ROC AUC")
    for grading in (grade(repository), grade(tmp_path)):
        assert [text for text in english_left(grading) if not text.startswith(names) and " " in text] == []


def test_the_same_as_data(repository: Path) -> None:
    result = typed(repository, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["counts"] == {"pass": 23, "fail": 0, "cannot_tell": 0}
    assert data["answers"][2]["evidence"][0] | {"said": None} == {
        "said": None,
        "sentence": "mlruns: run PipelineAplicacao cccccccc",
        "path": "mlruns",
        "line": None,
        "cell": None,
        "run": "c" * 32,
        "metric": None,
    }
    read = Grading.model_validate(data)
    assert speak(PORTUGUESE).tell(read.answers[0], "title") == "Dados categorizados corretamente"
    assert read.exit_code == 0
