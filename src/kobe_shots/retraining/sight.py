"""What does a policy get to see of a replay? What is known after a game, and nothing that comes later."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from kobe_shots.monitoring.alarms import Watches
from kobe_shots.monitoring.trust import labels_to_ask
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.incumbent import Incumbent
from kobe_shots.retraining.outcomes import Outcomes
from kobe_shots.retraining.outlook import Outlook
from kobe_shots.retraining.policies import Situation
from kobe_shots.retraining.rules import Rules


class Played(Protocol):
    """What is looked at of a replay."""

    game: int
    career: Career
    rules: Rules
    champion: Incumbent
    watches: Watches
    outlook: Outlook
    outcomes: Outcomes
    probability: npt.NDArray[np.float64]
    last_training: int
    learned_until: int
    growth_from: int

    def known_since_alarm(self) -> int:
        """Return how many outcomes of shots since the alarm are known."""
        ...


def see(replay: Played) -> Situation:
    """Return the situation after the game just played."""
    g, career, how, watching = replay.game, replay.career, replay.rules.how, replay.rules.watching
    support, loss, distrust = replay.outlook.headings(replay.champion, how, watching)
    score, first = replay.probability[career.game(g)], int(career.edges[g])
    effects = sorted(watching.labels.effects)
    return Situation(
        game=g,
        date=career.dates[g],
        games_since_training=g - replay.last_training,
        season_begins=bool(career.season[first] != career.season[max(first - 1, 0)]),
        labels=replay.outcomes.count,
        new_labels=replay.outcomes.count_known(replay.learned_until),
        growth_from=replay.growth_from,
        alarms=(*replay.watches.with_labels, *replay.watches.without_labels),
        labels_since_alarm=replay.known_since_alarm(),
        labels_to_ask=labels_to_ask(
            score, replay.champion.usual.calibrator(score), effects[len(effects) // 2], watching.labels
        ),
        support=support,
        loss=loss,
        distrust=distrust,
    )
