"""What can be measured on a table of predictions? Its metrics, however few the rows, and those of common mistakes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kobe_shots.audit.predictions import Predictions
from kobe_shots.audit.values import Floats
from kobe_shots.models.evaluation import FEWEST_OF_A_CLASS, constant
from kobe_shots.models.metrics import brier, f1, log_loss, roc_auc

TITLES = {"log_loss": "log loss", "brier": "Brier score", "roc_auc": "ROC AUC", "f1": "F1", "accuracy": "accuracy"}


@dataclass(frozen=True)
class Evidence:
    """The scored rows of a table, n of them.

    Attributes:
        columns: the names of the columns that were read, for sentences.
        made: (n,) outcomes, NaN where none has arrived.
        raw: (n,) scores as they stand in the table, or None.
        probability: (n,) P(made): the same, or made from the score of the predicted class; None where it cannot be had.
        label: (n,) predicted labels as they stand in the table, or None.
        threshold: what a probability must exceed to be called a basket.
    """

    columns: dict[str, str]
    made: Floats
    raw: Floats | None
    probability: Floats | None
    label: Floats | None
    threshold: float

    @cached_property
    def is_labelled(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Where an outcome has arrived."""
        known: np.ndarray[tuple[int], np.dtype[np.bool_]] = ~np.isnan(self.made)
        return known

    @cached_property
    def happened(self) -> Floats:
        """(labelled,) outcomes that have arrived."""
        return self.made[self.is_labelled]

    @property
    def labelled(self) -> int:
        """How many outcomes have arrived."""
        return len(self.happened)

    @property
    def baskets(self) -> int:
        """How many of them are baskets."""
        return int(self.happened.sum())

    @property
    def rate(self) -> float:
        """Share of baskets among them."""
        return float(self.happened.mean())

    @property
    def is_enough(self) -> bool:
        """Whether there are enough outcomes of either class to judge by."""
        return min(self.baskets, self.labelled - self.baskets) >= FEWEST_OF_A_CLASS

    @cached_property
    def called(self) -> Floats:
        """(labelled,) predicted labels: those of the probability where there is one, else the table's."""
        if self.probability is not None:
            return (self.probability[self.is_labelled] > self.threshold).astype(np.float64)
        return np.zeros(0) if self.label is None else self.label[self.is_labelled]

    @cached_property
    def said(self) -> Floats | None:
        """(labelled,) probabilities of the shots whose outcome has arrived."""
        return None if self.probability is None else self.probability[self.is_labelled]

    @cached_property
    def measured(self) -> dict[str, float]:
        """The metrics of the labelled rows; ROC AUC only where both outcomes occur, three only with probabilities."""
        of_labels = by_labels(self.happened, self.called) if len(self.called) and self.labelled else {}
        return (of_scores(self.happened, self.said) if self.said is not None and self.labelled else {}) | of_labels

    @cached_property
    def published_labels(self) -> dict[str, float]:
        """F1 and accuracy of the table's own labels, which may have been cut at another threshold."""
        if self.label is None or not self.labelled or np.isnan(self.label).any():
            return {}
        return by_labels(self.happened, self.label[self.is_labelled])

    @property
    def constant_log_loss(self) -> float:
        """Log loss of the constant that knows the make rate of these shots."""
        return float(log_loss(self.happened, constant(pd.Series(self.happened), self.rate)))


def gather(predictions: Predictions, threshold: float) -> Evidence:
    """Return the rows that have a score, or a label where the table has no scores."""
    judged_by = predictions.label if predictions.score is None else predictions.score
    has_score = np.ones(predictions.rows, np.bool_) if judged_by is None else ~np.isnan(judged_by)
    made = np.full(predictions.rows, np.nan) if predictions.made is None else predictions.made
    raw = None if predictions.score is None else predictions.score[has_score]
    label = None if predictions.label is None else predictions.label[has_score]
    probability = raw
    if raw is not None and label is not None and is_of_predicted_class(raw, label):
        probability = rectified(raw, label)
    elif raw is not None and predictions.by_class and label is None and (raw >= 1 / 2).all():
        probability = None
    names = {role: name for role, name in predictions.columns.model_dump().items() if name is not None}
    names["scores"] = names.get("probability", names.get("score", ""))
    return Evidence(names, made[has_score], raw, probability, label, threshold)


def rectified(score: Floats, label: Floats) -> Floats:
    """Return P(made) of (n,) probabilities of the predicted class: the rest to one where a miss is predicted.

    >>> rectified(np.array([0.7, 0.6]), np.array([1, 0])).tolist()
    [0.7, 0.4]
    """
    return np.where(label == 1, score, 1 - score)


def is_of_predicted_class(score: Floats, label: Floats) -> bool:
    """Return whether (n,) scores are the probability of the label beside them, and not of a basket.

    A label is cut from P(made), so its ones have the highest. Whichever reading of the score obeys that is the right
    one; where every label is a miss both do, and a predicted class is at least as likely as the other.

    >>> is_of_predicted_class(np.array([0.7, 0.6, 0.8]), np.array([1, 0, 0]))
    True
    >>> is_of_predicted_class(np.array([0.7, 0.4, 0.2]), np.array([1, 0, 0]))
    False
    """
    if np.isnan(label).any() or not (label == 0).any():
        return False
    if not (label == 1).any():
        return bool((score >= 1 / 2).all())
    called, missed = score[label == 1], score[label == 0]
    # the same score under both labels is no cut, but for a tie that rounding has made: at one half, once rectified
    return bool(called.min() >= (1 - missed).max() and called.min() <= missed.max())


def of_scores(made: Floats, probability: Floats) -> dict[str, float]:
    """Return log loss, Brier score and, where both outcomes occur, ROC AUC of (n,) probabilities.

    >>> of_scores(np.array([1.0, 1.0]), np.array([0.5, 0.5]))["brier"]
    0.25
    """
    has_both = 0 < made.sum() < len(made)
    values = {"log_loss": float(log_loss(made, probability)), "brier": float(brier(made, probability))}
    return values | ({"roc_auc": float(roc_auc(made, probability))} if has_both else {})


def by_labels(made: Floats, label: Floats) -> dict[str, float]:
    """Return F1 and accuracy of (n,) predicted labels.

    >>> by_labels(np.array([1.0, 0, 1, 0]), np.array([1.0, 1, 0, 0]))
    {'f1': 0.5, 'accuracy': 0.5}
    """
    return {"f1": float(f1(made, label)), "accuracy": float((made == label).mean())}


def titled(metric: str) -> str:
    """Return a metric's name as a sentence begins.

    >>> titled("log_loss")
    'Log loss'
    """
    return TITLES[metric][0].upper() + TITLES[metric][1:]


def f1_of_always_made(rate: float) -> float:
    """Return the F1 of calling every shot a basket, which a worthless model can have.

    >>> round(f1_of_always_made(0.4773), 3)
    0.646
    """
    return 2 * rate / (1 + rate)
