"""Do the documents show what a run on the published bases gives?"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import jmespath
import pytest

from kobe_shots import documents
from kobe_shots.documents.evidence import traces
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import read_report
from kobe_shots.report import Report

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The documents and what they are rendered from, beside the code's own."""
    for name in (*documents.DOCUMENTS, *documents.MEASURED_FILES, documents.SCHEMA_FILE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def test_every_number_in_the_documents_is_that_of_the_run(real: Path) -> None:
    assert documents.stale(REPOSITORY, read_report(real), real) == [], (
        "run `make docs` after a run on the published bases"
    )


def test_a_changed_number_is_noticed_in_both_languages(real: Path, copies: Path) -> None:
    changed = ["README.md", "README.pt-BR.md", "docs/selection.md"]
    for name, old, new in zip(changed, ("0.677", "0,677", "0.677"), ("0.667", "0,667", "0.667"), strict=True):
        (copies / name).write_text((copies / name).read_text().replace(old, new))
    assert documents.stale(copies, read_report(real), real) == changed
    assert documents.update(copies, read_report(real), real) == changed
    assert documents.stale(copies, read_report(real), real) == []


@pytest.mark.parametrize(
    ("name", "field", "command"),
    [(documents.COMPARISON_FILE, "base_id", "engines"), (documents.SPLITS_FILE, "base_id", "splits")],
)
def test_a_measurement_on_other_shots_is_refused(real: Path, copies: Path, name: str, field: str, command: str) -> None:
    measured = json.loads((copies / name).read_text())
    (copies / name).write_text(json.dumps(measured | {field: "0123456789ab"}))
    with pytest.raises(KobeShotsError, match=rf"measured on shots 0123456789ab.*run `python bench/{command}\.py"):
        documents.stale(copies, read_report(real), real)


@pytest.mark.parametrize("name", documents.MEASURED_FILES)
def test_a_measurement_by_another_version_is_refused(real: Path, copies: Path, name: str) -> None:
    (copies / name).write_text('{"of": "another version"}')
    with pytest.raises(KobeShotsError, match=rf"{name} is not there, or not one this version reads; run `python bench"):
        documents.stale(copies, read_report(real), real)


def test_every_trace_leads_to_the_metric_of_a_run(real: Path) -> None:
    report = read_report(real)
    champion = report.training["dev"].choice.chosen
    results = {"report": report.model_dump(mode="json")}
    of_run = {name: _metrics(real, run_id) for name, run_id in report.runs.items()}
    followed = list(traces(champion))
    assert [
        (one.expression, shown, logged)
        for one in followed
        if (shown := jmespath.search(one.expression, results))
        != pytest.approx(logged := of_run[one.run].get(one.metric))
    ] == []
    assert len(followed) == len(set(followed)) > 40


def _metrics(project: Path, run_id: str) -> dict[str, float]:
    with closing(sqlite3.connect(f"file:{project / 'mlflow.db'}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT key, value FROM latest_metrics WHERE run_uuid = ?", (run_id,)).fetchall())


def test_where_there_are_no_documents_that_is_said(simulated: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"has no README\.md: the documents are part of the repository.*Clone it"):
        documents.update(simulated, read_report(simulated))


def test_documents_are_not_written_from_simulated_shots(simulated: Path) -> None:
    with pytest.raises(KobeShotsError, match=r"show the published bases.*make run SOURCE=download"):
        documents.update(REPOSITORY, read_report(simulated), simulated)


@pytest.mark.parametrize(("field", "value"), [("picked_by", "f1"), ("engine", "pycaret"), ("candidates", 101)])
def test_documents_are_not_written_from_another_experiment(real: Path, field: str, value: Any) -> None:
    seeded = read_report(real).model_dump(mode="json")
    seeded["training"]["dev"]["models"]["lr"][field] = value
    with pytest.raises(KobeShotsError, match=r"of scikit-learn picked by log_loss, and the last run was another one"):
        documents.stale(REPOSITORY, Report.model_validate(seeded))
