"""In which language does the page speak? The one chosen on it, or the browser's; the address keeps the choice."""

import streamlit as st

from kobe_shots.language import ENGLISH, PORTUGUESE, Language, Spoken, speak

KEY = "lang"
NAMES = {ENGLISH: "English", PORTUGUESE: "Português"}


def choose_language() -> None:
    """Offer both languages; at first that of the address is taken, or else the browser's."""
    if st.session_state.get(KEY) not in NAMES:
        browser = PORTUGUESE if (st.context.locale or "").startswith(PORTUGUESE) else ENGLISH
        asked = st.query_params.get(KEY)
        st.session_state[KEY] = asked if asked in NAMES else browser
    st.query_params[KEY] = st.session_state[KEY]
    st.segmented_control(
        "Language / Idioma",
        list(NAMES),
        format_func=NAMES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
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
