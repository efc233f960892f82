"""Group 4: is the change between the bases seen, is health watched, and is it told when to train again?"""

from kobe_shots.language import join, say
from kobe_shots.rubric.answers import Judged, failed, passed, untold
from kobe_shots.rubric.code import files_with
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.statements import all_of
from kobe_shots.rubric.vocabulary import (
    AFTER,
    AHEAD,
    BY_INPUTS,
    BY_OUTCOMES,
    DEV,
    PREDICTIVE,
    PROD,
    REACTIVE,
    RETRAIN,
    SHOWN,
    THREE,
    TWO,
    WATCHED,
    WITH,
    WITHOUT,
)
from kobe_shots.rubric.words import plain, says

ENOUGH_WATCHED = 2


def change_identified(found: Found) -> Judged:
    """4.1: it is stated that one base has two-point shots and the other three-point shots."""
    told = all_of(found.sections, [TWO, DEV], [THREE, PROD]) or all_of(found.sections, [TWO], [THREE], [PROD])
    if told:
        return passed(
            say("It is stated that dev has two-point and prod three-point shots."),
            [one.here for one in told],
        )
    return found.not_written(say("No document states what differs: two-point shots in dev, three-point shots in prod."))


def monitoring_described(found: Found) -> Judged:
    """4.2: it is told by what health is seen where outcomes are known, and by what where they are not."""
    told = all_of(found.sections, [WITH, BY_OUTCOMES], [WITHOUT, BY_INPUTS])
    if told:
        return passed(say("Monitoring is described with the target and without it."), [one.here for one in told])
    return found.not_written(
        say("No document describes by what health is seen with the target known, and by what without it.")
    )


def dashboard(found: Found) -> Judged:
    """4.3: pages in Streamlit show figures of the model's health, and are no mere form to ask it."""
    if not found.sources:
        return untold(say("There is no Python code here that could be a dashboard; give the folder that has it."))
    files = files_with(found.sources, "streamlit")
    if not files:
        return failed(say("No code uses Streamlit."))
    pages = [source for source in found.sources if source.path in files]
    shown = [(page, call) for page in pages for call in page.calls if call.name in SHOWN]
    said = {plain(word) for page in pages for word in (*page.names, *(text for text, _ in page.texts))}
    watched = [what for what, words in WATCHED.items() if any(says(words, word) for word in said)]
    if shown and len(watched) >= ENOUGH_WATCHED:
        return passed(
            say("The dashboard shows {what}.", what=join(", ", [say_watched(one) for one in watched])),
            list({page.path: page.at(call.line) for page, call in shown}.values()),
        )
    if not shown:
        return failed(
            say("The Streamlit page is a form at most: it draws no chart, table or metric."), [pages[0].at(1)]
        )
    return failed(
        say("The Streamlit page shows no two figures of the model's health, such as log loss, F1 or drift."),
        [page.at(call.line) for page, call in shown[:1]],
    )


def retraining_described(found: Found) -> Judged:
    """4.4: it is told when a reactive and when a predictive strategy trains again."""
    told = all_of(found.sections, [REACTIVE, AFTER], [PREDICTIVE, AHEAD], [RETRAIN])
    if told:
        return passed(say("Reactive and predictive retraining are described."), [one.here for one in told[:2]])
    return found.not_written(say("No document describes when reactive and when predictive retraining trains again."))


def say_watched(what: str) -> str:
    """Return what a figure of health is called."""
    return {
        "log loss": say("log loss"),
        "F1": "F1",
        "drift": say("drift"),
        "ROC AUC": "ROC AUC",
        "accuracy": say("accuracy"),
        "Brier score": say("Brier score"),
        "calibration": say("calibration"),
        "make rate": say("make rate"),
        "health": say("the model's health"),
    }[what]
