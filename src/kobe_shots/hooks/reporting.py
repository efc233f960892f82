"""When is report.json written? After every run that ends well, from the records that lie there then."""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog, DatasetError

from kobe_shots.hooks.tracking import TrackedRuns
from kobe_shots.pipelines import STAGES
from kobe_shots.report import assemble
from kobe_shots.shots.provenance import Provenance

if TYPE_CHECKING:
    from kobe_shots.datasets import ChampionDataset

log = logging.getLogger(__name__)


class ReportWriter:
    """Puts the records of all steps together; a run of one step keeps what the report said of the others."""

    def __init__(self, tracked: TrackedRuns) -> None:
        self._tracked = tracked

    @hook_impl
    def after_pipeline_run(self, catalog: DataCatalog) -> None:
        """Write data/08_reporting/report.json anew."""
        write_report(catalog, self._tracked.run_ids)
        log.info("The report is written: `kobe-shots report` prints it.")


def write_report(catalog: DataCatalog, run_ids: dict[str, str]) -> None:
    """Put together the records that lie there and belong to the champion in office; `run_ids` are those added now."""
    before: dict[str, Any] = {}
    with suppress(DatasetError):  # a damaged report is written anew, only the ids of other steps' runs are lost
        before = _load(catalog, "report") or {}
    report = assemble(
        Provenance.model_validate(catalog.load("provenance")),
        before.get("runs", {}) | run_ids,
        preparation=_load(catalog, "record_preparation"),
        training={stage: record for stage in STAGES if (record := _load(catalog, f"record_training_{stage}"))},
        application=_load(catalog, "record_application"),
        monitoring=_load(catalog, "verdicts"),
        outlook=_load(catalog, "record_outlook"),
        retraining=_load(catalog, "record_retraining"),
        champion_version=cast("ChampionDataset", catalog["champion"]).version_in_office(),
        written_at=datetime.now(UTC).replace(microsecond=0),
    )
    catalog.save("report", report.model_dump(mode="json"))


def _load(catalog: DataCatalog, name: str) -> dict[str, Any] | None:
    return catalog.load(name) if catalog.exists(name) else None
