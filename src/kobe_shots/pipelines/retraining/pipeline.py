"""The table of Retreino. It is not part of the whole job: a champion is challenged when its health is known.

champion in office, shots ─► divided ─┬─► decision ─► challenger (registry) ─► ledger ─► champion ─► record ─► run
health, last record ──────────────────┘
"""

from kedro.pipeline import Node, Pipeline

from kobe_shots.pipelines import RETRAINING
from kobe_shots.pipelines.retraining import nodes, recording

SITTING, HOW, WATCHING = "sitting_champion", "params:retraining", "params:monitoring"


def create_pipeline() -> Pipeline:
    """Return the decision, the challenger, its judgement, and what comes of it."""
    return Pipeline(
        [
            Node(nodes.hold, "champion_in_office", SITTING, name="hold_champion"),
            Node(
                nodes.divide_shots,
                [SITTING, "dataset_kobe_dev", "dataset_kobe_prod", HOW],
                "divided_shots",
                name="divide_shots",
            ),
            Node(
                nodes.decide_retraining,
                [SITTING, "divided_shots", "verdicts", "provenance", "last_retraining", HOW, WATCHING],
                ["decision", "expected_gain"],
                name="decide_retraining",
            ),
            Node(
                nodes.train,
                ["divided_shots", "decision", HOW, WATCHING],
                ["attempt", "challenger"],
                name="train_challenger",
            ),
            Node(
                nodes.judge_challenger,
                [SITTING, "challenger", "divided_shots", "expected_gain", HOW, WATCHING],
                "ledger",
                name="judge_challenger",
            ),
            Node(
                nodes.promote,
                [SITTING, "divided_shots", "decision", "attempt", "ledger", HOW],
                "champion",
                name="promote_challenger",
            ),
            Node(
                recording.record_retraining,
                [
                    *(SITTING, "champion", "divided_shots", "decision", "attempt", "ledger"),
                    *("challenger_version", "last_retraining", "provenance", HOW),
                ],
                "record_retraining",
                name="record_retraining",
            ),
            Node(recording.flatten_retraining, "record_retraining", "metrics_retraining", name="flatten_retraining"),
            Node(recording.tag_retraining, "record_retraining", "tags_retraining", name="tag_retraining"),
        ],
        tags=["retraining", RETRAINING],
    )
