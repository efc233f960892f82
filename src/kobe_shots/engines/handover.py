"""How do shots and results pass between two environments? As files, in a folder that is gone afterwards.

There: `request.json` (a `Request`) and `rows.npz` (features, outcomes, the fold that holds each row out). Back:
`answer.json` (an `Answer`). Models do not pass. scikit-learn promises to load no model of another version of itself:
pickles and skops files carry private attributes and a tree's memory layout, which change. ONNX would carry the numbers,
in float32, and no estimator to look into. Parameters pass, as JSON, exactly; the model is fitted again here.
"""

import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.errors import KobeShotsError

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("pycaret_worker.py")
A_CANDIDATE_BEGINS = "Fitting "  # how scikit-optimize starts the line it prints for each
TOLD_EVERY = 10
LINES_OF_A_FAILURE = 20


class Message(BaseModel):
    """What both sides share: frozen, and nothing in it that the other side does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(Message):
    """What PyCaret is to do: tune a model, or score each of the `given` parameters."""

    do: Literal["tune", "score"]
    model: str
    fixed: dict[str, Any]
    normalize: bool
    seed: int
    columns: list[str]
    metric: str = "log_loss"
    candidates: int = 0
    given: list[dict[str, Any]] = []


class Tried(Message):
    """One candidate, and the metric asked for on each fold."""

    params: dict[str, Any]
    folds: list[float]


class Answer(Message):
    """What PyCaret has found."""

    versions: dict[str, str]
    cpu_seconds: float
    wall_seconds: float
    untuned: Tried | None = None
    tried: list[Tried] = []
    best: int = 0
    tuned: bool = True
    probability: list[float] = []
    scored: list[dict[str, list[float]]] = []


def ask(
    python: Path, request: Request, features: pd.DataFrame, made: pd.Series, held_out_by: npt.NDArray[np.int64]
) -> Answer:
    """Return what PyCaret, run by `python`, answers; its progress is logged.

    Raises KobeShotsError, with the last thing it said, when it fails. It ends when this process does.
    """
    with tempfile.TemporaryDirectory(prefix="kobe-shots-") as name:
        folder = Path(name)
        np.savez(
            folder / "rows.npz",
            features=features.to_numpy(np.float64),
            made=made.to_numpy(np.int64),
            held_out_by=held_out_by,
        )
        (folder / "request.json").write_text(request.model_dump_json(), encoding="utf-8")
        said = list(_run(python, folder, request))
        answer = folder / "answer.json"
        if answer.is_file():
            return Answer.model_validate_json(answer.read_bytes())
    for line in said[-LINES_OF_A_FAILURE:]:
        log.error("pycaret: %s", line)
    raise KobeShotsError(
        f"PyCaret has not finished the {request.model} model: {said[-1] if said else 'it said nothing'}. "
        "Nothing was registered. If it goes on, build its environment anew: rm -r .venv-pycaret, then make pycaret-env."
    )


def _run(python: Path, folder: Path, request: Request) -> Iterator[str]:
    """Yield what the worker prints, line by line, and say how many candidates have begun."""
    alone = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW_"))}
    begun = 0
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
                if line.startswith(A_CANDIDATE_BEGINS):
                    begun += 1
                    if begun == 1 or begun % TOLD_EVERY == 0:
                        log.info("%s: pycaret tries candidate %d of %d", request.model, begun, request.candidates)
                elif line.strip():
                    yield line.strip()
        except BaseException:
            worker.kill()
            raise
