"""Which shots did a model learn from? A base is named by its content, so no model is tested on its own lessons."""

import hashlib

import pandas as pd

from kobe_shots.errors import KobeShotsError


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
