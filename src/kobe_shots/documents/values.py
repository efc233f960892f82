"""Which number stands in a sentence of a document? The one that an expression finds in what was measured.

A document holds `<!--= EXPRESSION as FORMAT -->0.647<!--/-->`; what lies between is written anew, and the expression
says where the number comes from: a JMESPath expression (jmespath.org) into the results by name (`report` is
report.json, `replays` docs/replays.json, and so on), and a Python format. So prose, in either language, holds no number
typed by hand.
"""

import re
from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from kobe_shots.documents.markdown import interval
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Language, Message, render

VALUE = re.compile(r"(<!--= (?P<expression>.+?)(?: as (?P<format>[^ ]+))? -->).*?(<!--/-->)", re.DOTALL)


def fill_in(text: str, results: Mapping[str, Any], language: Language) -> str:
    """Return a document's text with every number written anew.

    Raises KobeShotsError for an expression that finds nothing, or nothing that can be shown.

    >>> fill_in("Of <!--= report.n as , -->?<!--/--> shots.", {"report": {"n": 5412}}, Language("pt"))
    'Of <!--= report.n as , -->5.412<!--/--> shots.'
    """
    return VALUE.sub(lambda found: f"{found[1]}{_found(found, results, language)}{found[4]}", text)


def expressions(text: str) -> list[str]:
    """Return the expressions of a document, in their order."""
    return [found["expression"] for found in VALUE.finditer(text)]


def show(value: Any, form: str | None, language: Language) -> str | None:  # noqa: PLR0911 -- one a kind of value
    """Return a number, an estimate with its interval, a name or a record's sentence as text; None for anything else.

    `form` is a format of Python's for numbers, and of a record the field that is said.

    >>> show({"value": 0.64731, "low": 0.64269, "high": 0.652, "n": 5412}, None, Language("pt"))
    '0,647 [0,643; 0,652]'
    """
    match value:
        case bool() | None:
            return None
        case int():
            return language.localise(format(value, form or ","))
        case float():
            return language.localise(format(value, form or ".3f"))
        case str():
            return language.look_up(value)
        case {"said": {**said}} if (form or "sentence") in said:
            return render(Message.model_validate(said[form or "sentence"]), language)
        case {"value": at, "low": low, "high": high}:
            return interval(at, low, high, form or ".3f", language)
        case _:
            return None


def _found(found: re.Match[str], results: Mapping[str, Any], language: Language) -> str:
    expression = found["expression"]
    try:
        value = jmespath.search(expression, results)
    except JMESPathError as error:
        raise KobeShotsError(
            f"A document asks for `{expression}`, which is no JMESPath expression: {error}."
        ) from error
    if (text := show(value, found["format"], language)) is None:
        raise KobeShotsError(
            f"A document asks for `{expression}` and gets {value!r:.80}; it can show a number, an estimate with its "
            "interval, a name or a sentence. Mend the expression, or run the whole job first: make run."
        )
    return text
