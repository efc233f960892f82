"""What came out? The machine-readable result of the last run, `data/08_reporting/report.json`, field by field.

Each step writes its own record; `assemble` puts together those that rest on the same data. Everything that reports
(the printed summary, the README's tables, the page) reads this and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kobe_shots.models.adherence import FeatureShift
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.selection import Choice
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.limits import Usual
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.monitoring.trials import Trial
from kobe_shots.retraining.gate import Ledger
from kobe_shots.retraining.policies import Decision
from kobe_shots.retraining.projection import Projection
from kobe_shots.retraining.readings import Reading
from kobe_shots.shots.provenance import Provenance
from kobe_shots.verdicts import Verdict

Stage = Literal["dev", "prod"]


class Record(BaseModel):
    """What the records below share: frozen, and nothing in them that the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


RecordType = TypeVar("RecordType", bound=Record)


class Base(Record):
    """The dimensions of one base, before and after preparation."""

    base_id: str = Field(description="of the train rows; a model carries that of the rows it learned from")
    raw_rows: int = Field(description="rows of the raw file")
    raw_columns: int = Field(description="columns of the raw file")
    unlabelled_rows: int = Field(description="rows without a label, kept apart in unlabelled_shots.parquet")
    incomplete_rows: int = Field(description="rows that lack something other than the label, dropped")
    prepared_rows: int
    prepared_columns: int
    train_rows: int
    test_rows: int
    test_percent: float = Field(description="test rows in 100 prepared rows")
    make_rate: float = Field(description="share of prepared shots that went in")
    train_make_rate: float
    test_make_rate: float


class Preparation(Record):
    """What PreparacaoDados did."""

    fingerprint: str = Field(description="of the raw files, as in provenance")
    bases: dict[Stage, Base]


class Picked(Record):
    """What is kept beside a registered model, `picked.json`: how it was found, and from which rows."""

    engine: str
    made_with: str
    remarks: list[Verdict]
    metric: str
    candidate: int
    params: dict[str, Any]
    folds: int
    seed: int
    base_id: str


class Pick(Record):
    """The candidate one metric would pick, and how it does once refitted."""

    metric: str = Field(description="the metric that picks")
    candidate: int
    params: dict[str, Any]
    cross_validated: dict[str, float] = Field(description="mean over the folds, by metric")
    test: dict[str, float] = Field(description="on the test base, by metric, once refitted on the whole train base")
    share_predicted_made: float = Field(description="share of test shots it calls a basket")


class TrainedModel(Record):
    """One of the two models of a base."""

    estimator: str = Field(description="class of the last step")
    engine: str = Field(description="tuning.engine: who searched")
    made_with: str = Field(description="the engine and its version")
    remarks: list[Verdict] = Field(description="what to know about how the engine found it")
    candidates: int = Field(description="tried, the model PyCaret starts from included")
    folds: int
    picked_by: str = Field(description="tuning.metric")
    params: dict[str, Any] = Field(description="of the candidate that was refitted")
    cross_validated: dict[str, float] = Field(description="its mean over the folds, by metric")
    test: dict[str, Estimate] = Field(description="on the test base, by metric")
    skill: Estimate = Field(description="how far its log loss is below the constant's on the test base; paired")
    certain_shots: int = Field(description="test shots it gives probability 0 or 1; a wrong one costs 36 nats")
    share_predicted_made: float
    picks: list[Pick] = Field(description="what each metric would have picked")


class Training(Record):
    """What Treinamento did on one base."""

    fingerprint: str
    base_id: str = Field(description="of the train rows, as in preparation")
    confidence: float = Field(description="of every interval in this record")
    models: dict[Literal["lr", "dt"], TrainedModel]
    constant: dict[str, Estimate] = Field(description="the train base's make rate for every test shot: what to beat")
    always_made: dict[str, Estimate] = Field(description="probability 1 for every test shot: what F1 alone rewards")
    choice: Choice


class Application(Record):
    """What PipelineAplicacao found on the production base."""

    fingerprint: str
    base_id: str = Field(description="of the train rows the champion carries")
    confidence: float = Field(description="of every interval in this record")
    model_name: str
    model_version: int
    origin: str = Field(description="registered model and version the champion was copied from")
    rows_scored: int
    incomplete_rows: int = Field(description="rows that lack a feature, and so a probability")
    labelled_rows: int = Field(description="rows with an outcome that the champion has not learned from")
    learned_rows: int = Field(description="rows the champion learned from: scored, left out of metrics and verdict")
    share_predicted_made: float
    mean_probability: float
    make_rate: float | None = Field(description="of the labelled rows; none when there is no label")
    metrics: dict[str, Estimate] = Field(description="on the labelled rows; empty when they are too few")
    contenders: dict[Literal["lr", "dt"], dict[str, Estimate]] = Field(
        description="the two models trained on dev, on the labelled rows"
    )
    constant_dev: dict[str, Estimate] = Field(description="the make rate of the champion's train rows for every shot")
    constant_prod: dict[str, Estimate] = Field(description="the labelled rows' own make rate for every shot")
    learned_skill: Estimate = Field(
        description="log loss of the train rate minus the champion's, its own test rows; paired"
    )
    skill: Estimate | None = Field(description="log loss of constant_prod minus the champion's, labelled rows; paired")
    shifts: list[FeatureShift]
    adherence: Verdict


class Monitored(Record):
    """What Monitoramento found, `verdicts.json`; the numbers behind it are in `health.parquet`."""

    fingerprint: str
    base_id: str = Field(description="of the train rows the champion carries")
    model_name: str
    model_version: int
    origin: str = Field(description="registered model and version the champion was copied from")
    confidence: float = Field(description="of every interval in this record")
    batches: dict[str, Verdicts] = Field(
        description="prod, dev_test, dev_withheld: the champion's; prod_lr, prod_dt: of the dev models that are not it"
    )
    usual: dict[str, dict[str, Usual]] = Field(description="what limits are made of, by model and metric")
    trials: dict[str, list[Trial]] = Field(description="how the estimators without labels did where outcomes are known")
    alarms: dict[str, list[Alarm]] = Field(default={}, description="over the whole stream, raised or not, by batch")


class Outlook(Record):
    """What the rules of retraining read, what would be decided now, and what is coming; nothing was trained for it."""

    fingerprint: str
    model_name: str
    model_version: int = Field(description="of the champion it was read of")
    origin: str = Field(description="registered model and version that champion was copied from")
    policy: str = Field(description="retraining.policy")
    reason: str = Field(default="", description="why nothing could be read; empty where it could")
    labels: int = Field(default=0, description="known outcomes, those the champion rests on included")
    new_labels: int = Field(default=0, description="of production, new to the champion")
    labels_needed: int = Field(default=0, description="so many more that a challenger can be judged")
    newest_game: str = Field(default="", description="day of the last production game")
    challenger: int | None = Field(default=None, description="version of the last challenger it knows of")
    rules: tuple[Reading, ...] = ()
    decisions: dict[str, Decision] = Field(default={}, description="of reactive, predictive and both")
    next_step: Decision | None = Field(default=None, description="what Retreino would decide now")
    projections: tuple[Projection, ...] = Field(default=(), description="of support and of the expected loss")


class Challenge(Record):
    """The last challenger that was trained, or would have been, and what the gate said of it."""

    fingerprint: str = Field(description="of the raw files then")
    against: int = Field(description="version of the champion whose place it was to take")
    rule: str = Field(description="what it was trained for")
    labels: int = Field(description="known outcomes then, those the champion rests on included")
    labels_id: str = Field(description="of all outcomes of production then; the same ones again are nothing new")
    newest_game: str = Field(description="day of the last production game then")
    family: str | None = Field(description="lr, dt or boost; none when the training failed")
    rows: str | None = Field(description="all, recent (older shots count less) or served (shots like those served)")
    learned: int = Field(description="shots it learned from")
    fitted: int = Field(description="models it took to find and train it")
    error: str = Field(description="why the training failed; empty when it did not")
    ledger: Ledger | None = Field(description="of the gate; none when the training failed")
    version: int | None = Field(default=None, description="of kobe_shot_challenger; none when the training failed")
    promoted_as: int | None = Field(description="version of the champion it became; none when the champion stayed")


class Retrained(Record):
    """What Retreino decided; where `tried` is false, `challenge` is that of the last time, or none."""

    fingerprint: str
    model_name: str
    model_version: int = Field(description="of the champion it was decided against")
    origin: str = Field(description="registered model and version that champion was copied from")
    policy: str = Field(description="retraining.policy")
    forced: bool = Field(description="retraining.force")
    labels: int = Field(description="known outcomes, those the champion rests on included")
    new_labels: int = Field(description="of production, which the champion neither learned from nor was measured on")
    newest_game: str = Field(description="day of the last production game")
    decision: Decision
    tried: bool = Field(description="whether a challenger was to be trained this time")
    promoted: bool = Field(description="whether it took office this time")
    challenge: Challenge | None


class Report(Record):
    """The result of the last run."""

    schema_version: Literal[1] = 1
    written_at: AwareDatetime
    provenance: Provenance
    runs: dict[str, str] = Field(description="MLflow run id of the last run of each step")
    preparation: Preparation | None = None
    training: Annotated[dict[Stage, Training], Field(default_factory=dict)]
    application: Application | None = None
    monitoring: Monitored | None = None
    outlook: Outlook | None = None
    retraining: Retrained | None = None


OfChampion = TypeVar("OfChampion", Application, Monitored, Outlook)


def assemble(
    provenance: Provenance,
    runs: Mapping[str, str],
    *,
    preparation: dict[str, Any] | None,
    training: Mapping[Stage, dict[str, Any]],
    application: dict[str, Any] | None,
    monitoring: dict[str, Any] | None,
    retraining: dict[str, Any] | None,
    champion_version: int | None,
    written_at: datetime,
    outlook: dict[str, Any] | None = None,
) -> Report:
    """Return the report of the records at hand, leaving out those that rest on other shots or another champion.

    A preparation must be of the raw files that `provenance` names, and training of the bases it made; application,
    monitoring and outlook must be of those raw files and of the champion in office, whatever it learned from. A
    retraining must be of those raw files, and says itself which champion it was decided against.
    """
    prepared = _read(Preparation, preparation)
    if prepared is None or prepared.fingerprint != provenance.fingerprint:
        return Report(written_at=written_at, provenance=provenance, runs=dict(runs), training={})
    trained = {stage: _read(Training, record) for stage, record in training.items()}
    decided = _read(Retrained, retraining)
    these = provenance.fingerprint, champion_version

    def on_these(record: OfChampion | None) -> OfChampion | None:
        return record if record and (record.fingerprint, record.model_version) == these else None

    return Report(
        written_at=written_at,
        provenance=provenance,
        runs=dict(runs),
        preparation=prepared,
        training={s: found for s, found in trained.items() if found and found.base_id == prepared.bases[s].base_id},
        application=on_these(_read(Application, application)),
        monitoring=on_these(_read(Monitored, monitoring)),
        outlook=on_these(_read(Outlook, outlook)),
        retraining=decided if decided and decided.fingerprint == provenance.fingerprint else None,
    )


def _read(kind: type[RecordType], record: dict[str, Any] | None) -> RecordType | None:
    """Return a record, or None where there is none or another version of the program wrote it."""
    try:
        return kind.model_validate(record) if record else None
    except ValidationError:
        return None
