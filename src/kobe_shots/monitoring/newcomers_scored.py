"""What does the champion say of shots that somebody hands over, and is it well on them? Scores first, then verdicts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import say
from kobe_shots.models.scoring import Champion, probability_of_basket, score
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, OWN, REFERENCE, TEST
from kobe_shots.monitoring.health import examine
from kobe_shots.monitoring.judgement import Verdicts, judge
from kobe_shots.monitoring.newcomers import Newcomers, Remark, Rows
from kobe_shots.monitoring.stream import ORDER, PROBABILITY, Stream, admit
from kobe_shots.monitoring.support import learn_support
from kobe_shots.parameters import Cut, Monitoring
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET
from kobe_shots.shots.written import to_numbers, to_text

UPLOAD = "upload"
LABEL, IN_SUPPORT, NOVELTY = "label", "in_support", "novelty_feet"
WATCHED = {ROW_ID, BATCH, MODEL, OWN, PROBABILITY, *FEATURES}
WATCH_AGAIN = "kedro run --pipeline=Monitoramento"


@dataclass(frozen=True)
class Tally:
    """What a table of scored shots adds up to; scores are None where there are none.

    Attributes:
        rows: of the table.
        scored: rows that have a score.
        labelled: of those, with an outcome.
        outside: of those that are scored, unlike the shots the champion learned from.
        called: of those that are scored, called a basket.
        low, median, mean, high: of the scores.
    """

    rows: int
    scored: int
    labelled: int
    outside: int
    called: int
    low: float | None
    median: float | None
    mean: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Scored:
    """Shots that were handed over, with what the champion says of them.

    Attributes:
        newcomers: the shots.
        scores: row by row, probability, label, in_support and novelty_feet; missing where a row cannot be scored.
        remarks: on rows; those of the newcomers, and whether the champion has learned from a shot.
        learned: whether each row is a shot that the champion learned from.
    """

    newcomers: Newcomers
    scores: pd.DataFrame
    remarks: tuple[Remark, ...]
    learned: Rows

    @cached_property
    def tally(self) -> Tally:
        """What they add up to."""
        scored = self.scores[self.newcomers.can_be_scored]
        of = scored[PROBABILITY]
        low, median, mean, high = map(float, (of.min(), of.median(), of.mean(), of.max())) if len(of) else (None,) * 4
        return Tally(
            rows=len(self.scores),
            scored=len(scored),
            labelled=int(self.newcomers.shots[TARGET][self.newcomers.can_be_scored].notna().sum()),
            outside=int((~scored[IN_SUPPORT].astype(bool)).sum()),
            called=int(scored[LABEL].sum()),
            low=low,
            median=median,
            mean=mean,
            high=high,
        )


@dataclass(frozen=True, eq=False)
class Usual:
    """What a batch is judged against.

    Attributes:
        baseline: what is usual on the shots the champion learned from.
        held_out: others like them, which it has not learned from.
    """

    baseline: Baseline
    held_out: Stream | None


def score_newcomers(newcomers: Newcomers, champion: Champion, how: Monitoring) -> Scored:
    """Return what the champion says of each row that can be scored, and how far it is from what was learned."""
    rows = newcomers.can_be_scored
    shots = newcomers.shots[rows]
    scores = pd.DataFrame(
        {
            PROBABILITY: np.full(len(rows), np.nan),
            LABEL: pd.array([pd.NA] * len(rows), dtype="Int64"),
            IN_SUPPORT: pd.array([pd.NA] * len(rows), dtype="boolean"),
            NOVELTY: np.full(len(rows), np.nan),
        }
    )
    if len(shots):
        support = learn_support(champion.train[FEATURES], how.support.neighbours, how.support.coverage)
        novelty = support.novelty(shots)
        said = score(champion.estimator, shots)
        scores.loc[rows, [PROBABILITY, LABEL]] = said[[PROBABILITY, LABEL]]
        scores.loc[rows, IN_SUPPORT] = support.holds(shots, novelty)
        scores.loc[rows, NOVELTY] = novelty
    learned = _learned(newcomers, champion.train)
    said_of = say("the champion learned from this shot, and the verdict leaves it out")
    remark = Remark("learned", ROW_ID, said_of, learned, scored=True)
    return Scored(newcomers, scores, (*newcomers.remarks, *([remark] if remark.n else [])), learned)


def learn_usual(monitored: pd.DataFrame, champion: Champion, how: Monitoring) -> Usual:
    """Return what a batch is judged against, from the shots that are watched.

    Args:
        monitored: as monitoring writes them, columns `WATCHED` at least; batch `reference` is what the champion
            learned from.
        champion: who is in office.
        how: the parameters.

    Raises:
        KobeShotsError: they are of another champion, or too few.
    """
    of_champion = monitored[monitored[MODEL] == CHAMPION].set_index(ROW_ID)
    reference = of_champion[of_champion[BATCH] == REFERENCE]
    own = reference[OWN]
    same = len(reference) == len(champion.train) and reference.index.isin(champion.train.index).all()
    if not same or not np.allclose(own, probability_of_basket(champion.estimator, reference)):
        raise KobeShotsError(
            say(
                "The shots that are watched were scored by another champion than {name} version {version}; watch them "
                "again: {command}.",
                name=champion.name,
                version=champion.version,
                command=WATCH_AGAIN,
            )
        )
    known = [name for name in (*FEATURES, PROBABILITY, TARGET, *ORDER, "season") if name in of_champion]
    held_out = of_champion.loc[of_champion[BATCH] == TEST, known]
    return Usual(learn_baseline(admit(reference[known]), own, how), admit(held_out) if len(held_out) else None)


def judge_newcomers(scored: Scored, usual: Usual, how: Monitoring) -> Verdicts:
    """Return the verdicts on a batch, without the shots that the champion learned from.

    Raises:
        KobeShotsError: it learned from all of them.
    """
    if scored.learned.all():
        raise KobeShotsError(
            say(
                "The champion learned from all {n:,} shots, so what it says of them does not tell how good it is; give "
                "others.",
                n=len(scored.learned),
            )
        )
    shots = _to_watch(scored)[~scored.learned]
    whole = how.model_copy(update={"windows": Cut(by="count", size=max(len(shots), 1))})
    return judge(examine(UPLOAD, admit(shots), usual.baseline, usual.held_out, whole), usual.baseline, whole)


def _learned(newcomers: Newcomers, train: pd.DataFrame) -> Rows:
    """Return which rows have the id of a learned shot and its features: ids alone say little in a table of others."""
    shots = newcomers.shots
    if ROW_ID not in newcomers.taken:
        return np.zeros(len(shots), bool)
    ids, _ = to_numbers(newcomers.table[newcomers.taken[ROW_ID]])
    same = train[FEATURES].reindex(ids)
    return np.asarray(np.isclose(shots[FEATURES], same, rtol=0, atol=1e-6).all(axis=1))


def _to_watch(scored: Scored) -> pd.DataFrame:
    """Return the shots as a stream takes them; in the order of the table where they do not say when they were taken."""
    newcomers = scored.newcomers
    shots = newcomers.shots.assign(**{PROBABILITY: scored.scores[PROBABILITY]}, **_when(newcomers))
    return shots.set_axis(newcomers.ids)


def _when(newcomers: Newcomers) -> dict[str, pd.Series]:
    """Return what orders shots in time; nothing where any of it cannot be read."""
    columns = {name: newcomers.table[newcomers.taken[name]] for name in ORDER if name in newcomers.taken}
    if "game_date" not in columns:
        return {}
    days = to_text(columns.pop("game_date")).str.slice(0, 10).reset_index(drop=True)
    numbers = {name: pd.Series(to_numbers(column)[0]) for name, column in columns.items()}
    read: list[pd.Series] = [pd.to_datetime(days, format="%Y-%m-%d", errors="coerce"), *numbers.values()]
    return {} if any(of.isna().any() for of in read) else {"game_date": days, **numbers}
