"""What can be done from the page? Commands, each confirmed, run beside the page, and told of when they have ended.

A command runs in a process of its own that outlives the page: whoever closes it leaves nothing half. That only one
runs at a time, and that each is whole or not at all, is the commands' own business.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import streamlit as st

import reading
from words import t

PROGRAMS = {
    "kobe-shots": [sys.executable, "-c", "from kobe_shots.console import main; main(prog_name='kobe-shots')"],
    "kedro": [sys.executable, "-m", "kedro"],
}
ASKED, OUTCOME = "action_asked", "action_outcome"
OFTEN = 0.3  # seconds between two looks at what the command has said
LAST_LINES = 12


class Deed(NamedTuple):
    """Something that can be done.

    Attributes:
        key: its name.
        label: what the button says.
        does: what it does, in a sentence.
        words: the command, as it is typed.
        icon: of the button.
        reason: why it is done is asked for, and passed on with --reason.
        forced: whether to do it whatever the policy says is asked for, and passed on with --force.
    """

    key: str
    label: str
    does: str
    words: tuple[str, ...]
    icon: str
    reason: bool = False
    forced: bool = False

    @property
    def command(self) -> str:
        """The command as it is typed."""
        return " ".join(self.words)


class Outcome(NamedTuple):
    """How a command has ended: its exit code, and what it said."""

    key: str
    code: int
    lines: tuple[str, ...]


def show_button(deed: Deed, why_not: str | None) -> None:
    """Offer something to be done, or say why it cannot be."""
    with st.container(border=True):
        if st.button(deed.label, key=f"do_{deed.key}", icon=deed.icon, disabled=why_not is not None, width="stretch"):
            st.session_state[ASKED] = deed.key
        st.caption(deed.does if why_not is None else f":material/block: {why_not}")


def confirm(deeds: Sequence[Deed]) -> None:
    """Ask whether what was clicked is meant, and do it."""
    for deed in deeds:
        if st.session_state.get(ASKED) == deed.key:
            st.dialog(deed.label, icon=deed.icon, dismissible=False)(_dialog)(deed)


def show_outcome(deeds: Sequence[Deed]) -> None:
    """Say how the last command has ended."""
    outcome: Outcome | None = st.session_state.get(OUTCOME)
    deed = next((deed for deed in deeds if outcome and deed.key == outcome.key), None)
    if outcome is None or deed is None:
        return
    if outcome.code == 0:
        st.success(t("Done: {what}.", what=deed.label), icon=":material/check_circle:")
    else:
        st.error(t("Not done: {what}. {why}", what=deed.label, why=_error(outcome)), icon=":material/error:")
    with st.expander(t("What the command has said")):
        st.code("\n".join(outcome.lines[-10 * LAST_LINES :]), language=None, wrap_lines=True)


def _dialog(deed: Deed) -> None:
    place = st.empty()
    with place.container():
        st.markdown(deed.does)
        words = list(deed.words)
        if deed.forced:
            anyway = st.checkbox(t("Train one whatever the policy says"), key=f"force_{deed.key}")
            words += ["--force"] if anyway else ["--if-needed"]
        if deed.reason:
            reason = st.text_input(t("Why? It is kept with the change."), key=f"reason_{deed.key}")
            words += ["--reason", reason] if reason.strip() else []
        st.caption(t("The same from a shell: `{command}`", command=" ".join(words)))
        yes, no = st.columns(2)
        go = yes.button(t("Yes, do it"), key=f"yes_{deed.key}", type="primary", width="stretch")
        if no.button(t("Cancel"), key=f"no_{deed.key}", width="stretch"):
            del st.session_state[ASKED]
            st.rerun()
    if go:
        place.empty()
        st.session_state[OUTCOME] = _carry_out(deed, words)
        del st.session_state[ASKED]
        st.cache_data.clear()
        st.cache_resource.clear()
        st.rerun()


def _carry_out(deed: Deed, words: Sequence[str]) -> Outcome:
    """Run a command and show what it says as it comes."""
    lines: list[str] = []
    with st.status(t("Running. It goes on if this page is closed."), expanded=True):
        said = st.empty()
        with tempfile.NamedTemporaryFile(prefix="kobe-shots-", suffix=".log") as log:
            process = start(words, reading.project(), Path(log.name))
            for lines in follow(process, Path(log.name)):
                said.code("\n".join(lines[-LAST_LINES:]) or "…", language=None, wrap_lines=True)
    return Outcome(deed.key, process.returncode, tuple(lines))


def start(words: Sequence[str], folder: Path, log: Path) -> "subprocess.Popen[bytes]":
    """Start a command in a folder, in a session of its own, and let it write what it says into a file."""
    program, *rest = words
    with log.open("wb") as file:
        return subprocess.Popen(  # noqa: S603 -- the program's own commands; what a person types is one argument
            [*PROGRAMS[program], *rest],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def follow(process: "subprocess.Popen[bytes]", log: Path) -> Iterator[list[str]]:
    """Yield all lines a command has said, again and again until it has ended."""
    over = False
    while not over:
        try:
            process.wait(timeout=OFTEN)
            over = True
        except subprocess.TimeoutExpired:
            pass
        yield log.read_text(encoding="utf-8", errors="replace").splitlines()


def _error(outcome: Outcome) -> str:
    """Return the sentence that a command ended with."""
    spoken = [line.removeprefix("Error: ") for line in outcome.lines if line.startswith("Error: ")]
    return spoken[-1] if spoken else next((line for line in reversed(outcome.lines) if line.strip()), "")
