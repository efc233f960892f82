"""What do metrics of a whole batch, confusions and trials of estimators look like as tables to read?"""

from collections.abc import Sequence

import pandas as pd

from kobe_shots.language import Said, say
from kobe_shots.monitoring.trials import CONFIDENCE_BASED, IMPORTANCE_WEIGHTED, NO_CHANGE, Trial
from kobe_shots.verdicts import Severity
from reading import records
from states import TONES
from terms import metric_title
from words import t

NONE = "—"


def estimator_title(estimator: str) -> str:
    """Return what an estimator is called; tables may write its name with spaces."""
    titles = {
        CONFIDENCE_BASED: t("confidence based"),
        IMPORTANCE_WEIGHTED: t("importance weighted"),
        NO_CHANGE: t("supposing that nothing has changed"),
    }
    return titles.get(estimator.replace(" ", "_"), estimator)


def lay_out_metrics(whole: pd.DataFrame, metrics: Sequence[str], kind: str) -> pd.DataFrame:
    """Return metrics of all shots of a batch: value, constant or how it was come by, and what is usual.

    Args:
        whole: rows of health.parquet of the whole batch.
        metrics: names, in order; those that the table does not know are left out.
        kind: realized or estimated.
    """
    constants = whole.set_index("metric")["value"]
    rows = {row["metric"]: row for row in records(whole[whole["kind"] == kind])}
    table = []
    for metric in metrics:
        if metric not in rows:
            continue
        row = rows[metric]
        constant = constants.get(f"{metric}_constant")
        beside = (
            {t("the constant"): NONE if constant is None else t("{value:.3f}", value=constant)}
            if kind == "realized"
            else {t("estimated by"): NONE if pd.isna(row["value"]) else estimator_title(row["note"])}
        )
        table.append(
            {
                t("metric"): metric_title(metric),
                t("value"): say_value(row["value"], row["low"], row["high"]),
                **beside,
                t("judged"): _judged(row["value"], row["lower_limit"], row["upper_limit"]),
            }
        )
    return pd.DataFrame(table)


def say_value(value: float, low: float, high: float) -> str:
    """Return a value with its interval, or between what it must lie, or that it cannot be told."""
    if pd.notna(value) and pd.notna(low) and pd.notna(high):
        return t("{value:.3f} [{low:.3f}, {high:.3f}]", value=value, low=low, high=high)
    if pd.notna(value):
        return t("{value:.3f}", value=value)
    if pd.notna(low) and pd.notna(high):
        return t("between {low:.3f} and {high:.3f}", low=low, high=high)
    return t("cannot tell")


def say_usual(lower: float, upper: float) -> Said:
    """Return where a metric is usual, to be put into another sentence."""
    if pd.notna(lower) and pd.notna(upper):
        return say("{lower:.3f} to {upper:.3f}", lower=lower, upper=upper)
    if pd.notna(lower):
        return say("from {lower:.3f}", lower=lower)
    return say("up to {upper:.3f}", upper=upper) if pd.notna(upper) else say(NONE)


def lay_out_confusion(served: pd.Series) -> pd.DataFrame:
    """Return what was called at the threshold served, and what happened."""
    rows = [(t("called a basket"), served["tp"], served["fp"]), (t("called a miss"), served["fn"], served["tn"])]
    return pd.DataFrame(
        [
            {t("call"): call, t("went in"): t("{n:,}", n=int(made)), t("did not"): t("{n:,}", n=int(missed))}
            for call, made, missed in rows
        ]
    )


def lay_out_trials(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return how an estimator did where outcomes are known, beside saying that nothing has changed."""
    return pd.DataFrame(
        [
            {
                t("metric"): metric_title(trial.metric),
                t("mean error (trials)"): t("{value:.4f} ({n:,})", value=trial.error, n=trial.trials),
                t("of no change"): t("{value:.4f}", value=trial.error_of_no_change),
                t("gain ± standard error"): _gain(trial),
            }
            for trial in trials
        ]
    )


def _gain(trial: Trial) -> str:
    gain, spread = trial.gain, trial.gain_spread
    if trial.retired:
        return _with_icon(Severity.WATCH, t("{gain:+.4f} ± {spread:.4f}, retired", gain=gain, spread=spread))
    return _with_icon(Severity.OK, t("{gain:+.4f} ± {spread:.4f}, nearer to the truth", gain=gain, spread=spread))


def _judged(value: float, lower: float, upper: float) -> str:
    usual = say_usual(lower, upper)
    if pd.isna(value):
        return _with_icon(Severity.CANNOT_TELL, t("cannot tell; usual is {usual}", usual=usual))
    if value < lower:
        return _with_icon(Severity.WATCH, t("below what is usual, {usual}", usual=usual))
    if value > upper:
        return _with_icon(Severity.WATCH, t("above what is usual, {usual}", usual=usual))
    return _with_icon(Severity.OK, t("as usual, {usual}", usual=usual))


def _with_icon(severity: Severity, text: str) -> str:
    return f"{TONES[severity].icon} {text}"
