"""What is written of each model that is trained? Its search, its curves, its figures, what is inside."""

from kobe_shots.documents.artifacts.bases import MEANINGS
from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.models.metrics import METRICS
from kobe_shots.report import Picked

TITLES = {
    "log_loss": "log loss, mean over the folds",
    "f1": "F1, mean over the folds",
    "brier": "Brier score, mean over the folds",
    "roc_auc": "ROC AUC, mean over the folds",
}
UNITS = {"log_loss": "nats"}

CURVES = Table(
    "a point of a curve",
    (
        Column("subject", "which shots: `test`, or a batch that is watched"),
        Column(
            "curve",
            "which curve; `served` is the threshold in use, `highest` the highest score",
            values=one_of("reliability", "score", "roc", "threshold", "served", "highest"),
        ),
        Column(
            "x",
            "`reliability` the mean score of a bin, `score` the middle of a bar, `roc` the share of misses called "
            "baskets, else a threshold",
            values=between(0, 1),
        ),
        Column(
            "y",
            "`reliability` the make rate, `score` the share of the shots, `roc` the share of baskets called baskets, "
            "else F1 at that threshold",
            values=between(0, 1),
        ),
        Column("low", "lower end of the interval of y, where there is one", values=between(0, 1)),
        Column("high", "upper end of the interval of y, where there is one", values=between(0, 1)),
        Column("n", "shots behind the point", "shots"),
        Column("tp", "called baskets that went in; for thresholds", "shots"),
        Column("fp", "called baskets that did not go in; for thresholds", "shots"),
        Column("fn", "called misses that went in; for thresholds", "shots"),
        Column("tn", "called misses that did not go in; for thresholds", "shots"),
    ),
)
NODES = Table(
    "a node of the tree",
    (
        Column("node", "its number; the root is 0", values="0 or more"),
        Column("parent", "number of the node above; missing for the root", values="0 or more"),
        Column("depth", "questions asked before it", values="0 or more"),
        Column("start", "where its part of the train shots begins, those with smaller values first", "share"),
        Column("width", "its part of the train shots", "share"),
        Column("above", "whether its shots are above the parent's threshold; missing for the root"),
        Column("split_by", "feature that the parent asks for; empty for the root"),
        Column("split_at", "threshold of the parent's question; missing for the root", "that of the feature"),
        Column("feature", "feature that it asks for itself; empty in a leaf"),
        Column("threshold", "threshold of its own question; missing in a leaf", "that of the feature"),
        Column("leaf", "whether it asks nothing more", values="true or false"),
        Column("n", "train shots that come here", "shots"),
        Column("make_rate", "share of them that went in: in a leaf, the probability it gives", values=between(0, 1)),
    ),
)
TERMS = Table(
    "a term of the regression",
    (
        Column("term", "the feature, or the intercept", values=one_of("intercept", *MEANINGS)),
        Column(
            "standardised",
            "change of the log odds of a basket per standard deviation of the feature; the intercept, those of a "
            "shot with every feature at its mean",
            "log odds",
        ),
        Column(
            "per_unit",
            "the same per unit of the feature; the intercept, of a shot with every feature at zero",
            "log odds",
        ),
        Column("odds_ratio", "what a standard deviation multiplies the odds by", values="above 0"),
    ),
)
CANDIDATES = Table(
    "a candidate that was tried",
    (
        Column("candidate", "its number on the grid, the simplest first", values="1 or more"),
        Column("model", "its kind", values=one_of("lr", "dt")),
        Column("params", "its scikit-learn parameters, as JSON"),
        *(Column(name, TITLES[name], UNITS.get(name, "")) for name in METRICS),
        *(Column(f"{name}_sd", "standard deviation of that over the folds", UNITS.get(name, "")) for name in METRICS),
        *(Column(f"{name}_folds", "its value in each fold", UNITS.get(name, "")) for name in METRICS),
    ),
)
PICKED = Table(
    "the candidate that was taken",
    (
        Column("engine", "who searched", values=one_of("scikit-learn", "pycaret"), kind="text"),
        Column("made_with", "library and version that searched", kind="text"),
        Column("remarks", "what the engine had to say of its search", kind="list of verdicts"),
        Column("metric", "the metric that picked it", values=one_of(*METRICS), kind="text"),
        Column("candidate", "its number in `candidates.parquet`", values="0 or more", kind="int64"),
        Column("params", "its scikit-learn parameters", kind="by name"),
        Column("folds", "folds of the cross-validation", kind="int64"),
        Column("seed", "seed of the folds", kind="int64"),
        Column("base_id", "the train base it learned from: twelve digits of its content", kind="text"),
    ),
)

SEARCHED = (
    Artifact("candidates_{which}", "All that the search tried, fold by fold.", (CANDIDATES,), pages=("Models",)),
    Artifact(
        "picked_{which}",
        "Which candidate was taken, and how it was found: what the registered model is held against.",
        (PICKED,),
        record=Picked,
    ),
    Artifact(
        "roc_{which}",
        "How well the model ranks the shots of its test base.",
        holds="The ROC curve beside that of a coin, with the AUC; n in the title.",
        read_by=("people",),
    ),
    Artifact(
        "calibration_{which}",
        "Whether what the model states happens as often, on its test base.",
        holds="The make rate in ten bins of probability, with two standard errors, beside the diagonal.",
        read_by=("people",),
    ),
    Artifact(
        "coefficients_{which}",
        "What the logistic regression weighs.",
        holds="A bar for each feature: the change of the log odds of a basket per standard deviation.",
        read_by=("people",),
    ),
    Artifact(
        "tree_{which}",
        "What the decision tree asks.",
        holds="The first levels of the tree, with the share of shots and of outcomes in every node.",
        pages=("Models",),
    ),
    Artifact(
        "curves_{which}",
        "Calibration, scores, ROC and F1 by threshold on the test base, for the page to draw.",
        (CURVES,),
        pages=("Models",),
    ),
    Artifact(
        "explained_{which}",
        "What is inside the model, for the page to draw: the terms of a regression, the nodes of a tree.",
        (TERMS, NODES),
        pages=("Models",),
    ),
)
