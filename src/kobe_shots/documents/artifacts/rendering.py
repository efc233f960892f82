"""How do artifacts become a document? One paragraph and one table each, in the order of the layers."""

import re
from collections.abc import Iterable
from pathlib import Path

from kobe_shots.documents.artifacts import raw_table, registry
from kobe_shots.documents.artifacts.bases import BASES, SIMULATED
from kobe_shots.documents.artifacts.described import Artifact, Column, Table, tell
from kobe_shots.documents.artifacts.files import columns_of, rows_of, shape_of
from kobe_shots.documents.artifacts.flow import Entry, follow, title_of
from kobe_shots.documents.artifacts.recorded import RECORDED, REPLAYED
from kobe_shots.documents.artifacts.scored import MODELS, SCORED
from kobe_shots.documents.artifacts.searched import SEARCHED
from kobe_shots.documents.artifacts.watched import WATCHED
from kobe_shots.documents.markdown import table
from kobe_shots.language import Language
from kobe_shots.pipelines import RUN_NAMES

RAW, UNLABELLED, PREPARED, SPLIT = (*BASES[:2], SIMULATED), BASES[2:3], BASES[3:4], BASES[4:]
SECTIONS = {  # in the order of the layers
    "artifacts_raw": RAW,
    "artifacts_intermediate": UNLABELLED,
    "artifacts_primary": PREPARED,
    "artifacts_model_input": SPLIT,
    "artifacts_models": MODELS,
    "artifacts_model_output": SCORED,
    "artifacts_of_each_model": SEARCHED,
    "artifacts_of_health": WATCHED,
    "artifacts_of_records": RECORDED,
    "artifacts_of_replays": REPLAYED,
}
ARTIFACTS = tuple(artifact for of in SECTIONS.values() for artifact in of)
SAID_IN = {of: artifact for artifact in reversed(ARTIFACTS) for of in artifact.tables}  # the first with that shape
BRACES = str.maketrans("", "", "{}")


def sections(project: Path, language: Language) -> dict[str, str]:
    """Return what the document on artifacts holds, by the name of its section.

    Args:
        project: in which the whole job has run; its raw files and tables are looked at.
        language: of the document.

    Raises:
        KobeShotsError: a file is not there, or has a column that is not described.
    """
    entries = follow(project)
    rendered = {
        name: "\n".join(_artifact(project, one, entries, language) for one in of) for name, of in SECTIONS.items()
    }
    return {
        "artifact_steps": _steps(entries, language),
        **raw_table.sections(project, language),
        **rendered,
        **registry.sections(entries, language),
    }


def _steps(entries: dict[str, Entry], language: Language) -> str:
    say = language.say
    return table(
        [say("step"), say("artifacts read"), say("artifacts written")],
        [
            [
                f"`{step}`",
                *(
                    ", ".join(_link(name, entry) for name, entry in entries.items() if step in getattr(entry, side))
                    for side in ("needed_by", "written_by")
                ),
            ]
            for step in RUN_NAMES
        ],
    )


def _artifact(project: Path, one: Artifact, entries: dict[str, Entry], language: Language) -> str:
    say, entry = language.say, entries.get(one.name, Entry())
    parts = [
        f'<a id="{_anchor(one.name)}"></a>\n\n### `{title_of(one.name, entry).removeprefix("data/08_reporting/")}`',
        tell(one.objective, language),
        _who(one, entry, language),
    ]
    paths = [path for path in entry.datasets.values() if path] or ([Path(one.name)] if "/" in one.name else [])
    files = [_file(project, path, one, language) for path in paths]
    if files:
        parts.append(f"{say('Files:')} {', '.join(files)}.")
    if one.holds:
        parts.append(tell(one.holds, language))
    if one.record is not None and not one.tables:
        parts.append(_record(one, language))
    for shape in one.tables:
        parts += _table(project, paths, one, shape, entries, language)
    if one.glossary is not None:
        head = [say("name"), say("kind")]
        parts += [say("Its metrics, by name:"), _described(one.glossary.columns, {}, head, language)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _who(one: Artifact, entry: Entry, language: Language) -> str:
    say = language.say
    writers = [tell(one.written_by, language)] if one.written_by else [f"`{step}`" for step in entry.written_by]
    said = [say("Written by {steps}.", steps=", ".join(writers))]
    readers = [*(f"`{step}`" for step in entry.read_by), *(tell(who, language) for who in one.read_by)]
    if readers:
        said.append(say("Read by {steps}.", steps=", ".join(readers)))
    if one.pages:
        pages = ", ".join(language.look_up(page) for page in one.pages)
        said.append(say("On the dashboard: {pages}.", pages=pages))
    if entry.in_run:
        said.append(say("A copy lies in the MLflow run."))
    return " ".join(said)


def _file(project: Path, path: Path, one: Artifact, language: Language) -> str:
    name = f"`{path.as_posix()}`"
    if path.suffix != ".parquet" or one in (SIMULATED, *REPLAYED):
        return name
    if one.tables:
        shape_of(project / path, one.tables)
    return language.say("{file} ({n:,} rows)", file=name, n=rows_of(project / path))


def _record(one: Artifact, language: Language) -> str:
    assert one.record is not None  # noqa: S101 -- asked for those that have one
    name = one.record.__name__
    where = f"[{name}](report.md#{name.lower()})"
    keys = ", ".join(f"`{key}`" for key in one.record.model_fields)
    return language.say("Field by field: {where}. Its keys: {keys}.", where=where, keys=keys)


def _table(
    project: Path, paths: list[Path], one: Artifact, shape: Table, entries: dict[str, Entry], language: Language
) -> list[str]:
    say, row = language.say, tell(shape.row, language)
    if (first := SAID_IN[shape]) is not one:
        return [say("A row is {row}. Columns as in {first}.", row=row, first=_link(first.name, entries[first.name]))]
    kinds = {}
    if not shape.columns[0].kind:  # else the description tells them
        kinds = next(columns_of(project / path) for path in paths if shape_of(project / path, one.tables) is shape)
    if one.record is not None:
        told, head = say("It holds {row}. Its keys:", row=row), [say("key"), say("type")]
    else:
        told, head = say("A row is {row}.", row=row), [say("column"), say("type")]
    return [told, _described(shape.columns, kinds, head, language)]


def _described(columns: Iterable[Column], kinds: dict[str, str], head: list[str], language: Language) -> str:
    say = language.say
    return table(
        [*head, say("meaning"), say("unit"), say("values")],
        [
            [
                f"`{column.name}`",
                *(
                    tell(text, language)
                    for text in (column.kind or kinds[column.name], column.meaning, column.unit, column.values)
                ),
            ]
            for column in columns
        ],
    )


def _link(name: str, entry: Entry) -> str:
    return f"[`{title_of(name, entry)}`](#{_anchor(name)})"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w{}]+", "-", name).translate(BRACES)
