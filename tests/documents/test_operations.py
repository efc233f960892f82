"""Does the guide for whoever is on duty say what to do about every verdict, and does every command in it exist?"""

import ast
import importlib
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from kobe_shots.console import main
from kobe_shots.monitoring.trust import Level
from kobe_shots.retraining import policies, readings
from kobe_shots.retraining.gate import Answer
from kobe_shots.retraining.guards import Guard
from kobe_shots.retraining.policies import Action
from kobe_shots.verdicts import Severity

REPOSITORY = Path(__file__).parents[2]
GUIDE = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCE = REPOSITORY / "src" / "kobe_shots"
HEADINGS = {  # of the guide, and the packages whose verdicts they hold
    "Health": ("monitoring", "aggregates"),
    "Adherence, choice and engine": ("models", "engines"),
    "Audit": ("audit",),
}
RECORDS = {"Finding", "Verdict"}
WORDS = {severity.word: severity for severity in Severity}
FIRST_CELLS = re.compile(rf"^\| ((?:`\w+`,? )+)\| ({'|'.join(WORDS)}) \|", re.MULTILINE)
ANY = (*Severity,)

Said = set[tuple[str, Severity]]


# ---- what the program can say


def verdicts(package: str) -> Said:
    """Return every code with every severity that a package's verdicts can have, read from their syntax."""
    found: Said = set()
    for path in sorted((SOURCE / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        helpers: dict[str, set[Severity]] = {}
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for call in _calls(function, RECORDS):
                of = {word.arg: word.value for word in call.keywords if word.arg}
                severities = _severities(of["severity"], function)
                assert severities, f"{path}, line {call.lineno}: a severity that this test cannot read"
                if isinstance(of["code"], ast.Name) and of["code"].id in {one.arg for one in function.args.args}:
                    helpers[function.name] = severities  # the code is handed in
                elif pairs := _paired(function, of["code"], of["severity"]):
                    found |= pairs
                else:
                    found |= set(product(_codes(of["code"], function, path), severities))
        for function in functions:
            for call in _calls(function, set(helpers)):
                code = call.args[0]
                assert isinstance(code, ast.Constant), f"{path}: a code that is no text"
                found |= {(str(code.value), one) for one in helpers[_name(call.func)]}
    return found


def _calls(function: ast.FunctionDef, names: set[str]) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call) and _name(node.func) in names)


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else ""


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """Return whatever is put into a name of a function, alone or as one of several."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=True):
                    if isinstance(one, ast.Name) and one.id == name:
                        yield value


def _severities(value: ast.expr, function: ast.FunctionDef) -> set[Severity]:
    named = {
        Severity[node.attr]
        for node in ast.walk(value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Severity"
    }
    if named or not isinstance(value, ast.Name):
        return named
    found = set[Severity]()
    for one in _assigned(function, value.id):
        found |= (
            set(ANY)
            if any(_name(call.func) == "worst" for call in ast.walk(one) if isinstance(call, ast.Call))
            else _severities(one, function)
        )
    return found


def _codes(value: ast.expr, function: ast.FunctionDef, path: Path) -> set[str]:
    match value:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp():
            return _codes(value.body, function, path) | _codes(value.orelse, function, path)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]):
            # named as the keys of the dictionary that says what it means
            (names,) = (one.keys for one in _assigned(function, "what") if isinstance(one, ast.Dict))
            module = importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
            return {start + (key.value if isinstance(key, ast.Constant) else getattr(module, key.id)) for key in names}
    raise AssertionError(f"{path}, line {value.lineno}: a code that this test cannot read")


def _paired(function: ast.FunctionDef, code: ast.expr, severity: ast.expr) -> Said:
    """Return codes and severities that are set together, as `code, severity = "tied", Severity.CANNOT_TELL`."""
    if not (isinstance(code, ast.Name) and isinstance(severity, ast.Name)):
        return set()
    codes, severities = (list(_assigned(function, one.id)) for one in (code, severity))
    return {
        (str(one.value), Severity[other.attr])
        for one, other in zip(codes, severities, strict=True)
        if isinstance(one, ast.Constant) and isinstance(other, ast.Attribute)
    }


# ---- what the guide says


def section(heading: str, level: int = 2) -> str:
    """Return what stands under a heading of the guide."""
    marks = "#" * level
    found = re.search(rf"^{marks} {re.escape(heading)}$(.*?)(?=^#{{1,{level}}} |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading}"
    return found[1]


def told(heading: str) -> Said:
    rows = FIRST_CELLS.finditer(section(heading))
    return {(code, WORDS[row[2]]) for row in rows for code in re.findall(r"`(\w+)`", row[1])}


def names(heading: str) -> set[str]:
    """Return what the first cells of a section's tables name."""
    cells = re.findall(r"^\| (`[^|]*`) \|", section(heading, 3), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_verdict_has_a_line_and_every_line_a_verdict(heading: str) -> None:
    given = set[tuple[str, Severity]]().union(*map(verdicts, HEADINGS[heading]))
    assert sorted(given - told(heading)) == [], "verdicts without a line in docs/operations.md"
    assert sorted(told(heading) - given) == [], "lines of docs/operations.md without a verdict"


def test_no_package_gives_verdicts_that_the_guide_has_no_heading_for() -> None:
    known = {package for packages in HEADINGS.values() for package in packages}
    packages = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()}
    assert {package for package in packages - known if verdicts(package)} == set()


def test_the_reader_of_verdicts_knows_them() -> None:
    monitoring = verdicts("monitoring")
    assert ("alarm_loss", Severity.ACT) in monitoring
    assert ("alarm_score_lower", Severity.WATCH) in monitoring
    assert {one for code, one in monitoring if code == "with_labels"} == set(Severity)
    assert {(code, one.value) for code, one in verdicts("models") if code in {"tied", "better"}} == {
        ("tied", "cannot_tell"),
        ("better", "ok"),
    }
    assert ("hard_labels", Severity.ACT) in verdicts("audit")


def test_every_word_of_retraining_has_a_line() -> None:
    rules = {policies.LOSS, policies.CALIBRATION, *policies.FORESEEN, readings.GROWTH, readings.COOL_DOWN}
    more = {"calendar", "force", "nothing_new", "none"}
    assert names("What the policy decides") == {*Action}
    assert names("Which rule it was") == rules | more
    assert names("What the gate answers") == {*Answer}
    assert names("What a challenger may not lose") == {*get_args(Guard.model_fields["name"].annotation)}


def test_rules_are_those_that_decisions_name() -> None:
    source = "".join(
        (SOURCE / path).read_text(encoding="utf-8")
        for path in ("retraining/policies.py", "pipelines/retraining/nodes.py")
    )
    written = set(re.findall(r'rule="(\w+)"|_retrain\("(\w+)"|FORCE = "(\w+)"', source))
    assert {name for names_ in written for name in names_ if name} <= names("Which rule it was")


def test_every_level_of_trust_is_explained() -> None:
    assert all(f"*{level.value}*" in section("Health") for level in Level)


def test_every_remark_on_a_row_has_a_line() -> None:
    tree = ast.parse((SOURCE / "monitoring" / "newcomers.py").read_text(encoding="utf-8"))
    given = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call.func) == "Remark" and isinstance(call.args[0], ast.Constant)
    }
    assert given
    assert names("Rows of a batch that was handed over") == given


def test_every_error_of_the_guide_is_one_that_the_program_says() -> None:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    texts = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    said = "\n".join(text for text in texts if isinstance(text, str)) + "No space left on device, database is locked"
    cells = re.findall(r"^\| (\*[^|]+) \|", section("Errors"), re.MULTILINE)
    quoted = [phrase for cell in cells for phrase in re.findall(r"\*([^*]+)\*", cell)]
    # what is put in where `…`, or A and B, stand is not known
    parts = [part.strip(" :()") for phrase in quoted for part in re.split(r"…| [AB]\b|[:(]", phrase)]
    assert len(quoted) > 20
    assert [part for part in parts if part and part not in said] == []


# ---- the commands


def commands() -> list[str]:
    blocks = re.findall(r"```(?:sh|cron)\n(.*?)```", GUIDE, re.DOTALL)
    typed = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return typed + re.findall(r"`((?:kobe-shots|kedro|mlflow|make|streamlit|python) [^`]+)`", GUIDE)


def test_kobe_shots_knows_every_command_and_option_of_the_guide() -> None:
    known = main.commands
    found = [one for line in commands() for one in re.findall(r"kobe-shots ([a-z]+)((?: --?[\w-]+| [^\s&|>]+)*)", line)]
    assert {name for name, _ in found} <= set(known)
    for name, words in found:
        help_ = CliRunner().invoke(main, [name, "--help"]).output
        assert {option for option in re.findall(r"--[\w-]+", words) if option not in help_} == set(), name


def test_kedro_is_asked_for_pipelines_and_tags_that_exist() -> None:
    from kobe_shots.pipeline_registry import register_pipelines

    pipelines = register_pipelines()
    text = "\n".join(commands())
    assert set(re.findall(r"--pipeline=(\w+)", text)) <= set(pipelines)
    tags = {tag for nodes in pipelines.values() for node in nodes.nodes for tag in node.tags}
    assert set(re.findall(r"--tags=(\w+)", text)) <= tags


def test_make_knows_its_verbs_and_files_are_there() -> None:
    verbs = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for line in commands() for word in re.findall(r"\bmake ([a-z-]+)", line)} <= set(verbs)
    linked = re.findall(r"\]\(([^)#]+\.md)", GUIDE)
    assert [name for name in linked if not (REPOSITORY / "docs" / name).is_file()] == []
