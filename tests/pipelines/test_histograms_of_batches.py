import numpy as np
import pandas as pd

from kobe_shots.pipelines.monitoring import nodes
from kobe_shots.shots import court


def shots(first: int, model: str, batch: str, distances: list[int], score: float, own: float = np.nan) -> pd.DataFrame:
    """Return labelled shots straight in front of the hoop, all with the same scores."""
    return pd.DataFrame(
        {
            "shot_id": range(first, first + len(distances)),
            "batch": batch,
            "model": model,
            "lat": court.to_lat(10 * np.array(distances)),
            "lon": court.HOOP_LON,
            "minutes_remaining": 5,
            "period": 1,
            "playoffs": 0,
            "shot_distance": distances,
            "shot_made_flag": 1.0,
            "game_date": "2001-01-01",
            "game_id": 1,
            "game_event_id": range(len(distances)),
            "season": "2000-01",
            "probability": score,
            "own_score": own,
        }
    )


MONITORED = pd.concat(
    [
        shots(0, "champion", "reference", [2, 2, 3, 10], 0.5, own=0.6),
        shots(10, "champion", "prod", [24, 25], 0.4),
        shots(20, "champion", "dev_test", [2], 0.5).assign(shot_distance=np.nan),
        shots(0, "lr", "reference", [2, 2, 3, 10], 0.5, own=0.3),
        shots(10, "lr", "prod", [24, 25], 0.2),
        shots(30, "lr", "dev_test", [2], 0.5),
    ],
    ignore_index=True,
)


def test_batches_are_those_of_the_health_table_each_beside_what_its_model_learned_from() -> None:
    table = nodes.count_histograms(MONITORED)
    assert table["batch"].unique().tolist() == ["prod", "dev_test", "prod_lr"]
    sizes = table.drop_duplicates("batch").set_index("batch")[["n", "learned_n"]].to_dict("index")
    assert sizes["prod"] == sizes["prod_lr"] == {"n": 2, "learned_n": 4}
    distance = table[(table["batch"] == "prod") & (table["feature"] == "shot_distance")]
    filled = distance[(distance["shots"] > 0) | (distance["learned"] > 0)]
    assert filled[["left", "shots", "learned", "share", "learned_share"]].to_numpy().tolist() == [
        [1.5, 0, 3, 0, 0.75],
        [9.5, 0, 1, 0, 0.25],
        [23.5, 2, 0, 1, 0],
    ]


def test_the_shots_learned_from_have_the_models_own_scores() -> None:
    table = nodes.count_histograms(MONITORED)
    score = table[table["feature"] == "probability"]
    for batch, own, given in (("prod", 0.6, 0.4), ("prod_lr", 0.3, 0.2)):
        rows = score[score["batch"] == batch]
        (learned,) = rows[rows["learned"] > 0].itertuples()
        (scored,) = rows[rows["shots"] > 0].itertuples()
        assert learned.left <= own < learned.right
        assert scored.left <= given < scored.right


def test_shots_that_cannot_be_watched_are_left_out() -> None:
    table = nodes.count_histograms(MONITORED)
    control = table[table["batch"] == "dev_test"]
    assert set(control["n"]) == {0}
    assert control["share"].isna().all()
    assert control["learned"].sum() == 4 * 7
