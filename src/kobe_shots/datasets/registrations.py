"""What does the registry hold? Every version of the models of this project, as data; nothing is loaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from kobe_shots.errors import KobeShotsError, first_line
from kobe_shots.models.promotion import CHALLENGER, CHAMPION

NAMES = (*(f"trained_{kind}_model_{stage}" for stage in ("dev", "prod") for kind in ("lr", "dt")), CHAMPION, CHALLENGER)
IMPATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}  # seconds
_environment = Lock()


class Registered(BaseModel):
    """A version of a model in the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int
    aliases: tuple[str, ...] = Field(description="champion for who is in office, previous for who was before")
    created_at: AwareDatetime
    run_id: str = Field(description="MLflow run that registered it; empty where none did")
    experiment_id: str = Field(description="the project's MLflow experiment; empty where there is none")
    tags: dict[str, str] = Field(description="such as origin, succeeds, base_id, family")


def list_registered(store: str, experiment: str) -> list[Registered]:
    """Return the versions of this project's models in a store, by name, the latest of each last.

    Raises KobeShotsError when the registry cannot be reached.
    """
    try:
        with _impatient():
            client = MlflowClient(store)
            found = client.get_experiment_by_name(experiment)
            of = "" if found is None else found.experiment_id
            return [one for name in NAMES for one in _versions(client, name, of)]
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise KobeShotsError(
            f"The registry cannot be reached ({first_line(error)}). Start its server or put mlflow.db back, or name "
            "another store in MLFLOW_TRACKING_URI."
        ) from error


def _versions(client: MlflowClient, name: str, experiment_id: str) -> list[Registered]:
    versions = client.search_model_versions(f"name='{name}'")
    # a search for versions leaves their aliases out
    aliases = client.get_registered_model(name).aliases if versions else {}
    return [
        Registered(
            name=name,
            version=int(one.version),
            aliases=tuple(sorted(alias for alias, of in aliases.items() if int(of) == int(one.version))),
            created_at=datetime.fromtimestamp(one.creation_timestamp / 1000, UTC),
            run_id=one.run_id or "",
            experiment_id=experiment_id,
            tags=dict(one.tags),
        )
        for one in sorted(versions, key=lambda one: int(one.version))
    ]


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait a little for a server that does not answer, where MLflow would wait minutes; it asks the environment."""
    with _environment:
        before = {name: os.environ.get(name) for name in IMPATIENT}
        os.environ.update(IMPATIENT)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
