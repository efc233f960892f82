"""Where is the model good, and where is it not? A batch split by zone, distance, period, playoffs and whose floor."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.language import Said
from kobe_shots.monitoring.realized import constants, realized, too_few
from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.monitoring.told import Told
from kobe_shots.shots.court import to_location
from kobe_shots.shots.schema import TARGET
from kobe_shots.shots.zones import ABOVE_BREAK, MID_RANGE, PAINT, RESTRICTED, ZONES, zone_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ZONE, DISTANCE, PERIOD, PLAYOFFS, FLOOR = "zone", "distance", "period", "playoffs", "floor"
MATCHUP, AWAY, NOWHERE = "matchup", "@", -1
# from the hoop outwards
BASIC = (RESTRICTED, PAINT, MID_RANGE, "Left Corner 3", "Right Corner 3", ABOVE_BREAK, "Backcourt")
BASIC_OF = np.array([BASIC.index(zone.basic) for zone in ZONES])
BAND, BANDS = 4, 9  # feet; the last band is open
BAND_NAMES = (*(f"{BAND * at}-{BAND * at + BAND - 1} ft" for at in range(BANDS - 1)), f"{BAND * (BANDS - 1)}+ ft")
PERIODS = ("1st quarter", "2nd quarter", "3rd quarter", "4th quarter", "overtime")
SEASON_PARTS = ("regular season", "playoffs")
FLOORS = ("home", "away")

BETTER, WORSE, LEVEL, UNTOLD = "better", "worse", "level", "cannot tell"
NUMBERS = (
    *("share_in_support", "mean_probability", "make_rate", "make_rate_low", "make_rate_high"),
    *("log_loss", "constant_log_loss", "skill", "skill_low", "skill_high"),
)
COLUMNS = {
    **dict.fromkeys(("batch", "dimension", "segment"), "str"),
    **dict.fromkeys(("n", "labelled"), "int64"),
    **dict.fromkeys(NUMBERS, "float64"),
    **dict.fromkeys(("against_constant", "note", "note_parts"), "str"),
}


class Split(NamedTuple):
    """A way to split shots: what its segments are called, and the place of each shot's among them, or `NOWHERE`."""

    dimension: str
    names: tuple[str, ...]
    place: Ints


def tabulate_segments(
    batch: str, shots: pd.DataFrame, in_support: npt.NDArray[np.bool_], threshold: float, confidence: float
) -> pd.DataFrame:
    """Return how the model does on each segment of a batch; segments without a shot are left out.

    Columns: batch, dimension (zone, distance, period, playoffs, floor), segment, n (shots), labelled (of them),
    share_in_support and mean_probability (of all of them); of the labelled ones make_rate, log_loss, constant_log_loss
    (of the constant that knows their make rate) and skill (by how much the model's is lower), with intervals;
    against_constant (`better`, `worse`, `level` where the interval of skill holds zero, `cannot tell`), note (why it
    cannot be told) and note_parts (that sentence in parts, to be said in another language).

    Args:
        batch: its name.
        shots: one row a shot: the six features, probability, shot_made_flag (NaN where it is not known); matchup, if
            there, tells whose floor it was.
        in_support: whether each is like those the model learned from.
        threshold: above it a shot is called a basket.
        confidence: of the intervals.
    """
    made, score = (shots[name].to_numpy(np.float64) for name in (TARGET, PROBABILITY))
    rows = []
    for split in split_shots(shots):
        order = np.argsort(split.place, kind="stable")
        edges = np.searchsorted(split.place[order], np.arange(len(split.names) + 1))
        for at, name in enumerate(split.names):
            these = order[edges[at] : edges[at + 1]]
            if len(these):
                head = {"batch": batch, "dimension": split.dimension, "segment": name}
                support = {"share_in_support": float(in_support[these].mean())}
                rows.append(head | support | _measure(made[these], score[these], threshold, confidence))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def split_shots(shots: pd.DataFrame) -> list[Split]:
    """Return every way to split shots.

    >>> shot = {"lat": [33.9723], "lon": [-118.1028], "shot_distance": [18], "period": [6], "playoffs": [1]}
    >>> [split.names[split.place[0]] for split in split_shots(pd.DataFrame(shot | {"matchup": ["LAL @ POR"]}))]
    ['Mid-Range', '16-19 ft', 'overtime', 'playoffs', 'away']
    """
    feet, period, playoffs = (shots[name].to_numpy(np.int64) for name in ("shot_distance", "period", "playoffs"))
    splits = [
        Split(ZONE, BASIC, BASIC_OF[zone_of(*to_location(shots["lat"], shots["lon"]))]),
        Split(DISTANCE, BAND_NAMES, np.minimum(feet // BAND, BANDS - 1)),
        Split(PERIOD, PERIODS, np.minimum(period, len(PERIODS)) - 1),
        Split(PLAYOFFS, SEASON_PARTS, playoffs),
    ]
    if MATCHUP in shots:
        away = shots[MATCHUP].str.contains(AWAY, regex=False, na=False).to_numpy(np.bool_)
        splits.append(Split(FLOOR, FLOORS, np.where(shots[MATCHUP].isna(), NOWHERE, away)))
    return splits


def _measure(made: Floats, score: Floats, threshold: float, confidence: float) -> dict[str, object]:
    known = ~np.isnan(made)
    told = {one.metric: one for one in realized(made[known], score[known], threshold, confidence)}
    reason = too_few(made[known])
    rate, loss, skill = told["make_rate"], told["log_loss"], told["skill"]
    return {
        "n": len(made),
        "labelled": int(known.sum()),
        "mean_probability": float(score.mean()),
        "make_rate": rate.value,
        "make_rate_low": rate.low,
        "make_rate_high": rate.high,
        "log_loss": loss.value,
        "constant_log_loss": None if rate.value is None else constants(rate.value)["log_loss"],
        "skill": skill.value,
        "skill_low": skill.low,
        "skill_high": skill.high,
        "against_constant": _against_constant(skill),
        "note": reason,
        "note_parts": reason.message.model_dump_json() if isinstance(reason, Said) else "",
    }


def _against_constant(skill: Told) -> str:
    if skill.low is None or skill.high is None:
        return UNTOLD
    if skill.low > 0:
        return BETTER
    return WORSE if skill.high < 0 else LEVEL
