"""How do training and retraining hand a champion to the steps after them? As a dataset, so the order is an edge."""

from collections.abc import Mapping
from typing import Any

from kedro.io import AbstractDataset

from kobe_shots.datasets.bases import load_bases
from kobe_shots.datasets.office import Office, Rollback
from kobe_shots.datasets.registry import load_estimator, quiet
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.promotion import NoChange, Promotion, Proposal
from kobe_shots.models.scoring import Champion


class ChampionDataset(AbstractDataset[Promotion | Proposal | NoChange, Champion]):
    """The model in office: saving a promotion puts its model there, loading returns the champion.

    One dataset for both sides gives the registry's alias an edge in the graph, so nothing is scored before promotion.
    """

    def __init__(self, *, name: str, alias: str, metadata: Any = None) -> None:
        self._office = Office(name, alias)
        self.metadata = metadata

    def save(self, data: Promotion | Proposal | NoChange) -> None:
        """Log the bases, copy the model's latest version, tag it, and last point the alias at it; or leave all be.

        What a proposal takes is kept with the model it proposes.
        """
        if isinstance(data, Promotion):
            self._office.promote(data)
        elif isinstance(data, Proposal):
            self._office.keep(data.promotion)

    def promote_kept(self, model: str, version: int, reason: str, tags: Mapping[str, str]) -> int:
        """Put a model that was proposed in office, under a version of this one, and return that."""
        return self._office.promote_kept(model, version, reason, tags)

    def is_copy_of(self, origin: str) -> bool:
        """Return whether the version in office is a copy of a model, named with its version."""
        holder = self._office.holder()
        return holder is not None and holder.tags.get("origin") == origin

    def load(self) -> Champion:
        """Return the estimator the alias points at, with its name, version, origin, and the bases it carries."""
        if (holder := self._office.holder()) is None:
            raise KobeShotsError(f"{self._office.name} has no champion; train one: kedro run --pipeline=Treinamento.")
        with quiet():
            estimator = load_estimator(holder)
            train, test = load_bases(holder)
            return Champion(
                estimator=estimator,
                name=self._office.name,
                version=int(holder.version),
                origin=holder.tags["origin"],
                base_id=holder.tags["base_id"],
                train=train,
                test=test,
            )

    def roll_back(self, reason: str, tags: Mapping[str, str]) -> Rollback:
        """Put the champion before back in office."""
        return self._office.roll_back(reason, tags)

    def version_in_office(self) -> int | None:
        """Return the version the alias points at, without loading it, or None where there is none."""
        return self._office.version()

    def _exists(self) -> bool:
        return self._office.version() is not None

    def _describe(self) -> dict[str, Any]:
        return {"name": self._office.name, "alias": self._office.alias}
