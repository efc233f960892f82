"""How is the job run, and its result got hold of, from one process? Bootstrapped once, step by step or whole."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from kedro.config import OmegaConfigLoader
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import DatasetError
from pydantic import ValidationError

from kobe_shots import settings
from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks import store
from kobe_shots.hooks.guards import LOCK_FILE, is_held, take_lock
from kobe_shots.hooks.reporting import write_report
from kobe_shots.hooks.tracking import open_experiment, tags_of
from kobe_shots.models.promotion import CHALLENGER
from kobe_shots.models.scoring import Champion
from kobe_shots.pipelines.retraining.proposal import why_not_promoted
from kobe_shots.project import find_project
from kobe_shots.report import Report, Retrained
from kobe_shots.speech import to_sentence

if TYPE_CHECKING:
    from kedro.io import DataCatalog

    from kobe_shots.datasets import ChampionDataset
    from kobe_shots.datasets.office import Rollback
    from kobe_shots.datasets.registrations import Registered

REPORT_FILE = Path("data/08_reporting/report.json")
SERVED, SERVERS = "http://127.0.0.1:5000", ("http", "https")


def run(
    pipeline: str | None = None, env: str | None = None, parameters: Mapping[str, Mapping[str, Any]] | None = None
) -> Report:
    """Run one step by its name, or the whole job, quietly, and return the report.

    `parameters`, by group, go before those of the configuration.

    Raises KobeShotsError for whatever the user can mend.
    """
    project = find_project()
    with _session(project, env, parameters) as session:
        session.run(pipeline_names=[pipeline] if pipeline else None)
    return read_report(project)


def read_report(project: Path) -> Report:
    """Return the report of the last run.

    Raises KobeShotsError when there is none, or when another version of the program wrote it.
    """
    path = project / REPORT_FILE
    if not path.is_file():
        raise KobeShotsError(f"{REPORT_FILE} is not there yet; run the job first: make run.")
    try:
        return Report.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise KobeShotsError(f"{REPORT_FILE} was written by another version; run the job again: make run.") from error


def load_champion(project: Path) -> Champion:
    """Return the model in office, from the registry that the runs of this project write to.

    Raises KobeShotsError when nothing has been promoted yet.
    """
    with _session(project) as session:
        catalog = session.load_context().catalog
        if not catalog.exists("champion"):
            raise KobeShotsError("No champion is in the registry yet; run the job first: make run.")
        champion: Champion = catalog.load("champion")
    return champion


def registered(project: Path) -> "list[Registered]":
    """Return every version of the project's models in the registry, by name, the latest of each last.

    Kedro is not started for it. Raises KobeShotsError when the registry cannot be reached.
    """
    from kobe_shots.datasets.registrations import list_registered

    uri, experiment = _kept_in(project)
    return list_registered(uri, experiment) if store.is_made(uri) else []


def registry_page(project: Path) -> str:
    """Return where the store's runs and models can be looked at: its server, or the one that `make serve` starts.

    Raises KobeShotsError when the configuration cannot be read.
    """
    uri = urlsplit(_kept_in(project)[0])
    # a name and a password in the address are not for a page
    return f"{uri.scheme}://{uri.netloc.rpartition('@')[2]}{uri.path.rstrip('/')}" if uri.scheme in SERVERS else SERVED


def _kept_in(project: Path) -> tuple[str, str]:
    """Return the address of the project's store, and the experiment there."""
    how: dict[str, Any] = dict(settings.CONFIG_LOADER_ARGS)
    loader = OmegaConfigLoader(str(project / "conf"), os.environ.get("KEDRO_ENV"), **how)
    try:
        kept = store.MlflowSettings.model_validate(loader["mlflow"])
    except Exception as error:
        if (sentence := to_sentence(error)) is None:
            raise
        raise KobeShotsError(sentence) from error
    return store.address(project, kept), kept.experiment


def is_running(project: Path) -> bool:
    """Return whether a run is going on in the project."""
    return is_held(project / LOCK_FILE)


def roll_back(reason: str) -> "Rollback":
    """Put the champion before in office again, tracked as a run, and leave the present one's records out of the report.

    Raises KobeShotsError when there is none before, when a run is going on, or when the registry cannot be used.
    """
    with _changing_champion() as (catalog, champion, tags):
        done = champion.roll_back(reason, tags)
        _report_anew(catalog)
    return done


@dataclass(frozen=True)
class Promoted:
    """A challenger in office: version of the model `name`, a copy of `origin`; it was there already, or is new."""

    name: str
    version: int
    origin: str
    already: bool


def promote(reason: str) -> Promoted:
    """Put the last challenger in office, if the gate has let it pass against this champion and on these raw shots.

    It is tracked as a run, and the records of the champion before are left out of the report. Where it is in office
    already, only its record is completed. Raises KobeShotsError when it may not take office, when a run is going on, or
    when the registry cannot be used.
    """
    with _changing_champion() as (catalog, champion, tags):
        record = _last_retraining(catalog)
        challenge = None if record is None else record.challenge
        in_office = champion.version_in_office()
        origin = "" if challenge is None else f"{CHALLENGER}/{challenge.version}"
        already = champion.is_copy_of(origin)
        provenance = catalog.load("provenance") if catalog.exists("provenance") else {}
        why = why_not_promoted(record, in_office, provenance.get("fingerprint", ""))
        if record is None or challenge is None or challenge.version is None or (why is not None and not already):
            raise KobeShotsError(why or "No challenger has been trained yet; train one: `kobe-shots retrain --ask`.")
        version = champion.promote_kept(CHALLENGER, challenge.version, reason, tags) if not already else in_office
        known = challenge.model_copy(update={"promoted_as": version})
        catalog.save("record_retraining", record.model_copy(update={"challenge": known}).model_dump(mode="json"))
        _report_anew(catalog)
    return Promoted(record.model_name, version or 0, origin, already)


def _last_retraining(catalog: "DataCatalog") -> Retrained | None:
    if not catalog.exists("record_retraining"):
        return None
    try:
        return Retrained.model_validate(catalog.load("record_retraining"))
    except ValidationError:  # another version of the program wrote it
        return None


@contextmanager
def _changing_champion() -> "Iterator[tuple[DataCatalog, ChampionDataset, dict[str, str]]]":
    """Lend what it takes to change the champion while no run is going on, and the tags such a run carries."""
    project = find_project()
    with take_lock(project / LOCK_FILE), _session(project) as session:
        context = session.load_context()
        catalog = cast("DataCatalog", context.catalog)
        open_experiment(context.config_loader["mlflow"]["experiment"], context.project_path)
        yield catalog, cast("ChampionDataset", catalog["champion"]), tags_of(context.project_path, catalog)


def _report_anew(catalog: "DataCatalog") -> None:
    """Write the report of the champion in office now; where that fails, the next run does it in any case."""
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException, DatasetError):
        if catalog.exists("report"):
            write_report(catalog, {})


@contextmanager
def tracking(project: Path) -> Iterator[dict[str, str]]:
    """Point MLflow at the project's store and experiment, while no run is going on; lends the tags every run carries.

    Raises KobeShotsError when a run is going on, or when the store cannot be used.
    """
    with take_lock(project / LOCK_FILE), _session(project) as session:
        context = session.load_context()
        open_experiment(context.config_loader["mlflow"]["experiment"], context.project_path)
        yield tags_of(context.project_path, cast("DataCatalog", context.catalog))


def load(project: Path, *names: str) -> list[Any]:
    """Return datasets and parameters of the catalog, by name.

    Raises KobeShotsError for one that is not there yet.
    """
    with _session(project) as session:
        catalog = session.load_context().catalog
        if absent := [name for name in names if not catalog.exists(name)]:
            raise KobeShotsError(f"Not there yet: {', '.join(absent)}; run the job first: make run.")
        return [catalog.load(name) for name in names]


@contextmanager
def _session(
    project: Path, env: str | None = None, parameters: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[KedroSession]:
    bootstrap_project(project)
    logging.getLogger("kedro").setLevel(logging.WARNING)
    try:
        session = KedroSession.create(project_path=project, env=env, runtime_params=dict(parameters or {}))
        with session:
            yield session
    except Exception as error:  # `to_sentence` knows which the user can mend; the others go on
        if (sentence := to_sentence(error)) is None:
            raise
        raise KobeShotsError(sentence) from error
