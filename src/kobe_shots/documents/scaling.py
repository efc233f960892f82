"""What does the job cost by the number of shots? Tables of `docs/scaling.json`, which `bench/scaling.py` measures."""

from collections.abc import Sequence
from math import pow as power_of
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import brentq

from kobe_shots.documents.markdown import table
from kobe_shots.language import Language

POWERS = (0.05, 4.0)  # among which a step's is sought
NODES_SHOWN = 8
MEMORY_GB = (4, 16, 64)
GIGABYTE = 1000.0  # megabytes


class Cost(BaseModel):
    """What one command cost, repeat by repeat.

    Attributes:
        command: as it is typed.
        cpu, wall: seconds.
        peak: megabytes of memory held at most, by the largest of its processes.
        written: megabytes by which the project's folder grew.
        nodes: wall seconds of each of its nodes, its reading and writing left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    peak: tuple[float, ...]
    written: tuple[float, ...]
    nodes: dict[str, tuple[float, ...]]


class Scaling(BaseModel):
    """Costs by the number of shots, then by step: three sizes, the smallest first, and steps in the order they run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cores: int
    sizes: dict[int, dict[str, Cost]] = Field(min_length=3, max_length=3)


def sections(measured: Scaling, language: Language) -> dict[str, str]:
    """Return the tables of docs/scaling.md by the name of their section."""
    return {
        "scaling_costs": _costs(measured, language),
        "scaling_growth": _growth(measured, language),
        "scaling_nodes": _nodes(measured, language),
        "scaling_memory": _memory(measured, language),
    }


class Growth(NamedTuple):
    """A cost as `fixed + something * shots ** power`."""

    fixed: float
    power: float


def growth(sizes: Sequence[int], costs: Sequence[float]) -> Growth | None:
    """Return the growth that three costs, by the number of shots, lie on; None where they do not grow like a power.

    What does not depend on the shots (Python, Kedro, MLflow, the figures) is most of the cost of few; left in, every
    step would seem to grow slower than it does.

    >>> growth((10, 100, 1000), (7.0, 25.0, 205.0))
    Growth(fixed=5.0, power=1.0)
    """
    _, two, three = (n / sizes[0] for n in sizes)
    before, after = costs[1] - costs[0], costs[2] - costs[1]
    if min(before, after) <= 0:
        return None

    def off(power: float) -> float:
        return (power_of(three, power) - power_of(two, power)) / (power_of(two, power) - 1) - after / before

    if off(POWERS[0]) > 0 or off(POWERS[1]) < 0:
        return None
    power = float(brentq(off, *POWERS))
    return Growth(round(costs[0] - before / (power_of(two, power) - 1), 6), round(power, 6))


def _costs(measured: Scaling, language: Language) -> str:
    say = language.say
    head = [say("step"), say("shots"), say("CPU seconds"), say("times the smallest"), say("wall seconds")]
    smallest = next(iter(measured.sizes.values()))
    rows = [
        [
            f"`{step}`",
            say("{n:,}", n=shots),
            _spread(cost.cpu, 1, language),
            _spread(_ratios(cost.cpu, smallest[step].cpu), 1, language),
            _spread(cost.wall, 1, language),
            _spread(cost.peak, 0, language),
            _spread(cost.written, 1, language),
        ]
        for step in smallest
        for shots, steps in measured.sizes.items()
        for cost in [steps[step]]
    ]
    return table([*head, say("peak memory, MB"), say("written, MB")], rows)


def _growth(measured: Scaling, language: Language) -> str:
    """What of a step's cost does not depend on the shots, and by which power of them the rest grows."""
    say = language.say
    head = [say("step"), say("CPU seconds whatever the shots"), say("the rest grows with shots to the power of")]
    head += [say("memory whatever the shots, MB"), say("the rest grows with shots to the power of")]

    def shown(step: str, kind: str, fixed: str) -> list[str]:
        found = growth(list(measured.sizes), [median(getattr(costs[step], kind)) for costs in measured.sizes.values()])
        if found is None:
            return [say("cannot tell"), ""]
        return [say(fixed, value=found.fixed), say("{power:.2f}", power=found.power)]

    steps = next(iter(measured.sizes.values()))
    cells = [[f"`{step}`", *shown(step, "cpu", "{value:.1f}"), *shown(step, "peak", "{value:,.0f}")] for step in steps]
    return table(head, cells)


def _nodes(measured: Scaling, language: Language) -> str:
    """The nodes that take longest at the largest size, and their share of the whole."""
    say = language.say
    shots, steps = max(measured.sizes.items())
    seconds = {(step, node): median(took) for step, cost in steps.items() for node, took in cost.nodes.items()}
    whole = sum(median(cost.wall) for cost in steps.values())
    longest = sorted(seconds, key=lambda one: -seconds[one])[:NODES_SHOWN]
    head = [say("node"), say("step"), say("wall seconds at {n:,} shots", n=shots), say("share of the whole job")]
    return table(
        head,
        [
            [
                f"`{node}`",
                f"`{step}`",
                say("{s:.0f}", s=seconds[step, node]),
                say("{p:.0%}", p=seconds[step, node] / whole),
            ]
            for step, node in longest
        ],
    )


def _memory(measured: Scaling, language: Language) -> str:
    """How many shots fit, if what a step holds goes on growing by as much a shot as between the two largest sizes."""
    say = language.say
    (fewer, before), (more, after) = sorted(measured.sizes.items())[-2:]
    head = [say("step"), say("bytes a shot"), *(say("shots that fit in {gb} GB", gb=gb) for gb in MEMORY_GB)]
    rows = []
    for step in after:
        low, high = median(before[step].peak), median(after[step].peak)
        a_shot = (high - low) / (more - fewer)  # megabytes
        if a_shot > 0:
            fits = [more + (gb * GIGABYTE - high) / a_shot for gb in MEMORY_GB]
            cells = [say("{millions:.1f} million", millions=n / 1e6) for n in fits]
            rows.append([f"`{step}`", say("{n:,.0f}", n=a_shot * 1e6), *cells])
    return table(head, rows)


def _ratios(costs: tuple[float, ...], smallest: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(cost / least for cost, least in zip(costs, smallest, strict=False))  # of the same round


def _spread(values: tuple[float, ...], digits: int, language: Language) -> str:
    of = [f"{value:,.{digits}f}" for value in (median(values), min(values), max(values))]
    return language.say("{middle} ({least} to {most})", middle=of[0], least=of[1], most=of[2])
