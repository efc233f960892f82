"""What model is in a file? Its class, by the names that stand in a pickle or a skops file; nothing is loaded."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENDINGS = (".pkl", ".pickle", ".joblib", ".skops")
LARGEST = 200_000_000  # bytes
LARGEST_SCHEMA = 20_000_000
ESTIMATORS = ("linear_model", "tree", "ensemble", "svm", "neighbors", "naive_bayes", "neural_network", "dummy")
BOOSTERS = ("xgboost", "lightgbm", "catboost")
# module and name, apart by a line's end until protocol 3, and by instructions since, a new frame perhaps among them
IN_PICKLE = re.compile(
    rb"((?:sklearn|xgboost|lightgbm|catboost)[\w.]*)(?:\n|\x94(?:\x95.{8})?\x8c.)([A-Za-z_]\w*)", re.DOTALL
)
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
    """Yield the classes that a pickle names, in their order.

    Its bytes are searched: joblib puts raw numbers between, over which a reader of its instructions stumbles.
    """
    return ((match[1].decode(), match[2].decode()) for match in IN_PICKLE.finditer(path.read_bytes()))


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
