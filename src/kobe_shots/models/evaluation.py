"""How good is a model, and how sure are we? Every number comes with its interval and the rows it rests on."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict
from scipy import stats

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.metrics import METRICS, metric_named
from kobe_shots.parameters import Evaluation

FEWEST_OF_A_CLASS = 20  # a resample without a row of a class has no AUC: chance exp(-20) each, with ten exp(-10)
BATCH = 50  # resamples held at once: bounds the memory of an interval on a large base

Floats = npt.NDArray[np.float64]


class Estimate(BaseModel):
    """A metric with its percentile interval and the number of rows it was measured on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """Return the value with its interval, three decimals.

        >>> str(Estimate(metric="brier", value=0.25, low=0.2401, high=0.2599, n=100))
        '0.250 [0.240, 0.260]'
        """
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def evaluate(made: pd.Series, probability: Floats, how: Evaluation) -> dict[str, Estimate]:
    """Return each of log loss, F1, Brier score and ROC AUC with its interval.

    Args:
        made: (n,) outcomes, 0 or 1.
        probability: (n,) probabilities of a basket.
        how: confidence, number of resamples and seed of the bootstrap over rows (Efron & Tibshirani 1993, ch. 13).

    Raises:
        KobeShotsError: fewer than twenty rows of a class, too few for any of the intervals to mean something.
    """
    _refuse_too_few(made)
    return {
        name: _interval(name, metric.of, (made.to_numpy(np.float64), probability), how)
        for name, metric in METRICS.items()
    }


def compare(made: pd.Series, one: Floats, other: Floats, metric: str, how: Evaluation) -> Estimate:
    """Return how much larger `metric` is for `one` than for `other` on the same rows, with a paired interval.

    The same resampled rows enter both terms, so what both models find hard cancels out; two separate intervals that
    overlap say nothing about which is better.

    Raises:
        KobeShotsError: as `evaluate`.
    """
    _refuse_too_few(made)
    measure = metric_named(metric).of

    def difference(made: Floats, one: Floats, other: Floats) -> Any:
        return measure(made, one) - measure(made, other)

    return _interval(metric, difference, (made.to_numpy(np.float64), one, other), how)


def constant(made: pd.Series, rate: float) -> Floats:
    """Return the prediction to beat: the same rate for each of the (n,) shots."""
    return np.full(len(made), rate)


def skill(made: pd.Series, probability: Floats, rate: float, how: Evaluation) -> Estimate:
    """Return how far the log loss of (n,) probabilities is below that of the constant `rate`, with a paired interval.

    Above zero the probabilities are worth having.
    """
    return compare(made, constant(made, rate), probability, "log_loss", how)


def flatten(estimates: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return each estimate, as dumped, under its metric's name, with `_low` and `_high` for the interval.

    >>> flatten({"brier": {"metric": "brier", "value": 0.25, "low": 0.24, "high": 0.26, "n": 100}})
    {'brier': 0.25, 'brier_low': 0.24, 'brier_high': 0.26}
    """
    return {
        f"{metric}{end}": estimate[field]
        for metric, estimate in estimates.items()
        for end, field in (("", "value"), ("_low", "low"), ("_high", "high"))
    }


def _interval(metric: str, statistic: Callable[..., Any], rows: tuple[Floats, ...], how: Evaluation) -> Estimate:
    interval = stats.bootstrap(
        rows,
        lambda *resampled, axis: statistic(*resampled),  # noqa: ARG005, PLW0108 -- `axis` is the last, always
        paired=True,
        vectorized=True,
        method="percentile",
        n_resamples=how.resamples,
        confidence_level=how.confidence,
        batch=BATCH,
        rng=np.random.default_rng(how.seed),
    ).confidence_interval
    return Estimate(
        metric=metric, value=float(statistic(*rows)), low=float(interval.low), high=float(interval.high), n=len(rows[0])
    )


def _refuse_too_few(made: pd.Series) -> None:
    baskets = int(made.sum())
    if min(baskets, len(made) - baskets) < FEWEST_OF_A_CLASS:
        raise KobeShotsError(
            f"Cannot tell how good a model is from {baskets} baskets and {len(made) - baskets} misses: "
            f"at least {FEWEST_OF_A_CLASS} of each are needed, use more labelled shots."
        )
