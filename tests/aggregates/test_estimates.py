import pandas as pd
import pytest

from kobe_shots.aggregates.estimates import COLUMNS, compare_estimates

ROWS = [
    ("prod", "1", "log_loss", "estimated", 0.60, 0.58, 0.62),
    ("prod", "1", "log_loss", "realized", 0.61, 0.50, 0.70),
    ("prod", "2", "log_loss", "estimated", 0.60, 0.58, 0.62),
    ("prod", "2", "log_loss", "realized", 0.65, 0.50, 0.70),
    ("prod", "3", "log_loss", "estimated", None, 0.10, 0.90),  # not to be believed: bounds only
    ("prod", "3", "log_loss", "realized", 0.65, 0.50, 0.70),
    ("prod", "all", "log_loss", "estimated", 0.60, 0.58, 0.62),
    ("prod", "all", "log_loss", "realized", 0.90, 0.50, 0.70),
    ("prod", "1", "roc_auc", "estimated", 0.60, 0.58, 0.62),  # outcomes too few
    ("prod", "1", "roc_auc", "realized", None, None, None),
    ("test", "1", "log_loss", "estimated", 0.60, 0.58, 0.60),
    ("test", "1", "log_loss", "realized", 0.60, 0.50, 0.70),
    ("test", "1", "drifted", "drift", 0.60, 0.50, 0.70),
]


def health(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["batch", "window", "metric", "kind", "value", "low", "high"])
    return table.astype(dict.fromkeys(("value", "low", "high"), "float64"))


def test_windows_count_where_both_are_told_and_the_whole_batch_does_not() -> None:
    table = compare_estimates(health(ROWS))
    assert table.to_dict("records") == [
        {"batch": "prod", "metric": "log_loss", "windows": 2, "inside": 1, "error": pytest.approx(0.03)},
        {"batch": "test", "metric": "log_loss", "windows": 1, "inside": 1, "error": 0},
    ]


@pytest.mark.parametrize("rows", [[], ROWS[8:10]])
def test_where_outcomes_never_came_there_is_nothing_to_compare(rows: list[tuple[object, ...]]) -> None:
    table = compare_estimates(health(rows))
    assert table.empty
    assert table.dtypes.astype(str).to_dict() == COLUMNS
