"""Which of the two models, and why? Only a difference larger than chance and larger than trivial picks a winner."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate, compare
from kobe_shots.parameters import Evaluation, Selection
from kobe_shots.verdicts import Severity, Verdict

GROUNDS = {"lr": ": it is the simpler one and goes on smoothly where there was no shot to learn from", "dt": ""}
DECIDED_BY = "log_loss"


class Choice(BaseModel):
    """The model taken, the paired difference it rests on (log loss of lr minus that of dt) and the reason in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chosen: str
    difference: Estimate
    verdict: Verdict


def choose(
    made: pd.Series, lr: npt.NDArray[np.float64], dt: npt.NDArray[np.float64], how: Evaluation, rule: Selection
) -> Choice:
    """Return the model with the lower log loss on the same shots, or the one the rule names when they are tied.

    Log loss is a proper score (Gneiting & Raftery 2007): it is lowest for the true probabilities, where F1 is highest
    for a model that calls every shot a basket. Tied means that the interval of the difference holds zero; equivalent,
    that it does not and the difference is smaller than `rule.minimum_difference`.

    Args:
        made: (n,) outcomes, 0 or 1.
        lr: (n,) probabilities of the logistic regression.
        dt: (n,) probabilities of the decision tree.
        how: how the interval of the difference is taken.
        rule: the smallest difference that counts, and the model to take when there is none.
    """
    difference = compare(made, lr, dt, DECIDED_BY, how)
    gap = f"log loss of lr minus dt {difference.value:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}]"
    rows = f"on the same {difference.n:,} test shots"
    agreed = f"The {MODELS[rule.when_tied]} is taken, as agreed beforehand for a tie{GROUNDS[rule.when_tied]}."
    chosen = rule.when_tied
    if difference.low <= 0 <= difference.high:
        code, severity = "tied", Severity.CANNOT_TELL
        sentence = f"Cannot tell which model is better: {gap} {rows}, the interval holds zero. {agreed}"
    elif abs(difference.value) < rule.minimum_difference:
        code, severity = "equivalent", Severity.OK
        too_little = f"less than the {rule.minimum_difference} that counts"
        sentence = f"The models are as good as each other: {gap} {rows}, {too_little}. {agreed}"
    else:
        code, severity = "better", Severity.OK
        chosen = "lr" if difference.value < 0 else "dt"
        sentence = f"The {MODELS[chosen]} is better: {gap} {rows}, the interval leaves zero out."
    verdict = Verdict(code=code, severity=severity, sentence=sentence)
    return Choice(chosen=chosen, difference=difference, verdict=verdict)
