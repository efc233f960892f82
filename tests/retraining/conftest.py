"""Small careers to replay: drawn from a known truth, or by the simulator, in games of a few shots."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import yaml

from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.outcomes import Arrivals, after_delay
from kobe_shots.retraining.policies import POLICIES
from kobe_shots.retraining.replay import Replay, Rules
from kobe_shots.retraining.scenarios import set_scene
from kobe_shots.retraining.start import first_champion, start_replay
from kobe_shots.shots import court
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.shots.simulator import draw_career

CONF = Path(__file__).parents[2] / "conf" / "base" / "parameters.yml"

Floats = npt.NDArray[np.float64]


def _draw_features(rng: np.random.Generator, n: int, feet: tuple[float, float] = (1, 22)) -> Floats:
    """Return the features of shots spread evenly over these feet in front of the hoop."""
    radius, angle = 10 * rng.uniform(*feet, n), rng.uniform(-1.2, 1.2, n)
    x, y = (np.rint(radius * part).astype(np.int64) for part in (np.sin(angle), np.cos(angle)))
    minutes, period, playoffs = (rng.integers(low, high, n) for low, high in ((0, 12), (1, 5), (0, 2)))
    columns = [court.to_lat(y), court.to_lon(x), minutes, period, playoffs, court.to_distance(x, y)]
    return np.column_stack(columns).astype(np.float64)


def _make_career(features: Floats, made: npt.ArrayLike, per_game: int = 10, games_a_season: int = 20) -> Career:
    """Return shots as a career whose games have that many shots; those from 24 feet on are three-pointers."""
    n = len(features)
    edges = np.unique(np.r_[np.arange(0, n, per_game), n])
    season = np.arange(n) // (per_game * games_a_season)
    return Career(
        shot_id=1 + np.arange(n),
        features=features,
        made=np.asarray(made, dtype=np.float64),
        three=features[:, -1] >= 24,
        season=np.array([f"season {number:02d}" for number in season], dtype=object),
        edges=edges,
        dates=tuple(f"2001-01-{1 + game % 28:02d}" for game in range(len(edges) - 1)),
    )


def _in_games_of(career: Career, shots: int) -> Career:
    """Return a career with its shots in games of so many; a game ends where something changes."""
    n, changed = len(career), career.changed_at
    begins = np.r_[np.arange(0, changed or n, shots), np.arange(changed, n, shots) if changed is not None else []]
    edges = np.unique(np.r_[begins, n]).astype(np.int64)
    dates = np.repeat(career.dates, np.diff(career.edges))
    return replace(career, edges=edges, dates=tuple(dates[first] for first, _ in pairwise(edges.tolist())))


@pytest.fixture(scope="session")
def how() -> Retraining:
    """The parameters as configured."""
    return Retraining.model_validate(yaml.safe_load(CONF.read_text())["retraining"])


@pytest.fixture(scope="session")
def watching() -> Monitoring:
    """The parameters of monitoring as configured."""
    return Monitoring.model_validate(yaml.safe_load(CONF.read_text())["monitoring"])


@pytest.fixture(scope="session")
def raw() -> pd.DataFrame:
    """Three thousand simulated raw shots of both kinds, one in six without an outcome."""
    return draw_career(np.random.default_rng(24), 3_000).shots


@pytest.fixture(scope="session")
def draw_features() -> Callable[..., Floats]:
    """A function that draws (n, 6) features: a generator, how many, from how many feet."""
    return _draw_features


@pytest.fixture(scope="session")
def make_career() -> Callable[..., Career]:
    """A function that makes a career of features and outcomes, given the shots of a game and the games of a season."""
    return _make_career


@pytest.fixture(scope="session")
def in_games_of() -> Callable[[Career, int], Career]:
    """A function that cuts a career into games of so many shots."""
    return _in_games_of


@pytest.fixture(scope="session")
def labelled(raw: pd.DataFrame) -> tuple[Floats, Floats]:
    """Features and outcomes of the simulated shots that have one, in the order of play."""
    known = raw.dropna(subset=[TARGET]).sort_values(["game_date", "game_id", "game_event_id"])
    return known[FEATURES].to_numpy(np.float64), known[TARGET].to_numpy(np.float64)


@pytest.fixture(scope="session")
def switched(raw: pd.DataFrame) -> Career:
    """Two-pointers, then three-pointers, in games of fifteen shots."""
    return _in_games_of(set_scene("switch", raw, 24), 15)


@pytest.fixture(scope="session")
def start(how: Retraining, watching: Monitoring) -> Callable[..., Replay]:
    """A function that starts a replay with a policy; 60 games are learned from, labels come 3 games late."""

    def started(
        career: Career,
        policy: str,
        tried: tuple[str, ...] = ("dt",),
        first: int = 60,
        arrivals: Arrivals | None = None,
        **changed: object,
    ) -> Replay:
        changed_how = how.model_copy(update=changed)
        champion = first_champion(career, tried[0], first, changed_how, watching)
        comes = after_delay(career, 3, first) if arrivals is None else arrivals
        return start_replay(career, comes, Rules(policy, tried, changed_how, watching), champion, first)

    return started


@pytest.fixture(scope="session")
def play() -> Callable[..., Replay]:
    """A function that plays a replay to its end, or up to a game."""

    def played(replay: Replay, until: int | None = None) -> Replay:
        while not replay.is_over and replay.game != until:
            replay.play()
        return replay

    return played


@pytest.fixture(scope="session")
def replays(switched: Career, start: Callable[..., Replay], play: Callable[..., Replay]) -> Mapping[str, Replay]:
    """The switch, played to its end with each policy."""
    return {policy: play(start(switched, policy)) for policy in POLICIES}
