import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.calibration import calibration
from kobe_shots.monitoring.realized import realized
from kobe_shots.monitoring.stream import Faults, Stream, admit
from kobe_shots.shots.court import to_distance, to_lat, to_lon
from kobe_shots.shots.schema import FEATURES

FAULTS = ["no lat", "no playoffs", "period 11", "lon -90", "no score", "came before"]


def scored(n: int = 8, seed: int = 24) -> pd.DataFrame:
    """Return scored shots without a fault, two a game, in order."""
    rng = np.random.default_rng(seed)
    x, y, number = rng.integers(-240, 240, n), rng.integers(-40, 400, n), np.arange(n)
    return pd.DataFrame(
        {
            "lat": to_lat(y),
            "lon": to_lon(x),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 11, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": to_distance(x, y),
            "probability": rng.random(n),
            "shot_made_flag": rng.integers(0, 2, n),
            "game_date": (np.datetime64("2001-01-30") + number // 4).astype(str),
            "game_id": 20_000_000 + number // 2,
            "game_event_id": 7 * number,
            "season": "2000-01",
        },
        index=pd.Index(500 + number, name="shot_id"),
    )


def test_shots_without_a_fault_are_all_kept_as_they_are():
    shots = scored()
    stream = admit(shots)
    assert stream.faults == Faults(received=8)
    assert len(stream) == 8
    pd.testing.assert_frame_equal(stream.shots[shots.columns], shots, check_dtype=False)
    assert stream.probability.tolist() == shots["probability"].tolist()
    assert stream.made.tolist() == shots["shot_made_flag"].tolist()
    assert stream.is_labelled.all()


@settings(max_examples=40)
@given(st.lists(st.sets(st.sampled_from(FAULTS)), min_size=1, max_size=12))
def test_every_shot_is_kept_or_counted_with_its_faults(drawn):
    shots = scored(len(drawn)).astype(dict.fromkeys(FEATURES, np.float64))
    ids = shots.index.to_list()
    for at, faults in enumerate(drawn):
        if "no lat" in faults:
            shots.iloc[at, shots.columns.get_loc("lat")] = np.nan
        if "no playoffs" in faults:
            shots.iloc[at, shots.columns.get_loc("playoffs")] = np.nan
        if "period 11" in faults:
            shots.iloc[at, shots.columns.get_loc("period")] = 11
        if "lon -90" in faults:
            shots.iloc[at, shots.columns.get_loc("lon")] = -90
        if "no score" in faults:
            shots.iloc[at, shots.columns.get_loc("probability")] = np.nan
        if "came before" in faults:
            ids[at] = ids[at - 1] if at else ids[at]
    shots.index = pd.Index(ids)
    comes_again = shots.index.duplicated()
    before = shots.copy()
    stream = admit(shots)
    pd.testing.assert_frame_equal(shots, before)

    def with_fault(fault: str) -> int:
        return sum(fault in faults for faults in drawn)

    featureless = [bool({"no lat", "no playoffs"} & faults) for faults in drawn]
    good = [
        not again and not faults - {"came before"} for again, faults in zip(comes_again.tolist(), drawn, strict=True)
    ]
    found = stream.faults
    assert stream.shots.index.to_list() == [one for one, kept in zip(ids, good, strict=True) if kept]
    assert found.received == len(drawn) == len(stream) + good.count(False)
    assert found.missing.get("lat", 0) == with_fault("no lat")
    assert found.missing.get("playoffs", 0) == with_fault("no playoffs")
    assert found.impossible.get("period", 0) == with_fault("period 11")
    assert found.impossible.get("lon", 0) == with_fault("lon -90")
    assert set(found.missing) <= {"lat", "playoffs"}
    assert set(found.impossible) <= {"period", "lon"}
    assert found.repeated == comes_again.sum()
    # a shot that lacks a feature cannot have been scored: its missing score is no second fault
    assert found.unscored == sum(
        "no score" in faults and not lacks for faults, lacks in zip(drawn, featureless, strict=True)
    )


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("lat", 32.99),
        ("lat", 35.01),
        ("lat", np.inf),
        ("lon", -119.1),
        ("lon", -116.9),
        ("minutes_remaining", -1),
        ("minutes_remaining", 12),
        ("period", 0),
        ("period", 11),
        ("playoffs", 2),
        ("playoffs", 0.5),
        ("shot_distance", -1),
        ("shot_distance", 95),
    ],
)
def test_a_value_no_shot_can_have_is_counted_for_its_feature(feature, value):
    shots = scored().astype({feature: np.float64})
    shots.loc[503, feature] = value
    stream = admit(shots)
    assert stream.faults == Faults(received=8, impossible={feature: 1})
    assert stream.shots.index.to_list() == [500, 501, 502, 504, 505, 506, 507]


@pytest.mark.parametrize(
    ("feature", "values"),
    [
        ("lat", (33, 35)),
        ("lon", (-119, -117)),
        ("minutes_remaining", (0, 11)),
        ("period", (1, 10)),
        ("playoffs", (0, 1)),
        ("shot_distance", (0, 94)),
    ],
)
def test_the_last_values_that_are_possible_are_kept(feature, values):
    assert admit(scored(2).assign(**{feature: values})).faults == Faults(received=2)


@pytest.mark.parametrize("nothing", [np.nan, None])
@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_that_every_shot_lacks_sets_every_shot_aside(feature, nothing):
    stream = admit(scored().assign(**{feature: nothing}))
    assert len(stream) == 0
    assert stream.faults == Faults(received=8, missing={feature: 8})


def test_shots_without_a_score_are_set_aside():
    stream = admit(scored().assign(probability=[np.nan, 0, 1, np.nan, 0.5, 0.5, 0.5, 0.5]))
    assert stream.faults == Faults(received=8, unscored=2)
    assert stream.probability.tolist() == [0, 1, 0.5, 0.5, 0.5, 0.5]


def test_of_a_shot_that_comes_twice_the_first_is_kept():
    shots = scored(4)
    again = shots.iloc[[1, 1]].assign(probability=0.123)
    stream = admit(pd.concat([shots, again]))
    assert stream.faults == Faults(received=6, repeated=2)
    assert stream.probability.tolist() == shots["probability"].tolist()


def test_a_column_that_only_these_shots_have_is_named_and_left_out():
    stream = admit(scored().assign(defender="Bowen", **{"wind speed": 3.0}))
    assert stream.faults == Faults(received=8, unknown=("defender", "wind speed"))
    assert not {"defender", "wind speed"} & {*stream.shots}


def test_no_shots_are_an_empty_stream():
    stream = admit(scored().iloc[:0])
    assert (len(stream), stream.faults) == (0, Faults(received=0))
    assert stream.probability.tolist() == stream.made.tolist() == []


# ---- outcomes and scores that say little are admitted: what they can tell is not decided here


@pytest.mark.parametrize("given_column", [True, False])
def test_shots_without_any_outcome_are_kept(given_column):
    shots = scored().drop(columns="shot_made_flag")
    stream = admit(shots.assign(shot_made_flag=None) if given_column else shots)
    assert stream.faults == Faults(received=8)
    assert np.isnan(stream.made).all()
    assert not stream.is_labelled.any()


@pytest.mark.parametrize("outcomes", [pd.array([1, None, 0, 1], dtype="Int64"), [1.0, np.nan, 0.0, 1.0]])
def test_an_outcome_that_is_not_known_is_no_fault(outcomes):
    stream = admit(scored(4).assign(shot_made_flag=outcomes))
    assert stream.faults == Faults(received=4)
    np.testing.assert_array_equal(stream.made, [1, np.nan, 0, 1])
    assert stream.is_labelled.tolist() == [True, False, True, True]


@pytest.mark.parametrize(
    ("shots", "baskets", "misses"),
    [
        (scored(60).assign(shot_made_flag=1), 60, 0),
        (scored(60).assign(shot_made_flag=0), 0, 60),
        (scored(3).assign(shot_made_flag=[0, 1, 0]), 1, 2),
    ],
    ids=["baskets only", "misses only", "three shots"],
)
def test_one_outcome_or_three_shots_are_kept_and_cannot_tell(shots, baskets, misses):
    stream = admit(shots)
    assert len(stream) == stream.faults.received == len(shots)
    told = realized(stream.made, stream.probability, 0.5, 0.95)
    told += calibration(stream.made, stream.probability, 0.95, np.random.default_rng(24))
    assert len(told) == 12
    for one in told:
        assert (one.n, one.value, one.low, one.high) == (len(shots), None, None, None)
        assert one.reason == f"{baskets} baskets and {misses} misses are labelled; at least 10 of each are needed"


def test_a_constant_score_is_kept():
    assert admit(scored().assign(probability=0.4)).probability.tolist() == [0.4] * 8


# ---- order


@settings(max_examples=40)
@given(st.permutations(range(8)))
def test_the_order_of_play_is_restored(order):
    shots = scored()
    pd.testing.assert_frame_equal(admit(shots.iloc[order]).shots, admit(shots).shots)


@settings(max_examples=40)
@given(st.permutations(range(8)))
def test_without_any_sign_of_time_shots_stay_in_the_order_they_came(order):
    shots = scored().drop(columns=["game_date", "game_id", "game_event_id"]).iloc[order]
    assert admit(shots).shots.index.to_list() == shots.index.to_list()


def test_shots_of_the_same_time_stay_in_the_order_they_came():
    shots = scored().assign(game_id=[2, 1] * 4).drop(columns=["game_event_id", "game_date"])
    assert admit(shots).shots.index.to_list() == [501, 503, 505, 507, 500, 502, 504, 506]


def test_a_game_of_an_earlier_day_goes_before_one_of_a_lower_number():
    shots = scored(2).assign(game_date=["2001-02-01", "2001-01-31"], game_id=[1, 2])
    assert admit(shots).shots.index.to_list() == [501, 500]


@pytest.mark.parametrize(
    "rows", [slice(2, 5), np.array([2, 3, 4]), np.isin(np.arange(8), [2, 3, 4])], ids=["slice", "places", "mask"]
)
def test_some_shots_of_a_stream_are_a_stream(rows):
    stream = admit(scored())
    taken = stream.take(rows)
    assert isinstance(taken, Stream)
    assert taken.shots.index.to_list() == [502, 503, 504]
    assert taken.probability.tolist() == stream.probability[2:5].tolist()


# ---- whole faults are refused


@pytest.mark.parametrize("name", [*FEATURES, "probability"])
def test_a_missing_column_is_refused_by_its_name(name):
    with pytest.raises(KobeShotsError, match=f"The scored shots lack {name}; the six features and 'probability'"):
        admit(scored().drop(columns=name))


def test_a_frame_without_columns_is_refused_with_all_that_are_needed():
    with pytest.raises(KobeShotsError, match=f"lack {', '.join(FEATURES)}, probability;"):
        admit(pd.DataFrame())


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([0.5, 1.0001], r"1 of 2 scores lie outside 0 to 1 \(from 0\.5 to 1\)"),
        ([-0.1, 0.5], r"1 of 2 scores lie outside 0 to 1 \(from -0\.1 to 0\.5\)"),
        ([40.0, 55.0], r"2 of 2 scores lie outside 0 to 1 \(from 40 to 55\)"),
        ([np.nan, -np.inf], r"1 of 1 scores lie outside 0 to 1 \(from -inf to -inf\)"),
    ],
)
def test_scores_that_are_no_probabilities_are_refused(scores, said):
    with pytest.raises(KobeShotsError, match=said):
        admit(scored(2).assign(probability=scores))


@pytest.mark.parametrize(("strange", "said"), [(2, "one is 2"), (-1, "one is -1"), (0.5, r"one is 0\.5")])
def test_an_outcome_that_is_none_is_refused(strange, said):
    with pytest.raises(KobeShotsError, match=rf"1 outcomes are neither 0 nor 1 \({said}\); 1 is made, 0 missed"):
        admit(scored(3).assign(shot_made_flag=[1, strange, np.nan]))


@pytest.mark.parametrize("column", ["lat", "period", "probability", "shot_made_flag"])
def test_text_among_numbers_is_refused(column):
    with pytest.raises(KobeShotsError, match=r"hold something that is no number \(.*'n/a'\); mend it first"):
        admit(scored(2).assign(**{column: [1, "n/a"]}))
