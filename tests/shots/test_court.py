import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.shots import court

ACROSS, AWAY = st.integers(-300, 300), st.integers(-100, 900)  # what the raw schema allows


@given(ACROSS, AWAY)
def test_a_court_unit_is_a_thousandth_of_a_degree_from_the_hoop(loc_x: int, loc_y: int) -> None:
    # in whole ten-thousandths, as published, so that no two places on the court share their degrees
    assert round(float(court.to_lon(loc_x)) * 10_000) == -1_182_698 + 10 * loc_x
    assert round(float(court.to_lat(loc_y)) * 10_000) == 340_443 - 10 * loc_y


@given(ACROSS, AWAY)
def test_degrees_are_the_very_numbers_published(loc_x: int, loc_y: int) -> None:
    lon, lat = float(court.to_lon(loc_x)), float(court.to_lat(loc_y))
    assert (lon, lat) == (float(f"{lon:.4f}"), float(f"{lat:.4f}"))


def test_the_hoop_is_the_origin() -> None:
    assert (float(court.to_lon(0)), float(court.to_lat(0))) == (-118.2698, 34.0443)
    assert int(court.to_distance(0, 0)) == 0


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
    assert court.to_lon(loc_x).tolist() == [-118.2698, -118.2398, -118.4898]
    assert court.to_lat(loc_y).tolist() == [34.0443, 34.0043, 34.0443]
