"""How does a challenger come to be judged? In the shadow: it scores what comes, and is compared as outcomes arrive.

An attempt begins when a policy fires. Every outcome that arrives is first scored by the challenger of the day and only
then learned from, so each compared shot is one that neither model had seen (prequential; Dawid 1984). The gate looks
when the number of compared shots has doubled, not after each: a gate that is asked often enough opens by chance.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kobe_shots.retraining.challenger import Challenger
from kobe_shots.retraining.guards import Evidence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass
class Attempt:
    """A challenger in the shadow, and what it has been compared on.

    Attributes:
        rule: what the policy fired on.
        begun: the game in which it did.
        challenger: the one of the day.
        next_look: compared shots at which the gate looks again.
        compared: how many shots both have been compared on.
        parts: places of these, scores by the champion, and by the challenger of the day, as they came.
    """

    rule: str
    begun: int
    challenger: Challenger
    next_look: int
    compared: int = 0
    parts: list[tuple[Ints, Floats, Floats]] = field(default_factory=list)

    @property
    def places(self) -> Ints:
        """Places of the compared shots, in the order in which their outcomes became known."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *(places for places, _, _ in self.parts)])

    @property
    def champion(self) -> Floats:
        """Their scores by the champion."""
        return np.concatenate([np.zeros(0), *(scores for _, scores, _ in self.parts)])

    @property
    def challenged(self) -> Floats:
        """Their scores by the challenger of the day."""
        return np.concatenate([np.zeros(0), *(scores for _, _, scores in self.parts)])

    @property
    def is_due(self) -> bool:
        """Whether the gate looks now."""
        return self.compared >= self.next_look

    def compare(self, places: Ints, champion: Floats, challenged: Floats) -> None:
        """Take the scores that both gave to shots whose outcome has just become known."""
        self.parts.append((places, champion, challenged))
        self.compared += len(places)

    def evidence(self, features: Floats, made: Floats) -> Evidence:
        """Return the compared shots whose outcome is undisputed, for the gate."""
        kept = np.flatnonzero(~np.isnan(made[self.places]))
        at = self.places[kept]
        return Evidence(features[at], made[at], self.champion[kept], self.challenged[kept])

    def go_on(self, challenger: Challenger, next_look: int) -> None:
        """Let another challenger, who has learned from what was compared, go on in the shadow until the next look."""
        self.challenger, self.next_look = challenger, next_look
