"""Group 3, in files: are rows and columns those asked for, are their dimensions told, and is each phase kept?"""

from collections.abc import Iterator

from kobe_shots.language import Said, say
from kobe_shots.rubric.answers import Evidence, Judged, failed, passed, untold
from kobe_shots.rubric.bases import (
    COLUMNS,
    PUBLISHED,
    metric_with,
    number,
    prepared,
    run_of_preparation,
)
from kobe_shots.rubric.code import calls
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.statements import is_task
from kobe_shots.rubric.tables import canonical
from kobe_shots.rubric.words import plain, says
from kobe_shots.shots.schema import FEATURES

DROPPING = r"(?:.*\.)?(?:dropna|drop_nulls|na\.drop|drop_null)"
ROW_IDS = {"shot_id"}
BESIDE = r"(?<![\d.,])7(?![\d.,]\d|\d)|sete|seven|linhas?|rows?|registros?|records?|arremessos?|shots?|dimens|shape"


def missing_removed(found: Found) -> Judged:
    """3.4: the filtered bases lack no value, and rows that do were left out and not filled in."""
    here = prepared(found)
    if here:
        for one, filtered in here:
            if filtered.missing is None:
                return untold(
                    say("The values of {table} cannot be read; write it anew.", table=filtered.path), [filtered.here]
                )
            if lacking := sum(filtered.missing.values()):
                return failed(
                    say("{n:,} values are missing in {table}.", n=lacking, table=filtered.path), [filtered.here]
                )
            expected = one.complete_rows
            if expected is not None and one.raw and filtered.rows > expected:
                return failed(
                    say(
                        "{table} has {rows:,} rows, and only {expected:,} of the {raw:,} raw ones are complete: values "
                        "were filled in instead of rows left out.",
                        table=filtered.path,
                        rows=filtered.rows,
                        expected=expected,
                        raw=one.raw.rows,
                    ),
                    [filtered.here, one.raw.here],
                )
        total = sum(filtered.rows for _, filtered in here)
        return passed(
            say("No value is missing in the {n:,} filtered rows.", n=total), [filtered.here for _, filtered in here]
        )
    drop = next(calls(found.sources, DROPPING), None)
    if drop is None:
        return _absent(found, say("No code leaves out rows with missing data, and no filtered base is here."))
    source, call = drop
    return passed(
        say(
            "The code leaves out rows with missing data ({call}); no filtered base is here to look at.", call=call.name
        ),
        [source.at(call.line), *_rows_on_record(found)],
    )


def columns_selected(found: Found) -> Judged:
    """3.5: the filtered bases have exactly the six features and the target."""
    here = prepared(found)
    names = ", ".join(sorted(COLUMNS))
    for _, filtered in here:
        held = canonical(filtered.columns) - ROW_IDS
        if held != COLUMNS:
            return failed(
                say(
                    "{table} should have exactly {names}; lacking: {lacking}; too many: {extra}.",
                    table=filtered.path,
                    names=names,
                    lacking=", ".join(sorted(COLUMNS - held)) or "-",
                    extra=", ".join(sorted(held - COLUMNS)) or "-",
                ),
                [filtered.here],
            )
    if here:
        return passed(
            say("The filtered bases have exactly {names}.", names=names), [filtered.here for _, filtered in here]
        )
    if (place := _features_in_code(found)) is None:
        return _absent(found, say("No code names exactly the six features together, and no filtered base is here."))
    return passed(say("The six features are selected together; no filtered base is here to look at."), [place])


def dimensions_stated(found: Found) -> Judged:
    """3.6: rows of the prepared base are told in a document or a notebook, or logged by the run that prepared it."""
    here = {one.stage: filtered for one, filtered in prepared(found)}
    rows = {stage: here[stage].rows if stage in here else published for stage, published in PUBLISHED.items()}
    told = {stage: next(_stated(found, rows[stage]), None) for stage in rows}
    if told["dev"]:
        both = say(
            "The prepared bases have {dev:,} and {prod:,} rows and {columns} columns, and that is stated.",
            **rows,
            columns=len(COLUMNS),
        )
        dev = say(
            "The prepared base has {dev:,} rows and {columns} columns, and that is stated.",
            dev=rows["dev"],
            columns=len(COLUMNS),
        )
        without = (
            []
            if told["prod"]
            else [say("The dimensions of the prod base, {n:,} rows, are stated nowhere.", n=rows["prod"])]
        )
        return passed(both if told["prod"] else dev, [place for place in told.values() if place], without)
    nowhere = say(
        "That the prepared base has {n:,} rows and {columns} columns is stated in no document, notebook or run.",
        n=rows["dev"],
        columns=len(COLUMNS),
    )
    if found.documents and found.stores:
        return failed(nowhere)
    return untold(say("{nowhere} Give the documents and the MLflow store.", nowhere=nowhere))


def _absent(found: Found, what: Said) -> Judged:
    if found.sources:
        return failed(what)
    return untold(say("There is neither a filtered base nor Python code here; give the folder that has them."))


def _features_in_code(found: Found) -> Evidence | None:
    wanted = (COLUMNS, frozenset(FEATURES))
    in_code = (
        source.at(line)
        for source in found.sources
        for texts, line in source.lists
        if frozenset(canonical(texts)) in wanted
    )
    return next(in_code, None)


def _rows_on_record(found: Found) -> list[Evidence]:
    run = run_of_preparation(found)
    return [place for rows in PUBLISHED.values() if (place := metric_with(run, rows))]


def _stated(found: Found, rows: int) -> Iterator[Evidence]:
    """Return where a number of rows is told, beside a word or number for the columns or for rows."""
    for document in found.documents:
        for block in document.blocks:
            said = plain(block.text)
            if says(number(rows), said) and says(BESIDE, said) and not is_task(said):
                yield document.at(block)
    if place := metric_with(run_of_preparation(found), rows):
        yield place
