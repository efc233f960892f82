from datetime import date, timedelta

import numpy as np
import pytest

from kobe_shots.language import Language
from kobe_shots.retraining.projection import Course, Games, Projection, beyond_since, project, untold

FIRST = date(2003, 11, 1)


def games(n, shots=20.0):
    days = [str(FIRST + timedelta(2 * number)) for number in range(n)]
    return Games(days, ["2003-04"] * n, np.full(n, shots))


@pytest.fixture
def short(how):
    """Trends over ten games, projected twenty ahead."""
    return how.model_copy(update={"trend": 10, "horizon": 20, "deviations": 4.0})


def test_a_rise_is_projected_to_the_game_and_day_on_which_it_crosses(short):
    values = np.linspace(0.01, 0.12, 12)  # a hundredth a game
    told = project("support", values, games(12), 0.195, short)
    assert (told.course, told.game, told.day) == (Course.HEADING, 12 + 8, str(FIRST + timedelta(2 * 19)))
    assert (told.now, told.slope, told.limit) == (pytest.approx(0.12), pytest.approx(0.01), 0.195)
    assert told.sentence == ("12.0% now, and by its trend it crosses 19.5% in 8 games, in game 20, about 2003-12-09.")
    assert [point.game for point in told.points] == list(range(3, 13))
    assert [point.value for point in told.points] == pytest.approx(values[2:])
    assert [(end.game, pytest.approx(end.value)) for end in told.line] == [(3, 0.03), (12, 0.12), (32, 0.32)]
    assert told.line[-1].day == str(FIRST + timedelta(2 * 31))


def test_what_lies_beyond_is_dated_back_to_when_it_began(short):
    values = np.r_[np.zeros(10), np.ones(20)]
    told = project("support", values, games(30), 0.25, short)
    # of the last ten games three must lie beyond for a mean above a quarter
    assert (told.course, told.since) == (Course.BEYOND, str(FIRST + timedelta(2 * 12)))
    assert told.sentence == "Beyond 25.0% since 2003-11-25: 100.0% by its trend."
    assert told.day is None


@pytest.mark.parametrize("values", [np.full(15, 0.05), np.linspace(0.09, 0.01, 15), np.linspace(0.01, 0.02, 15)])
def test_what_does_not_rise_fast_enough_is_said_not_to_cross(short, values):
    told = project("support", values, games(15), 0.1, short)
    assert told.course is Course.NOT_HEADING
    assert told.sentence.endswith("% now; by its trend it does not cross 10.0% within 20 games.")
    assert (told.game, told.day, told.since) == (None, None, None)


def test_a_loss_is_told_in_nats(short):
    told = project("expected_loss", np.linspace(0.61, 0.70, 10), games(10), 0.745, short)
    assert told.sentence.startswith("0.7000 now, and by its trend it crosses 0.7450 in 5 games, in game 15, about")


def test_too_few_games_tell_nothing(short):
    told = project("support", np.linspace(0, 1, 9), games(9), 0.1, short)
    assert (told.course, told.limit, told.points) == (Course.CANNOT_TELL, None, ())
    assert told.sentence == "Cannot be told: there are 9 games to draw a trend from, and 10 are needed."


def test_a_game_counts_by_its_shots(short):
    even, odd = games(10), games(10)
    odd.shots[9] = 0.0
    values = np.r_[np.full(9, 0.02), 0.9]
    assert project("support", values, odd, 0.1, short).course is Course.NOT_HEADING
    assert project("support", values, even, 0.1, short).now > 0.2


@pytest.mark.parametrize(
    ("values", "window", "since"),
    [([1, 1, 1], 2, 0), ([0, 1, 1], 2, 1), ([0, 0, 0], 2, 2), ([1, 0, 1, 1], 1, 2), ([1, 0, 0, 0, 1], 5, 4)],
)
def test_the_last_run_of_games_beyond_is_found(values, window, since):
    assert beyond_since(np.array(values, dtype=float), np.ones(len(values)), 0.4, window) == since


def test_a_projection_keeps_its_words_when_it_is_written_and_can_be_said_in_another_language(short):
    told = project("support", np.linspace(0.01, 0.12, 12), games(12), 0.195, short)
    again = Projection.model_validate_json(told.model_dump_json())
    assert again == told
    assert Language("pt").tell(again).startswith("12,0% now")
    assert untold("support", "nobody knows").sentence == "Cannot be told: nobody knows."
