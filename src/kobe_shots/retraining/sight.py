"""What does a policy get to see of a replay? What is known after a game, and nothing that comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kobe_shots.monitoring.trust import labels_to_ask
from kobe_shots.retraining.policies import Situation

if TYPE_CHECKING:
    from kobe_shots.retraining.replay import Replay


def see(replay: Replay) -> Situation:
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
