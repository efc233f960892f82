"""What was the real career like? Its published aggregates, rounded, as the tables the simulator draws from.

Shares and make rates are those of the 30,697 field-goal attempts of 1996-97 to 2015-16, as any shot chart or season
page shows them; no single shot can be read back. Weights need not add up to anything: they are relative within their
row. Opponent, home court and playoffs leave the make rate alone: between opponents, for one, the real rates spread no
wider (.021) than chance alone would spread them (.023). Feet and court units as in `kobe_shots.shots.court`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kobe_shots.shots import court
from kobe_shots.shots.zones import (
    CENTER,
    LEFT,
    LEFT_CENTER,
    LONG,
    MID_RANGE,
    NEAR,
    PAINT,
    RESTRICTED,
    RESTRICTED_RADIUS,
    RIGHT,
    RIGHT_CENTER,
    SHORT,
    ZONES,
    Zone,
    beyond_line,
    zone_of,
)

SHOTS = 30_697
WITHHELD_SHARE = 5_000 / SHOTS
TEAM, TEAM_ID, TEAM_NAME = "LAL", 1610612747, "Los Angeles Lakers"


class Season(NamedTuple):
    """A season: its games and shots, where the shots came from, how often they went in, and its days."""

    year: int  # in which it began
    games: int
    playoff_games: int
    shots: int
    playoff_shots: int
    threes: float  # share of all shots
    at_rim: float  # share of the two-pointers taken within four feet
    twos_made: float
    threes_made: float
    first_day: str
    last_day: str
    last_playoff_day: str


SEASONS = (
    Season(1996, 67, 8, 420, 60, 0.33, 0.55, 0.46, 0.35, "1996-11-03", "1997-04-17", "1997-05-12"),
    Season(1997, 79, 10, 910, 80, 0.24, 0.45, 0.45, 0.36, "1997-10-31", "1998-04-19", "1998-05-24"),
    Season(1998, 50, 8, 780, 140, 0.13, 0.32, 0.49, 0.27, "1999-02-05", "1999-05-05", "1999-05-23"),
    Season(1999, 66, 22, 1180, 390, 0.13, 0.29, 0.48, 0.31, "1999-12-01", "2000-04-19", "2000-06-19"),
    Season(2000, 68, 16, 1510, 360, 0.13, 0.29, 0.49, 0.33, "2000-10-31", "2001-04-17", "2001-06-15"),
    Season(2001, 80, 19, 1600, 430, 0.09, 0.29, 0.47, 0.32, "2001-10-30", "2002-04-17", "2002-06-12"),
    Season(2002, 82, 12, 1920, 320, 0.17, 0.27, 0.45, 0.38, "2002-10-29", "2003-04-16", "2003-05-15"),
    Season(2003, 64, 22, 1180, 460, 0.19, 0.38, 0.46, 0.30, "2003-11-01", "2004-04-14", "2004-06-15"),
    Season(2004, 66, 0, 1320, 0, 0.29, 0.40, 0.47, 0.35, "2004-11-02", "2005-04-20", ""),
    Season(2005, 80, 7, 2170, 140, 0.24, 0.27, 0.49, 0.35, "2005-11-02", "2006-04-19", "2006-05-06"),
    Season(2006, 77, 5, 1760, 130, 0.23, 0.30, 0.49, 0.35, "2006-11-03", "2007-04-18", "2007-05-02"),
    Season(2007, 82, 21, 1690, 460, 0.24, 0.33, 0.50, 0.35, "2007-10-30", "2008-04-15", "2008-06-17"),
    Season(2008, 82, 23, 1710, 530, 0.20, 0.25, 0.50, 0.35, "2008-10-28", "2009-04-14", "2009-06-14"),
    Season(2009, 73, 23, 1570, 510, 0.21, 0.26, 0.48, 0.34, "2009-10-27", "2010-04-11", "2010-06-17"),
    Season(2010, 82, 10, 1640, 190, 0.22, 0.23, 0.49, 0.29, "2010-10-26", "2011-04-13", "2011-05-08"),
    Season(2011, 58, 12, 1340, 300, 0.21, 0.22, 0.46, 0.30, "2011-12-25", "2012-04-22", "2012-05-21"),
    Season(2012, 78, 0, 1590, 0, 0.25, 0.33, 0.51, 0.31, "2012-10-30", "2013-04-12", ""),
    Season(2013, 6, 0, 70, 0, 0.22, 0.21, 0.47, 0.17, "2013-12-08", "2013-12-17", ""),
    Season(2014, 35, 0, 710, 0, 0.26, 0.23, 0.41, 0.28, "2014-10-28", "2015-01-21", ""),
    Season(2015, 66, 0, 1110, 0, 0.42, 0.19, 0.41, 0.28, "2015-10-28", "2016-04-13", ""),
)
LAST_YEAR_AT_HOOP = 2009  # until 2009-10 most shots at the rim were recorded as (0, 0), since then none
AT_HOOP_SHARE = 0.88  # of the shots at the rim, while they were recorded so


class Opponent(NamedTuple):
    """A team as `opponent` and `matchup` name it, its conference, and the first and last season under that name."""

    name: str
    code: str
    western: bool
    first: int
    last: int


EAST = ("ATL", "BOS", "CHI", "CLE", "DET", "IND", "MIA", "MIL", "NYK", "ORL", "PHI", "TOR", "WAS")
WEST = ("DAL", "DEN", "GSW", "HOU", "LAC", "MIN", "PHX", "POR", "SAC", "SAS", "UTA")
OPPONENTS = (  # these teams kept their names throughout, the others did not
    *(Opponent(name, name, False, 1996, 2015) for name in EAST),
    *(Opponent(name, name, True, 1996, 2015) for name in WEST),
    Opponent("CHA", "CHH", False, 1996, 2001),
    Opponent("CHA", "CHA", False, 2004, 2015),
    Opponent("NJN", "NJN", False, 1996, 2011),
    Opponent("BKN", "BKN", False, 2012, 2015),
    Opponent("NOH", "NOH", False, 2002, 2003),
    Opponent("NOP", "NOK", True, 2004, 2006),
    Opponent("NOH", "NOH", True, 2007, 2012),
    Opponent("NOP", "NOP", True, 2013, 2015),
    Opponent("SEA", "SEA", True, 1996, 2007),
    Opponent("OKC", "OKC", True, 2008, 2015),
    Opponent("VAN", "VAN", True, 1996, 2000),
    Opponent("MEM", "MEM", True, 2001, 2015),
)


def opponents(year: int) -> list[Opponent]:
    """Return the teams of the season that began in a year, under the names they had then.

    >>> [team.name for team in opponents(2015) if team not in opponents(2007)]
    ['BKN', 'NOP', 'OKC']
    """
    return [team for team in OPPONENTS if team.first <= year <= team.last]


WESTERN_WEIGHT = 2  # in a regular season western teams are met twice as often as eastern ones
LEAGUE_GAMES = 1189  # of a regular season, all teams together
GAMES_TO_A_ROUND = 6  # of the playoffs, at most
DAYS_BEFORE_PLAYOFFS = 3
GAME_SHAPE = 25  # of the gamma distribution by which games differ in shots, beyond chance

# The clock. Rows of MINUTES: the four quarters, then any overtime; columns: minutes_remaining 0 to 11.
OVERTIMES = (0.942, 0.050, 0.007, 0.001)  # share of games with none, one, two and three
OVERTIME_SHARE = 0.15  # of a game's shots, for each overtime it has
PERIODS = (26.5, 22, 27.5, 24)
MINUTES = (
    (11.4, 7.7, 9.2, 8.7, 8.3, 8.3, 7.4, 8.0, 8.0, 8.0, 8.1, 6.8),
    (15.5, 10.0, 10.5, 10.6, 10.9, 9.2, 7.4, 5.6, 5.4, 5.1, 5.2, 4.6),
    (10.3, 7.1, 8.1, 8.1, 8.6, 8.4, 8.3, 8.4, 8.0, 9.0, 8.4, 7.2),
    (12.8, 10.8, 9.0, 9.6, 9.4, 9.1, 8.3, 6.9, 6.4, 6.5, 5.7, 5.5),
    (32, 18, 18, 17, 15, 0, 0, 0, 0, 0, 0, 0),
)
LAST_MINUTE = (13.5, 5.5, 3.5, 2.5, *[1.33] * 56)  # seconds_remaining 0 to 59: the shots cluster at the buzzer
BUZZER = 4  # seconds: below it a shot is a last resort

# Log odds that a shot is a three, against the season's share.
THREE_IN_PERIOD = (-0.25, 0.0, 0.0, 0.28, 0.0)  # quarters, overtime
THREE_BY_CLOCK = (1.25, 0.55, -0.25)  # at the buzzer, else in the last minute, early in a period
EARLY = 7  # minutes_remaining from which on it is early

# Places. Sectors are ten slices of the court by angle in degrees, 0 straight up the court, 90 the baseline's right.
SECTOR_EDGES = np.array([-100, -72, -54, -36, -18, 0, 18, 36, 54, 72, 100], dtype=np.float64)
RIM_MEAN, RIM_SPREAD = (0, 11), (15, 10.5)  # of loc_x and loc_y, where not recorded as (0, 0)
TWO_FEET = 4  # from here on, foot by foot:
TWO_FEET_WEIGHTS = (22, 31, 38, 41, 39, 36, 41, 41, 46, 55, 62, 67, 82, 87, 83, 79, 70, 47, 27, 5)
TWO_SECTORS = (  # a row for every four feet, from four on
    (6, 7, 9, 9, 16, 14, 10, 10, 10, 8),
    (13, 7, 7, 9, 10, 10, 9, 10, 9, 16),
    (16, 8, 8, 7, 7, 7, 9, 7, 8, 22),
    (9, 7, 12, 9, 6, 7, 12, 15, 9, 14),
    (4, 7, 13, 12, 10, 9, 17, 17, 6, 5),
)
THREE_EDGES = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 20, 55])  # feet beyond the three-point line
THREE_WEIGHTS = (
    (66, 141, 201, 179, 247, 105, 37, 18, 4, 2, 0.2),
    (40, 70, 110, 80, 160, 80, 70, 50, 50, 130, 160),  # at the buzzer
)
THREE_SECTORS = (
    (3.5, 5, 16, 14, 9, 9, 18, 15, 5, 5),  # up to seven feet beyond the line
    (0, 0, 2, 15, 11, 13, 16, 3, 0, 0),  # up to twenty
    (0, 0, 0, 0, 1, 1, 0, 0, 0, 0),  # heaves
)

# Make rates, away from the buzzer and the fourth quarter.
MADE_AT_HOOP = 0.63  # recorded as (0, 0)
RIM_MADE = (0.80, 0.66, 0.53, 0.44)  # at 0 to 3 feet
THREE_MADE_FEET = (22, 24, 25, 26, 27, 28, 29, 31, 34, 40)  # make rate at these distances, linear between
THREE_MADE = (0.37, 0.375, 0.365, 0.33, 0.31, 0.27, 0.25, 0.12, 0.06, 0.015)
OTHER_MADE = {
    Zone(PAINT, CENTER, NEAR): 0.435,
    Zone(PAINT, LEFT, SHORT): 0.42,
    Zone(PAINT, CENTER, SHORT): 0.485,
    Zone(PAINT, RIGHT, SHORT): 0.475,
    Zone(MID_RANGE, LEFT, SHORT): 0.415,
    Zone(MID_RANGE, CENTER, SHORT): 0.48,
    Zone(MID_RANGE, RIGHT, SHORT): 0.41,
    Zone(MID_RANGE, LEFT, LONG): 0.38,
    Zone(MID_RANGE, LEFT_CENTER, LONG): 0.41,
    Zone(MID_RANGE, CENTER, LONG): 0.405,
    Zone(MID_RANGE, RIGHT_CENTER, LONG): 0.42,
    Zone(MID_RANGE, RIGHT, LONG): 0.385,
}
# What the clock adds to their log odds.
TWO_MADE_AT_BUZZER, THREE_MADE_AT_BUZZER, MADE_IN_FOURTH_QUARTER = -0.6, -1.0, -0.12
HEAVE_FEET = 30  # from here the make rate is that of last resorts already


def make_rate(loc_x: npt.NDArray[np.int64], loc_y: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the make rate of each position: by feet at the rim and beyond the three-point line, by zone between.

    >>> make_rate(np.array([0, 0, 0]), np.array([0, 15, 600]))
    array([0.63 , 0.66 , 0.015])
    """
    feet, radius = court.to_distance(loc_x, loc_y), np.hypot(loc_x, loc_y)
    by_zone = np.array([OTHER_MADE.get(zone, np.nan) for zone in ZONES])
    return np.select(
        [beyond_line(loc_x, loc_y), radius == 0, radius < RESTRICTED_RADIUS],
        [
            np.interp(feet, THREE_MADE_FEET, THREE_MADE),
            np.full(feet.shape, MADE_AT_HOOP),
            np.interp(feet, range(len(RIM_MADE)), RIM_MADE),
        ],
        by_zone[zone_of(loc_x, loc_y)],
    )


class Action(NamedTuple):
    """How a shot was scored, its family, and its weight among shots of a place and outcome.

    Weights come in pairs (made, missed) for the rim, the rest of the paint, mid-range and threes. The name is chosen by
    who watched the shot go in or not, so it gives the outcome away: a dunk is mostly a dunk that was made.
    """

    name: str
    family: str
    weights: tuple[int, int, int, int, int, int, int, int]


ACTIONS = (
    Action("Alley Oop Dunk Shot", "Dunk", (25, 0, 0, 0, 0, 0, 0, 0)),
    Action("Alley Oop Layup shot", "Layup", (15, 10, 0, 0, 0, 0, 0, 0)),
    Action("Driving Dunk Shot", "Dunk", (70, 5, 0, 0, 0, 0, 0, 0)),
    Action("Driving Finger Roll Layup Shot", "Layup", (15, 5, 0, 0, 0, 0, 0, 0)),
    Action("Driving Finger Roll Shot", "Layup", (15, 5, 5, 0, 0, 0, 0, 0)),
    Action("Driving Layup Shot", "Layup", (340, 185, 10, 5, 0, 0, 0, 0)),
    Action("Driving Reverse Layup Shot", "Layup", (20, 10, 0, 0, 0, 0, 0, 0)),
    Action("Dunk Shot", "Dunk", (50, 20, 0, 0, 0, 0, 0, 0)),
    Action("Fadeaway Jump Shot", "Jump Shot", (0, 0, 75, 40, 85, 45, 5, 0)),
    Action("Floating Jump shot", "Jump Shot", (0, 0, 30, 10, 0, 0, 0, 0)),
    Action("Hook Shot", "Hook Shot", (0, 5, 10, 15, 0, 0, 0, 0)),
    Action("Jump Bank Shot", "Jump Shot", (0, 0, 55, 10, 30, 5, 5, 0)),
    Action("Jump Shot", "Jump Shot", (10, 55, 410, 785, 655, 860, 950, 980)),
    Action("Layup Shot", "Layup", (235, 590, 0, 0, 0, 0, 0, 0)),
    Action("Pullup Jump shot", "Jump Shot", (0, 0, 30, 5, 45, 10, 30, 10)),
    Action("Reverse Dunk Shot", "Dunk", (15, 0, 0, 0, 0, 0, 0, 0)),
    Action("Reverse Layup Shot", "Layup", (60, 55, 0, 0, 0, 0, 0, 0)),
    Action("Running Jump Shot", "Jump Shot", (5, 0, 210, 65, 50, 5, 5, 5)),
    Action("Running Layup Shot", "Layup", (10, 5, 0, 0, 0, 0, 0, 0)),
    Action("Slam Dunk Shot", "Dunk", (95, 5, 0, 0, 0, 0, 0, 0)),
    Action("Step Back Jump shot", "Jump Shot", (0, 0, 0, 0, 10, 5, 5, 0)),
    Action("Tip Shot", "Tip Shot", (15, 45, 0, 0, 0, 0, 0, 0)),
    Action("Turnaround Bank shot", "Bank Shot", (0, 0, 10, 0, 5, 0, 0, 0)),
    Action("Turnaround Fadeaway shot", "Jump Shot", (0, 0, 40, 15, 35, 20, 0, 0)),
    Action("Turnaround Jump Shot", "Jump Shot", (5, 0, 110, 45, 80, 40, 5, 0)),
)

ACTION_PLACES = {RESTRICTED: 0, PAINT: 1, MID_RANGE: 2}  # which pair of weights holds in a zone; in all others the last
