"""The table of Monitoramento.

champion, contender, shots ─► monitored_shots ─► health table, verdicts, page ─► run
                                               └► curves, segments, histograms, court
"""

from kedro.pipeline import Node, Pipeline

from kobe_shots.aggregates.estimates import compare_estimates
from kobe_shots.pipelines import MONITORING
from kobe_shots.pipelines.monitoring import court, nodes, outlook, performance


def create_pipeline() -> Pipeline:
    """Return the monitoring of the champion, and of the dev models that are not it, on every batch there is."""
    return Pipeline(
        [
            Node(
                nodes.score_batches,
                [
                    "champion",
                    "trained_lr_model_dev",
                    "trained_dt_model_dev",
                    "predictions_prod",
                    "dataset_kobe_dev",
                    "dataset_kobe_prod",
                    "base_train_dev",
                    "base_test_dev",
                    "record_training_dev",
                    "params:monitoring",
                ],
                "monitored_shots",
                name="score_batches",
            ),
            Node(
                nodes.examine_batches,
                ["monitored_shots", "champion", "provenance", "params:monitoring"],
                ["health", "verdicts", "health_page", "drifts", "separations"],
                name="examine_batches",
            ),
            Node(nodes.count_histograms, "monitored_shots", "histograms", name="count_histograms"),
            Node(
                performance.tabulate_performance,
                ["monitored_shots", "dataset_kobe_dev", "dataset_kobe_prod", "params:monitoring"],
                ["curves", "segments"],
                name="tabulate_performance",
            ),
            Node(
                court.lay_out_court,
                ["monitored_shots", "dataset_kobe_dev", "dataset_kobe_prod", "params:monitoring"],
                "court_shots",
                name="lay_out_court",
            ),
            Node(court.sum_court, "court_shots", "court_hexes", name="sum_court"),
            Node(compare_estimates, "health", "estimates", name="compare_estimates"),
            Node(
                outlook.look_out,
                [
                    *("champion", "monitored_shots", "verdicts", "dataset_kobe_dev", "dataset_kobe_prod"),
                    *("provenance", "last_retraining", "params:retraining", "params:monitoring"),
                ],
                "record_outlook",
                name="look_out",
            ),
            Node(nodes.flatten_health, "health", "metrics_monitoring", name="flatten_health"),
            Node(nodes.tag_health, "verdicts", "tags_monitoring", name="tag_health"),
        ],
        tags=["monitoring", MONITORING],
    )
