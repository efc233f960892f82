"""Are files whole or absent, metrics in the run they belong to, and models under their names in the registry?"""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from kedro.io.core import DatasetError
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.datasets import (
    CandidatesDataset,
    RegisteredModelDataset,
    RunMetricsDataset,
    RunTagsDataset,
    WholeFileDataset,
)

X = pd.DataFrame(np.arange(60.0).reshape(10, 6))
X.columns = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
Y = pd.Series([0, 1] * 5)
LR = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())]).fit(X, Y)
DT = Pipeline([("model", DecisionTreeClassifier(max_depth=2, random_state=0))]).fit(X, Y)


def _json(path: Path, artifact_path: str | None = None) -> WholeFileDataset:
    return WholeFileDataset(filepath=str(path), dataset={"type": "json.JSONDataset"}, artifact_path=artifact_path)


def _parquet(path: Path) -> WholeFileDataset:
    return WholeFileDataset(filepath=str(path), dataset={"type": "pandas.ParquetDataset"})


def test_what_is_saved_is_loaded_again_and_nothing_else_lies_beside_it(tmp_path: Path) -> None:
    file = _json(tmp_path / "new" / "record.json")
    assert not file.exists()
    file.save({"n": 1})
    assert file.exists()
    assert file.load() == {"n": 1}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["record.json"]


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = _json(tmp_path / "record.json")
    file.save({"n": 1})
    with pytest.raises(DatasetError, match="not JSON serializable"):
        file.save({"n": 2, "unspeakable": object()})
    assert file.load() == {"n": 1}


def test_what_a_killed_save_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".record.partial.json").write_text('{"n": ')
    file = _json(tmp_path / "record.json")
    assert not file.exists()
    file.save({"n": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"lat,lon\n34,-118\n"])
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "base.parquet").write_bytes(content)
    with pytest.raises(DatasetError, match=r"base\.parquet cannot be read \(.+\); .* Remove it and make it again"):
        _parquet(tmp_path / "base.parquet").load()


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file where a folder should be")
    with pytest.raises(DatasetError, match=r"record\.json cannot be written \(.+\); a writable folder is needed"):
        _json(tmp_path / "folder" / "record.json").save({})


def test_a_full_disk_is_named_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _json(tmp_path / "record.json")
    file.save({"n": 1})

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("json.dump", full)
    with pytest.raises(DatasetError, match=r"cannot be written \(No space left on device\)"):
        file.save({"n": 2})
    assert file.load() == {"n": 1}


@pytest.mark.parametrize(("artifact_path", "copied"), [("", "record.json"), ("models", "models/record.json")])
def test_a_file_is_copied_to_the_active_run_when_asked_to(
    tmp_path: Path, store: MlflowClient, artifact_path: str, copied: str
) -> None:
    with mlflow.start_run() as run:
        _json(tmp_path / "record.json", artifact_path).save({"n": 1})
        _json(tmp_path / "kept.json").save({"n": 1})
    parent = str(Path(copied).parent)
    listed = store.list_artifacts(run.info.run_id, None if parent == "." else parent)
    assert [artifact.path for artifact in listed] == [copied]


def test_run_metrics_go_to_the_active_run_under_their_prefix(store: MlflowClient) -> None:
    with mlflow.start_run() as run:
        RunMetricsDataset(prefix="lr_model_dev_").save({"log_loss": 0.67, "f1": 0.5})
    assert store.get_run(run.info.run_id).data.metrics == {"lr_model_dev_log_loss": 0.67, "lr_model_dev_f1": 0.5}


def test_run_metrics_are_not_for_loading() -> None:
    with pytest.raises(DatasetError, match=r"cannot be loaded into a pipeline; read data/08_reporting/report\.json"):
        RunMetricsDataset().load()


def _candidates(count: int) -> pd.DataFrame:
    numbers = np.arange(1, count + 1)
    scores = dict.fromkeys(("log_loss", "f1", "brier", "roc_auc"), numbers / 1000)
    return pd.DataFrame({"candidate": numbers, "params": "{}"} | scores)


def test_every_candidate_is_a_step_of_each_metric(tmp_path: Path, store: MlflowClient) -> None:
    file = CandidatesDataset(filepath=str(tmp_path / "candidates.parquet"), name="lr_model_dev")
    with mlflow.start_run() as run:
        file.save(_candidates(3))
    for metric in ("log_loss", "f1", "brier", "roc_auc"):
        points = store.get_metric_history(run.info.run_id, f"lr_model_dev_cv_{metric}")
        assert {point.step: point.value for point in points} == {1: 0.001, 2: 0.002, 3: 0.003}
    pd.testing.assert_frame_equal(file.load(), _candidates(3))
    assert [artifact.path for artifact in store.list_artifacts(run.info.run_id, "lr_model_dev")] == [
        "lr_model_dev/candidates.parquet"
    ]


def test_more_candidates_than_a_batch_holds_are_all_logged(tmp_path: Path, store: MlflowClient) -> None:
    with mlflow.start_run() as run:
        CandidatesDataset(filepath=str(tmp_path / "candidates.parquet"), name="dt").save(_candidates(1001))
    assert len(store.get_metric_history(run.info.run_id, "dt_cv_roc_auc")) == 1001


def test_candidates_without_a_run_are_a_file_only(tmp_path: Path) -> None:
    file = CandidatesDataset(filepath=str(tmp_path / "candidates.parquet"), name="dt")
    file.save(_candidates(2))
    assert len(file.load()) == 2


@pytest.mark.usefixtures("store")
def test_a_registered_model_is_the_latest_one_saved() -> None:
    model = RegisteredModelDataset(name="trained_lr_model_dev")
    assert not model.exists()
    with mlflow.start_run():
        model.save(LR)
        model.save(DT)
    assert model.exists()
    assert isinstance(model.load()[-1], DecisionTreeClassifier)
    np.testing.assert_array_equal(model.load().predict_proba(X), DT.predict_proba(X))


def test_two_models_of_one_run_do_not_overwrite_each_other(store: MlflowClient) -> None:
    lr, dt = RegisteredModelDataset(name="trained_lr_model_dev"), RegisteredModelDataset(name="trained_dt_model_dev")
    with mlflow.start_run(tags={"data.source": "folder", "data.fingerprint": "abc", "kedro.session": "now"}):
        mlflow.log_params({"tuning.engine": "pycaret", "tuning.metric": "log_loss"})
        lr.save(LR)
        dt.save(DT)
    assert (type(lr.load()[-1]), type(dt.load()[-1])) == (LogisticRegression, DecisionTreeClassifier)
    inherited = {"data.source": "folder", "data.fingerprint": "abc", "engine": "pycaret"}
    assert store.get_model_version("trained_lr_model_dev", "1").tags == inherited | {"estimator": "LogisticRegression"}
    assert store.get_model_version("trained_dt_model_dev", "1").tags == inherited | {
        "estimator": "DecisionTreeClassifier"
    }


@pytest.mark.usefixtures("store")
def test_the_model_of_a_run_is_its_own_whatever_another_run_has_registered_since() -> None:
    model = RegisteredModelDataset(name="trained_lr_model_dev")
    with mlflow.start_run() as own:
        model.save(LR)
    with mlflow.start_run():
        model.save(DT)
    with mlflow.start_run(run_id=own.info.run_id):
        assert isinstance(model.load()[-1], LogisticRegression)
    assert isinstance(model.load()[-1], DecisionTreeClassifier)


@pytest.mark.usefixtures("store")
def test_a_model_nobody_registered_is_named_with_what_to_do() -> None:
    with pytest.raises(DatasetError, match=r"No model called trained_lr_model_dev is registered; train one: `kedro"):
        RegisteredModelDataset(name="trained_lr_model_dev").load()


def test_tags_are_set_under_their_prefix_and_not_read_back(store: MlflowClient) -> None:
    with mlflow.start_run() as run:
        RunTagsDataset(prefix="lr_model_dev.").save({"picked_by": "log_loss"})
    assert store.get_run(run.info.run_id).data.tags["lr_model_dev.picked_by"] == "log_loss"
    with pytest.raises(DatasetError, match=r"Run tags cannot be loaded.*report\.json"):
        RunTagsDataset().load()
