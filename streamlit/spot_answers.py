"""What would each model say of a shot from here? The fields of a spot, the answers, and who gave them."""

import pandas as pd
import streamlit as st

import states
from at_hand import AtHand, InOffice
from court import HALF_WIDTH
from kobe_shots import asking
from kobe_shots.aggregates.spot import judge_spot, shot_at
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.promotion import CHAMPION
from kobe_shots.report import Report
from kobe_shots.shots.court import UNITS_PER_FOOT
from words import named, t, told

SIDES = (-HALF_WIDTH / UNITS_PER_FOOT, HALF_WIDTH / UNITS_PER_FOOT)  # feet from the hoop
DEPTHS = (-5.2, 41.7)  # from the baseline to half court
START = {"side": 10.0, "depth": 12.0, "period": 1, "minutes": 2}
LAST_PERIOD, QUARTERS = 10, 4
LAST_MINUTE, LAST_MINUTE_OF_OVERTIME = 11, 4
NOBODY_SAYS = "-"


def start_somewhere() -> None:
    """Put a spot on the court where there is none yet."""
    for name, value in START.items():
        st.session_state.setdefault(name, value)


def move_to(loc_x: int, loc_y: int) -> None:
    """Put the spot elsewhere on the court."""
    for name, units, (least, most) in (("side", loc_x, SIDES), ("depth", loc_y, DEPTHS)):
        st.session_state[name] = min(max(units / UNITS_PER_FOOT, least), most)


def spot() -> tuple[int, int]:
    """Return where the spot is, in court units."""
    return to_units(st.session_state["side"]), to_units(st.session_state["depth"])


def to_units(feet: float) -> int:
    """Return feet in court units."""
    return round(feet * UNITS_PER_FOOT)


def ask_for_shot() -> pd.DataFrame:
    """Return the features of the shot that the fields describe."""
    left, right = st.columns(2)
    side = left.number_input(t("Side, feet; left is negative"), *SIDES, step=0.5, format="%.1f", key="side")
    depth = right.number_input(t("Depth, feet from the hoop"), *DEPTHS, step=0.5, format="%.1f", key="depth")
    left, right = st.columns(2)
    period = left.number_input(t("Period; from 5 on, overtime"), 1, LAST_PERIOD, key="period")
    last = LAST_MINUTE if period <= QUARTERS else LAST_MINUTE_OF_OVERTIME
    st.session_state["minutes"] = min(st.session_state["minutes"], last)
    minutes = right.number_input(t("Whole minutes left"), 0, last, key="minutes")
    playoffs = st.toggle(t("Playoffs"), key="playoffs")
    shot = shot_at(to_units(side), to_units(depth), minutes, period, playoffs)
    place = {name: shot[name].item() for name in ("shot_distance", "lat", "lon")}
    st.caption(
        t("{shot_distance:d} ft from the hoop, lat {lat:.4f}, lon {lon:.4f}: they follow from the place.", **place)
    )
    return shot


def show_answers(shot: pd.DataFrame, hand: AtHand, report: Report) -> None:
    """Show what every model says of a shot, and who answered."""
    office = hand.in_office
    models = {CHAMPION: office.champion.estimator if office else None} | hand.copies
    champion, *others = asking.ask_all(shot, models, asking.SERVED)
    if office and champion.probability is not None:
        st.metric(
            t("Probability of a basket: champion, version {version}", version=office.champion.version),
            t("{p:.1%}", p=champion.probability),
        )
        show_support(shot, office, report)
    else:
        states.show_missing(t("No champion is in the registry yet."), "make run")
    rows = [
        {
            t("Model"): name_model(one.model),
            t("Basket"): NOBODY_SAYS if one.probability is None else t("{p:.1%}", p=one.probability),
            t("Who answered"): told(one),
        }
        for one in others
    ]
    st.table(pd.DataFrame(rows).set_index(t("Model")))


def name_model(name: str) -> str:
    """Return what a registered model is called."""
    _, kind, _, stage = name.split("_")
    return t("{model}, trained on {stage}", model=named(MODELS[kind]), stage=stage)


def show_support(shot: pd.DataFrame, office: InOffice, report: Report) -> None:
    """Show whether the champion learned from such shots, and warn of a shot from beyond the line."""
    known = judge_spot(shot, office.support, len(office.champion.train), office.beyond_line)
    if known.in_support:
        st.badge(t("in training support"), icon=":material/check_circle:", color="green")
    else:
        st.badge(t("outside training support"), icon=":material/warning:", color="orange")
    st.caption(told(known))
    if known.line:
        st.warning(f"{told(known, 'line')}{say_distances(report)}", icon=":material/warning:")


def say_distances(report: Report) -> str:
    """Return what the report knows of the distances learned and those in production, if anything."""
    if report.application is None:
        return ""
    for shift in report.application.shifts:
        if shift.feature == "shot_distance":
            said = t(
                "Those learned were {mean:.1f} feet away on average; {share:.1%} of the production shots are from a "
                "distance common among them.",
                mean=shift.learned_mean,
                share=shift.share_in_support,
            )
            return f" {said}"
    return ""
