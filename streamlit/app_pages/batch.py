"""What does the champion say of my shots? A table is handed over, checked, scored, judged, and given back."""

import re
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import batch_result
import handing_over
import states
from kobe_shots.datasets.registrations import Registered
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import PORTUGUESE
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.newcomers import ALLOWED, LOCATION, check_newcomers
from kobe_shots.monitoring.newcomers_laid_out import share_scores
from kobe_shots.monitoring.newcomers_scored import Scored, judge_newcomers, score_newcomers
from kobe_shots.shots.handed_over import (
    BRAZILIAN,
    INTERNATIONAL,
    MOST_MEGABYTES,
    MOST_ROWS,
    Dialect,
    read_handed_over,
    write_csv,
)
from kobe_shots.shots.schema import TARGET
from words import language, t

KEPT = "handed_over"


class Kept(NamedTuple):
    """What was made of a file, once; it goes with the file or the session."""

    key: tuple[str, int]
    scored: Scored
    shares: pd.DataFrame
    dialect: Dialect | None
    verdicts: Verdicts | None = None


def show_champion(registered: Registered) -> None:
    """Say who scores what is handed over."""
    st.markdown(
        t(
            "Scored by the champion in office: **{name}, version {version}**, a copy of {origin}.",
            name=registered.name,
            version=registered.version,
            origin=registered.tags.get("origin", "?"),
        )
    )


def describe_columns() -> pd.DataFrame:
    """Return what is expected, column by column."""
    meaning = {
        "lat": t("latitude, degrees"),
        "lon": t("longitude, degrees; `lng` is the same"),
        "minutes_remaining": t("whole minutes left in the period"),
        "period": t("quarter; 5 and above are overtimes"),
        "playoffs": t("1 in a playoff game"),
        "shot_distance": t("whole feet to the hoop, rounded down"),
        TARGET: t("optional: 1 made, 0 missed, empty where not known"),
    }
    return pd.DataFrame(
        {
            t("column"): [f"`{name}`" for name in meaning],
            t("what it holds"): list(meaning.values()),
            t("allowed"): [
                t("{low:g} to {high:g}", low=ALLOWED[name].low, high=ALLOWED[name].high) for name in meaning
            ],
        }
    ).set_index(t("column"))


def show_expected() -> None:
    """Say what a table must hold, and offer one."""
    with st.expander(t("What the table must hold"), icon=":material/table:"):
        st.table(describe_columns())
        st.markdown(
            t(
                "`{x}` and `{y}` (court units, tenths of a foot from the hoop) may stand for lat, lon and "
                "shot_distance. `shot_id` finds repeated shots and shots the champion has learned from; `game_date` "
                "puts them in order. Any other column is kept and given back. CSV may have commas, semicolons or tabs, "
                "decimal points or commas, in UTF-8, UTF-16 or Latin-1; at most {megabytes:,} MB and {rows:,} rows.",
                x=LOCATION[0],
                y=LOCATION[1],
                megabytes=MOST_MEGABYTES,
                rows=MOST_ROWS,
            )
        )
    example = handing_over.example() if handing_over.is_watched() else pd.DataFrame()
    if len(example):
        st.download_button(
            t("Download an example: {n} production shots without outcomes", n=len(example)),
            write_csv(example, own_dialect()),
            "shots.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
        )


def own_dialect() -> Dialect:
    """Return the CSV that people who speak the language chosen expect."""
    return BRAZILIAN if language().code == PORTUGUESE else INTERNATIONAL


def plain(text: str) -> str:
    """Return text that a file may have put in as it is: not as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#~$:|!])", r"\\\1", text)


def keep(file: UploadedFile, registered: Registered) -> Kept | None:
    """Return what the champion says of a file, made once; None where it cannot be used, which the page says."""
    kept: Kept | None = st.session_state.get(KEPT)
    key = file.file_id, registered.version
    if kept and kept.key == key:
        return kept
    st.session_state.pop(KEPT, None)
    try:
        with st.spinner(t("Reading and checking the table…")):
            given = read_handed_over(file.name, file.getvalue())
            newcomers = check_newcomers(given.table)
        with st.spinner(t("The champion scores the shots…")):
            champion = handing_over.load_champion(registered)
            scored = score_newcomers(newcomers, champion, handing_over.parameters())
    except KobeShotsError as error:
        st.error(plain(t("{sentence}", sentence=error.args[0])), icon=":material/error:")
        return None
    done = Kept(key, scored, share_scores(scored, champion), given.dialect)
    st.session_state[KEPT] = done
    return done


def judge(kept: Kept, registered: Registered) -> Verdicts | None:
    """Return the verdicts on a batch, made once; None where there can be none, which the page says."""
    if kept.verdicts:
        return kept.verdicts
    if not handing_over.is_watched():
        states.show_missing(t("What is usual is not known yet, so the batch cannot be judged."), states.WATCH_AGAIN)
        return None
    try:
        with st.spinner(t("The batch is compared with what is usual…")):
            champion, how = handing_over.load_champion(registered), handing_over.parameters()
            verdicts = judge_newcomers(kept.scored, handing_over.usual(champion, how), how)
    except KobeShotsError as error:
        st.info(plain(t("{sentence}", sentence=error.args[0])), icon=":material/help:")
        return None
    st.session_state[KEPT] = kept._replace(verdicts=verdicts)
    return verdicts


registered = handing_over.need_champion()
show_champion(registered)
show_expected()
file = st.file_uploader(
    t("A table of shots, CSV or parquet"), ["csv", "parquet"], key="upload", max_upload_size=MOST_MEGABYTES
)
st.caption(
    t("What you hand over is kept in memory only, for as long as this tab is open; nothing of it is written to disk.")
)
if file is None:
    st.session_state.pop(KEPT, None)
elif kept := keep(file, registered):
    verdicts = st.container()
    batch_result.show_check(kept.scored)
    batch_result.show_scores(kept.scored, kept.shares)
    batch_result.offer_result(kept.scored, file.name, kept.dialect or own_dialect())
    with verdicts:
        st.header(t("Is the model well on this batch?"))
        if said := judge(kept, registered):
            batch_result.show_verdicts(said)
