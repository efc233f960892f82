"""Which shots are looked at? One field a question, all of them empty for all shots."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from kobe_shots.aggregates.floor import Choice, Options
from kobe_shots.monitoring.batches import REFERENCE
from terms import batch_title
from words import named, t


def name_batch(batch: str) -> str:
    """Return what a batch of the court is called."""
    return t("what the champion learned from") if batch == REFERENCE else batch_title(batch)


def ask_for_choice(options: Options) -> Choice:
    """Return which shots the fields choose."""
    first, second = st.columns(2)
    with first:
        batches = _several(t("Shots"), options.batches, "batches", name_batch)
        seasons = _several(t("Season"), options.seasons, "seasons")
        opponents = _several(t("Opponent"), options.opponents, "opponents")
        periods = _several(t("Period"), options.periods, "periods", str)
    with second:
        least, most = options.minutes
        minutes: tuple[int, int] | None = None
        if least < most:
            minutes = st.slider(t("Whole minutes left in the period"), least, most, (least, most), key="clock")
        home = _either(t("Floor"), "home", t("home"), t("away"))
        playoffs = _either(t("Part of the season"), "in_playoffs", t("playoffs"), t("regular season"))
        worth = st.pills(t("Shot type"), options.shot_types, selection_mode="multi", format_func=named, key="types")
    return Choice(batches, seasons, opponents, periods, tuple(worth), minutes, home, playoffs)


def _several(label: str, options: tuple[Any, ...], key: str, name: Callable[[Any], str] = str) -> tuple[Any, ...]:
    return tuple(st.multiselect(label, options, format_func=name, key=key, placeholder=t("all")))


def _either(label: str, key: str, yes: str, no: str) -> bool | None:
    names = {True: yes, False: no}
    picked = st.pills(label, [True, False], selection_mode="single", format_func=names.__getitem__, key=key)
    return None if picked is None else bool(picked)
