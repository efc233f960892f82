"""What was tried before a model was taken? The candidates of a search drawn and said, and what each metric picks."""

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from charts import CONSTANT, ESTIMATED, GOOD, REALIZED, AnyChart
from kobe_shots.report import Pick, TrainedModel
from model_terms import model_title, show_params
from terms import metric_title
from words import t

HEIGHT = 380
SHADES = [ESTIMATED, REALIZED, GOOD, "#CC79A7", "#56B4E9"]
# what makes a candidate less simple, and what its points are told apart by; PyCaret bounds a tree by its depth
COMPLEXITY = {"lr": ("C",), "dt": ("max_leaf_nodes", "max_depth")}
KIND = {"lr": "class_weight", "dt": "min_samples_leaf"}


def read_candidates(name: str, candidates: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the candidates of a search with their complexity in `size`, and which parameter that is."""
    params = [json.loads(one) for one in candidates["params"]]
    known = [key for key in COMPLEXITY[name] if any(one.get(key) is not None for one in params)]
    key = known[0] if known else COMPLEXITY[name][0]
    shown = candidates[["candidate", "params", "log_loss", "log_loss_sd"]].assign(
        size=pd.Series([one.get(key) for one in params], candidates.index, dtype="float64"),
        kind=[str(one.get(KIND[name])) for one in params],
    )
    return shown, key


def draw_candidates(name: str, candidates: pd.DataFrame, key: str, picks: Sequence[Pick], picked_by: str) -> AnyChart:
    """Return every candidate's log loss over the folds against its complexity, with what each metric picks marked.

    Args:
        name: lr or dt.
        candidates: as from `read_candidates`.
        key: the parameter that is its complexity.
        picks: what each metric would have picked; only these have the deviation between folds drawn.
        picked_by: the metric that did pick.
    """
    drawn = candidates.dropna(subset="size")
    log = key == "C" or drawn["size"].max() > 10 * max(drawn["size"].min(), 1)
    x = alt.X(
        "size:Q",
        title=key,
        scale=alt.Scale(type="log" if log else "linear", zero=False, nice=False, padding=14),
        axis=alt.Axis(tickCount=6, labelOverlap=True),
    )
    y = alt.Y("log_loss:Q", title=t("log loss over the folds"), scale=alt.Scale(zero=False))
    tips = [
        alt.Tooltip("candidate:Q", title=t("candidate")),
        alt.Tooltip("params:N", title=t("parameters")),
        alt.Tooltip("log_loss:Q", title=t("log loss over the folds"), format=".4f"),
        alt.Tooltip("log_loss_sd:Q", title=t("standard deviation between folds"), format=".4f"),
    ]
    kinds = sorted(drawn["kind"].unique(), key=lambda kind: (len(kind), kind))
    point = alt.Chart(drawn).encode(x=x, y=y, tooltip=tips)
    if len(kinds) <= len(SHADES):  # PyCaret draws from so many values that colours would tell nothing
        legend = alt.Legend(title=KIND[name], orient="bottom", symbolOpacity=1)
        domain = alt.Scale(domain=kinds, range=SHADES[: len(kinds)])
        point = point.encode(
            color=alt.Color("kind:N", scale=domain, legend=legend),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds), legend=legend),
        )
    marked = alt.Chart(_mark(drawn, picks, picked_by)).encode(x=x, y=y)
    return alt.layer(
        marked.mark_errorbar(color=CONSTANT, thickness=2).encode(yError="log_loss_sd:Q"),
        point.mark_point(filled=True, size=45, opacity=0.85),
        marked.mark_point(size=280, strokeWidth=2.5, color=CONSTANT, opacity=1).encode(
            shape=alt.condition("datum.taken", alt.value("square"), alt.value("circle")), tooltip=tips
        ),
        # one label above the other: picks lie close together
        marked.mark_text(
            fontWeight="bold", color=CONSTANT, baseline="bottom", dy=alt.expr("-5 - 14 * (datum.row % 2)")
        ).encode(text="metric:N", y=alt.Y("top:Q", title=t("log loss over the folds"))),
    ).properties(height=HEIGHT)


def say_candidates(name: str, candidates: pd.DataFrame, key: str, model: TrainedModel) -> str:
    """Return what the chart of candidates shows."""
    best, worst = candidates["log_loss"].min(), candidates["log_loss"].max()
    return t(
        "{model}: log loss over the folds of {n} candidates against {key}, from {best:.4f} to {worst:.4f}; the one "
        "picked by {metric} has {taken:.4f}.",
        model=model_title(name),
        n=len(candidates),
        key=key,
        best=best,
        worst=worst,
        metric=metric_title(model.picked_by),
        taken=model.cross_validated["log_loss"],
    )


def list_picks(picks: Sequence[Pick]) -> pd.DataFrame:
    """Return how what each metric would have picked does on the test shots."""
    return pd.DataFrame(
        {
            t("picks by"): [metric_title(pick.metric) for pick in picks],
            metric_title("log_loss"): [t("{value:.4f}", value=pick.test["log_loss"]) for pick in picks],
            metric_title("f1"): [t("{value:.4f}", value=pick.test["f1"]) for pick in picks],
            t("called baskets"): [t("{share:.1%}", share=pick.share_predicted_made) for pick in picks],
        }
    )


def name_picks(picks: Sequence[Pick]) -> list[str]:
    """Return the parameters that each metric would have picked, those of several metrics once."""
    by_params: dict[str, list[str]] = {}
    for pick in picks:
        by_params.setdefault(show_params(pick.params), []).append(metric_title(pick.metric))
    return [f"{', '.join(metrics)}: {params}" for params, metrics in by_params.items()]


def _mark(candidates: pd.DataFrame, picks: Sequence[Pick], picked_by: str) -> pd.DataFrame:
    """Return the candidates that a metric picks, with the names of those metrics and whether it is the one taken."""
    by_candidate: dict[int, list[str]] = {}
    for pick in picks:
        by_candidate.setdefault(pick.candidate, []).append(pick.metric)
    rows = candidates[candidates["candidate"].isin(list(by_candidate))].sort_values("size")
    of = [by_candidate[candidate] for candidate in rows["candidate"]]
    return rows.assign(
        metric=[", ".join(map(metric_title, metrics)) for metrics in of],
        taken=[picked_by in metrics for metrics in of],
        row=range(len(rows)),
        top=rows["log_loss"] + rows["log_loss_sd"],
    )
