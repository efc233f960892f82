"""A project whose champion is ill: who is to be replaced, and by whom, is beyond doubt."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import yaml
from sklearn.pipeline import Pipeline

from kobe_shots import job
from kobe_shots.datasets import ChampionDataset, RegisteredModelDataset
from kobe_shots.models.candidates import Candidate, fit
from kobe_shots.models.promotion import Promotion
from kobe_shots.shots.schema import FEATURES, TARGET

CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")
# of a hundred shots no small gain can be told: much is to be expected, or nobody is ever promoted
EASY = {"monitoring": {"alarms": {"risk_increase": 0.1}}}


def make_ailing(folder: Path, make_project: Callable[[Path], Path]) -> Path:
    """Make a project whose champion, version 2, has learned every outcome the wrong way round, and has been watched."""
    project = make_project(folder)
    configured = project / "conf" / "local" / "parameters.yml"
    quick = yaml.safe_load(configured.read_text())
    quick["monitoring"] |= EASY["monitoring"]
    configured.write_text(yaml.safe_dump(quick))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        job.run()
        train, test, threes = job.load(project, "base_train_dev", "base_test_dev", "base_train_prod")
        with mlflow.start_run(run_name="Illness"):
            RegisteredModelDataset(name="upside_down").save(_upside_down(train, threes))
            CHAMPION.save(Promotion("upside_down", train, test, CHAMPION.version_in_office(), {"why": "a test"}))
        job.run("PipelineAplicacao")
        job.run("Monitoramento")
    return project


def _upside_down(*bases: pd.DataFrame) -> Pipeline:
    shots = pd.concat(bases)
    params = {"criterion": "gini", "min_samples_leaf": 20, "max_leaf_nodes": 10}
    return fit(Candidate("dt", 1, params), 24, shots[FEATURES], 1 - shots[TARGET])
