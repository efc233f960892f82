"""Can the published metrics of these predictions be true? A verdict that names the mistake, or the honest numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict
from scipy import stats

from kobe_shots.audit import claimed, signatures
from kobe_shots.audit.claims import Claims
from kobe_shots.audit.evidence import Evidence, f1_of_always_made, gather, of_scores
from kobe_shots.audit.predictions import Columns, Predictions
from kobe_shots.models import evaluation
from kobe_shots.models.evaluation import FEWEST_OF_A_CLASS, Estimate
from kobe_shots.parameters import Evaluation
from kobe_shots.verdicts import Severity, Verdict

INTERVALS = Evaluation(confidence=0.95, resamples=1000, seed=24)
MOST_RESAMPLED = 30_000_000  # rows drawn for an interval, half a minute; large tables need fewer resamples
ORDER = (Severity.ACT, Severity.CANNOT_TELL, Severity.OK, Severity.WATCH)
EXIT_CODES = {Severity.OK: 0, Severity.ACT: 3, Severity.CANNOT_TELL: 4}


class Audit(BaseModel):
    """What an audit found; `verdicts` has the gravest first, and the first one is the answer.

    `metrics` are of the labelled rows that have a score, with 95% intervals; `baselines` hold the same metrics of the
    constant that knows the make rate and of calling every shot a basket; `skill` is the constant's log loss minus that
    of the predictions. Metrics are empty when there are too few labelled rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Columns
    rows: int
    scored: int
    labelled: int
    threshold: float
    make_rate: float | None
    verdicts: list[Verdict]
    metrics: dict[str, Estimate]
    baselines: dict[str, dict[str, float]]
    skill: Estimate | None
    claims: dict[str, float | None]
    ignored_claims: list[str]

    @property
    def answer(self) -> Verdict:
        """The gravest verdict; one to watch is never it."""
        return self.verdicts[0]

    @property
    def exit_code(self) -> int:
        """What a shell is told: 0 honest, 3 a mistake, 4 cannot tell; 1 and 2 are for what could not be read."""
        return EXIT_CODES[self.answer.severity]


def audit(predictions: Predictions, claims: Claims, threshold: float = 0.5, how: Evaluation = INTERVALS) -> Audit:
    """Return the verdicts on a table of predictions and on what was claimed about it.

    Args:
        predictions: as `predictions.read` returns them.
        claims: published metrics, none where only the table is to be judged.
        threshold: what a probability must exceed to be called a basket.
        how: confidence, resamples and seed of the intervals.
    """
    e = gather(predictions, threshold)
    how = how.model_copy(update={"resamples": int(np.clip(MOST_RESAMPLED / len(e.made), 100, how.resamples))})
    metrics = _metrics(e, how) if e.is_enough else {}
    has_loss = "log_loss" in metrics and e.said is not None
    skill = evaluation.skill(pd.Series(e.happened), e.said, e.rate, how) if has_loss and e.said is not None else None
    found = [*_of_table(e, metrics, predictions, how), *claimed.judge(claims, e)]
    if all(verdict.severity is Severity.WATCH for verdict in found):
        found.append(_honest(e, metrics, skill, len(claims.by_metric)))
    return Audit(
        columns=predictions.columns,
        rows=predictions.rows,
        scored=len(e.made),
        labelled=e.labelled,
        threshold=threshold,
        make_rate=e.rate if e.labelled else None,
        verdicts=sorted(found, key=lambda verdict: ORDER.index(verdict.severity)),
        metrics=metrics,
        baselines=_baselines(e) if metrics else {},
        skill=skill,
        claims={name: None if claim.value is None else claim.number for name, claim in claims.by_metric.items()},
        ignored_claims=list(claims.ignored),
    )


def _of_table(
    e: Evidence, metrics: dict[str, Estimate], predictions: Predictions, how: Evaluation
) -> Iterator[Verdict]:
    same = signatures.self_compared(e)
    judged = [
        same,
        None if same else signatures.hard_labels(e),
        signatures.score_of_predicted_class(e) or signatures.never_below_half(e),
        signatures.constant_score(e),
        signatures.inverted(e, metrics, how),
        None if same else signatures.trained_on(e, metrics),
        signatures.duplicated_ids(predictions),
        signatures.one_class(e),
        _too_little(e, metrics),
        signatures.threshold_unreached(e),
        signatures.label_disagrees(e),
        signatures.missing_scores(predictions, len(e.made)),
    ]
    return (verdict for verdict in judged if verdict)


def _metrics(e: Evidence, how: Evaluation) -> dict[str, Estimate]:
    made = pd.Series(e.happened)
    of_probability = {} if e.said is None else evaluation.evaluate(made, e.said, how)
    if not len(e.called):
        return {}
    # against no call at all, whose F1 is 0: F1 of labels at any threshold, with its interval
    f1 = evaluation.compare(made, e.called, np.zeros(e.labelled), "f1", how)
    hits = int((e.called == e.happened).sum())
    low, high = stats.binomtest(hits, e.labelled).proportion_ci(how.confidence, method="wilson")
    accuracy = Estimate(metric="accuracy", value=hits / e.labelled, low=low, high=high, n=e.labelled)
    return of_probability | {"f1": f1, "accuracy": accuracy}


def _baselines(e: Evidence) -> dict[str, dict[str, float]]:
    rate = np.full(e.labelled, e.rate)
    says_made = e.rate > e.threshold
    of_constant = of_scores(e.happened, rate) | {
        "f1": f1_of_always_made(e.rate) if says_made else 0.0,
        "accuracy": e.rate if says_made else 1 - e.rate,
    }
    return {
        f"constant {e.rate:.4f}": of_constant,
        "always made": {"f1": f1_of_always_made(e.rate), "accuracy": e.rate},
    }


def _too_little(e: Evidence, metrics: dict[str, Estimate]) -> Verdict | None:
    """Return why the metrics cannot be told, where it is for want of outcomes or of probabilities."""
    if not e.labelled:
        has_none = "no outcome has arrived" if "made" in e.columns else "there is no column of outcomes"
        return _cannot_tell(
            "no_labels",
            f"Cannot tell how good the predictions of {len(e.made):,} shots are: {has_none}. Give a table that has "
            "them, naming their column with --made.",
        )
    if not e.is_enough and 0 < e.baskets < e.labelled:
        return _cannot_tell(
            "too_few_labels",
            f"Cannot tell how good the predictions are from {e.baskets:,} baskets and {e.labelled - e.baskets:,} "
            f"misses: at least {FEWEST_OF_A_CLASS} of each are needed. Use more labelled shots.",
        )
    if metrics and "log_loss" not in metrics and e.raw is None:
        return _cannot_tell(
            "no_probability",
            f"Cannot tell the log loss, Brier score or ROC AUC of {e.labelled:,} shots: the table holds labels and no "
            "probabilities; F1 and accuracy are below. Add a column of predict_proba(...)[:, 1].",
        )
    return None


def _honest(e: Evidence, metrics: dict[str, Estimate], skill: Estimate | None, claims: int) -> Verdict:
    measured = f"log loss {metrics['log_loss']}" if skill else f"F1 {metrics['f1']}"
    agree = {0: "", 1: "; the claim agrees with it", 2: "; both claims agree with it"}.get(
        claims, f"; all {claims} claims agree with it"
    )
    worth = ""
    if skill:
        beats = "better than" if skill.low > 0 else "worse than" if skill.high < 0 else "not clearly different from"
        worth = f", {beats} the constant's {e.constant_log_loss:.3f}"
    return Verdict(
        code="honest",
        severity=Severity.OK,
        sentence=f"No sign of a mistake on {e.labelled:,} labelled shots: {measured}{worth}{agree}.",
    )


def _cannot_tell(code: str, sentence: str) -> Verdict:
    return Verdict(code=code, severity=Severity.CANNOT_TELL, sentence=sentence)
