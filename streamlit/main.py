"""What is wrong with the model, and what is to be done? The pages, the language, and what no page may hide.

The pages show what the pipelines wrote; they work nothing out themselves and hold no limit of their own.
"""

from contextlib import suppress

import streamlit as st

import reading
import states
from kobe_shots.errors import KobeShotsError
from kobe_shots.report import Report
from words import choose_language, t

st.set_page_config(page_title="Kobe shots", page_icon="🏀", layout="wide")
bar, switch = st.columns([4, 1], vertical_alignment="center")
with switch:
    choose_language()
page = st.navigation(
    [
        st.Page("app_pages/overview.py", title=t("Overview"), icon=":material/monitor_heart:", default=True),
        st.Page("app_pages/performance.py", title=t("Performance"), icon=":material/speed:"),
        st.Page("app_pages/drift.py", title=t("Drift"), icon=":material/moving:"),
        st.Page("app_pages/court.py", title=t("Court"), icon=":material/sports_basketball:"),
        st.Page("app_pages/models.py", title=t("Models"), icon=":material/model_training:"),
        st.Page("app_pages/retraining.py", title=t("Retraining"), icon=":material/autorenew:"),
        st.Page("app_pages/batch.py", title=t("Batch"), icon=":material/upload_file:"),
    ],
    position="top",
)
bar.title(page.title)
banner = st.container()
known: Report | None = None
with suppress(KobeShotsError):  # the page says so itself
    known = reading.report()
if known and known.provenance.source == "simulate":
    banner.warning(f"**{t('SIMULATED DATA: nobody took these shots.')}**", icon=":material/science:")
with suppress(states.PageEnds):
    page.run()
if known and (stale := states.say_stale(known)):  # after the page, for the registry is slower than all else
    banner.warning(stale, icon=":material/history:")
