"""What does Monitoramento write? Health in one tidy table, and what the pages show of it."""

from kobe_shots.aggregates.hexes import BASIC_ZONES, CELLS
from kobe_shots.aggregates.segments import BETTER, DISTANCE, FLOOR, LEVEL, PERIOD, PLAYOFFS, UNTOLD, WORSE, ZONE
from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.documents.artifacts.measured import BATCH, HEALTH, LABELLED, METRICS_OF_HEALTH, N
from kobe_shots.documents.artifacts.moved import DRIFTS, HISTOGRAMS, SEPARATIONS
from kobe_shots.documents.artifacts.scored import BATCH_OF_SHOTS
from kobe_shots.documents.artifacts.searched import CURVES
from kobe_shots.report import Monitored

UNKNOWN = "missing where no outcome is known"

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
