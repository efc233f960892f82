"""What does watching a million shots cost, beside Evidently's data-drift preset and NannyML's CBPE?

    python bench/health.py --evidently PYTHON --nannyml PYTHON [--shots 1000000] [--windows 20] [--repeats 3]

A million reference and a million new shots, two-pointers of simulated careers with the probabilities of a logistic
regression, the new ones without outcomes. Each side reads the same two files in a process and environment of its own
(`bench/rivals/requirements-*.txt`), on one thread, and tells its CPU seconds without imports and without reading. Ours
learn the baseline, and for every window and in all: the estimated metrics, support, drift of six features and of the
score with limits from resampled stretches, and the domain classifier, trust check and alarms on the whole.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from kobe_shots.models.candidates import candidates, fit
from kobe_shots.monitoring.baseline import learn_baseline
from kobe_shots.monitoring.health import examine
from kobe_shots.monitoring.stream import admit
from kobe_shots.parameters import Cut, Monitoring
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.shots.simulator import draw_career

SEED = 24
HERE = Path(__file__).parent
RIVALS = {"evidently": "drift_with_evidently.py", "nannyml": "estimate_with_nannyml.py"}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")


def draw(shots: int, seed: int) -> pd.DataFrame:
    """Return that many two-pointers of simulated careers, with the probability of the same regression."""
    model = fit(candidates("lr", 2)[0], SEED, *_features(SEED))
    careers: list[pd.DataFrame] = []
    have = 0
    while have < shots:
        career = draw_career(np.random.default_rng([seed, len(careers)]))
        of_two = (career.shots["shot_type"] == "2PT Field Goal").to_numpy()
        made = (np.random.default_rng([seed, len(careers), 1]).random(len(of_two)) < career.make_probability)[of_two]
        careers.append(career.shots.loc[of_two, FEATURES].assign(**{TARGET: made.astype(np.int64)}))
        have += len(made)
    drawn = pd.concat(careers, ignore_index=True).head(shots)
    probability = model.predict_proba(drawn[FEATURES].astype(np.float64))[:, 1]
    return drawn.assign(probability=probability, label=(probability > 0.5).astype(np.int64))  # noqa: PLR2004


def _features(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    career = draw_career(np.random.default_rng(seed)).shots.dropna(subset=[TARGET])
    twos = career[career["shot_type"] == "2PT Field Goal"]
    return twos[FEATURES].astype(np.float64), twos[TARGET]


def ours(reference: Path, current: Path, windows: int, out: Path) -> None:
    """Measure this project's side, and write what came out as JSON."""
    known, new = (pd.read_parquet(file).drop(columns="label") for file in (reference, current))
    how = _parameters().model_copy(update={"windows": Cut(by="count", size=-(-len(new) // windows))})
    cpu, wall = time.process_time(), time.perf_counter()
    baseline = learn_baseline(admit(known), known["probability"], how)
    held_out = admit(known.head(len(known) // 50))
    learned = time.process_time() - cpu
    health = examine("million", admit(new), baseline, held_out, how)
    answer = {
        "cpu": time.process_time() - cpu,
        "cpu_baseline": learned,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "windows": len(health.windows),
    }
    out.write_text(json.dumps(answer), encoding="utf-8")


def _parameters() -> Monitoring:
    import yaml

    text = (HERE.parent / "conf" / "base" / "parameters.yml").read_text(encoding="utf-8")
    return Monitoring.model_validate(yaml.safe_load(text)["monitoring"])


def main() -> None:
    """Run every side in turn, `--repeats` times, and print medians, ranges and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidently", metavar="PYTHON", help="of an environment with Evidently")
    parser.add_argument("--nannyml", metavar="PYTHON", help="of an environment with NannyML")
    parser.add_argument("--shots", type=int, default=1_000_000)
    parser.add_argument("--windows", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ours", nargs=4, metavar="ARGUMENT", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        ours(Path(given.ours[0]), Path(given.ours[1]), int(given.ours[2]), Path(given.ours[3]))
        return
    sides = {"kobe-shots": [sys.executable, __file__, "--ours"]}
    for name, script in RIVALS.items():
        if python := getattr(given, name):
            sides[name] = [python, str(HERE / "rivals" / script)]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.parquet" for name in ("reference", "current")]
        draw(given.shots, seed=1).to_parquet(files[0])
        draw(given.shots, seed=2).drop(columns=TARGET).to_parquet(files[1])
        out = Path(folder) / "out.json"
        for _ in range(given.repeats):
            for name, command in sides.items():
                arguments = [*command, *map(str, files), str(given.windows), str(out)]
                subprocess.run(arguments, check=True, env=os.environ | ONE_THREAD)  # noqa: S603 -- our own scripts
                found[name].append(json.loads(out.read_text(encoding="utf-8")))
    for name, runs in found.items():
        cpu = [run["cpu"] for run in runs]
        print(
            f"{name:11} CPU {statistics.median(cpu):7.2f} s ({min(cpu):.2f} to {max(cpu):.2f}), "
            f"peak {max(run['peak_mb'] for run in runs):,.0f} MB"
        )
    if len(found) > 1:
        pairs = zip(*([run["cpu"] for run in runs] for runs in found.values()), strict=True)
        ratios = [sum(rivals) / mine for mine, *rivals in pairs]
        print(f"theirs together over ours: {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
