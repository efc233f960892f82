"""Do the documents show what a run on the published bases gives?"""

from pathlib import Path

import pytest

from kobe_shots import documents
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import read_report
from kobe_shots.report import Report

REPOSITORY = Path(__file__).parents[2]


def test_every_number_in_the_documents_is_that_of_the_run(real: Path) -> None:
    assert documents.stale(REPOSITORY, read_report(real)) == [], "run `make docs` after a run on the published bases"


def test_a_changed_number_is_noticed(real: Path, tmp_path: Path) -> None:
    for name in (*documents.DOCUMENTS, documents.SCHEMA_FILE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((REPOSITORY / name).read_text().replace("0.677", "0.667"))
    assert documents.stale(tmp_path, read_report(real)) == ["README.md", "docs/selection.md"]
    assert documents.update(tmp_path, read_report(real)) == ["README.md", "docs/selection.md"]
    assert documents.stale(tmp_path, read_report(real)) == []


def test_documents_are_not_written_from_simulated_shots(simulated: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"show the published bases.*make run SOURCE=download"):
        documents.update(REPOSITORY, read_report(simulated))


def test_documents_are_not_written_from_another_experiment(real: Path) -> None:
    seeded = read_report(real).model_dump(mode="json")
    seeded["training"]["dev"]["models"]["lr"]["picked_by"] = "f1"
    with pytest.raises(KobeShotsError, match=r"picked by log_loss, and the last run was another one"):
        documents.stale(REPOSITORY, Report.model_validate(seeded))
