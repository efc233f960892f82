"""Is all that is said, said in Portuguese too? Catalogues against the program's text, and parts that survive."""

import ast
import pickle
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from pydantic import BaseModel

from kobe_shots.language import ENGLISH, LOCALE, PORTUGUESE, Language, Said, Spoken, join, say, speak
from kobe_shots.report import Report

REPOSITORY = Path(__file__).parents[1]
CATALOGUES = sorted((LOCALE / "pt_BR").glob("*.po"))
SOURCES = {"src/kobe_shots": {"say"}, "streamlit": {"say", "t"}}  # which functions say a text
OF_A_VALUE = "value"  # the comment of an entry that is no template, but what is put into one


def entries() -> Iterator[tuple[Path, Entry]]:
    for path in CATALOGUES:
        with path.open("rb") as file:
            yield from ((path, one) for one in read_po(file, locale="pt_BR") if one.id)


def placeholders(text: str) -> list[tuple[str, str]]:
    return sorted((name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None)


def needs_words(template: str) -> bool:
    """Return whether there is anything to translate: a letter outside of placeholders."""
    return any(letter.isalpha() for text, *_ in Formatter().parse(template) for letter in text)


def templates(folder: str) -> dict[str, str]:
    """Return every template that a folder's modules say, and which module does.

    Babel's extraction is not used: it leaves out a `say` that stands inside another call of `say`.
    """
    found: dict[str, str] = {}
    for path in (REPOSITORY / folder).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and _name(call.func) in SOURCES[folder]:
                first = call.args[0]
                choices = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
                texts = (one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str))
                found |= dict.fromkeys(texts, path.relative_to(REPOSITORY).as_posix())
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


# ---- the catalogues


@pytest.mark.parametrize("folder", SOURCES)
def test_every_template_is_in_a_catalogue(folder: str) -> None:
    known = speak(PORTUGUESE).known
    said = templates(folder)
    missing = sorted(f"{path}: {one}" for one, path in said.items() if needs_words(one) and one not in known)
    assert not missing, "\n".join(["not in any catalogue:", *missing])


def test_every_entry_is_said_somewhere() -> None:
    said = set[str]().union(*map(templates, SOURCES))
    obsolete = [f"{path.name}: {one.id}" for path, one in entries() if one.id not in said]
    values = {f"{path.name}: {one.id}" for path, one in entries() if OF_A_VALUE in one.auto_comments}
    assert not (left := sorted(set(obsolete) - values)), "\n".join(["said nowhere:", *left])


def test_translations_hold_the_placeholders_of_the_english_text() -> None:
    other = [f"{path.name}: {one.id}" for path, one in entries() if placeholders(one.id) != placeholders(one.string)]
    assert not other, "\n".join(["other placeholders:", *other])


def test_no_translation_is_fuzzy_or_empty() -> None:
    unsure = [f"{path.name}: {one.id}" for path, one in entries() if one.fuzzy or not one.string]
    assert not unsure, "\n".join(["fuzzy or empty:", *unsure])


def test_a_text_has_one_translation() -> None:
    by_id = defaultdict(set)
    for path, one in entries():
        by_id[one.id].add((one.string, path.name))
    several = [f"{text}: {sorted(of)}" for text, of in by_id.items() if len({string for string, _ in of}) > 1]
    assert not several, "\n".join(["translated in more than one way:", *several])


# ---- what a record says


class Note(Spoken):
    sentence: str
    other: str = ""


NAMES = {"{n:,} shots": "{n:,} arremessos", "{what}: {why}.": "{what}. Motivo: {why}.", "lat": "latitude"}
IN_PORTUGUESE = Language(PORTUGUESE, NAMES)


def test_a_sentence_is_its_english_text_and_knows_its_parts() -> None:
    said = say("{n:,} shots", n=1234)
    assert said == "1,234 shots"
    assert f"{said}!" == "1,234 shots!"
    assert said.message.values == {"n": 1234}
    assert pickle.loads(pickle.dumps(said)).message == said.message  # noqa: S301 -- its own bytes


def test_a_sentence_in_another_and_a_name_are_translated_where_they_stand() -> None:
    note = Note(sentence=say("{what}: {why}.", what="lat", why=say("{n:,} shots", n=1234)))
    assert note.sentence == "lat: 1,234 shots."
    assert IN_PORTUGUESE.tell(note) == "latitude. Motivo: 1.234 arremessos."
    assert speak(ENGLISH).tell(note) == note.sentence


def test_a_text_that_was_not_said_stands_in_another_as_it_is() -> None:
    note = Note(sentence=say("{what}: {why}.", what="3.5 feet", why=Note(sentence="a fault").saying()))
    assert IN_PORTUGUESE.tell(note) == "3,5 feet. Motivo: a fault."
    assert IN_PORTUGUESE.tell(Note(sentence="plain 1.5")) == "plain 1.5"


@pytest.mark.parametrize(
    ("number", "spec", "english", "portuguese"),
    [
        (1234567, ":,", "1,234,567", "1.234.567"),
        (np.int64(1234), ":,", "1,234", "1.234"),
        (np.float32(0.5), ":.1%", "50.0%", "50,0%"),
        (-0.0125, ":+.4f", "-0.0125", "-0,0125"),
        (1234.5, ":,.1f", "1,234.5", "1.234,5"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    number: float, spec: str, english: str, portuguese: str
) -> None:
    note = Note(sentence=say(f"{{x{spec}}}", x=number))
    assert (note.sentence, IN_PORTUGUESE.tell(note)) == (english, portuguese)


@pytest.mark.parametrize("text", ["2016-04-13", "3.3.2", "v1.2", "1/2", "1.2.3.4:5000"])
def test_what_is_no_number_is_left_as_it_is(text: str) -> None:
    assert IN_PORTUGUESE.localise(text) == text


def test_texts_are_joined() -> None:
    note = Note(sentence=join("; ", ["lat", say("{n:,} shots", n=1234)]))
    assert (note.sentence, IN_PORTUGUESE.tell(note)) == ("lat; 1,234 shots", "latitude; 1.234 arremessos")


def test_a_record_says_the_same_after_it_was_written_and_read() -> None:
    note = Note(sentence=say("{what}: {why}.", what="lat", why=say("{n:,} shots", n=2)), other=say("{n:,} shots", n=1))
    read = Note.model_validate_json(note.model_dump_json())
    assert read == note
    assert IN_PORTUGUESE.tell(read) == "latitude. Motivo: 2 arremessos."
    assert IN_PORTUGUESE.tell(read, "other") == "1 arremessos"
    assert isinstance(read.saying(), Said)


def test_a_field_that_was_changed_by_itself_is_told_in_english() -> None:
    note = Note(sentence=say("{n:,} shots", n=1234)).model_copy(update={"sentence": "nothing"})
    assert IN_PORTUGUESE.tell(note) == "nothing"
    assert not isinstance(note.saying(), Said)


def test_parts_are_replaced_with_the_sentence() -> None:
    note = Note(sentence=say("{n:,} shots", n=1234), other=say("{n:,} shots", n=1))
    again = Note.model_validate(dict(note) | {"sentence": say("{n:,} shots", n=5)})
    assert (IN_PORTUGUESE.tell(again), IN_PORTUGUESE.tell(again, "other")) == ("5 arremessos", "1 arremessos")


# ---- what a run says


def test_nothing_a_run_reports_is_left_in_english(
    simulated: Path, english_left: Callable[[BaseModel], list[str]]
) -> None:
    report = Report.model_validate_json((simulated / "data/08_reporting/report.json").read_bytes())
    assert not english_left(report)
    assert report.application is not None
    assert report.monitoring is not None
    portuguese = speak(PORTUGUESE)
    assert portuguese.tell(report.provenance).startswith("Arremessos simulados")
    told = portuguese.tell(report.monitoring.batches["prod"], "action")
    assert told != report.monitoring.batches["prod"].action
    for record in (report.application.adherence, report.monitoring.batches["prod"].overall):
        assert isinstance(record.saying(), Said)
        assert not re.search(r"\b(the|is|are|of|shots)\b", portuguese.tell(record))
