"""Does the README's diagram show what the pipelines do? Every arrow between a step and a file, against the catalog."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from kobe_shots.documents.artifacts.flow import Entry, follow
from kobe_shots.documents.artifacts.rendering import ARTIFACTS
from kobe_shots.pipelines import RUN_NAMES

REPOSITORY = Path(__file__).parents[2]
READMES = ("README.md", "README.pt-BR.md")
BOX = re.compile(r"(\w+)(?:\[/(?P<step>\w+)/\]|\[\(?(?P<label>[^\])]*)\)?\])")
ARROW = re.compile(r"^ *(\w+)(?:\[.*?\])? -->(?:\|[^|]*\|)? (\w+)", re.MULTILINE)
NAME = re.compile(r"^[a-z_]+\*?$")
OUTSIDE = {"source", "served", "dashboard"}  # no dataset of a pipeline


def diagram(readme: str) -> str:
    found = re.search(r"```mermaid\n(.*?)```", (REPOSITORY / readme).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def boxes(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the steps and the datasets of each box, by its id."""
    steps = {box[1]: box["step"] for box in BOX.finditer(text) if box["step"]}
    labels = {box[1]: re.split(r"<br>|, ", box["label"]) for box in BOX.finditer(text) if box["label"]}
    return steps, {
        name: [one for one in label if NAME.match(one)] for name, label in labels.items() if name not in OUTSIDE
    }


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return follow(REPOSITORY)


@pytest.mark.parametrize("readme", READMES)
def test_every_step_is_a_box(readme: str) -> None:
    steps, datasets = boxes(diagram(readme))
    assert set(steps.values()) == set(RUN_NAMES)
    assert all(datasets.values())
    assert len(datasets) == 7


@pytest.mark.parametrize("readme", READMES)
def test_every_artifact_of_the_diagram_is_described(readme: str, entries: dict[str, Entry]) -> None:
    described = {dataset for one in ARTIFACTS for dataset in entries.get(one.name, Entry()).datasets}
    named = [name for of in boxes(diagram(readme))[1].values() for name in of]
    assert [name for name in named if not any(fnmatch(one, name) for one in described)] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_arrow_is_what_a_pipeline_reads_or_writes(readme: str, entries: dict[str, Entry]) -> None:
    text = diagram(readme)
    steps, datasets = boxes(text)
    arrows = [(one, other) for one, other in ARROW.findall(text) if not {one, other} & OUTSIDE]
    assert len(arrows) > 15
    for one, other in arrows:
        step, side, box = (steps[one], "written_by", other) if one in steps else (steps[other], "read_by", one)
        touched = {name for entry in entries.values() if step in getattr(entry, side) for name in entry.datasets}
        met = [name for name in datasets[box] if any(fnmatch(dataset, name) for dataset in touched)]
        # a step writes all that stands in a box of its own, and reads something of the boxes it reads
        shared = len({first for first, second in arrows if second == box}) > 1
        assert met == datasets[box] if side == "written_by" and not shared else met, (one, other)
