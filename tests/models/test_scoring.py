import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import probability_of_basket, score, to_features
from kobe_shots.shots.schema import FEATURES

ROW = {"lat": 33.9723, "lon": -118.1028, "minutes_remaining": 10, "period": 1, "playoffs": 0, "shot_distance": 18}
IN_ORDER = "lat, lon, minutes_remaining, period, playoffs, shot_distance"


class ByDistance:
    """A classifier whose probability of a basket is the distance in hundreds of feet; it keeps what it was given."""

    def predict_proba(self, X):
        self.given = X
        basket = X["shot_distance"].to_numpy() / 100
        return np.column_stack([1 - basket, basket])


@pytest.fixture
def shots():
    return pd.DataFrame([ROW] * 4, index=[7, 3, 9, 5]).assign(shot_distance=[0, 50, 51, 94])


# ---- score


def test_a_shot_is_called_a_basket_only_above_one_half(shots):
    scored = score(ByDistance(), shots)
    assert scored["probability"].tolist() == [0, 0.5, 0.51, 0.94]
    assert scored["label"].tolist() == [0, 0, 1, 1]
    assert scored["label"].dtype == np.int64


def test_scores_keep_the_index_and_leave_the_shots_alone(shots):
    before = shots.copy()
    assert score(ByDistance(), shots).index.tolist() == [7, 3, 9, 5]
    assert_frame_equal(shots, before)


def test_a_model_is_given_the_six_features_in_order_as_floats(shots):
    model = ByDistance()
    probability_of_basket(model, shots[FEATURES[::-1]].assign(loc_x=1))
    assert model.given.columns.tolist() == FEATURES
    assert set(model.given.dtypes) == {np.dtype(np.float64)}


# ---- rows that name their columns


@given(st.permutations(list(ROW)), st.sampled_from(["lon", "lng"]))
def test_named_columns_may_come_in_any_order_and_lon_by_either_name(order, lon):
    rows = pd.DataFrame([ROW])[order].rename(columns={"lon": lon})
    features = to_features(rows)
    assert features.columns.tolist() == FEATURES
    assert features.loc[0].to_dict() == ROW


def test_whole_numbers_are_accepted_and_become_floats():
    features = to_features(pd.DataFrame([{name: int(value) for name, value in ROW.items()}]))
    assert features.iloc[0].tolist() == [33, -118, 10, 1, 0, 18]
    assert set(features.dtypes) == {np.dtype(np.float64)}


def test_other_columns_are_left_out_and_the_index_is_kept(shots):
    features = to_features(shots.assign(shot_id=1, team_name="Los Angeles Lakers"))
    assert features.columns.tolist() == FEATURES
    assert features.index.tolist() == [7, 3, 9, 5]


def test_missing_columns_are_all_named():
    rows = pd.DataFrame([ROW]).drop(columns=["period", "lat"])
    with pytest.raises(
        KobeShotsError,
        match=f"^Column lat, period is missing; send all of {IN_ORDER}, by name or in this order",
    ):
        to_features(rows)


@pytest.mark.parametrize("rows", [pd.DataFrame(), pd.DataFrame(index=[0]), pd.DataFrame(columns=FEATURES)])
def test_no_rows_are_refused(rows):
    with pytest.raises(KobeShotsError, match=f"^There are no rows; send at least one, with {IN_ORDER}"):
        to_features(rows)


def test_lon_by_both_names_is_refused():
    with pytest.raises(KobeShotsError, match=r"^Column lon is given twice; send it once"):
        to_features(pd.DataFrame([ROW]).assign(lng=-118.0))


def test_a_feature_given_twice_under_one_name_is_refused():
    rows = pd.DataFrame([ROW])
    with pytest.raises(KobeShotsError, match=r"^Column period is given twice"):
        to_features(pd.concat([rows, rows[["period"]]], axis=1))


def test_some_other_column_given_twice_is_nobodys_business():
    rows = pd.DataFrame([[*ROW.values(), 1, 2]], columns=[*ROW, "note", "note"])
    assert to_features(rows).loc[0].to_dict() == ROW


# ---- rows without names


def test_six_nameless_values_are_read_in_the_documented_order():
    features = to_features(pd.DataFrame([list(ROW.values())]))
    assert features.loc[0].to_dict() == ROW


@pytest.mark.parametrize("width", [1, 5, 7, 25])
def test_another_number_of_nameless_values_is_refused(width):
    with pytest.raises(
        KobeShotsError, match=f"^Rows without names have {width} values; send 6, in this order: {IN_ORDER}"
    ):
        to_features(pd.DataFrame([[1.0] * width]))


def test_names_and_positions_mixed_are_read_by_name():
    with pytest.raises(
        KobeShotsError, match=r"^Column lon, minutes_remaining, period, playoffs, shot_distance is miss"
    ):
        to_features(pd.DataFrame([[1.0, 2.0]], columns=["lat", 1]))


# ---- values


@pytest.mark.parametrize("value", [None, np.nan, np.inf, -np.inf, 1e39])  # a tree reads 32 bits
@pytest.mark.parametrize("column", ["lat", "shot_distance"])
def test_a_value_that_is_no_number_is_refused_with_its_column(column, value):
    rows = pd.DataFrame([ROW, ROW]).astype(object)
    rows.loc[1, column] = value
    with pytest.raises(
        KobeShotsError, match=f"^Column {column} holds a missing or infinite value; send a number in every row"
    ):
        to_features(rows)


def test_a_value_missing_among_whole_numbers_is_refused():
    rows = pd.DataFrame([ROW]).assign(period=pd.array([None], dtype="Int64"))
    with pytest.raises(KobeShotsError, match=r"^Column period holds a missing"):
        to_features(rows)


def test_every_column_with_such_a_value_is_named():
    rows = pd.DataFrame([ROW | {"lon": np.nan}, ROW | {"period": np.inf}])
    with pytest.raises(KobeShotsError, match=r"^Column lon, period holds"):
        to_features(rows)


def test_columns_that_are_left_out_may_hold_anything():
    assert to_features(pd.DataFrame([ROW]).assign(note=None)).loc[0].to_dict() == ROW
