"""Where on the floor are the champion's shots? Each a small row for the page to filter, and their sums by hexagon."""

import pandas as pd

from kobe_shots.aggregates.floor import CONTEXT, lay_out_shots
from kobe_shots.aggregates.hexes import sum_hexes
from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, REFERENCE
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Monitoring
from kobe_shots.shots.schema import FEATURES, ROW_ID


def lay_out_court(
    monitored: pd.DataFrame, raw_dev: pd.DataFrame, raw_prod: pd.DataFrame, how: Monitoring
) -> pd.DataFrame:
    """Return every shot the champion scored or learned from, as in `kobe_shots.aggregates.floor`.

    Args:
        monitored: every shot that is watched, as `score_batches` returns them.
        raw_dev: raw shots, which know where and against whom.
        raw_prod: the same of production.
        how: the parameters of monitoring.
    """
    scored = monitored[monitored[MODEL] == CHAMPION].set_index(ROW_ID)
    learned = scored.loc[scored[BATCH] == REFERENCE, FEATURES]
    support = learn_support(learned, how.support.neighbours, how.support.coverage)
    raw = pd.concat([dataset.set_index(ROW_ID)[CONTEXT] for dataset in (raw_dev, raw_prod)])
    return lay_out_shots(scored, raw, support, REFERENCE)


def sum_court(shots: pd.DataFrame) -> pd.DataFrame:
    """Return the sums by hexagon of every batch, as in `kobe_shots.aggregates.hexes`, batch first."""
    by_batch = {str(batch): sum_hexes(shots, (shots[BATCH] == batch).to_numpy()) for batch in shots[BATCH].unique()}
    table = pd.concat(by_batch, names=[BATCH]).reset_index(BATCH).reset_index(drop=True)
    return table.astype({BATCH: "category"})
