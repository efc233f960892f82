"""What happens to the career? As it was, or changed in one way, so that it is known what a policy should have noticed.

Every scenario but the quiet one uses each real shot once.

- `career`: two- and three-pointers as they came.
- `switch`: all two-pointers, then all three-pointers.
- `production`: the assignment's: the champion has learned from all two-pointers, and three-pointers follow.
- `mix`: the share of three-pointers grows from none to all.
- `rule`: from the middle on, three in ten baskets from within eight feet no longer count. Shots look as before; only
  outcomes can tell.
- `quiet`: simulated, and nothing changes: two careers shuffled together, one to learn from and one to watch.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.career import ORDER, THREE, Career, in_order, lay_out
from kobe_shots.shots.schema import ROW_ID, TARGET
from kobe_shots.shots.simulator import draw_career

RULE_FEET = 8
RULE_SHARE = 0.3
QUIET, PRODUCTION = "quiet", "production"
LEARNED = "learned"  # the season of what the first champion learns from, where the scenario fixes that
FIXED = (QUIET, PRODUCTION)


def set_scene(scenario: str, raw: pd.DataFrame, seed: int) -> Career:
    """Return raw shots of both bases as the career of a scenario; the quiet one takes only the seed.

    Raises KobeShotsError for an unknown scenario, or shots that lack what it needs.
    """
    if scenario not in SCENARIOS:
        raise KobeShotsError(f"Got the scenario '{scenario}'; allowed are {', '.join(SCENARIOS)}. Choose one of them.")
    return SCENARIOS[scenario](raw, np.random.default_rng(seed))


def _career(raw: pd.DataFrame, _: np.random.Generator) -> Career:
    played = in_order(raw)
    return lay_out(played, played["game_id"].to_numpy())


def _both_kinds(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    played = in_order(raw)
    three = played["shot_type"] == THREE
    if three.all() or not three.any():
        raise KobeShotsError(
            f"Of {len(played):,} shots {int(three.sum()):,} are three-pointers; this scenario needs both kinds. "
            "Replay `career` or `rule`, or give both bases."
        )
    return played[~three], played[three]


def _switch(raw: pd.DataFrame, _: np.random.Generator) -> Career:
    two, three = _both_kinds(raw)
    # a game that had both kinds is two games here: the second is played after the switch
    game = np.r_[pd.factorize(two["game_id"])[0], -1 - pd.factorize(three["game_id"])[0]]
    return lay_out(pd.concat([two, three], ignore_index=True), game, changed_at=len(two))


def _production(raw: pd.DataFrame, rng: np.random.Generator) -> Career:
    switched = _switch(raw, rng)
    learned = np.arange(len(switched)) < (switched.changed_at or 0)
    return replace(switched, season=np.where(learned, LEARNED, switched.season).astype(object))


def _mix(raw: pd.DataFrame, _: np.random.Generator) -> Career:
    two, three = _both_kinds(raw)
    n, share = len(two) + len(three), len(three) / (len(two) + len(three))
    # the share grows as u^k, where k makes its mean the real one: every shot is used, once
    reached = np.floor(len(three) * ((np.arange(n) + 1) / n) ** (1 / share) + 0.5).astype(np.int64)
    is_three = np.diff(reached, prepend=0) > 0
    source = np.empty(n, dtype=np.int64)
    source[~is_three], source[is_three] = np.arange(len(two)), len(two) + np.arange(len(three))
    shots = pd.concat([two, three], ignore_index=True).iloc[source].reset_index(drop=True)
    played = in_order(raw)
    when = [*ORDER, "season"]
    return lay_out(shots.assign(**{name: played[name] for name in when}), played["game_id"].to_numpy())


def _rule(raw: pd.DataFrame, rng: np.random.Generator) -> Career:
    played = in_order(raw)
    game = played["game_id"].to_numpy()
    begins = np.flatnonzero(np.r_[True, game[1:] != game[:-1]])
    changed_at = int(begins[min(int(np.searchsorted(begins, len(played) // 2)), len(begins) - 1)])
    later = np.arange(len(played)) >= changed_at
    struck = later & (played["shot_distance"] < RULE_FEET) & (rng.random(len(played)) < RULE_SHARE)
    made = played[TARGET].mask(struck & (played[TARGET] == 1), 0.0)
    return lay_out(played.assign(**{TARGET: made}), game, changed_at)


def _quiet(_: pd.DataFrame, rng: np.random.Generator) -> Career:
    slots = [in_order(draw_career(rng).shots) for _ in range(2)]
    both = pd.concat(slots, ignore_index=True)
    shots = both.iloc[rng.permutation(len(both))].reset_index(drop=True)
    game = np.r_[slots[0]["game_id"].to_numpy(), -slots[1]["game_id"].to_numpy() - 1]
    learned = np.arange(len(both)) < len(slots[0])
    # the whole first career is one season, so that all of it is learned from whatever the number of seasons
    season = np.where(learned, LEARNED, "watched")
    return lay_out(
        shots.assign(**{name: both[name] for name in ORDER}, season=season, **{ROW_ID: np.arange(1, len(both) + 1)}),
        game,
    )


SCENARIOS: dict[str, Callable[[pd.DataFrame, np.random.Generator], Career]] = {
    "career": _career,
    "switch": _switch,
    PRODUCTION: _production,
    "mix": _mix,
    "rule": _rule,
    QUIET: _quiet,
}
