"""How is a grading read? Group by group, a line a check, what it rests on below it, and the counts at the end."""

from textwrap import fill

from kobe_shots.language import IN_ENGLISH, Language, render, say
from kobe_shots.rubric.answers import Answer, Grading, Result
from kobe_shots.rubric.criteria import GROUPS

WIDTH = 120
MARKS = {Result.PASS: "✓", Result.FAIL: "✗", Result.CANNOT_TELL: "?"}
MOST_PLACES = 4
MARGIN = 4


def render_grading(grading: Grading, language: Language = IN_ENGLISH) -> str:
    """Return the answers in a language, for a terminal of 120 columns."""
    lines = []
    for group, title in GROUPS.items():
        lines += ["", f"{group}  {render(title.message, language)}"]
        lines += [line for one in grading.answers if one.check.startswith(f"{group}.") for line in _of(one, language)]
    remarks = [_filled(language.tell(remark)) for remark in grading.remarks]
    counts = grading.counts
    counted = language.say(
        "{passed} of {all} pass, {failed} fail, {untold} cannot be told.",
        passed=counts[Result.PASS],
        all=len(grading.answers),
        failed=counts[Result.FAIL],
        untold=counts[Result.CANNOT_TELL],
    )
    return "\n".join([*lines[1:], "", *([*remarks, ""] if remarks else []), counted])


def _of(answer: Answer, language: Language) -> list[str]:
    mark = f"{MARKS[answer.result]} {word(answer.result, language)}"
    said = f"{mark}  {answer.check}  {language.tell(answer, 'title')}. {language.tell(answer)}"
    places = [language.tell(place) for place in answer.evidence]
    more = len(places) - MOST_PLACES
    shown = [*places[:MOST_PLACES], *([language.say("and {n} more", n=more)] if more > 0 else [])]
    remarks = [language.say("Remark: {what}", what=remark.saying()) for remark in answer.remarks]
    return [_filled(said), *(_filled(f"{' ' * MARGIN}→ {'; '.join(shown)}") for _ in shown[:1])] + [
        _filled(f"{' ' * MARGIN}! {remark}") for remark in remarks
    ]


def word(result: Result, language: Language = IN_ENGLISH) -> str:
    """Return how a result is shown."""
    said = {Result.PASS: say("PASS"), Result.FAIL: say("FAIL"), Result.CANNOT_TELL: say("CANNOT TELL")}[result]
    return render(said.message, language)


def _filled(text: str) -> str:
    return fill(text, WIDTH, subsequent_indent=" " * (MARGIN + 2), break_on_hyphens=False, break_long_words=False)
