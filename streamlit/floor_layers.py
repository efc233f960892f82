"""What do the hexagons of the court show, and how is it said to those who cannot see them?"""

from enum import StrEnum
from typing import NamedTuple

import pandas as pd

from charts import ESTIMATED, GOOD, LIMIT, REALIZED
from words import named, t

RATES = ("#4B6BBF", "#B05C9E", "#F2A33A")  # none of them is lost on a light ground, or on a dark one
RATE_ENDS = (0.25, 0.45, 0.65)
CLAMPED_AT = 0.1  # what differs by more looks no more different


class Shown(StrEnum):
    """A layer of the court."""

    OBSERVED = "observed"
    PREDICTED = "predicted"
    RESIDUAL = "residual"
    SUPPORT = "support"


class Layer(NamedTuple):
    """How a layer is coloured: by which column of the hexagons, over which values."""

    column: str
    title: str
    domain: tuple[float, ...]
    colours: tuple[str, ...]
    format: str


def layer_of(shown: Shown) -> Layer:
    """Return how a layer is coloured."""
    return {
        Shown.OBSERVED: Layer("make_rate", t("share that went in"), RATE_ENDS, RATES, ".0%"),
        Shown.PREDICTED: Layer("mean_probability", t("mean probability"), RATE_ENDS, RATES, ".0%"),
        Shown.RESIDUAL: Layer(
            "residual",
            t("made minus expected"),
            (-CLAMPED_AT, 0.0, CLAMPED_AT),
            (ESTIMATED, "#A6A6A6", REALIZED),
            "+.0%",
        ),
        Shown.SUPPORT: Layer("share_in_support", t("in training support"), (0, 0.5, 1), (REALIZED, LIMIT, GOOD), ".0%"),
    }[shown]


def name_of(shown: Shown) -> str:
    """Return what a layer is called."""
    return {
        Shown.OBSERVED: t("observed"),
        Shown.PREDICTED: t("predicted"),
        Shown.RESIDUAL: t("residual"),
        Shown.SUPPORT: t("support"),
    }[shown]


def explain(shown: Shown) -> str:
    """Return what a layer shows, and how to read it."""
    return {
        Shown.OBSERVED: t("Colour: how many of the shots with an outcome went in; hollow, none has one."),
        Shown.PREDICTED: t("Colour: what the champion gave the shots on average, before their outcome."),
        Shown.RESIDUAL: t(
            "Colour: how many more went in than the champion expected; blue is fewer, orange is more, beyond "
            "{points:.0f} percentage points all look alike; hollow, none has an outcome.",
            points=100 * CLAMPED_AT,
        ),
        Shown.SUPPORT: t("Colour: the share of shots like those the champion learned from; orange is none of them."),
    }[shown]


def say_court(shown: Shown, zones: pd.DataFrame, attempts: int, labelled: int) -> str:
    """Return what the court shows, for those who cannot see it: all zones, those with most shots first."""
    said = [
        t("Half court, layer {layer}.", layer=name_of(shown)),
        t("{n:,} shots, {labelled:,} with an outcome.", n=attempts, labelled=labelled),
    ]
    for row in zones.to_dict("records"):
        values = {"zone": named(row["zone"]), "n": row["attempts"]}
        if pd.isna(row["make_rate"]):
            said.append(t("{zone}: {n:,} shots, no outcome.", **values))
        else:
            rates = {"rate": row["make_rate"], "expected": row["expected_rate"]}
            said.append(t("{zone}: {n:,} shots, {rate:.1%} made, {expected:.1%} expected.", **values, **rates))
    return " ".join(said)
