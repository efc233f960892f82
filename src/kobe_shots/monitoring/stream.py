"""What is watched? A stream of scored shots, in the order they were taken: features, score, and the outcome if known.

It is checked once, where it enters. Whole faults (no score column, a score of 1.3) are refused; faults of single shots
are counted and the shots set aside, so that a missing value is a finding about the data and never one about the model.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.schema import FEATURES, TARGET, PreparedShots

PROBABILITY = "probability"
ORDER = ["game_date", "game_id", "game_event_id"]
KNOWN = {*FEATURES, TARGET, PROBABILITY, *ORDER, "season"}

CHECKS = {name: PreparedShots.to_schema().columns[name].checks for name in FEATURES}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Faults:
    """How many shots came, and how many could not be watched, by what was wrong; a shot may have several faults.

    Attributes:
        received: shots that came.
        missing: per feature, shots that lack it.
        impossible: per feature, shots whose value no shot can have.
        unscored: shots without a score.
        repeated: shots whose id had come before; the first of each is kept.
        unknown: columns that are neither watched nor known.
    """

    received: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    impossible: dict[str, int] = field(default_factory=dict)
    unscored: int = 0
    repeated: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stream:
    """Shots that can be watched, in order, and the faults of those that came with them.

    `shots` holds one row a shot, indexed by its id: the six features and `probability`, complete; `shot_made_flag`, NaN
    where the outcome is not known; and what is known of `game_date`, `game_id`, `game_event_id` and `season`.
    """

    shots: pd.DataFrame
    faults: Faults = field(default_factory=Faults)

    def __len__(self) -> int:
        """Return how many shots can be watched."""
        return len(self.shots)

    @cached_property
    def probability(self) -> Floats:
        """The score of each shot, P(made)."""
        return self.shots[PROBABILITY].to_numpy(np.float64)

    @cached_property
    def made(self) -> Floats:
        """The outcome of each shot: 1 made, 0 missed, NaN where it is not known."""
        return self.shots[TARGET].to_numpy(np.float64)

    @cached_property
    def is_labelled(self) -> npt.NDArray[np.bool_]:
        """Whether the outcome of each shot is known."""
        return ~np.isnan(self.made)

    def take(self, rows: slice | npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Stream":
        """Return some of the shots."""
        return Stream(self.shots.iloc[rows])


def admit(shots: pd.DataFrame) -> Stream:
    """Return the shots that can be watched, in order, and what was wrong with the others.

    Args:
        shots: one row a shot, indexed by its id, with the six features and `probability`; all else is optional.

    Raises:
        KobeShotsError: a column is missing or holds no numbers, a score lies outside 0 to 1, or an outcome is neither 0
            nor 1 nor missing.
    """
    if absent := [name for name in (*FEATURES, PROBABILITY) if name not in shots]:
        raise KobeShotsError(
            f"The scored shots lack {', '.join(absent)}; the six features and '{PROBABILITY}' are needed. Score them "
            "first: kedro run --pipeline=PipelineAplicacao."
        )
    numbers = _to_numbers(shots)
    _refuse_values(numbers)
    missing = {name: int(numbers[name].isna().sum()) for name in FEATURES}
    wrong = {name: _impossible(numbers[name], name) for name in FEATURES}
    unscored, repeated = numbers[PROBABILITY].isna(), pd.Series(shots.index.duplicated(), index=shots.index)
    bad = numbers[FEATURES].isna().any(axis=1) | pd.DataFrame(wrong).any(axis=1) | unscored | repeated
    kept = [name for name in (*ORDER, "season") if name in shots]
    good = pd.concat([numbers, shots[kept]], axis=1)[~bad.to_numpy()]
    faults = Faults(
        received=len(shots),
        missing={name: n for name, n in missing.items() if n},
        impossible={name: int(of.sum()) for name, of in wrong.items() if of.any()},
        unscored=int((unscored & numbers[FEATURES].notna().all(axis=1)).sum()),
        repeated=int(repeated.sum()),
        unknown=tuple(str(name) for name in shots.columns if name not in KNOWN),
    )
    order = [name for name in ORDER if name in kept]
    return Stream(good.sort_values(order, kind="stable") if order else good, faults)


def _to_numbers(shots: pd.DataFrame) -> pd.DataFrame:
    columns = {name: shots[name] for name in (*FEATURES, PROBABILITY)}
    columns[TARGET] = shots[TARGET] if TARGET in shots else pd.Series(np.nan, index=shots.index)
    try:
        return pd.DataFrame(columns, index=shots.index).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise KobeShotsError(f"The scored shots hold something that is no number ({error}); mend it first.") from None


def _refuse_values(numbers: pd.DataFrame) -> None:
    score, outcome = numbers[PROBABILITY].dropna(), numbers[TARGET].dropna()
    if (outside := ~score.between(0, 1)).any():
        raise KobeShotsError(
            f"{outside.sum():,} of {len(score):,} scores lie outside 0 to 1 (from {score.min():.4g} to "
            f"{score.max():.4g}); probabilities of a basket are needed, not percent and not log odds."
        )
    if (strange := ~outcome.isin([0, 1])).any():
        raise KobeShotsError(
            f"{strange.sum():,} outcomes are neither 0 nor 1 (one is {outcome[strange].iloc[0]:.4g}); "
            "1 is made, 0 missed, and an outcome that is not known is left empty."
        )


def _impossible(values: pd.Series, feature: str) -> pd.Series:
    """Return which values no shot can have, by the schema of prepared shots; a missing one is no such value."""
    possible = values.isna()
    for check in CHECKS[feature]:
        rules = check.statistics
        if "allowed_values" in rules:
            return ~(possible | values.isin(rules["allowed_values"]))
    low, high = (
        next(c.statistics[end] for c in CHECKS[feature] if end in c.statistics) for end in ("min_value", "max_value")
    )
    return ~(possible | values.between(low, high))
