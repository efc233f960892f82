"""What do the engines select, and at what cost? The result of `bench/engines.py`, field by field.

PyCaret's searches take minutes each, so their result is kept, in `docs/engines.json`. Tests fit what was selected again
and compare every number but the seconds.
"""

import pandas as pd
from pydantic import BaseModel, ConfigDict
from sklearn.pipeline import Pipeline

from kobe_shots.engines.found import Found
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.scoring import THRESHOLD, probability_of_basket
from kobe_shots.parameters import Tuning
from kobe_shots.shots.schema import TARGET


class Record(BaseModel):
    """What the records below share: frozen, and no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rates(Record):
    """How a model does on some shots."""

    n: int
    share_predicted_made: float
    metrics: dict[str, float]


class Selected(Record):
    """The candidate an engine selects by one metric, and how it does once fitted on the whole train base."""

    engine: str
    made_with: str
    model: str
    metric: str
    candidate: int
    params: dict[str, float | int | str | None]
    remarks: list[str]
    cross_validated: dict[str, float]
    test: Rates
    prod: Rates


class Cost(Record):
    """What one search by log loss costs, a number for each repeat."""

    engine: str
    model: str
    cpu_seconds: list[float]
    wall_seconds: list[float]


class Comparison(Record):
    """Both engines on the same train base, folds and number of candidates."""

    base_id: str
    lock_sha256: str
    candidates: int
    folds: int
    seed: int
    selected: list[Selected]
    costs: list[Cost]


def select(found: Found, model: str, tuning: Tuning, test: pd.DataFrame, prod: pd.DataFrame) -> Selected:
    """Return what an engine has taken, and how it does on the two bases, both labelled."""
    means = found.table.set_index("candidate")[list(METRICS)].T[found.taken.number]
    return Selected(
        engine=tuning.engine,
        made_with=found.made_with,
        model=model,
        metric=tuning.metric,
        candidate=found.taken.number,
        params=dict(found.taken.params),
        remarks=[remark.sentence for remark in found.remarks],
        cross_validated={str(name): float(mean) for name, mean in means.items()},
        test=rates(found.estimator, test),
        prod=rates(found.estimator, prod),
    )


def rates(model: Pipeline, base: pd.DataFrame) -> Rates:
    """Return how a fitted model does on a base whose every shot is labelled."""
    probability = probability_of_basket(model, base)
    return Rates(
        n=len(base),
        share_predicted_made=float((probability > THRESHOLD).mean()),
        metrics={name: float(metric.of(base[TARGET], probability)) for name, metric in METRICS.items()},
    )
