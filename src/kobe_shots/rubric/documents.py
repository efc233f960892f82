"""Which documents are there, and how are they divided? Markdown and text files, and the prose of notebooks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.markdown import Block, markdown

MARKDOWN = (".md", ".markdown", ".rst", ".txt")
NOT_PROSE = re.compile(r"(?i)^(licen[sc]e|changelog|requirements|constraints|cmakelists|robots)")
NOT_OURS = {"mlruns", "mlartifacts", "tests", "test"}  # what a store or a test holds, the project does not say
NOT_READ = (".pdf", ".docx", ".doc", ".odt", ".pptx")


@dataclass(frozen=True)
class Document:
    """A document of the folder."""

    name: str
    blocks: tuple[Block, ...] = field(repr=False)

    def at(self, block: Block) -> Evidence:
        """Return where a block of it stands."""
        return at(self.name, None if block.cell else block.line, block.cell)

    def sections(self) -> Iterator[tuple[Block, ...]]:
        """Return what stands under each heading with it: up to the next one, and with all those below it.

        It is all of a document that has no heading.
        """
        ends: dict[int, int] = {}
        open_ones: list[int] = []
        starts = [number for number, block in enumerate(self.blocks) if block.kind == "heading"]
        for number in starts:
            while open_ones and self.blocks[open_ones[-1]].depth >= self.blocks[number].depth:
                ends[open_ones.pop()] = number
            open_ones.append(number)
        if not starts:
            yield self.blocks
            return
        for start, following in zip(starts, [*starts[1:], len(self.blocks)], strict=True):
            own_and_whole = dict.fromkeys((following, ends.get(start, len(self.blocks))))
            yield from (self.blocks[start:end] for end in own_and_whole)


def read_documents(folder: Folder) -> list[Document]:
    """Return the documents of a folder and the prose of its notebooks."""
    found = [Document(name, tuple(markdown(folder.text(name) or ""))) for name in _prose(folder, MARKDOWN)]
    found += [Document(name, tuple(_of_notebook(folder.json(name)))) for name in _prose(folder, (".ipynb",))]
    return [document for document in found if document.blocks]


def unread(folder: Folder) -> list[str]:
    """Return documents of a kind that is not read."""
    return list(_prose(folder, NOT_READ))


def is_ours(name: str) -> bool:
    """Return whether a file is the project's own word, and not of a store of runs or of its tests."""
    return not NOT_OURS.intersection(parts(name)[:-1])


def cells(notebook: Any, kind: str) -> Iterator[tuple[int, str, Any]]:
    """Return the number, the source and the record of a notebook's cells of a kind; of a broken one none."""
    listed = notebook.get("cells") if isinstance(notebook, dict) else None
    for number, cell in enumerate(listed if isinstance(listed, list) else [], start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == kind:
            yield number, _joined(cell.get("source")), cell


def _prose(folder: Folder, endings: Sequence[str]) -> Iterator[str]:
    return (name for name in folder.ending(*endings) if is_ours(name) and not NOT_PROSE.match(parts(name)[-1]))


def _of_notebook(notebook: Any) -> Iterator[Block]:
    above: list[Block] = []
    for number, source, _ in cells(notebook, "markdown"):
        for block in markdown(source):
            headings = tuple(one.text for one in above if block.kind != "heading" or one.depth < block.depth)
            if block.kind == "heading":
                above = [*(one for one in above if one.depth < block.depth), block]
            yield replace(block, cell=number, headings=block.headings if block.headings else headings)
    for number, _, cell in cells(notebook, "code"):
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            if isinstance(output, dict):
                data = output.get("data")
                shown = output.get("text") or (data.get("text/plain") if isinstance(data, dict) else None)
                yield Block("output", _joined(shown), 1, cell=number)


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""
