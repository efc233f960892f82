"""What do the raw columns hold? Their categories, and counts of both bases, as tables."""

from pathlib import Path

import pandas as pd

from kobe_shots.documents.artifacts.raw_columns import (
    CATEGORIES,
    DATE,
    IDENTIFIER,
    NOMINAL,
    RAW_COLUMNS,
    RawColumn,
)
from kobe_shots.documents.markdown import table
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Language
from kobe_shots.shots.schema import FEATURES

FILES = {stage: f"data/01_raw/dataset_kobe_{stage}.parquet" for stage in ("dev", "prod")}
FREQUENT = 3  # values named
FEW = 2  # values that are all named
SEASON = "season"  # in the order of its text


def sections(project: Path, language: Language) -> dict[str, str]:
    """Return the tables by the name of their section.

    Raises KobeShotsError where the raw files are not there.
    """
    return {
        "raw_categories": _categories(language),
        "raw_columns": _columns(language),
        "raw_counts": _counts(read_raw(project), language),
    }


def read_raw(project: Path) -> dict[str, pd.DataFrame]:
    """Return both raw bases of a project, by stage; raises KobeShotsError where they are not there."""
    try:
        return {stage: pd.read_parquet(project / path) for stage, path in FILES.items()}
    except OSError as error:
        raise KobeShotsError("The raw files are not there yet; fetch them first: kobe-shots fetch.") from error


def tell_values(column: RawColumn, values: pd.Series, language: Language) -> str:
    """Return the range of what has an order, and the most frequent of what has none, or few values."""
    if column.category in {IDENTIFIER, DATE} or column.name == SEASON:
        # numbers and days as they are written, without separators
        return language.say("{low} to {high}", low=f"`{values.min()}`", high=f"`{values.max()}`")
    if column.category == NOMINAL or values.nunique() <= FEW or not pd.api.types.is_numeric_dtype(values):
        shares = values.value_counts(normalize=True).sort_index().sort_values(ascending=False, kind="stable")
        return ", ".join(
            language.say("{value} {share:.1%}", value=f"`{_plain(value)}`", share=share)
            for value, share in shares.head(FREQUENT).items()
        )
    low, high = (_plain(end) for end in (values.min(), values.max()))
    return language.say("{low} to {high}", low=low, high=high)


def _categories(language: Language) -> str:
    say = language.say
    head = [say("category"), say("what it is"), say("how many columns"), say("columns")]
    rows = []
    for category, meaning in CATEGORIES.items():
        names = [_named(column) for column in RAW_COLUMNS if column.category == category]
        rows.append([language.look_up(category), language.look_up(meaning), str(len(names)), ", ".join(names)])
    return table(head, rows) + "\n" + say("In bold: the model uses it.") + "\n"


def _columns(language: Language) -> str:
    say = language.say
    head = [say("column"), say("what it is"), say("category"), say("unit or coding"), say("does the model use it?")]
    return table(
        head,
        [
            [
                _named(column),
                *(language.look_up(text) for text in (column.what, column.category, column.unit, column.use)),
            ]
            for column in RAW_COLUMNS
        ],
    )


def _counts(raw: dict[str, pd.DataFrame], language: Language) -> str:
    say = language.say
    head = [say("column")]
    for stage in raw:
        of = f"`{stage}`"
        head += [say("distinct, {base}", base=of), say("values, {base}", base=of), say("missing, {base}", base=of)]
    rows = []
    for column in RAW_COLUMNS:
        counted = [_named(column)]
        for shots in raw.values():
            values = shots[column.name]
            missing = int(values.isna().sum())
            counted += [
                say("{n:,}", n=values.nunique()),
                tell_values(column, values.dropna(), language),
                say("{n:,} ({share:.1%})", n=missing, share=missing / len(values)) if missing else "0",
            ]
        rows.append([*counted, ", ".join(f"`{name}`" for name in column.follows_from)])
    return table([*head, say("follows from")], rows)


def _named(column: RawColumn) -> str:
    return f"**`{column.name}`**" if column.name in FEATURES else f"`{column.name}`"


def _plain(value: object) -> object:
    """Return a whole number without a fraction, as it is coded."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
