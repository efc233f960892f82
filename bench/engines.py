"""What does PyCaret's search cost and find, beside the default engine's, on the same shots and folds?

    python bench/engines.py [--raw FOLDER] [--repeats 3] [--candidates 100] [--write docs/engines.json]

Both engines search by log loss, in turn, `--repeats` times: CPU and wall seconds are those of the search and the fits,
on one thread, without imports. PyCaret's do not hold what is measured again here. Then both search by F1, once, for
what it selects. Half an hour, mostly PyCaret's.
"""

import argparse
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from kobe_shots.documents.engines import costs as cost_table
from kobe_shots.engines import grid, pycaret
from kobe_shots.engines.comparison import Comparison, Cost, Selected, select
from kobe_shots.engines.environment import LOCK, interpreter
from kobe_shots.engines.found import Found
from kobe_shots.engines.handover import Tuned, ask
from kobe_shots.models.candidates import COUNT, MODELS
from kobe_shots.models.folds import fold_of
from kobe_shots.models.lineage import base_id
from kobe_shots.parameters import Split, Tuning
from kobe_shots.pipelines.preparation.nodes import keep_labelled, split_base
from kobe_shots.shots.schema import FEATURES, TARGET

FOLDS = 10
SEED = 24
TEST_SIZE = 0.2


@dataclass(frozen=True)
class Search:
    """One search: what was found, and what it took."""

    found: Found
    cpu: float
    wall: float


def by_grid(model: str, train: pd.DataFrame, tuning: Tuning) -> Search:
    """Search with the default engine."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = grid.train(model, train[FEATURES], train[TARGET], tuning)
    return Search(found, time.process_time() - cpu, time.perf_counter() - wall)


def by_pycaret(model: str, train: pd.DataFrame, tuning: Tuning) -> Search:
    """Search with PyCaret, in its environment."""
    features, made = train[FEATURES], train[TARGET]
    held_out_by = fold_of(made, tuning.folds, tuning.seed)
    answer = ask(interpreter(), pycaret.to_tune(model, features, tuning), features, made, held_out_by, Tuned)
    found = pycaret.settle(answer, model, features, made, held_out_by, tuning)
    return Search(found, answer.cpu_seconds, answer.wall_seconds)


SEARCHES = {"scikit-learn": by_grid, "pycaret": by_pycaret}


def compare(raw: Path, repeats: int, candidates: int) -> Comparison:
    """Run both engines, printing each search as it ends."""
    dev, prod = (keep_labelled(pd.read_parquet(raw / f"dataset_kobe_{stage}.parquet")) for stage in ("dev", "prod"))
    train, test = split_base(dev, Split(test_size=TEST_SIZE, seed=SEED))
    costs: list[Cost] = []
    selected: list[Selected] = []

    def run(engine: str, model: str, metric: str) -> Search:
        tuning = Tuning.model_validate(
            {"engine": engine, "metric": metric, "candidates": candidates, "folds": FOLDS, "seed": SEED}
        )
        search = SEARCHES[engine](model, train, tuning)
        chosen = select(search.found, model, tuning, test, prod)
        if not any((s.engine, s.model, s.metric) == (engine, model, metric) for s in selected):
            selected.append(chosen)
        print(
            f"{engine:13}{model:4}{metric:9} CPU {search.cpu:7.2f} s, wall {search.wall:7.2f} s, cross-validated "
            f"log loss {chosen.cross_validated['log_loss']:.5f}, F1 {chosen.cross_validated['f1']:.4f}, "
            f"test log loss {chosen.test.metrics['log_loss']:.5f}",
            flush=True,
        )
        return search

    for model in MODELS:
        runs: dict[str, list[Search]] = {engine: [] for engine in SEARCHES}
        for _ in range(repeats):
            for engine, of_engine in runs.items():
                of_engine.append(run(engine, model, "log_loss"))
        costs += [
            Cost(
                engine=engine,
                model=model,
                cpu_seconds=[search.cpu for search in of_engine],
                wall_seconds=[search.wall for search in of_engine],
            )
            for engine, of_engine in runs.items()
        ]
        for engine in SEARCHES:
            run(engine, model, "f1")
    return Comparison(
        base_id=base_id(train),
        lock_sha256=hashlib.sha256(Path(LOCK).read_bytes()).hexdigest(),
        candidates=candidates,
        folds=FOLDS,
        seed=SEED,
        selected=selected,
        costs=costs,
    )


def main() -> None:
    """Run the comparison, print it, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of the raw shots")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=COUNT)
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the result, as JSON")
    given = parser.parse_args()
    with threadpool_limits(1):
        comparison = compare(given.raw, given.repeats, given.candidates)
    print(f"\n{cost_table(comparison)}")
    if given.write:
        unfinished = given.write.with_name(f"{given.write.name}.partial")
        unfinished.write_text(comparison.model_dump_json(indent=2) + "\n", encoding="utf-8")
        unfinished.replace(given.write)


if __name__ == "__main__":
    main()
