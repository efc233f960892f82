"""How does a base become a model? Candidates searched, one fitted, scored on the test base, two compared."""

import json
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pydantic import ValidationError
from sklearn.pipeline import Pipeline as Model

from kobe_shots.aggregates.curves import tabulate_curves
from kobe_shots.aggregates.insides import tabulate_nodes, tabulate_terms
from kobe_shots.engines import ENGINES
from kobe_shots.errors import KobeShotsError
from kobe_shots.models import figures
from kobe_shots.models.candidates import MODELS, Candidate, fit
from kobe_shots.models.evaluation import constant, evaluate, flatten, skill
from kobe_shots.models.lineage import base_id, refuse_other_base
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.promotion import Promotion
from kobe_shots.models.scoring import THRESHOLD, rates, score
from kobe_shots.models.search import best, means_of
from kobe_shots.models.selection import DECIDED_BY, choose
from kobe_shots.parameters import Evaluation, Selection, Tuning
from kobe_shots.report import Pick, Picked, TrainedModel, Training
from kobe_shots.shots.schema import FEATURES, TARGET


def train_lr(train: pd.DataFrame, tuning: Tuning) -> tuple[pd.DataFrame, dict[str, Any], Model]:
    """Return every logistic regression tried, one a row, the one taken, and that one fitted on the train base."""
    return _train("lr", train, tuning)


def train_dt(train: pd.DataFrame, tuning: Tuning) -> tuple[pd.DataFrame, dict[str, Any], Model]:
    """Return every decision tree tried, one a row, the one taken, and that one fitted on the train base."""
    return _train("dt", train, tuning)


def register(fitted: Model) -> Model:
    """Return the model as it is, to be registered: a node of its own, which waits until every search has ended."""
    return fitted


def score_test(model: Model, test: pd.DataFrame) -> pd.DataFrame:
    """Return label, probability and outcome of every test shot, indexed by shot id."""
    return score(model, test).assign(**{TARGET: test[TARGET]})


def draw_roc(scores: pd.DataFrame) -> Figure:
    """Return the ROC curve on the test base."""
    return figures.draw_roc(scores[TARGET], scores["probability"].to_numpy())


def draw_calibration(scores: pd.DataFrame) -> Figure:
    """Return the calibration on the test base."""
    return figures.draw_calibration(scores[TARGET], scores["probability"].to_numpy())


def tabulate_test(scores: pd.DataFrame, how: Evaluation) -> pd.DataFrame:
    """Return reliability, ROC and F1 by threshold on the test base, as a table that a page draws."""
    return tabulate_curves("test", scores[TARGET], scores["probability"], THRESHOLD, how.confidence)


# drawn or told from the model alone: the function is the node
draw_coefficients = figures.draw_coefficients
draw_tree = figures.draw_tree
explain_lr = tabulate_terms
explain_dt = tabulate_nodes


def describe_model(
    train: pd.DataFrame,
    test: pd.DataFrame,
    candidates: pd.DataFrame,
    model: Model,
    picked: dict[str, Any],
    scores: pd.DataFrame,
    how: Evaluation,
) -> dict[str, Any]:
    """Return how the refitted model does on the test base, and what each metric would have picked instead.

    Raises KobeShotsError when the model learned from other rows than `train`, or is not the one that was picked.
    """
    told = _what_was_picked(picked)
    estimator = type(model[-1]).__name__
    refuse_other_base(f"The {estimator}", told.base_id, train)
    if told.params.items() - model[-1].get_params().items():
        raise KobeShotsError(
            f"The registered {estimator} is not the candidate that was picked last ({told.params}). "
            "Train anew: kedro run --pipeline=Treinamento."
        )
    probability = scores["probability"].to_numpy()
    return TrainedModel(
        estimator=estimator,
        engine=told.engine,
        made_with=told.made_with,
        remarks=told.remarks,
        candidates=len(candidates),
        folds=told.folds,
        picked_by=told.metric,
        params=told.params,
        cross_validated=means_of(candidates, told.candidate),
        test=evaluate(scores[TARGET], probability, how),
        skill=skill(scores[TARGET], probability, float(train[TARGET].mean()), how),
        certain_shots=int(np.isin(probability, (0, 1)).sum()),
        share_predicted_made=float(scores["label"].mean()),
        picks=[_pick(metric, train, test, candidates, told) for metric in METRICS],
    ).model_dump(mode="json")


def record_training(
    train: pd.DataFrame,
    lr_scores: pd.DataFrame,
    dt_scores: pd.DataFrame,
    lr: dict[str, Any],
    dt: dict[str, Any],
    preparation: dict[str, Any],
    how: Evaluation,
    rule: Selection,
) -> dict[str, Any]:
    """Return both models side by side on one base, the constants to beat, and which of the two is taken and why."""
    made = lr_scores[TARGET]
    return Training(
        fingerprint=preparation["fingerprint"],
        base_id=base_id(train),
        confidence=how.confidence,
        models={"lr": TrainedModel.model_validate(lr), "dt": TrainedModel.model_validate(dt)},
        constant=evaluate(made, constant(made, float(train[TARGET].mean())), how),
        always_made=evaluate(made, constant(made, 1.0), how),
        choice=choose(made, lr_scores["probability"].to_numpy(), dt_scores["probability"].to_numpy(), how, rule),
    ).model_dump(mode="json")


def promote(dev: dict[str, Any], train: pd.DataFrame, test: pd.DataFrame) -> Promotion:
    """Return the model chosen on dev as the champion to be, whoever sits there, with its bases and the reasons.

    Raises KobeShotsError when the choice was made on other rows than `train`.
    """
    choice = dev["choice"]
    refuse_other_base(f"The {MODELS[choice['chosen']]} that was chosen", dev["base_id"], train)
    ledger = {
        "chosen": choice["chosen"],
        "verdict": choice["verdict"]["sentence"],
        "difference": choice["difference"],
        "decided_by": DECIDED_BY,
    }
    model = f"trained_{choice['chosen']}_model_dev"
    return Promotion(model=model, train=train, test=test, replaces=None, ledger=ledger)


def flatten_model(description: dict[str, Any]) -> dict[str, float]:
    """Return a model's test metrics under one name each, such as `log_loss` and `log_loss_low`."""
    return flatten(description["test"] | {"skill": description["skill"]})


def tag_model(description: dict[str, Any]) -> dict[str, str]:
    """Return what was picked, by which engine and metric, for the run's tags."""
    return {
        "engine": description["engine"],
        "picked_by": description["picked_by"],
        "params": json.dumps(description["params"]),
    }


def tag_choice(record: dict[str, Any]) -> dict[str, str]:
    """Return which model was taken, and why, for the run's tags."""
    return {"chosen": record["choice"]["chosen"], "verdict": record["choice"]["verdict"]["sentence"]}


def tag_training(record: dict[str, Any]) -> dict[str, str]:
    """Return which engine searched, for the run's tags."""
    return {"engine": record["models"]["lr"]["engine"]}


def flatten_constant(record: dict[str, Any]) -> dict[str, float]:
    """Return the constant's test metrics under one name each."""
    return flatten(record["constant"])


def _train(model: str, train: pd.DataFrame, tuning: Tuning) -> tuple[pd.DataFrame, dict[str, Any], Model]:
    found = ENGINES[tuning.engine](model, train[FEATURES], train[TARGET], tuning)
    picked = Picked(
        engine=tuning.engine,
        made_with=found.made_with,
        remarks=list(found.remarks),
        metric=tuning.metric,
        candidate=found.taken.number,
        params=dict(found.taken.params),
        folds=tuning.folds,
        seed=tuning.seed,
        base_id=base_id(train),
    )
    return found.table, picked.model_dump(mode="json"), found.estimator


def _pick(metric: str, train: pd.DataFrame, test: pd.DataFrame, candidates: pd.DataFrame, picked: Picked) -> Pick:
    taken = best(candidates, metric)
    if metric == picked.metric:  # the engine has the last word on what its own metric picks
        taken = Candidate(taken.model, picked.candidate, picked.params)
    found = rates(fit(taken, picked.seed, train[FEATURES], train[TARGET]), test)
    return Pick(
        metric=metric,
        candidate=taken.number,
        params=dict(taken.params),
        cross_validated=means_of(candidates, taken.number),
        test=found.metrics,
        share_predicted_made=found.share_predicted_made,
    )


def _what_was_picked(record: dict[str, Any]) -> Picked:
    try:
        return Picked.model_validate(record)
    except ValidationError as error:
        raise KobeShotsError(
            "What was picked was written by another version (picked.json). "
            "Train anew: kedro run --pipeline=Treinamento."
        ) from error
