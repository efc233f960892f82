"""What was claimed? Published metrics, read from the command line or from JSON, with the digits they came with."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kobe_shots.audit.predictions import plain
from kobe_shots.errors import KobeShotsError

SPELLINGS = {
    "log_loss": {"logloss", "crossentropy", "binarycrossentropy", "negativeloglikelihood"},
    "f1": {"f1", "f1score"},
    "roc_auc": {"auc", "rocauc", "aucroc", "rocaucscore", "areaundercurve"},
    "brier": {"brier", "brierscore", "brierscoreloss"},
    "accuracy": {"accuracy", "acc", "accuracyscore", "acuracia"},
}
FEWEST_DIGITS = 2  # a claim of one digit, 0.6, would agree with half of what is possible: it has to be nearer
NEAR = 0.01
MOST_DIGITS = 6
# PyCaret rounds scores to four digits, others store 32 bits: a metric of such a table is not known better than this
PRECISION = 5e-5


@dataclass(frozen=True)
class Claim:
    """A metric's name and its published value; the value is None where nothing came out."""

    metric: str
    value: Decimal | None

    def __str__(self) -> str:
        """Return the value with its own digits, or six of them where there are many.

        >>> str(Claim("f1", Decimal("0.50"))), str(Claim("f1", Decimal("0.6464646464")))
        ('0.50', '0.646465')
        """
        if self.value is None:
            return "nothing"
        return str(self.value) if len(self.value.as_tuple().digits) <= MOST_DIGITS else f"{float(self.value):.6g}"

    @property
    def number(self) -> float:
        """The value as a float, NaN where nothing came out."""
        return float("nan") if self.value is None else float(self.value)

    def agrees(self, measured: float) -> bool:
        """Return whether the claim is the measured number, rounded or cut off to the digits it was given with.

        >>> [Claim("log_loss", Decimal("0.716")).agrees(found) for found in (0.7163, 0.7169, 0.7151, 0.718)]
        [True, True, False, False]
        """
        if self.value is None:
            return False
        claimed = self.number
        _, digits, exponent = self.value.as_tuple()
        unit = 10.0**exponent if isinstance(exponent, int) else 0.0
        if self.value and len(digits) < FEWEST_DIGITS:
            return abs(claimed - measured) <= NEAR * abs(claimed)
        if claimed in (0, 1):  # the ends of most scales, which 0.6 and 0.96 are not, however few the digits
            unit = min(unit, NEAR)
        beyond = (measured - claimed) * (1 if claimed >= 0 else -1)
        return -max(unit / 2, PRECISION) <= beyond <= max(unit, PRECISION)


@dataclass(frozen=True)
class Claims:
    """What was claimed, by metric, and the keys that name no known metric; `given` also when nothing is in them."""

    by_metric: Mapping[str, Claim]
    ignored: tuple[str, ...] = ()
    given: bool = False


def read_claims(typed: Iterable[str] = (), path: Path | None = None) -> Claims:
    """Return the claims typed as METRIC=VALUE and those in a JSON file.

    The file is flat, `{"log_loss": 15.4}`, or holds a value with its step as MLflow and Kedro write it,
    `{"log_loss": {"value": 15.4, "step": 0}}`, or a history, of which the last counts. Other keys are ignored by name.

    Raises KobeShotsError for a metric not known on the command line or claimed twice, a value that is no number, and a
    file that is no JSON object.

    >>> read_claims(["Log Loss=15.4", "AUC=nan"]).by_metric
    {'log_loss': Claim(metric='log_loss', value=Decimal('15.4')), 'roc_auc': Claim(metric='roc_auc', value=None)}
    """
    found: dict[str, Claim] = {}
    ignored = []
    pairs = [(*_typed(text), False) for text in typed] + [(key, value, True) for key, value in _stored(path).items()]
    for key, value, from_file in pairs:
        metric = next((name for name, spellings in SPELLINGS.items() if plain(key) in spellings), None)
        if metric is None and from_file:
            ignored.append(key)
        elif metric is None:
            raise KobeShotsError(f"Got a claim about '{key}'; allowed are {', '.join(SPELLINGS)}. Name one of them.")
        elif metric in found:
            raise KobeShotsError(f"Got two claims about {metric}; one of each metric is allowed. Leave one out.")
        else:
            found[metric] = Claim(metric, _number(metric, value))
    return Claims(found, tuple(ignored), given=bool(pairs) or path is not None)


def _typed(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise KobeShotsError(f"Got the claim '{text}'; write METRIC=VALUE, such as log_loss=0.629.")
    return key, value


def _stored(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise KobeShotsError(
            f"The claims '{path}' cannot be read ({error}); give a JSON file such as {{\"log_loss\": 0.629}}."
        ) from error
    if not isinstance(stored, dict):
        raise KobeShotsError(f"The claims '{path}' are no JSON object; write them as {{\"log_loss\": 0.629}}.")
    return stored


def _number(metric: str, value: Any) -> Decimal | None:
    """Return the number of a claim, however it is wrapped, or None where it is missing."""
    if isinstance(value, list) and value:
        return _number(metric, value[-1])
    if isinstance(value, dict) and "value" in value:
        return _number(metric, value["value"])
    if isinstance(value, dict) and len(value) == 1:  # a data frame of one row
        return _number(metric, next(iter(value.values())))
    if value is None or str(value).strip().lower() in ("", "nan", "none", "null"):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or isinstance(value, bool):
        raise KobeShotsError(
            f"Got {str(value)[:40]!r} as the claimed {metric}; a number is needed, with a point, or null for none."
        )
    return number
