"""Do the tables of the engines say what a comparison holds? By numbers small enough to check by hand."""

import pytest

from kobe_shots.documents import engines
from kobe_shots.engines.comparison import Comparison, Cost, Selected
from kobe_shots.models.scoring import Rates

SECONDS = {"scikit-learn": [1.0, 2.0, 4.0], "pycaret": [100.0, 300.0, 200.0]}


def rates(n: int, log_loss: float) -> Rates:
    metrics = {"log_loss": log_loss, "f1": 0.25, "brier": 0.2, "roc_auc": 0.6}
    return Rates(n=n, share_predicted_made=0.375, metrics=metrics)


def selected(engine: str, model: str, metric: str) -> Selected:
    loss = 0.5 if engine == "scikit-learn" else 0.6
    return Selected(
        engine=engine,
        made_with=f"{engine} 1.0",
        model=model,
        metric=metric,
        candidate=0 if (engine, metric) == ("pycaret", "f1") else 3,
        params={"C": 0.123456, "max_depth": None},
        cross_validated={"log_loss": loss, "f1": 0.25, "brier": 0.2, "roc_auc": 0.6},
        test=rates(4057, loss),
        prod=rates(5412, 2 * loss),
    )


@pytest.fixture
def comparison() -> Comparison:
    return Comparison(
        base_id="0123456789ab",
        lock_sha256="00",
        candidates=100,
        folds=10,
        seed=24,
        selected=[
            selected(engine, model, metric)
            for model in ("lr", "dt")
            for metric in ("log_loss", "f1")
            for engine in SECONDS
        ],
        costs=[
            Cost(engine=engine, model=model, cpu_seconds=seconds, wall_seconds=[2 * s for s in seconds])
            for engine, seconds in SECONDS.items()
            for model in ("lr", "dt")
        ],
    )


def test_ratios_are_taken_repeat_by_repeat(comparison: Comparison) -> None:
    rows = engines.costs(comparison).splitlines()
    # 100 / 1, 300 / 2, 200 / 4
    assert rows[2] == "| logistic regression | CPU seconds | 200 (100 to 300) | 2 (1 to 4) | 100 (50 to 150) |"
    assert rows[3] == "| logistic regression | wall seconds | 400 (200 to 600) | 4 (2 to 8) | 100 (50 to 150) |"
    assert rows[4] == "| logistic regression | log loss, cross-validated | 0.600000 | 0.500000 | 1.200000 |"
    assert rows[5] == "| logistic regression | F1, cross-validated | 0.250000 | 0.250000 | 1.000000 |"
    assert rows[6] == "| logistic regression | log loss, dev test | 0.600000 | 0.500000 | 1.200000 |"
    assert [row.split(" | ")[0] for row in rows[7:]] == ["| decision tree"] * 5


def test_each_selection_is_a_row_with_both_bases_side_by_side(comparison: Comparison) -> None:
    head, _, *rows = engines.selection(comparison).splitlines()
    assert "log loss, dev test (4,057)" in head
    assert "called baskets, prod (5,412)" in head
    assert len(rows) == 8
    assert rows[1] == (
        "| logistic regression | pycaret | log loss | C 0.1235, max_depth None "
        "| 0.600 | 0.250 | 0.600 | 38% | 1.200 | 0.250 | 0.600 | 38% |"
    )


def test_an_untuned_model_is_called_one(comparison: Comparison) -> None:
    called = [row.split(" | ")[1:4] for row in engines.selection(comparison).splitlines() if "untuned" in row]
    assert called == [["pycaret", "F1", "untuned: C 0.1235, max_depth None"]] * 2
