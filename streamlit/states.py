"""What does a page say where there is little to show? One sentence, with the command that mends it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

import pandas as pd
import streamlit as st

import reading
from kobe_shots.errors import KobeShotsError
from kobe_shots.report import Monitored, Report
from kobe_shots.verdicts import Severity, Verdict
from words import t, told


class PageEnds(Exception):  # noqa: N818 -- nothing has gone wrong
    """A page has said all it can; the frame goes on, which after `st.stop` could show nothing more."""


class Tone(NamedTuple):
    """How a severity looks."""

    box: Callable[..., Any]
    icon: str


TONES = {
    Severity.OK: Tone(st.success, ":material/check_circle:"),
    Severity.WATCH: Tone(st.warning, ":material/visibility:"),
    Severity.ACT: Tone(st.error, ":material/error:"),
    Severity.CANNOT_TELL: Tone(st.info, ":material/help:"),
}
WATCH_AGAIN = "kedro run --pipeline=Monitoramento"


def word(severity: Severity) -> str:
    """Return what a severity is called."""
    return {
        Severity.OK: t("OK"),
        Severity.WATCH: t("WATCH"),
        Severity.ACT: t("ACT"),
        Severity.CANNOT_TELL: t("CANNOT TELL"),
    }[severity]


def show_judgement(severity: Severity, sentence: str) -> None:
    """Show a judgement by colour, icon, word and sentence."""
    tone = TONES[severity]
    tone.box(f"**{word(severity)}** — {sentence}", icon=tone.icon)


def show_verdict(verdict: Verdict) -> None:
    """Show a verdict or a finding by colour, icon, word and sentence."""
    show_judgement(verdict.severity, told(verdict))


def show_missing(what: str, command: str) -> None:
    """Say what is not there yet, and which command makes it; `what` is a sentence."""
    st.info(f"{what} {t('Run it, then reload this page:')} `{command}`", icon=":material/info:")


def stop_without(what: str, command: str) -> NoReturn:
    """Say what is not there yet and which command makes it, and show nothing more."""
    show_missing(what, command)
    raise PageEnds


def need_report() -> Report:
    """Return the report of the last run; without one the page says so and ends."""
    try:
        return reading.report()
    except KobeShotsError as error:
        st.caption(str(error))
        if reading.is_reported():
            stop_without(
                t("The report cannot be read: another version of the program wrote it, or half of it."), "make run"
            )
        stop_without(t("There is nothing to show yet: the job has not run in this folder."), "make run")


def need_monitoring() -> Monitored:
    """Return what was found of the champion in office; where nothing was, the page says so and ends."""
    report = need_report()
    if report.monitoring is not None:
        return report.monitoring
    if report.application is None:
        stop_without(t("The champion in office has not scored these shots yet."), "kobe-shots apply")
    stop_without(
        t("The champion in office has scored these shots, and its health has not been looked at yet."), WATCH_AGAIN
    )


def need_table(name: str, columns: Iterable[str], command: str = WATCH_AGAIN) -> pd.DataFrame:
    """Return a table that a pipeline wrote; where it is not there, or is another version's, the page says so and ends.

    Args:
        name: of its file in `data/08_reporting`.
        columns: those it must have.
        command: what writes it.
    """
    table = reading.table(reading.REPORTING / f"{name}.parquet", columns)
    if table is None:
        stop_without(
            t("The table {name} is not there, or another version of the program wrote it.", name=f"`{name}`"), command
        )
    return table


def show_provenance(report: Report) -> None:
    """Say where the shots come from and when the report was written."""
    when = t("Report written {when} UTC.", when=f"{report.written_at:%Y-%m-%d %H:%M}")
    st.caption(t("{origin} {when}", origin=report.provenance.describe(), when=when))


def say_stale(report: Report) -> str:
    """Return that what is shown is of another champion than that in office, and the commands that mend it, if so."""
    shown = report.monitoring or report.application
    try:
        registry = reading.registrations(reading.project())
    except KobeShotsError as error:
        return t("The registry cannot be reached, so nobody can tell who is in office: {why}", why=str(error))
    champion = reading.in_office(registry)
    if shown is None or champion is None or champion.version == shown.model_version:
        return ""
    return t(
        "Version {version} is in office by now, and this is of version {shown}. Score and watch the shots with it: "
        "`kobe-shots apply`, then `{watch}`.",
        version=champion.version,
        shown=shown.model_version,
        watch=WATCH_AGAIN,
    )
