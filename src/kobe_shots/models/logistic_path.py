"""What does every logistic regression of a fold predict? All candidates fitted at once, by a batched Newton iteration.

The candidates differ in their penalty and class weights only, so one pass over the rows gives all their gradients and
Hessians by matrix products. scikit-learn's solvers, warm-started from one C to the next, were looked at and reach the
same coefficients at more than twice the cost: a call's own overhead exceeds the arithmetic on six columns.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.preprocessing import StandardScaler

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import Candidate

Floats = npt.NDArray[np.float64]

GRADIENT_TOLERANCE = 1e-10
MAX_STEPS = 100
BLOCK = 512  # rows a pass takes at a time: candidates x rows stay in the processor's cache, and memory small


def probabilities(
    candidates: Sequence[Candidate], features: Floats, made: npt.NDArray[np.int64], held_out: Floats
) -> Floats:
    """Return P(made) of each held-out row under each candidate, as scikit-learn's fitted pipeline would.

    `features` (rows x columns) and `made` (rows, 0 and 1, both present) are fitted, columns standardised as
    `StandardScaler` does; the result is candidates x held-out rows. Raises KobeShotsError as `fit` does.
    """
    scaler = StandardScaler().fit(features)
    balanced = len(made) / (2 * np.bincount(made))
    class_weights = np.array([balanced if c.params["class_weight"] == "balanced" else [1, 1] for c in candidates])
    penalties = np.array([1 / c.params["C"] for c in candidates])
    coefficients = fit(scaler.transform(features), made, penalties, class_weights)
    probability: Floats = expit(coefficients @ _with_intercept(scaler.transform(held_out)).T)
    return probability


def fit(features: Floats, made: npt.NDArray[np.int64], penalties: Floats, class_weights: Floats) -> Floats:
    """Return the coefficients of k penalised logistic regressions, k x (columns + 1), the intercept last.

    Each minimises sum_i w_i log loss_i + penalty |b|^2 / 2, the intercept unpenalised; `penalties` (k) is 1/C and
    `class_weights` (k x 2) the weight of a miss and of a make. Newton's method (Hastie, Tibshirani & Friedman, The
    Elements of Statistical Learning, 4.4.1) starts at zero, where the curvature is largest and a first step too short
    rather than too long, and ends when no gradient, per row, exceeds 1e-10: the minimum, because the loss is convex.
    Three or four steps are usual.

    Raises KobeShotsError if 100 steps do not get there.

    >>> fit(np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([0, 1, 0, 1]), np.ones(1), np.ones((1, 2))).tolist()
    [[0.0, 0.0]]
    """
    design = _with_intercept(features)
    k, m = len(penalties), design.shape[1]
    ridge = penalties[:, None] * np.append(np.ones(m - 1), 0) / len(design)
    coefficients = np.zeros((k, m))
    for _ in range(MAX_STEPS):
        gradient, hessian = _derivatives(coefficients, design, made, class_weights)
        gradient += ridge * coefficients
        if np.abs(gradient).max() <= GRADIENT_TOLERANCE:
            return coefficients
        hessian += ridge[:, None, :] * np.eye(m)
        coefficients -= np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
    raise KobeShotsError(
        f"The logistic regression of {len(made)} rows got no stable coefficients in {MAX_STEPS} steps; finite features "
        "of ordinary size are needed. Look for missing or extreme values in the features."
    )


def _derivatives(
    coefficients: Floats, design: Floats, made: npt.NDArray[np.int64], class_weights: Floats
) -> tuple[Floats, Floats]:
    """Return gradient (k x m) and Hessian (k x m x m) of the weighted log loss per row."""
    k, m = coefficients.shape
    rows, columns = np.triu_indices(m)
    gradient = np.zeros((k, m))
    upper = np.zeros((k, len(rows)))
    for start in range(0, len(design), BLOCK):
        block, outcome = design[start : start + BLOCK], made[start : start + BLOCK]
        probability = expit(coefficients @ block.T)
        weight = class_weights[:, outcome]
        gradient += (weight * (probability - outcome)) @ block
        upper += (weight * probability * (1 - probability)) @ (block[:, rows] * block[:, columns])
    hessian = np.empty((k, m, m))
    hessian[:, rows, columns] = hessian[:, columns, rows] = upper
    return gradient / len(design), hessian / len(design)


def _with_intercept(features: Floats) -> Floats:
    return np.column_stack([features, np.ones(len(features))])
