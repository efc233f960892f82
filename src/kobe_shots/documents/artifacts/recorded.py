"""What does each step write down of itself, and what of a replay? Records, the report, and the tables of a replay."""

from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.models.families import FAMILIES
from kobe_shots.report import Report
from kobe_shots.retraining.challenger import WAYS
from kobe_shots.retraining.comparison import Comparison
from kobe_shots.retraining.gate import Answer
from kobe_shots.retraining.policies import POLICIES, Action
from kobe_shots.retraining.scenarios import SCENARIOS
from kobe_shots.retraining.tables import DECISIONS, ORACLE

REPLAY = "data/08_reporting/replay/*"
COMMAND = "`kobe-shots replay`"
GAME = Column("game", "number of the game in the career", values="0 or more", kind="int64")
POLICY = Column("policy", "who decided", values=one_of(*POLICIES), kind="text")
MEANINGS_OF_DECISIONS = {
    "date": ("day of the game", "", "`YYYY-MM-DD`"),
    "shot": ("number of the game's first shot in the career", "", "0 or more"),
    "labels": ("outcomes known by then", "shots", ""),
    "champion": ("version of the champion in office", "", "1 or more"),
    "action": ("what was decided", "", one_of(*Action)),
    "rule": ("the rule that fired", "", ""),
    "value": ("what it read; missing for a rule without a number", "that of the rule", ""),
    "limit": ("its limit; missing for a rule without a number", "that of the rule", ""),
    "projected_game": ("game in which a trend will cross the limit; missing where none was projected", "", "0 or more"),
    "labels_to_get": ("how many labels to ask for; missing where none are", "shots", ""),
    "sentence": ("the decision in words", "", ""),
    "challenger": ("family and rows of the challenger; empty where there is none", "", one_of(*FAMILIES, *WAYS)),
    "answer": ("what the gate said; missing where it was not asked", "", one_of(*Answer)),
    "compared": ("labelled shots that both were compared on", "shots", ""),
    "observed": ("by how much the challenger's log loss was lower on them", "nats", ""),
    "gain": ("the same, drawn towards what was to be expected", "nats", ""),
    "gain_low": ("lower end of its interval", "nats", ""),
    "gain_high": ("upper end of its interval", "nats", ""),
    "labels_needed": ("labels that would decide; missing where it is decided", "shots", ""),
    "verdict": ("the gate's answer in words; empty where it was not asked", "", ""),
    "error": ("why a challenger could not be trained; empty where it could", "", ""),
}
KINDS = {"str": "text", "int64": "int64", "Int64": "int64", "float64": "float64"}

DECIDED = Table(
    "a decision",
    (
        POLICY,
        GAME,
        *(Column(name, *said, kind=KINDS[DECISIONS[name]]) for name, said in MEANINGS_OF_DECISIONS.items()),
    ),
)
GAMES = Table(
    "a game and a policy, the oracle among them",
    (
        Column("policy", "who decided", values=one_of(*POLICIES, ORACLE), kind="text"),
        GAME,
        Column("date", "day of the game", values="`YYYY-MM-DD`", kind="text"),
        Column("shots", "shots of the game", "shots", kind="int64"),
        Column("labelled", "of them, those whose outcome is known", "shots", kind="int64"),
        Column("log_loss", "log loss summed over those", "nats", kind="float64"),
        Column("cumulative", "the same up to this game", "nats", kind="float64"),
        Column("regret", "the same, over the oracle's", "nats", kind="float64"),
        Column("version", "version of the champion; 0 for the oracle", values="0 or more", kind="int64"),
    ),
)
SHOTS = Table(
    "a shot that was played",
    (
        GAME,
        Column("shot_id", "the shot, as in the raw files", values="unique", kind="int64"),
        Column("three", "whether it is a three-pointer", values="true or false", kind="bool"),
        Column("made", "whether it went in; missing where that never arrives", values=one_of(0, 1), kind="float64"),
        *(
            column
            for policy in POLICIES
            for column in (
                Column(
                    policy,
                    "the probability that this policy's champion gave when the shot was taken",
                    values=between(0, 1),
                    kind="float64",
                ),
                Column(f"{policy}_version", "version of that champion", values="1 or more", kind="int64"),
            )
        ),
        Column(ORACLE, "the probability that the oracle gave", values=between(0, 1), kind="float64"),
    ),
)
COMPARED = Table(
    "a replay",
    (
        Column("said", "its sentences in parts, to be said in another language", kind="by name"),
        Column("scenario", "what happens to the career", values=one_of(*SCENARIOS), kind="text"),
        Column("family", "kind of the first champion, and of the oracle", values=one_of(*FAMILIES), kind="text"),
        Column("challengers", "kinds that are tried", values=one_of(*FAMILIES), kind="list of text"),
        Column("seed", "seed of the scenario", kind="int64"),
        Column("games", "games played", kind="int64"),
        Column("shots", "shots played", "shots", kind="int64"),
        Column("labelled", "of them, those whose outcome is known", "shots", kind="int64"),
        Column("counts", "a smaller gain does not count", "nats", kind="float64"),
        Column("oracle", "the oracle's log loss", "nats", kind="float64"),
        Column("oracle_every", "games between two trainings of the oracle", kind="int64"),
        Column("advantage", "what the oracle gains over `never`, with its interval", "nats", kind="estimate"),
        Column(
            "results",
            "of each policy: log loss, gain, regret, share recovered, retrainings, promotions, labels used, how soon "
            "it acted",
            kind="list of records",
        ),
        Column("conclusion", "all of it in one sentence", kind="text"),
    ),
)

RECORDED = (
    Artifact(
        "record_{step}",
        "What each step did, tied to the shots it was done on: the parts that the report is put together from.",
        holds="`preparation.json`: dimensions and make rates, [Preparation](report.md#preparation). "
        "`training_dev.json`, `training_prod.json`: both models, the constants, the choice, "
        "[Training](report.md#training). `application.json`: metrics on production and adherence, "
        "[Application](report.md#application). `outlook.json`: what each rule reads and where figures are heading, "
        "[Outlook](report.md#outlook). `retraining.json`, once there has been a retraining: decision, challenger, "
        "ledger, [Retrained](report.md#retrained).",
        read_by=("`report.json`",),
    ),
    Artifact(
        "report",
        "The result of a run, field by field: summary, dashboard and documents read it and cannot disagree.",
        record=Report,
        pages=("Overview", "Performance", "Drift", "Court", "Models", "Retraining", "Batch"),
        read_by=("`kobe-shots report`", "`kobe-shots docs`"),
        written_by="every run that ends well",
    ),
)
REPLAYED = (
    Artifact(
        f"{REPLAY}/comparison.json",
        "What each policy of retraining would have bought.",
        (COMPARED,),
        record=Comparison,
        pages=("Retraining",),
        written_by=COMMAND,
    ),
    Artifact(
        f"{REPLAY}/decisions.parquet",
        "Everything that was decided in a replay, and what the gate said of it.",
        (DECIDED,),
        pages=("Retraining",),
        written_by=COMMAND,
    ),
    Artifact(
        f"{REPLAY}/games.parquet",
        "The loss of every policy, game by game.",
        (GAMES,),
        pages=("Retraining",),
        written_by=COMMAND,
    ),
    Artifact(
        f"{REPLAY}/shots.parquet",
        "Every score of a replay: whatever the comparison says can be worked out from it again.",
        (SHOTS,),
        read_by=("people",),
        written_by=COMMAND,
    ),
    Artifact(
        f"{REPLAY}/replay.html",
        "A replay, to be read without the dashboard.",
        holds="Regret by game and policy, with every change of the champion, and the comparison as a table.",
        read_by=("people",),
        written_by=COMMAND,
    ),
)
