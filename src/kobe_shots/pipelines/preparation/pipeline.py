"""The table of PreparacaoDados.

raw ─► data_filtered ─► base_train, base_test   (once for dev, once for prod)
  └──► unlabelled_shots
"""

from kedro.pipeline import Node, Pipeline

from kobe_shots.pipelines import PREPARATION, STAGES
from kobe_shots.pipelines.preparation import nodes


def create_pipeline() -> Pipeline:
    """Return the preparation of both bases."""
    both = Pipeline(
        [
            Node(
                nodes.keep_unlabelled,
                ["dataset_kobe_dev", "dataset_kobe_prod"],
                "unlabelled_shots",
                name="keep_unlabelled",
            ),
            Node(
                nodes.record_preparation,
                ["provenance", "description_dev", "description_prod"],
                "record_preparation",
                name="record_preparation",
            ),
            Node(nodes.flatten_preparation, "record_preparation", "metrics_preparation", name="flatten_preparation"),
        ]
    )
    return Pipeline([*(_one_base(stage) for stage in STAGES), both], tags=["preprocessing", PREPARATION])


def _one_base(stage: str) -> Pipeline:
    template = Pipeline(
        [
            Node(nodes.keep_labelled, "raw", "prepared", name="keep_labelled"),
            Node(nodes.split_base, ["prepared", "params:preparation"], ["train", "test"], name="split_base"),
            Node(nodes.describe_base, ["raw", "prepared", "train", "test"], "description", name="describe_base"),
        ]
    )
    return Pipeline(
        template,
        namespace=stage,
        inputs={"raw": f"dataset_kobe_{stage}"},
        outputs={
            "prepared": f"data_filtered_{stage}",
            "train": f"base_train_{stage}",
            "test": f"base_test_{stage}",
            "description": f"description_{stage}",
        },
        parameters={"params:preparation"},
    )
