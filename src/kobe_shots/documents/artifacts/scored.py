"""What do the layers 06 and 07 hold? Models, in the registry, and a probability for every shot."""

from kobe_shots.aggregates.hexes import CELLS
from kobe_shots.documents.artifacts.bases import (
    DAY,
    FEATURE_COLUMNS,
    MEANINGS,
    OUTCOME,
    OUTCOME_IF_KNOWN,
    PLAY,
    SHOT_ID,
    WORTH,
    allowed,
)
from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.models.promotion import CHAMPION as OFFICE
from kobe_shots.monitoring.batches import CHAMPION, PROD, REFERENCE, TEST, WITHHELD
from kobe_shots.shots.schema import RawShots

PROBABILITY = Column("probability", "the probability of a basket that the model gives", values=between(0, 1))
LABEL = Column("label", "what the shot is called: 1 a basket, 0 a miss", values=one_of(0, 1))
SEASON = Column("season", "the season", values="`YYYY-YY`")
BATCH_OF_SHOTS = Column(
    "batch",
    "which shots: production, the test base, dev without outcomes, or `reference`, those the model learned from",
    values=one_of(REFERENCE, PROD, TEST, WITHHELD),
)

MODELS = (
    Artifact(
        "trained_{which}",
        "The four models: each kind, fitted on each base; registered, so that it can be served and loaded.",
        holds="A version in the registry; see the registered models below.",
        pages=("Court", "Batch"),
        read_by=("`mlflow models serve`",),
    ),
    Artifact(
        "champion",
        "The model in office: the one that scores production.",
        holds=f"The version of `{OFFICE}` with the alias `champion`, with the bases it rests on.",
        pages=("Court", "Models", "Retraining", "Batch"),
        read_by=("`kobe-shots rollback`",),
    ),
    Artifact(
        "challenger",
        "The model that a retraining trained to take the champion's place; there once one has been trained.",
        holds="A version in the registry; see the registered models below.",
        read_by=("`kobe-shots promote`",),
    ),
)

SCORED = (
    Artifact(
        "test_scores_{which}",
        "What each model says of its test base: what every test metric and figure of it rests on.",
        (Table("a shot of the test base", (LABEL, PROBABILITY, OUTCOME, SHOT_ID)),),
    ),
    Artifact(
        "predictions_prod",
        "The result of the application: what the champion says of every production shot.",
        (
            Table(
                "a production shot that lacks no feature, labelled or not",
                (
                    Column("shot_id", "the shot, as in the raw files", values="unique"),
                    Column("model_name", "who gave the score: the registered model", values=one_of(OFFICE)),
                    Column("model_version", "its version in the registry", values="1 or more"),
                    PROBABILITY,
                    LABEL,
                    OUTCOME_IF_KNOWN,
                ),
            ),
        ),
        read_by=("whoever asked for the scores",),
    ),
    Artifact(
        "monitored_shots",
        "Every shot that is watched, scored by every model that is watched on it.",
        (
            Table(
                "a shot and a model",
                (
                    Column("shot_id", "the shot, as in the raw files", values="unique by model"),
                    *FEATURE_COLUMNS,
                    OUTCOME_IF_KNOWN,
                    DAY,
                    Column("game_id", "the game", values="0 or more"),
                    PLAY,
                    SEASON,
                    BATCH_OF_SHOTS,
                    Column(
                        "model",
                        "whose scores: the champion's, or those of the dev model that is not it",
                        values=one_of(CHAMPION, "lr", "dt"),
                    ),
                    Column(
                        "probability",
                        "the probability of a basket; in `reference` by a model that was fitted without this shot",
                        values=between(0, 1),
                    ),
                    Column(
                        "own_score",
                        "in `reference`, the model's own score of a shot it learned from; missing elsewhere",
                        values=between(0, 1),
                    ),
                ),
            ),
        ),
        pages=("Batch",),
    ),
    Artifact(
        "court_shots",
        "The champion's shots as the court shows them, one small row each, to be filtered.",
        (
            Table(
                "a shot that the champion scored or learned from",
                (
                    Column("shot_id", "the shot, as in the raw files", values="unique"),
                    BATCH_OF_SHOTS,
                    Column("hex", "number of the hexagon of the floor it lies in", values=between(0, CELLS - 1)),
                    Column(
                        "x", "how far across the court; the hoop at 0", "tenths of a foot", allowed("loc_x", RawShots)
                    ),
                    Column(
                        "y", "how far from the hoop along the court", "tenths of a foot", allowed("loc_y", RawShots)
                    ),
                    SEASON,
                    Column("opponent", "the other team", values="three letters"),
                    Column("period", *MEANINGS["period"], values=allowed("period")),
                    Column("minutes_remaining", *MEANINGS["minutes_remaining"], values=allowed("minutes_remaining")),
                    Column("home", "whether it was played at home", values="true or false"),
                    Column("playoffs", *MEANINGS["playoffs"], values="true or false"),
                    WORTH,
                    PROBABILITY,
                    Column(
                        "made",
                        "whether it went in: 1 made, 0 missed; missing where the outcome is not known",
                        values=one_of(0, 1),
                    ),
                    Column(
                        "in_support", "whether it is like the shots the champion learned from", values="true or false"
                    ),
                ),
            ),
        ),
        pages=("Court",),
    ),
)
