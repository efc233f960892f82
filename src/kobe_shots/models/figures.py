"""What does a model look like? Its ROC curve, its calibration, and its inside: the tree or the coefficients."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.pipeline import Pipeline
from sklearn.tree import plot_tree

from kobe_shots.shots.schema import FEATURES

Floats = npt.NDArray[np.float64]

LEVELS_DRAWN = 4
CALIBRATION_BINS = 10
MODEL_COLOUR = "tab:purple"
REFERENCE_COLOUR = "grey"


def draw_roc(made: pd.Series, probability: Floats) -> Figure:
    """Return the ROC curve of (n,) probabilities against outcomes, beside that of a coin."""
    false_positive, true_positive, _ = roc_curve(made, probability)
    figure, axes = _square()
    axes.plot(
        false_positive, true_positive, color=MODEL_COLOUR, label=f"model, AUC {roc_auc_score(made, probability):.3f}"
    )
    axes.plot([0, 1], [0, 1], "--", color=REFERENCE_COLOUR, label="a coin, AUC 0.5")
    axes.set(
        xlabel="share of misses called baskets",
        ylabel="share of baskets called baskets",
        title=f"ROC, n = {len(made):,}",
    )
    axes.legend(loc="lower right")
    return figure


def draw_calibration(made: pd.Series, probability: Floats) -> Figure:
    """Return the make rate in ten bins of probability, with two standard errors, beside the diagonal.

    The bins are equally filled, as far as equal probabilities, which stay together, allow.
    """
    shots = pd.DataFrame({"made": made.to_numpy(), "probability": probability})
    # by rank, not by quantile: the quantiles of a tree's few probabilities coincide, and a constant's all do
    shots["bin"] = np.ceil(CALIBRATION_BINS * shots["probability"].rank() / len(shots))
    table = shots.groupby("bin").agg(probability=("probability", "mean"), made=("made", "mean"), n=("made", "size"))
    spread = 2 * np.sqrt(table["made"] * (1 - table["made"]) / table["n"])
    figure, axes = _square()
    axes.plot([0, 1], [0, 1], "--", color=REFERENCE_COLOUR, label="perfectly calibrated")
    axes.errorbar(
        table["probability"], table["made"], yerr=spread, fmt="o-", color=MODEL_COLOUR, capsize=3, label="model"
    )
    axes.set(xlabel="mean probability given", ylabel="make rate seen", title=f"Calibration, n = {len(made):,}")
    axes.legend(loc="upper left")
    return figure


def draw_coefficients(model: Pipeline) -> Figure:
    """Return the coefficients of a logistic regression, per standard deviation of each feature."""
    weights = pd.Series(model[-1].coef_[0], index=FEATURES).sort_values()
    figure, axes = _canvas(7, 4)
    axes.barh(weights.index, weights.to_numpy(), color=MODEL_COLOUR)
    axes.axvline(0, color=REFERENCE_COLOUR)
    axes.set(xlabel="change of the log odds of a basket per standard deviation", title="Coefficients")
    return figure


def draw_tree(model: Pipeline) -> Figure:
    """Return the first levels of a decision tree, with the share of shots and of outcomes in every node."""
    figure, axes = _canvas(16, 7)
    plot_tree(
        model[-1],
        max_depth=LEVELS_DRAWN - 1,
        feature_names=FEATURES,
        class_names=["missed", "made"],
        filled=True,
        proportion=True,
        impurity=False,
        rounded=True,
        fontsize=9,
        ax=axes,
    )
    levels = model[-1].get_depth() + 1
    axes.set_title(f"The first {min(LEVELS_DRAWN, levels)} of {levels} levels")
    return figure


def _square() -> tuple[Figure, Axes]:
    figure, axes = _canvas(5.5, 5.5)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    return figure, axes


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)  # plot_tree measures its boxes on a canvas that can draw
    return figure, figure.subplots()
