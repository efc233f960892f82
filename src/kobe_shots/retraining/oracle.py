"""What could have been had? A model of the same family, trained anew before every game on all outcomes of the past.

Nobody can operate so: it knows every outcome at once. It is what regret is measured against. Families that are slow to
train may be trained every few games only; the comparison says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from kobe_shots.models.families import fit_family
from kobe_shots.parameters import Retraining
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.incumbent import scores

Floats = npt.NDArray[np.float64]


@dataclass
class Oracle:
    """The state of an oracle: the next game, the score of each shot so far, and the model of the day."""

    career: Career
    family: str
    how: Retraining
    first_game: int
    game: int
    probability: Floats
    model: Pipeline | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the career, which can be had again."""
        return self.__dict__ | {"career": None}

    @property
    def is_over(self) -> bool:
        """Whether all games are played."""
        return self.game >= self.career.games

    def play(self) -> None:
        """Train on all labelled shots before the next game, and score it."""
        rows = self.career.game(self.game)
        if self.model is None or (self.game - self.first_game) % self.how.replay.oracle_every == 0:
            learned = np.flatnonzero(self.career.is_labelled[: rows.start])
            self.model = fit_family(
                self.family,
                self.how.params_of(self.family),
                self.how.seed,
                self.career.features[learned],
                self.career.made[learned],
            )
        self.probability[rows] = scores(self.model, self.career.features[rows])
        self.game += 1


def start_oracle(career: Career, family: str, how: Retraining, first_game: int) -> Oracle:
    """Return an oracle before its first game."""
    return Oracle(career, family, how, first_game, first_game, np.full(len(career), np.nan))
