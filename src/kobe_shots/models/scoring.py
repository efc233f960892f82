"""How likely is each shot to go in? From rows, however they are addressed, to a label and a probability."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.metrics import METRICS
from kobe_shots.shots.schema import ALIASES, FEATURES, TARGET

THRESHOLD = 0.5


class Classifier(Protocol):
    """What this project asks of a fitted model: scikit-learn's `predict_proba`."""

    def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Return one row a shot: the probabilities of a miss and of a basket."""
        ...


@dataclass(frozen=True, eq=False)  # tables have no plain yes or no to whether they are equal
class Champion:
    """The model in office, and what it carries of its past.

    Attributes:
        estimator: what scores a shot.
        name: its name in the registry.
        version: its version there.
        origin: the registered model and version it is a copy of.
        base_id: of `train`.
        train: the prepared shots it learned from, indexed by shot id.
        test: the labelled ones it has not learned from, on which it was measured.
    """

    estimator: Classifier
    name: str
    version: int
    origin: str
    base_id: str
    train: pd.DataFrame
    test: pd.DataFrame

    @property
    def title(self) -> str:
        """Return what a sentence calls it."""
        return f"The champion ({self.name} version {self.version})"


class Rates(BaseModel):
    """How a model does on some shots, without intervals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    share_predicted_made: float
    metrics: dict[str, float]


def probability_of_basket(estimator: Classifier, shots: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the probability, in [0, 1], that each shot goes in; `shots` needs the six features, in any order."""
    return estimator.predict_proba(shots[FEATURES].astype(np.float64))[:, 1]


def score(estimator: Classifier, shots: pd.DataFrame) -> pd.DataFrame:
    """Return a label (1 where a basket is more likely than a miss) and a probability for each shot, index kept."""
    probability = probability_of_basket(estimator, shots)
    return pd.DataFrame(
        {"label": (probability > THRESHOLD).astype(np.int64), "probability": probability}, index=shots.index
    )


def rates(estimator: Classifier, base: pd.DataFrame) -> Rates:
    """Return how a fitted model does on a base whose every shot is labelled."""
    probability = probability_of_basket(estimator, base)
    return Rates(
        n=len(base),
        share_predicted_made=float((probability > THRESHOLD).mean()),
        metrics={name: float(metric.of(base[TARGET], probability)) for name, metric in METRICS.items()},
    )


def to_features(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the six features of rows that name their columns, or of nameless ones in the documented order.

    Args:
        rows: either columns by name, in any order, `lng` accepted for `lon`, others left out; or exactly six columns
            numbered 0 to 5, which are read as lat, lon, minutes_remaining, period, playoffs, shot_distance.

    Raises:
        KobeShotsError: there are no rows; columns are missing, named twice or of another number; or a value is no
            number, missing or infinite.
    """
    if rows.empty:
        raise KobeShotsError(f"There are no rows; send at least one, with {_listed(FEATURES)}.")
    columns: list[Any] = list(rows.columns)
    if columns and all(isinstance(column, int) for column in columns):
        if columns != list(range(len(FEATURES))):
            raise KobeShotsError(
                f"Rows without names have {len(columns)} values; "
                f"send {len(FEATURES)}, in this order: {_listed(FEATURES)}."
            )
        features = rows.set_axis(FEATURES, axis=1)
    else:
        renamed = rows.rename(columns=ALIASES)
        if twice := sorted(set(renamed.columns[renamed.columns.duplicated()]) & set(FEATURES)):
            raise KobeShotsError(
                f"Column {_listed(twice)} is given twice; send it once (`lng` is another name for `lon`)."
            )
        if missing := [feature for feature in FEATURES if feature not in renamed.columns]:
            raise KobeShotsError(
                f"Column {_listed(missing)} is missing; send all of {_listed(FEATURES)}, by name or in this order."
            )
        features = renamed[FEATURES]
    try:
        values = features.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise KobeShotsError(f"A value is not a number ({error}); send numbers only.") from None
    # a tree reads 32-bit numbers, and what they cannot hold is infinite to it
    if wrong := [column for column in FEATURES if not (values[column].abs() <= np.finfo(np.float32).max).all()]:
        raise KobeShotsError(f"Column {_listed(wrong)} holds a missing or infinite value; send a number in every row.")
    return values


def _listed(names: list[str]) -> str:
    return ", ".join(names)
