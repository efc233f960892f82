"""Can a published number be true? Compared with what the table gives, and, where they differ, with usual mistakes."""

from collections.abc import Mapping
from decimal import Decimal

from kobe_shots.audit.claims import Claim, Claims
from kobe_shots.audit.evidence import TITLES, Evidence, titled
from kobe_shots.audit.explanations import explain
from kobe_shots.audit.signatures import CERTAIN_AND_WRONG
from kobe_shots.verdicts import Severity, Verdict

PERCENT = 100
DIGITS_THAT_IDENTIFY = 3  # with fewer, one metric meets another by chance


def judge(claims: Claims, e: Evidence) -> list[Verdict]:
    """Return a verdict for every claim that the table does not bear out; none when all of them agree."""
    found = [no_metric(claims, e)]
    open_claims = {name: claim for name, claim in claims.by_metric.items() if claim.value is not None}
    if exchange := swapped(open_claims, e):
        found.append(exchange)
        other = {"f1": "log_loss", "log_loss": "f1"}  # read as meant, they may hold another mistake
        open_claims = {other.get(name, name): Claim(other.get(name, name), c.value) for name, c in open_claims.items()}
    contradicted = [claim for claim in open_claims.values() if not _agrees(claim, e)]
    found.append(at_odds({claim.metric: claim for claim in contradicted}, e))
    unexplained = []
    for claim in contradicted:
        verdict = impossible(claim, e) or explain(claim, e)
        found.append(verdict)
        unexplained += [] if verdict else [claim]
    if not any(verdict and verdict.code == "at_odds" for verdict in found):
        found.append(not_the_model([claim for claim in unexplained if _can_be_checked(claim, e)], e))
    found.append(untold([claim for claim in unexplained if not _can_be_checked(claim, e)], e))
    return [verdict for verdict in found if verdict]


def no_metric(claims: Claims, e: Evidence) -> Verdict | None:
    """Nothing reported although there are labelled rows: a missing outcome made the whole metric missing."""
    missing = [claim.metric for claim in claims.by_metric.values() if claim.value is None]
    if not claims.given or (claims.by_metric and not missing) or not e.measured:
        return None
    names = [metric for metric in missing or e.measured if metric in e.measured]
    values = ", ".join(f"{TITLES[metric]} {e.measured[metric]:.4f}" for metric in names)
    unlabelled = len(e.made) - e.labelled
    why = f"although only {unlabelled:,} of {len(e.made):,}" if unlabelled else f"although none of {len(e.made):,}"
    said = ", ".join(TITLES[metric] for metric in missing) or "no metric"
    return _act(
        "no_metric",
        f"Nothing was reported ({said} missing) {why} outcomes are missing: leave those rows out instead of the "
        f"metric. On the {e.labelled:,} labelled shots: {values or 'it cannot be measured'}.",
    )


def swapped(claims: Mapping[str, Claim], e: Evidence) -> Verdict | None:
    """F1 and log loss reported under each other's name."""
    score, loss = claims.get("f1"), claims.get("log_loss")
    if score and score.value and 1 < score.value <= CERTAIN_AND_WRONG and not _is_percent(score, e):
        if loss and loss.value and loss.value > 1:
            return None
        return _act(
            "swapped",
            f"F1 is claimed to be {score}, and F1 is never above 1: F1 and log loss are swapped. "
            f"Read {score} as the log loss{f' and {loss} as F1' if loss else ''}, and correct the names.",
        )
    if not e.is_enough or "log_loss" not in e.measured:
        return None
    crossed = [
        claim
        for claim, name in ((score, "log_loss"), (loss, "f1"))
        if claim and not _agrees(claim, e) and claim.agrees(e.measured[name])
    ]
    if not crossed or (len(crossed) == 1 and len(str(crossed[0].value).lstrip("0.")) < DIGITS_THAT_IDENTIFY):
        return None
    said = " and ".join(f"{TITLES[claim.metric]} {claim}" for claim in crossed)
    return _act(
        "swapped",
        f"Claimed {said}; the table gives log loss {e.measured['log_loss']:.4f} and F1 {e.measured['f1']:.4f}: "
        "F1 and log loss are swapped. Correct the names.",
    )


def impossible(claim: Claim, e: Evidence) -> Verdict | None:
    """A value that no table can give."""
    value = claim.number
    if 0 <= value <= 1 or (claim.metric == "log_loss" and value > 0):
        return None
    if _is_percent(claim, e):
        return Verdict(
            code="percent",
            severity=Severity.WATCH,
            sentence=f"{titled(claim.metric)} is claimed as {claim}, which is the {e.measured[claim.metric]:.4f} of "
            "the table in percent. Write it as a share, as everyone else does.",
        )
    allowed = "never negative" if claim.metric == "log_loss" else "always between 0 and 1"
    return _act(
        "impossible",
        f"{titled(claim.metric)} is claimed to be {claim}, and it is {allowed}, whatever the table. Look at where the "
        "number was taken from: another metric, a sign, or percent.",
    )


def at_odds(claims: Mapping[str, Claim], e: Evidence) -> Verdict | None:
    """Two claims that cannot both be true of any scores.

    Squared error is never above log loss, shot by shot: (1 - p)^2 <= 1 - p <= -ln p. With accuracy a there are 1 - a
    errors, and F1 = 2 hits / (2 hits + errors) is highest when every basket of the make rate p is a hit.
    """
    brier, loss, score, accuracy = (claims.get(name) for name in ("brier", "log_loss", "f1", "accuracy"))
    if brier and loss and 1 >= brier.number > loss.number >= 0 and not brier.agrees(loss.number):
        return _act(
            "at_odds",
            f"Brier score {brier} and log loss {loss} are claimed, and no scores have a Brier score above their log "
            "loss. One of them is another metric, or from other scores.",
        )
    if e.is_enough and score and accuracy and 0 <= accuracy.number <= 1 >= score.number:
        most = 2 * e.rate / (2 * e.rate + 1 - accuracy.number)
        if score.number > most and not score.agrees(most):
            return _act(
                "at_odds",
                f"F1 {score} and accuracy {accuracy} are claimed, and where {e.rate:.3f} of the shots go in that "
                f"accuracy allows an F1 of {most:.3f} at most. One of them is another metric, or from other rows.",
            )
    return None


def not_the_model(claims: list[Claim], e: Evidence) -> Verdict | None:
    """Numbers that differ from the table's without a known reason, as from a model without its preprocessing."""
    if not claims:
        return None
    told = ", ".join(f"{TITLES[claim.metric]} {claim} (table: {e.measured[claim.metric]:.4f})" for claim in claims)
    return _act(
        "not_the_model",
        f"The table does not give what is claimed: {told}. It was measured on other scores, other rows or another "
        "threshold, as when a model is registered without its preprocessing. Score these rows with the model that was "
        "evaluated.",
    )


def untold(claims: list[Claim], e: Evidence) -> Verdict | None:
    """Claims that this table has too little for."""
    if not claims:
        return None
    told = ", ".join(f"{TITLES[claim.metric]} {claim}" for claim in claims)
    why = (
        "it has no probabilities" if e.is_enough else f"it has {e.labelled:,} labelled shots, {e.baskets:,} of them in"
    )
    return Verdict(
        code="claim_unchecked",
        severity=Severity.CANNOT_TELL,
        sentence=f"Cannot tell whether {told} is true: the table is not enough to measure it, {why}. Add a column of "
        "probabilities and outcomes.",
    )


def _agrees(claim: Claim, e: Evidence) -> bool:
    return any(
        claim.metric in measured and claim.agrees(measured[claim.metric])
        for measured in (e.measured, e.published_labels)
    )


def _can_be_checked(claim: Claim, e: Evidence) -> bool:
    return e.is_enough and claim.metric in e.measured


def _is_percent(claim: Claim, e: Evidence) -> bool:
    share = Claim(claim.metric, (claim.value or Decimal(0)) / PERCENT)
    return 1 < claim.number <= PERCENT and claim.metric != "log_loss" and _agrees(share, e)


def _act(code: str, sentence: str) -> Verdict:
    return Verdict(code=code, severity=Severity.ACT, sentence=sentence)
