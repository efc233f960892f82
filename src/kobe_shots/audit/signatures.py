"""Which mistake do the scores themselves betray? One function for each, that says so or returns None.

The numbers behind the limits were measured on the published shots: five ways of modelling six features end at a log
loss of .672 to .677 on two-point shots, where the constant has .692, and at an area under the ROC curve of .59 to .60;
on three-point shots at .56 at most. With the type of the move, which is coded after the outcome, log loss is .60.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kobe_shots.audit.evidence import Evidence, f1_of_always_made
from kobe_shots.audit.predictions import Predictions
from kobe_shots.models import evaluation
from kobe_shots.models.evaluation import FEWEST_OF_A_CLASS, Estimate
from kobe_shots.models.metrics import f1, log_loss
from kobe_shots.parameters import Evaluation
from kobe_shots.verdicts import Severity, Verdict

HONEST_AUC = 0.60  # the best there is on these features
SUSPECT_AUC = 0.75  # half of the way from there to .9: neither chance nor a leak of the move's type leads here
SUSPECT_SHARE = 0.5  # of the constant's log loss; honest models keep 97% of it
BIASED = 0.1  # mean score above the make rate; of honest models on three-point shots it is .01 off, of the tree .08
THRESHOLDS = np.linspace(0.01, 0.99, 99)
CERTAIN_AND_WRONG = float(-np.log(np.finfo(np.float64).eps))  # 36.04 nats, as scikit-learn clips since 1.2
CERTAIN_AND_WRONG_ONCE = float(-np.log(1e-15))  # 34.54, as it did before

MIXED_UP = "keep the probability of a basket: predict_proba(...)[:, 1], or predict_model(..., raw_score=True)"


def self_compared(e: Evidence) -> Verdict | None:
    """Labels, or outcomes in the place of scores, compared with themselves: every single one is right."""
    if not e.is_enough:
        return None
    for role, values in (("scores", e.raw), ("label", e.label)):
        if values is not None and np.array_equal(values[e.is_labelled], e.happened):
            return _act(
                "self_compared",
                f"Column '{e.columns[role]}' equals the outcome '{e.columns['made']}' on all {e.labelled:,} labelled "
                "shots, an accuracy of exactly 1: the outcome was compared with itself, or the rows were learned by "
                "heart. Write what the model predicts into that column, for shots it has not seen.",
            )
    return None


def hard_labels(e: Evidence) -> Verdict | None:
    """Labels in the place of probabilities: zeros and ones only."""
    if e.raw is None or len(e.raw) < FEWEST_OF_A_CLASS or not np.isin(e.raw, (0, 1)).all():
        return None
    cost = ""
    if e.labelled:
        error = 1 - e.measured["accuracy"]
        cost = (
            f", and its log loss of {CERTAIN_AND_WRONG * error:.2f} is {CERTAIN_AND_WRONG:.2f} x the error rate "
            f"{error:.4f}, not a measure of the model"
        )
    return _act(
        "hard_labels",
        f"Column '{e.columns['scores']}' holds only 0 and 1 on {len(e.raw):,} shots: these are labels and not "
        f"probabilities (or a tree grown until it is certain){cost}. Write predict_proba(...)[:, 1] instead of "
        "predict(...).",
    )


def score_of_predicted_class(e: Evidence) -> Verdict | None:
    """The probability of the predicted class in the place of P(made), as PyCaret's `prediction_score` is.

    Under PyCaret's own name for it nothing is wrong yet: it is read as what it is, and that is said.
    """
    if e.raw is None or e.label is None or e.probability is None or e.probability is e.raw:
        return None
    column, misses = e.columns["scores"], np.count_nonzero(e.label == 0)
    where = f"on {misses:,} of {len(e.raw):,} shots the label '{e.columns['label']}' is a miss"
    turned = "taken as 1 - score there, and all metrics below are of the result"
    if "score" in e.columns:
        return Verdict(
            code="score_rectified",
            severity=Severity.WATCH,
            sentence=f"Column '{column}' is the probability of the predicted class, and {where}: P(made) is {turned}. "
            f"It would be a mistake to read it as P(made); {MIXED_UP}.",
        )
    said = e.raw[e.is_labelled]
    costs = f"log loss is {log_loss(e.happened, said):.3f} as it stands and {e.measured['log_loss']:.3f} as it is meant"
    return _act(
        "score_of_predicted_class",
        f"Column '{column}' is the probability of the predicted class and not of a basket: {where} with a score of "
        f"{e.raw[e.label == 0].min():.3f} or more{f'; {costs}' if e.labelled else ''}. P(made) is {turned}; "
        f"{MIXED_UP}.",
    )


def never_below_half(e: Evidence) -> Verdict | None:
    """The same mistake without a label to show it: every score is one half or more."""
    if e.raw is None or len(e.raw) < FEWEST_OF_A_CLASS or e.raw.min() < 1 / 2 or np.ptp(e.raw) == 0:
        return None
    all_above = f"Column '{e.columns['scores']}' is never below 0.5 on {len(e.raw):,} shots"
    if e.probability is None:
        return _act(
            "score_of_predicted_class",
            f"{all_above}: it is the probability of the predicted class, and without the label P(made) is lost. Add "
            f"the predicted label to the table, or {MIXED_UP}.",
        )
    if e.probability is not e.raw or (e.labelled and not e.is_enough):
        return None
    if not e.labelled:
        return Verdict(
            code="score_of_predicted_class",
            severity=Severity.WATCH,
            sentence=f"{all_above}: it may be the probability of the predicted class instead of a basket's. Add the "
            f"predicted label or the outcomes to tell, or {MIXED_UP}.",
        )
    mean = float(e.raw[e.is_labelled].mean())
    if mean - e.rate <= BIASED or e.measured["log_loss"] <= e.constant_log_loss:
        return None
    return _act(
        "score_of_predicted_class",
        f"{all_above} and {mean:.3f} on average where {e.rate:.3f} of the shots go in, and its log loss of "
        f"{e.measured['log_loss']:.3f} is worse than the constant's {e.constant_log_loss:.3f}: this signals the "
        f"probability of the predicted class. Add the predicted label, or {MIXED_UP}.",
    )


def constant_score(e: Evidence) -> Verdict | None:
    """The same score for every shot; a constant 0 or 1 is a matter of hard labels."""
    scores = e.raw if e.probability is None else e.probability
    if scores is None or len(scores) < FEWEST_OF_A_CLASS or np.ptp(scores) > 0 or scores[0] in (0, 1):
        return None
    return _act(
        "constant_score",
        f"Column '{e.columns['scores']}' is {scores[0]:.4f} on all {len(scores):,} shots: every shot looks the same to "
        "the model, as when a scaler or encoder is fitted anew on each request and makes every input 0, or it is a "
        "dummy. Fit the preprocessing once, in one pipeline with the model, and save that.",
    )


def one_class(e: Evidence) -> Verdict | None:
    """Outcomes of one class only, on which no skill can be seen."""
    if not e.labelled or 0 < e.baskets < e.labelled:
        return None
    all_are = "baskets" if e.baskets else "misses"
    return Verdict(
        code="one_class",
        severity=Severity.CANNOT_TELL,
        sentence=f"Cannot tell how good the predictions are: all {e.labelled:,} labelled shots are {all_are}, and "
        "ranking or skill takes both. Give a table with shots of either outcome.",
    )


def inverted(e: Evidence, metrics: Mapping[str, Estimate], how: Evaluation) -> Verdict | None:
    """P(missed) in the place of P(made): it ranks the wrong way for certain, and 1 - p has skill for certain.

    A model without skill may fall below one half by chance, which the second condition leaves alone.
    """
    if e.said is None or "roc_auc" not in metrics or metrics["roc_auc"].high >= 1 / 2:
        return None
    turned = evaluation.skill(pd.Series(e.happened), 1 - e.said, e.rate, how)
    if turned.low <= 0:
        return None
    return _act(
        "inverted",
        f"Column '{e.columns['scores']}' has ROC AUC {metrics['roc_auc']}, below 0.5, and 1 - score has a log loss of "
        f"{e.constant_log_loss - turned.value:.3f} where the constant has {e.constant_log_loss:.3f} and the column "
        f"{e.measured['log_loss']:.3f}: it is the probability of a miss. Take predict_proba(...)[:, 1].",
    )


def trained_on(e: Evidence, metrics: Mapping[str, Estimate]) -> Verdict | None:
    """Scores better than this data allows: of rows the model was trained on, or with a feature that knows the outcome.

    It is a suspicion: other data may allow more.
    """
    if e.raw is None or "roc_auc" not in metrics or np.isin(e.raw, (0, 1)).all():
        return None
    auc, loss = metrics["roc_auc"], metrics["log_loss"]
    ranks_too_well = auc.value > SUSPECT_AUC and auc.low > HONEST_AUC
    if not ranks_too_well and loss.high >= SUSPECT_SHARE * e.constant_log_loss:
        return None
    return _act(
        "trained_on",
        f"Log loss {loss} and ROC AUC {auc} are better than these shots allow (about {HONEST_AUC:.2f}, and 97% of the "
        f"constant's {e.constant_log_loss:.3f}): a suspicion that the rows were trained on, or that a feature knows "
        "the outcome. To check, look for their ids in the training base, or score shots that were kept apart.",
    )


def threshold_unreached(e: Evidence) -> Verdict | None:
    """F1 of 0 because hardly a score exceeds the threshold, which is no fault of a model that meets the make rate."""
    if e.said is None or not e.is_enough or e.measured["f1"] > 0 or np.ptp(e.said) == 0:
        return None
    if abs(e.said.mean() - e.rate) > BIASED:
        return None
    found = np.array([f1(e.happened, e.said, threshold) for threshold in THRESHOLDS])
    best = THRESHOLDS[found.argmax()]
    exceed = int(e.called.sum())
    reach = f"only {exceed:,} of {e.labelled:,} shots exceed" if exceed else "no shot exceeds"
    return Verdict(
        code="threshold",
        severity=Severity.WATCH,
        sentence=f"F1 is 0, which is not a broken model: {reach} {e.threshold:g}, and the mean probability "
        f"{e.said.mean():.3f} is not far from the make rate {e.rate:.3f}. Threshold {best:.2f} would give F1 "
        f"{found.max():.3f}; calling every shot a basket gives {f1_of_always_made(e.rate):.3f}.",
    )


def label_disagrees(e: Evidence) -> Verdict | None:
    """A label that is not the probability cut at the threshold."""
    if e.label is None or e.probability is None:
        return None
    differ = (e.label != (e.probability > e.threshold)) & (e.probability != e.threshold) & ~np.isnan(e.label)
    if not differ.any():
        return None
    return Verdict(
        code="label_disagrees",
        severity=Severity.WATCH,
        sentence=f"Column '{e.columns['label']}' is not '{e.columns['scores']}' > {e.threshold:g} on "
        f"{differ.sum():,} of {len(e.label):,} shots: it was cut at another threshold or comes from another model. "
        "Name the threshold with --threshold; F1 and accuracy below are of the probability.",
    )


def missing_scores(predictions: Predictions, scored: int) -> Verdict | None:
    """Rows without a score, which nothing can be said about."""
    if (missing := predictions.rows - scored) == 0:
        return None
    return Verdict(
        code="missing_scores",
        severity=Severity.WATCH,
        sentence=f"{missing:,} of {predictions.rows:,} rows have no score and are left out of every number here. "
        "Score them, or say why they cannot be.",
    )


def duplicated_ids(predictions: Predictions) -> Verdict | None:
    """Shots that are in the table more than once, and count more than once in every metric."""
    if not predictions.repeated_ids:
        return None
    return _act(
        "duplicated_ids",
        f"{predictions.repeated_ids:,} of {predictions.rows:,} rows repeat a shot_id: those shots count more than once "
        "in every metric, as after a join that multiplies rows. Keep one row a shot.",
    )


def _act(code: str, sentence: str) -> Verdict:
    return Verdict(code=code, severity=Severity.ACT, sentence=sentence)
