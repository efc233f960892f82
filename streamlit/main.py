"""What did the last run find, and what would the champion say of a shot? One page, read from top to bottom.

It shows data/08_reporting/report.json and asks the champion in the registry; it works nothing out itself.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from court import draw_half_court
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import load_champion, read_report
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.scoring import Champion, score
from kobe_shots.project import find_project
from kobe_shots.report import Application, Report
from kobe_shots.shots.court import UNITS_PER_FOOT, to_distance, to_lat, to_lon
from kobe_shots.shots.zones import beyond_line
from kobe_shots.summary import APPLIED_ON, METRIC_TITLES
from kobe_shots.verdicts import Severity, Verdict

SIDE = (-24.5, 24.5)  # feet from the hoop, within the lines of the half court
DEPTH = (-5.0, 41.5)
LAST_PERIOD = 10
QUARTERS = 4
LAST_MINUTE, LAST_MINUTE_OF_OVERTIME = 11, 4


class Tone(NamedTuple):
    """How a severity looks and what it is called."""

    box: Callable[..., Any]
    icon: str
    word: str
    portuguese: str


TONES = {
    Severity.OK: Tone(st.success, ":material/check_circle:", "OK", "OK: o campeão é aderente à base de produção."),
    Severity.WATCH: Tone(
        st.warning, ":material/visibility:", "WATCH", "OBSERVAR: a aderência do campeão pede atenção."
    ),
    Severity.ACT: Tone(st.error, ":material/error:", "ACT", "AGIR: o campeão não é aderente à base de produção."),
    Severity.CANNOT_TELL: Tone(
        st.info, ":material/help:", "CANNOT TELL", "NÃO DÁ PARA DIZER se o campeão é aderente à base de produção."
    ),
}


def show_verdict(verdict: Verdict) -> None:
    """Show a verdict on the champion by colour, icon, word and sentence."""
    tone = TONES[verdict.severity]
    tone.box(f"**{tone.word}** — {verdict.sentence}", icon=tone.icon)
    st.caption(tone.portuguese)


def show_provenance(report: Report) -> None:
    """Say where the shots come from, loudly when nobody ever took them, and when the report was written."""
    origin = report.provenance.describe()
    if report.provenance.source == "simulate":
        st.warning(f"**SIMULATED DATA** (dados simulados) — {origin}", icon=":material/science:")
    else:
        st.caption(f"Data (dados): {origin}")
    st.caption(f"Report written (relatório de) {report.written_at:%Y-%m-%d %H:%M} UTC")


def show_missing(step: str, on: str = "this data") -> None:
    """Say which command fills the gap that a step has left."""
    st.info(f"{step} has not run on {on}: `kedro run --pipeline={step}`", icon=":material/info:")


def show_estimates(rows: Mapping[str, Mapping[str, Estimate]]) -> None:
    """Show a table of metrics with their intervals, one row a model."""
    st.table(
        pd.DataFrame(
            {title: {name: str(of[metric]) for name, of in rows.items()} for metric, title in METRIC_TITLES.items()}
        )
    )


def show_choice(report: Report) -> None:
    """Show both dev models beside the constant, and which of them was taken and why."""
    if (trained := report.training.get("dev")) is None:
        show_missing("Treinamento")
        return
    st.markdown(f"**{trained.choice.verdict.sentence}**")
    show_estimates(
        {MODELS[name]: model.test for name, model in trained.models.items()} | {"constant": trained.constant}
    )
    st.caption(
        f"{trained.constant['log_loss'].n:,} two-point shots that no model learned from (base de teste dev), intervals "
        "in brackets. Log loss and Brier: lower is better; F1 and ROC AUC: higher is better. The constant gives every "
        "shot the same probability, the make rate of the train base: it is what to beat. Searched with (busca com) "
        f"{trained.models['lr'].made_with}."
    )
    for name, model in trained.models.items():
        for remark in model.remarks:
            st.warning(f"{MODELS[name]}: {remark.sentence}", icon=TONES[remark.severity].icon)


def show_production(applied: Application) -> None:
    """Show the champion on the production base, beside the models it was chosen from and both constants."""
    if not applied.metrics:
        st.info(f"{applied.labelled_rows:,} labelled shots are too few to measure on.", icon=":material/help:")
        return
    show_estimates(
        {f"champion (version {applied.model_version})": applied.metrics}
        | {f"{MODELS[name]}, dev": estimates for name, estimates in applied.contenders.items()}
        | {"constant, dev rate": applied.constant_dev, "constant, prod rate": applied.constant_prod}
    )
    known = f" it has not learned from ({applied.learned_rows:,} it has)" if applied.learned_rows else ""
    st.caption(
        f"Three-point shots (base prod): {applied.rows_scored:,} scored, measured on the {applied.labelled_rows:,} "
        f"labelled ones{known}. The champion is a copy of {applied.origin}. Its mean probability is "
        f"{applied.mean_probability:.1%}, the make rate seen {applied.make_rate:.1%}; it calls "
        f"{applied.share_predicted_made:.1%} of the shots baskets. The constants give every shot the make rate of what "
        "the champion learned from, or that of these labelled shots."
    )


@st.cache_resource(ttl="10s", show_spinner="Loading the champion")  # promotion moves the alias while the page is open
def champion_of(project: Path) -> Champion:
    """Return the model in office."""
    return load_champion(project)


def ask_for_shot() -> tuple[int, int, dict[str, int]]:
    """Return the place of a shot in court units, and when in a game it is taken."""
    side = st.slider("Side, feet; left is negative (lado, pés)", *SIDE, 10.0, 0.5, format="%.1f", key="side")
    depth = st.slider("Depth, feet from the hoop (profundidade, pés)", *DEPTH, 12.0, 0.5, format="%.1f", key="depth")
    period = st.number_input("Period; 5 and up: overtime (período)", 1, LAST_PERIOD, 1, key="period")
    last_minute = LAST_MINUTE if period <= QUARTERS else LAST_MINUTE_OF_OVERTIME
    minutes = st.number_input("Whole minutes left (minutos restantes)", 0, last_minute, 2, key="minutes")
    playoffs = st.toggle("Playoffs", key="playoffs")
    when = {"minutes_remaining": minutes, "period": period, "playoffs": int(playoffs)}
    return round(side * UNITS_PER_FOOT), round(depth * UNITS_PER_FOOT), when


def show_answer(champion: Champion, loc_x: int, loc_y: int, when: dict[str, int]) -> None:
    """Show what the champion says of one shot, and which version said it."""
    distance = int(to_distance(loc_x, loc_y))
    shot = {"lat": float(to_lat(loc_y)), "lon": float(to_lon(loc_x)), "shot_distance": distance} | when
    answer = score(champion.estimator, pd.DataFrame([shot])).iloc[0]
    probability, label = st.columns(2)
    probability.metric("Probability of a basket (probabilidade de cesta)", f"{answer['probability']:.1%}")
    label.metric("Label (rótulo)", "basket, 1" if answer["label"] else "miss, 0")
    st.caption(
        f"Answered by {champion.name}, version {champion.version}, a copy of {champion.origin}, "
        f"for a shot from {distance} feet at lat {shot['lat']}, lon {shot['lon']}."
    )


def warn_of_unknown_distance(applied: Application | None) -> None:
    """Say that the champion never learned from three-point shots, with what the report knows of the distances."""
    known = ""
    if applied:
        (distance,) = (shift for shift in applied.shifts if shift.feature == "shot_distance")
        known = (
            f" Those were {distance.learned_mean:.1f} feet away on average, and {distance.share_in_support:.1%} of the "
            "production shots are from a distance common among them."
        )
    st.warning(
        f"**Beyond the three-point line.** The champion learned from two-point shots only.{known} Do not rely on the "
        "answer. (O modelo nunca viu arremessos de três pontos.)",
        icon=":material/warning:",
    )


st.set_page_config(page_title="Kobe shots", page_icon="🏀")
st.title("Will this Kobe Bryant shot go in?")
st.caption("Este arremesso de Kobe Bryant vai entrar?")

try:
    project = find_project()
    report = read_report(project)
except KobeShotsError as nothing_to_show:
    st.info(str(nothing_to_show), icon=":material/info:")
    st.caption("Ainda não há o que mostrar: rode `make run` na pasta do projeto e recarregue esta página.")
    st.stop()

if report.application:
    show_verdict(report.application.adherence)
else:
    show_missing("PipelineAplicacao", on=APPLIED_ON)
show_provenance(report)

st.header("Which model, and why")
st.caption("Qual modelo, e por quê")
show_choice(report)

if report.application:
    st.header("In production")
    st.caption("Em produção")
    show_production(report.application)

st.header("Score a shot")
st.caption("Pontue um arremesso: posição e momento dão a probabilidade de cesta")
try:
    champion = champion_of(project)
except KobeShotsError as nobody_in_office:
    st.info(str(nobody_in_office), icon=":material/info:")
    st.stop()

form, floor = st.columns(2, gap="large")
with form:
    loc_x, loc_y, when = ask_for_shot()
floor.altair_chart(draw_half_court(loc_x, loc_y), width="content")
show_answer(champion, loc_x, loc_y, when)
if beyond_line(loc_x, loc_y):
    warn_of_unknown_distance(report.application)
