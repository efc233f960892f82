"""Where do the catalog's things live? Whole files, facts of an MLflow run, models in the registry."""

from kobe_shots.datasets.champion import ChampionDataset
from kobe_shots.datasets.files import LastRecordDataset, WholeFileDataset
from kobe_shots.datasets.registry import ChallengerDataset, LatestVersionDataset, RegisteredModelDataset
from kobe_shots.datasets.runs import CandidatesDataset, RunMetricsDataset, RunTagsDataset

__all__ = [
    "CandidatesDataset",
    "ChallengerDataset",
    "ChampionDataset",
    "LastRecordDataset",
    "LatestVersionDataset",
    "RegisteredModelDataset",
    "RunMetricsDataset",
    "RunTagsDataset",
    "WholeFileDataset",
]
