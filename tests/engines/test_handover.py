"""What passes between the environments, and what when the other one fails? A small worker stands in for PyCaret's."""

import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kobe_shots.engines import handover
from kobe_shots.engines.handover import Request, ask
from kobe_shots.errors import KobeShotsError

PYTHON = Path(sys.executable)
FEATURES = pd.DataFrame({"lat": [34.0443, 33.9283, 0.1 + 0.2], "lon": [-118.2698, -118.4289, np.pi]}, index=[7, 8, 9])
MADE = pd.Series([1, 0, 1], index=[7, 8, 9])
HELD_OUT_BY = np.array([0, 1, 0])
REQUEST = Request(
    do="tune", model="dt", fixed={"tol": 1e-8}, normalize=False, seed=24, columns=["lat", "lon"], candidates=25
)
ANSWER = {"versions": {"pycaret": "3.3.2"}, "cpu_seconds": 1.5, "wall_seconds": 2.5}


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a stand-in for the worker, which finds the folder in `folder`."""
    path = tmp_path / "worker.py"
    monkeypatch.setattr(handover, "WORKER", path)
    return path


def write(worker: Path, code: str) -> None:
    worker.write_text(f"import json, os, sys, time\nfrom pathlib import Path\nfolder = Path(sys.argv[1])\n{code}")


def answering(answer: str) -> str:
    return f"(folder / 'answer.json').write_text(json.dumps({answer}))"


def test_shots_folds_and_request_arrive_to_the_last_bit(worker: Path, tmp_path: Path) -> None:
    write(
        worker,
        f"import shutil; [shutil.copy(folder / name, {str(tmp_path)!r}) for name in os.listdir(folder)]\n"
        + answering(repr(ANSWER)),
    )
    answer = ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    assert (answer.versions, answer.cpu_seconds, answer.wall_seconds) == ({"pycaret": "3.3.2"}, 1.5, 2.5)
    with np.load(tmp_path / "rows.npz") as rows:
        np.testing.assert_array_equal(rows["features"], FEATURES.to_numpy())
        assert (rows["made"].tolist(), rows["held_out_by"].tolist()) == ([1, 0, 1], [0, 1, 0])
    assert Request.model_validate_json((tmp_path / "request.json").read_bytes()) == REQUEST


def test_an_answer_arrives_to_the_last_bit(worker: Path) -> None:
    tried = [{"params": {"C": 0.1 + 0.2, "class_weight": None}, "folds": [1 / 3, 2 / 3]}]
    write(worker, answering(repr(ANSWER | {"tried": tried, "best": 0, "tuned": False, "probability": [1e-17]})))
    answer = ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    assert answer.tried[0].params == {"C": 0.1 + 0.2, "class_weight": None}
    assert answer.tried[0].folds == [1 / 3, 2 / 3]
    assert (answer.tuned, answer.probability) == (False, [1e-17])


def test_the_folder_is_gone_afterwards_whatever_happens(worker: Path, tmp_path: Path) -> None:
    for code in (answering(repr(ANSWER)), "sys.exit('no')"):
        write(worker, f"Path({str(tmp_path / 'was')!r}).write_text(str(folder))\n{code}")
        with suppress(KobeShotsError):
            ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
        assert not Path((tmp_path / "was").read_text()).exists()


def test_progress_is_told_at_the_first_candidate_and_every_tenth(
    worker: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(
        worker,
        "for n in range(25): print('Fitting 10 folds for each of 1 candidates, totalling 10 fits')\n"
        + answering(repr(ANSWER)),
    )
    with caplog.at_level(logging.INFO, logger="kobe_shots"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    assert caplog.messages == [f"dt: pycaret tries candidate {n} of 25" for n in (1, 10, 20)]


def test_what_the_worker_said_last_is_the_reason_it_is_said_to_have_failed(
    worker: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(worker, "print('one'); print('two', file=sys.stderr); sys.exit('No scikit-optimize.')")
    with pytest.raises(
        KobeShotsError, match=r"^PyCaret has not finished the dt model: No scikit-optimize\.\. Nothing was registered\."
    ):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    assert sorted(caplog.messages) == ["pycaret: No scikit-optimize.", "pycaret: one", "pycaret: two"]


def test_a_worker_that_is_killed_is_reported(worker: Path) -> None:
    write(worker, "os.kill(os.getpid(), 9)")
    with pytest.raises(KobeShotsError, match="PyCaret has not finished the dt model: it said nothing"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)


def test_the_worker_sees_none_of_this_environments_settings(
    worker: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "ours"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///ours.db")
    write(
        worker, f"Path({str(tmp_path / 'seen')!r}).write_text(json.dumps(dict(os.environ)))\n" + answering(repr(ANSWER))
    )
    ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    seen = json.loads((tmp_path / "seen").read_text())
    assert {"PYTHONPATH", "MLFLOW_TRACKING_URI"} & set(seen) == set()
    assert seen["OMP_NUM_THREADS"] == "1"


def test_an_interrupted_search_takes_the_worker_with_it(
    worker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = f"Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))\n"
    write(worker, leave + "print('Fitting ', flush=True)\nimport threading; threading.Event().wait()")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(handover.log, "info", interrupt)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY)
    with pytest.raises(ProcessLookupError, match="No such process"):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_the_real_worker_ends_when_the_process_that_asked_is_killed_and_takes_the_folder_with_it(
    tmp_path: Path,
) -> None:
    """It holds the other end of our pipe; when that closes, it leaves, whatever it is doing."""
    left = tmp_path / "kobe-shots-1"
    left.mkdir()
    (left / "rows.npz").touch()
    code = (
        "import pathlib, runpy, threading; "
        f"end = runpy.run_path({str(handover.WORKER)!r})['end_with_parent']; "
        f"threading.Thread(target=end, args=[pathlib.Path({str(left)!r})], daemon=True).start(); "
        "print('up', flush=True); threading.Event().wait()"
    )
    with subprocess.Popen([PYTHON, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"up\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == 1
    assert not left.exists()
