"""What does a batch that is handed over meet? The champion in office, and what is usual on what it learned from."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

import reading
import states
from kobe_shots import job
from kobe_shots.datasets.registrations import Registered
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, PROD, REFERENCE, TEST
from kobe_shots.monitoring.newcomers_laid_out import draw_example
from kobe_shots.monitoring.newcomers_scored import WATCHED, Usual, learn_usual
from kobe_shots.parameters import Monitoring
from words import t

MONITORED = reading.SCORED / "monitored_shots.parquet"
EXAMPLES = 200


def need_champion() -> Registered:
    """Return who is in office; where nobody is, or nobody can tell, the page says so and ends."""
    try:
        registry = reading.registrations(reading.project())
    except KobeShotsError as error:
        st.error(t("The registry cannot be reached, and the champion is in it: {why}", why=str(error)))
        raise states.PageEnds from error
    champion = reading.in_office(registry)
    if champion is None:
        states.stop_without(t("There is no champion yet that could score a batch."), "make run")
    return champion


def load_champion(registered: Registered) -> Champion:
    """Return the champion itself.

    Raises KobeShotsError when its files cannot be read.
    """
    return _champion(reading.project(), registered.version, registered.created_at)


def parameters() -> Monitoring:
    """Return how the model's health is watched.

    Raises KobeShotsError for parameters that are not allowed.
    """
    return _parameters(reading.project())


def is_watched() -> bool:
    """Return whether there are watched shots, and this version of the program can read them."""
    path = reading.project() / MONITORED
    return path.is_file() and {*pq.read_schema(path).names} >= WATCHED


def usual(champion: Champion, how: Monitoring) -> Usual:
    """Return what a batch is judged against.

    Raises KobeShotsError when the watched shots are of another champion.
    """
    path = reading.project() / MONITORED
    key = f"{champion.title} {champion.base_id} {how.model_dump_json()}"
    return _usual(path, path.stat().st_mtime_ns, key, champion, how)


def example() -> pd.DataFrame:
    """Return a table to hand over, made from production shots that are watched; without a row where there are none."""
    path = reading.project() / MONITORED
    return _example(path, path.stat().st_mtime_ns)


@st.cache_resource(max_entries=2, show_spinner=False)
def _champion(folder: Path, version: int, created_at: datetime) -> Champion:  # noqa: ARG001 -- parts of the key
    return job.load_champion(folder)


@st.cache_data(ttl="10s", max_entries=2, show_spinner=False)
def _parameters(folder: Path) -> Monitoring:
    how: Monitoring
    (how,) = job.load(folder, "params:monitoring")
    return how


@st.cache_resource(max_entries=2, show_spinner=False)
def _usual(
    path: Path,
    written: int,  # noqa: ARG001 -- part of the key
    key: str,  # noqa: ARG001 -- the same: stands for what has an underscore
    _champion: Champion,
    _how: Monitoring,
) -> Usual:
    watched = pd.read_parquet(path, filters=[(MODEL, "==", CHAMPION), (BATCH, "in", [REFERENCE, TEST])])
    return learn_usual(watched, _champion, _how)


@st.cache_data(max_entries=2, show_spinner=False)
def _example(path: Path, written: int) -> pd.DataFrame:  # noqa: ARG001 -- part of the key
    columns = sorted(WATCHED & {*pq.read_schema(path).names})
    watched = pd.read_parquet(path, columns=columns, filters=[(MODEL, "==", CHAMPION), (BATCH, "==", PROD)])
    return draw_example(watched, EXAMPLES)
