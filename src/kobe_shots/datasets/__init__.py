"""Where do the catalog's things live? Whole files, facts of an MLflow run, models in the registry."""

from kobe_shots.datasets.champion import ChampionDataset
from kobe_shots.datasets.files import WholeFileDataset
from kobe_shots.datasets.registry import RegisteredModelDataset
from kobe_shots.datasets.runs import CandidatesDataset, RunMetricsDataset, RunTagsDataset

__all__ = [
    "CandidatesDataset",
    "ChampionDataset",
    "RegisteredModelDataset",
    "RunMetricsDataset",
    "RunTagsDataset",
    "WholeFileDataset",
]
