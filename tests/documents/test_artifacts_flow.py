"""Is every artifact of the pipelines described, and found in the documents? Do files and descriptions agree?"""

import re
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import CatalogConfigResolver

from kobe_shots.documents.artifacts.described import Column, Table, between, tell
from kobe_shots.documents.artifacts.files import columns_of, rows_of, shape_of
from kobe_shots.documents.artifacts.flow import BETWEEN_NODES, Entry, entry_of, follow, title_of
from kobe_shots.documents.artifacts.rendering import ARTIFACTS, SECTIONS
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import speak
from kobe_shots.pipeline_registry import register_pipelines

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = ("docs/artifacts.md", "docs/artifacts.pt-BR.md")
BETWEEN = re.compile(  # what nodes hand to each other, and no file keeps
    r"description_.*|.*\.fitted|fitted_.*|sitting_champion|divided_shots|decision|expected_gain|attempt|ledger"
)
OF_A_RUN = re.compile(r"metrics_.*|tags_.*")


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return follow(REPOSITORY)


def test_every_entry_of_the_catalog_is_described_and_no_other(entries: dict[str, Entry]) -> None:
    assert sorted(one.name for one in ARTIFACTS if "/" not in one.name) == sorted(entries)
    assert len({one.name for one in ARTIFACTS}) == len(ARTIFACTS)


def test_every_dataset_of_the_pipelines_is_of_an_artifact(entries: dict[str, Entry]) -> None:
    kept = {dataset for entry in entries.values() for dataset in entry.datasets}
    kept |= {"champion_in_office", "last_retraining", "challenger_version"}  # read under another name
    used = {name for nodes in register_pipelines().values() for name in nodes.datasets() if "params:" not in name}
    assert len(used) > 80
    assert [name for name in sorted(used - kept) if not (BETWEEN.fullmatch(name) or OF_A_RUN.fullmatch(name))] == []


def test_who_writes_and_who_reads_is_what_the_pipelines_say(entries: dict[str, Entry]) -> None:
    bases = entries["base_{part}"]
    assert bases.written_by == ["PreparacaoDados"]
    assert bases.read_by == ["PreparacaoDados", "Treinamento", "Monitoramento"]
    assert bases.needed_by == ["Treinamento", "Monitoramento"]
    assert bases.in_run
    assert sorted(bases.datasets) == ["base_test_dev", "base_test_prod", "base_train_dev", "base_train_prod"]
    assert bases.datasets["base_test_dev"] == Path("data/05_model_input/base_test_dev.parquet")
    champion = entries["champion"]
    assert champion.written_by == ["Treinamento", "Retreino"]
    assert champion.needed_by == ["PipelineAplicacao", "Monitoramento", "Retreino"]
    assert champion.datasets == {"champion": None}
    assert "Retreino" in entries["record_{step}"].read_by
    assert not entries["monitored_shots"].in_run


def test_an_entry_is_found_by_its_pattern_and_what_only_a_run_holds_is_none() -> None:
    catalog = {
        "base_{part}": {"type": "pandas.ParquetDataset", "filepath": "{part}.parquet"},
        "metrics_{which}": {"type": "kobe_shots.datasets.RunMetricsDataset"},
        "champion_in_office": {"type": "kobe_shots.datasets.ChampionDataset"},
    }
    resolver = CatalogConfigResolver(catalog, default_runtime_patterns=BETWEEN_NODES)
    names = ("base_test_dev", "metrics_dev", "champion_in_office", "ledger")
    assert [entry_of(name, resolver) for name in names] == ["base_{part}", None, "champion", None]


def test_a_title_names_what_the_placeholder_stands_for_where_that_is_regular() -> None:
    regular = Entry(dict.fromkeys(("base_train_dev", "base_test_dev", "base_train_prod", "base_test_prod")))
    assert title_of("base_{part}", regular) == "base_{train,test}_{dev,prod}"
    one_lacks = Entry(dict.fromkeys(("base_train_dev", "base_test_dev", "base_train_prod")))
    assert title_of("base_{part}", one_lacks) == "base_{part}"
    of_other_lengths = Entry(dict.fromkeys(("record_outlook", "record_training_dev")))
    assert title_of("record_{step}", of_other_lengths) == "record_{step}"
    assert title_of("health", Entry({"health": None})) == "health"


def test_what_is_said_to_be_on_the_dashboard_is_read_there(entries: dict[str, Entry]) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "streamlit").rglob("*.py"))
    for one in ARTIFACTS:
        files = [
            path for path in entries.get(one.name, Entry()).datasets.values() if path and path.suffix == ".parquet"
        ]
        for path in files:
            assert bool(one.pages) == bool(re.search(rf'"{path.stem}(\.parquet)?"', pages)), one.name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_within_a_document_leads_somewhere(document: str) -> None:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    anchors = re.findall(r'<a id="([^"]+)"></a>', text)
    assert len(set(anchors)) == len(anchors)
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links
    assert sorted(links - set(anchors)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_section_stands_in_the_document(document: str) -> None:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    named = re.findall(r"<!-- begin (\w+) -->", text)
    assert [name for name in named if name in SECTIONS] == list(SECTIONS)
    others = ["artifact_steps", "raw_categories", "raw_columns", "raw_counts", "registered_models", "mlflow_runs"]
    assert [name for name in named if name not in SECTIONS] == others


def test_a_file_is_told_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "few.parquet"
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"])}, index=[5, 7]).to_parquet(path)
    assert columns_of(path) == {"a": "int64", "b": "text", "c": "category"}
    assert rows_of(path) == 2
    other, fits = (Table("a row", tuple(Column(name, "") for name in names)) for names in ("ab", "abc"))
    assert shape_of(path, (other, fits)) is fits
    with pytest.raises(KobeShotsError, match=r"few\.parquet holds the columns a, b, c, and none of its descriptions"):
        shape_of(path, (other, Table("a row", fits.columns[::-1])))
    with pytest.raises(KobeShotsError, match=r"none\.parquet is not there yet; run the job first: make run"):
        rows_of(tmp_path / "none.parquet")


def test_a_range_is_told_in_the_numbers_of_a_language() -> None:
    assert tell(between(0, 0.5)) == "0 to 0.5"
    assert tell(between(0, 0.5), speak("pt")) == "0 a 0,5"
    assert tell("degrees", speak("pt")) == "graus"
