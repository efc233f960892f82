"""Is there a diagram, and which steps are on it? Mermaid and its kin, arrows, draw.io, SVG; pictures by their name."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.documents import Document, is_ours
from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.markdown import Block
from kobe_shots.rubric.statements import is_task, sentences
from kobe_shots.rubric.words import plain, says

STEPS = {
    "acquisition": r"aquisi|acqui|coleta|ingest|download|fetch|baixa|fonte|source|\braw|brut|dataset_kobe|obten",
    "preparation": r"prepar|process|limp|clean|filtr|split|separa|transform|divis",
    "training": r"trein|train|modelagem|modeling|modelling|\bfit\b|tune",
    "application": r"aplica|applic|deploy|implanta|\bserv|producao|production|operac|operat|infer|predic|\bapi\b",
    "monitoring": r"monitor|dashboard|painel|streamlit|health|saude|drift|retrei|retrai",
}
NEEDED_STEPS = ("acquisition", "training")
ENOUGH_STEPS = 4
DRAWN = {"mermaid", "dot", "graphviz", "plantuml", "puml", "d2"}
ARROW = re.compile(r"--?>|[─═]+[►▶>]|→|=>|⇒|▼|-{2,}[►▶]")
ENOUGH_ARROWS = 3
FILES = (".drawio", ".mmd", ".mermaid", ".dot", ".gv", ".puml", ".svg", ".excalidraw", ".d2")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".pdf")
CALLED = r"diagram|fluxo|fluxograma|flow|arquitetura|architecture|etapas|pipeline|steps"
DATA = {"data", "mlruns", "mlartifacts"}
LARGEST = 5_000_000  # letters of a diagram that was packed


@dataclass(frozen=True)
class Diagram:
    """A diagram that can be read, and where it is; `steps` are those of the assignment that are on it."""

    text: str
    here: Evidence

    @property
    def steps(self) -> list[str]:
        """Return the steps on it, in their order."""
        said = plain(self.text)
        return [step for step, words in STEPS.items() if says(words, said)]

    @property
    def is_whole(self) -> bool:
        """Return whether it goes from the acquisition to the operation."""
        steps = self.steps
        return len(steps) >= ENOUGH_STEPS and all(step in steps for step in NEEDED_STEPS)


@dataclass(frozen=True)
class Picture:
    """A picture of a diagram, by its name or its title; `around` is the text of its section."""

    here: Evidence
    around: str


def diagrams(folder: Folder, documents: list[Document]) -> list[Diagram]:
    """Return the diagrams that can be read, those with most steps first."""
    found = [*_in_documents(documents), *_in_files(folder)]
    return sorted(found, key=lambda one: len(one.steps), reverse=True)


def pictures(folder: Folder, documents: list[Document]) -> Iterator[Picture]:
    """Return the pictures of diagrams: those that a document shows, and those that lie about."""
    shown = set()
    for document in documents:
        for section in sorted(document.sections(), key=len):  # the nearest one first
            for block in section:
                title = plain(unquote(" ".join([*block.pictures, *block.headings[-1:]])))
                if block.pictures and says(CALLED, title) and block not in shown:
                    shown.add(block)
                    yield Picture(document.at(block), _stated(section))
    for name in folder.ending(*PICTURES):
        if is_ours(name) and not DATA.intersection(parts(name)) and says(CALLED, plain(parts(name)[-1])):
            yield Picture(at(name), "")


def _stated(section: Sequence[Block]) -> str:
    said = (plain(sentence) for block in section for sentence in sentences(block.text))
    return " ".join(sentence for sentence in said if not is_task(sentence))


def _in_documents(documents: list[Document]) -> Iterator[Diagram]:
    for document in documents:
        for block in document.blocks:
            if block.kind == "code" and (block.language in DRAWN or len(ARROW.findall(block.text)) >= ENOUGH_ARROWS):
                yield Diagram(block.text, document.at(block))


def _in_files(folder: Folder) -> Iterator[Diagram]:
    for name in folder.ending(*FILES):
        if is_ours(name) and parts(name)[0] not in DATA:
            text = folder.text(name) or ""
            if name.lower().endswith((".drawio", ".svg")):
                text = " ".join([*_labels(text), *(label for packed in _packed(text) for label in _labels(packed))])
            if text.strip():
                yield Diagram(text, at(name))


def _labels(text: str) -> list[str]:
    """Return what is written in the boxes of draw.io or of an SVG."""
    return [*re.findall(r"\bvalue=\"([^\"]*)\"", text), *re.findall(r">([^<>]{2,200})<", text)]


def _packed(text: str) -> Iterator[str]:
    """Yield the pages that draw.io has packed."""
    for page in re.findall(r"<diagram[^>]*>([A-Za-z0-9+/=\s]+)</diagram>", text):
        try:
            yield unquote(
                zlib.decompressobj(-15).decompress(base64.b64decode(page), LARGEST).decode("utf-8", "replace")
            )
        except (binascii.Error, zlib.error):
            continue
