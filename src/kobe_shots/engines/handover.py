"""How do shots and results pass between two environments? As files, in a folder that is gone afterwards.

There: `request.json` (`ToTune` or `ToScore`) and `rows.npz` (features, outcomes, the fold that holds each row out).
Back: `answer.json` (`Tuned` or `Scored`). Models do not pass. scikit-learn promises to load no model of another version
of itself: pickles and skops files carry private attributes and a tree's memory layout, which change. ONNX would carry
the numbers, in float32, and no estimator to look into. Parameters pass, as JSON, exactly; the model is fitted again
here.
"""

import logging
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.engines.environment import BUILD
from kobe_shots.errors import KobeShotsError

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("pycaret_worker.py")
A_CANDIDATE_BEGINS = "Fitting "  # what scikit-optimize prints for each
PROGRESS_BAR = "Processing:"
TOLD_EVERY = 10
LINES_OF_A_FAILURE = 20


class Message(BaseModel):
    """What both sides share: frozen, and nothing in it that the other side does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rows(Message):
    """What every request tells of the model and its rows."""

    model: str
    fixed: dict[str, Any]
    normalize: bool
    seed: int
    columns: list[str]


class ToTune(Rows):
    """Tune a model by a metric; the answer is `Tuned`."""

    do: Literal["tune"] = "tune"
    metric: str
    candidates: int


class ToScore(Rows):
    """Score each of these parameters; the answer is `Scored`."""

    do: Literal["score"] = "score"
    given: list[dict[str, Any]]


class Tried(Message):
    """One candidate, and the metric asked for on each fold."""

    params: dict[str, Any]
    folds: list[float]


class Answer(Message):
    """What every answer tells: who answers, and what it took, without imports and setup."""

    versions: dict[str, str]
    cpu_seconds: float
    wall_seconds: float


class Tuned(Answer):
    """All that PyCaret tried; whether it gave back the best of it or the untuned model, with P(made) of every row."""

    untuned: Tried
    tried: list[Tried]
    best: int
    tuned: bool
    probability: list[float]


class Scored(Answer):
    """Four metrics of each of the parameters, a value for each fold."""

    scored: list[dict[str, list[float]]]


AnswerType = TypeVar("AnswerType", bound=Answer)


def ask(
    python: Path,
    request: ToTune | ToScore,
    features: pd.DataFrame,
    made: pd.Series,
    held_out_by: npt.NDArray[np.int64],
    answer: type[AnswerType],
) -> AnswerType:
    """Return what PyCaret, run by `python`, answers; its progress is logged.

    It ends when this process does. Raises KobeShotsError, with the reason, when it cannot be started or fails.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="kobe-shots-") as name:
            folder = Path(name)
            X, y = features.to_numpy(np.float64), made.to_numpy(np.int64)
            np.savez(folder / "rows.npz", features=X, made=y, held_out_by=held_out_by)
            (folder / "request.json").write_text(request.model_dump_json(), encoding="utf-8")
            said, code = _run(python, folder, request)
            if (folder / "answer.json").is_file():
                return answer.model_validate_json((folder / "answer.json").read_bytes())
    except OSError as error:
        raise KobeShotsError(f"PyCaret cannot be started by {python} ({error}): {BUILD}.") from error
    for line in said[-LINES_OF_A_FAILURE:]:
        log.error("pycaret: %s", line)
    if code < 0:
        reason = f"it was ended by signal {-code}; where memory ran out, fetch fewer shots or end other programs"
    else:
        reason = said[-1].rstrip(".") if said else "it said nothing"
    raise KobeShotsError(f"PyCaret has not finished the {request.model} model: {reason}. Nothing was registered.")


def _run(python: Path, folder: Path, request: ToTune | ToScore) -> tuple[list[str], int]:
    """Return what the worker prints, but for its progress, which is logged, and its exit code."""
    alone = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW_"))}
    said, begun = [], 0
    with subprocess.Popen(  # noqa: S603 -- the interpreter is the one `interpreter` found
        [python, "-P", WORKER, folder],
        cwd=folder,
        env=inherited | alone,
        stdin=subprocess.PIPE,  # held open: the worker ends when it closes
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as worker:
        try:
            assert worker.stdout is not None  # noqa: S101 -- it was asked for
            for line in worker.stdout:
                if A_CANDIDATE_BEGINS in line:  # its progress bar may stand before it
                    begun += 1
                    _tell(request, begun)
                elif line.strip() and PROGRESS_BAR not in line:
                    said.append(line.strip())
        except BaseException:
            worker.kill()
            raise
    return said, worker.returncode


def _tell(request: ToTune | ToScore, begun: int) -> None:
    if isinstance(request, ToTune) and (begun == 1 or begun % TOLD_EVERY == 0 or begun == request.candidates):
        log.info("%s: pycaret tries candidate %d of %d", request.model, begun, request.candidates)
