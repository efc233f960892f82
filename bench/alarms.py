"""How soon do the alarms come, and how often for nothing?

    python bench/alarms.py [--raw FOLDER] [--streams 200]

Quiet streams are whole simulated careers of two-pointers, shuffled, beside a calibration sample of another career; then
three-pointers follow after some two-pointers, simulated or, if there are bases in the folder, real ones in the order of
play. With labels, log loss rises because a feature of the score goes astray, by noise in its log odds.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.spatial import KDTree
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from kobe_shots.monitoring import conformal, sequential
from kobe_shots.shots.court import UNITS_PER_FOOT
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.shots.simulator import draw_career
from kobe_shots.shots.zones import beyond_line

Floats = npt.NDArray[np.float64]
Values = dict[str, Floats]

SEED = 24
CALIBRATION = 4_000
CHANGES = (100, 1_000, 10_000)
THREES = 2_000  # shots after a change, at most
NO_NEAR_SHOT = 100.0  # feet: novelty where no training shot lies on that side of the three-point line
RISES = (0.02, 0.05, 0.1)
LABELLED = 20_000
CLIP = 0.02, 0.98


@dataclass(frozen=True)
class Model:
    """A model of two-pointers, and where the shots lay that it was trained on."""

    pipeline: Pipeline
    near: KDTree

    def watched(self, shots: pd.DataFrame) -> Values:
        """Return each shot's score, and how far it lies from the next training shot.

        In whole feet: inches are how places are recorded, and that changed over the years.
        """
        loc = shots[["loc_x", "loc_y"]].to_numpy(dtype=np.float64)
        feet = np.floor(self.near.query(loc)[0] / UNITS_PER_FOOT)
        return {
            "novelty": np.where(beyond_line(*loc.T), NO_NEAR_SHOT + feet, feet),
            "score": self.pipeline.predict_proba(shots[FEATURES])[:, 1],
        }


def train(shots: pd.DataFrame) -> Model:
    """Return a logistic regression of the labelled shots."""
    labelled = shots.dropna(subset=TARGET)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(labelled[FEATURES], labelled[TARGET])
    return Model(pipeline, KDTree(labelled[["loc_x", "loc_y"]].drop_duplicates().to_numpy()))


def simulated(number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the two-pointers and the three-pointers of a simulated career."""
    shots = draw_career(np.random.default_rng([SEED, number])).shots
    three = shots["shot_type"] == "3PT Field Goal"
    return shots[~three], shots[three]


def real(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the real two-pointers and three-pointers in the order of play."""
    bases = [pd.read_parquet(raw / f"dataset_kobe_{name}.parquet") for name in ("dev", "prod")]
    two, three = (base.sort_values(["game_date", "game_event_id"], ignore_index=True) for base in bases)
    return two, three


def rows(values: Values, which: npt.NDArray[np.int64]) -> Values:
    """Return some shots' values."""
    return {name: column[which] for name, column in values.items()}


def joined(*parts: Values) -> Values:
    """Return the values of several streams, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def quiet(model: Model, streams: int) -> Iterator[tuple[sequential.Alarm, ...]]:
    """Yield the alarms of each quiet stream."""
    careers = (simulated(1 + number)[0] for number in range(streams + 1))
    before = model.watched(next(careers))
    for number, two in enumerate(careers):
        rng = np.random.default_rng([SEED, number])
        now = model.watched(two)
        calibration = rows(before, rng.permutation(len(before["score"]))[:CALIBRATION])
        yield conformal.start(calibration, seed=number).update(rows(now, rng.permutation(len(two)))).alarms
        before = now


def delays(
    calibration: Values, two: Values, three: Values, change: int, repeats: int, *, in_order: bool = False
) -> dict[str, list[float]]:
    """Return how many three-pointers each alarm took after `change` two-pointers, and the quickest of them."""
    found: dict[str, list[float]] = {name: [] for name in (*two, "first")}
    for number in range(repeats):
        rng = np.random.default_rng([SEED, number, change])
        size = len(two["score"])
        first = rng.integers(size - change + 1)
        shots = first + np.arange(change) if in_order else rng.permutation(size)[:change]
        begin = rng.integers(max(1, len(three["score"]) - THREES))
        then = begin + np.arange(min(THREES, len(three["score"])))
        watch = conformal.start(calibration, seed=number).update(joined(rows(two, shots), rows(three, then)))
        after = {a.name: np.inf if a.alarmed_at is None else a.alarmed_at - change + 1 for a in watch.alarms}
        for name, delay in after.items():
            found[name].append(delay)
        found["first"].append(min(after.values()))
    return found


def noise_for(rise: float, probability: Floats) -> Floats:
    """Return probabilities whose log odds carry so much noise that the expected log loss is that much higher."""
    noise = np.random.default_rng(SEED).normal(size=probability.size)

    def noisy(spread: float) -> Floats:
        return np.asarray(np.clip(expit(logit(probability) + spread * noise), *CLIP))

    def excess(spread: float) -> float:
        return float((expected_loss(probability, noisy(spread)) - expected_loss(probability, probability)).mean())

    return noisy(brentq(lambda spread: excess(spread) - rise, 0, 5))


def expected_loss(truth: Floats, said: Floats) -> Floats:
    """Return the expected log loss of each shot."""
    return np.asarray(-truth * np.log(said) - (1 - truth) * np.log(1 - said))


def losses(made: Floats, said: Floats) -> Floats:
    """Return the log loss of each shot."""
    return np.asarray(-np.log(np.where(made == 1, said, 1 - said)))


def spread(found: list[float]) -> str:
    """Return median, tenth and nineth tenths, and the share that was found at all after the change."""
    delay = np.array(found)
    early = (delay <= 0).mean()
    low, middle, high = np.quantile(np.where(delay > 0, delay, np.inf), [0.1, 0.5, 0.9], method="inverted_cdf")
    return f"median {middle:g} (10-90%: {low:g}-{high:g})" + (f", before the change {early:.0%}" if early else "")


def print_switch(title: str, calibration: Values, two: Values, three: Values, repeats: int, **how: bool) -> None:
    """Print the delays of the switch to three-pointers."""
    for change in CHANGES:
        found = delays(calibration, two, three, change, repeats, **how)
        for name, delay in found.items():
            print(f"{title}, after {change:>6,} two-pointers, {name:8} {spread(delay)}", flush=True)


def print_labelled(score: Floats, repeats: int) -> None:
    """Print delays of the alarms with labels, and false alarms on streams without change."""
    bound = sequential.log_loss_bound(*CLIP)
    said = np.clip(score, *CLIP)
    for rise in (0.0, *RISES):
        now = noise_for(rise, said) if rise else said
        risk: list[float] = []
        calibration: list[float] = []
        for number in range(repeats):
            rng = np.random.default_rng([SEED, number])
            made = (rng.random(said.size) < said).astype(np.float64)
            reference, shots = np.split(rng.permutation(said.size)[: CALIBRATION + LABELLED], [CALIBRATION])
            by_loss = sequential.start_risk(losses(made[reference], said[reference]), 0.0, bound)
            by_outcome = sequential.start_calibration()
            (a,) = by_loss.update(losses(made[shots], now[shots])).alarms
            (b,) = by_outcome.update(made[shots], now[shots]).alarms
            risk.append(np.inf if a.alarmed_at is None else a.alarmed_at + 1)
            calibration.append(np.inf if b.alarmed_at is None else b.alarmed_at + 1)
        for name, found in (("loss", risk), ("calibration", calibration)):
            alarmed = np.isfinite(found).mean()
            print(f"labelled, log loss +{rise:.2f}, {name:11} alarmed {alarmed:.1%}, {spread(found)}", flush=True)


def print_real(raw: Path, repeats: int) -> None:
    """Print the delays of the switch on real shots: the stream in the order of play, then shuffled."""
    two, three = real(raw)
    order = np.random.default_rng(SEED).permutation(len(two))
    stream, calibration, fitted = np.split(order, [max(CHANGES), max(CHANGES) + CALIBRATION])
    model = train(two.iloc[fitted])
    watched, threes = model.watched(two), model.watched(three)
    for title, in_order in (("real", True), ("real, shuffled", False)):
        shots = rows(watched, np.sort(stream))
        print_switch(title, rows(watched, calibration), shots, threes, repeats, in_order=in_order)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of the raw shots")
    parser.add_argument("--streams", type=int, default=200)
    given = parser.parse_args()

    model = train(simulated(0)[0])
    other_two, other_three = simulated(1)
    watched, threes = model.watched(other_two), model.watched(other_three)

    rng = np.random.default_rng(SEED)
    shuffled = rows(watched, rng.permutation(len(other_two)))
    calibration, rest = rows(shuffled, np.arange(CALIBRATION)), rows(shuffled, np.arange(CALIBRATION, len(other_two)))
    many = rows(rest, rng.integers(len(other_two) - CALIBRATION, size=1_000_000))
    start = time.process_time()
    conformal.start(calibration, SEED).update(many)
    print(f"1,000,000 shots, two statistics: {time.process_time() - start:.2f} CPU s", flush=True)

    alarms = list(quiet(model, given.streams))
    for i, name in enumerate(("novelty", "score")):
        print(f"quiet streams: {name} alarmed in {sum(a[i].raised for a in alarms)} of {given.streams}")
    print(f"quiet streams: any alarm in {sum(any(x.raised for x in a) for a in alarms)} of {given.streams}", flush=True)

    print_switch("simulated", calibration, rest, threes, given.streams)
    print_labelled(watched["score"], given.streams)
    if (given.raw / "dataset_kobe_dev.parquet").exists():
        print_real(given.raw, given.streams)


if __name__ == "__main__":
    main()
