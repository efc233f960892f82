"""PyCaret as the engine: it searches in its own environment, and what it found is fitted and measured again here.

PyCaret's `setup`, `create_model` and `tune_model` (scikit-optimize) are used with their own search spaces. Set for them
are the folds, one thread, columns of full precision and, for the logistic regression, standardised columns and a solver
exact enough for a fit to be repeated (`candidates.SOLVER`). What comes back is checked: PyCaret's fold scores against
those of the same parameters fitted here, and the returned model's probabilities against those of the model that goes
on. So a number in the table is the number of the model it stands beside, whatever the versions of the two environments.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.engines.environment import interpreter
from kobe_shots.engines.found import Found
from kobe_shots.engines.handover import ToScore, ToTune, Tuned, ask
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say
from kobe_shots.models.candidates import SOLVER, Candidate, fit
from kobe_shots.models.folds import fold_of
from kobe_shots.models.search import best, cross_validate
from kobe_shots.parameters import Tuning
from kobe_shots.verdicts import Severity, Verdict

log = logging.getLogger(__name__)

UNTUNED = 0  # the number of the candidate that PyCaret starts from
SCORES_AGREE = 1e-6
PROBABILITIES_AGREE = 1e-9
DECIMALS = 4  # in which PyCaret compares


def train(model: str, features: pd.DataFrame, made: pd.Series, tuning: Tuning) -> Found:
    """Return every candidate PyCaret tried, number 0 being the untuned model, and the one it gave back.

    Raises KobeShotsError when PyCaret's environment is missing or stale, when PyCaret fails, and as `settle` does.
    """
    python = interpreter()
    held_out_by = fold_of(made, tuning.folds, tuning.seed)
    answer = ask(python, to_tune(model, features, tuning), features, made, held_out_by, Tuned)
    return settle(answer, model, features, made, held_out_by, tuning)


def settle(
    answer: Tuned,
    model: str,
    features: pd.DataFrame,
    made: pd.Series,
    held_out_by: npt.NDArray[np.int64],
    tuning: Tuning,
) -> Found:
    """Return what PyCaret found, measured and fitted again in this environment.

    PyCaret scores the metric it tunes for; the table has all metrics, on the same folds.

    Raises KobeShotsError when PyCaret's fold scores differ by more than 1e-6 from those measured here, or the returned
    model's probabilities by more than 1e-9.
    """
    all_tried = [answer.untuned, *answer.tried]
    tried = [Candidate(model, number, one.params) for number, one in enumerate(all_tried)]
    log.info("%s: measuring pycaret's %d candidates here", model, len(tried))
    table = cross_validate(tried, features, made, held_out_by, tuning.seed)
    theirs, ours = [one.folds for one in all_tried], table[f"{tuning.metric}_folds"].tolist()
    _refuse_other(f"{tuning.metric} of a fold", theirs, ours, SCORES_AGREE)
    taken = tried[answer.best + 1 if answer.tuned else UNTUNED]
    estimator = fit(taken, tuning.seed, features, made)
    probability = estimator.predict_proba(features.astype(np.float64))[:, 1]
    _refuse_other("probability of a shot", answer.probability, probability, PROBABILITIES_AGREE)
    return Found(table, taken, estimator, f"pycaret {answer.versions['pycaret']}", _remarks(table, answer, tuning))


def to_tune(model: str, features: pd.DataFrame, tuning: Tuning) -> ToTune:
    """Return what PyCaret is asked for a search."""
    return ToTune(**_told_of(model, features, tuning.seed), metric=tuning.metric, candidates=tuning.candidates)


def to_score(tried: Sequence[Candidate], features: pd.DataFrame, seed: int) -> ToScore:
    """Return what PyCaret is asked to score candidates of one model."""
    return ToScore(**_told_of(tried[0].model, features, seed), given=[dict(one.params) for one in tried])


def _told_of(model: str, features: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Return what every request tells of a model, which is to be the one that `candidates.build` makes."""
    is_lr = model == "lr"
    columns = list(features.columns)
    return {"model": model, "fixed": SOLVER if is_lr else {}, "normalize": is_lr, "seed": seed, "columns": columns}


def _refuse_other(what: str, theirs: npt.ArrayLike, ours: npt.ArrayLike, agree: float) -> None:
    if not (gap := float(np.abs(np.subtract(theirs, ours)).max())) <= agree:
        raise KobeShotsError(
            f"PyCaret's {what} and the one measured here differ by {gap:.1e}; allowed is {agree:.0e}. The "
            "environments do not compute the same: build PyCaret's anew (remove it, then make pycaret-env) and train "
            "again."
        )


def _remarks(table: pd.DataFrame, answer: Tuned, tuning: Tuning) -> tuple[Verdict, ...]:
    if answer.tuned:
        return ()
    means = table.set_index("candidate")[tuning.metric]
    kept, other = means[UNTUNED], means[best(table[table["candidate"] != UNTUNED], tuning.metric).number]
    said = say(
        "PyCaret gave back the untuned model: over the folds its {metric} is {kept:.6f}, and that of the best of the "
        "{n} candidates it tried is {other:.6f}",
        metric=tuning.metric,
        kept=kept,
        n=len(table) - 1,
        other=other,
    )
    if _alike(kept, other):
        said = say(
            "{said}, which PyCaret takes for equal: it compares {decimals} decimals", said=said, decimals=DECIMALS
        )
    return (Verdict(code="untuned", severity=Severity.WATCH, sentence=say("{said}.", said=said)),)


def _alike(one: float, other: float) -> bool:
    return round(one, DECIMALS) == round(other, DECIMALS)
