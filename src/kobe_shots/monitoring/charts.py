"""What does health look like? Charts of one batch, as SVG that stands in a page by itself, with its numbers."""

import io
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kobe_shots.monitoring.drift import FeatureDrift
from kobe_shots.monitoring.stream import Stream
from kobe_shots.monitoring.table import ALL
from kobe_shots.shots.court import HOOP_LAT, HOOP_LON, UNITS_PER_DEGREE, UNITS_PER_FOOT
from kobe_shots.shots.zones import line_radius

INK = "#7f7f7f"  # readable on white and on black
REALIZED, ESTIMATED, USUAL, CONSTANT = "#d1495b", "#3a86c8", "#7f7f7f", "#e09f3e"
FEET_PER_DEGREE = UNITS_PER_DEGREE / UNITS_PER_FOOT
MOST_DOTS = 1500
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kobe-shots",
    "font.size": 9,
    "font.family": "sans-serif",
} | dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK)


def draw_by_window(rows: pd.DataFrame, metric: str, name: str) -> str:
    """Return a metric by window: realized and estimated with intervals, the usual band, the window's constant."""
    windows = rows[(rows["window"] != ALL)]
    realized = windows[(windows["metric"] == metric) & (windows["kind"] == "realized")].reset_index(drop=True)
    estimated = windows[(windows["metric"] == metric) & (windows["kind"] == "estimated")].reset_index(drop=True)
    constant = windows[(windows["metric"] == f"{metric}_constant")].set_index("window")["value"]
    names = realized["window"].tolist() or estimated["window"].tolist()
    where = {window: at for at, window in enumerate(names)}

    def paint(axes: Axes) -> None:
        limits = (estimated if len(estimated) else realized).set_index("window").reindex(names)
        axes.fill_between(
            range(len(names)),
            limits["lower_limit"],
            limits["upper_limit"],
            color=USUAL,
            alpha=0.15,
            lw=0,
            label="usual",
        )
        for told, colour, shift, label in (
            (estimated, ESTIMATED, 0.15, "estimated, without outcomes"),
            (realized, REALIZED, -0.15, "realized, with outcomes"),
        ):
            seen = told[told["value"].notna() & told["window"].isin(where)]
            at = seen["window"].map(where).to_numpy(np.float64) + shift
            ends = (
                np.abs(seen[["low", "high"]].to_numpy().T - seen["value"].to_numpy()) if len(seen) else np.zeros((2, 0))
            )
            axes.errorbar(at, seen["value"], yerr=ends, fmt="o", ms=3.5, lw=1, color=colour, label=label)
        if len(constant):
            axes.plot(
                [where[w] for w in constant.index],
                constant,
                "_",
                ms=11,
                mew=2,
                color=CONSTANT,
                label="the constant there",
            )
        ends = pd.concat([realized, estimated])[["low", "high"]].to_numpy(np.float64)
        if np.isfinite(ends).any():  # the band of a window of few shots is wider than any chart
            low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
            room = 0.1 * max(high - low, 0.01)
            axes.set_ylim(low - room, high + 2.5 * room)
        axes.set(ylabel=name, xlim=(-0.7, len(names) - 0.3))
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
        axes.legend(frameon=False, fontsize=8, ncols=2)

    said = "; ".join(
        f"{kind} {told['value'].median():.3f} in the middle of {told['value'].notna().sum()} windows"
        for kind, told in (("realized", realized), ("estimated", estimated))
        if told["value"].notna().any()
    )
    return draw_svg(paint, f"{name} by window: {said or 'no window can be told'}", (8, 3.1))


def draw_reliability(stream: Stream) -> str:
    """Return make rates against probabilities, in ten equally filled bins, over the histogram of the scores."""
    known = stream.take(stream.is_labelled)
    shots = pd.DataFrame({"score": known.probability, "made": known.made})
    level = np.minimum((shots["score"].rank(method="max") * 10 / max(len(shots), 1) - 1e-9) // 1, 9)
    table = shots.groupby(level).agg(score=("score", "mean"), made=("made", "mean"), n=("made", "size"))

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], "--", color=USUAL, lw=1, label="as stated")
        spread = 1.96 * np.sqrt(table["made"] * (1 - table["made"]) / table["n"])
        axes.errorbar(table["score"], table["made"], yerr=spread, fmt="o", ms=4, color=REALIZED, label="make rate seen")
        counts, edges = np.histogram(stream.probability, bins=25, range=(0, 1))
        axes.bar(
            edges[:-1], 0.25 * counts / max(counts.max(), 1), np.diff(edges), align="edge", color=ESTIMATED, alpha=0.3
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability given", ylabel="make rate", aspect="equal")
        axes.legend(frameon=False, fontsize=8, loc="upper left")

    mean = (
        f"mean probability {known.probability.mean():.3f}, make rate {known.made.mean():.3f}"
        if len(known)
        else "no outcomes"
    )
    return draw_svg(paint, f"Reliability: {mean}", (3.6, 3.6))


def draw_court(new: Stream, reference: Stream) -> str:
    """Return where shots were taken, over where those were that the model learned from."""

    def place(stream: Stream) -> tuple[pd.Series, pd.Series]:
        shots = stream.shots.iloc[:: max(1, -(-len(stream) // MOST_DOTS))]
        return (shots["lon"] - HOOP_LON) * FEET_PER_DEGREE, (HOOP_LAT - shots["lat"]) * FEET_PER_DEGREE

    def paint(axes: Axes) -> None:
        learned = reference.shots
        x, y = (learned["lon"] - HOOP_LON) * FEET_PER_DEGREE, (HOOP_LAT - learned["lat"]) * FEET_PER_DEGREE
        axes.hexbin(
            x, y, gridsize=(25, 18), extent=(-25, 25, -5, 35), mincnt=5, bins="log", cmap="Greys", alpha=0.6, lw=0.1
        )
        axes.scatter(*place(new), s=2, color=REALIZED, alpha=0.6, lw=0, rasterized=True)
        angle = np.linspace(-100, 100, 201)
        radius = line_radius(angle) / UNITS_PER_FOOT
        axes.plot(radius * np.sin(np.radians(angle)), radius * np.cos(np.radians(angle)), color=ESTIMATED, lw=1.2)
        axes.set(xlim=(-25, 25), ylim=(-5, 35), aspect="equal", xticks=[], yticks=[])

    return draw_svg(
        paint, f"Where {len(new):,} shots were taken (dots), over the {len(reference):,} learned ones (grey)", (4, 3.6)
    )


def draw_drift(drift: Sequence[FeatureDrift]) -> str:
    """Return the features by what their change does to log loss, and how much of it was never learned."""
    ranked = sorted(drift, key=lambda one: (one.unseen > 0.1, abs(one.effect)))  # noqa: PLR2004 -- more than a tail

    def paint(axes: Axes) -> None:
        axes.barh([one.feature for one in ranked], [one.effect for one in ranked], color=ESTIMATED)
        axes.axvline(0, color=INK, lw=0.8)
        for at, one in enumerate(ranked):
            axes.text(1.02, at, f"{one.unseen:.0%} new", transform=axes.get_yaxis_transform(), va="center", fontsize=8)
        axes.set(xlabel="change of expected log loss, where values are known")
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4))

    said = "; ".join(
        f"{one.feature} {one.effect:+.4f}, {one.unseen:.0%} beyond what was learned" for one in ranked[::-1]
    )
    return draw_svg(paint, f"Change of expected log loss by feature: {said}", (4.6, 3))


def draw_svg(paint: Callable[[Axes], None], said: str, size: tuple[float, float]) -> str:
    """Return a chart as SVG that stands in a page by itself; `said` is what it shows, for those who cannot see it."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        axes.patch.set_alpha(0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        paint(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, dpi=110, metadata={"Date": None, "Creator": None})
    drawn = text.getvalue()
    return f'<svg role="img" aria-label="{escape(said, quote=True)}" {drawn[drawn.index("<svg") + 5 :]}'
