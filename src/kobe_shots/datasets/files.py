"""When does a file of the catalog exist? When it is whole: half a file is never seen under its name."""

from pathlib import Path
from typing import Any

import mlflow
from kedro.io import AbstractDataset
from kedro.io.core import parse_dataset_definition

from kobe_shots.errors import KobeShotsError, first_line


class WholeFileDataset(AbstractDataset[Any, Any]):
    """A file that is whole or absent: written beside its place, then renamed; optionally copied to the MLflow run.

    Wraps any dataset that takes a `filepath`. Kedro's own datasets write in place, so a killed run leaves half a file;
    kedro-mlflow's artifact dataset copies to the run but writes in place too.
    """

    def __init__(
        self, *, filepath: str, dataset: dict[str, Any], artifact_path: str | None = None, metadata: Any = None
    ) -> None:
        self._path = Path(filepath)
        self._definition = dataset
        self._artifact_path = artifact_path
        self.metadata = metadata

    def load(self) -> Any:
        """Return what the file holds; a file that cannot be read is named in one sentence."""
        try:
            return self._at(self._path).load()
        except Exception as error:  # whatever the wrapped dataset meets in the file, it tells Kedro's way
            raise KobeShotsError(
                f"{self._path} cannot be read ({first_line(error.__cause__ or error)}); "
                "a whole file of its kind is needed. Remove it and make it again: `kobe-shots fetch` for "
                "data/01_raw, `kedro run` for the rest."
            ) from error

    def save(self, data: Any) -> None:
        """Write the file under a temporary name, rename it, and copy it to the active MLflow run if asked to."""
        partial = self._path.with_name(f".{self._path.stem}.partial{self._path.suffix}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._at(partial).save(data)
            partial.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        except Exception as error:  # Kedro wraps what the disk says
            if isinstance(error.__cause__, OSError):
                raise _unwritable(self._path, error.__cause__) from error
            raise
        if self._artifact_path is not None and mlflow.active_run():
            mlflow.log_artifact(str(self._path), self._artifact_path or None)

    def _at(self, path: Path) -> AbstractDataset[Any, Any]:
        kind, arguments = parse_dataset_definition(self._definition | {"filepath": str(path)})
        return kind(**arguments)

    def _exists(self) -> bool:
        return self._path.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._path), "dataset": self._definition["type"]}


class LastRecordDataset(WholeFileDataset):
    """The record that a step wrote the last time, for the step itself to read; empty where it has never run.

    Kedro lets no step read the dataset that it writes, as that would be a circle.
    """

    def __init__(self, *, filepath: str, metadata: Any = None) -> None:
        super().__init__(filepath=filepath, dataset={"type": "json.JSONDataset"}, metadata=metadata)

    def load(self) -> Any:
        """Return what the file holds, or an empty record."""
        return super().load() if self._path.is_file() else {}

    def save(self, data: Any) -> None:  # noqa: ARG002 -- the signature is Kedro's
        """Refuse: the step writes it under its own name."""
        raise KobeShotsError(f"{self._path} is only read here; save the record of the step instead.")

    def _exists(self) -> bool:
        return True


def _unwritable(path: Path, error: OSError) -> KobeShotsError:
    return KobeShotsError(
        f"{path} cannot be written ({error.strerror or error}); a writable folder is needed: "
        "change its permissions or free space, then run the same command again."
    )
