"""The table of Treinamento, drawn once and used for lr and dt on dev and prod.

base_train ─► candidates, fitted ─► trained (registry) ─► test_scores ─► figures, tables, description
base_test ───────────────────────────────────────────────────┘                              │
                                                                  the other model's ────────┴─► record ─► champion (dev)
"""

from kedro.pipeline import Node, Pipeline

from kobe_shots.models.candidates import MODELS
from kobe_shots.pipelines import STAGES, TRAINING
from kobe_shots.pipelines.training import nodes

TRAINS = {"lr": nodes.train_lr, "dt": nodes.train_dt}
INSIDES = {
    "lr": (nodes.draw_coefficients, "coefficients", nodes.explain_lr),
    "dt": (nodes.draw_tree, "tree", nodes.explain_dt),
}


def create_pipeline() -> Pipeline:
    """Return the training of both models on both bases, and the promotion of the one chosen on dev."""
    promotion = Node(
        nodes.promote,
        ["record_training_dev", "base_train_dev", "base_test_dev"],
        "champion",
        name="promote",
        tags="training_dev",
    )
    return Pipeline([*(_one_stage(stage) for stage in STAGES), promotion], tags=TRAINING)


def _one_stage(stage: str) -> Pipeline:
    comparison = Pipeline(
        [
            Node(
                nodes.record_training,
                [
                    f"base_train_{stage}",
                    *(f"test_scores_{model}_model_{stage}" for model in MODELS),
                    *(f"description_{model}_model_{stage}" for model in MODELS),
                    "record_preparation",
                    "params:evaluation",
                    "params:selection",
                ],
                f"record_training_{stage}",
                name=f"record_training_{stage}",
            ),
            Node(
                nodes.flatten_constant,
                f"record_training_{stage}",
                f"metrics_constant_{stage}",
                name=f"flatten_constant_{stage}",
            ),
            Node(
                nodes.tag_training,
                f"record_training_{stage}",
                f"tags_training_{stage}",
                name=f"tag_training_{stage}",
            ),
            Node(nodes.tag_choice, f"record_training_{stage}", f"tags_choice_{stage}", name=f"tag_choice_{stage}"),
        ],
        tags="metrics",
    )
    return Pipeline([*(_one_model(model, stage) for model in MODELS), comparison], tags=f"training_{stage}")


def _one_model(model: str, stage: str) -> Pipeline:
    draw_inside, inside, explain = INSIDES[model]
    which = f"{model}_model_{stage}"
    template = Pipeline(
        [
            Node(TRAINS[model], ["base_train", "params:tuning"], ["candidates", "picked", "fitted"], name="train"),
            Node(nodes.register, "fitted", "trained", name="register"),
            Node(nodes.score_test, ["trained", "base_test"], "test_scores", name="score_test", tags="metrics"),
            Node(
                nodes.describe_model,
                [
                    "base_train",
                    "base_test",
                    "candidates",
                    "trained",
                    "picked",
                    "test_scores",
                    "params:evaluation",
                ],
                "description",
                name="describe_model",
                tags="metrics",
            ),
            Node(nodes.flatten_model, "description", "metrics", name="flatten_model", tags="metrics"),
            Node(nodes.tag_model, "description", "tags", name="tag_model", tags="metrics"),
            Node(nodes.draw_roc, "test_scores", "roc", name="draw_roc", tags="metrics"),
            Node(nodes.draw_calibration, "test_scores", "calibration", name="draw_calibration", tags="metrics"),
            Node(draw_inside, "trained", inside, name=f"draw_{inside}", tags="metrics"),
            Node(
                nodes.tabulate_test,
                ["test_scores", "params:evaluation"],
                "curves",
                name="tabulate_test",
                tags="metrics",
            ),
            Node(explain, "trained", "explained", name="explain", tags="metrics"),
        ]
    )
    return Pipeline(
        template,
        namespace=f"{stage}.{model}",
        inputs={"base_train": f"base_train_{stage}", "base_test": f"base_test_{stage}"},
        outputs={name: f"{name}_{which}" for name in template.all_outputs()},
        parameters={"params:tuning", "params:evaluation"},
    )
