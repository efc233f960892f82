"""What does not change during a replay, and what is noted of it?"""

from dataclasses import dataclass

from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.gate import Ledger
from kobe_shots.retraining.policies import Decision


@dataclass(frozen=True)
class Rules:
    """What does not change during a replay."""

    policy: str
    families: tuple[str, ...]
    how: Retraining
    watching: Monitoring


@dataclass(frozen=True)
class Event:
    """Something that was decided in a game, and what the gate said, if it was asked."""

    game: int
    labels: int
    version: int
    decision: Decision
    ledger: Ledger | None = None
    way: str = ""
    error: str = ""
