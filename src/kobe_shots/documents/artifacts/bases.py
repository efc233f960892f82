"""What do the layers 01 to 05 hold? Raw shots, those without a label, prepared ones, and the split."""

import pandera.pandas as pa

from kobe_shots.documents.artifacts.described import Artifact, Column, Table, between, one_of
from kobe_shots.shots.provenance import Provenance
from kobe_shots.shots.schema import FEATURES, TARGET, PreparedShots, RawShots

FETCH = "`kobe-shots fetch`"
MEANINGS = {
    "lat": ("how far from the hoop along the court, as a latitude", "degrees"),
    "lon": ("how far across the court, as a longitude", "degrees"),
    "minutes_remaining": ("whole minutes left in the period", "minutes"),
    "period": ("the quarter; from 5 on an overtime", ""),
    "playoffs": ("whether it is a game of the playoffs", ""),
    "shot_distance": ("how far from the hoop, rounded down", "feet"),
}


def allowed(name: str, schema: type[pa.DataFrameModel] = PreparedShots) -> str:
    """Return which values a column may have, by its schema.

    >>> allowed("period"), allowed("playoffs")
    ('1 to 10', '`0`, `1`')
    """
    rules = [check.statistics for check in schema.to_schema().columns[name].checks]
    if values := next((rule["allowed_values"] for rule in rules if "allowed_values" in rule), None):
        return one_of(*values)
    low, high = (next(rule[end] for rule in rules if end in rule) for end in ("min_value", "max_value"))
    return between(low, high)


SHOT_ID = Column("shot_id", "the shot, as in the raw files; the index", values="unique")
FEATURE_COLUMNS = tuple(Column(name, *MEANINGS[name], values=allowed(name)) for name in FEATURES)
OUTCOME = Column(TARGET, "whether it went in: 1 made, 0 missed", values=allowed(TARGET))
OUTCOME_IF_KNOWN = Column(
    TARGET, "whether it went in: 1 made, 0 missed; missing where the outcome is not known", values=allowed(TARGET)
)
DAY = Column("game_date", "day of the game", values="`YYYY-MM-DD`")
PLAY = Column("game_event_id", "number of the play in its game", values="0 or more")
WORTH = Column("shot_type", "what a basket is worth", values=allowed("shot_type", RawShots))

PREPARED = Table("a labelled shot", (*FEATURE_COLUMNS, OUTCOME, SHOT_ID))

BASES = (
    Artifact(
        "dataset_kobe_{stage}",
        "The shots as published, each base with its kind: dev two-pointers, prod three-pointers.",
        holds="A row is a shot, with the 25 columns above; checked against the schema whenever it is read.",
        written_by=FETCH,
    ),
    Artifact(
        "provenance",
        "Where the raw files come from, and whether they are still the ones that were put there.",
        holds="Beside its fields it holds `fingerprint`, twelve digits that change when a byte of either file does.",
        record=Provenance,
        written_by=FETCH,
    ),
    Artifact(
        "unlabelled_shots",
        "The shots whose outcome was withheld: a real stream of shots whose labels have not arrived.",
        (
            Table(
                "a shot without an outcome, in the order they were taken",
                (DAY, PLAY, WORTH, *FEATURE_COLUMNS, SHOT_ID),
            ),
        ),
        read_by=("whoever is to label them",),
    ),
    Artifact(
        "data_filtered_{stage}",
        "The prepared base: rows with missing values dropped, the columns asked for kept, the target an integer.",
        (PREPARED,),
    ),
    Artifact(
        "base_{part}",
        "The split: what a model learns from and what it is measured on, stratified by the outcome and seeded.",
        (PREPARED,),
        read_by=("the champion, which carries a copy of the bases it rests on",),
    ),
)
SIMULATED = Artifact(
    "data/01_raw/truth/truth.parquet",
    "The true probability of each simulated shot: there only where the raw shots are simulated, and no step reads it.",
    (
        Table(
            "a simulated shot",
            (
                Column("shot_id", "the shot, as in the raw files", values="unique", kind="int64"),
                Column("make_probability", "the probability it was drawn with", values=between(0, 1), kind="float64"),
            ),
        ),
    ),
    written_by=FETCH,
    read_by=("tests and benchmarks that need the truth",),
)
