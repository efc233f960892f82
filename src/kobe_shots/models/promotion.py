"""What does it take to become champion? A registered model, what it learned from, and the reasons, as one thing."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

CHAMPION, CHALLENGER = "kobe_shot", "kobe_shot_challenger"  # what they are called in the registry
IN_OFFICE, PREVIOUS = "champion", "previous"  # aliases there: of who is in office, and of who was before


@dataclass(frozen=True)
class NoChange:
    """That nothing is registered or promoted, and why: whoever is in office stays. Saving it does nothing."""

    why: str


@dataclass(frozen=True, eq=False)  # tables have no plain yes or no to whether they are equal
class Promotion:
    """A decision to put a model in office.

    Attributes:
        model: registered name of the model whose latest version is promoted.
        train: the prepared shots it learned from, indexed by shot id: six features and the outcome.
        test: the labelled ones it has not learned from, on which it was measured.
        replaces: version of the champion the decision was taken against; None promotes whatever sits there.
        ledger: why, as JSON holds it.
        version: of that model, where another than the latest is meant.
    """

    model: str
    train: pd.DataFrame
    test: pd.DataFrame
    replaces: int | None
    ledger: dict[str, Any]
    version: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A promotion that waits for somebody to ask for it: what it takes is kept with the model, and nothing changes."""

    promotion: Promotion
