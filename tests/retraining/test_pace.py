from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.retraining.pace import expect_day


def days(first, gaps):
    day, out = date.fromisoformat(first), [first]
    for gap in gaps:
        day += timedelta(gap)
        out.append(str(day))
    return out


def test_within_a_first_season_games_go_on_at_their_mean_distance():
    played = days("2003-11-01", [2, 4])  # three days on average
    assert expect_day(played, ["2003-04"] * 3, 1) == "2003-11-10"
    assert expect_day(played, ["2003-04"] * 3, 100) == str(date(2003, 11, 7) + timedelta(300))


def test_after_the_usual_number_of_games_comes_the_usual_summer():
    # seasons of three games two days apart, 200 days of summer; one game of the third has been played
    played = days("2000-01-01", [2, 2, 200, 2, 2, 200])
    seasons = ["a"] * 3 + ["b"] * 3 + ["c"]
    last = date.fromisoformat(played[-1])
    for ahead, later in ((1, 2), (2, 4), (3, 204), (5, 208), (6, 408)):
        assert expect_day(played, seasons, ahead) == str(last + timedelta(later))


def test_a_season_that_is_longer_than_usual_may_end_with_any_game():
    played = days("2000-01-01", [2, 100, 2, 2])
    assert expect_day(played, ["a", "a", "b", "b", "b"], 1) == str(date.fromisoformat(played[-1]) + timedelta(100))


@pytest.mark.parametrize("seasons", [["a"], ["a", "b", "c"]])
def test_without_two_games_of_a_season_there_is_no_pace(seasons):
    assert expect_day(days("2000-01-01", [300] * (len(seasons) - 1)), seasons, 3) is None


@given(
    gaps=st.lists(st.integers(1, 5), min_size=2, max_size=30),
    season=st.integers(2, 9),
    ahead=st.integers(1, 60),
)
def test_later_games_are_not_earlier(gaps, season, ahead):
    played = days("1999-11-02", gaps)
    names = [str(number // season) for number in range(len(played))]
    assert played[-1] <= expect_day(played, names, ahead) <= expect_day(played, names, ahead + 1)
