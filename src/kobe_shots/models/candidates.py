"""Which models are tried? A numbered list of scikit-learn parameters for each kind, the simplest first.

The list is a grid laid out so that every candidate of a fold can be had at little cost: penalties of a logistic
regression lie on one path (`logistic_path`), smaller trees are all in the largest (`tree_path`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.errors import KobeShotsError

MODELS = {"lr": "logistic regression", "dt": "decision tree"}
COUNT = 100

CLASS_WEIGHTS = (None, "balanced")
LOG10_C = (-4, 2)
CRITERIA = ("gini", "entropy")
MIN_SAMPLES_LEAF = (400, 200, 100, 50, 25)
# It suits few columns and many rows; the tolerance is tight so that the fit has no say in the comparison.
SOLVER = {"solver": "newton-cholesky", "tol": 1e-8}


@dataclass(frozen=True)
class Candidate:
    """One model to try: its kind, its number (1 is the grid's simplest) and its scikit-learn constructor parameters."""

    model: str
    number: int
    params: Mapping[str, Any]


def candidates(model: str, count: int = COUNT) -> list[Candidate]:
    """Return that many candidates of `lr` or `dt`, the simplest first.

    They are the first ones of the smallest grid that holds `count`. For `lr` the grid is C, evenly spaced on a log
    scale, by class weight: 'balanced' raises the rarer class, which a search for F1 falls for and one for log loss does
    not. For `dt` it is the number of leaves, 2, 4, 7, 11, ..., by the fewest shots allowed in a leaf, by criterion. 100
    candidates are 50 values of C with two weights, or trees of ten sizes with five smallest leaves and two criteria.

    Raises KobeShotsError for another model or a count below 1.

    >>> [dict(candidate.params) for candidate in candidates("lr", 3)]
    [{'C': 0.0001, 'class_weight': None}, {'C': 0.0001, 'class_weight': 'balanced'}, {'C': 100.0, 'class_weight': None}]
    """
    _check_model(model)
    if count < 1:
        raise KobeShotsError(f"Got {count} candidates to try; allowed is 1 or more. Ask for {COUNT}, the usual number.")
    grid = _lr_grid(count) if model == "lr" else _dt_grid(count)
    return [Candidate(model, number, params) for number, params in enumerate(islice(grid, count), start=1)]


def build(candidate: Candidate, seed: int) -> Pipeline:
    """Return the unfitted scikit-learn pipeline of a candidate, preprocessing included.

    The seed decides which of several equally good splits a tree takes.

    >>> build(candidates("dt")[42], seed=1)[-1]
    DecisionTreeClassifier(max_leaf_nodes=16, min_samples_leaf=200, random_state=1)
    """
    _check_model(candidate.model)
    if candidate.model == "lr":
        model = LogisticRegression(**SOLVER, **candidate.params)
        return Pipeline([("scale", StandardScaler()), ("model", model)])
    return Pipeline([("model", DecisionTreeClassifier(random_state=seed, **candidate.params))])


def fit(candidate: Candidate, seed: int, features: pd.DataFrame, made: pd.Series) -> Pipeline:
    """Return the candidate's pipeline fitted on all rows, whole numbers taken as float64."""
    return build(candidate, seed).fit(features.astype(np.float64), made)


def _check_model(model: str) -> None:
    if model not in MODELS:
        allowed = ", ".join(f"{short} ({name})" for short, name in MODELS.items())
        raise KobeShotsError(f"Got the model '{model}'; allowed are {allowed}. Choose one of them.")


def _lr_grid(count: int) -> Iterator[dict[str, Any]]:
    values = np.logspace(*LOG10_C, ceil(count / len(CLASS_WEIGHTS)))
    for c, class_weight in product(values, CLASS_WEIGHTS):
        yield {"C": float(f"{c:.4g}"), "class_weight": class_weight}  # four digits: people read and type it


def _dt_grid(count: int) -> Iterator[dict[str, Any]]:
    steps = range(1, ceil(count / len(MIN_SAMPLES_LEAF) / len(CRITERIA)) + 1)
    leaves = [1 + step * (step + 1) // 2 for step in steps]  # each step one leaf longer: close where trees differ most
    for most, fewest, criterion in product(leaves, MIN_SAMPLES_LEAF, CRITERIA):
        yield {"criterion": criterion, "min_samples_leaf": fewest, "max_leaf_nodes": most}
