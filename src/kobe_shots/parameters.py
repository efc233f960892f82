"""Which knobs are there? The parameters of `conf/*/parameters.yml`, typed; a misspelt key is refused by its name."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from kobe_shots.errors import KobeShotsError

METRIC_NAMES = Literal["log_loss", "f1", "brier", "roc_auc"]
UNPLAYED = ("policy", "force", "promote")  # keys of retraining that no replay depends on
Seed = Annotated[int, Field(ge=0, lt=2**32)]  # what scikit-learn and numpy both take


def _say(fault: ErrorDetails) -> str:
    key = ".".join(map(str, fault["loc"]))
    if fault["type"] == "missing":
        return f"'{key}' is missing"
    if fault["type"] == "extra_forbidden":
        return f"'{key}' is not known"
    got = f"'{key}' is" if key else "got"
    return f"{got} {fault['input']!r}: {fault['msg']}"


class Parameters(BaseModel):
    """What the groups below share: frozen, no unknown keys, and one sentence when a value is not allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **kwargs: Any) -> Self:
        """Return the typed group, or raise KobeShotsError naming the key, what was got and what is allowed."""
        try:
            return super().model_validate(obj, **kwargs)
        except ValidationError as error:
            faults = "; ".join(_say(fault) for fault in error.errors())
            raise KobeShotsError(
                f"{faults}. Keys allowed here: {', '.join(cls.model_fields)}. Mend it in conf, or in --params."
            ) from None


class Split(Parameters):
    """How a prepared base is split into train and test, stratified by the target."""

    test_size: float = Field(gt=0, lt=1)
    seed: Seed


class Tuning(Parameters):
    """Who searches how many candidates, on which folds, and by which metric the one to refit is picked."""

    engine: Literal["scikit-learn", "pycaret"]
    metric: METRIC_NAMES
    candidates: int = Field(ge=2, le=10_000)
    folds: int = Field(ge=2, le=100)
    seed: Seed

    @field_validator("metric", mode="before")
    @classmethod
    def _spelling(cls, metric: object) -> object:
        return metric.lower() if isinstance(metric, str) else metric


class Evaluation(Parameters):
    """How uncertain a metric is: a percentile bootstrap over the rows."""

    confidence: float = Field(gt=0.5, lt=1)
    resamples: int = Field(ge=100)
    seed: Seed


class Selection(Parameters):
    """When one model counts as better than the other, and which one is taken when none does."""

    minimum_difference: float = Field(ge=0)
    when_tied: Literal["lr", "dt"]


class Adherence(Parameters):
    """What a champion must show on a new base to be called adherent."""

    minimum_labelled: int = Field(ge=1)
    minimum_skill_retained: float = Field(gt=0, le=1)
    minimum_share_in_support: float = Field(gt=0, le=1)
    support_coverage: float = Field(gt=0.5, lt=1)


class Cut(Parameters):
    """How a stream is cut into windows."""

    by: Literal["count", "game", "date", "season"]
    size: int = Field(ge=1)


class SupportOf(Parameters):
    """When a shot is like those the model was trained on."""

    neighbours: int = Field(ge=1)
    coverage: float = Field(gt=0.5, lt=1)


class Trust(Parameters):
    """When an estimate without labels may be believed."""

    minimum_shots: int = Field(ge=1)
    minimum_share_in_support: float = Field(gt=0, le=1)
    trusted_auc: float = Field(ge=0.5, le=1)
    caution_auc: float = Field(ge=0.5, le=1)
    minimum_effective_share: float = Field(gt=0, lt=1)
    trusted_weight: tuple[float, float]
    caution_weight: tuple[float, float]


class Labels(Parameters):
    """For which change of log loss, with which power, labels are asked for."""

    confidence: float = Field(gt=0.5, lt=1)
    power: float = Field(gt=0, lt=1)
    effects: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)


class Fixed(Parameters):
    """A limit set by a person; what is left out stays as learned."""

    lower: float | None = None
    upper: float | None = None


class Alarms(Parameters):
    """When the alarms over the whole stream go off."""

    false_alarm: float = Field(gt=0, lt=0.5)
    risk_increase: float = Field(gt=0)


class Drifting(Parameters):
    """When a feature counts as drifted."""

    level: float = Field(gt=0, lt=0.5)
    stretches: int = Field(ge=20)  # a p-value is at least the number of features over it


class Monitoring(Parameters):
    """How the model's health is watched."""

    windows: Cut
    confidence: float = Field(gt=0.5, lt=1)
    threshold: float = Field(gt=0, lt=1)
    folds: int = Field(ge=2, le=100)
    seed: Seed
    domain_shots: int = Field(ge=100)
    minimum_effect: float = Field(gt=0)
    deviations: float = Field(gt=0)
    limits: dict[str, Fixed]
    support: SupportOf
    trust: Trust
    labels: Labels
    drift: Drifting
    alarms: Alarms


class Gate(Parameters):
    """What a challenger must show to take the champion's place."""

    confidence: float = Field(gt=0.5, lt=1)
    power: float = Field(gt=0, lt=1)
    minimum_effect: float = Field(gt=0)
    minimum_labels: int = Field(ge=20)
    share: float = Field(gt=0, lt=1)
    segment_loss: float = Field(gt=0)
    calibration_loss: float = Field(gt=0)
    milliseconds: float = Field(gt=0)


class Replaying(Parameters):
    """How a career is replayed."""

    seasons_learned: int = Field(ge=1)
    delay: int = Field(ge=0)
    oracle_every: int = Field(ge=1)


class Retraining(Parameters):
    """When a challenger is trained, on which rows, and how it is judged."""

    policy: Literal["never", "calendar", "reactive", "predictive", "both"]
    families: dict[Literal["lr", "dt", "boost"], dict[str, Any]] = Field(min_length=1)
    calendar: Cut
    cool_down: int = Field(ge=0)
    horizon: int = Field(ge=1)
    trend: int = Field(ge=3)
    deviations: float = Field(gt=0)
    half_life: int = Field(ge=1)
    growth: float = Field(gt=0)
    look: float = Field(gt=1)
    patience: int = Field(ge=100)
    folds: int = Field(ge=2, le=100)
    seed: Seed
    force: bool
    promote: Literal["gate", "ask"]
    gate: Gate
    replay: Replaying

    def params_of(self, family: str) -> dict[str, Any]:
        """Return the parameters that challengers of a family are trained with."""
        return next(params for name, params in self.families.items() if name == family)
