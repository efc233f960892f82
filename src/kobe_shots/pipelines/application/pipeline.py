"""The table of PipelineAplicacao.

champion, production shots ─► predictions_prod ─► record (metrics, baselines, adherence)
"""

from kedro.pipeline import Node, Pipeline

from kobe_shots.pipelines import APPLICATION
from kobe_shots.pipelines.application import nodes


def create_pipeline() -> Pipeline:
    """Return the application of the champion to the production base."""
    return Pipeline(
        [
            Node(
                nodes.score_production, ["champion", "dataset_kobe_prod"], "predictions_prod", name="score_production"
            ),
            Node(
                nodes.record_application,
                [
                    "champion",
                    "trained_lr_model_dev",
                    "trained_dt_model_dev",
                    "predictions_prod",
                    "dataset_kobe_prod",
                    "provenance",
                    "params:evaluation",
                    "params:adherence",
                ],
                "record_application",
                name="record_application",
            ),
            Node(nodes.tag_application, "record_application", "tags_application", name="tag_application"),
            Node(nodes.flatten_application, "record_application", "metrics_application", name="flatten_application"),
        ],
        tags=["application", APPLICATION],
    )
