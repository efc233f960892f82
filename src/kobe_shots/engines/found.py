"""What does every engine return? The metrics of all it tried, and one model, fitted."""

from dataclasses import dataclass

import pandas as pd
from sklearn.pipeline import Pipeline

from kobe_shots.models.candidates import Candidate
from kobe_shots.verdicts import Verdict


@dataclass(frozen=True)
class Found:
    """What an engine's search has come to.

    Attributes:
        table: the candidates tried, as from `kobe_shots.models.search.cross_validate`.
        taken: the candidate the engine settled on, one of the table's.
        estimator: that candidate fitted on all rows, by this environment's scikit-learn.
        made_with: the engine and its version.
        remarks: what a reader of the result should know about how it was found.
    """

    table: pd.DataFrame
    taken: Candidate
    estimator: Pipeline
    made_with: str
    remarks: tuple[Verdict, ...] = ()
