"""The documents whose numbers are a run's: written anew by `kobe-shots docs`, and found out when they are stale."""

from kobe_shots.documents.measured import COMPARISON_FILE, DASHBOARD_FILE, MEASURED_FILES, REPLAYS_FILE, SPLITS_FILE
from kobe_shots.documents.rendering import DOCUMENTS, SCHEMA_FILE, stale, update

__all__ = [
    "COMPARISON_FILE",
    "DASHBOARD_FILE",
    "DOCUMENTS",
    "MEASURED_FILES",
    "REPLAYS_FILE",
    "SCHEMA_FILE",
    "SPLITS_FILE",
    "stale",
    "update",
]
