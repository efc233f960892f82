"""Who is in office? One champion, always: promoted or restored by moving one alias, and that comes last.

A version says which one it `succeeds`; this chain of tags is the truth. The alias `previous` shows its first link and
is set anew from it at every change, so a process that is killed between two steps leaves nothing to clear up.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from kobe_shots.datasets.bases import keep_bases, load_bases, load_ledger, log_ledger
from kobe_shots.datasets.outage import Change, in_one_sentence, one_at_a_time
from kobe_shots.datasets.registry import latest, load_estimator, quiet
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.promotion import PREVIOUS, Promotion

SUCCEEDS = "succeeds"
PROPOSED = "proposed_against"  # on a challenger: the champion whose place it may take
PROMOTION_RUN = "Promotion"
ROLLBACK_RUN = "Rollback"
SAME_AGAIN = "Run the same command again."
NO_TAGS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Rollback:
    """A champion withdrawn, and the one before it in office again; both are versions of the model `name`."""

    name: str
    withdrawn: int
    restored: int
    reason: str


@dataclass(frozen=True)
class Office:
    """The versions of one registered model, of which the one that `alias` points at is in office."""

    name: str
    alias: str

    def version(self) -> int | None:
        """Return the version in office, without loading it, or None where there is none."""
        return self._aliases().get(self.alias)

    def holder(self) -> ModelVersion | None:
        """Return the version in office with its tags, or None where there is none."""
        return None if (version := self.version()) is None else self._get(version)

    def straighten(self) -> ModelVersion | None:
        """Make `previous` what the version in office succeeds, whatever a killed process left; return the latter."""
        if (holder := self.holder()) is not None:
            self._point_previous(_predecessor(holder))
        return holder

    def keep(self, promotion: Promotion) -> None:
        """Keep with the latest version of a model what it takes to put it in office later; nothing else changes.

        Raises KobeShotsError when the registry fails.
        """
        client = MlflowClient()
        with self._changing("The proposal"), self._some_run(NO_TAGS):
            proposed = latest(promotion.model)
            for tag, value in (keep_bases(promotion) | {PROPOSED: str(promotion.replaces)}).items():
                client.set_model_version_tag(proposed.name, proposed.version, tag, value)

    def promote_kept(self, model: str, version: int, reason: str, tags: Mapping[str, str]) -> int:
        """Put a version that was proposed in office, as an MLflow run of its own with these tags.

        Raises KobeShotsError when it was not proposed, or against another champion than that in office, when it
        cannot be loaded, or when the registry fails.
        """
        with self._changing("The promotion"):
            proposed = _version(model, version)
            if PROPOSED not in proposed.tags:
                raise KobeShotsError(
                    f"{model} version {version} was never proposed for office. Train another challenger: "
                    "kobe-shots retrain --force --ask."
                )
            train, test = load_bases(proposed)
            ledger = load_ledger(proposed)
        replaces = int(proposed.tags[PROPOSED])
        asked = Promotion(model, train, test, replaces, ledger | {"reason": reason}, version)
        return self.promote(asked, {**tags, "reason": reason})

    def promote(self, promotion: Promotion, tags: Mapping[str, str] = NO_TAGS) -> int:
        """Put a version of a model in office, under a version of this one, and return that.

        Outside of a run this is one of its own with these tags. Raises KobeShotsError when another champion than
        `promotion.replaces` is in office, when the model cannot be loaded, or when the registry fails.
        """
        client = MlflowClient()
        again = SAME_AGAIN if promotion.replaces is None else "Decide again: kedro run --pipeline=Retreino."
        with self._changing("The promotion") as change:
            change.before = before = _number(self.straighten())
            if promotion.replaces is not None and promotion.replaces != before:
                raise self._overtaken(promotion.replaces, before, again)
            wanted = promotion.version
            origin = latest(promotion.model) if wanted is None else _version(promotion.model, wanted)
            with self._some_run(tags):
                told = keep_bases(promotion) | {"origin": f"{origin.name}/{origin.version}"}
                if before is not None:
                    told[SUCCEEDS] = str(before)
                copied = client.copy_model_version(f"models:/{origin.name}/{origin.version}", self.name)
                for tag, value in told.items():
                    client.set_model_version_tag(self.name, copied.version, tag, value)
                load_estimator(copied)
                self._move(change, int(copied.version), before, again)
        return int(copied.version)

    def roll_back(self, reason: str, tags: Mapping[str, str] = NO_TAGS) -> Rollback:
        """Put the champion before back in office, as an MLflow run of its own with these tags.

        Raises KobeShotsError when there is none before, when it cannot be loaded, or when the registry fails.
        """
        with self._changing("The rollback") as change:
            holder = self.straighten()
            change.before = _number(holder)
            if holder is None:
                raise KobeShotsError(f"{self.name} has no champion to withdraw; run the job first: make run.")
            withdrawn = int(holder.version)
            if (restored := _predecessor(holder)) is None:
                raise KobeShotsError(
                    f"{self.name} version {withdrawn} succeeds no other champion, so there is none to restore; it "
                    "stays in office. To replace it, train anew: kedro run --pipeline=Treinamento."
                )
            target = self._get(restored)
            load_bases(target)
            load_estimator(target)
            told = {"from": str(withdrawn), "to": str(restored), "reason": reason}
            with mlflow.start_run(run_name=ROLLBACK_RUN, tags={**tags, **told}, nested=True):
                log_ledger({"model": self.name, "from": withdrawn, "to": restored, "reason": reason})
                self._move(change, restored, _predecessor(target), SAME_AGAIN)
        return Rollback(self.name, withdrawn, restored, reason)

    def _move(self, change: Change, to: int, previous: int | None, again: str) -> None:
        """Point the aliases; looked at right before and after, as not every store can be locked."""
        if (now := self.version()) != change.before:
            raise self._overtaken(change.before, now, again)
        change.aliases_touched = True
        self._point_previous(previous)
        change.to = to
        MlflowClient().set_registered_model_alias(self.name, self.alias, str(to))
        if (now := self.version()) != to:
            raise KobeShotsError(
                f"{self._named(to)} was put in office, and at the same moment another process put {self._named(now)} "
                f"there; one at a time is allowed. {again}"
            )

    def _point_previous(self, version: int | None) -> None:
        if version == (there := self._aliases().get(PREVIOUS)):
            return
        if version is not None and self._exists(version):
            MlflowClient().set_registered_model_alias(self.name, PREVIOUS, str(version))
        elif there is not None:
            MlflowClient().delete_registered_model_alias(self.name, PREVIOUS)

    def _aliases(self) -> dict[str, int]:
        try:
            aliases = MlflowClient().get_registered_model(self.name).aliases
        except MlflowException as error:
            if _is_absence(error):
                return {}
            raise
        return {alias: int(version) for alias, version in aliases.items()}

    def _get(self, version: int) -> ModelVersion:
        return _version(self.name, version)

    def _exists(self, version: int) -> bool:
        try:
            self._get(version)
        except KobeShotsError:
            return False
        return True

    def _overtaken(self, expected: int | None, now: int | None, again: str) -> KobeShotsError:
        return KobeShotsError(
            f"The decision was taken with {self._named(expected)} in office, and {self._named(now)} is by now; "
            f"one is changed only for a challenger that was compared with it. {again}"
        )

    def _named(self, version: int | None) -> str:
        return "no champion" if version is None else f"{self.name} version {version}"

    def _some_run(self, tags: Mapping[str, str]) -> AbstractContextManager[object]:
        return nullcontext() if mlflow.active_run() else mlflow.start_run(run_name=PROMOTION_RUN, tags=dict(tags))

    @contextmanager
    def _changing(self, what: str) -> Iterator[Change]:
        """Let one change at a time happen, and say in one sentence what became of it where the registry fails."""
        change = Change()
        with one_at_a_time(mlflow.get_registry_uri()), quiet(), in_one_sentence(what, self, change):
            yield change


def _version(name: str, version: int) -> ModelVersion:
    try:
        return MlflowClient().get_model_version(name, str(version))
    except MlflowException as error:
        if not _is_absence(error):
            raise
        raise KobeShotsError(
            f"{name} version {version} is needed, and is in the registry no more. "
            "Train anew: kedro run --pipeline=Treinamento."
        ) from error


def _number(version: ModelVersion | None) -> int | None:
    return None if version is None else int(version.version)


def _predecessor(version: ModelVersion) -> int | None:
    told = version.tags.get(SUCCEEDS)
    return None if told is None else int(told)


def _is_absence(error: MlflowException) -> bool:
    return bool(error.error_code == ErrorCode.Name(RESOURCE_DOES_NOT_EXIST))
