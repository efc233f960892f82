"""How is a replay resumed and kept? Saved between games, and written whole.

The working state lies in a folder named by all that the result depends on. It is written every few games, under a
temporary name and then renamed; a process that is killed at any moment goes on from there, and ends with the same
result to the last bit. Tables and page are written when all policies have played, the comparison last; then
the state goes.
"""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout

from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import UNPLAYED, Monitoring, Retraining
from kobe_shots.retraining import replay_page
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.comparison import Comparison, compare
from kobe_shots.retraining.oracle import Oracle, start_oracle
from kobe_shots.retraining.outcomes import Arrivals, after_delay, as_recorded
from kobe_shots.retraining.replay import NEVER, Replay
from kobe_shots.retraining.rules import Rules
from kobe_shots.retraining.scenarios import FIXED, set_scene
from kobe_shots.retraining.start import first_champion, start_replay
from kobe_shots.retraining.tables import ORACLE, tabulate_decisions, tabulate_games, tabulate_shots

STATE = ".state-"
FORMAT = 2  # of the state; a state of another one is of no use
EVERY = 50  # games, after which the state is written

Player = TypeVar("Player", Replay, Oracle)


@dataclass(frozen=True)
class Asked:
    """What is to be replayed.

    Attributes:
        scenario: what happens to the career.
        family: of the first champion, and of the oracle.
        challengers: families that are tried.
        policies: which play; `never` always does, the others are measured against it.
        seed: of the scenario.
    """

    scenario: str
    family: str
    challengers: tuple[str, ...]
    policies: tuple[str, ...]
    seed: int

    @property
    def name(self) -> str:
        """The folder its result goes to."""
        others = "" if self.challengers == (self.family,) else "_against_" + "_".join(self.challengers)
        return f"{self.scenario}_{self.family}{others}"


@dataclass(frozen=True)
class Kept:
    """A comparison, what it rests on, and where it lies."""

    key: str
    comparison: Comparison
    folder: Path


def replay(
    shots: pd.DataFrame,
    labels: pd.DataFrame | None,
    asked: Asked,
    how: Retraining,
    watching: Monitoring,
    folder: Path,
    notify: Callable[[str, int, int], None] = lambda *_: None,
    publish: Callable[[Kept], None] = lambda _: None,
) -> Kept:
    """Replay a career with every policy asked for and `never`, and write what came of it into a folder.

    Args:
        shots: raw shots of both bases; the quiet scenario takes none.
        labels: when which outcome arrives; None for all of them after the usual delay.
        asked: what is to be replayed.
        how: the parameters of retraining.
        watching: those of monitoring.
        folder: the result's is made in it.
        notify: is told who plays, how many games are played by now, and of how many.
        publish: is given the result while the working state is still there: if that fails, nothing is played again.

    Raises:
        KobeShotsError: the shots or labels cannot be replayed, or another process replays the same.
    """
    career = set_scene(asked.scenario, shots, asked.seed)
    first_game = career.games_of_seasons(1 if asked.scenario in FIXED else how.replay.seasons_learned)
    arrivals = after_delay(career, how.replay.delay, first_game) if labels is None else as_recorded(labels, career)
    key = _key(career, arrivals, first_game, asked, how, watching)
    into = folder / asked.name
    into.mkdir(parents=True, exist_ok=True)
    with _alone(into):
        state = into / f"{STATE}{key}"
        for left in into.glob(f"{STATE}*"):
            if left != state:
                shutil.rmtree(left)  # of other shots or parameters: it cannot be gone on from
        state.mkdir(exist_ok=True)
        champion = first_champion(career, asked.family, first_game, how, watching)
        names = tuple(dict.fromkeys((NEVER, *asked.policies)))
        total = (len(names) + 1) * career.games

        def tell(who: str, number: int) -> Callable[[int], None]:
            return lambda game: notify(who, number * career.games + game, total)

        replays = {}
        for number, policy in enumerate(names):
            rules = Rules(policy, asked.challengers, how, watching)
            fresh = start_replay(career, arrivals, rules, champion, first_game)
            replays[policy] = _play(fresh, career, arrivals, state / f"{policy}.pickle", tell(policy, number))
        fresh_oracle = start_oracle(career, asked.family, how, first_game)
        oracle = _play(fresh_oracle, career, arrivals, state / f"{ORACLE}.pickle", tell(ORACLE, len(names)))
        found = compare(asked.scenario, asked.seed, replays, oracle.probability, first_game)
        _write(into, found, replays, oracle, first_game)
        kept = Kept(key, found, into)
        publish(kept)
        shutil.rmtree(state)
    return kept


def _play(fresh: Player, career: Career, arrivals: Arrivals, path: Path, tell: Callable[[int], None]) -> Player:
    player = _resume(fresh, path)
    player.career = career
    if isinstance(player, Replay):
        player.arrivals = arrivals
    while not player.is_over:
        player.play()
        if player.game % EVERY == 0 or player.is_over:
            _save(player, path)
            tell(player.game)
    tell(career.games)
    return player


def _resume(fresh: Player, path: Path) -> Player:
    if not path.is_file():
        return fresh
    try:
        kept = pickle.loads(path.read_bytes())  # noqa: S301 -- written by this program, in a folder of its own
    except Exception:  # noqa: BLE001 -- a state that cannot be read is no loss: it is played again
        return fresh
    return kept if isinstance(kept, type(fresh)) else fresh


def _save(player: Replay | Oracle, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(player, protocol=pickle.HIGHEST_PROTOCOL))
    part.replace(path)


def _write(into: Path, found: Comparison, replays: dict[str, Replay], oracle: Oracle, first_game: int) -> None:
    shots = tabulate_shots(replays, oracle.probability, first_game)
    games = tabulate_games(replays, oracle.probability, first_game)
    decisions = tabulate_decisions(replays)
    page = replay_page.render(found, games, decisions)
    comparison = into / "comparison.json"
    comparison.unlink(missing_ok=True)  # while tables change there is no comparison of them
    for name, table in (("shots", shots), ("games", games), ("decisions", decisions)):
        part = into / f"{name}.parquet.part"
        table.to_parquet(part, index=False)
        part.replace(into / f"{name}.parquet")
    for path, content in ((into / "replay.html", page), (comparison, found.model_dump_json(indent=2) + "\n")):
        part = path.with_name(f"{path.name}.part")
        part.write_text(content, encoding="utf-8")
        part.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise KobeShotsError(
            f"Another process is replaying into {folder}; one at a time is allowed: wait until it ends, then run the "
            "same command again."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _key(
    career: Career, arrivals: Arrivals, first_game: int, asked: Asked, how: Retraining, watching: Monitoring
) -> str:
    """Return a name for all that a result depends on."""
    digest = hashlib.sha256()
    for array in (
        *(career.shot_id, career.features, career.made, career.three, career.edges),
        *(arrivals.places, arrivals.made, arrivals.backwards, arrivals.edges),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    settled = [how.model_dump(mode="json", exclude=set(UNPLAYED)), watching.model_dump(mode="json")]
    told = [FORMAT, first_game, asked.scenario, asked.family, asked.challengers, asked.seed, settled]
    digest.update(json.dumps(told, sort_keys=True).encode())
    return digest.hexdigest()[:16]
