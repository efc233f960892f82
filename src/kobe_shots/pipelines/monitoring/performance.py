"""How is the model where, and against what it claims? Curves and segments of every batch, for the page to show."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from kobe_shots.aggregates.curves import tabulate_curves
from kobe_shots.aggregates.segments import MATCHUP, tabulate_segments
from kobe_shots.monitoring.stream import Stream, admit
from kobe_shots.monitoring.support import Support, learn_support
from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring.nodes import BATCH, CHAMPION, MODEL, PROD, REFERENCE
from kobe_shots.shots.schema import FEATURES, ROW_ID


class Watched(NamedTuple):
    """A batch that is watched: its name as in the table of health, its shots, and the support of its model."""

    name: str
    stream: Stream
    support: Support


def tabulate_performance(
    monitored: pd.DataFrame, raw_dev: pd.DataFrame, raw_prod: pd.DataFrame, how: Monitoring
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the curves and the segments of every batch, as in `kobe_shots.aggregates`.

    Args:
        monitored: every shot that is watched, as `score_batches` returns them.
        raw_dev: raw shots, which know whose floor a shot was taken on.
        raw_prod: the same of production.
        how: the parameters of monitoring.
    """
    matchup = pd.concat([raw.set_index(ROW_ID)[MATCHUP] for raw in (raw_dev, raw_prod)])
    curves, segments = [], []
    for name, stream, support in _watched(monitored, how):
        shots = stream.shots.assign(**{MATCHUP: matchup.reindex(stream.shots.index)})
        in_support = support.holds(shots, support.novelty(shots))
        curves.append(tabulate_curves(name, stream.made, stream.probability, how.threshold, how.confidence))
        segments.append(tabulate_segments(name, shots, in_support, how.threshold, how.confidence))
    return pd.concat(curves, ignore_index=True), pd.concat(segments, ignore_index=True)


def _watched(monitored: pd.DataFrame, how: Monitoring) -> Iterator[Watched]:
    for model, of_model in monitored.groupby(MODEL, sort=False):
        streams = {
            str(batch): admit(rows.set_index(ROW_ID).drop(columns=[BATCH, MODEL]))
            for batch, rows in of_model.groupby(BATCH, sort=False)
        }
        reference = streams.pop(REFERENCE)
        learned = reference.shots.loc[reference.is_labelled, FEATURES]
        support = learn_support(learned, how.support.neighbours, how.support.coverage)
        for batch, stream in streams.items():
            if model == CHAMPION or batch == PROD:
                yield Watched(batch if model == CHAMPION else f"{batch}_{model}", stream, support)
