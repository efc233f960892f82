"""Is a replay kept whole, and gone on with where it was cut off?"""

import pickle
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining import keeping
from kobe_shots.retraining.comparison import Comparison
from kobe_shots.retraining.keeping import Asked, Kept, replay

ASKED = Asked("career", "lr", ("lr",), ("reactive",), 24)
FILES = ["comparison.json", "decisions.parquet", "games.parquet", "replay.html", "shots.parquet"]

Play = Callable[..., Kept]


@pytest.fixture(scope="session")
def how(how: Retraining) -> Retraining:
    """The parameters as configured, with an oracle that is trained now and then: it costs most of the time here."""
    return how.model_copy(update={"replay": how.replay.model_copy(update={"oracle_every": 50})})


@pytest.fixture
def played(tmp_path: Path, raw: pd.DataFrame, how: Retraining, watching: Monitoring) -> Play:
    """Play the small career into the test's folder; what is given goes before."""

    def play(
        asked: Asked = ASKED, labels: pd.DataFrame | None = None, notify: object = None, **changed: object
    ) -> Kept:
        told = {} if notify is None else {"notify": notify}
        return replay(raw, labels, asked, how.model_copy(update=changed), watching, tmp_path, **told)

    return play


@pytest.fixture(scope="session")
def whole(
    tmp_path_factory: pytest.TempPathFactory, raw: pd.DataFrame, how: Retraining, watching: Monitoring
) -> dict[str, bytes]:
    """What a replay that nothing cuts off writes, by file."""
    kept = replay(raw, None, ASKED, how, watching, tmp_path_factory.mktemp("whole"))
    return written(kept.folder)


class CutOffError(Exception):
    """Stands for the end of the process."""


def kill(*_: object) -> None:
    raise CutOffError("killed here")


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != ".lock"}


def test_tables_page_and_comparison_are_written_and_no_state_is_left(whole: dict[str, bytes], played: Play) -> None:
    kept = played()
    assert written(kept.folder) == whole
    assert sorted(whole) == FILES
    assert [path for path in kept.folder.iterdir() if path.is_dir()] == []
    assert Comparison.model_validate_json(whole["comparison.json"]) == kept.comparison
    assert [one.policy for one in kept.comparison.results] == ["never", "reactive"]


@pytest.mark.parametrize("at", [1, 2, 7, 20])
def test_a_replay_cut_off_goes_on_and_ends_the_same(
    whole: dict[str, bytes], played: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    saves, save = 0, keeping._save

    def cut_off(*state: object) -> None:
        nonlocal saves
        saves += 1
        if saves == at:
            raise CutOffError("killed here")
        save(*state)

    monkeypatch.setattr(keeping, "_save", cut_off)
    with pytest.raises(CutOffError, match="killed here"):
        played()
    assert "comparison.json" not in written(tmp_path / ASKED.name)
    monkeypatch.setattr(keeping, "_save", save)
    assert written(played().folder) == whole


def test_policies_that_have_played_to_the_end_do_not_play_again(played: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "start_oracle", kill)
    with pytest.raises(CutOffError, match="killed here"):
        played()
    monkeypatch.undo()
    starts = []
    monkeypatch.setattr("kobe_shots.retraining.replay.Replay.play", lambda self: starts.append(self.rules.policy))
    played()
    assert starts == []


@pytest.mark.parametrize("broken", [b"", b"no pickle", pickle.dumps("another thing")])
def test_a_state_that_cannot_be_read_is_played_again(
    whole: dict[str, bytes], played: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes
) -> None:
    monkeypatch.setattr(keeping, "_write", kill)
    with pytest.raises(CutOffError, match="killed here"):
        played()
    monkeypatch.undo()
    (state,) = (tmp_path / ASKED.name).glob(".state-*/reactive.pickle")
    state.write_bytes(broken)
    assert written(played().folder) == whole


def test_a_state_of_other_parameters_is_not_gone_on_from(
    whole: dict[str, bytes], played: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_write", kill)
    with pytest.raises(CutOffError, match="killed here"):
        played(cool_down=3)
    monkeypatch.undo()
    assert written(played().folder) == whole
    assert list((tmp_path / ASKED.name).glob(".state-*")) == []


def test_a_second_process_that_replays_the_same_is_told(played: Play, tmp_path: Path) -> None:
    (tmp_path / ASKED.name).mkdir()
    with (
        FileLock(tmp_path / ASKED.name / ".lock"),
        pytest.raises(KobeShotsError, match=r"Another process is replaying into .*wait until it ends"),
    ):
        played()


def test_progress_reaches_the_end(played: Play) -> None:
    told: list[tuple[str, int, int]] = []
    played(notify=lambda *progress: told.append(progress))
    who, games, totals = zip(*told, strict=True)
    assert list(dict.fromkeys(who)) == ["never", "reactive", "oracle"]
    assert list(games) == sorted(games)
    assert set(totals) == {games[-1]}


def test_challengers_of_other_kinds_go_to_a_folder_of_their_own() -> None:
    assert ASKED.name == "career_lr"
    assert Asked("switch", "dt", ("lr", "dt"), (), 1).name == "switch_dt_against_lr_dt"


def test_labels_as_recorded_take_the_place_of_those_after_a_delay(played: Play, raw: pd.DataFrame) -> None:
    known = raw.dropna(subset=["shot_made_flag"])[["shot_id", "shot_made_flag"]]
    odd = pd.DataFrame(
        {"shot_id": [-5, known["shot_id"].iloc[0]], "shot_made_flag": [1, known["shot_made_flag"].iloc[0]]}
    )
    labels = pd.concat([known, odd], ignore_index=True).assign(game=10_000)
    labels.loc[labels.index[-2:], "game"] = 0
    received = played(labels=labels).comparison.results[-1].received
    assert (received.arrived, received.waiting, received.later_than_all) == (2, 1, len(known))
    first = labels.iloc[::-1].assign(game=400)
    received = played(labels=first).comparison.results[-1].received
    assert received.arrived == len(first)
    assert received.waiting >= 1
    assert received.repeated >= 1
