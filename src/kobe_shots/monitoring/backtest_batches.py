"""Which batches is the estimate tried on? Shots whose outcomes are known, hidden, and what the model then learns from.

Every kind of batch is a way in which new shots could differ from the learned ones: not at all (random blocks), by time
(seasons), by what they are (slices and re-weighted draws, all within what was learned), and by lying where nothing was
learned (three-pointers). Of simulated careers the probability of every shot is known too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.stream import ORDER
from kobe_shots.parameters import Cut
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET
from kobe_shots.shots.simulator import draw_career

SEASONS, BLOCKS, TILTED, THREES = "seasons", "random blocks", "re-weighted draws", "three-pointers"
SIMULATED, ALONE = "simulated ", "only "
SIZES = (1_000, 2_000)  # of random blocks
DRAWN = 1_000  # shots of a slice or a re-weighted draw
FEWEST = 8_000  # labelled shots: a half of them holds blocks of every size, and enough to learn from
FEWEST_OF_SEASON = 700
FEWEST_THREES = 100  # of a season: three-pointers are rarer
TILTS = 4  # re-weighted draws a half
TILT = 1.0  # log odds of being drawn, by one standard deviation
THREE = "3PT Field Goal"
BY_SEASON = Cut(by="season", size=1)


@dataclass(frozen=True)
class Batch:
    """Shots whose outcomes are hidden from the estimate, of a kind; where it is known, their true probability."""

    kind: str
    name: str
    shots: pd.DataFrame
    true_probability: pd.Series | None = None


@dataclass(frozen=True)
class Case:
    """Shots that the model and the estimate learn from, how they are cut into stretches, and the hidden batches."""

    learned: pd.DataFrame
    stretches: Cut
    batches: tuple[Batch, ...]


def all_cases(dev: pd.DataFrame, prod: pd.DataFrame, blocks: int, careers: int, seed: int) -> list[Case]:
    """Return every case that raw two-pointers (dev) and three-pointers (prod) give, and those of simulated careers.

    Raises:
        KobeShotsError: the shots are too few.
    """
    twos, threes = labelled(dev), labelled(prod)
    return [
        *hidden_blocks(twos, blocks, seed),
        *hidden_seasons(twos),
        hidden_threes(twos, threes),
        *hidden_careers(careers, seed),
    ]


def labelled(raw: pd.DataFrame) -> pd.DataFrame:
    """Return what estimates are tried on: complete shots with a known outcome in the order of play, by shot id."""
    columns = [*FEATURES, TARGET, *ORDER, "season"]
    return raw.set_index(ROW_ID)[columns].dropna().sort_values(ORDER, kind="stable")


def hidden_seasons(shots: pd.DataFrame) -> Iterator[Case]:
    """Yield each season that holds enough shots, the others to learn from."""
    for season, batch in _by_season(shots, FEWEST_OF_SEASON):
        others = shots[shots["season"] != season]
        yield Case(others, BY_SEASON, (Batch(SEASONS, season, batch),))


def hidden_blocks(shots: pd.DataFrame, count: int, seed: int) -> Iterator[Case]:
    """Yield random halves to learn from, and of the other halves `count` random blocks and as many shifted ones as fit.

    Blocks of one size and half share no shot. The learned half has lost its order, so that its stretches are random
    blocks too: were they seasons, the estimate would allow for a change that random blocks do not have.

    Raises:
        KobeShotsError: the shots are too few for a half to hold the largest blocks.
    """
    if len(shots) < FEWEST:
        raise KobeShotsError(
            f"Got {len(shots):,} labelled shots to try estimates on; at least {FEWEST:,} are needed to hide blocks of "
            f"{max(SIZES):,} and learn from the others. Fetch whole bases: kobe-shots fetch."
        )
    rng = np.random.default_rng(seed)
    unordered = shots[[*FEATURES, TARGET]]
    left, half = count, 0
    while left > 0:
        half += 1
        learned, other = (unordered.iloc[rows] for rows in np.array_split(rng.permutation(len(unordered)), 2))
        blocks = [
            Batch(f"{BLOCKS} of {size:,}", f"{half}.{number + 1}", other.iloc[number * size : (number + 1) * size])
            for size in SIZES
            for number in range(len(other) // size)
        ][:left]
        left -= len(blocks)
        yield Case(learned, Cut(by="count", size=min(SIZES)), (*blocks, *_shifted(other, half, rng)))


def hidden_threes(twos: pd.DataFrame, threes: pd.DataFrame) -> Case:
    """Return three-pointers, all and season by season, with two-pointers to learn from."""
    return Case(twos, BY_SEASON, tuple(_threes(threes)))


def hidden_careers(count: int, seed: int) -> Iterator[Case]:
    """Yield the two-pointers of simulated careers to learn from, and batches of the next career, the truth beside."""
    learned, _, _ = _career(seed, 0)
    for number in range(1, count + 1):
        twos, threes, truth = _career(seed, number)
        size = max(SIZES)
        batches = [
            *(Batch(SEASONS, season, shots) for season, shots in _by_season(twos, FEWEST_OF_SEASON)),
            *(
                Batch(f"blocks of {size:,}", str(block + 1), twos.iloc[block * size : (block + 1) * size])
                for block in range(len(twos) // size)
            ),
            Batch(THREES, "all", threes),
        ]
        known = (Batch(SIMULATED + b.kind, f"{number}, {b.name}", b.shots, truth[b.shots.index]) for b in batches)
        yield Case(learned, BY_SEASON, tuple(known))
        learned = twos


def _by_season(shots: pd.DataFrame, fewest: int) -> Iterator[tuple[str, pd.DataFrame]]:
    for season, of_season in shots.groupby("season"):
        if len(of_season) >= fewest:
            yield str(season), of_season


def _threes(threes: pd.DataFrame) -> Iterator[Batch]:
    yield Batch(THREES, "all", threes)
    for season, shots in _by_season(threes, FEWEST_THREES):
        yield Batch(THREES, season, shots)


def _shifted(shots: pd.DataFrame, half: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield batches of shots like those learned, in another mixture: some kinds alone, and some kinds favoured."""
    feet, lon, minutes = shots["shot_distance"], shots["lon"], shots["minutes_remaining"]
    kinds = {
        "shots at the rim": feet <= 3,  # noqa: PLR2004 -- feet, the restricted area is four
        "mid-range shots": feet >= 8,  # noqa: PLR2004 -- feet, where the paint ends for most shots
        "the farthest shots": feet >= feet.quantile(0.75),
        "shots from the left": lon <= lon.quantile(0.25),
        "shots from the right": lon >= lon.quantile(0.75),
        "early minutes": minutes >= minutes.quantile(0.75),
        "late minutes": minutes <= minutes.quantile(0.25),
        "fourth quarters": shots["period"] == 4,  # noqa: PLR2004
        "playoffs": shots["playoffs"] == 1,
    }
    for name, chosen in kinds.items():
        if chosen.sum() >= DRAWN:
            yield Batch(ALONE + name, str(half), shots[chosen].sample(DRAWN, random_state=rng))
    spread = (shots[FEATURES] - shots[FEATURES].mean()) / shots[FEATURES].std()
    for number in range(TILTS):
        direction = rng.normal(size=len(FEATURES))
        tilt = spread.to_numpy() @ (TILT * direction / np.linalg.norm(direction))
        # the largest of these are a draw with weights exp(tilt), without replacement (Gumbel)
        drawn = np.argsort(tilt + rng.gumbel(size=len(shots)))[-DRAWN:]
        yield Batch(TILTED, f"{half}.{number + 1}", shots.iloc[drawn])


def _career(seed: int, number: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    career = draw_career(np.random.default_rng([seed, number]))
    truth = pd.Series(career.make_probability, index=career.shots[ROW_ID])
    three = career.shots["shot_type"] == THREE
    return labelled(career.shots[~three]), labelled(career.shots[three]), truth
