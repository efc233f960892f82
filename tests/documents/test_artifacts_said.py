"""Is all that is said of artifacts said in Portuguese too, and is nothing in the catalogue that is said no more?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from babel.messages.pofile import read_po

from kobe_shots.documents.artifacts import files, registered
from kobe_shots.documents.artifacts.raw_columns import CATEGORIES, RAW_COLUMNS
from kobe_shots.documents.artifacts.rendering import ARTIFACTS
from kobe_shots.language import LOCALE, PORTUGUESE, Said, speak

CATALOGUE = LOCALE / "pt_BR" / "artifacts.po"
NAMES = {"name", "follows_from", "record"}  # fields that hold names of the code
OF_CODE = re.compile(r"`[^`]*`|\b(F1|int64|float64|bool)\b")


def texts(of: object) -> Iterator[str]:
    """Yield every text that a description holds, its parts included, but for the names of things."""
    if isinstance(of, str):
        yield of
    elif is_dataclass(of):
        yield from texts([getattr(of, one.name) for one in fields(of) if one.name not in NAMES])
    elif isinstance(of, Iterable):
        for part in of:
            yield from texts(part)


def needs_words(text: str) -> bool:
    return not isinstance(text, Said) and any(map(str.isalpha, OF_CODE.sub("", text)))


def said() -> set[str]:
    told = [registered.MODELS, registered.ALIASES, registered.MODEL_FILES, registered.FLAVOURS, registered.VERSION_TAGS]
    told += [registered.LINEAGE_FILES, registered.EVERY_RUN, registered.RUNS]
    described = [ARTIFACTS, RAW_COLUMNS, CATEGORIES.items(), files.KINDS]
    return {text for text in texts([told, described]) if needs_words(text)}


def test_every_description_is_said_in_portuguese() -> None:
    known = speak(PORTUGUESE).known
    assert not sorted(said() - set(known))


def test_the_catalogue_holds_no_description_that_is_gone() -> None:
    with CATALOGUE.open("rb") as file:
        values = {str(one.id) for one in read_po(file, locale="pt_BR") if "value" in one.auto_comments}
    assert values
    assert not sorted(values - said())


def test_texts_are_looked_for_in_every_part() -> None:
    assert {"degrees", "a labelled shot", "Overview", "people", "MLflow's own: name, user, source"} <= said()
    assert not needs_words("`lat`, `lon`")
    assert needs_words("`all` or `YYYY-YY`")
