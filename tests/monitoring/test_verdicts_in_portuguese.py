"""Is every verdict sayable in Portuguese, whatever is wrong with the shots?"""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

from kobe_shots.language import PORTUGUESE, speak
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.shots.schema import TARGET

Draw = Callable[..., pd.DataFrame]
Look = Callable[..., tuple[Health, Verdicts]]
Left = Callable[[BaseModel], list[str]]

ENGLISH_WORDS = re.compile(r"\b(the|is|are|of|shots?|and|with|than|its|labels?|usual is)\b", re.IGNORECASE)


def redrawn(shots: pd.DataFrame, chance: pd.Series) -> pd.DataFrame:
    """Return shots that go in with another chance."""
    return shots.assign(**{TARGET: (np.random.default_rng(0).random(len(shots)) < chance).astype(np.float64)})


def sharpened(shots: pd.DataFrame, slope: float) -> pd.Series:
    odds = np.log(shots["probability"] / (1 - shots["probability"]))
    return 1 / (1 + np.exp(-slope * odds))


def with_faults(shots: pd.DataFrame) -> pd.DataFrame:
    faulty = shots.assign(kobe_extra=1)
    for row, (column, value) in enumerate({"lat": np.nan, "period": 50, "probability": np.nan}.items()):
        faulty.iloc[row, faulty.columns.get_loc(column)] = value
    return pd.concat([faulty, faulty.iloc[10:12]])


def with_called(shots: pd.DataFrame, n: int) -> pd.DataFrame:
    called = shots.copy()
    called.iloc[:n, called.columns.get_loc("probability")] = 0.51
    return called


CASES: dict[str, Callable[[Draw], pd.DataFrame]] = {
    "as usual": lambda draw: draw(3, 3_000),
    "few": lambda draw: draw(8, 400),
    "too few labelled": lambda draw: draw(11, 15),
    "without outcomes": lambda draw: draw(5, 2_000, labelled=False),
    "out of support": lambda draw: draw(6, 2_000, feet=(25, 30)),
    "partly out of support": lambda draw: draw(23, 2_000, feet=(0, 26)),
    "few out of support": lambda draw: draw(6, 60, feet=(25, 30)),
    "moved": lambda draw: draw(23, 2_000, feet=(0, 5)),
    "playoffs": lambda draw: draw(23, 2_000).assign(playoffs=1, minutes_remaining=0),
    "too high": lambda draw: redrawn(draw(7, 4_000), draw(7, 4_000)["probability"] - 0.15),
    "too low": lambda draw: redrawn(draw(7, 4_000), draw(7, 4_000)["probability"] + 0.15),
    "turned": lambda draw: redrawn(draw(8, 4_000), 1 - draw(8, 4_000)["probability"]),
    "no ranking": lambda draw: redrawn(draw(8, 4_000), draw(8, 4_000)["probability"] * 0 + 0.45),
    "timid": lambda draw: redrawn(draw(18, 6_000), sharpened(draw(18, 6_000), 2)),
    "bold": lambda draw: redrawn(draw(18, 6_000), sharpened(draw(18, 6_000), 0.4)),
    "none called": lambda draw: draw(9, 3_000, feet=(12, 22)),
    "one called": lambda draw: with_called(draw(9, 3_000, feet=(12, 22)), 1),
    "two called": lambda draw: with_called(draw(9, 3_000, feet=(12, 22)), 2),
    "one score": lambda draw: draw(19, 2_000).assign(probability=0.44),
    "scores fallen": lambda draw: draw(20, 2_000).assign(probability=lambda shots: shots["probability"] - 0.1),
    "scores risen": lambda draw: draw(20, 2_000).assign(probability=lambda shots: shots["probability"] + 0.1),
    "faults": lambda draw: with_faults(draw(21, 2_000)),
    "nothing scored": lambda draw: draw(22, 100).assign(probability=np.nan),
}


@pytest.mark.parametrize("case", CASES)
def test_every_verdict_is_sayable_in_portuguese(case: str, draw_shots: Draw, look: Look, english_left: Left) -> None:
    said = look(CASES[case](draw_shots))[1]
    assert not english_left(said)
    portuguese = speak(PORTUGUESE)
    judgements = (said.with_labels, said.without_labels)
    findings = [said.overall, *(one for judgement in judgements for one in (judgement.overall, *judgement.findings))]
    told = [portuguese.tell(one) for one in findings]
    told += [portuguese.tell(one, "action") for one in (said, *judgements)]
    assert not [text for text in told if ENGLISH_WORDS.search(text)]
