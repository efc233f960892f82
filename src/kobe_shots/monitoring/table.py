"""How is health laid out? One tidy table: a metric of a window a row."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from kobe_shots.monitoring.drift import DISTANCES
from kobe_shots.monitoring.health import Examined, Health
from kobe_shots.monitoring.limits import Band, Limits
from kobe_shots.monitoring.realized import constants
from kobe_shots.monitoring.told import Kind, Told
from kobe_shots.parameters import Monitoring

COLUMNS = {
    "batch": "str",
    "window": "str",
    "start": "str",
    "end": "str",
    "n": "int64",
    "labelled": "int64",
    "metric": "str",
    "kind": "str",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "lower_limit": "float64",
    "upper_limit": "float64",
    "alert": "boolean",
    "note": "str",
}
ALL = "all"


def tabulate(batches: Iterable[Health], limits: dict[str, Limits], how: Monitoring) -> pd.DataFrame:
    """Return the health of batches as one table.

    Columns: batch, window (`all` for the whole batch), start and end (days, or numbers of shots), n (shots), labelled
    (of them), metric, kind (realized, estimated or drift), value, low and high (its interval; without a value, the
    bounds it must lie in), lower_limit and upper_limit (where it is usual, for so many shots), alert (whether the value
    lies beyond; missing where there is no value), note (why there is none, or how it was come by). `limits` by batch.
    """
    rows = [
        row
        for health in batches
        for examined in (health.all, *health.windows)
        for row in _rows(health, examined, limits[health.name], how)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _rows(health: Health, examined: Examined, limits: Limits, how: Monitoring) -> Iterator[dict[str, Any]]:
    window = examined.window
    head = {
        "batch": health.name,
        "window": ALL if examined is health.all else window.name,
        "start": window.start,
        "end": window.end,
        "n": window.n,
        "labelled": window.labelled,
    }

    def row(kind: Kind, told: Told, band: Band, note: str = "") -> dict[str, Any]:
        return head | {
            "metric": told.metric,
            "kind": kind,
            "value": told.value,
            "low": told.low,
            "high": told.high,
            "lower_limit": band.lower,
            "upper_limit": band.upper,
            "alert": None if told.value is None else band.leaves_out(told.value),
            "note": told.reason or note,
        }

    for told in examined.realized:
        yield row("realized", told, limits.of(told.metric, told.n))
    rate = next(told for told in examined.realized if told.metric == "make_rate")
    if rate.value is not None:
        for metric, value in constants(rate.value).items():
            told = Told(metric=f"{metric}_constant", n=rate.n, value=value)
            yield row("realized", told, Band(), "the constant that knows the make rate of these shots")
    for told in examined.expected.metrics:
        note = examined.expected.used.get(told.metric, "")
        yield row("estimated", told, limits.of(told.metric, window.n), note.replace("_", " "))
    for told in (examined.share_in_support, examined.mean_score):
        yield row("drift", told, limits.of(told.metric, window.n))
    if examined is health.all and health.shift is not None:
        told = Told(metric="domain_auc", n=window.n, value=health.shift.auc)
        yield row("drift", told, Band(upper=how.trust.trusted_auc))
    for drift in examined.drift:
        for name in DISTANCES:
            told = Told(metric=f"{name}_{drift.feature}", n=window.n, value=getattr(drift, name))
            yield row(
                "drift", told, Band(upper=getattr(drift, f"{name}_limit")), drift.unit if name == "wasserstein" else ""
            )
        p_value = Told(metric=f"p_value_{drift.feature}", n=window.n, value=drift.p_value)
        yield row("drift", p_value, Band(lower=how.drift.level), "corrected for the number of features")
        effect = Told(metric=f"effect_{drift.feature}", n=window.n, value=drift.effect)
        band = Band(lower=-how.minimum_effect, upper=how.minimum_effect)
        yield row("drift", effect, band, f"of log loss; {drift.unseen:.1%} of the shots beyond what was learned")
