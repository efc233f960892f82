"""The documents whose numbers are a run's: written anew by `kobe-shots docs`, and found out when they are stale."""

from kobe_shots.documents.rendering import (
    COMPARISON_FILE,
    DASHBOARD_FILE,
    DOCUMENTS,
    MEASURED_FILES,
    REPLAYS_FILE,
    SCHEMA_FILE,
    stale,
    update,
)

__all__ = [
    "COMPARISON_FILE",
    "DASHBOARD_FILE",
    "DOCUMENTS",
    "MEASURED_FILES",
    "REPLAYS_FILE",
    "SCHEMA_FILE",
    "stale",
    "update",
]
