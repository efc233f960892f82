"""Which games were played? The seasons of a career, game by game, with the opponent and the shots taken in each."""

import numpy as np
import pandas as pd

from kobe_shots.shots import career
from kobe_shots.shots.draws import Ints, pick

SEASONS = pd.DataFrame(career.SEASONS)


def draw_games(rng: np.random.Generator, shots: int) -> pd.DataFrame:
    """Return a row for every game, in the order of the game ids, with the number of shots taken in it."""
    upto = SEASONS[["shots", "playoff_shots"]].to_numpy().cumsum()
    sizes = np.diff(np.rint(upto * shots / upto[-1]).astype(np.int64), prepend=0)
    stages = [(number, playoffs) for number in range(len(SEASONS)) for playoffs in (0, 1)]
    drawn = [_draw_stage(rng, *stage, size) for stage, size in zip(stages, sizes, strict=True) if size]
    return pd.concat(drawn).sort_values("game_id", ignore_index=True)


def _draw_stage(rng: np.random.Generator, season_no: int, playoffs: int, shots: int) -> pd.DataFrame:
    """Return the games of a regular season or of its playoffs; the shots are spread over them, to some more."""
    season = career.SEASONS[season_no]
    games = season.playoff_games if playoffs else season.games
    days = np.arange(season.first_day, season.last_day, dtype="datetime64[D]")
    if playoffs:
        days = np.arange(
            days[-1] + np.timedelta64(career.DAYS_BEFORE_PLAYOFFS, "D"), np.datetime64(season.last_playoff_day)
        )
    teams, numbers = (_draw_playoffs if playoffs else _draw_fixtures)(rng, season)
    places = np.where(rng.random(games) < 1 / 2, "vs.", "@")
    weight = rng.gamma(career.GAME_SHAPE, size=games)
    return pd.DataFrame(
        {
            "game_id": (20_000_000 + 20_000_000 * playoffs) + season.year % 100 * 100_000 + numbers,
            "season_no": season_no,
            "season": f"{season.year}-{(season.year + 1) % 100:02d}",
            "playoffs": playoffs,
            "game_date": np.sort(rng.choice(days, games, replace=False)).astype(str),
            "matchup": [f"{career.TEAM} {place} {team.code}" for place, team in zip(places, teams, strict=True)],
            "opponent": [team.name for team in teams],
            "overtimes": pick(rng, [career.OVERTIMES], np.zeros(games, dtype=np.int64)),
            "shots": rng.multinomial(shots, weight / weight.sum()),
        }
    )


def _draw_fixtures(rng: np.random.Generator, season: career.Season) -> tuple[list[career.Opponent], Ints]:
    """Return the opponent of every game of a regular season, and its number among the games of the league."""
    teams = career.opponents(season.year)
    weight = np.array([career.WESTERN_WEIGHT if team.western else 1 for team in teams])
    met = rng.choice(len(teams), season.games, p=weight / weight.sum())
    numbers = 1 + np.sort(rng.choice(career.LEAGUE_GAMES, season.games, replace=False))
    return [teams[i] for i in met], numbers


def _draw_playoffs(rng: np.random.Generator, season: career.Season) -> tuple[list[career.Opponent], Ints]:
    """Return the opponent of every playoff game, and its number: a hundred for each round, one for each game in it.

    The first three rounds are played against western teams, the finals against an eastern one.
    """
    teams = career.opponents(season.year)
    west, east = ([team for team in teams if team.western is western] for western in (True, False))
    rivals = [*(west[i] for i in rng.permutation(len(west))[:3]), east[rng.integers(len(east))]]
    rounds = np.array_split(np.arange(season.playoff_games), -(-season.playoff_games // career.GAMES_TO_A_ROUND))
    met = [rival for rival, games in zip(rivals, rounds, strict=False) for _ in games]
    return met, np.concatenate([100 * (1 + i) + 1 + games - games[0] for i, games in enumerate(rounds)])
