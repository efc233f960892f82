"""How is what the champion says given back? Beside the table that was handed over, row by row, and as shares."""

from itertools import count

import numpy as np
import pandas as pd

from kobe_shots.language import IN_ENGLISH, Language, join
from kobe_shots.models.scoring import Champion, probability_of_basket
from kobe_shots.monitoring.batches import BATCH, CHAMPION, MODEL, PROD
from kobe_shots.monitoring.newcomers import Newcomers, Remark
from kobe_shots.monitoring.newcomers_scored import IN_SUPPORT, LABEL, NOVELTY, Scored
from kobe_shots.monitoring.stream import PROBABILITY
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET

NOTE = "note"
ADDED = [PROBABILITY, LABEL, IN_SUPPORT, NOVELTY, NOTE]
BINS = 40
MOST_LISTED = 1_000


def lay_out(scored: Scored, language: Language = IN_ENGLISH) -> pd.DataFrame:
    """Return the table as it came with what was found beside it, row by row.

    The columns added are probability, label, in_support, novelty_feet and note; one whose name is taken has a number.
    """
    table = scored.newcomers.table.reset_index(drop=True)
    added = scored.scores.assign(**{NOTE: note_rows(scored.remarks, len(table), language)})
    return pd.concat([table, added.rename(columns={name: free_name(name, table) for name in ADDED})], axis=1)


def list_noted(scored: Scored, language: Language = IN_ENGLISH) -> pd.DataFrame:
    """Return the first rows of which something is to be said, at most a thousand: row, counted from 1, and note."""
    notes = note_rows(scored.remarks, len(scored.scores), language)
    noted = notes[notes != ""].head(MOST_LISTED)
    return pd.DataFrame({"row": noted.index + 1, NOTE: noted.to_numpy()})


def type_columns(result: pd.DataFrame, newcomers: Newcomers) -> pd.DataFrame:
    """Return a result in which the features and the outcome are numbers, where all that was written there was one."""
    kept = {remark.column for remark in newcomers.remarks if remark.code == "unreadable" or remark.column == TARGET}
    taken = {
        name: newcomers.taken[name] for name in (*FEATURES, TARGET) if name in newcomers.taken and name not in kept
    }
    return result.assign(**{column: newcomers.shots[name].to_numpy() for name, column in taken.items()})


def share_scores(scored: Scored, champion: Champion) -> pd.DataFrame:
    """Return how the scores are spread, beside those of the shots the champion learned from.

    Columns: low and high, the ends of a bin; uploaded and learned, the shares of either in it.
    """
    edges = np.linspace(0, 1, BINS + 1)
    given = scored.scores.loc[scored.newcomers.can_be_scored, PROBABILITY].to_numpy()
    known = probability_of_basket(champion.estimator, champion.train)
    shares = {
        name: np.histogram(of, edges)[0] / max(len(of), 1) for name, of in (("uploaded", given), ("learned", known))
    }
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], **shares})


def draw_example(monitored: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return n of the production shots that are watched, evenly through time, as a table to hand over: no outcomes."""
    rows = monitored[(monitored[MODEL] == CHAMPION) & (monitored[BATCH] == PROD)]
    rows = rows[rows[FEATURES].notna().all(axis=1)]
    some = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(n, len(rows))).round().astype(int))]
    return some[[name for name in (ROW_ID, "game_date", *FEATURES) if name in some]].reset_index(drop=True)


def note_rows(remarks: tuple[Remark, ...], n: int, language: Language = IN_ENGLISH) -> pd.Series:
    """Return what is to be said of each of n rows, in a language; empty where nothing is."""
    code = np.zeros(n, np.int64)
    for at, remark in enumerate(remarks):
        code |= remark.rows.astype(np.int64) << at
    kinds, which = np.unique(code, return_inverse=True)
    texts = [_note([one for at, one in enumerate(remarks) if kind >> at & 1], language) for kind in kinds.tolist()]
    return pd.Series(np.array(texts, dtype=object)[which], dtype="str")


def _note(remarks: list[Remark], language: Language) -> str:
    if not remarks:
        return ""
    reasons = join("; ", [one.reason for one in remarks])
    if all(one.scored for one in remarks):
        return language.say("{reasons}", reasons=reasons)
    return language.say("not scored: {reasons}", reasons=reasons)


def free_name(wanted: str, table: pd.DataFrame) -> str:
    """Return a name that no column of a table has: the one that is wanted, or that with a number.

    >>> free_name("note", pd.DataFrame(columns=["note", "note_2"]))
    'note_3'
    """
    tried = (wanted if number == 1 else f"{wanted}_{number}" for number in count(1))
    return next(name for name in tried if name not in table)
