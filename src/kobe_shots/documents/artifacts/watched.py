"""What does Monitoramento write? Health in one tidy table, and what the pages show of it."""

from kobe_shots.aggregates.hexes import BASIC_ZONES, CELLS
from kobe_shots.aggregates.segments import BETTER, DISTANCE, FLOOR, LEVEL, PERIOD, PLAYOFFS, UNTOLD, WORSE, ZONE
from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.documents.artifacts.scored import BATCH_OF_SHOTS
from kobe_shots.documents.artifacts.searched import CURVES
from kobe_shots.monitoring.batches import PROD, TEST, WITHHELD
from kobe_shots.report import Monitored
from kobe_shots.shots.schema import FEATURES

UNKNOWN = "missing where no outcome is known"
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
FEATURE = Column("feature", "the feature; `probability` is the score", values=one_of(*FEATURES, "probability"))
UNIT = Column("unit", "the unit of the feature", values="empty where there is none")

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
SEGMENTS = Table(
    "a segment of a batch that holds a shot",
    (
        BATCH,
        Column("dimension", "what the shots are split by", values=one_of(ZONE, DISTANCE, PERIOD, PLAYOFFS, FLOOR)),
        Column("segment", "which part: a zone, four feet of distance, a quarter, a part of the season, whose floor"),
        N,
        LABELLED,
        Column("share_in_support", "share of the shots like those learned from", values=between(0, 1)),
        Column("mean_probability", "mean probability that the model gives", values=between(0, 1)),
        Column("make_rate", "share of the labelled shots that went in", values=between(0, 1)),
        Column("make_rate_low", "lower end of its interval", values=between(0, 1)),
        Column("make_rate_high", "upper end of its interval", values=between(0, 1)),
        Column("log_loss", "the model's log loss", "nats"),
        Column("constant_log_loss", "that of the constant that knows the make rate", "nats"),
        Column("skill", "by how much the model's is lower", "nats"),
        Column("skill_low", "lower end of its interval", "nats"),
        Column("skill_high", "upper end of its interval", "nats"),
        Column("against_constant", "what that comes to", values=one_of(BETTER, WORSE, LEVEL, UNTOLD)),
        Column("note", "why it cannot be told; empty where it can"),
        Column("note_parts", "that sentence in parts, as JSON, to be said in another language"),
    ),
)
ESTIMATES = Table(
    "a metric of a batch",
    (
        BATCH,
        Column(
            "metric",
            "the metric that was estimated",
            values=one_of("log_loss", "brier", "roc_auc", "f1", "make_rate", "skill"),
        ),
        Column("windows", "windows with both an estimate and outcomes", "windows"),
        Column("inside", "of them, those in which the truth lay within the estimate's interval", "windows"),
        Column("error", "mean distance of the estimate from the truth", "that of the metric"),
    ),
)
HEXES = Table(
    "a hexagon of the floor that holds a shot of a batch",
    (
        BATCH_OF_SHOTS,
        Column("hex", "number of the hexagon", values=between(0, CELLS - 1)),
        Column("x", "its centre, across the court; the hoop at 0", "tenths of a foot"),
        Column("y", "its centre, along the court from the hoop", "tenths of a foot"),
        Column("zone", "the league's name of its zone", values=one_of(*BASIC_ZONES)),
        Column("attempts", "shots from there", "shots"),
        LABELLED,
        Column("made", "baskets among those", "shots"),
        Column("expected", "baskets that the model expects among those", "shots"),
        Column("mean_probability", "mean probability that the model gives", values=between(0, 1)),
        Column("share_in_support", "share of the shots like those learned from", values=between(0, 1)),
        Column("make_rate", f"share that went in, pulled towards its zone's; {UNKNOWN}", values=between(0, 1)),
        Column("residual", f"make rate minus what was expected, pulled likewise; {UNKNOWN}", values=between(-1, 1)),
    ),
)

WATCHED = (
    Artifact(
        "health",
        "The health of the model: every metric of every batch and season, with outcomes and without.",
        (HEALTH,),
        glossary=METRICS_OF_HEALTH,
        pages=("Overview", "Performance", "Drift"),
    ),
    Artifact(
        "verdicts",
        "What is to be thought of that: verdicts with outcomes and without, causes, and what to do.",
        record=Monitored,
        read_by=("`report.json`",),
    ),
    Artifact(
        "health_page",
        "Health, to be read without the dashboard.",
        holds="A page of its own: the verdict on each batch, its loss by season with limits, what has changed, "
        "calibration and alarms.",
        read_by=("people",),
    ),
    Artifact("drifts", "Which features have changed, and what that does to the model.", (DRIFTS,), pages=("Drift",)),
    Artifact(
        "separations",
        "How well the shots of a batch can be told from those learned: whether an estimate may be believed.",
        (SEPARATIONS,),
        pages=("Drift",),
    ),
    Artifact(
        "histograms",
        "How shots are spread over the values of each feature, beside those learned from.",
        (HISTOGRAMS,),
        pages=("Drift",),
    ),
    Artifact(
        "curves",
        "Calibration, scores, ROC and F1 by threshold of every batch, for the page to draw.",
        (CURVES,),
        pages=("Performance",),
    ),
    Artifact(
        "segments",
        "Where the model is good: by zone, distance, period, part of the season and floor.",
        (SEGMENTS,),
        pages=("Performance",),
    ),
    Artifact(
        "estimates",
        "Whether the estimates came true, where outcomes came later.",
        (ESTIMATES,),
        pages=("Performance",),
    ),
    Artifact(
        "court_hexes",
        "The champion's shots summed by hexagon of the floor.",
        (HEXES,),
        pages=("Overview",),
    ),
)
