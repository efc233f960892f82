"""Should another model take office, and which? What the rules read, what can be done, and what it would have bought."""

from collections.abc import Callable

import streamlit as st

import actions
import gate_shown
import reading
import replay_shown
import rules_shown
import states
from actions import Deed
from kobe_shots.datasets.registrations import Registered
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import is_running
from kobe_shots.language import Said, render
from kobe_shots.models.promotion import CHAMPION
from kobe_shots.pipelines.retraining.proposal import why_not_promoted, why_not_withdrawn
from kobe_shots.report import Outlook, Report
from words import language, named, t


def find_deeds() -> dict[str, Deed]:
    """Return all that can be done, by name."""
    deeds = [
        Deed(
            "apply",
            t("Score with the champion"),
            t("Gives every production shot the champion's probability."),
            ("kobe-shots", "apply"),
            ":material/scoreboard:",
        ),
        Deed(
            "monitor",
            t("Run monitoring"),
            t("Looks at the champion's health and reads every rule anew."),
            ("kedro", "run", "--pipeline=Monitoramento"),
            ":material/monitor_heart:",
        ),
        Deed(
            "train",
            t("Train a challenger"),
            t("Trains and judges a challenger; one that is better waits until it is promoted."),
            ("kobe-shots", "retrain", "--ask"),
            ":material/model_training:",
            forced=True,
        ),
        Deed(
            "promote",
            t("Promote the challenger"),
            t("Puts the last challenger in office; the champion comes back by a rollback."),
            ("kobe-shots", "promote"),
            ":material/arrow_upward:",
            reason=True,
        ),
        Deed(
            "rollback",
            t("Roll back"),
            t("Puts the champion before this one back in office."),
            ("kobe-shots", "rollback"),
            ":material/undo:",
            reason=True,
        ),
        Deed(
            "replay",
            t("Play the policies again"),
            t("Plays all policies on two-pointers learned and three-pointers to come; it takes some minutes."),
            ("kobe-shots", "replay", "--scenario", "production"),
            ":material/replay:",
        ),
    ]
    return {deed.key: deed for deed in deeds}


def find_obstacles(report: Report, registered: list[Registered] | None) -> dict[str, str | None]:
    """Return why each of them cannot be done now, in a sentence; None for what can."""
    if is_running(reading.project()):
        return dict.fromkeys(find_deeds(), t("Another run is going on in this folder; wait until it has ended."))
    if registered is None:
        return dict.fromkeys(find_deeds(), t("The registry cannot be reached.")) | {"replay": None}
    holder = reading.in_office(registered)
    in_office = None if holder is None else holder.version
    before = None if holder is None or "succeeds" not in holder.tags else int(holder.tags["succeeds"])
    none = t("There is no champion yet; the whole job makes one: `make run`.") if holder is None else None
    unscored = t("The champion has not scored these shots yet; do that first.")
    unwatched = t("The champion's health has not been looked at yet; run monitoring first.")
    return {
        "apply": none,
        "monitor": none or (unscored if report.application is None else None),
        "train": none or (unwatched if report.monitoring is None else None),
        "promote": none or spoken(why_not_promoted(report.retraining, in_office, report.provenance.fingerprint)),
        "rollback": spoken(why_not_withdrawn(CHAMPION, in_office, before)),
        "replay": None,
    }


def spoken(said: Said | None) -> str | None:
    """Return what was said in the language chosen."""
    return None if said is None else render(said.message, language())


def show_outlook(report: Report) -> None:
    """Show what would be decided now and why, or which step tells."""
    outlook = report.outlook
    if outlook is None:
        if report.application is None:
            states.show_missing(t("The champion in office has not scored these shots yet."), "kobe-shots apply")
        else:
            states.show_missing(t("The rules have not been read for the champion in office."), states.WATCH_AGAIN)
        return
    if outlook.reason or outlook.next_step is None:
        st.info(t("Nothing can be decided: {why}", why=outlook.reason), icon=":material/help:")
        return
    st.markdown(
        t(
            "With {name} version {version} in office, policy {policy} would now say:",
            name=outlook.model_name,
            version=outlook.model_version,
            policy=f"**{named(outlook.policy)}**",
        )
    )
    rules_shown.show_decision(outlook.next_step)
    if outdated(report, outlook):
        st.warning(
            t("A challenger has been trained since; run monitoring to read the rules anew."), icon=":material/history:"
        )
    known, new, needed = st.columns(3)
    known.metric(t("Labels known"), t("{n:,}", n=outlook.labels), border=True)
    new.metric(t("New to the champion"), t("{n:,}", n=outlook.new_labels), border=True)
    needed.metric(t("Needed for a challenger"), t("{n:,}", n=outlook.labels_needed), border=True)
    left, right = st.columns(2)
    with left:
        rules_shown.show_policy(outlook, "reactive")
    with right:
        rules_shown.show_policy(outlook, "predictive")
    st.subheader(t("Where it is heading"))
    for column, projection in zip(st.columns(len(outlook.projections)), outlook.projections, strict=True):
        with column:
            rules_shown.show_projection(projection)


def outdated(report: Report, outlook: Outlook) -> bool:
    """Return whether a challenger was trained for this champion's place after the rules were read."""
    challenge = report.retraining.challenge if report.retraining else None
    return (
        challenge is not None
        and outlook.model_version in {challenge.against, challenge.promoted_as}
        and challenge.version != outlook.challenger
    )


def show_deeds(deeds: dict[str, Deed], why_not: dict[str, str | None]) -> None:
    """Offer what changes the champion, and what tells of it."""
    for row in (("monitor", "train", "apply"), ("promote", "rollback")):
        for column, key in zip(st.columns(len(row)), row, strict=True):
            with column:
                actions.show_button(deeds[key], why_not[key])


def with_registry(show: Callable[[list[Registered]], None], registered: list[Registered] | None, why: str) -> None:
    """Show what the registry holds, or that it cannot be reached."""
    if registered is None:
        st.error(t("The registry cannot be shown: {why}", why=why), icon=":material/cloud_off:")
    else:
        show(registered)


report = states.need_report()
registered, why = None, ""
try:
    registered = reading.registrations(reading.project())
except KobeShotsError as error:
    why = str(error)
deeds, why_not = find_deeds(), find_obstacles(report, registered)
actions.show_outcome([*deeds.values()])
st.header(t("What would be decided now"))
show_outlook(report)
st.header(t("What can be done"))
if report.application is None and report.preparation is not None:
    st.warning(
        t(
            "Scores and health that lie there are not of the champion in office: score with it, then run monitoring "
            "(`kobe-shots apply`, then `{watch}`).",
            watch=states.WATCH_AGAIN,
        ),
        icon=":material/history:",
    )
show_deeds(deeds, why_not)
st.header(t("The last challenger"))
if report.retraining is None or report.retraining.challenge is None:
    states.show_missing(t("No challenger has been trained on these shots."), "kobe-shots retrain --ask")
else:
    gate_shown.show_challenge(report.retraining.challenge)
st.header(t("Champions"))
with_registry(gate_shown.show_champions, registered, why)
st.header(t("What retraining would have bought"))
if replays := replay_shown.find_replays(reading.project()):
    replay_shown.show_replays(replays)
else:
    states.show_missing(t("No policy has been replayed here."), deeds["replay"].command)
actions.show_button(deeds["replay"], why_not["replay"])
actions.confirm([*deeds.values()])
