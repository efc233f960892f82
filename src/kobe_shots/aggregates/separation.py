"""How well can shots be told from those learned? What the domain classifier found, beside how much is bearable."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.language import say
from kobe_shots.monitoring.health import Health
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Finding, Severity


class Separation(BaseModel):
    """How well the shots of a batch can be told from those learned.

    Attributes:
        n: shots of the batch.
        judged, judged_learned: how many of each side the classifier was tried on; none where there are too few.
        auc: of telling them apart; 0.5 is not at all, 1 perfectly.
        mean_weight: how often the like of a learned shot is seen among these, on average; 1 where it can be told.
        effective_share: share of the learned shots that is left once they are weighted to look like these.
        trusted_auc, caution_auc, and the limits of the others: up to where an estimate may be trusted, or with caution.
        minimum_shots: fewer are too few to tell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: str
    n: int
    judged: int
    judged_learned: int
    auc: float | None = None
    mean_weight: float | None = None
    effective_share: float | None = None
    trusted_auc: float
    caution_auc: float
    trusted_weight_low: float
    trusted_weight_high: float
    caution_weight_low: float
    caution_weight_high: float
    minimum_effective_share: float
    minimum_shots: int

    @property
    def finding(self) -> Finding:
        """What it says of the estimates that rest on the learned shots looking like these."""
        if self.auc is None:
            severity = Severity.CANNOT_TELL
            sentence = say(
                "{n:,} shots are too few to be told from those learned; {minimum:,} are needed.",
                n=self.n,
                minimum=self.minimum_shots,
            )
            return Finding(code="separation", severity=severity, sentence=sentence, evidence={"auc": None, "n": self.n})
        told = say(
            "Shown one of these shots and one learned from, a classifier knows which is which in {auc:.1%} of the "
            "pairs (guessing: 50%)",
            auc=self.auc,
        )
        if self.auc <= self.trusted_auc:
            severity = Severity.OK
            sentence = say(
                "{told}; up to {limit:.0%} what was learned holds for them.", told=told, limit=self.trusted_auc
            )
        elif self.auc <= self.caution_auc:
            severity = Severity.WATCH
            sentence = say(
                "{told}; beyond {limit:.0%} estimates without outcomes need caution.", told=told, limit=self.trusted_auc
            )
        else:
            severity = Severity.CANNOT_TELL
            sentence = say(
                "{told}; beyond {limit:.0%} what was learned says nothing of them.", told=told, limit=self.caution_auc
            )
        return Finding(code="separation", severity=severity, sentence=sentence, evidence={"auc": self.auc, "n": self.n})


def lay_out_separations(batches: Iterable[Health], how: Monitoring) -> pd.DataFrame:
    """Return what the domain classifier found in each batch, a row a batch; columns as the fields of `Separation`."""
    rows = [_separation(health, how).model_dump() for health in batches]
    empty = dict.fromkeys(("auc", "mean_weight", "effective_share"), "float64")
    return pd.DataFrame(rows, columns=list(Separation.model_fields)).astype(empty)


def read_separation(row: Mapping[str, Any]) -> Separation:
    """Return a row of that table as what it is; what is missing there could not be told."""
    return Separation.model_validate({name: value for name, value in row.items() if not pd.isna(value)})


def _separation(health: Health, how: Monitoring) -> Separation:
    n, shift, trust = health.all.window.n, health.shift, how.trust
    return Separation(
        batch=health.name,
        n=n,
        judged=0 if shift is None else min(n, how.domain_shots),
        judged_learned=0 if shift is None else len(shift.rows),
        auc=None if shift is None else shift.auc,
        mean_weight=None if shift is None else shift.mean_weight,
        effective_share=None if shift is None else shift.effective_share,
        trusted_auc=trust.trusted_auc,
        caution_auc=trust.caution_auc,
        trusted_weight_low=trust.trusted_weight[0],
        trusted_weight_high=trust.trusted_weight[1],
        caution_weight_low=trust.caution_weight[0],
        caution_weight_high=trust.caution_weight[1],
        minimum_effective_share=trust.minimum_effective_share,
        minimum_shots=trust.minimum_shots,
    )
