"""What does a row of the health table tell? Which shots, which window, which metric, and what is usual."""

from kobe_shots.documents.artifacts.described import Column, Table, between, one_of
from kobe_shots.monitoring.batches import PROD, TEST, WITHHELD

BATCH = Column(
    "batch",
    "which shots: production, the test base, dev without outcomes; with `_lr` or `_dt`, that dev model's",
    values=one_of(PROD, TEST, WITHHELD, f"{PROD}_lr", f"{PROD}_dt"),
)
SPAN = (
    Column("window", "the season, or `all` for the whole batch", values="`all` or `YYYY-YY`"),
    Column("start", "first day", values="`YYYY-MM-DD`"),
    Column("end", "last day", values="`YYYY-MM-DD`"),
)
N = Column("n", "shots", "shots")
LABELLED = Column("labelled", "of them, those whose outcome is known", "shots")

HEALTH = Table(
    "a metric of a window of a batch",
    (
        BATCH,
        *SPAN,
        N,
        LABELLED,
        Column("metric", "which metric; see the list below"),
        Column(
            "kind",
            "how it is known: measured with outcomes, estimated without, or a comparison with what was learned",
            values=one_of("realized", "estimated", "drift"),
        ),
        Column("value", "the metric; missing where it cannot be told", "that of the metric"),
        Column("low", "lower end of its interval; without a value, the least it can be", "that of the metric"),
        Column("high", "upper end of its interval; without a value, the most it can be", "that of the metric"),
        Column("lower_limit", "below it the value is unusual for so many shots", "that of the metric"),
        Column("upper_limit", "above it the value is unusual for so many shots", "that of the metric"),
        Column("alert", "whether the value lies beyond a limit; missing without a value", values="true or false"),
        Column("note", "why there is no value, or how it was come by; may be empty"),
    ),
)
METRICS_OF_HEALTH = Table(
    "a metric",
    (
        Column("log_loss", "log loss", "nats", kind=one_of("realized", "estimated")),
        Column("brier", "Brier score", values=between(0, 1), kind=one_of("realized", "estimated")),
        Column("roc_auc", "ROC AUC", values=between(0, 1), kind=one_of("realized", "estimated")),
        Column("f1", "F1 at the threshold in use", values=between(0, 1), kind=one_of("realized", "estimated")),
        Column(
            "make_rate", "share of the shots that go in", values=between(0, 1), kind=one_of("realized", "estimated")
        ),
        Column(
            "skill",
            "log loss of the constant that knows the make rate, minus the model's",
            "nats",
            kind=one_of("realized", "estimated"),
        ),
        Column(
            "{log_loss,brier,roc_auc,skill}_constant",
            "the same of that constant",
            "that of the metric",
            kind=one_of("realized"),
        ),
        Column(
            "calibration_intercept", "by how much outcomes lie above the scores", "log odds", kind=one_of("realized")
        ),
        Column("calibration_slope", "below 1 the scores are too bold, above 1 too timid", kind=one_of("realized")),
        Column("ece", "expected calibration error", values=between(0, 1), kind=one_of("realized")),
        Column("ece_null", "up to where that is chance alone", values=between(0, 1), kind=one_of("realized")),
        Column("brier_calibration", "the part of the Brier score that is miscalibration", kind=one_of("realized")),
        Column("brier_refinement", "the part of the Brier score that no recalibration mends", kind=one_of("realized")),
        Column(
            "share_in_support", "share of the shots like those learned from", values=between(0, 1), kind=one_of("drift")
        ),
        Column("mean_score", "mean probability that the model gives", values=between(0, 1), kind=one_of("drift")),
        Column(
            "domain_auc",
            "how well a classifier tells these shots from those learned; 0.5 not at all",
            values=between(0, 1),
            kind=one_of("drift"),
        ),
        Column(
            "{psi,jensen_shannon,wasserstein,p_value,effect}_*",
            "of each feature and the score, as in `drifts`",
            kind=one_of("drift"),
        ),
    ),
)
