"""Which step writes an artifact, which read it, and where does it lie? As the pipelines and the catalog say."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from kedro.config import OmegaConfigLoader
from kedro.io import CatalogConfigResolver

from kobe_shots import settings
from kobe_shots.pipeline_registry import register_pipelines

WHOLE_JOB = "__default__"
RUN_FACTS = ("RunMetricsDataset", "RunTagsDataset")
# entries that only read what is written under another name
READ_AS = {
    "champion_in_office": "champion",
    "last_retraining": "record_{step}",
    "challenger_version": "challenger",
}
BETWEEN_NODES = {"{default}": {"type": "kedro.io.MemoryDataset"}}  # what Kedro takes for what no entry names


@dataclass
class Entry:
    """What the pipelines do with the datasets of one entry of the catalog.

    Attributes:
        datasets: by name, and the file that each is; None for a model.
        written_by: steps that write one of them.
        read_by: steps that read one of them.
        needed_by: those of them that read one they have not written.
        in_run: whether they are copied to the MLflow run.
    """

    datasets: dict[str, Path | None] = field(default_factory=dict)
    written_by: list[str] = field(default_factory=list)
    read_by: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)
    in_run: bool = False


def follow(project: Path) -> dict[str, Entry]:
    """Return what becomes of every entry of a project's catalog, but for what only an MLflow run holds."""
    resolver = _resolver(project)
    entries: dict[str, Entry] = {}
    for dataset in resolver.config:  # some are read and written outside of the pipelines
        _find(dataset, resolver, entries)
    steps = register_pipelines()
    del steps[WHOLE_JOB]
    for step, nodes in steps.items():
        written = _in_order(nodes.nodes, "outputs")
        for dataset in _in_order(nodes.nodes, "inputs"):
            if entry := _find(dataset, resolver, entries):
                _add(step, entry.read_by)
                if dataset not in written:
                    _add(step, entry.needed_by)
        for dataset in written:
            if entry := _find(dataset, resolver, entries):
                _add(step, entry.written_by)
    return entries


def entry_of(dataset: str, resolver: CatalogConfigResolver) -> str | None:
    """Return the entry of the catalog that a dataset is of; None for what lies between nodes, or in a run only."""
    name = resolver.match_dataset_pattern(dataset) or (dataset if dataset in resolver.config else None)
    if name is None or resolver.resolve_pattern(dataset)["type"].endswith(RUN_FACTS):
        return None
    return READ_AS.get(name, name)


def title_of(name: str, entry: Entry) -> str:
    """Return what an entry is called, with the names that stand for its placeholder where they are regular.

    >>> title_of("base_{part}", Entry(dict.fromkeys(("base_train_dev", "base_test_dev"))))
    'base_{train,test}_dev'
    """
    if "{" not in name:
        return name
    words = [dataset.split("_") for dataset in entry.datasets]
    if len({len(one) for one in words}) != 1:
        return name
    places = [list(dict.fromkeys(place)) for place in zip(*words, strict=True)]
    if prod(map(len, places)) != len(words):
        return name
    return "_".join(place[0] if len(place) == 1 else f"{{{','.join(place)}}}" for place in places)


def _resolver(project: Path) -> CatalogConfigResolver:
    how: dict[str, Any] = dict(settings.CONFIG_LOADER_ARGS)
    catalog = OmegaConfigLoader(str(project / "conf"), **how)["catalog"]
    return CatalogConfigResolver(catalog, default_runtime_patterns=BETWEEN_NODES)


def _find(dataset: str, resolver: CatalogConfigResolver, entries: dict[str, Entry]) -> Entry | None:
    if (name := entry_of(dataset, resolver)) is None:
        return None
    entry, about = entries.setdefault(name, Entry()), resolver.resolve_pattern(dataset)
    if dataset not in READ_AS:
        entry.datasets[dataset] = Path(about["filepath"]) if "filepath" in about else None
    entry.in_run |= about.get("artifact_path") is not None or about["type"].endswith("CandidatesDataset")
    return entry


def _in_order(nodes: Iterable[Any], side: str) -> list[str]:
    names = dict.fromkeys(name for node in nodes for name in getattr(node, side))
    return [name for name in names if not name.startswith("params:")]


def _add(step: str, steps: list[str]) -> None:
    if step not in steps:
        steps.append(step)
