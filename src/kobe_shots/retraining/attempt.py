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
        places: of the compared shots, in the order in which their outcomes became known;
        champion, challenged: their scores, by the champion and by the challenger of the day.
    """

    rule: str
    begun: int
    challenger: Challenger
    next_look: int
    places: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    champion: Floats = field(default_factory=lambda: np.zeros(0))
    challenged: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def compared(self) -> int:
        """How many shots both have been compared on."""
        return len(self.places)

    @property
    def is_due(self) -> bool:
        """Whether the gate looks now."""
        return self.compared >= self.next_look

    def compare(self, places: Ints, champion: Floats, challenged: Floats) -> None:
        """Take the scores that both gave to shots whose outcome has just become known."""
        self.places = np.r_[self.places, places]
        self.champion = np.r_[self.champion, champion]
        self.challenged = np.r_[self.challenged, challenged]

    def evidence(self, features: Floats, made: Floats) -> Evidence:
        """Return the compared shots whose outcome is undisputed, for the gate."""
        kept = np.flatnonzero(~np.isnan(made[self.places]))
        at = self.places[kept]
        return Evidence(features[at], made[at], self.champion[kept], self.challenged[kept])

    def go_on(self, challenger: Challenger, next_look: int) -> None:
        """Let another challenger, who has learned from what was compared, go on in the shadow until the next look."""
        self.challenger, self.next_look = challenger, next_look
