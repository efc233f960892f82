"""What do the registry and the runs of MLflow hold? Models, their files and tags; what each run logs."""

from dataclasses import dataclass

from kobe_shots.datasets.bases import PLACE, TEST_ID, TRAIN_ID
from kobe_shots.datasets.office import PROMOTION_RUN, PROPOSED, ROLLBACK_RUN, SUCCEEDS
from kobe_shots.documents.artifacts.described import Column, one_of
from kobe_shots.models.promotion import CHALLENGER, CHAMPION, IN_OFFICE, PREVIOUS
from kobe_shots.pipelines import APPLICATION, MONITORING, PREPARATION, RETRAINING, TRAINING
from kobe_shots.replaying import RUN as REPLAY_RUN

PARAMETER, METRIC, TAG, FILE = "parameter", "metric", "tag", "file"
INTERVAL = "{,_low,_high}"
TEST_METRICS = "{log_loss,f1,brier,roc_auc}"
WHICH = "{lr,dt}_model_{dev,prod}"

MODELS = (
    Column("trained_{lr,dt}_model_{dev,prod}", "each kind, fitted on each base", kind=one_of(TRAINING)),
    Column(CHALLENGER, "what a retraining trained; may wait for somebody to promote it", kind=one_of(RETRAINING)),
    Column(
        CHAMPION,
        "copies of the above that were put in office; one has the alias `champion`",
        kind=one_of(TRAINING, RETRAINING, PROMOTION_RUN),
    ),
)
ALIASES = (
    Column(IN_OFFICE, "the version in office: it scores production"),
    Column(PREVIOUS, "the version that was in office before: `kobe-shots rollback` restores it"),
)
MODEL_FILES = (
    Column("MLmodel", "the two flavours, the signature, the versions of libraries"),
    Column("model.skops", "the fitted scikit-learn pipeline, preprocessing included, in the skops format"),
    Column("input_example.json", "a shot to try it with"),
    Column("serving_input_example.json", "the same, as the scoring server takes it"),
    Column("{requirements.txt,conda.yaml,python_env.yaml}", "what it needs to be loaded elsewhere"),
    Column("registered_model_meta", "its name and version in the registry; MLflow's own"),
)
FLAVOURS = (
    Column("sklearn", "`mlflow.sklearn.load_model` gives the scikit-learn pipeline"),
    Column("python_function", "`mlflow models serve` answers label and probability, and refuses bad rows in words"),
)
VERSION_TAGS = (
    Column(
        "data.{source,fingerprint,fetched_at,*.sha256,*.rows}",
        "the raw shots it rests on",
        values="all models",
    ),
    Column("engine", "who searched", values="all models of the training"),
    Column("estimator", "scikit-learn's class of the last step", values="all models"),
    Column("{family,rows}", "kind of the challenger, and how it weighs the shots", values="challengers"),
    Column(TRAIN_ID, "the train rows it rests on: twelve digits of their content", values="champions, proposals"),
    Column(TEST_ID, "the test rows likewise", values="champions, proposals"),
    Column(PLACE, "where these rows lie: `champion/*` in a run", values="champions, proposals"),
    Column("origin", "the registered model and version it is a copy of", values="champions"),
    Column(SUCCEEDS, "version of the champion before; none has the first", values="champions"),
    Column(PROPOSED, "version of the champion whose place it may take", values="proposals"),
)
LINEAGE_FILES = (
    Column("champion/*/train.parquet", "the rows it learned from; columns as in `data_filtered`"),
    Column("champion/*/test.parquet", "the labelled rows it was measured on; columns as in `data_filtered`"),
    Column("champion/*/ledger.json", "why it was promoted: the choice of the training, or all that the gate saw"),
)


@dataclass(frozen=True)
class Run:
    """What an MLflow run of a name is of, and the facts it logs by name pattern, beside copies of files."""

    name: str
    about: str
    facts: tuple[Column, ...]


EVERY_RUN = (
    Column("kedro.project", "folder of the project", kind=TAG),
    Column("data.{source,fingerprint,fetched_at,*.sha256,*.rows}", "the raw shots it rests on", kind=TAG),
    Column("mlflow.*", "MLflow's own: name, user, source", kind=TAG),
)
STEP_RUN = (Column("kedro.session", "the session: steps that ran together share it", kind=TAG),)
REASON = Column("reason", "what was typed after `--reason`", kind=TAG)
RUNS = (
    Run(
        PREPARATION,
        "Raw shots become bases.",
        (
            Column("preparation.*", "share of test and seed", kind=PARAMETER),
            Column("{dev,prod}_{raw,prepared}_{rows,columns}", "dimensions before and after", kind=METRIC),
            Column("{dev,prod}_{unlabelled,incomplete}_rows", "rows set aside, and why", kind=METRIC),
            Column("{dev,prod}_{train,test}_rows", "size of each part of the split", kind=METRIC),
            Column("{dev,prod}_test_percent", "share of test", "percent", kind=METRIC),
            Column("{dev,prod}_{,train_,test_}make_rate", "share of the shots that went in", kind=METRIC),
            *STEP_RUN,
        ),
    ),
    Run(
        TRAINING,
        "Bases become four models and a champion.",
        (
            Column("{tuning,evaluation,selection}.*", "how it searched, measured and chose", kind=PARAMETER),
            Column(f"{WHICH}_cv_{TEST_METRICS}", "mean over the folds, a step for each candidate", kind=METRIC),
            Column(f"{WHICH}_{TEST_METRICS}{INTERVAL}", "on the test base, with the interval", kind=METRIC),
            Column(f"{WHICH}_skill{INTERVAL}", "log loss of the constant minus the model's", "nats", kind=METRIC),
            Column(f"constant_{{dev,prod}}_{TEST_METRICS}{INTERVAL}", "of the constant make rate", kind=METRIC),
            Column(f"{WHICH}.{{engine,picked_by,params}}", "who searched, by which metric, what was taken", kind=TAG),
            Column("choice_{dev,prod}.{chosen,verdict}", "which of the two is better, and why", kind=TAG),
            Column("engine", "who searched", kind=TAG),
            Column("champion/*", "bases and ledger of the champion; see above", kind=FILE),
            *STEP_RUN,
        ),
    ),
    Run(
        APPLICATION,
        "The champion is applied to production.",
        (
            Column("{evaluation,adherence}.*", "how it was measured and judged", kind=PARAMETER),
            Column("{rows_scored,incomplete_rows,labelled_rows,learned_rows}", "how many shots", "shots", kind=METRIC),
            Column("{share_predicted_made,mean_probability,make_rate}", "called, expected, seen", kind=METRIC),
            Column(f"{TEST_METRICS}{INTERVAL}", "on the labelled shots, with the interval", kind=METRIC),
            Column(
                f"{{skill,learned_skill}}{INTERVAL}", "over a constant, here and on its test base", "nats", kind=METRIC
            ),
            Column(f"constant_{{dev,prod}}_{TEST_METRICS}{INTERVAL}", "of the constants to beat", kind=METRIC),
            Column("share_in_support_*", "share of the shots inside what was learned, by feature", kind=METRIC),
            Column("{champion,origin}", "which model was applied", kind=TAG),
            Column("{adherence,verdict}", "whether it is adherent, and why", kind=TAG),
            *STEP_RUN,
        ),
    ),
    Run(
        MONITORING,
        "Every batch is examined, with outcomes and without.",
        (
            Column("{monitoring,retraining}.*", "what is usual, and what the policies ask for", kind=PARAMETER),
            Column("*_{realized,estimated,drift}_*", "batch, kind and metric of `health`, whole batches", kind=METRIC),
            Column("{champion,origin}", "which model was watched", kind=TAG),
            Column("*.{with_labels,without_labels}", "how grave it is, with outcomes and without", kind=TAG),
            Column("*.verdict", "the verdict on the batch", kind=TAG),
            *STEP_RUN,
        ),
    ),
    Run(
        RETRAINING,
        "It is decided whether to train a challenger, and whether it takes office.",
        (
            Column("{monitoring,retraining}.*", "policy, gate and what is usual", kind=PARAMETER),
            Column("{labels,new_labels,promoted}", "outcomes known, new ones, 1 if the champion changed", kind=METRIC),
            Column("{learned,fitted}", "shots learned from, models fitted; where one was trained", kind=METRIC),
            Column(f"{{observed,gain}}{INTERVAL}", "by how much its log loss is lower", "nats", kind=METRIC),
            Column("{compared,labels_needed}", "shots compared on, labels that would decide", "shots", kind=METRIC),
            Column("guard_*", "what was looked at besides", kind=METRIC),
            Column("{champion,origin,policy}", "who was in office, and which policy decided", kind=TAG),
            Column("{action,rule,decision}", "what was decided, by which rule, in words", kind=TAG),
            Column("{family,rows,answer,verdict,error}", "the challenger, and what the gate said of it", kind=TAG),
            Column("champion/*", "bases and ledger, of a proposal too; see above", kind=FILE),
            *STEP_RUN,
        ),
    ),
    Run(
        PROMOTION_RUN,
        "A challenger that waited takes office: `kobe-shots promote`.",
        (REASON, Column("champion/*", "bases and ledger of the new champion; see above", kind=FILE)),
    ),
    Run(
        ROLLBACK_RUN,
        "The champion before is put in office again: `kobe-shots rollback`.",
        (
            Column("{from,to}", "the version withdrawn, the version restored", kind=TAG),
            REASON,
            Column("ledger.json", "the same, as a file", kind=FILE),
        ),
    ),
    Run(
        REPLAY_RUN,
        "A career is replayed under a policy: `kobe-shots replay`, a run for each policy.",
        (
            Column("replay.key", "name of all that the result depends on", kind=TAG),
            Column("{policy,scenario,family}", "what was replayed", kind=TAG),
            Column("conclusion", "the comparison in one sentence", kind=TAG),
            Column("{log_loss,gain_over_never,regret}", "how the policy did", "nats", kind=METRIC),
            Column("{retrainings,retrainings_in_vain,promotions}", "what it took", kind=METRIC),
            Column("labels_used", "outcomes that the last champion could learn from", "shots", kind=METRIC),
            Column("{comparison.json,decisions.parquet,games.parquet,replay.html}", "copies of its files", kind=FILE),
        ),
    ),
)
