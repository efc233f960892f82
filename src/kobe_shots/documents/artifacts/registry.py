"""How do registered models and MLflow runs become a part of the document? A small table for each thing they hold."""

from collections.abc import Iterable

from kobe_shots import packaging
from kobe_shots.documents.artifacts import registered
from kobe_shots.documents.artifacts.described import Column, tell
from kobe_shots.documents.artifacts.flow import Entry, title_of
from kobe_shots.documents.markdown import table
from kobe_shots.language import Language


def sections(entries: dict[str, Entry], language: Language) -> dict[str, str]:
    """Return what the registry and the runs hold, by the name of their section."""
    return {"registered_models": _models(language), "mlflow_runs": _runs(entries, language)}


def _models(language: Language) -> str:
    say = language.say
    named = [say("name"), say("what it is")]
    takes = ", ".join(f"`{column.name}`" for column in packaging.SIGNATURE.inputs)
    gives = ", ".join(f"`{column.name}` ({column.type.name})" for column in packaging.SIGNATURE.outputs)
    parts = [
        _told(registered.MODELS, [*named, say("registered by")], ("kind",), language),
        say("Aliases:"),
        _told(registered.ALIASES, named, (), language),
        say("Files of a model:"),
        _told(registered.MODEL_FILES, named, (), language),
        say("Flavours:"),
        _told(registered.FLAVOURS, named, (), language),
        say(
            "Signature: it takes any of {takes} (numbers are the places of rows without names, one more than allowed), "
            "and gives {gives}.",
            takes=takes,
            gives=gives,
        ),
        say("Tags of a version:"),
        _told(registered.VERSION_TAGS, [*named, say("of which")], ("values",), language),
        say("What a champion rests on lies in the run that promoted it:"),
        _told(registered.LINEAGE_FILES, named, (), language),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _runs(entries: dict[str, Entry], language: Language) -> str:
    say = language.say
    head, more = [say("name"), say("what it is"), say("kind"), say("unit")], ("kind", "unit")
    parts = [say("Every run:"), _told(registered.EVERY_RUN, head, more, language)]
    for run in registered.RUNS:
        parts += [f"### `{run.name}`", tell(run.about, language), _told(run.facts, head, more, language)]
        copies = [
            f"`{title_of(name, entry)}`"
            for name, entry in entries.items()
            if entry.in_run and run.name in entry.written_by
        ]
        if copies:
            parts.append(say("Copies of its artifacts: {names}.", names=", ".join(copies)))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _told(columns: Iterable[Column], head: list[str], more: tuple[str, ...], language: Language) -> str:
    rows = [
        [f"`{one.name}`", tell(one.meaning, language), *(tell(getattr(one, name), language) for name in more)]
        for one in columns
    ]
    return table(head, rows)
