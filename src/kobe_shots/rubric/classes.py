"""What model is in a file? Its class, by the names that stand in a pickle or a skops file; nothing is loaded."""

import io
import json
import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENDINGS = (".pkl", ".pickle", ".joblib", ".skops")
LARGEST = 200_000_000  # bytes
LARGEST_SCHEMA = 20_000_000
ESTIMATORS = ("linear_model", "tree", "ensemble", "svm", "neighbors", "naive_bayes", "neural_network", "dummy")
BOOSTERS = ("xgboost", "lightgbm", "catboost")
LOGISTIC, TREE = "LogisticRegression", "DecisionTreeClassifier"


def class_of(path: Path) -> str | None:
    """Return the class of the first estimator that a model's file names, transformers and wrappers passed over.

    None where the file is of another kind, broken, too large, or names none. The outermost comes first in both formats.
    """
    try:
        if path.stat().st_size > LARGEST:
            return None
        named = _in_skops(path) if path.suffix == ".skops" else _in_pickle(path)
        return next((name for module, name in named if _is_estimator(module, name)), None)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, RecursionError, NotImplementedError):
        return None


def _is_estimator(module: str, name: str) -> bool:
    top, _, rest = module.partition(".")
    of_sklearn = (
        top == "sklearn"
        and rest.startswith(ESTIMATORS)
        and name.endswith(
            ("Classifier", "Regressor", "Regression", "RegressionCV", "SVC", "SVR", "NB", "Ridge", "Lasso")
        )
    )
    return of_sklearn or (top in BOOSTERS and name[:1].isupper())


def _in_pickle(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the globals of a pickle; one that joblib wrote has raw numbers between, and is read up to them."""
    recent: list[str] = []
    memo: dict[int, str] = {}
    last: str | None = None
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(path.read_bytes())):
            if opcode.name == "GLOBAL":
                module, _, name = str(argument).partition(" ")
                yield module, name
            elif opcode.name == "STACK_GLOBAL" and len(recent) > 1:
                yield recent[-2], recent[-1]
            elif "UNICODE" in opcode.name:
                last = str(argument)
                recent = [*recent[-1:], last]
                continue
            elif opcode.name == "MEMOIZE":
                memo[len(memo)] = last or ""
            elif opcode.name in ("PUT", "BINPUT", "LONG_BINPUT"):
                memo[int(argument or 0)] = last or ""
            elif "GET" in opcode.name and memo.get(int(argument or 0)):
                recent = [*recent[-1:], memo[int(argument or 0)]]
            last = None
    except (ValueError, OverflowError):  # the first raw number
        return


def _in_skops(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as held:
        if held.getinfo("schema.json").file_size > LARGEST_SCHEMA:
            return
        yield from _named(json.loads(held.read("schema.json")))


def _named(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("__class__"), str):
            yield str(node.get("__module__")), node["__class__"]
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)
