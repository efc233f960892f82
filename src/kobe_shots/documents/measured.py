"""What was measured by benchmarks rather than by a run, and is it of the shots that the run was on?"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from kobe_shots.documents.dashboard import Viewed
from kobe_shots.documents.scaling import Scaling
from kobe_shots.documents.splits import Study
from kobe_shots.engines.comparison import Comparison
from kobe_shots.errors import KobeShotsError
from kobe_shots.report import Report
from kobe_shots.retraining.measured import Measured

COMPARISON_FILE = "docs/engines.json"
DASHBOARD_FILE = "docs/dashboard.json"
REPLAYS_FILE = "docs/replays.json"
SCALING_FILE = "docs/scaling.json"
SPLITS_FILE = "docs/splits.json"
MEASURED_FILES = (COMPARISON_FILE, REPLAYS_FILE, DASHBOARD_FILE, SPLITS_FILE, SCALING_FILE)
Kind = TypeVar("Kind", bound=BaseModel)


class Benchmarks(NamedTuple):
    """The results of the benchmarks that documents show."""

    engines: Comparison
    replays: Measured
    dashboard: Viewed
    splits: Study
    scaling: Scaling


def read_benchmarks(project: Path, report: Report) -> Benchmarks:
    """Return the measured files of a project.

    Raises KobeShotsError for one that is missing, of another version, or of other shots than the report's.
    """
    bases = report.preparation.bases if report.preparation else {}
    train = bases["dev"].base_id if "dev" in bases else ""
    engines = f"run `python bench/engines.py --write {COMPARISON_FILE}` first"
    replays = f"run `python bench/retraining.py` with each of its parts and `--write {REPLAYS_FILE}` first"
    splits = f"run `python bench/splits.py --write {SPLITS_FILE}` first"
    dashboard = f"run `python bench/dashboard.py --write {DASHBOARD_FILE}` first"
    scaling = f"run `python bench/scaling.py --write {SCALING_FILE}` first"
    raw = report.provenance.fingerprint
    return Benchmarks(
        engines=_read(project, COMPARISON_FILE, Comparison, engines, train, lambda found: found.base_id),
        replays=_read(project, REPLAYS_FILE, Measured, replays, raw, lambda found: found.fingerprint),
        dashboard=_read(project, DASHBOARD_FILE, Viewed, dashboard),
        splits=_read(project, SPLITS_FILE, Study, splits, train, lambda found: found.base_id),
        scaling=_read(project, SCALING_FILE, Scaling, scaling),
    )


def _read(
    project: Path,
    name: str,
    kind: type[Kind],
    measure: str,
    shots: str | None = None,
    shots_of: Callable[[Kind], str] = lambda _: "",
) -> Kind:
    try:
        found = kind.model_validate_json((project / name).read_bytes())
    except (OSError, ValidationError) as error:
        raise KobeShotsError(f"{name} is not there, or not one this version reads; {measure}.") from error
    if shots is not None and shots_of(found) != shots:
        raise KobeShotsError(
            f"{name} was measured on shots {shots_of(found) or 'unknown'}, and the last run was on {shots}; {measure}."
        )
    return found
