"""Is the model still well? Every batch scored, examined against what the model learned from, and judged."""

from typing import Any

import numpy as np
import pandas as pd

from kobe_shots.aggregates.drifts import lay_out_drifts
from kobe_shots.aggregates.histograms import count_bins
from kobe_shots.aggregates.separation import lay_out_separations
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.folds import cross_fitted
from kobe_shots.models.lineage import refuse_other_base, refuse_unknown_shots
from kobe_shots.models.scoring import Champion, probability_of_basket
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, OWN, PROD, REFERENCE, TEST, WITHHELD
from kobe_shots.monitoring.health import Health, examine
from kobe_shots.monitoring.health_page import Shown, render
from kobe_shots.monitoring.judgement import judge
from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.monitoring.table import ALL, tabulate
from kobe_shots.parameters import Monitoring
from kobe_shots.pipelines.monitoring.watched import COLUMNS, split_by_model
from kobe_shots.report import Monitored
from kobe_shots.shots.provenance import Provenance
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

HELD_OUT = {PROD: TEST, TEST: WITHHELD, WITHHELD: TEST}  # usual shots the model has not learned from, to compare with


def score_batches(
    champion: Champion,
    lr: Any,
    dt: Any,
    predictions: pd.DataFrame,
    raw_dev: pd.DataFrame,
    raw_prod: pd.DataFrame,
    train: pd.DataFrame,
    test: pd.DataFrame,
    training: dict[str, Any],
    how: Monitoring,
) -> pd.DataFrame:
    """Return every shot that is watched, once for each model that is watched on it.

    Columns: shot_id, batch, model, the six features, shot_made_flag, when it was taken, probability, own_score. Batches
    of the champion are `prod` (its published scores, without the shots it learned from), `dev_test` (labelled shots
    like those it learned from) and `dev_withheld` (dev's without outcomes). A dev model that is not the champion, lr
    or dt, is watched on prod too. Batch `reference` holds the shots each model learned from: there `probability` is
    cross-fitted, `own_score` the model's.

    Args:
        champion: carries its own bases.
        lr: the logistic regression trained on dev.
        dt: the decision tree trained on dev.
        predictions: the champion's published scores.
        raw_dev: raw shots, among which the bases are looked up for when they were taken.
        raw_prod: the same of production; a champion may have learned from both.
        train: dev rows that lr and dt learned from.
        test: dev rows that they are measured on.
        training: the record of that training, which names its train base.
        how: the parameters of monitoring.

    Raises:
        KobeShotsError: a base of the champion is not among the raw shots, or lr and dt learned from others than train.
    """
    dev, prod = (raw.set_index(ROW_ID)[COLUMNS] for raw in (raw_dev, raw_prod))
    both = pd.concat([dev, prod])
    for base in (champion.train, champion.test):
        refuse_unknown_shots(champion.title, base, both)
    published = predictions.set_index(ROW_ID)["probability"]
    unknown, held_out = prod.drop(index=champion.train.index, errors="ignore"), both.loc[champion.test.index]
    withheld = dev[dev[TARGET].isna()]
    parts = [
        _reference(CHAMPION, champion.estimator, both, champion.train, how),
        _batch(PROD, CHAMPION, unknown, published.reindex(unknown.index)),
        _batch(TEST, CHAMPION, held_out, _scores(champion.estimator, held_out)),
        _batch(WITHHELD, CHAMPION, withheld, _scores(champion.estimator, withheld)),
    ]
    for name, model in (("lr", lr), ("dt", dt)):
        if not champion.origin.startswith(f"trained_{name}_model_dev/"):
            refuse_other_base(f"The {MODELS[name]} of dev", training["base_id"], train)
            parts += [
                _reference(name, model, dev, train, how),
                _batch(PROD, name, prod, _scores(model, prod)),
                _batch(TEST, name, dev.loc[test.index], _scores(model, dev.loc[test.index])),
            ]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def examine_batches(
    monitored: pd.DataFrame, champion: Champion, provenance: dict[str, Any], how: Monitoring
) -> tuple[pd.DataFrame, dict[str, Any], str, pd.DataFrame, pd.DataFrame]:
    """Return the health of every batch as one tidy table, the verdicts, both as a page, the drifts and separations."""
    baselines: dict[str, Baseline] = {}
    batches: dict[str, tuple[str, Health]] = {}
    for watched in split_by_model(monitored):
        baselines[watched.model] = learn_baseline(watched.reference, watched.own, how)
        for name, batch in watched.names.items():
            held_out = watched.streams.get(HELD_OUT[batch])
            health = examine(name, watched.streams[batch], baselines[watched.model], held_out, how)
            batches[name] = watched.model, health
    verdicts = {name: judge(health, baselines[model], how) for name, (model, health) in batches.items()}
    limits = {name: baselines[model].limits for name, (model, _) in batches.items()}
    record = Monitored(
        fingerprint=provenance["fingerprint"],
        base_id=champion.base_id,
        model_name=champion.name,
        model_version=champion.version,
        origin=champion.origin,
        confidence=how.confidence,
        batches=verdicts,
        usual={model: baseline.limits.usual for model, baseline in baselines.items()},
        trials={model: baseline.trials for model, baseline in baselines.items()},
        alarms={name: list(health.alarms) for name, (_, health) in batches.items()},
    )
    examined = [health for _, health in batches.values()]
    table = tabulate(examined, limits, how)
    shown = [
        Shown(verdicts[name], health, table[table[BATCH] == name], baselines[model])
        for name, (model, health) in batches.items()
    ]
    title = f"{champion.name} version {champion.version}, a copy of {champion.origin}"
    page = render(shown, title, Provenance.model_validate(provenance).describe())
    drifts, separations = lay_out_drifts(examined, how), lay_out_separations(examined, how)
    return table, record.model_dump(mode="json"), page, drifts, separations


def count_histograms(monitored: pd.DataFrame) -> pd.DataFrame:
    """Return how the shots of every batch, and those its model learned from, lie on each feature and the score.

    Columns: batch, and those of `kobe_shots.aggregates.histograms.count_bins`. The learned shots are given the scores
    of the model itself, as in the drifts.
    """
    tables = [
        count_bins(watched.streams[batch].shots, watched.learned).assign(**{BATCH: name})
        for watched in split_by_model(monitored)
        for name, batch in watched.names.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[[BATCH, *table.columns.drop(BATCH)]]


def flatten_health(health: pd.DataFrame) -> dict[str, float]:
    """Return the numbers of whole batches under one name each, such as `prod_realized_log_loss`."""
    told = health[(health["window"] == ALL) & health["value"].notna()]
    names = told["batch"] + "_" + told["kind"] + "_" + told["metric"]
    return {name: float(value) for name, value in zip(names, told["value"], strict=True)}


def tag_health(verdicts: dict[str, Any]) -> dict[str, str]:
    """Return which model was watched and what was said of each batch, for the run's tags."""
    tags = {"champion": f"{verdicts['model_name']}/{verdicts['model_version']}", "origin": verdicts["origin"]}
    for name, of_batch in verdicts["batches"].items():
        for evidence in ("with_labels", "without_labels"):
            tags[f"{name}.{evidence}"] = of_batch[evidence]["overall"]["severity"]
        tags[f"{name}.verdict"] = of_batch["overall"]["sentence"]
    return tags


def _reference(name: str, model: Any, raw: pd.DataFrame, train: pd.DataFrame, how: Monitoring) -> pd.DataFrame:
    shots = raw.loc[train.index]
    honest = cross_fitted(model, shots[FEATURES], shots[TARGET].astype("int64"), how.folds, how.seed)
    return _batch(REFERENCE, name, shots, honest).assign(**{OWN: _scores(model, shots).to_numpy()})


def _batch(batch: str, model: str, shots: pd.DataFrame, scores: pd.Series) -> pd.DataFrame:
    labels = pd.DataFrame({BATCH: batch, MODEL: model, PROBABILITY: scores}, index=shots.index)
    return pd.concat([shots, labels], axis=1).reset_index()


def _scores(model: Any, shots: pd.DataFrame) -> pd.Series:
    """Return the score of each shot, missing where a feature is."""
    scores = pd.Series(np.nan, index=shots.index)
    complete = shots[FEATURES].notna().all(axis=1)
    if complete.any():
        scores[complete] = probability_of_basket(model, shots[complete])
    return scores
