"""Are the raw columns categorised? Which of them a document names with a category beside it, and which wrongly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kobe_shots.rubric.documents import Document
from kobe_shots.rubric.markdown import Block
from kobe_shots.rubric.statements import sentences
from kobe_shots.rubric.words import plain
from kobe_shots.shots.schema import ALIASES, RawShots

COLUMNS = tuple(RawShots.to_schema().columns)
NUMERIC, GEOGRAPHIC, TARGET = "numeric", "geographic", "target"
# a type such as int64 or object is how a column is stored, and no category
KINDS = {
    "categorical": r"categoric\w*|qualitativ\w*|nomina(?:l|is)|boolean\w*|binari\w*|binary|dichotomous|dicotomic\w*",
    "ordinal": r"ordina(?:l|is)",
    NUMERIC: r"numeric\w*|quantitativ\w*|discret\w*|continuous|continu[ao]s?",
    GEOGRAPHIC: r"geogra(?:f|ph)ic\w*|geoe?spa[ct]ia(?:l|is)|espacia(?:l|is)|spatial|coordenadas?|coordinates?",
    "identifier": r"identifiers?|identificador\w*|identificacao|ids?|chaves?",
    "time": r"tempora(?:l|is)|datetime|timestamp|datas?/hora",
    "constant": r"constantes?|constants?",
    TARGET: r"target|alvo|variavel resposta|rotulo|label",
}
WHOLE_CELL = {"time": r"dat[ae]s?"}  # "data" says something else inside a sentence
MEASURED = {"lat", "lon", "loc_x", "loc_y", "shot_distance", "minutes_remaining", "seconds_remaining"}
TEXTS = {
    name for name, column in RawShots.to_schema().columns.items() if str(column.dtype) in ("str", "object", "string")
}
NAMES = {name: name for name in COLUMNS} | ALIASES
TOKEN = re.compile(r"(?<![\w.])(" + "|".join(sorted(NAMES, key=len, reverse=True)) + r")(?!\w)")


@dataclass
class Categorised:
    """What a document says of the columns: those with a right category, and what is said of the others."""

    document: Document
    where: list[Block]
    right: set[str]
    wrong: dict[str, str]


def categorised(document: Document) -> Categorised:
    """Return which columns a document gives a category, and which one that cannot be."""
    found = Categorised(document, [], set(), {})
    for block, columns, kinds in _said(document):
        for column in columns if kinds else ():
            if _can_be(column, kinds):
                found.right.add(column)
                found.where.append(block)
            else:
                found.wrong[column] = sorted(kinds)[0]
    found.wrong = {column: kind for column, kind in found.wrong.items() if column not in found.right}
    return found


def _said(document: Document) -> Iterator[tuple[Block, set[str], set[str]]]:
    for block in document.blocks:
        if block.kind == "row":
            yield block, _columns(" ".join(block.cells)), _kinds(block.cells)
        elif block.kind in ("text", "item"):
            above = _kinds([block.lead]) or _kinds(block.headings[-1:])
            for sentence in sentences(block.text):
                yield block, _columns(sentence), _kinds([sentence]) or above


def _columns(text: str) -> set[str]:
    return {NAMES[name] for name in TOKEN.findall(plain(text))}


def _kinds(cells: tuple[str, ...] | list[str]) -> set[str]:
    bare = [TOKEN.sub(" ", plain(cell)).strip() for cell in cells]
    inside = {kind for kind, words in KINDS.items() if any(re.search(rf"\b(?:{words})\b", cell) for cell in bare)}
    return inside | {kind for kind, words in WHOLE_CELL.items() if any(re.fullmatch(words, cell) for cell in bare)}


def _can_be(column: str, kinds: set[str]) -> bool:
    """Return whether one of the categories said may be a column's: text is no number, and what is measured is one."""
    if column in TEXTS:
        kinds = kinds - {NUMERIC, GEOGRAPHIC}
    elif column in MEASURED:
        kinds = kinds & {NUMERIC, GEOGRAPHIC, "ordinal", "time"}
    return bool(kinds)
