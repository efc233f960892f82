"""Is a question answered in the documents? Sentences that state something; a question or a task states nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kobe_shots.rubric.answers import Evidence
from kobe_shots.rubric.documents import Document
from kobe_shots.rubric.folder import parts
from kobe_shots.rubric.markdown import LABEL_LENGTH, Block
from kobe_shots.rubric.words import plain, says

SENTENCE = re.compile(r"(?<=[.!?…])[\"'”)*]*\s+(?=[\"'“(*`]*[A-ZÀ-Ý0-9])")
# how the assignment sets a task; an answer may use these verbs too, but not as its first word
TASK = (
    r"^\W*(?:\(?[a-z0-9]{1,3}[.)]\s+)?(?:descrev[ae]\w*|expli(?:que|car)|justifi(?:que|car)|indi(?:que|car)|aponte|apontar"
    r"|implement(?:e|ar)|desenvolv(?:a|er)|desenh(?:e|ar)|selecion(?:e|ar)|separ(?:e|ar)|registr(?:e|ar)"
    r"|identifi(?:que|car)|responda|discuta|apresente|mostre|diga|verifi(?:que|car)|"
    r"describe|explain|justify|state|identify|indicate|discuss|implement|develop|draw|select|say|show|tell|list|todo|fixme)\b"
)
OF_A_TASK = (
    r"\b(?:o aluno|a aluna|os alunos|the student|students should|deve(?:-se|rao| ser)? descrever|todo:|a fazer:|tbd)\b"
)
FEWEST_WORDS = 4
LONGEST = 20_000  # letters of a paragraph that are looked at


@dataclass(frozen=True)
class Statement:
    """A sentence that states something: as it is written, in plain letters, and all that is stated beside it.

    `paragraph` begins with the label it stands under, so that what the label names need not be said again.
    """

    document: Document
    block: Block
    written: str
    text: str
    paragraph: str

    @property
    def here(self) -> Evidence:
        """Return where it stands."""
        return self.document.at(self.block)


Section = Sequence[Statement]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    >>> sentences("It is not. See 3.2 there.")
    ['It is not.', 'See 3.2 there.']
    """
    return SENTENCE.split(text)


def is_task(sentence: str) -> bool:
    """Return whether a plain sentence asks instead of telling.

    >>> is_task("o modelo e aderente?"), is_task("descreva as estrategias."), is_task("o modelo nao e aderente.")
    (True, True, False)
    """
    return sentence.rstrip("\"'”)*_ ").endswith("?") or says(TASK, sentence) or says(OF_A_TASK, sentence)


def read_sections(documents: Sequence[Document]) -> list[Section]:
    """Return the statements of each section of each document: a README's first, of a document the shortest first."""
    found: list[Section] = []
    for document in sorted(documents, key=_rank):
        held = ([one for block in blocks for one in _of_block(document, block)] for blocks in document.sections())
        found += sorted((section for section in held if section), key=len)
    return found


def all_of(sections: Sequence[Section], *needed: Sequence[str]) -> list[Statement]:
    """Return a statement for each of what is needed, from the first section that has all; none where none has.

    What is needed is a list of expressions, all of them in one paragraph.
    """
    for section in sections:
        found = [
            next((one for one in section if all(says(words, one.paragraph) for words in expressions)), None)
            for expressions in needed
        ]
        if all(found):
            return [one for one in found if one]
    return []


def _rank(document: Document) -> tuple[int, bool, str]:
    """Return how near to the reader a document is: at the root, a README, by name."""
    return len(parts(document.name)), not document.name.lower().startswith("readme"), document.name


def _of_block(document: Document, block: Block) -> Iterator[Statement]:
    if block.kind not in ("text", "item", "row"):
        return
    above = [plain(label) for label in (*block.headings[-1:], block.lead)]
    labels = [label for label in above if len(label) <= 2 * LABEL_LENGTH and not is_task(label)]
    stated = [
        (sentence, said)
        for sentence in sentences(block.text[:LONGEST])
        if len((said := plain(sentence)).split()) >= FEWEST_WORDS and not is_task(said)
    ]
    paragraph = " ".join([*labels, *(said for _, said in stated)])
    for sentence, said in stated:
        yield Statement(document, block, sentence, said, paragraph)
