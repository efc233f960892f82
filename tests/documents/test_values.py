"""Do numbers in prose come from what was measured, and does every document keep to it?"""

import re
from pathlib import Path

import pytest

from kobe_shots.documents import DOCUMENTS
from kobe_shots.documents.rendering import SECTION
from kobe_shots.documents.values import VALUE, expressions, fill_in
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say, speak
from kobe_shots.verdicts import Severity, Verdict

REPOSITORY = Path(__file__).parents[2]
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
# a decimal, thousands, a share, or a count of shots; versions, ports, years and seven columns are nothing measured
MEASURED = re.compile(r"\d\.\d|\d,\d|\d%|\d+ (?:shots|arremessos)")
NOT_MEASURED = re.compile(r"3\.1[123]|3\.3\.2|0\.0\.0|127\.0\.0\.1|95%|80%|98%")
RESULTS = {
    "report": {
        "n": 5412,
        "rate": 0.32927,
        "loss": {"metric": "log_loss", "value": 0.64731, "low": 0.64269, "high": 0.65204, "n": 5412},
        "model": "decision tree",
        "verdict": Verdict(
            code="x",
            severity=Severity.OK,
            sentence=say("{share:.1%} of the {n:,} shots are in support", share=0.5, n=2000),
        ).model_dump(mode="json"),
        "nothing": None,
        "rows": [{"policy": "both", "gain": 0.0042}, {"policy": "never", "gain": 0.0}],
    }
}


def filled(expression: str, language: str = "en") -> str:
    text = fill_in(f"a <!--= {expression} -->old<!--/--> b", RESULTS, speak("pt" if language == "pt" else "en"))
    return re.sub("<!--.*?-->", "", text)


@pytest.mark.parametrize(
    ("expression", "english", "portuguese"),
    [
        ("report.n", "5,412", "5.412"),
        ("report.rate", "0.329", "0,329"),
        ("report.rate as .1%", "32.9%", "32,9%"),
        ("report.loss", "0.647 [0.643, 0.652]", "0,647 [0,643; 0,652]"),
        ("report.loss as .4f", "0.6473 [0.6427, 0.6520]", "0,6473 [0,6427; 0,6520]"),
        ("report.model", "decision tree", "árvore de decisão"),
        ("report.verdict", "50.0% of the 2,000 shots are in support", "50,0% dos 2.000 arremessos estão no suporte"),
        ("report.rows[?policy=='both'].gain | [0] as +.4f", "+0.0042", "+0,0042"),
        ("length(report.rows)", "2", "2"),
    ],
)
def test_what_an_expression_finds_is_shown_in_the_language(expression: str, english: str, portuguese: str) -> None:
    assert filled(expression) == f"a {english} b"
    assert filled(expression, "pt") == f"a {portuguese} b"


def test_filling_in_twice_changes_nothing() -> None:
    once = fill_in("<!--= report.n -->?<!--/-->, <!--= report.rate as .1% -->?<!--/-->", RESULTS, speak("pt"))
    assert fill_in(once, RESULTS, speak("pt")) == once
    assert expressions(once) == ["report.n", "report.rate"]


@pytest.mark.parametrize(
    "expression", ["report.missing", "report.nothing", "report", "report.rows", "report.nothing == `null`"]
)
def test_what_is_not_there_or_cannot_be_shown_is_refused(expression: str) -> None:
    with pytest.raises(KobeShotsError, match=r"asks for `report.*` and gets .*; it can show a number.*make run"):
        filled(expression)


def test_a_mistyped_expression_is_refused() -> None:
    with pytest.raises(KobeShotsError, match=r"asks for `report\.\[`, which is no JMESPath expression: "):
        filled("report.[")


# ---- the documents


def prose(document: str) -> str:
    """Return what is typed by hand in a document: no code, no rendered section or number, no targets of links."""
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    for rendered in (SECTION, VALUE, CODE, re.compile(r"\]\([^)]*\)|<!--.*?-->")):
        text = rendered.sub(" ", text)
    return text


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_measured_number_is_typed_by_hand(document: str) -> None:
    typed = [line.strip() for line in prose(document).splitlines() if MEASURED.search(NOT_MEASURED.sub(" ", line))]
    assert not typed, "\n".join(["numbers without a marker:", *typed])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_line_begins_with_a_number_for_that_would_end_the_paragraph(document: str) -> None:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if re.match(r"\s*(?:[-*]\s+)?<!--=", line)] == []


@pytest.mark.parametrize("name", ["README", "docs/artifacts"])
def test_both_languages_show_the_same_numbers_tables_and_commands(name: str) -> None:
    english, portuguese = (
        (REPOSITORY / f"{name}{ending}").read_text(encoding="utf-8") for ending in (".md", ".pt-BR.md")
    )
    for pattern in (VALUE, SECTION):
        shown = [sorted(found[2] for found in pattern.finditer(text)) for text in (english, portuguese)]
        assert shown[0] == shown[1]
    commands = [
        [
            line.partition("  #")[0].rstrip()
            for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]
        for text in (english, portuguese)
    ]
    assert commands[0] == commands[1]
