"""How does the choice of train and test change the final model? The same two models after many divisions of the shots.

    python bench/splits.py --write docs/splits.json [--repeats 100]

Reads the raw shots and the parameters that the last run picked on dev (`kobe-shots run` first). Three questions: how
much does a test figure depend on which shots were drawn, and by which rule; what does it cost on three-point shots to
have learned from others; how many shots are enough. Every repeat draws anew under its own seed, so the answer is a
spread, not a number.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupShuffleSplit, LeaveOneGroupOut, ShuffleSplit, StratifiedShuffleSplit
from sklearn.model_selection import train_test_split as divide
from threadpoolctl import threadpool_limits

from kobe_shots.documents.splits import Learned, Size, Split, Study
from kobe_shots.job import load, read_report
from kobe_shots.models.candidates import MODELS, Candidate, fit
from kobe_shots.models.selection import choose
from kobe_shots.parameters import Evaluation, Selection
from kobe_shots.project import find_project
from kobe_shots.shots.schema import FEATURES, TARGET

TEST = 0.2
SIZES = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
Rows = npt.NDArray[np.intp]


class Parts(NamedTuple):
    """Positions of the train and of the test rows."""

    train: Rows
    test: Rows


class Pair:
    """The two models with the parameters that a run has picked."""

    def __init__(self, params: dict[str, dict[str, float | int | str | None]], seed: int) -> None:
        """Take the parameters by model, and the seed of the fits."""
        self._tried = {name: Candidate(model=name, number=0, params=params[name]) for name in MODELS}
        self._seed = seed

    def scores(self, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, npt.NDArray[np.float64]]:
        """Return what each model, fitted on the train rows, says of the test rows."""
        return {
            name: fit(one, self._seed, train[FEATURES], train[TARGET]).predict_proba(test[FEATURES])[:, 1]
            for name, one in self._tried.items()
        }

    def losses(self, train: pd.DataFrame, test: pd.DataFrame) -> tuple[float, float]:
        """Return the log loss of each on the test rows."""
        scores = self.scores(train, test)
        return float(log_loss(test[TARGET], scores["lr"])), float(log_loss(test[TARGET], scores["dt"]))


def divisions(kind: str, shots: pd.DataFrame, repeats: int) -> Iterator[Parts]:
    """Yield train and test rows, as often as the kind can be repeated."""
    rows = np.arange(len(shots))
    splitters = {
        "stratified": (StratifiedShuffleSplit(repeats, test_size=TEST, random_state=1), None),
        "random": (ShuffleSplit(repeats, test_size=TEST, random_state=1), None),
        "game": (GroupShuffleSplit(repeats, test_size=TEST, random_state=1), shots["game_id"]),
        "season": (LeaveOneGroupOut(), shots["season"]),
    }
    if kind in splitters:
        splitter, groups = splitters[kind]
        yield from (Parts(*parts) for parts in splitter.split(rows, shots[TARGET], groups))
    else:
        games = shots.groupby("game_id")["game_date"].min().sort_values(kind="stable").index
        late = shots["game_id"].isin(games[int((1 - TEST) * len(games)) :]).to_numpy()
        yield Parts(rows[~late], rows[late])


def split(kind: str, shots: pd.DataFrame, repeats: int, pair: Pair, how: Evaluation, rule: Selection) -> Split:
    """Return how the models do after one kind of division."""
    gaps, sizes, losses, said = [], [], [], Counter[str]()
    for train, test in ((shots.iloc[a], shots.iloc[b]) for a, b in divisions(kind, shots, repeats)):
        scores = pair.scores(train, test)
        choice = choose(test[TARGET], scores["lr"], scores["dt"], how, rule)
        said[choice.chosen if choice.verdict.code == "better" else choice.verdict.code] += 1
        gaps.append(float(test[TARGET].mean() - train[TARGET].mean()))
        sizes.append(len(test))
        losses.append([float(log_loss(test[TARGET], scores[name])) for name in MODELS])
    lr, dt = zip(*losses, strict=True)
    return Split(
        kind=kind, test_rows=tuple(sizes), rate_gap=tuple(gaps), lr=lr, dt=dt, verdicts=dict(said.most_common())
    )


def learned(dev: pd.DataFrame, prod: pd.DataFrame, repeats: int, pair: Pair) -> Iterator[Learned]:
    """Yield how the models do on held-out three-point shots, by what they have learned from."""
    draws = [divide(prod, test_size=TEST, stratify=prod[TARGET], random_state=seed) for seed in range(repeats)]
    for rows in ("dev", "prod", "both", "shuffled"):
        losses, constants, n = [], [], 0
        for mine, test in draws:
            train = {"dev": dev, "prod": mine, "both": pd.concat([dev, mine]), "shuffled": pd.concat([dev, prod])}[rows]
            losses.append(pair.losses(train, test))
            constants.append(float(log_loss(test[TARGET], np.full(len(test), test[TARGET].mean()))))
            n = len(train)
        lr, dt = zip(*losses, strict=True)
        yield Learned(rows=rows, train_rows=n, lr=lr, dt=dt, constant=tuple(constants))


def size(n: int, dev: pd.DataFrame, repeats: int, pair: Pair) -> Size:
    """Return how the models do when they have learned from so many shots."""
    losses = []
    for seed in range(repeats):
        train, test = divide(dev, test_size=TEST, stratify=dev[TARGET], random_state=seed)
        few = train if n >= len(train) else divide(train, train_size=n, stratify=train[TARGET], random_state=seed)[0]
        losses.append(pair.losses(few, test))
    lr, dt = zip(*losses, strict=True)
    return Size(train_rows=n, lr=lr, dt=dt)


def main() -> None:
    """Measure, and write the result whole."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", type=Path, required=True)
    asked.add_argument("--repeats", type=int, default=100)
    told = asked.parse_args()
    project = find_project()
    report = read_report(project)
    names = ("dataset_kobe_dev", "dataset_kobe_prod", "params:evaluation", "params:selection")
    raw_dev, raw_prod, evaluation, selection = load(project, *names)
    dev, prod = (
        raw.dropna(subset=[TARGET]).astype({TARGET: int}).reset_index(drop=True) for raw in (raw_dev, raw_prod)
    )
    trained = report.training["dev"]
    params = {name: trained.models[name].params for name in ("lr", "dt")}
    how, rule = Evaluation.model_validate(evaluation), Selection.model_validate(selection)
    pair = Pair(params, how.seed)
    kinds = ("stratified", "random", "game", "season", "later")
    with threadpool_limits(1):
        study = Study(
            base_id=trained.base_id,
            params=params,
            splits=tuple(split(kind, dev, told.repeats, pair, how, rule) for kind in kinds),
            learned=tuple(learned(dev, prod, told.repeats, pair)),
            sizes=tuple(size(n, dev, told.repeats // 4 or 1, pair) for n in SIZES),
        )
    unfinished = told.write.with_name(f"{told.write.name}.partial")
    unfinished.write_text(study.model_dump_json(indent=1) + "\n", encoding="utf-8")
    unfinished.replace(told.write)


if __name__ == "__main__":
    main()
