"""Do the documents show what a run on the published bases gives?"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kobe_shots import documents
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import read_report
from kobe_shots.report import Report

REPOSITORY = Path(__file__).parents[2]


def test_every_number_in_the_documents_is_that_of_the_run(real: Path) -> None:
    assert documents.stale(REPOSITORY, read_report(real)) == [], "run `make docs` after a run on the published bases"


def test_a_changed_number_is_noticed(real: Path, tmp_path: Path) -> None:
    changed = ["README.md", "docs/selection.md", "docs/engines.md"]
    for name in (*documents.DOCUMENTS, documents.SCHEMA_FILE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((REPOSITORY / name).read_text().replace("0.677", "0.667"))
    for name in documents.MEASURED_FILES:
        shutil.copy(REPOSITORY / name, tmp_path / name)
    assert documents.stale(tmp_path, read_report(real)) == changed
    assert documents.update(tmp_path, read_report(real)) == changed
    assert documents.stale(tmp_path, read_report(real)) == []


def test_a_comparison_of_engines_on_another_base_is_refused(real: Path, tmp_path: Path) -> None:
    for name in (*documents.DOCUMENTS, *documents.MEASURED_FILES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    comparison = json.loads((tmp_path / documents.COMPARISON_FILE).read_text())
    (tmp_path / documents.COMPARISON_FILE).write_text(json.dumps(comparison | {"base_id": "0123456789ab"}))
    with pytest.raises(KobeShotsError, match=r"measured on train base 0123456789ab.*run `python bench/engines\.py"):
        documents.stale(tmp_path, read_report(real))
    (tmp_path / documents.COMPARISON_FILE).write_text("{}")
    with pytest.raises(KobeShotsError, match=r"not one this version reads; run `python bench/engines\.py"):
        documents.stale(tmp_path, read_report(real))


def test_a_dashboard_that_was_not_measured_by_this_version_is_refused(real: Path, tmp_path: Path) -> None:
    for name in (*documents.DOCUMENTS, *documents.MEASURED_FILES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    (tmp_path / documents.DASHBOARD_FILE).write_text("{}")
    with pytest.raises(KobeShotsError, match=r"of another version: run `python bench/dashboard\.py --write"):
        documents.stale(tmp_path, read_report(real))


def test_documents_are_not_written_from_simulated_shots(simulated: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"show the published bases.*make run SOURCE=download"):
        documents.update(REPOSITORY, read_report(simulated))


@pytest.mark.parametrize(("field", "value"), [("picked_by", "f1"), ("engine", "pycaret"), ("candidates", 101)])
def test_documents_are_not_written_from_another_experiment(real: Path, field: str, value: Any) -> None:
    seeded = read_report(real).model_dump(mode="json")
    seeded["training"]["dev"]["models"]["lr"][field] = value
    with pytest.raises(KobeShotsError, match=r"of scikit-learn picked by log_loss, and the last run was another one"):
        documents.stale(REPOSITORY, Report.model_validate(seeded))
