"""What would retraining have bought? A replay of policies, game by game, as it was written by `kobe-shots replay`."""

from pathlib import Path

import pandas as pd
import streamlit as st
from pydantic import ValidationError

import reading
from charts import show_chart
from kobe_shots.models.families import FAMILIES
from kobe_shots.retraining.comparison import Comparison
from kobe_shots.retraining.text import TITLES
from replay_chart import draw_replay, say_replay
from words import named, t, told

FOLDER = reading.REPORTING / "replay"
GAME, PLAYING, WHICH = "replay_game", "replay_playing", "replay_which"
FRAME = 0.6  # seconds
FRAMES = 40  # from the first game to the last
GAMES = {"policy", "game", "date", "cumulative", "regret", "version"}
DECISIONS = {"policy", "game", "answer"}
ORACLE, PROMOTE = "oracle", "promote"


def find_replays(project: Path) -> dict[str, Comparison]:
    """Return the replays there are, by name; those that another version of the program wrote are left out."""
    found = {}
    for path in sorted((project / FOLDER).glob("*/comparison.json")):
        try:
            found[path.parent.name] = Comparison.model_validate_json(path.read_bytes())
        except (ValidationError, OSError):
            continue
    return found


def show_replays(replays: dict[str, Comparison]) -> None:
    """Let a replay be chosen, and show it."""
    name = st.selectbox(
        t("Replay"), list(replays), format_func=lambda name: _title(replays[name]), key=WHICH, on_change=_rewind
    )
    games = reading.table(FOLDER / name / "games.parquet", GAMES)
    decisions = reading.table(FOLDER / name / "decisions.parquet", DECISIONS)
    if games is None or decisions is None:
        st.info(t("The tables of this replay are not whole; play it again."), icon=":material/info:")
        return
    compared = replays[name]
    st.markdown(f"**{told(compared, 'conclusion')}**")
    played = games[games["policy"] != ORACLE]
    promotions = decisions.loc[decisions["answer"] == PROMOTE, ["policy", "game"]].merge(played, on=["policy", "game"])
    playing = bool(st.session_state.get(PLAYING))
    st.fragment(_animate, run_every=FRAME if playing else None)(played, promotions)
    _show_comparison(compared)


def _animate(games: pd.DataFrame, promotions: pd.DataFrame) -> None:
    first, last = int(games["game"].min()), int(games["game"].max())
    now = min(max(int(st.session_state.get(GAME, last)), first), last)
    playing = bool(st.session_state.get(PLAYING))
    if playing:
        now = min(last, now + max(1, (last - first) // FRAMES))
    st.session_state[GAME] = now
    if playing and now == last:
        st.session_state[PLAYING] = False
        st.rerun()
    button, slider = st.columns([1, 4], vertical_alignment="bottom")
    label, icon = (t("Pause"), ":material/pause:") if playing else (t("Play"), ":material/play_arrow:")
    if button.button(label, icon=icon, key="replay_toggle", width="stretch"):
        st.session_state[PLAYING] = not playing
        if not playing and now == last:
            del st.session_state[GAME]
            st.session_state[GAME] = first
        st.rerun()
    shown = slider.slider(t("Up to game"), first, last, key=GAME)
    show_chart(draw_replay(games, promotions, shown), say_replay(games, promotions, shown))
    at = games[games["game"] == shown]
    st.caption(
        t(
            "{day}, game {game:,}. Regret is the log loss summed over all shots so far, above that of an oracle "
            "that is trained anew on all that was known. Triangles are changes of champion.",
            day=at["date"].iloc[0],
            game=shown,
        )
    )
    table = pd.DataFrame(
        {
            t("policy"): at["policy"].map(named),
            t("log loss so far"): [t("{value:,.1f}", value=value) for value in at["cumulative"]],
            t("regret"): [t("{value:+,.1f}", value=value) for value in at["regret"]],
            t("champion"): at["version"].astype(str),
        }
    )
    st.table(table, border="horizontal", hide_index=True, alt=t("Every policy at game {game:,}", game=shown))


def _show_comparison(compared: Comparison) -> None:
    st.subheader(t("In the end"))
    table = pd.DataFrame(
        {
            t("policy"): [named(one.policy) for one in compared.results],
            t("log loss"): [t("{value:.4f}", value=one.log_loss) for one in compared.results],
            t("gain over never"): [
                t(
                    "{gain:+.4f} [{low:+.4f}, {high:+.4f}]",
                    gain=one.gain.value,
                    low=one.gain.low,
                    high=one.gain.high,
                )
                for one in compared.results
            ],
            t("trained, in vain, promoted"): [
                t("{n:,}, {vain:,}, {promoted:,}", n=one.retrainings, vain=one.in_vain, promoted=one.promotions)
                for one in compared.results
            ],
        }
    )
    said = t("{policies} policies on {n:,} shots with an outcome", policies=len(compared.results), n=compared.labelled)
    st.table(table, border="horizontal", hide_index=True, alt=said)


def _title(compared: Comparison) -> str:
    challengers = ", ".join(named(FAMILIES[family]) for family in compared.challengers)
    return t(
        "{scenario}; first a {family}, then challenged by: {challengers}",
        scenario=named(TITLES[compared.scenario]),
        family=named(FAMILIES[compared.family]),
        challengers=challengers,
    )


def _rewind() -> None:
    """Show another replay from its end, and still."""
    st.session_state.pop(GAME, None)
    st.session_state[PLAYING] = False
