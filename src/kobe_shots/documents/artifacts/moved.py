"""What do the tables of drift tell? How far shots have moved, whether they can be told apart, how they are spread."""

from kobe_shots.documents.artifacts.described import Column, Table, between, one_of
from kobe_shots.documents.artifacts.measured import BATCH, SPAN, N
from kobe_shots.shots.schema import FEATURES

FEATURE = Column("feature", "the feature; `probability` is the score", values=one_of(*FEATURES, "probability"))
UNIT = Column("unit", "the unit of the feature", values="empty where there is none")

DRIFTS = Table(
    "a feature, or the score, in a window of a batch",
    (
        BATCH,
        *SPAN,
        Column("rank", "its place among the features of the window, the gravest first", values=between(1, 7)),
        FEATURE,
        UNIT,
        N,
        Column("reference_mean", "mean over the shots learned from", "that of the feature"),
        Column("mean", "mean over these shots", "that of the feature"),
        Column("psi", "population stability index", values="0 or more"),
        Column("psi_limit", "what one in twenty stretches of the learned shots exceeds", values="0 or more"),
        Column("jensen_shannon", "Jensen-Shannon distance", values=between(0, 1)),
        Column(
            "jensen_shannon_limit", "what one in twenty stretches of the learned shots exceeds", values=between(0, 1)
        ),
        Column("wasserstein", "how far a shot has moved on average", "that of the feature"),
        Column("wasserstein_limit", "what one in twenty stretches of the learned shots exceeds", "that of the feature"),
        Column("p_value", "of the Jensen-Shannon distance, corrected for the number of features", values=between(0, 1)),
        Column("drifted", "whether that is below `level`", values="true or false"),
        Column("effect", "change of the expected log loss that goes with it", "nats"),
        Column("unseen", "share of the shots with values beyond those learned from", values=between(0, 1)),
        Column("effect_limit", "a smaller effect does not count", "nats"),
        Column("unseen_limit", "a larger unseen share is unbearable", values=between(0, 1)),
        Column("level", "below it a p-value is a drift", values=between(0, 1)),
        Column("consequences", "whether the drift matters to the model", values="true or false"),
        *(
            Column(f"{name}_alert", f"whether `{name}` is beyond its limit", values="true or false")
            for name in ("psi", "jensen_shannon", "wasserstein", "effect", "unseen")
        ),
    ),
)
SEPARATIONS = Table(
    "a batch",
    (
        BATCH,
        N,
        Column("judged", "shots of the batch that the classifier was tried on; 0 where there are too few", "shots"),
        Column("judged_learned", "learned shots that it was tried on", "shots"),
        Column("auc", "how well it tells them apart; 0.5 not at all, 1 perfectly", values=between(0, 1)),
        Column(
            "mean_weight", "how often the like of a learned shot is seen among these, on average", values="0 or more"
        ),
        Column(
            "effective_share",
            "share of the learned shots that is left once they are weighted to look like these",
            values=between(0, 1),
        ),
        Column("trusted_auc", "up to this AUC an estimate may be trusted", values=between(0, 1)),
        Column("caution_auc", "up to this AUC, with caution", values=between(0, 1)),
        Column("trusted_weight_low", "least mean weight of an estimate that may be trusted"),
        Column("trusted_weight_high", "largest mean weight of an estimate that may be trusted"),
        Column("caution_weight_low", "least mean weight, with caution"),
        Column("caution_weight_high", "largest mean weight, with caution"),
        Column(
            "minimum_effective_share", "a smaller effective share is too little to estimate from", values=between(0, 1)
        ),
        Column("minimum_shots", "fewer shots are too few to tell", "shots"),
    ),
)
HISTOGRAMS = Table(
    "a bin of a feature, or of the score, of a batch",
    (
        BATCH,
        FEATURE,
        UNIT,
        Column("left", "left edge of the bin", "that of the feature"),
        Column("right", "right edge of the bin", "that of the feature"),
        Column("shots", "shots of the batch in it", "shots"),
        Column("learned", "learned shots in it", "shots"),
        Column("n", "shots of the batch", "shots"),
        Column("learned_n", "learned shots", "shots"),
        Column("share", "share of the batch in it", values=between(0, 1)),
        Column("learned_share", "share of the learned shots in it", values=between(0, 1)),
    ),
)
