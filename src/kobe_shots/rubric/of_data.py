"""Group 1: are the data understood and read, is the model applied, and is it said whether it fits the new base?"""

from collections.abc import Iterator
from itertools import islice
from textwrap import shorten

from kobe_shots.language import Said, say
from kobe_shots.rubric.answers import Evidence, Judged, at, failed, passed, untold
from kobe_shots.rubric.categories import COLUMNS, categorised
from kobe_shots.rubric.code import Source, calls, may_be
from kobe_shots.rubric.found import REPORT, Found
from kobe_shots.rubric.statements import Statement
from kobe_shots.rubric.vocabulary import ADHERENT, DENIED_OR_CLAIMED, FITS, MODEL, NEW_BASE, OPEN
from kobe_shots.rubric.words import says

ENOUGH_COLUMNS = 20
QUOTED = 100  # letters of a statement
BASES = ("dataset_kobe_dev", "dataset_kobe_prod")
APPLICATION = "PipelineAplicacao"
READERS = r"(?:.*\.)?(?:read_\w+|load|scan_parquet|parquet|ParquetDataset|ParquetFile|open)"
LOADERS = r"(?:(?:mlflow|pycaret)\b.*\.)?load_model|(?:joblib|pickle|cloudpickle)\.load"
PREDICTIONS = r"(?:.*\.)?(?:predict|predict_proba|predict_model)"
REQUESTS = r"(?:.*\.)?(?:post|Request|urlopen|request)"
SERVICES = ("fastapi", "flask", "bentoml", "litserve")


def categories(found: Found) -> Judged:
    """1.1: at least 20 of the 25 raw columns stand with a category in one document or notebook."""
    told = [categorised(document) for document in found.documents]
    best = max(told, key=lambda one: len(one.right), default=None)
    n = len(best.right) if best else 0
    if best is None or n < ENOUGH_COLUMNS:
        few = say(
            "{n} of the {all} raw columns stand with a category in one document; at least {needed} are asked for.",
            n=n,
            all=len(COLUMNS),
            needed=ENOUGH_COLUMNS,
        )
        judged = found.not_written(few)
        return judged.model_copy(update={"evidence": [best.document.at(best.where[0])]}) if best and n else judged
    without = ", ".join(column for column in COLUMNS if column not in best.right)
    all_said = say("{n} of the {all} raw columns stand with a category.", n=n, all=len(COLUMNS))
    some = say(
        "{n} of the {all} raw columns stand with a category; without a right one: {without}.",
        n=n,
        all=len(COLUMNS),
        without=without,
    )
    wrong = [
        say("{column} is called {kind}, which it cannot be.", column=column, kind=kind)
        for column, kind in sorted(best.wrong.items())
    ]
    return passed(some if without else all_said, [best.document.at(best.where[0])], wrong)


def reading(found: Found) -> Judged:
    """1.2: the code, or the catalog it uses, reads both raw bases."""
    if not found.sources:
        return untold(say("There is no Python code here that could read the data; give the folder that has it."))
    places = {base: list(_readings(found, base)) for base in BASES}
    seen = [place for held in places.values() for place in held[:2]]
    if unread := [base for base, held in places.items() if not held]:
        return failed(say("Nothing in the code reads {bases}.", bases=", ".join(unread)), seen)
    return passed(say("Both raw bases are read by the solution."), seen)


def applied(found: Found) -> Judged:
    """1.3: code embeds the model or asks it as an API, or a run of the application is on record."""
    ways = list(_ways(found))
    run = next((run for run in found.runs_called(APPLICATION) if run.metrics), None)
    evidence = [*([run.at()] if run else []), *(place for _, place in ways[:2])]
    recorded = say("The run {name} is on record, with its metrics.", name=APPLICATION)
    if ways and run:
        return passed(say("{how} {recorded}", how=ways[0][0], recorded=recorded), evidence)
    if ways:
        return passed(ways[0][0], evidence, [say("No run {name} is here.", name=APPLICATION)])
    if run:
        return passed(recorded, evidence)
    if not found.sources:
        return untold(
            say("There is neither code nor a run {name} here; give the folder that has them.", name=APPLICATION)
        )
    return failed(
        say(
            "No code loads the model and predicts with it, or asks it as an API, and there is no run {name}.",
            name=APPLICATION,
        )
    )


def adherence(found: Found) -> Judged:
    """1.4: a sentence states that the model fits the production base, or does not."""
    written = [_quoted(one) for one in islice(_adherent(found), 1)]  # in its own words, whatever the reader's language
    if found.report and found.report.application:
        return passed(say("{verdict}", verdict=found.report.application.adherence.saying()), [*written, at(REPORT)])
    if written:
        return passed(say("It is stated whether the model is adherent to the new base."), written)
    return found.not_written(say("No document states whether the model is adherent to the new base."))


def _quoted(one: Statement) -> Evidence:
    quoted = shorten(one.written, QUOTED, placeholder=" ...")
    return one.here.model_copy(update={"sentence": f'{one.here.sentence} "{quoted}"', "said": {}})


def _readings(found: Found, base: str) -> Iterator[Evidence]:
    declared = [entry for entry in found.entries if entry.is_called(base)]
    for entry in declared:
        for source in found.sources:
            for text, line in source.texts:
                if may_be(text, entry.name) or may_be(text, base):
                    yield entry.here
                    yield source.at(line)
    for source, call in calls(found.sources, READERS):
        direct = [text for text in call.texts if may_be(text, base)]
        beside = [text for text, _ in source.texts if may_be(text, base)]
        if direct or (beside and ("read" in call.name or "parquet" in call.name.lower())):
            yield source.at(call.line)


def _ways(found: Found) -> Iterator[tuple[Said, Evidence]]:
    for source in found.sources:
        if (line := _line_with(source, "invocations")) and list(calls([source], REQUESTS)):
            yield say("The model is asked as an API."), source.at(line)
        predicting = next(calls([source], PREDICTIONS), None)
        if predicting and any(source.uses(package) for package in SERVICES):
            yield say("The model is served by an API of its own."), source.at(predicting[1].line)
        loading = next(calls([source], LOADERS), None)
        if loading and predicting:
            yield say("The model is embedded: it is loaded, and predicts."), source.at(loading[1].line)


def _line_with(source: Source, word: str) -> int | None:
    return next((line for text, line in source.texts if word in text), None)


def _adherent(found: Found) -> Iterator[Statement]:
    for section in found.sections:
        for one in section:
            is_adherent = says(ADHERENT, one.text) and not says(OPEN, one.text)
            in_other_words = (FITS, MODEL, DENIED_OR_CLAIMED)
            fits = all(says(words, one.text) for words in in_other_words) and says(NEW_BASE, one.paragraph)
            if is_adherent or fits:
                yield one
