"""How good were the estimates? Errors beside chance and beside no change, coverage, and the trust check's confusion.

An estimate is *wrong* when it misses by more than 0.01 in log loss and by more than chance. What chance does depends on
how often it is asked: of a thousand batches whose probabilities are known exactly a few miss by three standard errors.
So the limit is the one that chance would pass for any of the batches once in twenty times (Bonferroni), and never less
than three standard errors; how many pass three is stated beside, with how many chance alone would send there.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import ndtr, ndtri

from kobe_shots.monitoring.backtest import IN_USE, TOLERANCE, Revealed
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trials import ESTIMATORS, NO_CHANGE
from kobe_shots.monitoring.trust import Level

POOLED = "all of 1,000 and more"
FEWEST = 1_000  # shots of a batch, for the targets
SAYERS = (IN_USE, *ESTIMATORS, NO_CHANGE)
LEAST_SURE = 3.0  # standard errors of chance
ANY_BY_CHANCE = 0.05
MEAN_OF_NORMAL = float(np.sqrt(2 / np.pi))  # mean distance from the centre, by one standard deviation
MOST_ERROR = {"log_loss": 0.006, "roc_auc": 0.02}
MOST_OVER_CHANCE = 1.3
COVERAGE = (0.93, 0.97)


class Frozen(BaseModel):
    """What the records below share: they do not change, and have no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(Frozen):
    """How near an estimator came to one metric over the batches of a kind.

    Attributes:
        batches: for which it had an estimate; all numbers are means over these.
        n: shots of a batch.
        error: distance of estimate and realized metric.
        bias: the same with its sign: above zero the estimate is too high.
        of_no_change: distance of the reference's own metric and the realized one.
        chance: distance that chance alone would give, were every probability known.
        covered: share of batches whose realized metric lies in the interval; None without intervals.
        of_truth: distance of the estimate and what was to be expected, where true probabilities are known.
    """

    model: str
    kind: str
    estimator: str
    metric: str
    batches: int
    n: float
    error: float
    bias: float
    of_no_change: float
    chance: float
    covered: float | None
    of_truth: float | None

    @property
    def over_chance(self) -> float:
        """The error as a multiple of what chance alone gives."""
        return self.error / self.chance if self.chance else float("inf")


class Confusion(Frozen):
    """How the trust check did on the batches of a kind: whether to believe, against whether the estimate was right."""

    model: str
    kind: str
    trusted_right: int
    trusted_wrong: int
    caution_right: int
    caution_wrong: int
    distrusted_right: int
    distrusted_wrong: int


class Target(Frozen):
    """What is asked of the estimates in use over large batches, and whether it is met."""

    model: str
    metric: str
    what: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the value lies where it should."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


class Asked(Frozen):
    """What was asked for: fingerprint of the raw shots, random blocks, simulated careers."""

    fingerprint: str
    blocks: int
    careers: int


class BackTest(Frozen):
    """How the estimates did on hidden batches.

    Attributes:
        batches: that were tried, each counted once for each model.
        sure: standard errors of chance from which on an estimate is wrong.
        trusted_wrong: names of those that were trusted and wrong; there must be none.
        beyond_three: how many trusted ones miss by more than 0.01 and three standard errors.
        beyond_three_by_chance: how many chance alone would let.
    """

    asked: Asked
    batches: int
    sure: float
    rows: list[Row]
    confusion: list[Confusion]
    targets: list[Target]
    trusted_wrong: list[str]
    beyond_three: int
    beyond_three_by_chance: float


def assess(revealed: Iterable[Revealed], asked: Asked) -> BackTest:
    """Return how estimates did, by model and kind of batch, and pooled over large batches that have an estimate."""
    seen = list(revealed)
    sure = max(LEAST_SURE, -float(ndtri(ANY_BY_CHANCE / 2 / max(1, sum(one.spread > 0 for one in seen)))))
    rows: list[Row] = []
    confusion: list[Confusion] = []
    targets: list[Target] = []
    for model in dict.fromkeys(one.model for one in seen):
        of_model = [one for one in seen if one.model == model]
        for kind in dict.fromkeys(one.kind for one in of_model):
            batches = [one for one in of_model if one.kind == kind]
            rows += _rows(model, kind, batches)
            confusion.append(_confusion(model, kind, batches, sure))
        pooled = _rows(model, POOLED, [one for one in of_model if one.n >= FEWEST and IN_USE in one.estimates])
        rows += pooled
        targets += [target for row in pooled if row.estimator == IN_USE for target in _targets(row)]
    trusted = [one for one in seen if one.level is Level.TRUSTED]
    by_chance = [2 * ndtr(-max(LEAST_SURE, TOLERANCE / one.spread)) for one in trusted if one.spread]
    return BackTest(
        asked=asked,
        batches=len(seen),
        sure=sure,
        rows=rows,
        confusion=confusion,
        targets=targets,
        trusted_wrong=[
            f"{one.model}, {one.kind}, {one.name}: off by {one.error:.4f} on {one.n:,} shots"
            for one in trusted
            if one.is_wrong(sure)
        ],
        beyond_three=sum(one.is_wrong(LEAST_SURE) for one in trusted),
        beyond_three_by_chance=float(np.sum(by_chance)),
    )


def _rows(model: str, kind: str, batches: Sequence[Revealed]) -> list[Row]:
    rows = []
    for estimator in SAYERS:
        for metric in batches[0].chance if batches else ():
            told = [(one, one.estimates[estimator][metric]) for one in batches if estimator in one.estimates]
            told = [(one, said) for one, said in told if said.value is not None and metric in one.truth]
            if told:
                rows.append(_row(model, kind, estimator, metric, told))
    return rows


def _row(model: str, kind: str, estimator: str, metric: str, told: Sequence[tuple[Revealed, Told]]) -> Row:
    def numbers(values: Iterable[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    truth = numbers(one.truth[metric] for one, _ in told)
    said, low, high = (numbers(getattr(one, end) for _, one in told) for end in ("value", "low", "high"))
    unchanged = numbers(one.estimates[NO_CHANGE][metric].value for one, _ in told)
    expected = numbers(one.expected_truth.get(metric) for one, _ in told)
    told_where = ~np.isnan(low)
    return Row(
        model=model,
        kind=kind,
        estimator=estimator,
        metric=metric,
        batches=len(told),
        n=float(np.mean([one.n for one, _ in told])),
        error=float(np.abs(said - truth).mean()),
        bias=float((said - truth).mean()),
        of_no_change=float(np.abs(unchanged - truth).mean()),
        chance=float(np.mean([one.chance[metric] for one, _ in told])) * MEAN_OF_NORMAL,
        covered=float(((low <= truth) & (truth <= high))[told_where].mean()) if told_where.any() else None,
        of_truth=None if np.isnan(expected).any() else float(np.abs(said - expected).mean()),
    )


def _confusion(model: str, kind: str, batches: Sequence[Revealed], sure: float) -> Confusion:
    def count(level: Level, *, wrong: bool) -> int:
        return sum(one.level is level and one.is_wrong(sure) is wrong for one in batches)

    return Confusion(
        model=model,
        kind=kind,
        trusted_right=count(Level.TRUSTED, wrong=False),
        trusted_wrong=count(Level.TRUSTED, wrong=True),
        caution_right=count(Level.CAUTION, wrong=False),
        caution_wrong=count(Level.CAUTION, wrong=True),
        distrusted_right=count(Level.NOT_ESTIMABLE, wrong=False),
        distrusted_wrong=count(Level.NOT_ESTIMABLE, wrong=True),
    )


def _targets(row: Row) -> list[Target]:
    if row.metric not in MOST_ERROR:
        return []
    asked = [
        ("error", row.error, None, MOST_ERROR[row.metric]),
        ("error over chance", row.over_chance, None, MOST_OVER_CHANCE),
        ("error over that of no change", row.error / row.of_no_change, None, 1.0),
        *([("share covered", row.covered, *COVERAGE)] if row.covered is not None else []),
    ]
    return [
        Target(model=row.model, metric=row.metric, what=what, value=value, least=least, most=most)
        for what, value, least, most in asked
    ]
