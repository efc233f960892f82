"""Which mistake gives the published number? One function for each, of a claim that the table does not bear out."""

import numpy as np

from kobe_shots.audit.claims import Claim
from kobe_shots.audit.evidence import Evidence, f1_of_always_made, of_scores, rectified, titled
from kobe_shots.audit.signatures import (
    CERTAIN_AND_WRONG,
    CERTAIN_AND_WRONG_ONCE,
    HONEST_AUC,
    MIXED_UP,
    SUSPECT_AUC,
    SUSPECT_SHARE,
)
from kobe_shots.models.metrics import roc_auc
from kobe_shots.verdicts import Severity, Verdict

NO_SKILL_COSTS_LESS = 2  # a log loss above this needs shots that the model was certain and wrong about
STANDARD_ERRORS = 3


def explain(claim: Claim, e: Evidence) -> Verdict | None:
    """Return the first mistake that gives the claimed number; None when none does, or there is too little to tell."""
    if not e.is_enough or not len(e.called):
        return None
    return next(filter(None, (mistake(claim, e) for mistake in MISTAKES)), None)


def hard_labels(claim: Claim, e: Evidence) -> Verdict | None:
    """A metric of probabilities computed on labels."""
    cause = "computed on labels, not on probabilities. Give predict_proba(...)[:, 1] to the metric"
    for called in [e.called, *([e.label[e.is_labelled]] if e.published_labels and e.label is not None else [])]:
        errors = float((called != e.happened).mean())
        computed = {
            "brier": [(errors, f"the error rate {errors:.4f}")],
            "log_loss": [
                (cost * errors, f"{cost:.2f} x the error rate {errors:.4f}")
                for cost in (CERTAIN_AND_WRONG, CERTAIN_AND_WRONG_ONCE)
            ],
            "roc_auc": [(float(roc_auc(e.happened, called)), "the area under the labels' one corner")],
        }
        for value, what in computed.get(claim.metric, []):
            if claim.agrees(value):
                return _differs("hard_labels", claim, e, f"{claim} is {what}, {cause}")
        implied, spread = claim.number / CERTAIN_AND_WRONG, np.sqrt(errors * (1 - errors) / len(called))
        is_near = abs(implied - errors) <= STANDARD_ERRORS * spread
        if claim.metric == "log_loss" and claim.number > NO_SKILL_COSTS_LESS and is_near:
            what = f"{CERTAIN_AND_WRONG:.2f} x an error rate of {implied:.4f}, where these rows have {errors:.4f}"
            return _differs("hard_labels", claim, e, f"{claim} is {what}, {cause}")
    return None


def score_of_predicted_class(claim: Claim, e: Evidence) -> Verdict | None:
    """A metric of probabilities computed on that of the predicted class."""
    mistaken = [] if e.raw is None else [e.raw[e.is_labelled]]
    mistaken += [] if e.said is None else [rectified(e.said, e.called)]
    for scores in mistaken:
        if (value := of_scores(e.happened, scores).get(claim.metric)) is not None and claim.agrees(value):
            cause = f"{claim} is that of the probability of the predicted class taken for P(made); {MIXED_UP}"
            return _differs("score_of_predicted_class", claim, e, cause)
    return None


def f1_of_hits(claim: Claim, e: Evidence) -> Verdict | None:
    """F1 computed as 2 hits / (n + hits), of right predictions or of baskets that were called."""
    if claim.metric != "f1":
        return None
    for what, hits in (
        ("right predictions", int((e.called == e.happened).sum())),
        ("baskets called", int((e.called * e.happened).sum())),
    ):
        if claim.agrees(2 * hits / (e.labelled + hits)):
            cause = f"{claim} is 2 x hits / (n + hits) with {hits:,} {what} for hits and n = {e.labelled:,}"
            return _differs("f1_of_hits", claim, e, f"{cause}. F1 is 2 x hits / (calls + baskets)")
    return None


def self_compared(claim: Claim, e: Evidence) -> Verdict | None:
    """A perfect score, which the table does not give."""
    if claim.number != (0 if claim.metric in ("log_loss", "brier") else 1):
        return None
    cause = "outcomes were compared with themselves. Compare them with what the model predicts"
    return _differs("self_compared", claim, e, f"{claim} is perfect, which signals that {cause}")


def constant_score(claim: Claim, e: Evidence) -> Verdict | None:
    """An area of exactly one half, which only scores have that are all the same."""
    if claim.metric != "roc_auc" or claim.number != 1 / 2:
        return None
    cause = (
        f"{claim} is that of a constant, as when a scaler or encoder is fitted on each request. Save it with the model"
    )
    return _differs("constant_score", claim, e, cause)


def inverted(claim: Claim, e: Evidence) -> Verdict | None:
    """A metric of probabilities computed on those of a miss."""
    if e.said is None or not claim.agrees(of_scores(e.happened, 1 - e.said).get(claim.metric, np.nan)):
        return None
    return _differs(
        "inverted", claim, e, f"{claim} is that of 1 - P(made), the probability of a miss. Take predict_proba[:, 1]"
    )


def trained_on(claim: Claim, e: Evidence) -> Verdict | None:
    """A value that leaves less than half of what a constant leaves, far better than this data allows."""
    value, rate = claim.number, e.rate
    left, left_by_constant = {
        "log_loss": (value, e.constant_log_loss),
        "brier": (value, rate * (1 - rate)),
        "accuracy": (1 - value, min(rate, 1 - rate)),
        "f1": (1 - value, 1 - f1_of_always_made(rate)),
        "roc_auc": ((1 - value) * SUSPECT_SHARE, 1 - SUSPECT_AUC),
    }[claim.metric]
    if left >= SUSPECT_SHARE * left_by_constant:
        return None
    cause = (
        f"so good a value is out of reach on these shots (the best honest ROC AUC is about {HONEST_AUC:.2f}), a "
        "suspicion that it was measured on rows the model was trained on. To check, score shots that were kept apart"
    )
    return _differs("trained_on", claim, e, cause)


def _differs(code: str, claim: Claim, e: Evidence, cause: str) -> Verdict:
    measured = f"{e.measured[claim.metric]:.4f}" if claim.metric in e.measured else "none, for want of probabilities"
    sentence = f"{titled(claim.metric)} is claimed to be {claim} and the table gives {measured}: {cause}."
    return Verdict(code=code, severity=Severity.ACT, sentence=sentence)


MISTAKES = (
    constant_score,  # an area of exactly one half comes of other mistakes too, where scores are few
    hard_labels,
    score_of_predicted_class,
    f1_of_hits,
    self_compared,
    inverted,
    trained_on,
)
