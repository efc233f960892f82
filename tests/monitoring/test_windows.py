import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.stream import Stream, admit
from kobe_shots.monitoring.windows import Window, cut, whole
from kobe_shots.parameters import Cut

BY = ["count", "game", "date", "season"]


def stream_of(days: list[int], **columns: object) -> Stream:
    """Return a stream with a shot on each day given, a game a day, a season a hundred days, no outcome known."""
    day = np.sort(np.array(days, dtype=np.int64))
    at_the_hoop = {"lat": 34.0443, "lon": -118.2698, "shot_distance": 0}
    shots = pd.DataFrame(at_the_hoop, index=pd.Index(np.arange(len(day)) + 100, name="shot_id")).assign(
        minutes_remaining=3,
        period=1,
        playoffs=0,
        probability=0.5,
        game_date=(np.datetime64("2001-01-01") + day).astype(str),
        game_id=day,
        season=pd.Series(day // 100, index=np.arange(len(day)) + 100).map("season {}".format),
    )
    return admit(shots.assign(**columns))


def ids(window: Window) -> list[int]:
    return window.stream.shots.index.to_list()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 400), max_size=40), st.sampled_from(BY), st.integers(1, 50))
def test_every_shot_is_in_exactly_one_window_and_in_order(days, by, size):
    stream = stream_of(days)
    windows = cut(stream, Cut(by=by, size=size))
    assert [one for window in windows for one in ids(window)] == stream.shots.index.to_list()
    assert all(window.n == len(ids(window)) > 0 for window in windows)


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 20))
def test_by_count_only_the_tail_is_smaller(shots, size):
    windows = cut(stream_of([1] * shots), Cut(by="count", size=size))
    assert [window.n for window in windows] == [size] * (shots // size) + [shots % size] * (shots % size > 0)
    assert [window.name for window in windows] == [f"{number:03d}" for number in range(1, len(windows) + 1)]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 9))
def test_by_date_each_window_spans_so_many_days_from_the_first_shot_on(days, size):
    windows = cut(stream_of(days), Cut(by="date", size=size))
    found = {(day - min(days)) // size for day in days}
    assert len(windows) == len(found)
    for window, number in zip(windows, sorted(found), strict=True):
        start = np.datetime64("2001-01-01") + min(days) + number * size
        dates = window.stream.shots["game_date"].to_numpy().astype("datetime64[D]")
        assert start <= dates.min() <= dates.max() < start + size
        assert window.name == window.start == str(dates.min())
        assert window.end == str(dates.max())


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(1, 5))
def test_by_game_each_window_holds_so_many_whole_games(days, size):
    windows = cut(stream_of(days), Cut(by="game", size=size))
    games = [set(window.stream.shots["game_id"]) for window in windows]
    played = len(set(days))
    assert [len(one) for one in games] == [size] * (played // size) + [played % size] * (played % size > 0)
    assert len(set().union(*games)) == played


def test_by_season_a_window_is_called_by_the_seasons_it_holds():
    stream = stream_of([1, 2, 150, 320, 330, 399])
    one, two = (cut(stream, Cut(by="season", size=size)) for size in (1, 2))
    assert [(window.name, window.n) for window in one] == [("season 0", 2), ("season 1", 1), ("season 3", 3)]
    assert [(window.name, window.n) for window in two] == [("season 0 to season 1", 3), ("season 3", 3)]
    assert [(window.start, window.end) for window in two] == [
        ("2001-01-02", "2001-05-31"),
        ("2001-11-17", "2002-02-04"),
    ]


def test_dates_may_be_time_stamps():
    text, stamps = stream_of([0, 0, 1, 9]), stream_of([0, 0, 1, 9], game_date=pd.Timestamp("2001-01-05"))
    assert [(window.name, window.n) for window in cut(text, Cut(by="date", size=2))] == [
        ("2001-01-01", 3),
        ("2001-01-10", 1),
    ]
    assert [(window.name, window.end, window.n) for window in cut(stamps, Cut(by="date", size=2))] == [
        ("2001-01-05", "2001-01-05", 4)
    ]


def test_without_dates_a_window_starts_and_ends_at_the_numbers_of_its_shots():
    stream = admit(stream_of([1] * 5).shots.drop(columns="game_date"))
    assert [(w.name, w.start, w.end) for w in cut(stream, Cut(by="count", size=2))] == [
        ("001", "1", "2"),
        ("002", "3", "4"),
        ("003", "5", "5"),
    ]


def test_known_outcomes_are_counted():
    windows = cut(stream_of([1] * 5, shot_made_flag=[1, None, 0, None, None]), Cut(by="count", size=3))
    assert [(window.n, window.labelled) for window in windows] == [(3, 2), (2, 0)]


@pytest.mark.parametrize("by", BY)
def test_a_stream_without_shots_has_no_windows(by):
    assert cut(stream_of([]), Cut(by=by, size=3)) == []


def test_a_whole_stream_is_one_window():
    stream = stream_of([3, 5, 90])
    window = whole(stream, "prod")
    assert (window.name, window.start, window.end, window.n) == ("prod", "2001-01-04", "2001-04-01", 3)
    assert window.stream is stream
    assert whole(stream_of([])).n == 0


@pytest.mark.parametrize(("by", "needed"), [("game", "game_id"), ("date", "game_date"), ("season", "season")])
def test_a_cut_the_shots_do_not_tell_is_refused(by, needed):
    stream = admit(stream_of([1, 2]).shots.drop(columns=needed))
    said = f"Windows by {by} were asked for, and the shots have no column '{needed}'; give it, or cut by count"
    with pytest.raises(KobeShotsError, match=said):
        cut(stream, Cut(by=by, size=1))


def test_a_date_that_is_none_is_refused():
    stream = stream_of([1, 2], game_date=["2001-01-02", "a Sunday"])
    with pytest.raises(KobeShotsError, match="a Sunday"):
        cut(stream, Cut(by="date", size=1))
