"""Does this repository meet the assignment's 23 checks, with a run of its own on the published shots?"""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kobe_shots.console import main
from kobe_shots.rubric.answers import Result
from kobe_shots.rubric.grading import grade

REPOSITORY = Path(__file__).parents[2]
WRITTEN = ("README.md", "README.pt-BR.md", "docs", "src")  # what a project laid out for tests lacks


def with_its_documents(run: Path, to: Path) -> Path:
    """Put a finished run and what this repository says about it into one folder, as after `make run` in a clone."""
    shutil.copytree(run, to, dirs_exist_ok=True)
    for name in WRITTEN:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, to / name, dirs_exist_ok=True)
        else:
            shutil.copy(REPOSITORY / name, to / name)
    return to


@pytest.fixture
def handed_in(real: Path, tmp_path: Path) -> Path:
    return with_its_documents(real, tmp_path)


def test_all_23_checks_pass_on_the_published_shots(handed_in: Path) -> None:
    grading = grade(handed_in)
    assert {one.check: one.sentence for one in grading.answers if one.result != Result.PASS} == {}
    assert (len(grading.answers), grading.remarks) == (23, [])
    by_number = {one.check: one for one in grading.answers}
    assert by_number["1.1"].sentence == "25 of the 25 raw columns stand with a category."
    assert "20,285 and 5,412 rows and 7 columns" in by_number["3.6"].sentence
    assert "trained_dt_model_dev in MLflow holds a DecisionTreeClassifier" in by_number["2.5"].sentence
    assert by_number["2.6"].evidence[0].metric == "dt_model_dev_log_loss"
    missing = [place.path for one in grading.answers for place in one.evidence if not (handed_in / place.path).exists()]
    assert missing == []


def test_the_job_alone_without_documents_does_not_pass(real: Path) -> None:
    by_number = {one.check: one.result for one in grade(real).answers}
    told_by_the_run = ("1.4", "2.4", "2.6", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9")
    assert {by_number[check] for check in told_by_the_run} == {Result.PASS}
    assert {by_number[check] for check in ("1.1", "2.2", "3.1", "4.1", "4.2", "4.4")} == {Result.CANNOT_TELL}


def test_simulated_shots_are_graded_by_what_they_are(simulated: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["rubric", str(with_its_documents(simulated, tmp_path)), "--lang", "pt"])
    assert result.exit_code == 0, result.output
    assert "De 23 itens, atendidos: 23" in result.output
