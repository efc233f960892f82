"""Which models are registered? Every version, who holds which office, and where its run can be looked at."""

import pandas as pd
import streamlit as st

import reading
import states
from kobe_shots.datasets.registrations import Registered
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import registry_page
from kobe_shots.models.promotion import CHALLENGER, CHAMPION
from words import named, t

TALLEST = 460  # pixels; more versions are scrolled to
SERVE = "make serve"
MOST_SHOWN = 8  # versions that need no scrolling
FIRST = (CHAMPION, CHALLENGER)


def show_registry() -> None:
    """Show the versions of all models, those who hold or want an office first, the latest of each first."""
    try:
        found = reading.registrations(reading.project())
        page = registry_page(reading.project())
    except KobeShotsError as error:
        st.error(t("The registry cannot be shown: {why}", why=str(error)), icon=":material/cloud_off:")
        return
    if not found:
        states.show_missing(t("No model has been registered yet."), "make run")
        return
    if reading.in_office(found) is None:
        states.show_missing(t("There is no champion in the registry."), "kedro run --pipeline=Treinamento")
    ordered = sorted(found, key=lambda one: (one.name not in FIRST, one.name, -one.version))
    table = pd.DataFrame(
        {
            t("model, version"): [_link(f"{one.name} {one.version}", _version_at(page, one)) for one in ordered],
            t("office"): [" ".join(f"**{named(alias)}**" for alias in one.aliases) for one in ordered],
            t("what it is"): [_describe(one) for one in ordered],
            t("since (UTC)"): [f"{one.created_at:%Y-%m-%d %H:%M}" for one in ordered],
            t("run"): [_link(one.run_id[:8], _run_at(page, one)) for one in ordered],
        }
    )
    st.table(
        table,
        border="horizontal",
        hide_index=True,
        height=TALLEST if len(table) > MOST_SHOWN else "content",
        alt=t("{n} versions of {models} models in the registry", n=len(found), models=len({one.name for one in found})),
    )
    st.caption(
        t(
            "The links open MLflow at {page}; where it does not answer, start it with `{command}`.",
            page=page,
            command=SERVE,
        )
    )


def _describe(one: Registered) -> str:
    if origin := one.tags.get("origin"):
        of = t("a copy of {origin}", origin=origin.replace("/", " "))
    else:
        of = ", ".join(one.tags[tag] for tag in ("estimator", "engine") if tag in one.tags)
    succeeds = one.tags.get("succeeds")
    return f"{of}; {t('after version {version}', version=succeeds)}" if succeeds else of


def _version_at(page: str, one: Registered) -> str:
    return f"{page}/#/models/{one.name}/versions/{one.version}"


def _run_at(page: str, one: Registered) -> str:
    return f"{page}/#/experiments/{one.experiment_id}/runs/{one.run_id}" if one.run_id and one.experiment_id else ""


def _link(text: str, to: str) -> str:
    return f"[{text}]({to})" if to else text
