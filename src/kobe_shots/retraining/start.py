"""How does a replay begin? With a champion that learned from the first seasons, and nothing decided yet."""

import numpy as np

from kobe_shots.models.families import fit_family
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.incumbent import Incumbent, take_office
from kobe_shots.retraining.outcomes import Arrivals, Outcomes
from kobe_shots.retraining.replay import Replay
from kobe_shots.retraining.rules import Rules


def start_replay(career: Career, arrivals: Arrivals, rules: Rules, first: Incumbent, first_game: int) -> Replay:
    """Return a replay whose champion learned from the labelled shots of all games before the first one played.

    Labels that come before that game are taken where they say something else than what was learned from.
    """
    before = int(career.edges[first_game])
    learned = np.flatnonzero(career.is_labelled[:before])
    made = np.full(len(career), np.nan)
    made[learned] = career.made[learned]
    outcomes = Outcomes(made, learned.tolist())
    early = slice(0, int(arrivals.edges[first_game]))
    places, told, backwards = arrivals.places[early], arrivals.made[early], arrivals.backwards[early]
    news = (places < 0) | (made[places] != told)
    outcomes.receive(places[news], told[news], before, int(backwards[news].sum()))
    return Replay(
        career=career,
        arrivals=arrivals,
        rules=rules,
        outcomes=outcomes,
        champion=first,
        watches=first.start_watches(rules.watching),
        game=first_game,
        probability=np.full(len(career), np.nan),
        version=np.zeros(len(career), dtype=np.int64),
        learned_until=len(learned),
        last_training=first_game,
        growth_from=len(learned),
    )


def first_champion(career: Career, family: str, first_game: int, how: Retraining, watching: Monitoring) -> Incumbent:
    """Return the champion that the labelled shots before a game give.

    Raises KobeShotsError where they are too few, or all alike.
    """
    learned = np.flatnonzero(career.is_labelled[: int(career.edges[first_game])])
    features, made = career.features[learned], career.made[learned]
    estimator = fit_family(family, how.params_of(family), how.seed, features, made)
    return take_office(estimator, family, 1, features, made, None, how, watching)
