"""How good is the model, and how does one know? With outcomes what happened, without them what can be expected."""

import streamlit as st

import states
from kobe_shots.aggregates import curves as curves_table
from kobe_shots.aggregates import estimates as estimates_table
from kobe_shots.aggregates import segments as segments_table
from kobe_shots.monitoring.judgement import Judgement, Verdicts
from kobe_shots.monitoring.table import COLUMNS as HEALTH_COLUMNS
from kobe_shots.report import Monitored
from performance_parts import Tables
from performance_with import show_with_labels
from performance_without import show_without_labels
from terms import batch_title
from words import t, told

WITH, WITHOUT = "with", "without"


def need_tables(said: Verdicts) -> Tables:
    """Return the tables of a batch; where one is not there, or is of another run, the page says so and ends."""
    health = states.need_table("health", HEALTH_COLUMNS)
    curves = states.need_table("curves", curves_table.COLUMNS)
    segments = states.need_table("segments", segments_table.COLUMNS)
    estimates = states.need_table("estimates", estimates_table.COLUMNS)
    tables = Tables(
        health[health["batch"] == said.batch],
        curves[curves["subject"] == said.batch],
        segments[segments["batch"] == said.batch],
        estimates[estimates["batch"] == said.batch],
    )
    for name, shots in tables.counted().items():
        if shots != said.n:
            states.stop_without(
                t(
                    "The table {name} is of another run: it holds {shots:,} of these shots, and the report {n:,}.",
                    name=f"`{name}`",
                    shots=shots,
                    n=said.n,
                ),
                states.WATCH_AGAIN,
            )
    return tables


def choose(monitored: Monitored) -> tuple[str, str]:
    """Offer the batches and both kinds of evidence; return what is chosen."""
    which, how = st.columns([2, 1], vertical_alignment="bottom")
    batch = which.selectbox(
        t("Shots watched"), list(monitored.batches), format_func=batch_title, key="performance_batch"
    )
    names = {WITH: t("with labels"), WITHOUT: t("without labels")}
    evidence = how.segmented_control(
        t("Evidence"),
        list(names),
        format_func=names.__getitem__,
        default=WITH,
        required=True,
        key="performance_evidence",
    )
    return batch, evidence or WITH


def show_verdict(judged: Judgement) -> None:
    """Show what one kind of evidence says of the batch, and what to do."""
    states.show_verdict(judged.overall)
    st.markdown(f"**{t('What to do:')}** {told(judged, 'action')}")


monitored = states.need_monitoring()
batch, evidence = choose(monitored)
said = monitored.batches[batch]
tables = need_tables(said)
if evidence == WITH:
    show_verdict(said.with_labels)
    if said.with_labels.findings[0].code == "labels":
        st.markdown(t("Choose *without labels* above to see what can be told already."))
    else:
        show_with_labels(tables, said.with_labels)
else:
    show_verdict(said.without_labels)
    show_without_labels(tables, said.without_labels, monitored, batch)
