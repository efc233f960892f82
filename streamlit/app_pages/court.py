"""Where do the shots come from, and what would each model say of one from here? The floor, filters, and a spot."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

import reading
import states
from at_hand import NOBODY, models_at_hand
from charts import show_chart
from court import clicked_spot, draw_court
from floor_filters import ask_for_choice
from floor_layers import Shown, explain, layer_of, name_of, say_court
from kobe_shots.aggregates.floor import COLUMNS, choose, extract, nearest, options_of, to_csv
from kobe_shots.aggregates.hexes import Bools, count, sum_hexes, sum_zones
from kobe_shots.errors import KobeShotsError
from kobe_shots.report import Report
from spot_answers import ask_for_shot, move_to, show_answers, spot, start_somewhere
from words import named, t

SHOTS = reading.SCORED / "court_shots.parquet"
NEED_OUTCOMES = (Shown.OBSERVED, Shown.RESIDUAL)
FLOOR = "floor"  # the chart, whose selection is kept under this name
NEAREST = 8


class Chosen(NamedTuple):
    """The shots of the floor, which of them are chosen, and what those add up to."""

    shots: pd.DataFrame
    chosen: Bools
    hexes: pd.DataFrame


def read_shots(report: Report) -> pd.DataFrame | None:
    """Return the shots of the floor, or say why there are none."""
    if report.application is None:
        states.show_missing(t("The champion in office has not scored these shots yet."), "kobe-shots apply")
        return None
    if report.monitoring is None:
        states.show_missing(
            t("The champion in office has scored these shots, and its health has not been looked at yet."),
            states.WATCH_AGAIN,
        )
        return None
    shots = reading.table(SHOTS, COLUMNS)
    if shots is None or shots.empty:
        states.show_missing(t("The shots have not been laid out on the court by this version."), states.WATCH_AGAIN)
        return None
    return shots


def choose_shots(shots: pd.DataFrame) -> Chosen:
    """Offer the filters, and say how many shots they leave."""
    with st.expander(t("Which shots"), icon=":material/filter_alt:"):
        chosen = choose(shots, ask_for_choice(options_of(shots)))
    hexes = sum_hexes(shots, chosen)
    counted = count(hexes)
    if not counted.attempts:
        st.info(t("No shot is left: widen the filters."), icon=":material/filter_alt_off:")
    said = [
        t(
            "{n:,} of {all:,} shots, {labelled:,} with an outcome.",
            n=counted.attempts,
            all=len(shots),
            labelled=counted.labelled,
        )
    ]
    if counted.beyond_half:
        said.append(t("{n:,} from beyond half court are not drawn.", n=counted.beyond_half))
    st.markdown(" ".join(said))
    return Chosen(shots, chosen, hexes)


def show_floor(shown: Shown, floor: Chosen | None) -> None:
    """Show the court with the hexagons of a layer; a click on it moves the spot."""
    if floor is None:
        said = t("An empty half court.")
    else:
        counted = count(floor.hexes)
        said = say_court(shown, sum_zones(floor.hexes), counted.attempts, counted.labelled)
    chart = draw_court(*spot(), None if floor is None else floor.hexes, layer_of(shown))
    show_chart(chart, said, key=FLOOR, on_select=follow_click, width="stretch")
    if floor is None:
        return
    if counted.attempts and not counted.labelled and shown in NEED_OUTCOMES:
        st.info(
            t("None of these shots has an outcome: choose the layer predicted, or support."), icon=":material/help:"
        )
    else:
        size = t(
            "Size: how many shots, on a log scale. What was made in a hexagon of few shots is pulled towards what is "
            "made in its zone."
        )
        st.caption(f"{explain(shown)} {size}")


def follow_click() -> None:
    """Put the spot where the court was clicked."""
    if (where := clicked_spot(st.session_state[FLOOR]["selection"])) is not None:
        move_to(*where)


def show_nearest(floor: Chosen) -> None:
    """Show the chosen shots that were taken nearest to the spot."""
    outcomes = {1.0: t("made"), 0.0: t("missed")}
    near = nearest(floor.shots, floor.chosen, *spot(), NEAREST)
    if near.empty:
        return
    table = near.assign(outcome=[outcomes.get(made, t("not known")) for made in near["made"]])
    st.subheader(t("The nearest shots that were taken"))
    st.dataframe(
        table[["feet", "outcome", "probability", "season", "opponent", "period", "in_support"]],
        hide_index=True,
        column_config={
            "feet": st.column_config.NumberColumn(t("Feet away"), format="%.1f"),
            "outcome": t("Outcome"),
            "probability": st.column_config.NumberColumn(t("Probability"), format="percent"),
            "season": t("Season"),
            "opponent": t("Opponent"),
            "period": t("Period"),
            "in_support": t("In support"),
        },
    )


def show_numbers(floor: Chosen) -> None:
    """Show the chosen shots by zone, and offer them as a file."""
    with st.expander(t("The same in numbers, by zone"), icon=":material/table:"):
        zones = sum_zones(floor.hexes)
        rates = {"make_rate": t("Made"), "expected_rate": t("Expected"), "residual": t("Difference")}
        st.dataframe(
            zones.assign(zone=[named(zone) for zone in zones["zone"]]),
            hide_index=True,
            column_config={
                "zone": t("Zone"),
                "attempts": st.column_config.NumberColumn(t("Shots"), format="localized"),
                "labelled": st.column_config.NumberColumn(t("With an outcome"), format="localized"),
                **{name: st.column_config.NumberColumn(title, format="percent") for name, title in rates.items()},
            },
        )
    st.download_button(
        t("Download these shots"),
        lambda: to_csv(extract(floor.shots, floor.chosen)),
        file_name="court_shots.csv",
        mime="text/csv",
        on_click="ignore",
        disabled=floor.hexes.empty,
        icon=":material/download:",
    )


report = states.need_report()
start_somewhere()
shots = read_shots(report)
shown = Shown(
    st.segmented_control(
        t("Layer"), list(Shown), default=Shown.RESIDUAL, format_func=name_of, required=True, key="layer"
    )
    or Shown.RESIDUAL
)
floor = choose_shots(shots) if shots is not None else None
court_side, spot_side = st.columns([3, 2], gap="large")
with court_side:
    show_floor(shown, floor)
with spot_side:
    st.header(t("A shot from here"))
    st.caption(t("Click the court, or type where:"))
    shot = ask_for_shot()
    hand = NOBODY
    try:
        hand = models_at_hand()
    except KobeShotsError as error:
        st.caption(str(error))
    show_answers(shot, hand, report)
if floor is not None:
    show_nearest(floor)
    show_numbers(floor)
