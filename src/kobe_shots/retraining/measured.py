"""What did `bench/retraining.py` measure? `docs/replays.json`, which the document on retraining is rendered from."""

import hashlib
import json

from pydantic import BaseModel, ConfigDict

from kobe_shots.parameters import UNPLAYED, Monitoring, Retraining
from kobe_shots.retraining.comparison import Comparison


class Record(BaseModel):
    """What the records below share: frozen, and nothing in them that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Quiet(Record):
    """Quiet careers: how many raised an alarm, saw a challenger trained, and saw one promoted."""

    family: str
    challengers: tuple[str, ...]
    policy: str
    careers: int
    alarmed: int
    retrained: int
    promoted: int


class Pace(Record):
    """Seconds a game of a career `times` as long as the real one, in tenths of it, trainings not counted."""

    times: int
    games: int
    milliseconds: tuple[float, ...]


class Measured(Record):
    """All of it; `fingerprint` is that of the raw shots, `settings` of the parameters.

    Attributes:
        real: the published career, by scenario, family and challengers.
        simulated: simulated careers, each under its seed.
        quiet: careers in which nothing changes.
        pace: cost of a game as careers get longer.
        seconds: CPU seconds of the whole real career with all policies, repeats of it.
    """

    fingerprint: str = ""
    settings: str = ""
    real: tuple[Comparison, ...] = ()
    simulated: tuple[Comparison, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    pace: tuple[Pace, ...] = ()
    seconds: tuple[float, ...] = ()


def name_settings(how: Retraining, watching: Monitoring) -> str:
    """Return a name for all parameters that a replay depends on, as twelve hexadecimal digits."""
    told = [how.model_dump(mode="json", exclude=set(UNPLAYED)), watching.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
