"""What do the engines select, and at what cost? The result of `bench/engines.py`, field by field.

PyCaret's searches take minutes each, so their result is kept, in `docs/engines.json`. Tests fit what was selected again
and compare every number but the seconds.
"""

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from kobe_shots.engines.found import Found
from kobe_shots.models.scoring import Rates, rates
from kobe_shots.models.search import means_of
from kobe_shots.parameters import Tuning


class Record(BaseModel):
    """What the records below share: frozen, and no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Selected(Record):
    """The candidate an engine selects by one metric, and how it does once fitted on the whole train base."""

    engine: str
    made_with: str
    model: str
    metric: str
    candidate: int = Field(description="its number; 0 is PyCaret's untuned model")
    params: dict[str, float | int | str | None]
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
    return Selected(
        engine=tuning.engine,
        made_with=found.made_with,
        model=model,
        metric=tuning.metric,
        candidate=found.taken.number,
        params=dict(found.taken.params),
        cross_validated=means_of(found.table, found.taken.number),
        test=rates(found.estimator, test),
        prod=rates(found.estimator, prod),
    )
