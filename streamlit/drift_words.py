"""What does a chart of a change say? Its sentence, worked out from what is drawn, for those who cannot see it."""

from collections.abc import Sequence

import pandas as pd

from drift_charts import Runs, write
from kobe_shots.aggregates.separation import Separation
from words import named, t


def say_scale(one: Separation) -> str:
    """Return where on the scale the classifier lies."""
    return t(
        "Scale from 0.5, not told apart at all, to 1, always: {auc:.3f}. What was learned holds up to {trusted:.2f}, "
        "with caution up to {caution:.2f}.",
        auc=one.auc,
        trusted=one.trusted_auc,
        caution=one.caution_auc,
    )


def say_bars(drifts: pd.DataFrame, value: str, limits: Sequence[float], title: str, pattern: str) -> str:
    """Return every bar with its number, the gravest drift first."""
    each = [f"{named(row['feature'])} {write(row[value], pattern)}" for _, row in drifts.iterrows()]
    return t(
        "{title}, by feature: {each}. Limits: {limits}.",
        title=title,
        each=", ".join(each),
        limits=", ".join(write(limit, pattern) for limit in limits),
    )


def say_histograms(bins: pd.DataFrame, title: str) -> str:
    """Return where most shots lie, of both."""
    new, old = (bins.iloc[int(bins[share].to_numpy().argmax())] for share in ("share", "learned_share"))
    return t(
        "{title}: most of these {n:,} shots lie from {low:.4g} to {high:.4g} ({share:.1%}), most of the {learned_n:,} "
        "learned from lie from {learned_low:.4g} to {learned_high:.4g} ({learned_share:.1%}).",
        title=title,
        n=new["n"],
        low=new["left"],
        high=new["right"],
        share=new["share"],
        learned_n=new["learned_n"],
        learned_low=old["left"],
        learned_high=old["right"],
        learned_share=old["learned_share"],
    )


def say_windows(rows: pd.DataFrame, what: Runs) -> str:
    """Return where the numbers start and end, and how many of them are beyond their limits."""
    told = rows[rows[what.value].notna()].sort_values("start")
    if told.empty:
        return t("{what}: cannot be told in any window.", what=what.title)
    first, last = told.iloc[0], told.iloc[-1]
    return t(
        "{what}: {first} in {begin}, {last} in {end}; beyond limits in {alerts} of {n} windows.",
        what=what.title,
        first=write(first[what.value], what.format),
        begin=first["window"],
        last=write(last[what.value], what.format),
        end=last["window"],
        alerts=int(told[what.alert].fillna(False).sum()),
        n=len(told),
    )
