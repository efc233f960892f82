"""Does bad input, whatever way it comes in, end with exit code 1 and one sentence that can be acted on?"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from kobe_shots import console, job

DEV = "dataset_kobe_dev.parquet"
Change = Callable[[pd.DataFrame], pd.DataFrame]

WRONG_SHOTS: dict[str, tuple[Change, str]] = {
    "a column that is missing": (lambda shots: shots.drop(columns="period"), "column 'period' is missing"),
    "a column nobody knows": (
        lambda shots: shots.rename(columns={"period": "quarter"}),
        "column 'quarter' is not one of the 25 known ones",
    ),
    "words in lat": (lambda shots: shots.assign(lat="far away"), "column 'lat' does not hold '?float64'? throughout"),
    "an outcome that is neither": (
        lambda shots: shots.assign(shot_made_flag=2.0),
        r"column 'shot_made_flag' holds 2.0 in 2,?\d+ row\(s\), the first at index 0, allowed is isin\(\[0, 1\]\)",
    ),
    "no rows": (lambda shots: shots.iloc[:0], "hold no rows; at least one is needed"),
}
WRONG_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "an empty file": (lambda _: b"", "cannot be read as a parquet file"),
    "half a file": (lambda whole: whole[: len(whole) // 2], "cannot be read as a parquet file"),
    "a CSV called parquet": (lambda _: b"lat,lon\n34.0,-118.2\n", "cannot be read as a parquet file"),
}
TOO_LITTLE: dict[str, tuple[Change, str]] = {
    "no label at all": (
        lambda shots: shots.assign(shot_made_flag=np.nan),
        "hold 0 labelled baskets and 0 labelled misses; at least 2 of each are needed",
    ),
    "one outcome only": (
        lambda shots: shots.assign(shot_made_flag=1.0),
        r"hold [\d,]+ labelled baskets and 0 labelled misses; at least 2 of each are needed",
    ),
    "too few rows for the folds": (
        lambda shots: _of_each_outcome(shots, 4),
        "Got 10 folds; allowed are 2 to 3, the rows of the rarer outcome",
    ),
    "too few of an outcome for an interval": (
        lambda shots: _of_each_outcome(shots, 30),
        r"Cannot tell how good a model is from 6 baskets and 6 misses: at least \d+ of each are needed",
    ),
}
WRONG_PARAMETERS = {
    "tuning: {metric: acuracy}": "'metric' is 'acuracy': Input should be 'log_loss', 'f1', 'brier' or 'roc_auc'",
    "tuning: {metrik: f1}": "In 'tuning': 'metrik' is not known. Keys allowed here: engine, metric, candidates",
    "tuning: 3": "In 'tuning': got 3: Input should be a valid dictionary",
    "tunning: {metric: f1}": "The parameters hold tunning, which no step reads; allowed are adherence, evaluation",
    "tuning: [": "Invalid YAML or JSON file .*parameters.yml, unable to read line 1, position 0. Mend the file",
}
WRONG_OPTIONS = {
    "--params=tuning.metric=acuracy": "In 'tuning': 'metric' is 'acuracy': Input should be 'log_loss', 'f1'",
    "--params=tuning.metrik=f1": "In 'tuning': 'metrik' is not known. Keys allowed here: engine, metric, candidates",
    "--params=tunning.metric=f1": "The parameters hold tunning, which no step reads; allowed are",
    "--params=preparation.test_size=1.5": "In 'preparation': 'test_size' is 1.5: Input should be less than 1",
    "--pipeline=Treino": "Failed to find the pipeline named 'Treino'",
    "--tags=trainning": "no nodes after applying all provided filters.* the tags are preprocessing, training_dev",
    "--nodes=search": r"Pipeline does not contain nodes named \['search'\].* `kedro registry describe` names the nodes",
    "--env=sead": "conf/sead. The folders in conf are the environments that --env takes",
    "--runner=ThreadRunner": "Nodes side by side were asked for with --runner; .* Leave --runner out",
    "--runner-params=is_async=True": "Nodes side by side were asked for with --async; .* Leave --async out",
}


@pytest.mark.parametrize("fault", WRONG_SHOTS)
def test_wrong_shots_placed_by_hand_are_refused(quick: Path, kedro_run: Callable[..., Result], fault: str) -> None:
    change, sentence = WRONG_SHOTS[fault]
    _change_shots(quick / "data" / "01_raw", change)
    _assert_refused(kedro_run(), sentence)


@pytest.mark.parametrize("fault", WRONG_SHOTS)
def test_wrong_shots_in_a_source_folder_are_refused(quick: Path, fault: str) -> None:
    change, sentence = WRONG_SHOTS[fault]
    _change_shots(_copy_raw(quick), change)
    _assert_refused(CliRunner().invoke(console.main, ["run", "--source", "source"]), sentence)


@pytest.mark.parametrize("fault", WRONG_FILES)
def test_a_wrong_file_placed_by_hand_is_refused(quick: Path, kedro_run: Callable[..., Result], fault: str) -> None:
    change, sentence = WRONG_FILES[fault]
    _change_bytes(quick / "data" / "01_raw", change)
    _assert_refused(kedro_run(), sentence)


@pytest.mark.parametrize("fault", WRONG_FILES)
def test_a_wrong_file_in_a_source_folder_is_refused(quick: Path, fault: str) -> None:
    change, sentence = WRONG_FILES[fault]
    _change_bytes(_copy_raw(quick), change)
    _assert_refused(CliRunner().invoke(console.main, ["run", "--source", "source"]), sentence)


@pytest.mark.parametrize("fault", TOO_LITTLE)
def test_too_little_to_learn_from_is_refused_by_kedro_run(
    quick: Path, kedro_run: Callable[..., Result], fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    change, sentence = TOO_LITTLE[fault]
    _change_shots(quick / "data" / "01_raw", change)
    folds = 10 if "folds" in fault else 2
    _assert_refused(kedro_run("--tags=preprocessing,training_dev", f"--params=tuning.folds={folds}"), sentence)
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("fault", ["no label at all", "one outcome only"])
def test_too_little_to_learn_from_is_refused_by_the_whole_job(quick: Path, fault: str) -> None:
    change, sentence = TOO_LITTLE[fault]
    _change_shots(_copy_raw(quick), change)
    _assert_refused(CliRunner().invoke(console.main, ["run", "--source", "source"]), sentence)


@pytest.mark.parametrize(("written", "sentence"), WRONG_PARAMETERS.items())
def test_wrong_parameters_in_a_file_are_refused(
    quick: Path, kedro_run: Callable[..., Result], written: str, sentence: str
) -> None:
    (quick / "conf" / "local" / "parameters.yml").write_text(written)
    _assert_refused(kedro_run(), sentence)
    _assert_refused(CliRunner().invoke(console.main, ["run"]), sentence)


@pytest.mark.parametrize(("option", "sentence"), WRONG_OPTIONS.items())
@pytest.mark.usefixtures("quick")
def test_a_wrong_option_is_refused(kedro_run: Callable[..., Result], option: str, sentence: str) -> None:
    _assert_refused(kedro_run(option), sentence)


def test_a_wrong_key_of_the_mlflow_settings_is_refused(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "conf" / "local" / "mlflow.yml").write_text("tracking_url: sqlite:///mlflow.db")
    _assert_refused(kedro_run(), "'tracking_url' is not known. Keys allowed here: tracking_uri, experiment")


def test_a_store_that_is_no_database_is_refused(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "mlflow.db").write_text("no database")
    _assert_refused(kedro_run("--tags=preprocessing"), "The MLflow store cannot be used: file is not a database")


def test_a_folder_that_cannot_be_written_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "data" / "05_model_input").write_text("a file where a folder should be")
    _assert_refused(
        kedro_run("--tags=preprocessing"),
        r"05_model_input/base_\w+.parquet cannot be written \(.*\); a writable folder is needed: change its",
    )


def test_a_lock_that_cannot_be_written_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "data" / ".run.lock").mkdir()
    _assert_refused(
        kedro_run(), r"data/.run.lock cannot be written \(Is a directory\); a writable data folder is needed"
    )


def test_a_raw_folder_that_cannot_take_its_provenance_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "data" / "01_raw" / "provenance.json").unlink()
    (quick / "data" / "01_raw" / "provenance.json.tmp").mkdir()
    _assert_refused(kedro_run(), r"01_raw cannot be written \(Is a directory\), and the provenance of its files must")


def test_a_truncated_file_of_an_earlier_step_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    assert kedro_run("--tags=preprocessing").exit_code == 0
    base = quick / "data" / "05_model_input" / "base_train_dev.parquet"
    base.write_bytes(base.read_bytes()[:1000])
    _assert_refused(
        kedro_run("--tags=training_dev"), "base_train_dev.parquet cannot be read .*; a whole file of its kind is needed"
    )
    assert kedro_run("--tags=preprocessing").exit_code == 0


def test_a_damaged_report_is_written_anew(quick: Path, kedro_run: Callable[..., Result]) -> None:
    (quick / "data" / "08_reporting").mkdir()
    (quick / "data" / "08_reporting" / "report.json").write_text('{"runs": ')
    assert kedro_run("--tags=preprocessing").exit_code == 0
    assert job.read_report(quick).preparation is not None


def test_a_record_of_another_version_counts_as_missing(quick: Path, kedro_run: Callable[..., Result]) -> None:
    assert kedro_run("--tags=preprocessing").exit_code == 0
    records = quick / "data" / "08_reporting" / "records"
    of_preparation = json.loads((records / "preparation.json").read_text())
    (records / "application.json").write_text(json.dumps(of_preparation))
    assert kedro_run("--tags=preprocessing").exit_code == 0
    assert job.read_report(quick).preparation is not None
    assert job.read_report(quick).application is None


def test_a_registered_model_without_its_files_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    assert kedro_run("--tags=preprocessing,training_dev").exit_code == 0
    shutil.rmtree(quick / "mlruns")
    _assert_refused(
        kedro_run("--pipeline=PipelineAplicacao"),
        "kobe_shot version 1 is registered, but its files cannot be read .* train anew: `kedro run",
    )


def test_the_shell_sees_a_sentence_an_exit_code_and_no_traceback(quick: Path, shell: dict[str, str]) -> None:
    change, sentence = TOO_LITTLE["one outcome only"]
    _change_shots(quick / "data" / "01_raw", change)
    command = ["kedro", "run", "--pipeline=PreparacaoDados"]
    done = subprocess.run(command, env=shell, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stdout
    assert re.search(sentence, done.stderr)


def _assert_refused(result: Result, sentence: str) -> None:
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert re.search(sentence, result.stderr), result.stderr


def _copy_raw(project: Path) -> Path:
    source = project / "source"
    shutil.copytree(project / "data" / "01_raw", source)
    return source


def _change_shots(folder: Path, change: Change) -> None:
    change(pd.read_parquet(folder / DEV)).to_parquet(folder / DEV)
    _forget_provenance(folder)


def _change_bytes(folder: Path, change: Callable[[bytes], bytes]) -> None:
    (folder / DEV).write_bytes(change((folder / DEV).read_bytes()))
    _forget_provenance(folder)


def _forget_provenance(folder: Path) -> None:
    (folder / "provenance.json").unlink()  # with it, the changed file would be seen as a stranger to the other


def _of_each_outcome(shots: pd.DataFrame, count: int) -> pd.DataFrame:
    return shots.groupby("shot_made_flag").head(count).reset_index(drop=True)
