"""How do raw shots become bases? Label-less rows apart, incomplete rows out, seven columns, one stratified split."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id
from kobe_shots.parameters import Split
from kobe_shots.report import Base, Preparation
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

ORDER = ["game_date", "game_event_id"]
FEWEST_TO_SPLIT = 2


def keep_labelled(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the complete, labelled shots with the six features and an integer target, indexed by shot id.

    Raises:
        KobeShotsError: no row has a label, or the labels are all the same: there is nothing to learn.
    """
    labelled = raw.set_index(ROW_ID)[[*FEATURES, TARGET]].dropna().astype({TARGET: np.int64})
    counts = labelled[TARGET].value_counts()
    if len(counts) < 2 or counts.min() < FEWEST_TO_SPLIT:  # noqa: PLR2004 -- made and missed
        raise KobeShotsError(
            f"The {len(raw):,} raw shots of one base hold {counts.get(1, 0)} labelled baskets and {counts.get(0, 0)} "
            f"labelled misses; at least {FEWEST_TO_SPLIT} of each are needed. Fetch whole bases: `kobe-shots fetch`."
        )
    return labelled


def keep_unlabelled(raw_dev: pd.DataFrame, raw_prod: pd.DataFrame) -> pd.DataFrame:
    """Return the shots of both bases whose label was withheld, in the order they were taken, indexed by shot id."""
    raw = pd.concat([raw_dev, raw_prod])
    withheld = raw[raw[TARGET].isna()].sort_values([*ORDER, ROW_ID])
    return withheld.set_index(ROW_ID)[[*ORDER, "shot_type", *FEATURES]]


def split_base(prepared: pd.DataFrame, split: Split) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return train and test rows with the same make rate, drawn with the seed.

    Raises:
        KobeShotsError: a part would be too small to hold a basket and a miss.
    """
    try:
        train, test = train_test_split(
            prepared, test_size=split.test_size, random_state=split.seed, stratify=prepared[TARGET]
        )
    except ValueError as error:
        raise KobeShotsError(
            f"{len(prepared):,} prepared shots cannot be split with test_size {split.test_size}: both parts need a "
            "basket and a miss. Choose another preparation.test_size, or fetch more shots: `kobe-shots fetch`."
        ) from error
    return train, test


def describe_base(raw: pd.DataFrame, prepared: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, Any]:
    """Return the dimensions and make rates of one base; see `kobe_shots.report.Base`."""
    unlabelled = int(raw[TARGET].isna().sum())
    return Base(
        base_id=base_id(train),
        raw_rows=len(raw),
        raw_columns=raw.shape[1],
        unlabelled_rows=unlabelled,
        incomplete_rows=len(raw) - unlabelled - len(prepared),
        prepared_rows=len(prepared),
        prepared_columns=prepared.shape[1],
        train_rows=len(train),
        test_rows=len(test),
        test_percent=100 * len(test) / len(prepared),
        make_rate=float(prepared[TARGET].mean()),
        train_make_rate=float(train[TARGET].mean()),
        test_make_rate=float(test[TARGET].mean()),
    ).model_dump()


def record_preparation(provenance: dict[str, Any], dev: dict[str, Any], prod: dict[str, Any]) -> dict[str, Any]:
    """Return what the step did, tied to the data it was done on."""
    return Preparation(
        fingerprint=provenance["fingerprint"],
        bases={"dev": Base.model_validate(dev), "prod": Base.model_validate(prod)},
    ).model_dump()


def flatten_preparation(record: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of the record under one name each, such as `dev_test_rows`."""
    return {
        f"{stage}_{name}": float(value)
        for stage, base in record["bases"].items()
        for name, value in base.items()
        if name != "base_id"
    }
