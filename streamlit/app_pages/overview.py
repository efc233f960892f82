"""Is the model well, and what is to be done? The first screen: a verdict, the next step, and what both rest on."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import reading
import states
from charts import show_chart
from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.batches import PROD
from kobe_shots.monitoring.table import ALL
from kobe_shots.report import Monitored, Report
from kobe_shots.retraining.policies import Action
from kobe_shots.verdicts import Severity
from loss_chart import Mark, draw_loss, say_loss
from support_map import draw_support
from terms import metric_title
from words import t, told

CARDS = ("log_loss", "skill", "roc_auc", "brier", "ece", "f1")
COLUMNS = ("batch", "window", "start", "end", "n", "labelled", "metric", "kind", "value", "low", "high", "alert")
CHANGES = ("support", "drift", "quality", "alarm_novelty", "alarm_score_lower", "alarm_score_higher")


def show_overall(report: Report, monitored: Monitored) -> None:
    """Show the verdict on production and what to do about it; beside it, what could be said before outcomes came."""
    said = monitored.batches[PROD]
    states.show_judgement(said.overall.severity, told(said.overall))
    todo, where = st.columns([3, 1], vertical_alignment="center")
    todo.markdown(f"**{t('What to do:')}** {told(said, 'action')}")
    if report.outlook and (next_step := report.outlook.next_step):
        todo.markdown(f"**{t('Retraining now:')}** {told(next_step)}")
        if next_step.action is Action.RETRAIN:
            todo.code("kobe-shots retrain --ask", language=None)
    if said.overall.severity is Severity.OK:
        where.page_link("app_pages/performance.py", label=t("See the numbers"), icon=":material/speed:")
    else:
        where.page_link("app_pages/retraining.py", label=t("Go to retraining"), icon=":material/autorenew:")
    blind = said.without_labels.overall
    if said.overall != blind:
        with st.expander(t("Without outcomes one could have said: {word}", word=states.word(blind.severity))):
            states.show_verdict(blind)


def show_champion(report: Report, monitored: Monitored) -> DeltaGenerator:
    """Show who is in office and how many outcomes are known; return where its age goes, for the registry is slower."""
    said = monitored.batches[PROD]
    name, shots, labels, age = st.columns(4)
    name.metric(t("Champion"), t("version {version}", version=monitored.model_version), border=True)
    shots.metric(t("Shots watched"), t("{n:,}", n=said.n), border=True)
    labels.metric(t("With an outcome"), t("{labelled:,} of {n:,}", labelled=said.labelled, n=said.n), border=True)
    st.caption(t("{name}, a copy of {origin}.", name=monitored.model_name, origin=monitored.origin))
    states.show_provenance(report)
    return age.empty()


def show_age(place: DeltaGenerator, monitored: Monitored) -> None:
    """Show since when the champion is in the registry."""
    try:
        known = reading.registrations(reading.project())
    except KobeShotsError:
        place.metric(t("In the registry since"), t("cannot tell"), border=True)
        return
    for one in known:
        if (one.name, one.version) == (monitored.model_name, monitored.model_version):
            place.metric(t("In the registry since"), f"{one.created_at:%Y-%m-%d}", border=True)


def show_cards(health: pd.DataFrame) -> None:
    """Show metrics of all production shots, each with its interval, its baseline and the number of shots."""
    whole = health[(health["window"] == ALL) & (health["kind"] == "realized")].set_index("metric")
    columns = st.columns(3)
    for number, metric in enumerate(CARDS):
        with columns[number % 3].container(border=True):
            show_card(metric, whole.loc[metric].to_dict(), whole["value"].get(f"{metric}_constant"))


def show_card(metric: str, row: Mapping[Hashable, Any], constant: float | None) -> None:
    """Show one metric, or that it cannot be told."""
    if pd.isna(row["value"]):
        st.metric(metric_title(metric), t("cannot tell"))
        st.caption(t("Of {n:,} shots {labelled:,} have an outcome.", n=row["n"], labelled=row["labelled"]))
        return
    st.metric(metric_title(metric), t("{value:.3f}", value=row["value"]))
    icon = states.TONES[Severity.WATCH if row["alert"] else Severity.OK].icon
    word = t("as usual")
    if row["alert"]:  # which way is bad, the verdict says: raw loss falls wherever baskets are rarer
        word = t("below what is usual") if row["value"] < row["lower_limit"] else t("above what is usual")
    said = t("[{low:.3f}, {high:.3f}] on {n:,} labelled shots", low=row["low"], high=row["high"], n=row["labelled"])
    usual = t("usual {lower:.3f} to {upper:.3f}", lower=row["lower_limit"], upper=row["upper_limit"])
    base = "" if constant is None else f"; {t('the constant there {value:.3f}', value=constant)}"
    st.caption(f"{icon} **{word}**: {said}; {usual}{base}.")


def retraining_marks(report: Report, health: pd.DataFrame) -> list[Mark]:
    """Return in which window the last challenger took office, or did not."""
    challenge = report.retraining.challenge if report.retraining else None
    if challenge is None:
        return []
    windows = health[health["window"] != ALL].drop_duplicates("window").sort_values("start")
    at = windows[windows["start"] <= challenge.newest_game]["window"].tolist()
    if not at:
        return []
    if challenge.promoted_as:
        return [Mark(at[-1], t("version {version} took office", version=challenge.promoted_as))]
    return [Mark(at[-1], t("challenger not promoted"))]


def show_changes(monitored: Monitored) -> None:
    """Show what has changed in the shots, each in a sentence."""
    findings = [one for one in monitored.batches[PROD].without_labels.findings if one.code in CHANGES]
    against = [one for one in findings if one.severity is not Severity.OK]
    for finding in against:
        states.show_verdict(finding)
    if not against:
        st.success(t("Nothing has changed that is worth a word."), icon=states.TONES[Severity.OK].icon)


def show_floor(monitored: Monitored) -> None:
    """Show where production shots are from, over those learned from."""
    hexes = states.need_table("court_hexes", ("batch", "attempts", "share_in_support"))
    support = next(
        one for one in monitored.batches[PROD].without_labels.findings if one.code in {"support", "estimate"}
    )
    words = t("Production shots over those the model was trained on, hexagons sized by how many.")
    show_chart(draw_support(hexes, PROD), f"{words} {told(support)}")
    st.caption(words)


report = states.need_report()
if report.monitoring is None and report.application is not None:
    states.show_verdict(report.application.adherence)
monitored = states.need_monitoring()
if PROD not in monitored.batches:
    states.stop_without(t("No production shot is left that the champion has not learned from."), "kobe-shots apply")
health = states.need_table("health", COLUMNS)
production = health[health["batch"] == PROD]
show_overall(report, monitored)
age = show_champion(report, monitored)
st.header(t("Loss, window by window"))
title = metric_title("log_loss")
show_chart(
    draw_loss(production, "log_loss", title, retraining_marks(report, production)),
    say_loss(production, "log_loss", title),
)
st.caption(
    t(
        "Lower is better, but it falls wherever baskets are rarer: beat the constant there. The grey band is what is "
        "usual for so many shots; what is wider than the chart is cut off at its edges."
    )
)
st.header(t("How good it is"))
show_cards(production)
st.header(t("What has changed"))
said, floor = st.columns(2, gap="large")
with said:
    show_changes(monitored)
show_age(age, monitored)
with floor:
    show_floor(monitored)
