"""Did the estimates come true? Estimate against truth, where outcomes came later, over the windows of each batch."""

import pandas as pd

from kobe_shots.monitoring.table import ALL

KEYS = ["batch", "metric"]
COLUMNS = {
    **dict.fromkeys(KEYS, "str"),
    **dict.fromkeys(("windows", "inside"), "int64"),
    "error": "float64",
}


def compare_estimates(health: pd.DataFrame) -> pd.DataFrame:
    """Return how near estimates came to what outcomes said, by batch and metric that both are told of in some window.

    Columns: batch, metric, windows (in which both are told), inside (of them, where the truth lay within the interval
    of the estimate) and error (their mean distance). `health` is the table of `kobe_shots.monitoring.table`.
    """
    told = health[(health["window"] != ALL) & health["value"].notna()]
    truth, estimate = (told[told["kind"] == kind] for kind in ("realized", "estimated"))
    both = estimate.merge(truth[[*KEYS, "window", "value"]], on=[*KEYS, "window"], suffixes=("", "_true"))
    both = both.assign(
        inside=both["value_true"].between(both["low"], both["high"]),
        error=(both["value"] - both["value_true"]).abs(),
    )
    table = both.groupby(KEYS, sort=False, as_index=False).agg(
        windows=("window", "size"), inside=("inside", "sum"), error=("error", "mean")
    )
    return table[list(COLUMNS)].astype(COLUMNS)
