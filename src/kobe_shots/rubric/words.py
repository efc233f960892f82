"""How are words compared, whatever their language and spelling? Texts without accents, names with gaps in them."""

import re
import unicodedata
from functools import cache
from itertools import product
from math import prod

GAP = "\0"  # stands for whatever a placeholder may be
PLACEHOLDER = re.compile(r"\{[^{},|]*\}|<[^<>]*>|\*+|\$\{[^{}]*\}")
MOST_CHOICES = 64  # a name with more is no name
CHOICE = re.compile(r"\{([^{}]*[,|][^{}]*)\}")
ACCENT = re.compile(r"[\u0300-\u036f]")
NAME = re.compile(r"[A-Za-z0-9_.\0/-]*[A-Za-z0-9\0]")


def plain(text: str) -> str:
    """Return a text in small letters without accents.

    >>> plain("Preparação")
    'preparacao'
    """
    return ACCENT.sub("", unicodedata.normalize("NFKD", text.lower()))


@cache
def pattern(expression: str) -> re.Pattern[str]:
    """Return a compiled expression."""
    return re.compile(expression)


def says(expression: str, text: str) -> bool:
    """Return whether a text, made plain before, has the expression in it."""
    return pattern(expression).search(text) is not None


def expanded(word: str) -> list[str]:
    """Return a word once for every choice in braces, placeholders replaced by a gap.

    >>> expanded("base_{train,test}")
    ['base_train', 'base_test']
    """
    choices = [re.split(r"[,|]", inside) for inside in CHOICE.findall(word)]
    if prod(map(len, choices)) > MOST_CHOICES:
        return []
    frame = CHOICE.split(word)[::2]
    filled = ("".join(a + b for a, b in zip(frame, [*chosen, ""], strict=True)) for chosen in product(*choices))
    return [PLACEHOLDER.sub(GAP, one) for one in filled]


def names_in(text: str) -> set[str]:
    """Return what may be names of files or datasets in a text, folders and endings left out, choices spelt out.

    >>> sorted(names_in("`data/a_{x,y}.parquet` holds"))
    ['a_x', 'a_y', 'holds']
    """
    words = (word for piece in text.split() for word in expanded(piece.strip(".,;:()[]`*\"'")))
    found = (match[0].rpartition("/")[2] for word in words for match in NAME.finditer(word))
    return {stem(name) for name in found if name}


def stem(name: str) -> str:
    """Return a file's name without its endings."""
    return name.lstrip(".").partition(".")[0]


def same_name(one: str, other: str) -> bool:
    """Return whether two names may be the same, gaps standing for anything.

    >>> same_name(f"base_{GAP}", "base_train_dev"), same_name("base", "bases")
    (True, False)
    """
    return one == other or (GAP in one and _fits(one, other)) or (GAP in other and _fits(other, one))


def _fits(gapped: str, name: str) -> bool:
    if not gapped.strip(GAP + "_"):  # a bare placeholder is no name
        return False
    expression = ".+".join(re.escape(part) for part in gapped.split(GAP))
    return re.fullmatch(expression, name, re.DOTALL) is not None
