"""Are the tables of what the job costs worked out from what was measured?"""

from pathlib import Path

import pytest

from kobe_shots.documents.measured import SCALING_FILE
from kobe_shots.documents.scaling import Cost, Scaling, growth, sections
from kobe_shots.language import speak

SIZES = (1_000, 10_000, 100_000)


def cost(cpu: tuple[float, ...], peak: float) -> Cost:
    many = len(cpu)
    return Cost(
        command="kedro run",
        cpu=cpu,
        wall=tuple(2 * one for one in cpu),
        peak=(peak,) * many,
        written=(1.5,) * many,
        nodes={"score": (cpu[0] / 2,) * many, "say": (0.0,) * many},
    )


MEASURED = Scaling(
    cores=2,
    sizes={
        1_000: {"Treinamento": cost((6.0, 5.0, 7.0), 501.0)},
        10_000: {"Treinamento": cost((15.0, 14.0, 16.0), 510.0)},
        100_000: {"Treinamento": cost((105.0, 104.0), 600.0)},
    },
)


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()[2:]]


def test_costs_stand_with_their_spread_and_over_the_smallest_of_the_same_round() -> None:
    smallest, _, largest = rows(sections(MEASURED, speak("en"))["scaling_costs"])
    assert smallest[1:4] == ["1,000", "6.0 (5.0 to 7.0)", "1.0 (1.0 to 1.0)"]
    # 105 / 6 and 104 / 5; the third round had no such size
    assert largest[1:4] == ["100,000", "104.5 (104.0 to 105.0)", "19.1 (17.5 to 20.8)"]
    assert largest[4:] == ["209.0 (208.0 to 210.0)", "600 (600 to 600)", "1.5 (1.5 to 1.5)"]


def test_what_is_fixed_is_told_from_what_grows() -> None:
    ((step, seconds, power, memory, of_memory),) = rows(sections(MEASURED, speak("en"))["scaling_growth"])
    # memory: 500 MB, and 1 MB for every thousand shots; seconds: 6, 15 and 104.5 are close to 5 and 1 a thousand
    assert (step, memory, of_memory) == ("`Treinamento`", "500", "1.00")
    assert (seconds, power) == ("5.0", "1.00")


@pytest.mark.parametrize("power", [0.5, 0.9, 1.0, 1.2, 2.0])
@pytest.mark.parametrize("fixed", [0.0, 3.0])
def test_a_power_is_found_whatever_is_fixed(power: float, fixed: float) -> None:
    found = growth(SIZES, [fixed + 2 * (n / 1000) ** power for n in SIZES])
    assert found is not None
    assert found.power == pytest.approx(power, abs=1e-5)
    assert found.fixed == pytest.approx(fixed, abs=1e-4)


@pytest.mark.parametrize("costs", [(5.0, 5.0, 9.0), (5.0, 6.0, 5.5), (5.0, 6.0, 6.05), (1.0, 1.1, 1e6)])
def test_what_does_not_grow_like_a_power_is_not_called_one(costs: tuple[float, ...]) -> None:
    assert growth(SIZES, costs) is None


def test_the_longest_nodes_of_the_largest_size_are_named_with_their_share() -> None:
    longest, _ = rows(sections(MEASURED, speak("en"))["scaling_nodes"])
    assert longest == ["`score`", "`Treinamento`", "52", "25%"]  # 52.5 of 209 seconds


def test_memory_says_how_many_shots_fit() -> None:
    ((_, bytes_a_shot, *fits),) = rows(sections(MEASURED, speak("en"))["scaling_memory"])
    assert bytes_a_shot == "1,000"
    assert fits == ["3.5 million", "15.5 million", "63.5 million"]  # (4,000 - 500) MB / 1,000 bytes, and so on


def test_it_is_said_in_portuguese() -> None:
    told = sections(MEASURED, speak("pt"))
    assert "segundos de CPU" in told["scaling_costs"]
    assert "| 19,1 (17,5 a 20,8) |" in told["scaling_costs"]
    assert "| 63,5 mi |" in told["scaling_memory"]


def test_the_measurements_at_hand_can_be_read() -> None:
    file = Path(__file__).parents[2] / SCALING_FILE
    told = sections(Scaling.model_validate_json(file.read_bytes()), speak("en"))
    assert all(len(rows(text)) >= 4 for text in told.values())
