"""Does `kobe-shots replay` work as typed: from the project's shots or others', killed and resumed, tracked once?"""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from kobe_shots import console
from kobe_shots.retraining.comparison import Comparison

FOLDER = Path("data/08_reporting/replay/career_lr")
COMMAND = ("replay", "--model", "lr", "--policy", "both")
KILLED = """
import os, signal
from kobe_shots.retraining import keeping
save, saves = keeping._save, []
def die_at(player, path):
    saves.append(path)
    if len(saves) == {at}: os.kill(os.getpid(), signal.SIGKILL)
    save(player, path)
keeping._save = die_at
from kobe_shots.console import main
main({command!r})
"""


def typed(*options: str) -> Result:
    return CliRunner().invoke(console.main, [*COMMAND, *options])


@pytest.fixture(scope="module")
def replayed(
    tmp_path_factory: pytest.TempPathFactory, make_project: Callable[[Path], Path], shell: dict[str, str]
) -> tuple[Path, Result]:
    """A project in which a replay was killed three times and then ended, and what that printed."""
    project = make_project(tmp_path_factory.mktemp("replayed"))
    for at in (1, 4, 9):
        code = KILLED.format(at=at, command=[*COMMAND])
        ended = subprocess.run([sys.executable, "-c", code], cwd=project, env=shell, check=False, capture_output=True)  # noqa: S603
        assert ended.returncode == -signal.SIGKILL
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        return project, typed()


def test_a_replay_that_was_killed_ends_like_one_that_was_not(
    replayed: tuple[Path, Result], tmp_path: Path, make_project: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, result = replayed
    assert result.exit_code == 0, result.output
    monkeypatch.chdir(make_project(tmp_path))
    assert typed().exit_code == 0
    for name in ("comparison.json", "shots.parquet", "games.parquet", "decisions.parquet", "replay.html"):
        assert (project / FOLDER / name).read_bytes() == (tmp_path / FOLDER / name).read_bytes()


def test_it_prints_the_comparison_and_where_the_rest_lies(replayed: tuple[Path, Result]) -> None:
    project, result = replayed
    found = Comparison.model_validate_json((project / FOLDER / "comparison.json").read_bytes())
    assert found.conclusion in result.stdout
    assert f"Tables and figure: {FOLDER}" in result.stdout
    assert [one.policy for one in found.results] == ["never", "both"]


def test_every_policy_is_one_run_with_its_figures_however_often_the_command_is_given(
    replayed: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = replayed
    monkeypatch.chdir(project)
    assert typed().exit_code == 0
    client = mlflow.MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    runs = client.search_runs([one.experiment_id for one in client.search_experiments()])
    assert sorted((str(run.info.run_name), run.data.tags["policy"]) for run in runs) == [
        ("Replay", "both"),
        ("Replay", "never"),
    ]
    found = Comparison.model_validate_json((project / FOLDER / "comparison.json").read_bytes())
    losses = {one.policy: one.log_loss for one in found.results}
    for run in runs:
        assert run.data.metrics["log_loss"] == losses[run.data.tags["policy"]]
        assert run.data.tags["data.source"] == "simulate"
        assert {one.path for one in client.list_artifacts(run.info.run_id)} >= {"decisions.parquet", "replay.html"}


def test_another_players_shots_are_replayed_from_a_file(quick: Path, tmp_path: Path) -> None:
    raw = pd.concat([pd.read_parquet(path) for path in (quick / "data" / "01_raw").glob("*.parquet")])
    raw.drop(columns=["team_name", "opponent"]).to_csv(tmp_path / "player.csv", index=False)
    assert typed("--shots", str(tmp_path / "player.csv")).exit_code == 0
    from_file = (quick / FOLDER / "games.parquet").read_bytes()
    assert typed().exit_code == 0
    assert (quick / FOLDER / "games.parquet").read_bytes() == from_file


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--shots", "nowhere"), "No shots were found at nowhere; a parquet or CSV file of raw shots is needed"),
        (("--shots", "odd.csv"), "The shots lack shot_id, lat, lon"),
        (("--labels", "odd.csv"), "The labels lack shot_id, shot_made_flag, game; give shot_id"),
        (("--labels", "wrong.csv"), "1 labels are neither 0 nor 1 (one is 2.0)"),
        (("--labels", "labels.txt"), "Got labels.txt; a file that ends in .parquet or .csv is needed"),
        (("--scenario", "switch", "--shots", "twos.csv"), "0 are three-pointers; this scenario needs both kinds"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_sentence(quick: Path, options: tuple[str, ...], sentence: str) -> None:
    (quick / "odd.csv").write_text("a,b\n1,2\n")
    (quick / "wrong.csv").write_text("shot_id,shot_made_flag,game\n1,2,3\n")
    pd.read_parquet(quick / "data" / "01_raw" / "dataset_kobe_dev.parquet").to_csv(quick / "twos.csv", index=False)
    result = typed(*options)
    assert result.exit_code == 1
    assert sentence in result.stderr.splitlines()[-1]
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert not (quick / "data" / "08_reporting" / "replay").exists()


def test_a_run_that_is_going_on_does_not_cost_the_replay(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FileLock(quick / "data" / ".run.lock"):
        result = typed()
        assert result.exit_code == 1
        assert "Error: Another run is using this folder" in result.stderr
    monkeypatch.setattr("kobe_shots.retraining.replay.Replay.play", lambda _: pytest.fail("it was played already"))
    assert typed().exit_code == 0
    assert (quick / FOLDER / "comparison.json").is_file()
