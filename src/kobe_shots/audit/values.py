"""Which numbers does a column of a foreign table hold? Outcomes and probabilities, or one sentence on why not."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from kobe_shots.errors import KobeShotsError

Floats = npt.NDArray[np.float64]

WORDS = {"true": 1.0, "false": 0.0}
HIGHEST_PERCENT = 100
SHOWN = 3


def outcomes(column: pd.Series) -> Floats:
    """Return (n,) zeros and ones, NaN where a value is missing, from numbers, booleans or their spelling in text.

    Raises KobeShotsError when the column holds anything else.

    >>> outcomes(pd.Series([True, None, "0.0", 1])).tolist()
    [1.0, nan, 0.0, 1.0]
    """
    values, wrong = _numbers(column)
    wrong |= ~np.isnan(values) & (values != 0) & (values != 1)
    if wrong.any():
        raise KobeShotsError(
            f"Column '{column.name}' holds {_shown(column[wrong])}; an outcome or label is 0 (missed), 1 (made) or "
            "missing. Recode it, or name another column."
        )
    return values


def is_binary(column: pd.Series) -> bool:
    """Return whether `outcomes` would take the column.

    >>> is_binary(pd.Series([0.0, 1.0])), is_binary(pd.Series([0.3, 1.0]))
    (True, False)
    """
    try:
        outcomes(column)
    except KobeShotsError:
        return False
    return True


def probabilities(column: pd.Series) -> Floats:
    """Return (n,) numbers in [0, 1], NaN where a value is missing.

    Raises KobeShotsError for text, for infinite values, and for numbers outside [0, 1], which are percent or log odds.

    >>> probabilities(pd.Series(["0.25", None])).tolist()
    [0.25, nan]
    """
    values, wrong = _numbers(column)
    if wrong.any():
        raise KobeShotsError(
            f"Column '{column.name}' holds {_shown(column[wrong])} in {wrong.sum():,} of {len(column):,} rows; "
            "a score is a number between 0 and 1, written with a point. Mend them, or name another column with "
            "--probability."
        )
    if (infinite := np.isinf(values).sum()) > 0:
        raise KobeShotsError(
            f"Column '{column.name}' holds {infinite:,} infinite values; a score is a number between 0 and 1. "
            "Mend the scores, infinite log odds are a probability of 0 or 1."
        )
    outside = (values < 0) | (values > 1)
    if outside.any():
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        is_percent = low >= 0 and high <= HIGHEST_PERCENT
        hint = "percent: divide by 100" if is_percent else "log odds: take 1 / (1 + exp(-score))"
        raise KobeShotsError(
            f"Column '{column.name}' holds {outside.sum():,} scores outside [0, 1], from {low:.4g} to {high:.4g}; "
            f"a probability lies between 0 and 1. Perhaps they are {hint}."
        )
    return values


def _numbers(column: pd.Series) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the values as floats, NaN where missing or no number, and where they are no number."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(np.float64, na_value=np.nan)
        return values, np.zeros(len(values), dtype=np.bool_)
    text = column.astype(str).str.strip().str.lower()
    missing = (column.isna() | text.isin(["", "nan", "none", "null", "na", "<na>"])).to_numpy(np.bool_)
    read = pd.to_numeric(text.replace({word: str(value) for word, value in WORDS.items()}), errors="coerce")
    values = np.where(missing, np.nan, read.to_numpy(np.float64, na_value=np.nan))
    return values, np.isnan(values) & ~missing


def _shown(wrong: pd.Series) -> str:
    different = [f"'{str(value)[:20]}'" for value in wrong.astype(str).unique()[: SHOWN + 1]]
    return ", ".join(different[:SHOWN]) + (", ..." if len(different) > SHOWN else "")
