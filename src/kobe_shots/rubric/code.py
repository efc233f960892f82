"""What does the code do? Imports, calls, texts and names of Python files and notebook cells, read and never run."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.documents import cells, is_ours
from kobe_shots.rubric.folder import Folder, parts

GAP = "{}"  # what is not constant in a text
NOT_CODE = {"conftest.py", "setup.py"}
MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class Call:
    """A call: its name with what stands before the dot, and the texts and numbers among its arguments."""

    name: str
    of: str
    line: int
    texts: tuple[str, ...]
    numbers: dict[str, float] = field(hash=False)

    @property
    def full(self) -> str:
        """Return the name with what stands before the dot."""
        return f"{self.of}.{self.name}" if self.of else self.name


@dataclass(frozen=True)
class Source:
    """A Python file or a cell of a notebook; docstrings are no texts of it. `lists` are those of texts only."""

    path: str
    cell: int | None
    imports: frozenset[str]
    calls: tuple[Call, ...]
    texts: tuple[tuple[str, int], ...]
    lists: tuple[tuple[tuple[str, ...], int], ...]
    names: frozenset[str]

    def at(self, line: int) -> Evidence:
        """Return where a line of it stands."""
        return at(self.path, None if self.cell else line, self.cell)

    def uses(self, package: str) -> bool:
        """Return whether it imports a package or something in it."""
        return any(one == package or one.startswith(f"{package}.") for one in self.imports)


def read_code(folder: Folder) -> list[Source]:
    """Return the Python of a folder, tests and what does not parse left out."""
    names = sorted(
        filter(_is_code, folder.ending(".py")), key=lambda name: parts(name)[0] != "src"
    )  # the package first
    found = [(name, None, folder.text(name) or "") for name in names]
    in_cells = [
        (name, number, MAGIC.sub("", source))
        for name in folder.ending(".ipynb")
        if is_ours(name)
        for number, source, _ in cells(folder.json(name), "code")
    ]
    sources = (_source(*one) for one in [*found, *in_cells])
    return [source for source in sources if source]


def files_with(sources: list[Source], package: str) -> set[str]:
    """Return the files that import a package, in any of their cells."""
    return {source.path for source in sources if source.uses(package)}


def calls(sources: list[Source], expression: str) -> Iterator[tuple[Source, Call]]:
    """Return the calls whose full name an expression matches whole."""
    wanted = re.compile(expression)
    return ((source, call) for source in sources for call in source.calls if wanted.fullmatch(call.full))


def may_be(text: str, name: str) -> bool:
    """Return whether a text of the code, gaps standing for anything, has a name in it.

    >>> may_be("data/dataset_kobe_{}.parquet", "dataset_kobe_dev"), may_be("{}", "dataset_kobe_dev")
    (True, False)
    """
    if name in text:
        return True
    pieces = [
        word for word in re.split(r"[\s/.:]+", text) if GAP in word and len(word.replace(GAP, "")) >= len(name) // 2
    ]
    return any(re.fullmatch(r"\w+".join(map(re.escape, piece.split(GAP))), name) for piece in pieces)


def _is_code(name: str) -> bool:
    file = parts(name)[-1]
    return is_ours(name) and file not in NOT_CODE and not file.startswith("test_") and not file.endswith("_test.py")


def _source(path: str, cell: int | None, text: str) -> Source | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # a wrong escape in a foreign file is no concern of ours
            return _read(path, cell, ast.parse(text))
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None


def _read(path: str, cell: int | None, tree: ast.Module) -> Source:
    seen = _Seen()
    for node in ast.walk(tree):
        seen.see(node)
    texts = tuple((text, line) for node, text, line in seen.texts if node not in seen.prose)
    return Source(
        path, cell, frozenset(seen.imports), tuple(seen.calls), texts, tuple(seen.lists), frozenset(seen.names)
    )


class _Seen:
    """What was seen in a tree so far; a text that stands alone, as a docstring does, is prose."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.calls: list[Call] = []
        self.texts: list[tuple[int, str, int]] = []
        self.lists: list[tuple[tuple[str, ...], int]] = []
        self.names: set[str] = set()
        self.prose: set[int] = set()

    def see(self, node: ast.AST) -> None:
        """Keep what a node has to say."""
        match node:
            case ast.Import():
                self.imports |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                self.imports |= {f"{module}.{alias.name}" for alias in node.names}
            case ast.Call():
                self.calls += _call(node)
            case ast.Name():
                self.names.add(node.id)
            case ast.Attribute():
                self.names.add(node.attr)
            case ast.List() | ast.Tuple() | ast.Set():
                held = tuple(map(_text, node.elts))
                self.lists += [(held, node.lineno)] if all(held) else []
            case ast.Expr(value=ast.Constant()):
                self.prose.add(id(node.value))
            case ast.Constant() | ast.JoinedStr():
                self.texts += [(id(node), text, node.lineno)] if (text := _text(node)) else []


def _call(node: ast.Call) -> list[Call]:
    if isinstance(node.func, ast.Attribute):
        name, of = node.func.attr, _dotted(node.func.value)
    elif isinstance(node.func, ast.Name):
        name, of = node.func.id, ""
    else:
        return []
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    inside = [one for value in given for one in (value.elts if isinstance(value, ast.List | ast.Tuple) else [value])]
    numbers = {
        keyword.arg: float(keyword.value.value)
        for keyword in node.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int | float)
    }
    return [Call(name, of, node.lineno, tuple(text for one in inside if (text := _text(one))), numbers)]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return ""
