"""Is the table of how long pages take what was measured?"""

import pytest

from kobe_shots.documents.dashboard import FLOOR, View, Viewed, views

MEASURED = Viewed(
    scored={"real shots": 1000, "simulated": 2_000_000},
    views={
        "real shots": (
            View(what=FLOOR, read=(0.5, 0.4, 0.6), drawn=(1.0, 0.8, 1.2)),
            View(what="court", read=(1.0, 1.5, 1.1), drawn=(2.5, 2.0, 3.0)),
        ),
        "simulated": (
            View(what=FLOOR, read=(0.5, 0.4, 0.6), drawn=(1.1, 0.9, 1.3)),
            View(what="court", read=(2.0, 2.1, 2.2), drawn=(4.0, 4.5, 3.0)),
        ),
    },
)


def test_medians_stand_with_the_least_and_the_most_and_over_the_floor() -> None:
    *_, court = views(MEASURED).strip().splitlines()
    assert [cell.strip() for cell in court.strip("|").split("|")] == [
        "court",
        "1.10 (1.00 to 1.50)",
        "2.10 (2.00 to 2.20)",
        "2.50 (2.00 to 3.00)",
        "4.00 (3.00 to 4.50)",
        "2.5, 4.0",
    ]


def test_the_head_says_how_many_rows_were_scored() -> None:
    head, *_ = views(MEASURED).strip().splitlines()
    assert "real shots, 1,000 scored rows: read" in head
    assert "simulated, 2,000,000 scored rows: read" in head


def test_projects_that_were_not_looked_at_alike_are_refused() -> None:
    real, simulated = MEASURED.views.values()
    uneven = MEASURED.model_copy(update={"views": {"real shots": real, "simulated": simulated[:1]}})
    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is shorter"):
        views(uneven)
