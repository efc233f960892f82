"""Is the table wired as it reads?"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kobe_shots.datasets import LastRecordDataset
from kobe_shots.models.promotion import NoChange, Promotion
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.pipelines import RETRAINING, RUN_NAMES
from kobe_shots.pipelines.retraining import create_pipeline
from kobe_shots.report import Retrained
from kobe_shots.retraining.challenger import Challenger
from kobe_shots.retraining.policies import Action

Health = Callable[..., dict[str, Any]]


class Registry(MemoryDataset):
    """A registry in memory: what is saved as a challenger is loaded as its estimator."""

    def load(self) -> Any:
        saved = super().load()
        return saved.estimator if isinstance(saved, Challenger) else saved


class Kept(MemoryDataset):
    """A dataset that the runner lets be when all have read it, as files do."""

    def release(self) -> None:
        pass


class Seat(MemoryDataset):
    """A champion in memory: loading what was promoted returns a champion, one version on."""

    def __init__(self, champion: Champion) -> None:
        super().__init__()
        self.saved: Promotion | NoChange | None = None
        self._champion = champion

    def save(self, data: Any) -> None:
        self.saved = data

    def load(self) -> Champion:
        version = self._champion.version + isinstance(self.saved, Promotion)
        return Champion(**vars(self._champion) | {"version": version})


@pytest.fixture
def run(
    champion: Champion,
    dev: pd.DataFrame,
    prod: pd.DataFrame,
    how: Retraining,
    watching: Monitoring,
    provenance: dict[str, Any],
    tmp_path: Any,
) -> Callable[[dict[str, Any]], tuple[Retrained, Seat]]:
    """Run the pipeline on a health record; the record, and who was put in office."""

    def make(verdicts: dict[str, Any]) -> tuple[Retrained, Seat]:
        seat = Seat(champion)
        much = watching.alarms.model_copy(update={"risk_increase": 0.1})  # a hundred shots tell no small gain
        given = {
            "champion_in_office": champion,
            "dataset_kobe_dev": dev,
            "dataset_kobe_prod": prod,
            "verdicts": verdicts,
            "provenance": provenance,
            "params:retraining": how,
            "params:monitoring": watching.model_copy(update={"alarms": much}),
        }
        catalog = DataCatalog(
            {
                **{name: MemoryDataset(value) for name, value in given.items()},
                "last_retraining": LastRecordDataset(filepath=str(tmp_path / "never.json")),
                "challenger": Registry(),
                "challenger_version": MemoryDataset(7),
                "champion": seat,
                "record_retraining": Kept(),
            }
        )
        written = SequentialRunner().run(create_pipeline(), catalog)
        assert set(written) == {"metrics_retraining", "tags_retraining"}
        return Retrained.model_validate(catalog.load("record_retraining")), seat

    return make


def test_an_alarm_leads_to_a_champion_in_memory(run: Any, health: Health) -> None:
    record, seat = run(health("calibration"))
    assert (record.decision.action, record.decision.rule) == (Action.RETRAIN, "calibration")
    assert record.promoted
    assert isinstance(seat.saved, Promotion)
    assert record.challenge is not None
    assert record.challenge.promoted_as == 4


def test_with_nothing_to_do_the_champion_is_told_to_stay(
    run: Any, health: Health, how: Retraining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(how), "policy", "predictive")
    record, seat = run(health())
    assert (record.decision.action, record.tried, record.challenge) == (Action.WAIT, False, None)
    assert isinstance(seat.saved, NoChange)


def test_it_reads_the_champion_under_another_name_than_it_writes_it() -> None:
    pipeline = create_pipeline()
    assert pipeline.inputs() == {
        *("champion_in_office", "dataset_kobe_dev", "dataset_kobe_prod", "verdicts", "provenance", "last_retraining"),
        *("challenger_version", "params:retraining", "params:monitoring"),
    }
    assert {"champion", "challenger", "record_retraining"} < pipeline.all_outputs()


def test_the_record_is_written_once_the_champion_is_in_office_and_that_once_it_is_registered() -> None:
    pipeline = create_pipeline()
    order = [node.name for node in pipeline.nodes]
    steps = ["hold_champion", "divide_shots", "decide_retraining", "train_challenger", "judge_challenger"]
    assert [name for name in order if name in {*steps, "promote_challenger", "record_retraining"}] == [
        *steps,
        "promote_challenger",
        "record_retraining",
    ]
    writers = {name: node for node in pipeline.nodes for name in node.outputs}
    (record,) = (node for node in pipeline.nodes if node.name == "record_retraining")
    assert writers["champion"] in pipeline.node_dependencies[record]


def test_every_node_belongs_to_the_run_and_the_tag() -> None:
    for node in create_pipeline().nodes:
        assert node.tags & {*RUN_NAMES, "retraining"} == {RETRAINING, "retraining"}
