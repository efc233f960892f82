"""What is published of a replay? Every shot with every score, every game with its loss, everything that was decided.

Whatever the comparison says can be worked out from these tables again.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.retraining.comparison import played_shots
from kobe_shots.retraining.incumbent import losses
from kobe_shots.retraining.replay import Replay

ORACLE = "oracle"
DECISIONS = {
    "policy": "str",
    "game": "int64",
    "date": "str",
    "shot": "int64",
    "labels": "int64",
    "champion": "int64",
    "action": "str",
    "rule": "str",
    "value": "float64",
    "limit": "float64",
    "projected_game": "Int64",
    "labels_to_get": "Int64",
    "sentence": "str",
    "challenger": "str",
    "answer": "str",
    "compared": "Int64",
    "observed": "float64",
    "gain": "float64",
    "gain_low": "float64",
    "gain_high": "float64",
    "labels_needed": "Int64",
    "verdict": "str",
    "error": "str",
}

Floats = npt.NDArray[np.float64]


def tabulate_shots(replays: Mapping[str, Replay], oracle: Floats, first_game: int) -> pd.DataFrame:
    """Return one row a shot played, with every score it was given.

    Columns: game, shot_id, three, made (missing where it never arrives); for each policy, under its name, the
    probability given when the shot was taken, and `_version`, the champion that gave it; `oracle`, the oracle's.
    """
    career = next(iter(replays.values())).career
    rows = slice(int(career.edges[first_game]), len(career))
    table = pd.DataFrame(
        {
            "game": np.repeat(np.arange(career.games), np.diff(career.edges))[rows],
            "shot_id": career.shot_id[rows],
            "three": career.three[rows],
            "made": pd.array(career.made[rows], dtype="Float64"),
        }
    )
    for policy, replay in replays.items():
        table[policy] = replay.probability[rows]
        table[f"{policy}_version"] = replay.version[rows]
    return table.assign(**{ORACLE: oracle[rows]})


def tabulate_games(replays: Mapping[str, Replay], oracle: Floats, first_game: int) -> pd.DataFrame:
    """Return one row a game and policy, the oracle among them: log loss summed over its labelled shots, and so far.

    Columns: policy, game, date, shots, labelled, log_loss (of the game), cumulative, regret (cumulative, over the
    oracle), version (of the champion).
    """
    career = next(iter(replays.values())).career
    played = played_shots(career, first_game)
    game = np.repeat(np.arange(career.games), np.diff(career.edges))[played]
    frames = []
    of_oracle = np.cumsum(_by_game(losses(career.made[played], oracle[played]), game, career.games))
    for policy, probability in [*((name, one.probability) for name, one in replays.items()), (ORACLE, oracle)]:
        loss = _by_game(losses(career.made[played], probability[played]), game, career.games)
        version = replays[policy].version[career.edges[:-1]] if policy in replays else np.zeros(career.games, dtype=int)
        frame = pd.DataFrame(
            {
                "policy": policy,
                "game": np.arange(career.games),
                "date": career.dates,
                "shots": np.diff(career.edges),
                "labelled": _by_game(np.ones(len(played)), game, career.games).astype(np.int64),
                "log_loss": loss,
                "cumulative": np.cumsum(loss),
                "regret": np.cumsum(loss) - of_oracle,
                "version": version,
            }
        )
        frames.append(frame[first_game:])
    return pd.concat(frames, ignore_index=True)


def tabulate_decisions(replays: Mapping[str, Replay]) -> pd.DataFrame:
    """Return one row for everything that was decided, with what the gate said of it, if it was asked."""
    rows = []
    for policy, replay in replays.items():
        for event in replay.events:
            said, ledger = event.decision, event.ledger
            rows.append(
                {
                    "policy": policy,
                    "game": event.game,
                    "date": replay.career.dates[event.game],
                    "shot": int(replay.career.edges[event.game]),
                    "labels": event.labels,
                    "champion": event.version,
                    "action": said.action.value,
                    "rule": said.rule,
                    "value": said.value,
                    "limit": said.limit,
                    "projected_game": said.projected_game,
                    "labels_to_get": said.labels,
                    "sentence": said.sentence,
                    "challenger": event.way,
                    "answer": None if ledger is None else ledger.answer.value,
                    "compared": None if ledger is None or ledger.observed is None else ledger.observed.n,
                    "observed": None if ledger is None or ledger.observed is None else ledger.observed.value,
                    "gain": None if ledger is None or ledger.gain is None else ledger.gain.value,
                    "gain_low": None if ledger is None or ledger.gain is None else ledger.gain.low,
                    "gain_high": None if ledger is None or ledger.gain is None else ledger.gain.high,
                    "labels_needed": None if ledger is None else ledger.needed,
                    "verdict": "" if ledger is None else ledger.sentence,
                    "error": event.error,
                }
            )
    return pd.DataFrame(rows, columns=list(DECISIONS)).astype(DECISIONS)


def _by_game(values: Floats, game: npt.NDArray[np.int64], games: int) -> Floats:
    return np.bincount(game, values, minlength=games).astype(np.float64)
