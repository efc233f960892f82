"""What are the blocks of a Markdown text? Headings, paragraphs, items, rows and code, with what stands above each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kobe_shots.rubric.words import plain

LABEL_LENGTH = 60
LOWEST = 7  # a bold line is a heading below all others
PARSER = MarkdownIt("commonmark").enable("table")
IMAGE = re.compile(r"<img[^>]*\bsrc=[\"']([^\"']+)")


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item, table row or fenced code, and what stands above it.

    `kind` is heading, text, item, row, code or output; `headings` are those it lies under, the nearest last; `lead` is
    the line with a colon that a list hangs on; `depth` is that of a heading or a list item.
    """

    kind: str
    text: str
    line: int
    headings: tuple[str, ...] = ()
    lead: str = ""
    cells: tuple[str, ...] = ()
    depth: int = 0
    language: str = ""
    pictures: tuple[str, ...] = ()
    cell: int | None = None


def markdown(text: str) -> Iterator[Block]:
    """Return the blocks of a Markdown text in their order."""
    above: list[tuple[int, str]] = []
    lead = ""
    reader = _Reader()
    for block in (block for token in PARSER.parse(text) for block in reader.read(token)):
        if block.kind == "heading":
            above = [*((depth, title) for depth, title in above if depth < block.depth), (block.depth, block.text)]
            lead = ""
        elif block.kind == "text":
            lead = block.text if block.text.endswith(":") else ""
        placed = replace(block, headings=tuple(title for _, title in above), lead=lead)
        if block.kind == "item" and block.text.rstrip("* ").endswith(":") and block.depth == 1:
            lead = block.text
        yield placed


class _Reader:
    """Turns the tokens of a text into blocks, one after the other."""

    def __init__(self) -> None:
        self._inside: list[str] = []
        self._depth = 0
        self._line = 1
        self._row: list[str] = []
        self._pictures: list[str] = []

    def read(self, token: Token) -> Iterator[Block]:
        """Yield what ends with a token."""
        self._line = token.map[0] + 1 if token.map else self._line
        name, _, way = token.type.rpartition("_")
        if way == "open" and name in ("heading", "th", "td", "list_item"):
            self._inside.append(name)
            self._depth = int(token.tag[1]) if name == "heading" else self._depth
        elif way == "close" and name in ("heading", "th", "td", "list_item"):
            self._inside.pop()
        elif token.type == "tr_open":
            self._row, self._pictures = [], []
        elif token.type == "tr_close":
            cells = tuple(self._row)
            yield Block("row", " | ".join(cells), self._line, cells=cells, pictures=tuple(self._pictures))
        elif token.type in ("fence", "code_block"):
            language = token.info.strip().lower().partition(" ")[0]
            yield Block("code", token.content, self._line, language=language)
        elif token.type == "html_block":
            yield from self._html(token)
        elif token.type == "inline":
            yield from self._text(token)

    def _html(self, token: Token) -> Iterator[Block]:
        pictures = tuple(IMAGE.findall(token.content))
        bare = re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.DOTALL)
        if bare.strip() or pictures:
            yield Block("text", " ".join(bare.split()), self._line, pictures=pictures)

    def _text(self, token: Token) -> Iterator[Block]:
        text, pictures = _inline(token)
        inside = self._inside[-1] if self._inside else ""
        if inside in ("th", "td"):
            self._row.append(text)
            self._pictures += pictures
        elif inside == "heading":
            yield Block("heading", text, self._line, depth=self._depth, pictures=pictures)
        elif inside == "list_item":
            yield Block("item", text, self._line, depth=self._inside.count("list_item"), pictures=pictures)
        elif _is_bold(token) and len(text) <= LABEL_LENGTH:
            yield Block("heading", text, self._line, depth=LOWEST)
        else:
            yield Block("text", text, self._line, pictures=pictures)


def _inline(token: Token) -> tuple[str, tuple[str, ...]]:
    """Return what is read of a line, and which pictures are in it."""
    written, pictures = [], []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            written.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            written.append(" ")
        elif child.type == "image":
            pictures.append(str(child.attrGet("src") or ""))
        elif child.type == "html_inline":
            pictures += IMAGE.findall(child.content)
            written.append(" " if plain(child.content).startswith("<br") else "")
    return " ".join("".join(written).split()), tuple(pictures)


def _is_bold(token: Token) -> bool:
    held = [child.type for child in token.children or [] if child.content or child.type != "text"]
    return held[:1] == ["strong_open"] and held[-1:] == ["strong_close"] and held.count("strong_open") == 1
