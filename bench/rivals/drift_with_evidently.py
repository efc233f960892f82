"""What does Evidently's data-drift preset say of windows of shots, and what does it cost?

    python bench/rivals/drift_with_evidently.py REFERENCE.parquet CURRENT.parquet WINDOWS OUT.json

Runs in the environment of `requirements-evidently.txt`, and imports nothing of kobe_shots: it wants a newer pandas than
Evidently allows. The current shots, in order, are cut into WINDOWS equal parts; each is held against all of the
reference. CPU, of all threads, and wall seconds are those of the reports, without imports and without the reading of
files; the peak of memory is that of the process.
"""

import json
import os
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "ARROW_NUM_THREADS")
os.environ |= dict.fromkeys(ONE_THREAD, "1") | {"DO_NOT_TRACK": "1"}  # read when the libraries are imported

# as Evidently tells them apart on a whole base: integers of at most ten values are categories; a short window may have
# fewer, and then columns would change their test from window to window
MEASURES = ["lat", "lon", "minutes_remaining", "shot_distance"]
CATEGORIES = ["period", "playoffs"]
FEATURES = [*MEASURES, *CATEGORIES]
ENOUGH = 2_000  # rows: up to a thousand Evidently takes other tests
LIBRARIES = ("evidently", "numpy", "pandas", "scipy")


def main(reference: Path, current: Path, windows: int, out: Path) -> None:
    """Measure, and write what came out as JSON."""
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    known, new = (pd.read_parquet(file, columns=FEATURES) for file in (reference, current))
    columns = DataDefinition(numerical_columns=MEASURES, categorical_columns=CATEGORIES)

    def drift(part: pd.DataFrame, base: Dataset) -> dict[str, Any]:
        report = Report([DataDriftPreset(columns=FEATURES)])
        return _scores(report.run(Dataset.from_pandas(part, data_definition=columns), base).dict())

    drift(new.head(ENOUGH), Dataset.from_pandas(known.head(ENOUGH), data_definition=columns))  # imports as it goes
    cpu, wall = time.process_time(), time.perf_counter()
    base = Dataset.from_pandas(known, data_definition=columns)
    values = {}
    for number in range(windows):
        part = new.iloc[number * len(new) // windows : (number + 1) * len(new) // windows]
        values[str(number)] = drift(part, base)
    answer = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux tells kilobytes
        "values": values,
        "versions": {name: version(name) for name in LIBRARIES},
    }
    out.write_text(json.dumps(answer, allow_nan=False), encoding="utf-8")


def _scores(snapshot: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return method, threshold and score of each feature's drift, as a report tells them."""
    drifts = [metric for metric in snapshot["metrics"] if metric["config"]["type"].endswith(":ValueDrift")]
    return {
        metric["config"]["column"]: {
            "method": metric["config"]["method"],
            "threshold": metric["config"]["threshold"],
            "score": float(metric["value"]),
        }
        for metric in drifts
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
