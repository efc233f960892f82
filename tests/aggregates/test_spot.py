"""Is a spot told to be in support exactly when it is, and why it is not?"""

import numpy as np
import pandas as pd
import pytest

from kobe_shots.aggregates.spot import Spot, count_beyond_line, judge_spot, shot_at
from kobe_shots.language import speak
from kobe_shots.monitoring.support import Support, learn_support


@pytest.fixture(scope="module")
def learned() -> pd.DataFrame:
    """Shots on a net of one foot around the hoop, in quarters, with up to eight minutes left."""
    rows = [
        shot_at(x, y, (x + y) // 10 % 9, 1 + x // 10 % 4, y > 0)
        for x in range(-100, 101, 10)
        for y in range(-50, 101, 10)
    ]
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def support(learned: pd.DataFrame) -> Support:
    return learn_support(learned, 5, 0.9)


def judge(support: Support, learned: pd.DataFrame, *shot: int) -> Spot:
    x, y, minutes, period, playoffs = shot
    return judge_spot(shot_at(x, y, minutes, period, bool(playoffs)), support, len(learned), count_beyond_line(learned))


def test_where_a_shot_is_taken_settles_three_features() -> None:
    assert shot_at(-75, 135, 9, 3, True).loc[0].to_dict() == {
        "lat": 33.9093,
        "lon": -118.3448,
        "minutes_remaining": 9,
        "period": 3,
        "playoffs": 1,
        "shot_distance": 15,
    }


def test_among_learned_shots_it_is_in_support_and_the_neighbours_are_told(
    support: Support, learned: pd.DataFrame
) -> None:
    spot = judge(support, learned, 0, 30, 2, 1, 0)
    assert spot.in_support
    # itself, then its four neighbours a foot away
    assert spot.sentence == "The champion learned from 5 shots within 1.0 ft of here."
    assert spot.line == ""


def test_far_away_it_is_not_and_how_far_is_told(support: Support, learned: pd.DataFrame) -> None:
    spot = judge(support, learned, 0, 300, 2, 1, 0)
    assert not spot.in_support
    net = [(x, y) for x in range(-100, 101, 10) for y in range(-50, 101, 10)]
    feet = sorted(np.hypot(x, y - 300) / 10 for x, y in net)[4]
    assert f"the 5 nearest it learned from reach {feet:.1f} ft far" in spot.sentence
    assert "it learned from no shot with shot_distance 30, only 0 to 14" in spot.sentence
    assert spot.line == (
        f"From beyond the three-point line, as were 0 of the {len(learned):,} shots the champion learned from."
    )


def test_a_value_that_was_never_learned_puts_it_outside_wherever_it_is(support: Support, learned: pd.DataFrame) -> None:
    spot = judge(support, learned, 0, 30, 11, 6, 0)
    assert not spot.in_support
    assert "minutes_remaining 11, only 0 to 8; it learned from no shot with period 6, only 1 to 4" in spot.sentence
    assert "nearest" not in spot.sentence


@pytest.mark.parametrize("shot", [(0, 30, 2, 1, 0), (0, 300, 2, 1, 0), (0, 30, 11, 6, 0), (240, 0, 0, 1, 1)])
def test_the_sentence_and_the_badge_never_disagree(
    support: Support, learned: pd.DataFrame, shot: tuple[int, ...]
) -> None:
    spot = judge(support, learned, *shot)
    assert spot.in_support == spot.sentence.startswith("The champion learned from")


def test_it_is_said_in_portuguese_too(support: Support, learned: pd.DataFrame) -> None:
    spot = judge(support, learned, 0, 300, 2, 6, 0)
    said = speak("pt").tell(spot)
    assert said.startswith("O campeão não conhece arremessos assim: os 5 mais próximos")
    assert "não aprendeu com nenhum arremesso com período 6, só de 1 a 4" in said
