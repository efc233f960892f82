"""Which models are watched on which shots? The scored shots of Monitoramento, apart by model and by batch."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, OWN, PROD, REFERENCE
from kobe_shots.monitoring.stream import ORDER, PROBABILITY, Stream, admit
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

COLUMNS = [*FEATURES, TARGET, *ORDER, "season"]


class Watched(NamedTuple):
    """A model that is watched: the shots it learned from, and the batches of it by name.

    `own` are its own scores of the shots it learned from; `names` says which of the streams each batch is.
    """

    model: str
    reference: Stream
    own: pd.Series
    streams: dict[str, Stream]
    names: dict[str, str]

    @property
    def learned(self) -> pd.DataFrame:
        """The shots it learned from, with its own scores."""
        shots = self.reference.take(self.reference.is_labelled).shots
        return shots.assign(**{PROBABILITY: self.own.loc[shots.index]})


def split_by_model(monitored: pd.DataFrame) -> Iterator[Watched]:
    """Yield every model that is watched; `monitored` is what `score_batches` returns."""
    for model in monitored[MODEL].unique().tolist():
        of_model = monitored[monitored[MODEL] == model].set_index(ROW_ID)
        streams = {
            str(batch): admit(rows[[*COLUMNS, PROBABILITY]]) for batch, rows in of_model.groupby(BATCH, sort=False)
        }
        reference, own = streams.pop(REFERENCE), of_model.loc[of_model[BATCH] == REFERENCE, OWN]
        names = {batch if model == CHAMPION else f"{batch}_{model}": batch for batch in streams}
        shown = {name: batch for name, batch in names.items() if model == CHAMPION or batch == PROD}
        yield Watched(model, reference, own, streams, shown)
