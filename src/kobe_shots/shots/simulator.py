"""What would another such career look like? Whole careers drawn from the published aggregates, the truth kept beside.

A career is drawn forwards, as it came about: games, then shots in them, the clock, the kind of shot, its place, the
probability that it goes in, the outcome, and at last the name the scorer gives it. The true probability of every shot
is known and goes to a file of its own, never into one a model may read.

The simulator is plain numpy. Synthesizers such as SDV were looked at: they are fitted to the very rows they imitate,
know no court geometry, and cannot say what the true probability of a shot was.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import logit

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots import career, court
from kobe_shots.shots.draws import Floats, Ints, Weights, centred, pick
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE
from kobe_shots.shots.schedule import SEASONS, draw_games
from kobe_shots.shots.schema import RawShots
from kobe_shots.shots.zones import RESTRICTED_RADIUS, SIDELINE, ZONES, beyond_line, from_polar, line_radius, zone_of

TRUTH_FILE = "truth.parquet"
MIN_SHOTS = 500  # below it the short season of 2013-14 could come out empty
CAREER_DIGITS = 1_000_000  # game ids of later careers: the game's own, then the number of the career
SECONDS_TO_AN_EVENT = 6
QUARTERS = 4

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Career:
    """A career's shots in the raw schema, and the true probability that each of them goes in."""

    shots: pd.DataFrame
    make_probability: Floats


def simulate(folder: Path, truth_folder: Path, *, shots: int = career.SHOTS, seed: int = 24) -> None:
    """Write that many simulated shots: the dev and prod bases into `folder`, `truth.parquet` into `truth_folder`.

    The shots are those of one or more careers of about 30,697 each, written one row group a career, so that memory does
    not grow with them. `truth.parquet` holds `shot_id` and `make_probability` of all shots. The same `shots` and `seed`
    give the same bytes. Files appear under their names only when all are complete; the `.part` files of a killed run
    are overwritten by the next. Folders that do not exist are made.

    Raises KobeShotsError when there are too few shots to cover a career.
    """
    careers = max(1, round(shots / career.SHOTS))
    targets = [folder / DEV_FILE, folder / PROD_FILE, truth_folder / TRUTH_FILE]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    parts = [target.with_name(target.name + ".part") for target in targets]
    writers: list[pq.ParquetWriter] = []
    shots_before = 0
    with ExitStack() as stack:
        for number in range(careers):
            size = shots // careers + (number < shots % careers)
            drawn = draw_career(np.random.default_rng([seed, number]), size)
            tables = _tables(drawn, number, shots_before)
            shots_before += size
            if not writers:
                writers = [
                    stack.enter_context(pq.ParquetWriter(part, table.schema))
                    for part, table in zip(parts, tables, strict=True)
                ]
            for writer, table in zip(writers, tables, strict=True):
                writer.write_table(table)
    for part, target in zip(parts, targets, strict=True):
        part.replace(target)


def _tables(drawn: Career, number: int, shots_before: int) -> list[pa.Table]:
    """Return dev, prod and truth of one career among several, its ids told apart from those of the others."""
    shots = drawn.shots.assign(shot_id=drawn.shots["shot_id"] + shots_before)
    if number:
        shots["game_id"] = shots["game_id"] * CAREER_DIGITS + number
    three = shots["shot_type"] == "3PT Field Goal"
    truth = pd.DataFrame({"shot_id": shots["shot_id"], "make_probability": drawn.make_probability})
    return [pa.Table.from_pandas(frame, preserve_index=False) for frame in (shots[~three], shots[three], truth)]


def draw_career(rng: np.random.Generator, shots: int = career.SHOTS) -> Career:
    """Draw one career of that many shots, in the order of their `shot_id` (by game id, as published: not by date).

    With fewer shots than the real 30,697 every season keeps its share and games get thinner; with more, richer. One in
    six labels is withheld at random.

    Raises KobeShotsError when there are too few shots to cover a career.
    """
    if shots < MIN_SHOTS:
        raise KobeShotsError(
            f"{shots} shots were asked for, at least {MIN_SHOTS} are needed to cover every season; ask for more."
        )
    games = draw_games(rng, shots)
    game = np.repeat(np.arange(len(games)), games["shots"])
    season = games["season_no"].to_numpy()[game]
    period, minutes, seconds = _draw_clock(rng, game, games["overtimes"].to_numpy()[game])
    buzzer = (minutes == 0) & (seconds < career.BUZZER)
    three = rng.random(shots) < _three_probability(season, period, minutes, buzzer)
    loc = np.empty((2, shots), dtype=np.int64)
    loc[:, ~three] = _place_twos(rng, season[~three])
    loc[:, three] = _place_threes(rng, buzzer[three])
    loc_x, loc_y = loc
    probability = _make_probability(season, period, buzzer, loc_x, loc_y)
    made = rng.random(shots) < probability
    zone = zone_of(loc_x, loc_y)
    action = _draw_actions(rng, made, zone)
    flag = made.astype(np.float64)
    flag[rng.choice(shots, round(shots * career.WITHHELD_SHARE), replace=False)] = np.nan
    columns = {
        "action_type": _named([a.name for a in career.ACTIONS], action),
        "combined_shot_type": _named([a.family for a in career.ACTIONS], action),
        "game_event_id": _number_events(game, period, minutes, seconds),
        "lat": court.to_lat(loc_y),
        "loc_x": loc_x,
        "loc_y": loc_y,
        "lon": court.to_lon(loc_x),
        "minutes_remaining": minutes,
        "period": period,
        "seconds_remaining": seconds,
        "shot_distance": court.to_distance(loc_x, loc_y),
        "shot_made_flag": flag,
        "shot_type": _named(["2PT Field Goal", "3PT Field Goal"], three.astype(np.int64)),
        "shot_zone_area": _named([z.area for z in ZONES], zone),
        "shot_zone_basic": _named([z.basic for z in ZONES], zone),
        "shot_zone_range": _named([z.range for z in ZONES], zone),
        "team_id": career.TEAM_ID,
        "team_name": career.TEAM_NAME,
        "shot_id": np.arange(1, shots + 1),
    }
    for name in ("game_id", "playoffs", "season", "game_date", "matchup", "opponent"):
        columns[name] = games[name].array.take(game)
    return Career(pd.DataFrame(columns)[list(RawShots.to_schema().columns)], probability)


def _draw_clock(rng: np.random.Generator, game: Ints, overtimes: Ints) -> tuple[Ints, Ints, Ints]:
    """Return period, minutes_remaining and seconds_remaining of every shot, in order of play within its game."""
    in_overtime = rng.random(len(game)) < career.OVERTIME_SHARE * overtimes
    overtime = 1 + QUARTERS + (rng.random(len(game)) * overtimes).astype(np.int64)
    period = np.where(in_overtime, overtime, 1 + pick(rng, [career.PERIODS], np.zeros_like(game)))
    minutes = pick(rng, career.MINUTES, np.minimum(period - 1, QUARTERS))
    seconds = pick(rng, [[1] * 60, career.LAST_MINUTE], (minutes == 0).astype(np.int64))
    order = np.lexsort((-seconds, -minutes, period, game))
    return period[order], minutes[order], seconds[order]


def _number_events(game: Ints, period: Ints, minutes: Ints, seconds: Ints) -> Ints:
    """Number the plays: they grow with the time played, and no two shots of a game share one."""
    end_of_period = 720 * np.minimum(period, QUARTERS) + 300 * np.maximum(period - QUARTERS, 0)
    shots_before = np.arange(len(game)) - np.searchsorted(game, game)
    return np.asarray(2 + (end_of_period - 60 * minutes - seconds) // SECONDS_TO_AN_EVENT + shots_before)


def _three_probability(season: Ints, period: Ints, minutes: Ints, buzzer: Bools) -> Floats:
    by_clock = np.select([buzzer, minutes == 0, minutes >= career.EARLY], career.THREE_BY_CLOCK, 0.0)
    by_period = np.array(career.THREE_IN_PERIOD)[np.minimum(period - 1, QUARTERS)]
    return centred(by_clock + by_period, season, SEASONS["threes"].to_numpy())


def _place_twos(rng: np.random.Generator, season: Ints) -> Ints:
    """Return loc_x and loc_y of two-pointers: at the rim, or by feet and sector and short of the three-point line."""
    n = len(season)
    feet = career.TWO_FEET + pick(rng, [career.TWO_FEET_WEIGHTS], np.zeros_like(season))
    angle = _draw_angle(rng, career.TWO_SECTORS, feet // 4 - 1)
    radius, line = court.UNITS_PER_FOOT * (feet + rng.random(n)), line_radius(angle) - 1
    far = from_polar(np.where(radius < line, radius, line - 2 * court.UNITS_PER_FOOT * rng.random(n)), angle)

    near = rng.normal(career.RIM_MEAN, career.RIM_SPREAD, (n, 2)).T
    near = np.rint(near * np.minimum(1, (RESTRICTED_RADIUS - 1) / np.hypot(*near))).astype(np.int64)
    near[1, ~near.any(axis=0)] = 1  # exactly (0, 0) is a way of recording, not a place
    recorded = SEASONS["year"].to_numpy()[season] <= career.LAST_YEAR_AT_HOOP
    near[:, recorded & (rng.random(n) < career.AT_HOOP_SHARE)] = 0
    return np.where(rng.random(n) < SEASONS["at_rim"].to_numpy()[season], near, far)


def _place_threes(rng: np.random.Generator, buzzer: Bools) -> tuple[Ints, Ints]:
    """Return loc_x and loc_y of three-pointers: by feet beyond the line and sector, and within the sidelines."""
    edges = career.THREE_EDGES
    band = pick(rng, career.THREE_WEIGHTS, buzzer.astype(np.int64))
    beyond = edges[band] + rng.random(len(band)) * np.diff(edges)[band]
    angle = _draw_angle(rng, career.THREE_SECTORS, np.digitize(beyond, [7, 20]))
    line = line_radius(angle)
    room = (SIDELINE / np.maximum(np.abs(np.sin(np.radians(angle))), 1e-9) - line) / court.UNITS_PER_FOOT
    beyond = np.where(beyond < room, beyond, room * rng.random(len(band)))
    return from_polar(line + np.maximum(court.UNITS_PER_FOOT * beyond, 1), angle)


def _draw_angle(rng: np.random.Generator, sectors: Weights, row: Ints) -> Floats:
    sector = pick(rng, sectors, row)
    return career.SECTOR_EDGES[sector] + rng.random(len(row)) * np.diff(career.SECTOR_EDGES)[sector]


def _make_probability(season: Ints, period: Ints, buzzer: Bools, loc_x: Ints, loc_y: Ints) -> Floats:
    """Return the true probabilities: place and clock shape them, every season's mean is its make rate by shot type."""
    three, heave = beyond_line(loc_x, loc_y), court.to_distance(loc_x, loc_y) >= career.HEAVE_FEET
    hurry = np.select([heave, three], [0, career.THREE_MADE_AT_BUZZER], career.TWO_MADE_AT_BUZZER)
    by_clock = hurry * buzzer + career.MADE_IN_FOURTH_QUARTER * (period == QUARTERS)
    season_rates = SEASONS[["twos_made", "threes_made"]].to_numpy().ravel()
    return centred(logit(career.make_rate(loc_x, loc_y)) + by_clock, 2 * season + three, season_rates)


def _draw_actions(rng: np.random.Generator, made: Bools, zone: Ints) -> Ints:
    """Return the place in `career.ACTIONS` of what each shot was called, once it was known to go in or not."""
    place = np.array([career.ACTION_PLACES.get(zone.basic, 3) for zone in ZONES])[zone]
    return pick(rng, np.array([action.weights for action in career.ACTIONS]).T, 2 * place + ~made)


def _named(names: list[str], which: Ints) -> pd.Index:
    return pd.Index(names, dtype="str").take(which)
