import numpy as np
import pytest

from kobe_shots.shots.zones import (
    LEFT,
    LEFT_CENTER,
    RIGHT,
    RIGHT_CENTER,
    ZONES,
    beyond_line,
    from_polar,
    line_radius,
    zone_of,
)

COURT_X, COURT_Y = (axis.ravel() for axis in np.meshgrid(np.arange(-250, 251, 5), np.arange(-45, 800, 5)))


@pytest.mark.parametrize(
    ("loc_x", "loc_y", "basic", "area", "distances"),
    [
        (0, 0, "Restricted Area", "Center(C)", "Less Than 8 ft."),
        (0, 40, "In The Paint (Non-RA)", "Center(C)", "Less Than 8 ft."),
        (-48, 64, "In The Paint (Non-RA)", "Center(C)", "Less Than 8 ft."),
        (-60, 80, "In The Paint (Non-RA)", "Left Side(L)", "8-16 ft."),
        (0, 138, "In The Paint (Non-RA)", "Center(C)", "8-16 ft."),
        (0, 139, "Mid-Range", "Center(C)", "8-16 ft."),
        (160, 0, "Mid-Range", "Right Side(R)", "8-16 ft."),
        (167, 72, "Mid-Range", "Right Side(R)", "16-24 ft."),
        (-101, 135, "Mid-Range", "Left Side Center(LC)", "16-24 ft."),
        (0, 237, "Mid-Range", "Center(C)", "16-24 ft."),
        (0, 238, "Above the Break 3", "Center(C)", "24+ ft."),
        (220, 87, "Right Corner 3", "Right Side(R)", "24+ ft."),
        (-220, 0, "Left Corner 3", "Left Side(L)", "24+ ft."),
        (225, 88, "Above the Break 3", "Right Side Center(RC)", "24+ ft."),
        (0, 400, "Above the Break 3", "Back Court(BC)", "Back Court Shot"),
        (0, 700, "Backcourt", "Back Court(BC)", "Back Court Shot"),
    ],
)
def test_positions_have_the_names_the_league_gives_them(
    loc_x: int, loc_y: int, basic: str, area: str, distances: str
) -> None:
    assert ZONES[int(zone_of(loc_x, loc_y))] == (basic, area, distances)


def test_every_zone_is_somewhere_on_the_court() -> None:
    assert set(zone_of(COURT_X, COURT_Y)) == set(range(len(ZONES)))


def test_left_and_right_mirror_each_other() -> None:
    pairs = {LEFT: RIGHT, LEFT_CENTER: RIGHT_CENTER, "Left Corner 3": "Right Corner 3"}
    other_side = pairs | {right: left for left, right in pairs.items()}
    off_middle = COURT_X > 0
    for right, left in zip(zone_of(COURT_X, COURT_Y)[off_middle], zone_of(-COURT_X, COURT_Y)[off_middle], strict=True):
        assert [other_side.get(name, name) for name in ZONES[right]] == list(ZONES[left])


def test_the_line_is_22_feet_away_in_the_corners_and_23_75_elsewhere() -> None:
    at_break = np.degrees(np.arcsin(220 / 237.5))
    assert line_radius([0, 30, at_break, -at_break]) == pytest.approx([237.5] * 4)
    assert line_radius([90, -90]) == pytest.approx([220, 220])
    assert line_radius(80) * np.sin(np.radians(80)) == pytest.approx(220)


def test_the_line_separates_twos_from_threes() -> None:
    angle = np.linspace(-100, 100, 401)
    assert not beyond_line(*from_polar(line_radius(angle) - 1, angle)).any()
    assert beyond_line(*from_polar(line_radius(angle) + 1, angle)).all()
    is_three = np.array(["3" in zone.basic or zone.basic == "Backcourt" for zone in ZONES])
    assert (is_three[zone_of(COURT_X, COURT_Y)] == beyond_line(COURT_X, COURT_Y)).all()
