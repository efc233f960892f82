"""How does the champion do in production? Every shot scored, the labelled ones measured, the fit judged."""

from typing import Any

import numpy as np
import pandas as pd

from kobe_shots.models.adherence import judge, shifts
from kobe_shots.models.evaluation import FEWEST_OF_A_CLASS, Estimate, constant, evaluate, flatten, skill
from kobe_shots.models.lineage import learned_shots
from kobe_shots.models.scoring import Champion, Classifier, probability_of_basket, score
from kobe_shots.parameters import Adherence, Evaluation
from kobe_shots.report import Application
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET


def score_production(champion: Champion, raw: pd.DataFrame) -> pd.DataFrame:
    """Return one row a production shot, labelled or not, that lacks none of the features.

    Columns: shot_id, model_name, model_version, probability (of a basket), label (1 where that exceeds 0.5) and
    shot_made_flag (the outcome, missing where it has not arrived).
    """
    complete = raw.dropna(subset=FEATURES)
    scores = score(champion.estimator, complete)
    return pd.DataFrame(
        {
            ROW_ID: complete[ROW_ID],
            "model_name": champion.name,
            "model_version": champion.version,
            "probability": scores["probability"],
            "label": scores["label"],
            TARGET: complete[TARGET].astype("Int64"),
        }
    )


def record_application(
    champion: Champion,
    lr: Classifier,
    dt: Classifier,
    predictions: pd.DataFrame,
    raw: pd.DataFrame,
    provenance: dict[str, Any],
    how: Evaluation,
    limits: Adherence,
) -> dict[str, Any]:
    """Return how the champion does on the production base, against the constants, and whether it is adherent.

    `lr` and `dt` are the two models trained on dev: labels from production may not choose a champion after the fact,
    but they say what the choice has cost. The champion's own bases say at what make rate it learned, and how much
    skill it had. A production shot it learned from is scored and published, and counts in nothing that judges it.

    Raises KobeShotsError when a production shot has the id of one it learned from, and is another.
    """
    train, test = champion.train, champion.test
    scored = raw.set_index(ROW_ID).loc[predictions[ROW_ID]]
    learned = learned_shots(champion.title, train, scored)
    unknown = scored.drop(index=learned)
    labelled = predictions[~predictions[ROW_ID].isin(learned)].dropna(subset=[TARGET])
    made, probability = labelled[TARGET].astype(np.int64), labelled["probability"].to_numpy()
    learned_rate = float(train[TARGET].mean())
    enough = labelled[TARGET].value_counts().reindex([0, 1], fill_value=0).min() >= FEWEST_OF_A_CLASS
    make_rate = float(made.mean()) if len(made) else None

    def on_production(model: Classifier) -> dict[str, Estimate]:
        return evaluate(made, probability_of_basket(model, scored.loc[labelled[ROW_ID]]), how) if enough else {}

    new_skill = skill(made, probability, float(made.mean()), how) if enough else None
    learned_skill = skill(test[TARGET], probability_of_basket(champion.estimator, test), learned_rate, how)
    # where it has learned from all of them nothing is measured, and the verdict is that it cannot be told
    moved = shifts(train, unknown if len(unknown) else scored, limits.support_coverage)
    return Application(
        fingerprint=provenance["fingerprint"],
        base_id=champion.base_id,
        confidence=how.confidence,
        model_name=champion.name,
        model_version=champion.version,
        origin=champion.origin,
        rows_scored=len(predictions),
        incomplete_rows=len(raw) - len(predictions),
        labelled_rows=len(labelled),
        learned_rows=len(learned),
        share_predicted_made=float(predictions["label"].mean()),
        mean_probability=float(predictions["probability"].mean()),
        make_rate=make_rate,
        metrics=evaluate(made, probability, how) if enough else {},
        contenders={"lr": on_production(lr), "dt": on_production(dt)},
        constant_dev=evaluate(made, constant(made, learned_rate), how) if enough else {},
        constant_prod=evaluate(made, constant(made, float(made.mean())), how) if enough else {},
        learned_skill=learned_skill,
        skill=new_skill,
        shifts=moved,
        adherence=judge(learned_skill, new_skill, moved, limits),
    ).model_dump(mode="json")


def flatten_application(record: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of the record under one name each, such as `log_loss` and `log_loss_low`."""
    plain = (
        *("rows_scored", "incomplete_rows", "labelled_rows", "learned_rows"),
        *("share_predicted_made", "mean_probability", "make_rate"),
    )
    shares = {f"share_in_support_{shift['feature']}": shift["share_in_support"] for shift in record["shifts"]}
    skills = {name: record[name] for name in ("skill", "learned_skill") if record[name]}
    constants = {
        f"{name}_{metric}": value
        for name in ("constant_dev", "constant_prod")
        for metric, value in flatten(record[name]).items()
    }
    numbers = {name: float(record[name]) for name in plain if record[name] is not None}
    return numbers | shares | flatten(record["metrics"] | skills) | constants


def tag_application(record: dict[str, Any]) -> dict[str, str]:
    """Return which model was applied and how it was judged, for the run's tags."""
    return {
        "champion": f"{record['model_name']}/{record['model_version']}",
        "origin": record["origin"],
        "adherence": record["adherence"]["code"],
        "verdict": record["adherence"]["sentence"],
    }
