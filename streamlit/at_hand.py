"""Which models are at hand to be asked? The champion and the registry's four, loaded once for each version."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import streamlit as st

import reading
from kobe_shots.aggregates.spot import count_beyond_line
from kobe_shots.datasets.registrations import NAMES
from kobe_shots.job import load
from kobe_shots.models.scoring import Champion, Classifier
from kobe_shots.monitoring.support import Support, learn_support
from kobe_shots.shots.schema import FEATURES

Version = tuple[int, datetime]  # a registry that was made anew counts its versions from one again
TRAINED = tuple(name for name in NAMES if name.startswith("trained_"))


class InOffice(NamedTuple):
    """The champion, and where the shots lie that it learned from."""

    champion: Champion
    support: Support
    beyond_line: int


class AtHand(NamedTuple):
    """The champion, or None where nobody is in office, and the registry's copies by name, None where there is none."""

    in_office: InOffice | None
    copies: dict[str, Classifier | None]


NOBODY = AtHand(None, dict.fromkeys(TRAINED))


def models_at_hand() -> AtHand:
    """Return the models of the project, as the registry has them now.

    Raises KobeShotsError when the registry cannot be reached, or a model in it cannot be read.
    """
    folder = reading.project()
    known = reading.registrations(folder)
    latest = {one.name: (one.version, one.created_at) for one in known if one.name in TRAINED}
    champion = reading.in_office(known)
    now = None if champion is None else (champion.version, champion.created_at)
    return _load(folder, now, tuple(latest.items()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(folder: Path, champion: Version | None, trained: tuple[tuple[str, Version], ...]) -> AtHand:
    names = [name for name, _ in trained]
    how, *loaded = load(folder, "params:monitoring", *names, *([] if champion is None else ["champion"]))
    copies = dict.fromkeys(TRAINED) | dict(zip(names, loaded, strict=False))
    if champion is None:
        return AtHand(None, copies)
    one: Champion = loaded[-1]
    learned = one.train[FEATURES]
    support = learn_support(learned, how.support.neighbours, how.support.coverage)
    return AtHand(InOffice(one, support, count_beyond_line(learned)), copies)
