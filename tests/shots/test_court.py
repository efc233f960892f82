import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.shots import court

ACROSS, AWAY = st.integers(-300, 300), st.integers(-100, 900)  # what the raw schema allows


@given(ACROSS, AWAY)
def test_degrees_lead_back_to_court_units(loc_x: int, loc_y: int) -> None:
    assert court.to_loc_x(court.to_lon(loc_x)) == loc_x
    assert court.to_loc_y(court.to_lat(loc_y)) == loc_y


@given(ACROSS, AWAY)
def test_court_units_lead_back_to_the_very_degrees_published(loc_x: int, loc_y: int) -> None:
    lon, lat = court.to_lon(loc_x), court.to_lat(loc_y)
    assert court.to_lon(court.to_loc_x(lon)) == lon
    assert court.to_lat(court.to_loc_y(lat)) == lat


def test_the_hoop_is_the_origin() -> None:
    assert (float(court.to_lon(0)), float(court.to_lat(0))) == (-118.2698, 34.0443)
    assert (int(court.to_loc_x(-118.2698)), int(court.to_loc_y(34.0443)), int(court.to_distance(0, 0))) == (0, 0, 0)


def test_up_the_court_is_south_and_to_the_right_is_east() -> None:
    assert float(court.to_lat(100)) == 33.9443
    assert float(court.to_lon(100)) == -118.1698


@pytest.mark.parametrize(
    ("loc_x", "loc_y", "feet"),
    [(3, 4, 0), (6, 8, 1), (9, 0, 0), (10, 0, 1), (0, -39, 3), (30, 40, 5), (-30, 40, 5), (220, 0, 22), (-66, 228, 23)],
)
def test_distances_are_whole_feet_rounded_down(loc_x: int, loc_y: int, feet: int) -> None:
    assert court.to_distance(loc_x, loc_y) == feet


@given(ACROSS, AWAY)
def test_a_distance_is_exact_where_floating_point_could_slip(loc_x: int, loc_y: int) -> None:
    feet = int(court.to_distance(loc_x, loc_y))
    assert (10 * feet) ** 2 <= loc_x**2 + loc_y**2 < (10 * feet + 10) ** 2


def test_every_function_takes_columns() -> None:
    loc_x, loc_y = np.array([0, 30, -220]), np.array([0, 40, 0])
    assert court.to_distance(loc_x, loc_y).tolist() == [0, 5, 22]
    assert court.to_loc_x(court.to_lon(loc_x)).tolist() == loc_x.tolist()
    assert court.to_loc_y(court.to_lat(loc_y)).tolist() == loc_y.tolist()
