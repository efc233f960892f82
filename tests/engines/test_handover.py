"""What passes between the environments, and what when the other one fails? A small worker stands in for PyCaret's."""

import json
import logging
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kobe_shots.engines import handover
from kobe_shots.engines.handover import Scored, ToScore, ToTune, Tuned, ask
from kobe_shots.engines.pycaret import to_tune
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.folds import fold_of
from kobe_shots.parameters import Tuning
from kobe_shots.shots.schema import FEATURES as SHOT_FEATURES
from kobe_shots.shots.schema import TARGET

PYTHON = Path(sys.executable)
FEATURES = pd.DataFrame({"lat": [34.0443, 33.9283, 0.1 + 0.2], "lon": [-118.2698, -118.4289, np.pi]}, index=[7, 8, 9])
MADE = pd.Series([1, 0, 1], index=[7, 8, 9])
HELD_OUT_BY = np.array([0, 1, 0])
ABOUT: dict[str, Any] = {"model": "dt", "fixed": {"tol": 1e-8}, "normalize": False, "seed": 24, "columns": ["a", "b"]}
REQUEST = ToTune(**ABOUT, metric="f1", candidates=25)
TRIED = {"params": {"C": 0.1 + 0.2, "class_weight": None}, "folds": [1 / 3, 2 / 3]}
FACTS = {"versions": {"pycaret": "3.3.2"}, "cpu_seconds": 1.5, "wall_seconds": 2.5}
ANSWER = FACTS | {"untuned": TRIED, "tried": [TRIED], "best": 0, "tuned": False, "probability": [1e-17]}
TUNING = {"engine": "pycaret", "metric": "log_loss", "candidates": 10_000, "folds": 2, "seed": 24}
# as PyCaret prints it: its progress bar, without an end of the line, before the first candidate
BAR = "Processing:   0%|          | 0/7 [00:00<?, ?it/s]"
CANDIDATE = "Fitting 10 folds for each of 1 candidates, totalling 10 fits"


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
    answer = ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
    assert (answer.versions, answer.cpu_seconds, answer.wall_seconds) == ({"pycaret": "3.3.2"}, 1.5, 2.5)
    with np.load(tmp_path / "rows.npz") as rows:
        np.testing.assert_array_equal(rows["features"], FEATURES.to_numpy())
        assert (rows["made"].tolist(), rows["held_out_by"].tolist()) == ([1, 0, 1], [0, 1, 0])
    assert ToTune.model_validate_json((tmp_path / "request.json").read_bytes()) == REQUEST


def test_an_answer_arrives_to_the_last_bit(worker: Path) -> None:
    write(worker, answering(repr(ANSWER)))
    answer = ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
    assert [one.model_dump() for one in (answer.untuned, *answer.tried)] == [TRIED, TRIED]
    assert (answer.best, answer.tuned, answer.probability) == (0, False, [1e-17])


def test_scores_of_given_parameters_arrive_to_the_last_bit(worker: Path) -> None:
    scored = [{"f1": [1 / 3, 0.1 + 0.2]}]
    write(worker, "assert json.loads((folder / 'request.json').read_text())['given'] == [{'C': 0.1 + 0.2}]\n")
    worker.write_text(worker.read_text() + answering(repr(FACTS | {"scored": scored})))
    request = ToScore(**ABOUT, given=[{"C": 0.1 + 0.2}])
    assert ask(PYTHON, request, FEATURES, MADE, HELD_OUT_BY, Scored).scored == scored


def test_the_folder_is_gone_afterwards_whatever_happens(worker: Path, tmp_path: Path) -> None:
    for code in (answering(repr(ANSWER)), "sys.exit('no')"):
        write(worker, f"Path({str(tmp_path / 'was')!r}).write_text(str(folder))\n{code}")
        with suppress(KobeShotsError):
            ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
        assert not Path((tmp_path / "was").read_text()).exists()


def test_progress_is_told_at_the_first_candidate_at_every_tenth_and_at_the_last(
    worker: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = f"print({BAR + CANDIDATE!r}, *[{CANDIDATE!r}] * 24, sep='\\n')\n"
    write(worker, lines + answering(repr(ANSWER)))
    with caplog.at_level(logging.INFO, logger="kobe_shots"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
    assert caplog.messages == [f"dt: pycaret tries candidate {n} of 25" for n in (1, 10, 20, 25)]


def test_what_the_worker_said_last_is_the_reason_it_is_said_to_have_failed(
    worker: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(worker, f"print('one'); print({BAR!r}); print('two', file=sys.stderr); sys.exit('No scikit-optimize.')")
    sentence = "PyCaret has not finished the dt model: No scikit-optimize. Nothing was registered."
    with pytest.raises(KobeShotsError, match=f"^{re.escape(sentence)}$"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
    assert sorted(caplog.messages) == ["pycaret: No scikit-optimize.", "pycaret: one", "pycaret: two"]


def test_a_worker_that_is_killed_is_reported_with_the_signal(worker: Path) -> None:
    write(worker, f"print({BAR!r}, flush=True); os.kill(os.getpid(), 9)")
    with pytest.raises(
        KobeShotsError, match="not finished the dt model: it was ended by signal 9; where memory ran out"
    ):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)


def test_a_silent_failure_is_reported_as_one(worker: Path) -> None:
    write(worker, "sys.exit(3)")
    with pytest.raises(KobeShotsError, match="not finished the dt model: it said nothing"):
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)


@pytest.mark.parametrize("mode", [None, 0o644])
def test_a_python_that_cannot_be_started_is_one_sentence(worker: Path, tmp_path: Path, mode: int | None) -> None:
    write(worker, "")
    python = tmp_path / "python"
    if mode is not None:
        python.touch(mode)
    with pytest.raises(KobeShotsError, match=r"^PyCaret cannot be started by .*python .*`make pycaret-env` builds it"):
        ask(python, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)


def test_the_worker_sees_none_of_this_environments_settings(
    worker: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "ours"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///ours.db")
    write(
        worker, f"Path({str(tmp_path / 'seen')!r}).write_text(json.dumps(dict(os.environ)))\n" + answering(repr(ANSWER))
    )
    ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
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
        ask(PYTHON, REQUEST, FEATURES, MADE, HELD_OUT_BY, Tuned)
    with pytest.raises(ProcessLookupError, match="No such process"):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_pycaret_ends_when_whoever_asked_is_gone_and_leaves_only_what_is_not_its_own(
    pycaret_python: Path, tmp_path: Path, few_shots: pd.DataFrame
) -> None:
    request = to_tune("lr", few_shots[SHOT_FEATURES], Tuning.model_validate(TUNING))
    (tmp_path / "request.json").write_text(request.model_dump_json())
    made = few_shots[TARGET]
    folds = fold_of(made, 2, 24)
    np.savez(tmp_path / "rows.npz", features=few_shots[SHOT_FEATURES].to_numpy(float), made=made, held_out_by=folds)
    (tmp_path / "precious.txt").touch()
    with subprocess.Popen(  # noqa: S603
        [pycaret_python, "-P", "-u", handover.WORKER, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert any("Fitting " in line for line in process.stdout)  # it is at work on ten thousand candidates
        process.stdin.close()
        assert process.wait(timeout=60) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
