"""Which features have changed, window by window, and what does that do to the model? A table, and its sentences."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from kobe_shots.language import say
from kobe_shots.monitoring.drift import DISTANCES, FeatureDrift
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.table import ALL
from kobe_shots.monitoring.without_labels import by_consequence, describe, has_consequences
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Finding, Severity

OF_FEATURE = list(FeatureDrift.model_fields)
KINDS: Mapping[Any, str] = {str: "str", int: "int64", float: "float64", bool: "bool"}
COLUMNS = {
    "batch": "str",
    "window": "str",
    "start": "str",
    "end": "str",
    "rank": "int64",
    **{name: KINDS[field.annotation] for name, field in FeatureDrift.model_fields.items()},
    "effect_limit": "float64",
    "unseen_limit": "float64",
    "level": "float64",
    "consequences": "bool",
    **{f"{name}_alert": "bool" for name in (*DISTANCES, "effect", "unseen")},
}


def lay_out_drifts(batches: Iterable[Health], how: Monitoring) -> pd.DataFrame:
    """Return how each feature, and the score, differ from what was learned, in each batch and each window of it.

    Columns: batch, window (`all` for the whole batch), start, end, rank (1 is the gravest of its window), all that
    `FeatureDrift` holds, effect_limit (a smaller effect does not count), unseen_limit (a larger share beyond what was
    learned is unbearable), level (below which a p-value is a drift), consequences (whether the drift has any), and
    whether each distance, the effect and the unseen share are beyond their limits (psi_alert and so on).
    """
    effect, unseen = how.minimum_effect, 1 - how.trust.minimum_share_in_support
    rows = [
        {
            "batch": health.name,
            "window": ALL if examined is health.all else examined.window.name,
            "start": examined.window.start,
            "end": examined.window.end,
            "rank": rank,
            **one.model_dump(),
            "effect_limit": effect,
            "unseen_limit": unseen,
            "level": how.drift.level,
            "consequences": has_consequences(one, how),
            **{f"{name}_alert": getattr(one, name) > getattr(one, f"{name}_limit") for name in DISTANCES},
            "effect_alert": abs(one.effect) >= effect,
            "unseen_alert": one.unseen > unseen,
        }
        for health in batches
        for examined in (health.all, *health.windows)
        for rank, one in enumerate(by_consequence(examined.drift), start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def say_drift(row: Mapping[str, Any]) -> Finding:
    """Return what a row of that table says: how far shots have moved, and whether it matters."""
    one = FeatureDrift.model_validate({name: row[name] for name in OF_FEATURE})
    evidence = {"p_value": one.p_value, "effect": one.effect, "unseen": one.unseen, "n": one.n}
    if not one.drifted:
        sentence = say("{feature} differs by no more than stretches of what was learned do.", feature=one.feature)
        return Finding(code="drift", severity=Severity.OK, sentence=sentence, evidence=evidence)
    moved = describe(one)
    if row["consequences"]:
        sentence = say("Changed, with consequences: {moved}.", moved=moved)
        return Finding(code="drift", severity=Severity.WATCH, sentence=sentence, evidence=evidence)
    sentence = say("Changed, without consequences: {moved}.", moved=moved)
    return Finding(code="drift", severity=Severity.OK, sentence=sentence, evidence=evidence)
