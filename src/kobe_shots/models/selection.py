"""Which of the two models, and why? Only a difference larger than chance and larger than trivial picks a winner."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.language import say
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate, compare
from kobe_shots.parameters import Evaluation, Selection
from kobe_shots.verdicts import Severity, Verdict

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
    gap = say(
        "log loss of lr minus dt {value:+.4f} [{low:+.4f}, {high:+.4f}] on the same {n:,} test shots",
        value=difference.value,
        low=difference.low,
        high=difference.high,
        n=difference.n,
    )
    chosen = rule.when_tied
    agreed = say("The {model} is taken, as agreed beforehand for a tie", model=MODELS[chosen])
    if chosen == "lr":
        agreed = say(
            "{agreed}: it is the simpler one and goes on smoothly where there was no shot to learn from", agreed=agreed
        )
    if difference.low <= 0 <= difference.high:
        code, severity = "tied", Severity.CANNOT_TELL
        sentence = say(
            "Cannot tell which model is better: {gap}, the interval holds zero. {agreed}.", gap=gap, agreed=agreed
        )
    elif abs(difference.value) < rule.minimum_difference:
        code, severity = "equivalent", Severity.OK
        sentence = say(
            "The models are as good as each other: {gap}, less than the {least} that counts. {agreed}.",
            gap=gap,
            least=rule.minimum_difference,
            agreed=agreed,
        )
    else:
        code, severity = "better", Severity.OK
        chosen = "lr" if difference.value < 0 else "dt"
        sentence = say("The {model} is better: {gap}, the interval leaves zero out.", model=MODELS[chosen], gap=gap)
    verdict = Verdict(code=code, severity=severity, sentence=sentence)
    return Choice(chosen=chosen, difference=difference, verdict=verdict)
