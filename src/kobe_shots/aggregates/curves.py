"""How do scores and outcomes lie to each other? The curves of a scored batch, as one small table that a page draws."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_curve

from kobe_shots.models.metrics import DIGITS_THAT_RANK
from kobe_shots.monitoring.realized import wilson

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BINS = 10  # of the reliability diagram, equally filled
BARS = 50  # of the histogram of scores
STEPS = 100  # of the thresholds
MOST_POINTS = 200  # of the ROC curve

RELIABILITY, SCORE, ROC, THRESHOLD = "reliability", "score", "roc", "threshold"
SERVED, HIGHEST = "served", "highest"
COLUMNS = {
    "subject": "str",
    "curve": "str",
    **dict.fromkeys(("x", "y", "low", "high"), "float64"),
    **dict.fromkeys(("n", "tp", "fp", "fn", "tn"), "Int64"),
}


def tabulate_curves(
    subject: str, made: npt.ArrayLike, probability: npt.ArrayLike, threshold: float, confidence: float
) -> pd.DataFrame:
    """Return the curves of (n,) scored shots; `made` is NaN where the outcome is not known.

    Columns: subject, curve, x, y, low and high (an interval of y), n (shots behind the row) and, where shots are
    called, tp, fp, fn and tn. By curve:

    - `reliability`: x the mean score of a bin, y its make rate; ten bins equally filled, equal scores together.
    - `score`: x the middle of a bar of the histogram, y its share of all shots.
    - `roc`: x the share of misses called baskets, y that of baskets.
    - `threshold`: x a threshold, y F1 of calling what is above it; the served and the highest score are among them.
    - `served`: that row of the threshold in use.
    - `highest`: x the highest score, y F1 of a threshold there, which calls nothing.

    A curve that outcomes are lacking for has no rows; the histogram, and without F1 the highest score, are always told.

    >>> table = tabulate_curves("four shots", [1, 0, 1, 0], [0.9, 0.8, 0.5, 0.1], 0.5, 0.95)
    >>> table.loc[table["curve"] == "served", ["x", "y", "tp", "fp", "fn", "tn"]].to_numpy().tolist()
    [[0.5, 0.5, 1, 1, 1, 1]]
    """
    outcome, score = np.asarray(made, dtype=np.float64), np.asarray(probability, dtype=np.float64)
    known = ~np.isnan(outcome)
    parts = [_reliability(outcome[known], score[known], confidence), _histogram(score)]
    parts += [_roc(outcome[known], score[known])]
    if len(score):
        highest = float(score.max())
        steps = np.union1d(np.arange(STEPS + 1) / STEPS, [threshold, highest])
        called = _called(outcome[known], score[known], steps, confidence)
        marks = [(THRESHOLD, steps), (SERVED, np.array([threshold])), (HIGHEST, np.array([highest]))]
        parts += [called[called["x"].isin(at)].assign(curve=curve) for curve, at in marks]
        if not known.any():
            parts += [pd.DataFrame({"curve": [HIGHEST], "x": highest, "n": len(score)})]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame({"curve": []})], ignore_index=True)
    return table.assign(subject=subject).reindex(columns=list(COLUMNS)).astype(COLUMNS)


def _reliability(made: Floats, score: Floats, confidence: float) -> pd.DataFrame:
    shots = pd.DataFrame({"x": score, "y": made})
    # by rank, not by quantile: the quantiles of a tree's few scores coincide
    level = np.minimum((shots["x"].rank(method="max") * BINS / max(len(shots), 1) - 1e-9) // 1, BINS - 1)
    bins = shots.groupby(level).agg(x=("x", "mean"), y=("y", "mean"), n=("y", "size"), makes=("y", "sum"))
    ends = [wilson(makes, n, confidence) for makes, n in zip(bins["makes"], bins["n"], strict=True)]
    low, high = (pd.Series([pair[end] for pair in ends], bins.index, dtype=np.float64) for end in (0, 1))
    return bins.drop(columns="makes").assign(curve=RELIABILITY, low=low, high=high)


def _histogram(score: Floats) -> pd.DataFrame:
    count, edges = np.histogram(score, bins=BARS, range=(0, 1))
    middle = (edges[:-1] + edges[1:]) / 2
    bars = pd.DataFrame({"curve": SCORE, "x": middle, "y": count / max(len(score), 1), "n": count})
    return bars[bars["n"] > 0]


def _roc(made: Floats, score: Floats) -> pd.DataFrame:
    if not 0 < made.sum() < len(made):  # there is no pair to compare
        return pd.DataFrame()
    false_positive, true_positive, _ = roc_curve(made, score.round(DIGITS_THAT_RANK))
    way = false_positive + true_positive  # evenly along the curve, its ends included
    kept = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS)))
    return pd.DataFrame({"curve": ROC, "x": false_positive[kept], "y": true_positive[kept], "n": len(made)})


def _called(made: Floats, score: Floats, steps: Floats, confidence: float) -> pd.DataFrame:
    """Return what is called a basket at each threshold, and how rightly; nothing without outcomes."""
    if not len(made):
        return pd.DataFrame({"x": []})
    makes, misses = np.sort(score[made == 1]), np.sort(score[made == 0])
    tp = len(makes) - np.searchsorted(makes, steps, side="right")
    fp = len(misses) - np.searchsorted(misses, steps, side="right")
    concerned = np.maximum(len(makes) + fp, 1)
    # F1 is a function of hits / (hits + false calls + misses), a share
    ends = np.array([wilson(hits, n, confidence) for hits, n in zip(tp.tolist(), concerned.tolist(), strict=True)])
    low, high = (2 * ends / (1 + ends)).T
    return pd.DataFrame(
        {
            "x": steps,
            "y": 2 * tp / np.maximum(tp + fp + len(makes), 1),
            "low": low,
            "high": high,
            "n": len(made),
            "tp": tp,
            "fp": fp,
            "fn": len(makes) - tp,
            "tn": len(misses) - fp,
        }
    )
