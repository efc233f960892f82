"""Which shots did a model learn from? A base is named by its content, so no model is tested on its own lessons."""

import hashlib

import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.schema import FEATURES, TARGET


def base_id(base: pd.DataFrame) -> str:
    """Return twelve hexadecimal digits that change when a row of a base does, or its id, or the order.

    >>> base = pd.DataFrame({"shot_made_flag": [0, 1]}, index=[7, 9])
    >>> base_id(base) == base_id(base.copy()), base_id(base) == base_id(base.iloc[::-1])
    (True, False)
    """
    return hashlib.sha256(pd.util.hash_pandas_object(base).to_numpy().tobytes()).hexdigest()[:12]


def refuse_other_base(model: str, learned_from: str, train: pd.DataFrame) -> None:
    """Raise KobeShotsError unless the model learned from exactly these train rows.

    Otherwise the test rows beside them may be among those it learned from, and would flatter it.
    """
    if (lying_there := base_id(train)) != learned_from:
        raise KobeShotsError(
            f"{model} learned from train base {learned_from}, and {lying_there} lies there now, whose test base may "
            "hold shots it learned from. Train first: kedro run --pipeline=Treinamento."
        )


def learned_shots(model: str, train: pd.DataFrame, shots: pd.DataFrame) -> pd.Index:
    """Return the ids of those `shots` that are among the train rows; both are indexed by shot id.

    Raises KobeShotsError when a shot has the id of a train row and is another one: simulated careers share their ids.
    """
    known = shots.index.intersection(train.index)
    columns = [*FEATURES, TARGET]
    here, there = (base.loc[known, columns].astype("float64") for base in (shots, train))
    if other := int((here != there).any(axis=1).sum()):
        raise KobeShotsError(
            f"{model} learned from shots of the same ids as {other:,} of the raw ones, and of other values; it has to "
            "have learned from these or from none of them. Train first: kedro run --pipeline=Treinamento."
        )
    return known


def refuse_unknown_shots(model: str, base: pd.DataFrame, shots: pd.DataFrame) -> None:
    """Raise KobeShotsError unless every row of a base the model carries is among `shots`, both indexed by shot id."""
    if absent := len(base) - len(learned_shots(model, base, shots)):
        raise KobeShotsError(
            f"{model} rests on {len(base):,} shots, of which {absent:,} are not among the raw ones; all of them are "
            "needed. Put their raw files back, or train first: kedro run --pipeline=Treinamento."
        )
