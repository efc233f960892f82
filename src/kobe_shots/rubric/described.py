"""Which artifacts do the documents describe? What a heading, table row or list item names, and what is told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kobe_shots.rubric.answers import Evidence
from kobe_shots.rubric.catalog import Entry
from kobe_shots.rubric.categories import COLUMNS
from kobe_shots.rubric.documents import Document
from kobe_shots.rubric.markdown import Block
from kobe_shots.rubric.words import names_in, plain, says

COMPOSITION = (
    r"\b(?:colun\w*|columns?|linhas?|rows?|campos?|fields?|contem|contains?|holds?|compost\w*|composic\w*|format\w*|schema|"
    r"esquema|estrutura\w*|structure|chaves?|keys?|tabela|table|figura|figure|imagem|grafico|curva|curve|pickle\w*|"
    r"pipeline|serializ\w*|hiperparametros|parametros|coeficientes|files?|arquivos?|bins?|faixas|bars?|barras?|pagina|page|"
    r"vers(?:ion|ao|oes)|\d+ ?x ?\d+|consist\w*|made of)\b"
)
FEWEST_WORDS = 6  # of an objective: fewer are a title
LONGEST_TITLE = 200
SHORT_TITLE = 2
SEPARATORS = (": ", " — ", " \N{EN DASH} ", " - ", " | ")


@dataclass(frozen=True)
class Described:
    """A thing that a document names and tells about; `head` is that of the table it stands in."""

    names: frozenset[str]
    title: str
    body: str = field(repr=False)
    head: str
    here: Evidence

    @property
    def is_told(self) -> bool:
        """Return whether there is an objective, some words in a row, and a composition, as columns or by its words."""
        words = self.body.split()
        composed = says(COMPOSITION, f"{self.head} {self.body}") or len(set(words) & set(COLUMNS)) > 1
        return composed and len(words) >= FEWEST_WORDS


def described(documents: Sequence[Document]) -> list[Described]:
    """Return what the documents tell about, by name, where both objective and composition are there."""
    return [one for document in documents for one in _things(document) if one.is_told]


def tells_of(things: Sequence[Described], entry: Entry) -> Described | None:
    """Return what tells of a dataset, by its name or its file's."""
    return next((one for one in things if any(entry.is_called(name) for name in one.names)), None)


def _things(document: Document) -> Iterator[Described]:
    head: tuple[str, ...] = ()
    for number, block in enumerate(document.blocks):
        if block.kind == "row":
            if head and len(block.cells) > 1:
                yield _thing(document, block, block.cells[0], block.cells[1:], head[1:])
            head = head or block.cells
            continue
        head = ()
        if block.kind in ("item", "text"):
            title, body = _apart(block.text)
            if title:
                yield _thing(document, block, title, [body, *_below(document.blocks, number)])
    for section in document.sections():
        if section and section[0].kind == "heading":
            yield _thing(document, section[0], section[0].text, [one.text for one in section[1:]])


def _thing(document: Document, block: Block, title: str, body: Sequence[str], head: Sequence[str] = ()) -> Described:
    title = title[:LONGEST_TITLE]
    short = len(title.split()) <= SHORT_TITLE
    names = frozenset(name for name in names_in(title) if short or "_" in name)  # "health" in a sentence names no file
    return Described(names, plain(title), plain(" ".join(body)), plain(" ".join(head)), document.at(block))


def _apart(text: str) -> tuple[str, str]:
    """Return a title and what is said of it.

    >>> _apart("base_train: rows to learn from")
    ('base_train', 'rows to learn from')
    """
    cuts = [(at, separator) for separator in SEPARATORS if 0 < (at := text.find(separator)) < LONGEST_TITLE]
    if not cuts:
        return (text.rstrip(":"), "") if text.endswith(":") else ("", "")
    cut, separator = min(cuts)
    return text[:cut], text[cut + len(separator) :]


def _below(blocks: Sequence[Block], number: int) -> list[str]:
    """Return the items below one, down to the next of its own depth."""
    below = []
    for place in range(number + 1, len(blocks)):
        one = blocks[place]
        if one.kind not in ("item", "row") or (one.kind == "item" and one.depth <= blocks[number].depth):
            break
        below.append(one.text)
    return below
