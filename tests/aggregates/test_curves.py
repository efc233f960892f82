import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.aggregates.curves import COLUMNS, MOST_POINTS, tabulate_curves
from kobe_shots.models.metrics import f1, roc_auc
from kobe_shots.monitoring.realized import wilson

Shots = list[tuple[bool, float]]
SHOTS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60)


def curves(made: list[float], score: list[float], threshold: float = 0.5) -> dict[str, pd.DataFrame]:
    table = tabulate_curves("batch", made, score, threshold, 0.95)
    assert table.columns.tolist() == list(COLUMNS)
    assert set(table["subject"]) <= {"batch"}
    return {str(name): rows.reset_index(drop=True) for name, rows in table.groupby("curve")}


def drawn(n: int, seed: int = 1) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    score = rng.uniform(0.2, 0.7, n)
    return (rng.random(n) < score).astype(float).tolist(), score.tolist()


def test_bins_are_equally_filled_and_hold_mean_score_make_rate_and_wilsons_interval() -> None:
    made, score = [0.0, 1, 0, 0, 1, 0, 1, 1, 1, 1] * 2, (np.arange(20) / 20).tolist()
    bins = curves(made, score)["reliability"]
    assert bins["n"].tolist() == [2] * 10
    assert bins["x"].tolist() == pytest.approx([0.025 + 0.1 * at for at in range(10)])
    assert bins["y"].tolist() == [0.5, 0, 0.5, 1, 1, 0.5, 0, 0.5, 1, 1]
    assert bins.loc[0, ["low", "high"]].tolist() == pytest.approx(wilson(1, 2, 0.95))


def test_equal_scores_stay_together() -> None:
    bins = curves([1, 0, 0, 1] * 10, [0.4, 0.4, 0.4, 0.6] * 10)["reliability"]
    assert bins[["x", "y", "n"]].to_numpy().tolist() == [[pytest.approx(0.4), pytest.approx(1 / 3), 30], [0.6, 1, 10]]


def test_the_histogram_holds_every_shot_with_or_without_an_outcome() -> None:
    bars = curves([1, np.nan, np.nan, np.nan], [0.0, 0.01, 0.5, 1.0])["score"]
    assert bars["x"].tolist() == pytest.approx([0.01, 0.51, 0.99])
    assert bars["n"].tolist() == [2, 1, 1]
    assert bars["y"].tolist() == [0.5, 0.25, 0.25]


def test_the_threshold_served_is_a_point_with_its_confusion_counts_and_a_score_of_just_that_is_not_called() -> None:
    found = curves([1, 0, 1, 0, 1], [0.9, 0.8, 0.35, 0.1, 0.6], 0.35)
    (served,) = found["served"].to_dict("records")
    assert {name: served[name] for name in ("x", "y", "n", "tp", "fp", "fn", "tn")} == {
        "x": 0.35,
        "y": pytest.approx(2 * 2 / (3 + 3)),
        "n": 5,
        "tp": 2,
        "fp": 1,
        "fn": 1,
        "tn": 1,
    }
    share_low, share_high = wilson(2, 4, 0.95)
    assert served["low"] == pytest.approx(2 * share_low / (1 + share_low))
    assert served["high"] == pytest.approx(2 * share_high / (1 + share_high))
    assert 0.35 in found["threshold"]["x"].tolist()


def test_where_no_score_reaches_the_threshold_nothing_is_called_and_the_highest_score_says_so() -> None:
    found = curves([1, 0, 1, 0], [0.4, 0.3, 0.21, 0.2])
    assert found["served"][["y", "tp", "fp", "fn", "tn"]].to_numpy().tolist() == [[0, 0, 0, 2, 2]]
    assert found["highest"][["x", "y", "tp", "fp"]].to_numpy().tolist() == [[0.4, 0, 0, 0]]


def test_shots_without_outcomes_have_a_histogram_and_a_highest_score_only() -> None:
    found = curves([np.nan, np.nan], [0.4, 0.3])
    assert set(found) == {"score", "highest"}
    assert found["highest"][["x", "n"]].to_numpy().tolist() == [[0.4, 2]]
    assert found["highest"]["y"].isna().all()


def test_shots_of_one_outcome_have_no_roc_curve() -> None:
    assert "roc" not in curves([1, 1, 1], [0.4, 0.3, 0.5])


def test_no_shots_give_no_rows_and_the_same_columns() -> None:
    table = tabulate_curves("batch", [], [], 0.5, 0.95)
    assert table.empty
    assert table.dtypes.astype(str).to_dict() == COLUMNS


def test_a_long_roc_curve_is_thinned_and_keeps_its_ends_and_its_area() -> None:
    made, score = drawn(20_000)
    roc = curves(made, score)["roc"]
    assert len(roc) <= MOST_POINTS
    assert roc.loc[0, ["x", "y"]].tolist() == [0, 0]
    assert roc.iloc[-1][["x", "y"]].tolist() == [1, 1]
    area = float(np.trapezoid(roc["y"], roc["x"]))
    assert area == pytest.approx(float(roc_auc(made, score)), abs=0.002)


def test_a_table_keeps_its_types_in_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    table = tabulate_curves("batch", *drawn(100), 0.5, 0.95)
    path = tmp_path_factory.mktemp("curves") / "curves.parquet"
    table.to_parquet(path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), table)


@settings(deadline=None)
@given(SHOTS, st.floats(0.01, 0.99))
def test_f1_is_that_of_the_metric_at_every_threshold_and_counts_add_up(shots: Shots, threshold: float) -> None:
    made, score = [float(one) for one, _ in shots], [one for _, one in shots]
    found = curves(made, score, threshold)
    for row in pd.concat([found["threshold"], found["served"], found["highest"]]).to_dict("records"):
        assert row["y"] == pytest.approx(float(f1(made, score, row["x"])))
        assert row["tp"] + row["fp"] + row["fn"] + row["tn"] == row["n"] == len(shots)
        assert row["low"] <= row["y"] + 1e-9
        assert row["y"] - 1e-9 <= row["high"]
    assert len(found["served"]) == len(found["highest"]) == 1


@settings(deadline=None)
@given(SHOTS)
def test_bins_hold_every_shot_in_order_and_the_rates_of_all(shots: Shots) -> None:
    made, score = [float(one) for one, _ in shots], [one for _, one in shots]
    bins = curves(made, score)["reliability"]
    n = bins["n"].to_numpy(dtype=np.int64)
    assert n.sum() == len(shots)
    assert bins["x"].is_monotonic_increasing
    assert float((bins["y"] * n).sum()) == pytest.approx(sum(made))
    assert float((bins["x"] * n).sum()) == pytest.approx(sum(score))
