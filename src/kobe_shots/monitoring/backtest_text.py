"""How is a back-test read? The answer in words first, then targets, errors and trust, for a terminal of 120 columns."""

from collections.abc import Iterator

from kobe_shots.models.candidates import MODELS
from kobe_shots.monitoring.backtest import IN_USE, TOLERANCE
from kobe_shots.monitoring.backtest_errors import POOLED, SAYERS, BackTest, Confusion, Row
from kobe_shots.monitoring.trials import CONFIDENCE_BASED, IMPORTANCE_WEIGHTED, NO_CHANGE

TITLES = {"log_loss": "log loss", "roc_auc": "ROC AUC"}
COLUMNS = {IN_USE: "in use", CONFIDENCE_BASED: "confidence", IMPORTANCE_WEIGHTED: "weighted", NO_CHANGE: "no change"}
KIND, CELL = 32, 11
CELLS = list(Confusion.model_fields)[2:]
NONE = "-"


def render(test: BackTest) -> str:
    """Return the answer, the targets, and for each model the errors by kind of batch and how the trust check did."""
    lines = [*_answer(test), "", *_targets(test)]
    for model in dict.fromkeys(row.model for row in test.rows):
        for metric in TITLES:
            rows = [row for row in test.rows if (row.model, row.metric) == (model, metric)]
            lines += ["", *_errors(model, metric, rows)]
        lines += ["", *_confusion(model, [one for one in test.confusion if one.model == model])]
    return "\n".join(lines)


def _answer(test: BackTest) -> Iterator[str]:
    wrong = len(test.trusted_wrong)
    yield (
        f"{'ACT' if wrong else 'OK'}: {wrong or 'no'} estimate{'s' if wrong > 1 else ''} trusted and wrong among "
        f"{test.batches:,}, one for each hidden batch and model."
    )
    yield from (f"  {name}" for name in test.trusted_wrong)
    yield f"  Wrong is off by more than {TOLERANCE:g} in log loss, and by {test.sure:.1f} standard errors of chance."
    yield (
        f"  With 3 standard errors {test.beyond_three} trusted ones would be wrong, of which chance alone would give "
        f"{test.beyond_three_by_chance:.1f}."
    )


def _targets(test: BackTest) -> Iterator[str]:
    yield f"Targets of the estimate in use, {POOLED} shots"
    for target in test.targets:
        ends = [f"at least {target.least:g}"] if target.least is not None else []
        ends += [f"at most {target.most:g}"] if target.most is not None else []
        what = f"{MODELS[target.model]}, {TITLES[target.metric]}: {target.what}"
        yield f"  {'met   ' if target.met else 'MISSED'} {what:70} {target.value:.4f} ({' and '.join(ends)})"


def _errors(model: str, metric: str, rows: list[Row]) -> Iterator[str]:
    yield f"{MODELS[model].capitalize()}: mean absolute error of the estimated {TITLES[metric]}"
    heads = ["batches", "shots", *COLUMNS.values(), "chance", "covered"]
    yield _line("", heads)
    for kind in dict.fromkeys(row.kind for row in rows):
        found = {row.estimator: row for row in rows if row.kind == kind}
        used = found.get(IN_USE) or found[CONFIDENCE_BASED]
        errors = [f"{found[name].error:.4f}" if name in found else NONE for name in SAYERS]
        covered = NONE if used.covered is None else f"{used.covered:.1%}"
        yield _line(kind, [f"{used.batches:,}", f"{used.n:,.0f}", *errors, f"{used.chance:.4f}", covered])


def _confusion(model: str, rows: list[Confusion]) -> Iterator[str]:
    yield f"{MODELS[model].capitalize()}: was the estimate of log loss to be trusted, and was it right?"
    yield _line("", [name.split("_")[0] for name in CELLS])
    yield _line("", [f"& {name.split('_')[1]}" for name in CELLS])
    for row in rows:
        yield _line(row.kind, [str(getattr(row, name)) for name in CELLS])
    yield _line("all", [str(sum(getattr(row, name) for row in rows)) for name in CELLS])


def _line(title: str, cells: list[str]) -> str:
    return f"{title:{KIND}}" + "".join(f"{cell:>{CELL}}" for cell in cells)
