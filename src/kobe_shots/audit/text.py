"""How is an audit read? The verdict in words first, then what it rests on, for a terminal of 120 columns."""

from collections.abc import Iterable
from textwrap import fill

from kobe_shots.audit.audit import Audit
from kobe_shots.audit.evidence import TITLES

ROLES = {
    "made": "outcome",
    "probability": "probability of a basket",
    "score": "probability of the predicted class",
    "label": "predicted label",
}
WIDTH = 120
CELL = 26


def render(audit: Audit) -> str:
    """Return the answer, the other verdicts, what was read, and the metrics beside what needs no model."""
    others = [f"{verdict.severity.word}: {verdict.sentence}" for verdict in audit.verdicts[1:]]
    paragraphs = [f"{audit.answer.severity.word}: {audit.answer.sentence}", *others, _columns(audit), _rows(audit)]
    if audit.ignored_claims:
        paragraphs.append(f"Claims ignored, as they name no known metric: {', '.join(audit.ignored_claims)}.")
    text = [fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False) for text in paragraphs]
    text[len(audit.verdicts) : len(audit.verdicts)] = [""]
    return "\n".join([*text, *_table(audit)])


def _columns(audit: Audit) -> str:
    taken = [f"'{name}' as the {ROLES[role]}" for role, name in audit.columns.model_dump().items() if name]
    return f"Columns taken: {', '.join(taken)}."


def _rows(audit: Audit) -> str:
    left_out = [
        f"{count:,} without {what}"
        for count, what in ((audit.scored - audit.labelled, "an outcome"), (audit.rows - audit.scored, "a score"))
        if count
    ]
    rate = "" if audit.make_rate is None else f", make rate {audit.make_rate:.4f}"
    return f"Rows: {audit.rows:,}, measured on {audit.labelled:,}{rate}; left out: {', '.join(left_out) or 'none'}."


def _table(audit: Audit) -> Iterable[str]:
    if not audit.metrics:
        return []
    baselines = audit.baselines
    lines = ["", _line("95% intervals", ["these predictions", *baselines, *(["claimed"] if audit.claims else [])])]
    for metric, title in TITLES.items():
        if metric not in audit.metrics:
            continue
        cells = [str(audit.metrics[metric])]
        cells += [f"{of[metric]:.3f}" if metric in of else "" for of in baselines.values()]
        claim = audit.claims.get(metric)
        lines.append(_line(title, [*cells, "" if claim is None else f"{claim:.6g}"]))
    if audit.skill:
        lines.append(_line("skill", [str(audit.skill), "(log loss of the constant minus that of these predictions)"]))
    return lines


def _line(title: str, cells: list[str]) -> str:
    return (f"{title:15}" + "".join(f"{cell:{CELL}}" for cell in cells)).rstrip()
