"""How is a sentence said in two languages? As a template and what was put into it; a catalogue holds the other.

A sentence is written once, in English, where it is known: `say("{n:,} shots", n=3)` is that text, and still knows its
parts. Records that are `Spoken` keep the parts beside the text, so that a reader of the file can say it in Portuguese.
Catalogues are gettext's, one `.po` a part of the program; Babel reads them, for the standard library's gettext reads
compiled ones only, and those are build output.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

LOCALE = Path(__file__).parent / "locale"
ENGLISH, PORTUGUESE = "en", "pt"
FOLDERS = {PORTUGUESE: "pt_BR"}
NUMBER = re.compile(r"(?<![\w.,/-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/-]|[.,]\d)")
SWAPPED = str.maketrans(",.", ".,")

Code = Literal["en", "pt"]


class Message(BaseModel):
    """A sentence in parts: an English template, and what is put into it by name."""

    model_config = {"frozen": True, "extra": "forbid"}

    template: str
    values: Mapping[str, "Message | int | float | str | None"] = {}


class Said(str):
    """A text that still knows what it was made of."""

    __slots__ = ("message",)
    message: Message

    def __new__(cls, message: Message) -> "Said":
        """Return the text of a message, in English."""
        text = super().__new__(cls, render(message))
        text.message = message
        return text

    def __reduce__(self) -> tuple[type["Said"], tuple[Message]]:
        """Say how it is copied and pickled: by its message."""
        return Said, (self.message,)


def say(template: str, /, **values: object) -> Said:
    """Return a sentence in English that can be said in Portuguese.

    Numbers are formatted by the template; sentences that were said are put in as such; anything else as its text.

    >>> say("{n:,} of them, {share:.1%}", n=1234, share=0.5)
    '1,234 of them, 50.0%'
    """
    return Said(Message(template=template, values={name: _part(value) for name, value in values.items()}))


def join(separator: str, parts: Iterable[str]) -> Said:
    """Return texts, said or not, one after the other.

    >>> join(", ", [say("support"), "skill"])
    'support, skill'
    """
    named = {f"part{number}": part for number, part in enumerate(parts)}
    return say(separator.join(f"{{{name}}}" for name in named), **named)


class Spoken(BaseModel):
    """A record whose sentences were said: `said` holds their parts, by field."""

    said: Mapping[str, Message] = Field(default={}, repr=False, description="its sentences in parts, by field")

    def saying(self, name: str = "sentence") -> str:
        """Return what it says in a field, still knowing its parts, to be put into another sentence."""
        text: str = getattr(self, name)
        message = self.said.get(name)
        # a field that was changed by itself has left its parts behind
        return text if message is None or render(message) != text else Said(message)

    @model_validator(mode="before")
    @classmethod
    def _keep_parts(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        said = {name: value.message for name, value in given.items() if isinstance(value, Said)}
        return given | {"said": {**given.get("said", {}), **said}} if said else given


class _Format(Formatter):
    """Formats what is put into a template in the numbers of a language."""

    def __init__(self, language: "Language") -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return render(value, self._language)
        if isinstance(value, str):
            return self._language.localise(format(self._language.look_up(value), format_spec))
        return self._language.localise(format(value, format_spec))


@dataclass(frozen=True)
class Language:
    """A language to speak: its code, and what it calls each English text; it is English where it knows no other."""

    code: Code
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    def look_up(self, text: str) -> str:
        """Return a text in this language, or as it is."""
        return self.known.get(text, text)

    def say(self, template: str, /, **values: object) -> str:
        """Return a template in this language, filled in."""
        return render(say(template, **values).message, self)

    def tell(self, record: Spoken, name: str = "sentence") -> str:
        """Return what a record says in a field; as it is where its parts are not known."""
        text = record.saying(name)
        return render(text.message, self) if isinstance(text, Said) else text

    def localise(self, text: str) -> str:
        """Return a text with its numbers as this language writes them.

        >>> Language("pt").localise("0.647 [0.643, 1,234.5] on 2016-04-13 by 3.3.2")
        '0,647 [0,643, 1.234,5] on 2016-04-13 by 3.3.2'
        """
        if self.code == ENGLISH:
            return text
        return NUMBER.sub(lambda number: number[0].translate(SWAPPED), text)


IN_ENGLISH = Language("en")


def render(message: Message, language: Language = IN_ENGLISH) -> str:
    """Return the text of a message in a language."""
    return _Format(language).vformat(language.look_up(message.template), (), message.values)


@cache
def speak(code: Code) -> Language:
    """Return a language with all its catalogues."""
    if code == ENGLISH:
        return IN_ENGLISH
    known: dict[str, str] = {}
    for path in sorted((LOCALE / FOLDERS[code]).glob("*.po")):
        known |= read_catalogue(path)
    return Language(code, known)


def read_catalogue(path: Path) -> dict[str, str]:
    """Return the translations of a `.po` file, those marked fuzzy or empty left out."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string and not one.fuzzy}


def _part(value: object) -> Any:
    if isinstance(value, Said):
        return value.message
    if value is None or isinstance(value, int | float | str | Message):
        return value
    if isinstance(value, Integral):  # numpy's, for example
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)
