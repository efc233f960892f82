"""What does NannyML's CBPE estimate for windows of shots without outcomes, and what does it cost?

    python bench/rivals/estimate_with_nannyml.py REFERENCE.parquet CURRENT.parquet WINDOWS OUT.json

Runs in the environment of `requirements-nannyml.txt`, and imports nothing of kobe_shots: NannyML's 2 GB are nobody
else's business. The current shots, in order, are cut into WINDOWS parts of equal length, the last taking what is left
over. CPU, of all threads, and wall seconds are those of the fit on the reference, which estimates that too for its
limits, and of the estimates, without imports and without the reading of files; the peak of memory is that of the
process.
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
os.environ |= dict.fromkeys(ONE_THREAD, "1") | {"NML_DISABLE_USAGE_LOGGING": "1"}  # read at import

FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
GIVEN = [*FEATURES, "probability", "label"]
TARGET = "shot_made_flag"
METRICS = ["roc_auc", "f1", "accuracy"]
TOLD = ("value", "lower_confidence_boundary", "upper_confidence_boundary", "lower_threshold", "upper_threshold")
LIBRARIES = ("nannyml", "numpy", "pandas", "scikit-learn")


def main(reference: Path, current: Path, windows: int, out: Path) -> None:
    """Measure, and write what came out as JSON."""
    import pandas as pd
    from nannyml import CBPE
    from nannyml.chunk import CountBasedChunker

    known, new = pd.read_parquet(reference, columns=[*GIVEN, TARGET]), pd.read_parquet(current, columns=GIVEN)
    cpu, wall = time.process_time(), time.perf_counter()
    estimator = CBPE(
        metrics=METRICS,
        y_pred_proba="probability",
        y_pred="label",
        y_true=TARGET,
        problem_type="classification_binary",
        chunker=CountBasedChunker(windows, incomplete="append"),  # chunk_number alone makes the rest one more chunk
    )
    found = estimator.fit(known).estimate(new).filter(period="analysis").to_df()
    answer = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux tells kilobytes
        "calibrated": bool(estimator.needs_calibration),
        "values": {str(number): _estimates(row) for number, row in enumerate(found.to_dict("records"))},
        "versions": {name: version(name) for name in LIBRARIES},
    }
    out.write_text(json.dumps(answer, allow_nan=False), encoding="utf-8")


def _estimates(row: dict[tuple[str, str], Any]) -> dict[str, dict[str, float]]:
    """Return estimate, interval and limits of each metric in a window; an error within NannyML is NaN here."""
    return {metric: {name: float(row[metric, name]) for name in TOLD} for metric in METRICS}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
