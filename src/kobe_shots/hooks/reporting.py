"""When is report.json written? After every run that ends well, from the records that lie there then."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog, DatasetError
from pydantic import ValidationError

from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks.tracking import TrackedRuns
from kobe_shots.report import STAGES, assemble
from kobe_shots.shots.provenance import Provenance


class ReportWriter:
    """Puts the records of all steps together; a run of one step keeps what the report said of the others."""

    def __init__(self, tracked: TrackedRuns) -> None:
        self._tracked = tracked

    @hook_impl
    def after_pipeline_run(self, catalog: DataCatalog) -> None:
        """Write data/08_reporting/report.json anew."""
        before: dict[str, Any] = {}
        with suppress(DatasetError):  # a damaged report is written anew, only the ids of other steps' runs are lost
            before = _load(catalog, "report") or {}
        try:
            report = assemble(
                Provenance.model_validate(catalog.load("provenance")),
                before.get("runs", {}) | self._tracked.run_ids,
                preparation=_load(catalog, "record_preparation"),
                training={stage: record for stage in STAGES if (record := _load(catalog, f"record_training_{stage}"))},
                application=_load(catalog, "record_application"),
                written_at=datetime.now(UTC).replace(microsecond=0),
            )
        except ValidationError as error:
            raise KobeShotsError(
                "The records in data/08_reporting/records hold one of another version; all must be of this one: "
                "run the whole job again, kedro run."
            ) from error
        catalog.save("report", report.model_dump(mode="json"))


def _load(catalog: DataCatalog, name: str) -> dict[str, Any] | None:
    return catalog.load(name) if catalog.exists(name) else None
