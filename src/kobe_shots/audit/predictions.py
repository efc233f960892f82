"""What does a table of predictions say? Read from parquet or CSV, and its columns found by their usual names."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from kobe_shots.audit.values import Floats, is_binary, outcomes, probabilities
from kobe_shots.errors import KobeShotsError

# Names as `plain` returns them. A label's names may also head probabilities; a look at the values decides.
NAMES = {
    "made": "shotmadeflag made ismade shotmade ytrue y target actual actuals labeltrue truelabel yreal real truth "
    "outcome groundtruth ytest rotulo alvo verdadeiro valorreal",
    "probability": "probability prob p pmade proba probability1 probabilityofbasket probabilitymade predictionscore1 "
    "score1 predictproba predictedprobability predictedproba prob1 proba1 p1 yprob yproba yscore probabilidade "
    "probabilidade1 probabilidadeacerto probmade probacerto",
    "score": "predictionscore score",
    "label": "predictionlabel label predicted predictedlabel ypred yhat prediction predictions pred predict previsao "
    "predicao classepredita labelpred hardlabel",
}
IDS = {"shotid"}
PARQUET = b"PAR1"
LOOKED_AT = 4096


class Columns(BaseModel):
    """Which column was taken for what: outcome, P(made), PyCaret's score of the predicted class, predicted label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made: str | None = None
    probability: str | None = None
    score: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Predictions:
    """A table's columns as (n,) floats, NaN where a value is missing; `score` is P(made) unless it is `by_class`."""

    columns: Columns
    rows: int
    repeated_ids: int
    made: Floats | None
    score: Floats | None
    by_class: bool
    label: Floats | None


def read(path: Path, made: str | None = None, probability: str | None = None, label: str | None = None) -> Predictions:
    """Return the predictions in a parquet or CSV file.

    Args:
        path: the file; parquet is told by its first bytes, whatever its name.
        made: the outcome's column, where its name is not one of the usual ones.
        probability: the column of P(made), likewise.
        label: the column of the predicted label, likewise.

    Raises:
        KobeShotsError: there is no such file or it is no table, it is empty, a column cannot be told or its values
            cannot be used.
    """
    table = read_table(path)
    columns = find_columns(table, made, probability, label)
    scored_by = columns.probability or columns.score
    score = None if scored_by is None else probabilities(table[scored_by])
    labels = None if columns.label is None else outcomes(table[columns.label])
    judged_by = labels if score is None else score
    if judged_by is None or np.isnan(judged_by).all():
        raise KobeShotsError(
            f"Column '{scored_by or columns.label}' holds no score in any of {len(table):,} rows; at least one is "
            "needed. Name another column with --probability or --label."
        )
    ids = [table[name].dropna() for name in table.columns if plain(name) in IDS]
    return Predictions(
        columns=columns,
        rows=len(table),
        repeated_ids=int(ids[0].duplicated().sum()) if ids else 0,
        made=None if columns.made is None else outcomes(table[columns.made]),
        score=score,
        by_class=columns.score is not None,
        label=labels,
    )


def read_table(path: Path) -> pd.DataFrame:
    """Return the rows of a parquet or CSV file, the latter separated by comma, semicolon or tab.

    Raises KobeShotsError when there is no such file, it is no table, or it has no rows.
    """
    if not path.is_file():
        raise KobeShotsError(f"There is no file '{path}'; give a table of predictions, parquet or CSV.")
    try:
        table = _parse(path)
    except (OSError, ValueError) as error:  # pyarrow's, pandas' and the decoder's errors are all one or the other
        why = " ".join(str(error).split())[:120].rstrip(".")
        raise KobeShotsError(f"'{path}' cannot be read as a table ({why}); give a parquet or a CSV file.") from error
    if table.index.name is not None and table.index.name not in table.columns:
        table = table.reset_index()
    table.columns = table.columns.astype(str)
    if table.empty:
        raise KobeShotsError(f"'{path}' has no rows; give a table with one row a shot, parquet or CSV.")
    return table


def find_columns(
    table: pd.DataFrame, made: str | None = None, probability: str | None = None, label: str | None = None
) -> Columns:
    """Return which column is what: those that were named, the others by their usual names in any case.

    >>> find_columns(pd.DataFrame({"Y_true": [0, 1], "Prediction Score": [0.6, 0.7], "prediction_label": [0, 1]}))
    Columns(made='Y_true', probability=None, score='Prediction Score', label='prediction_label')

    Raises KobeShotsError when a named column does not exist or is named twice, when several fit and differ, or when
    there is neither a score nor a label.
    """
    named = {"made": made, "probability": probability, "label": label}
    given = [name for name in named.values() if name is not None]
    for role, name in named.items():
        if name is not None and name not in table.columns:
            raise KobeShotsError(f"There is no column '{name}' for --{role}; {_has(table)}.")
        if name is not None and given.count(name) > 1:
            raise KobeShotsError(f"Column '{name}' is named for two things; name a column of its own for --{role}.")
    free = [name for name in table.columns if name not in given]
    labels = [name for name in _fitting(free, "label") if is_binary(table[name])]
    scores = [name for name in _fitting(free, "label") if name not in labels]
    made = made or _only(table, _fitting(free, "made"), "outcomes", "made")
    score = None
    if probability is None:
        probability = _only(table, _fitting(free, "probability"), "probabilities", "probability")
        score = None if probability else _only(table, _fitting(free, "score"), "scores", "probability")
    if probability is None and score is None:
        probability = _only(table, scores, "probabilities", "probability")
    label = label or _only(table, labels, "predicted labels", "label")
    if probability is None and score is None and label is None:
        raise KobeShotsError(
            f"No column is known to hold predictions: {_has(table)}. Name it with --probability (of a basket) or "
            "--label (0 or 1), and the outcome with --made."
        )
    return Columns(made=made, probability=probability, score=score, label=label)


def plain(name: str) -> str:
    """Return a column's name without case, accents and separators.

    >>> plain("Previsão_1")
    'previsao1'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).lower() if letter.isalnum())


def _parse(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        head = file.read(LOOKED_AT)
    if head.startswith(PARQUET):
        return pd.read_parquet(path)
    if b"\0" in head:
        raise ValueError("it holds binary data")
    titles = head.splitlines()[0] if head.strip() else b""
    separator = max(",;\t", key=lambda mark: titles.count(mark.encode()))
    # spreadsheets that separate by semicolon do so because their decimals have a comma
    return pd.read_csv(
        path, sep=separator, decimal="," if separator == ";" else ".", low_memory=False, encoding="utf-8-sig"
    )


def _fitting(names: list[str], role: str) -> list[str]:
    return [name for name in names if plain(name) in NAMES[role].split()]


def _only(table: pd.DataFrame, fitting: list[str], what: str, option: str) -> str | None:
    """Return the one column that fits, the first of several that are equal, or None."""
    if any(not table[name].equals(table[fitting[0]]) for name in fitting[1:]):
        raise KobeShotsError(
            f"Columns {_listed(fitting)} may all hold the {what}, and differ; one is needed. Name it with --{option}."
        )
    return fitting[0] if fitting else None


def _has(table: pd.DataFrame) -> str:
    return f"the table has {_listed(list(table.columns))}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
