"""How do rows and records become Markdown?"""

from typing import Any

from kobe_shots.language import PORTUGUESE, Language


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table.

    >>> print(table(["n", "rate"], [["10", "0.5"]]), end="")
    | n | rate |
    | --- | --- |
    | 10 | 0.5 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def interval(value: float, low: float, high: float, form: str, language: Language) -> str:
    """Return a value with its interval, as a language writes them: a decimal comma asks for another separator.

    >>> interval(0.64731, 0.64269, 0.652, ".3f", Language("pt"))
    '0,647 [0,643; 0,652]'
    """
    at, least, most = (language.localise(f"{one:{form}}") for one in (value, low, high))
    return f"{at} [{least}{';' if language.code == PORTUGUESE else ','} {most}]"


def fields(schema: dict[str, Any]) -> str:
    """Return the report's fields as Markdown tables, one for each kind of record.

    `schema` is the JSON schema of `Report`.
    """
    records = {"Report": schema} | schema["$defs"]
    return "\n".join(_record(name, record) for name, record in records.items() if "properties" in record)


def _record(name: str, record: dict[str, Any]) -> str:
    rows = [[f"`{field}`", _kind(about), about.get("description", "")] for field, about in record["properties"].items()]
    purpose = record.get("description", "").splitlines()[0]
    return f"## {name}\n\n{purpose}\n\n{table(['field', 'type', 'meaning'], rows)}"


def _kind(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    if "anyOf" in about:
        return " or ".join(_kind(option) for option in about["anyOf"])
    if about.get("type") == "array":
        return f"list of {_kind(about.get('items') or about['prefixItems'][0])}"  # a pair names each of its items
    if isinstance(about.get("additionalProperties"), dict):
        return f"{_kind(about['additionalProperties'])} by name"
    return str(about.get("const", about.get("type", "any")))
