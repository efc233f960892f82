"""Is a shot from here like those the champion learned from? Said of a single spot, with the numbers it rests on."""

import pandas as pd
from pydantic import ConfigDict, Field

from kobe_shots.language import Spoken, join, say
from kobe_shots.monitoring.support import OTHER_FEATURES, Support
from kobe_shots.shots.court import to_distance, to_lat, to_location, to_lon
from kobe_shots.shots.schema import FEATURES
from kobe_shots.shots.zones import beyond_line


class Spot(Spoken):
    """What is known of shots like one: whether the model learned from such, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_support: bool
    sentence: str = Field(description="why it is in support, or why not")
    line: str = Field(description="beyond the three-point line: how many learned shots came from there; or empty")


def shot_at(loc_x: int, loc_y: int, minutes_remaining: int, period: int, playoffs: bool) -> pd.DataFrame:
    """Return the six features of a shot; where it is taken settles three of them.

    >>> shot_at(167, 72, 0, 4, True).to_dict("list")["shot_distance"]
    [18]
    """
    values = {
        "lat": float(to_lat(loc_y)),
        "lon": float(to_lon(loc_x)),
        "minutes_remaining": minutes_remaining,
        "period": period,
        "playoffs": int(playoffs),
        "shot_distance": int(to_distance(loc_x, loc_y)),
    }
    return pd.DataFrame([values], columns=FEATURES)


def count_beyond_line(learned: pd.DataFrame) -> int:
    """Return how many shots, by lat and lon, were taken from beyond the three-point line."""
    return int(beyond_line(*to_location(learned["lat"], learned["lon"])).sum())


def judge_spot(shot: pd.DataFrame, support: Support, learned: int, learned_beyond: int) -> Spot:
    """Return whether a shot is in support, and why.

    Args:
        shot: its six features, one row.
        support: of the model.
        learned: how many shots the model learned from.
        learned_beyond: how many of them came from beyond the three-point line.
    """
    novelty = support.novelty(shot)
    feet = float(novelty[0])
    near = {"neighbours": support.neighbours, "feet": feet, "reach": support.reach}
    strange = [
        say(
            "it learned from no shot with {feature} {value:g}, only {low:g} to {high:g}",
            feature=name,
            value=shot[name].item(),
            low=float(low),
            high=float(high),
        )
        for name, low, high in zip(OTHER_FEATURES, support.low, support.high, strict=True)
        if not low <= shot[name].item() <= high
    ]
    if feet > support.reach:
        strange.insert(0, say("the {neighbours} nearest it learned from reach {feet:.1f} ft far", **near))
    if strange:
        sentence = say(
            "The champion knows no such shot: {why}. Within {reach:.1f} ft there would have to be {neighbours}.",
            why=join("; ", strange),
            **near,
        )
    else:
        sentence = say("The champion learned from {neighbours} shots within {feet:.1f} ft of here.", **near)
    line = say(
        "From beyond the three-point line, as were {beyond:,} of the {learned:,} shots the champion learned from.",
        beyond=learned_beyond,
        learned=learned,
    )
    return Spot(
        in_support=bool(support.holds(shot, novelty)[0]),
        sentence=sentence,
        line=line if count_beyond_line(shot) else "",
    )
