"""Does everything that the stages are led to exist, and do both languages lead to the same?"""

import re
from pathlib import Path

import pytest
import yaml

from kobe_shots.console import main

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = ("docs/tdsp.md", "docs/tdsp.pt-BR.md")
STAGES = (
    ("Business understanding", "Entendimento do negócio"),
    ("Data acquisition and understanding", "Aquisição e entendimento dos dados"),
    ("Modeling", "Modelagem"),
    ("Deployment", "Implantação"),
    ("Customer acceptance", "Aceite do cliente"),
)
OF_TDSP = {"Sample_Data", "Code", "Docs"}  # its own folders, which are led to others
MADE_BY_A_RUN = {"mlflow.db", "mlruns"}
VARIABLES = {"MLFLOW_TRACKING_URI"}
COMMANDS = ("kobe-shots", "kedro", "mlflow", "make", "streamlit run")


def quoted(document: str) -> list[str]:
    return re.findall(r"`([^`]+)`", (REPOSITORY / document).read_text(encoding="utf-8"))


def commands(document: str) -> list[str]:
    return [one for one in quoted(document) if one.startswith(tuple(f"{name} " for name in COMMANDS))]


def names_in_tracking() -> set[str]:
    """Return the names of MLflow runs, and of tags and aliases, that the documents speak of."""
    from kobe_shots.datasets.office import PROMOTION_RUN, ROLLBACK_RUN
    from kobe_shots.pipelines import RUN_NAMES

    return {*RUN_NAMES, PROMOTION_RUN, ROLLBACK_RUN, "data.*", "champion"}


def paths(document: str) -> set[str]:
    left = set(quoted(document)) - set(commands(document)) - names_in_tracking()
    return left - OF_TDSP - MADE_BY_A_RUN - VARIABLES


def catalogued() -> set[str]:
    catalog = yaml.safe_load((REPOSITORY / "conf" / "base" / "catalog.yml").read_text(encoding="utf-8"))
    return {entry["filepath"] for entry in catalog.values() if "filepath" in entry}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_exists_or_is_one_that_a_run_writes(document: str) -> None:
    written = catalogued()
    assert {path for path in paths(document) if not (REPOSITORY / path).exists() and path not in written} == set()
    assert len(paths(document)) > 30


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (REPOSITORY / document).read_text(encoding="utf-8"))
    assert [link for link in links if not (REPOSITORY / "docs" / link).is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_exists(document: str) -> None:
    from kobe_shots.pipeline_registry import register_pipelines

    pipelines = register_pipelines()
    verbs = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {f"kobe-shots {name}" for name in main.commands} | {f"make {verb}" for verb in verbs}
    known |= {f"kedro run --pipeline={name}" for name in pipelines} | {"mlflow models serve", "mlflow server"}
    known |= {f"kedro run --tags={tag}" for nodes in pipelines.values() for node in nodes.nodes for tag in node.tags}
    assert set(commands(document)) - known == set()
    assert commands(document)


def test_both_languages_lead_to_the_same_places_in_the_same_order() -> None:
    english, portuguese = map(quoted, DOCUMENTS)
    assert english == portuguese


@pytest.mark.parametrize("language", [0, 1])
def test_every_stage_is_there(language: int) -> None:
    text = (REPOSITORY / DOCUMENTS[language]).read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|:]+?)(?::[^|]+)? \|", text, re.MULTILINE)
    told = [row for row in rows if row in {names[language] for names in STAGES}]
    assert list(dict.fromkeys(told)) == [names[language] for names in STAGES]
