"""What runs in PyCaret's environment: it tunes one model, or scores given parameters, and writes down what came out.

    .venv-pycaret/bin/python -P pycaret_worker.py FOLDER

FOLDER holds `request.json` and `rows.npz`; `answer.json` is put beside them, whole or not at all. What they hold is
told in `kobe_shots.engines.handover`. Nothing of kobe_shots is imported: it wants newer libraries than PyCaret allows.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

NAMES = {"log_loss": "Log Loss", "brier": "Brier", "roc_auc": "AUC of 12 digits", "f1": "F1"}  # ours, and PyCaret's
LOSSES = {"log_loss", "brier"}
TARGET = "made"
FILES = ("request.json", "rows.npz", "answer.json", "answer.json.partial")
ALL_DIGITS = 17  # PyCaret rounds to four


def main(folder: Path) -> None:
    """Do what the request asks for."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    threading.Thread(target=_end_with_parent, args=[folder], daemon=True).start()
    experiment = _set_up(folder, request)
    cpu, wall = time.process_time(), time.perf_counter()  # imports and setup are not the search
    answer: dict[str, Any] = {"versions": {name: version(name) for name in ("pycaret", "scikit-learn")}}
    if request["do"] == "tune":
        answer |= _tune(experiment, request)
    else:
        answer["scored"] = [_create(experiment, request, params)[1] for params in request["given"]]
    answer |= {"cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}
    unfinished = folder / "answer.json.partial"
    unfinished.write_text(json.dumps(answer, allow_nan=False), encoding="utf-8")
    unfinished.replace(folder / "answer.json")


def _set_up(folder: Path, request: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd
    from pycaret.classification import ClassificationExperiment
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
    from sklearn.model_selection import PredefinedSplit

    with np.load(folder / "rows.npz") as rows:
        X, made, held_out_by = rows["features"], rows["made"], rows["held_out_by"]
    # PyCaret narrows float64 to float32 where the range allows, and lon loses its last digits; Float64 it leaves alone
    data = pd.DataFrame(X, columns=request["columns"]).astype("Float64").assign(**{TARGET: made})
    experiment = ClassificationExperiment()
    experiment.setup(
        data=data,
        test_data=data.groupby(TARGET).head(1),  # PyCaret insists on a hold-out; the test base is none of its business
        index=False,
        target=TARGET,
        normalize=request["normalize"],
        fold_strategy=PredefinedSplit(held_out_by),
        session_id=request["seed"],
        n_jobs=1,
        log_experiment=False,  # its logger asks a newer MLflow for what is gone
        system_log=False,
        memory=False,
        html=False,
        verbose=False,
    )

    def roc_auc_of_12_digits(made: Any, probability: Any, **_: Any) -> float:
        return float(roc_auc_score(made, np.round(probability, 12)))

    # Without the target PyCaret would give them hard labels. A metric that fails counts 0 with it, the best a loss can
    # be; whoever asked measures again, and would see it.
    experiment.add_metric("log_loss", NAMES["log_loss"], log_loss, target="pred_proba", greater_is_better=False)
    experiment.add_metric("brier", NAMES["brier"], brier_score_loss, target="pred_proba", greater_is_better=False)
    # its own AUC ranks shots alike in every feature by the last bit of their probability
    experiment.add_metric("roc_auc", NAMES["roc_auc"], roc_auc_of_12_digits, target="pred_proba")
    if not (
        np.array_equal(experiment.X_train.to_numpy(np.float64), X)
        and np.array_equal(experiment.y_train.to_numpy(), made)
    ):
        sys.exit("PyCaret would learn from other rows than it was given.")
    return experiment


def _create(experiment: Any, request: dict[str, Any], params: dict[str, Any]) -> tuple[Any, dict[str, list[float]]]:
    """Return a model that PyCaret has fitted with these parameters, and its metrics, a fold each."""
    model = experiment.create_model(request["model"], round=ALL_DIGITS, verbose=False, **request["fixed"], **params)
    folds = experiment.pull().drop(index=["Mean", "Std"])
    return model, {ours: folds[theirs].tolist() for ours, theirs in NAMES.items()}


def _tune(experiment: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Return all that PyCaret has tried, and which of it it gives back, with P(made) of every row."""
    untuned, folds = _create(experiment, request, {})
    returned, tuner = experiment.tune_model(
        untuned,
        n_iter=request["candidates"],
        optimize=NAMES[request["metric"]],
        search_library="scikit-optimize",
        choose_better=True,
        return_tuner=True,
        verbose=True,
        tuner_verbose=1,  # a line for each candidate, which whoever reads the output can count
    )
    tried = [_plain(params) for params in tuner.cv_results_["params"]]
    best = int(tuner.best_index_)
    sign = -1 if request["metric"] in LOSSES else 1
    splits = [tuner.cv_results_[f"split{fold}_test_score"] * sign for fold in range(len(folds[request["metric"]]))]
    tuned = all(_plain(returned.get_params())[name] == value for name, value in tried[best].items())
    predicted = experiment.predict_model(
        returned, data=experiment.X_train, raw_score=True, round=ALL_DIGITS, verbose=False
    )
    return {
        "untuned": {
            "params": {name: _plain(untuned.get_params())[name] for name in tried[best]},
            "folds": folds[request["metric"]],
        },
        "tried": [
            {"params": params, "folds": [float(split[number]) for split in splits]}
            for number, params in enumerate(tried)
        ],
        "best": best,
        "tuned": tuned,
        "probability": predicted["prediction_score_1"].tolist(),
    }


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON can hold them, without the names of the pipeline's steps."""
    names = {name: name.rpartition("__")[2] for name in params}
    values = {names[name]: value.item() if hasattr(value, "item") else value for name, value in params.items()}
    return values | {"class_weight": values["class_weight"] or None} if "class_weight" in values else values


def _end_with_parent(folder: Path) -> None:
    """Wait until the process that asked has gone, however it went; then end this one, and leave no files."""
    sys.stdin.read()
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
