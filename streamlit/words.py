"""In which language does the page speak? The one chosen on it, or the browser's; the address keeps the choice."""

from typing import get_args

import streamlit as st

from kobe_shots.language import ENGLISH, PORTUGUESE, Code, Language, Spoken, speak

KEY = "lang"
NAMES = {ENGLISH: "English", PORTUGUESE: "Português"}


def choose_language() -> None:
    """Offer both languages; the first time the browser's is taken."""
    if st.session_state.get(KEY) not in NAMES and KEY not in st.query_params:
        st.session_state[KEY] = PORTUGUESE if (st.context.locale or "").startswith("pt") else ENGLISH
    st.segmented_control(
        "Language / Idioma",
        get_args(Code),
        format_func=NAMES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
        bind="query-params",
    )


def language() -> Language:
    """Return the language chosen."""
    return speak(PORTUGUESE if st.session_state.get(KEY) == PORTUGUESE else ENGLISH)


def t(template: str, /, **values: object) -> str:
    """Return a text of the page in the language chosen; its catalogue holds every template given here."""
    return language().say(template, **values)


def told(record: Spoken, name: str = "sentence") -> str:
    """Return what a record says in a field, in the language chosen."""
    return language().tell(record, name)


def named(text: str) -> str:
    """Return what the language chosen calls a name that is data, such as that of a feature or a cause."""
    return language().look_up(text)
