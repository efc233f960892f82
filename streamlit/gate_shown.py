"""What came of the last challenger, and who has been champion?"""

import pandas as pd
import streamlit as st

import states
from kobe_shots.datasets.registrations import Registered
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.families import FAMILIES
from kobe_shots.models.promotion import CHAMPION, IN_OFFICE, PREVIOUS
from kobe_shots.report import Challenge
from kobe_shots.retraining.gate import Answer, Ledger
from rules_shown import rule_title
from words import named, t, told

BOXES = {
    Answer.PROMOTE: (st.success, ":material/arrow_upward:"),
    Answer.REJECT: (st.error, ":material/block:"),
    Answer.HOLD: (st.info, ":material/pan_tool:"),
    Answer.SHADOW: (st.warning, ":material/hourglass:"),
}


def show_challenge(challenge: Challenge) -> None:
    """Show how the last challenger was trained, what the gate saw and said, and what became of it."""
    st.caption(
        t(
            "Compared with champion version {against}, on what was known on {day}; trained for: {rule}.",
            against=challenge.against,
            day=challenge.newest_game,
            rule=rule_title(challenge.rule),
        )
    )
    if challenge.ledger is None:
        st.error(t("The training failed: {why}", why=challenge.error), icon=":material/error:")
        return
    ledger = challenge.ledger
    box, icon = BOXES[ledger.answer]
    box(f"**{_answer(ledger.answer)}** — {told(ledger)}", icon=icon)
    st.markdown(
        t(
            "A {family} that learned from {n:,} shots ({rows}); {fitted} models were fitted to find it.",
            family=named(FAMILIES[challenge.family or ""]),
            n=challenge.learned,
            rows=_rows(challenge.rows or ""),
            fitted=challenge.fitted,
        )
    )
    if challenge.promoted_as is not None:
        st.markdown(t("It took office as version {version}.", version=challenge.promoted_as))
    elif ledger.answer is Answer.PROMOTE:
        st.markdown(t("It waits until somebody promotes it."))
    _show_gain(ledger)
    _show_guards(ledger)


def show_champions(registered: list[Registered]) -> None:
    """Show every champion there has been, the latest first, and who is in office."""
    champions = [one for one in reversed(registered) if one.name == CHAMPION]
    if not champions:
        states.show_missing(t("No champion has been in office yet."), "make run")
        return
    table = pd.DataFrame(
        {
            t("version"): [f"**{one.version}**" if IN_OFFICE in one.aliases else str(one.version) for one in champions],
            t("copy of"): [one.tags.get("origin", "").replace("/", " ") for one in champions],
            t("made (UTC)"): [f"{one.created_at:%Y-%m-%d %H:%M}" for one in champions],
            t("mark"): [_mark(one) for one in champions],
        }
    )
    said = t("{n} champions, the latest is version {version}.", n=len(champions), version=champions[0].version)
    st.table(table, border="horizontal", hide_index=True, alt=said)


def _mark(one: Registered) -> str:
    if IN_OFFICE in one.aliases:
        return f":material/trophy: **{t('in office')}**"
    if PREVIOUS in one.aliases:
        return f":material/undo: {t('comes back by a rollback')}"
    return ""


def _show_gain(ledger: Ledger) -> None:
    observed, expected, gain = st.columns(3)
    _show_estimate(observed, t("Gain observed"), ledger.observed)
    with expected.container(border=True):
        st.metric(t("Gain expected before"), t("{value:+.4f}", value=ledger.expected[0]))
        st.caption(t("standard deviation {value:.4f}", value=ledger.expected[1]))
    _show_estimate(gain, t("Gain, both together"), ledger.gain)
    if ledger.needed is not None:
        st.info(t("{n:,} labelled shots like those served would decide it.", n=ledger.needed), icon=":material/label:")


def _show_estimate(column: st.delta_generator.DeltaGenerator, title: str, estimate: Estimate | None) -> None:
    with column.container(border=True):
        if estimate is None:
            st.metric(title, t("cannot tell"))
            st.caption(t("There was nothing to compare on."))
            return
        st.metric(title, t("{value:+.4f}", value=estimate.value))
        st.caption(
            t(
                "{low:+.4f} to {high:+.4f} in log loss, on {n:,} shots",
                low=estimate.low,
                high=estimate.high,
                n=estimate.n,
            )
        )


def _show_guards(ledger: Ledger) -> None:
    guards = ledger.guards
    table = pd.DataFrame(
        {
            t("guard"): [_guard(one.name) for one in guards],
            t("reads"): [t("{value:,.3f}", value=one.value) for one in guards],
            t("limit"): [t("{value:,.3f}", value=one.limit) for one in guards],
            t("passed?"): [
                f":material/check: {t('yes')}" if one.passed else f":material/block: **{t('no')}**" for one in guards
            ],
        }
    )
    failed = [_guard(one.name) for one in guards if not one.passed]
    said = t("Guards not passed: {names}.", names=", ".join(failed)) if failed else t("All guards are passed.")
    st.table(table, border="horizontal", hide_index=True, alt=said)
    with st.expander(t("The guards in words")):
        for one in guards:
            st.markdown(f"- **{_guard(one.name)}**: {told(one)}")


def _answer(answer: Answer) -> str:
    return {
        Answer.PROMOTE: t("PROMOTE"),
        Answer.REJECT: t("REJECT"),
        Answer.HOLD: t("HOLD"),
        Answer.SHADOW: t("NOT YET"),
    }[answer]


def _guard(name: str) -> str:
    return {
        "schema": t("its scores are probabilities"),
        "segment": t("no segment loses"),
        "calibration": t("the mean is right"),
        "latency": t("it is quick, in ms"),
    }[name]


def _rows(rows: str) -> str:
    return {
        "all": t("all alike"),
        "recent": t("older ones count less"),
        "served": t("only shots like those served"),
    }.get(rows, rows)
