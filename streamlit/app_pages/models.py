"""Which models are there, how good are they, and what is in them? lr and dt, dev and prod, side by side."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pandas as pd
import streamlit as st

import inside_charts
import model_charts
import reading
import search_charts
import states
from charts import show_chart
from kobe_shots.aggregates.curves import COLUMNS, RELIABILITY, ROC
from kobe_shots.aggregates.insides import NODE_COLUMNS, TERM_COLUMNS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.metrics import METRICS
from kobe_shots.report import Stage, TrainedModel, Training
from model_terms import ModelName, base_title, model_title, show_estimate
from registry import show_registry
from terms import metric_title
from words import t, told

TRAIN = "kedro run --pipeline=Treinamento"
MEASURE = "kedro run --tags=metrics"
SEARCHED = ("candidate", "params", "log_loss", "log_loss_sd")


def read(model: str, stage: str, name: str, columns: Iterable[str]) -> pd.DataFrame | None:
    """Return a table of a model, or None where it is missing, broken, or another version's."""
    return reading.table(_folder(model, stage) / f"{name}.parquet", columns)


def show_base(stage: Stage, training: Training) -> None:
    """Show how both models of a base do on its test shots, and which of them is taken."""
    st.subheader(base_title(stage))
    states.show_judgement(training.choice.verdict.severity, told(training.choice.verdict))
    for name, model in training.models.items():
        for remark in model.remarks:
            states.show_judgement(remark.severity, f"{model_title(name)}: {told(remark)}")
    columns = {
        model_title(name): [*_cells(model.test), show_estimate(model.skill)] for name, model in training.models.items()
    }
    columns |= {t("constant"): [*_cells(training.constant), ""], t("always made"): [*_cells(training.always_made), ""]}
    rows = pd.Index([metric_title(metric) for metric in (*METRICS, "skill")], name=t("metric"))
    shots = training.constant["log_loss"].n
    st.table(pd.DataFrame(columns, index=rows), alt=t("Metrics of {base}", base=base_title(stage)))
    st.caption(
        t(
            "On {n:,} test shots; in brackets the {confidence:.0%} interval. Constant: the make rate of the train "
            "shots for every shot. Always made: every shot called a basket, which F1 alone rewards.",
            n=shots,
            confidence=training.confidence,
        )
    )
    show_chart(model_charts.draw_skill(training), model_charts.say_skill(training), width="stretch")
    for name, model in training.models.items():
        st.caption(_how_found(name, model))


def show_curves(stage: Stage, training: Training) -> None:
    """Show ROC and calibration of both models on the test shots of a base."""
    curves = {name: read(name, stage, "curves", COLUMNS) for name in training.models}
    there = {name: table for name, table in curves.items() if table is not None}
    if len(there) < len(curves):
        states.show_missing(t("The curves of these models are missing, or another version wrote them."), MEASURE)
        return
    left, right = st.columns(2)
    with left:
        st.subheader(t("ROC"))
        if all((table["curve"] == ROC).any() for table in there.values()):
            show_chart(model_charts.draw_roc(there, training), model_charts.say_roc(training), width="stretch")
    with right:
        st.subheader(t("Calibration"))
        if all((table["curve"] == RELIABILITY).any() for table in there.values()):
            chart, said = model_charts.draw_reliability(there), model_charts.say_reliability(there)
            show_chart(chart, said, width="stretch")


def show_tree(stage: Stage) -> None:
    """Show the questions of the tree of a base, as boxes, as a picture and as sentences."""
    st.subheader(t("What the decision tree asks"))
    table = read("dt", stage, "explained", NODE_COLUMNS)
    if table is None:
        states.show_missing(t("The nodes of this tree are missing, or another version wrote them."), MEASURE)
        return
    nodes = inside_charts.read_nodes(table)
    said = inside_charts.say_tree(nodes)
    show_chart(inside_charts.draw_tree(nodes), said, width="stretch")
    how = t("A box is as wide as its share of the train shots; below it are the answers to its question.")
    st.caption(f"{how} {said}")
    with st.expander(title := t("The leaves in words")):
        st.table(inside_charts.list_leaves(nodes), hide_index=True, border="horizontal", alt=title)
    picture = reading.project() / _folder("dt", stage) / "tree.png"
    with st.expander(t("The tree as the pipeline drew it")):
        if picture.is_file():
            st.image(str(picture), width="stretch", alt=said)
        else:
            states.show_missing(t("The picture of this tree is missing."), MEASURE)


def show_terms(stage: Stage) -> None:
    """Show the coefficients of the regression of a base."""
    st.subheader(t("What the logistic regression weighs"))
    terms = read("lr", stage, "explained", TERM_COLUMNS)
    if terms is None:
        states.show_missing(t("The coefficients are missing, or another version wrote them."), MEASURE)
        return
    said = inside_charts.say_terms(terms)
    show_chart(inside_charts.draw_terms(terms), said, width="stretch")
    st.caption(said)
    with st.expander(t("The coefficients in numbers")):
        st.table(
            inside_charts.list_terms(terms), hide_index=True, border="horizontal", alt=t("The coefficients in numbers")
        )


def show_search(stage: Stage, name: ModelName, model: TrainedModel) -> None:
    """Show the candidates of a search, the one picked, and what each metric would have picked."""
    st.subheader(t("Search: {model}", model=model_title(name)))
    table = read(name, stage, "candidates", SEARCHED)
    if table is None:
        states.show_missing(t("The candidates of this search are missing, or another version wrote them."), TRAIN)
    else:
        candidates, key = search_charts.read_candidates(name, table)
        chart = search_charts.draw_candidates(name, candidates, key, model.picks, model.picked_by)
        show_chart(chart, search_charts.say_candidates(name, candidates, key, model), width="stretch")
        st.caption(
            t("Square: the one picked. Rings: what other metrics would pick. Bars: a standard deviation between folds.")
        )
        if boundless := int(candidates["size"].isna().sum()):
            st.caption(t("Not drawn: {n} candidates without {key}.", n=boundless, key=key))
    said = t("What each metric would have picked: {model}", model=model_title(name))
    st.table(search_charts.list_picks(model.picks), hide_index=True, border="horizontal", alt=said)
    st.caption("  \n".join(search_charts.name_picks(model.picks)))


def _folder(model: str, stage: str) -> Path:
    return reading.REPORTING / f"{model}_model_{stage}"


def _cells(estimates: Mapping[str, Estimate]) -> list[str]:
    return [show_estimate(estimates[metric]) for metric in METRICS]


def _how_found(name: ModelName, model: TrainedModel) -> str:
    found = t(
        "{model}: {n} candidates over {folds} folds, searched with {made_with}, picked by {metric}; it calls "
        "{share:.1%} of the test shots baskets.",
        model=model_title(name),
        n=model.candidates,
        folds=model.folds,
        made_with=model.made_with,
        metric=metric_title(model.picked_by),
        share=model.share_predicted_made,
    )
    if not model.certain_shots:
        return found
    return f"{found} {t('It is certain of {n:,} of them; each wrong one is dear.', n=model.certain_shots)}"


@st.fragment  # another base is no reason to ask the registry again
def look_closer(training: Mapping[Stage, Training]) -> None:
    """Show curves, insides and search of both models on one base, which is chosen here."""
    bases = list(training)
    if st.session_state.get("base") not in bases:  # trained anew on less than was looked at
        st.session_state["base"] = bases[0]
    stage = st.segmented_control(t("Base"), bases, format_func=base_title, required=True, key="base") or bases[0]
    show_curves(stage, training[stage])
    show_tree(stage)
    show_terms(stage)
    for column, (name, model) in zip(st.columns(2), training[stage].models.items(), strict=True):
        with column:
            show_search(stage, name, model)


report = states.need_report()
if report.training:
    st.header(t("How good they are"))
    for column, (base, trained) in zip(st.columns(len(report.training)), report.training.items(), strict=True):
        with column:
            show_base(base, trained)
    for base in (base for base in get_args(Stage) if base not in report.training):
        untrained = t("Nothing has been trained on {base}.", base=base_title(base))
        states.show_missing(untrained, f"kedro run --tags=training_{base}")
    st.header(t("A closer look"))
    look_closer(report.training)
else:
    states.show_missing(t("The models have not been trained on these shots yet."), TRAIN)
st.header(t("Registry"))
show_registry()
