"""Which shots does a challenger learn from, and on which is it compared? Those in play order, the newest kept apart."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id, refuse_unknown_shots
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.stream import ORDER
from kobe_shots.parameters import Gate
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

KEPT = [*FEATURES, TARGET, *ORDER, "season"]


@dataclass(frozen=True, eq=False)  # tables have no plain yes or no to whether they are equal
class Divided:
    """The shots there are, as a retraining sees them; prepared ones are indexed by shot id, in the order of play.

    Attributes:
        learned: prepared shots that a challenger learns from.
        compared: prepared shots that it is compared with the champion on: neither has learned from them.
        served: the features of every production shot.
        games: one row a production game, in order: `game_date`, `season`.
        new: labelled production shots that the champion neither learned from nor was measured on.
        labels_id: of all outcomes known of production; another one, or one changed, gives another.
    """

    learned: pd.DataFrame
    compared: pd.DataFrame
    served: pd.DataFrame
    games: pd.DataFrame
    new: int
    labels_id: str


@dataclass(frozen=True, eq=False)
class Trained:
    """What was trained: the way, the rows that weighed something, and how many models it took; or why it failed."""

    learned: pd.DataFrame
    family: str | None = None
    rows: str | None = None
    fitted: int = 0
    error: str = ""


def divide(champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, gate: Gate) -> Divided:
    """Return the raw shots of both bases, divided.

    A challenger learns from every labelled shot but the champion's test rows and the newest of the new labels, of
    which the gate has its share, or as many as it needs where that is more. A champion that weighed some shots nothing
    has not learned from them, and a challenger may.

    Raises KobeShotsError unless the shots the champion rests on are among these, and where none of production is whole.
    """
    shots = pd.concat([dev, prod]).set_index(ROW_ID)[KEPT]
    for base in (champion.train, champion.test):
        refuse_unknown_shots(champion.title, base, shots)
    shots = shots.dropna(subset=FEATURES).sort_values(ORDER, kind="stable")
    in_production = shots.index.isin(prod[ROW_ID])
    production = shots[in_production]
    if production.empty:
        raise KobeShotsError(
            f"None of the {len(prod):,} production shots has all features, so none can be judged. "
            "Fetch whole bases: `kobe-shots fetch`."
        )
    labelled = shots[shots[TARGET].notna()][[*FEATURES, TARGET]].astype({TARGET: np.int64})
    outcomes = labelled[labelled.index.isin(prod[ROW_ID])]
    new = outcomes[~outcomes.index.isin(champion.train.index) & ~outcomes.index.isin(champion.test.index)]
    newest = min(len(new), max(gate.minimum_labels, ceil(gate.share * len(new))))
    compared = new.iloc[len(new) - newest :]
    left_out = labelled.index.isin(compared.index) | labelled.index.isin(champion.test.index)
    return Divided(
        learned=labelled[~left_out],
        compared=compared,
        served=production[FEATURES].astype(np.float64),
        games=production.drop_duplicates("game_id")[["game_date", "season"]].reset_index(drop=True),
        new=len(new),
        labels_id=base_id(outcomes[[TARGET]].sort_index()),
    )
