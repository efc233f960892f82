"""What do the engines select, and at what cost? Tables of `docs/engines.json`."""

import statistics
from collections.abc import Sequence

from kobe_shots.documents.markdown import table
from kobe_shots.engines.comparison import Comparison, Cost, Selected
from kobe_shots.engines.pycaret import UNTUNED
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.scoring import Rates
from kobe_shots.summary import METRIC_TITLES

SHOWN = ("log_loss", "f1", "roc_auc")
OURS, THEIRS = "scikit-learn", "pycaret"


def selection(comparison: Comparison) -> str:
    """Return what each engine selects by each metric, and how it does on both bases."""
    first = comparison.selected[0]
    measured = [*(METRIC_TITLES[name] for name in SHOWN), "called baskets"]
    head = [
        "model",
        "engine",
        "picked by",
        "parameters",
        *(f"{title}, dev test ({first.test.n:,})" for title in measured),
        *(f"{title}, prod ({first.prod.n:,})" for title in measured),
    ]
    return table(head, [_row(one) for one in comparison.selected])


def costs(comparison: Comparison) -> str:
    """Return what a search by log loss costs with either engine and what it finds, and their ratio."""
    rows = []
    for model, title in MODELS.items():
        ours, theirs = (_cost(comparison, engine, model) for engine in (OURS, THEIRS))
        mine, its = (_by_log_loss(comparison, engine, model) for engine in (OURS, THEIRS))
        rows += [
            [title, "CPU seconds", *_compared(theirs.cpu_seconds, ours.cpu_seconds)],
            [title, "wall seconds", *_compared(theirs.wall_seconds, ours.wall_seconds)],
        ]
        pairs = {
            "log loss, cross-validated": (its.cross_validated["log_loss"], mine.cross_validated["log_loss"]),
            "F1, cross-validated": (its.cross_validated["f1"], mine.cross_validated["f1"]),
            "log loss, dev test": (its.test.metrics["log_loss"], mine.test.metrics["log_loss"]),
        }
        rows += [[title, what, f"{a:.6f}", f"{b:.6f}", f"{a / b:.6f}"] for what, (a, b) in pairs.items()]
    return table(["model", "figure", "PyCaret", "default engine", "PyCaret / default"], rows)


def _row(one: Selected) -> list[str]:
    params = ", ".join(f"{name} {_short(value)}" for name, value in one.params.items())
    params = f"untuned: {params}" if one.candidate == UNTUNED else params
    return [MODELS[one.model], one.engine, METRIC_TITLES[one.metric], params, *_rates(one.test), *_rates(one.prod)]


def _rates(rates: Rates) -> list[str]:
    return [*(f"{rates.metrics[name]:.3f}" for name in SHOWN), f"{rates.share_predicted_made:.0%}"]


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _compared(theirs: Sequence[float], ours: Sequence[float]) -> list[str]:
    ratios = [a / b for a, b in zip(theirs, ours, strict=True)]
    return [_spread(theirs), _spread(ours), _spread(ratios)]


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def _cost(comparison: Comparison, engine: str, model: str) -> Cost:
    return next(cost for cost in comparison.costs if (cost.engine, cost.model) == (engine, model))


def _by_log_loss(comparison: Comparison, engine: str, model: str) -> Selected:
    wanted = (engine, model, "log_loss")
    return next(one for one in comparison.selected if (one.engine, one.model, one.metric) == wanted)
