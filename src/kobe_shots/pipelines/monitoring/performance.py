"""How is the model where, and against what it claims? Curves and segments of every batch, for the page to show."""

import pandas as pd

from kobe_shots.aggregates.curves import tabulate_curves
from kobe_shots.aggregates.segments import MATCHUP, tabulate_segments
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring.watched import split_by_model
from kobe_shots.shots.schema import FEATURES, ROW_ID


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
    for watched in split_by_model(monitored):
        support = learn_support(watched.learned[FEATURES], how.support.neighbours, how.support.coverage)
        for name, batch in watched.names.items():
            stream = watched.streams[batch]
            shots = stream.shots.assign(**{MATCHUP: matchup.reindex(stream.shots.index)})
            in_support = support.holds(shots, support.novelty(shots))
            curves.append(tabulate_curves(name, stream.made, stream.probability, how.threshold, how.confidence))
            segments.append(tabulate_segments(name, shots, in_support, how.threshold, how.confidence))
    return pd.concat(curves, ignore_index=True), pd.concat(segments, ignore_index=True)
