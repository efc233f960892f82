"""How soon do the alarms come, and how often for nothing?

    python bench/alarms.py [--raw FOLDER] [--streams 200]

The alarms are those of Monitoramento, as it sets them up: a logistic regression learned from two-pointers, a baseline,
a sample held out. Quiet streams are whole careers of simulated two-pointers: shuffled, so that nothing changes, and in
the order of play, where seasons differ. Then three-pointers follow after some two-pointers, simulated or, if there are
bases in the folder, real ones. With labels, log loss rises because a feature of the score goes astray, by noise in its
log odds.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.pipeline import Pipeline

from kobe_shots.models.candidates import candidates, fit
from kobe_shots.models.folds import cross_fitted
from kobe_shots.models.scoring import probability_of_basket
from kobe_shots.monitoring import sequential
from kobe_shots.monitoring.alarms import watch
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.stream import PROBABILITY, Stream, admit
from kobe_shots.parameters import Monitoring, Split
from kobe_shots.pipelines.preparation.nodes import split_base
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET
from kobe_shots.shots.simulator import draw_career

Floats = npt.NDArray[np.float64]
Alarms = tuple[sequential.Alarm, ...]

SEED = 24
CHANGES = (100, 1_000, 10_000)
THREES = 2_000  # shots after a change, at most
RISES = (0.02, 0.05, 0.1)
REFERENCE, LABELLED = 4_000, 20_000
CLIP = 0.02, 0.98
WITH_LABELS = ("loss", "calibration")
WATCHED = [*FEATURES, TARGET, "season"]
PARAMETERS = Path(__file__).parents[1] / "conf" / "base" / "parameters.yml"


@dataclass(frozen=True)
class Watched:
    """A model and its baseline, as Monitoramento has them, and a sample it has not learned from."""

    model: Pipeline
    baseline: Baseline
    held_out: Stream
    how: Monitoring

    def alarms(self, shots: pd.DataFrame) -> Alarms:
        """Return the alarms of shots in the order they stand."""
        stream = admit(scored(self.model, shots))
        return watch(stream, self.baseline.support.novelty(stream.shots), self.baseline, self.held_out, self.how)


def learn(shots: pd.DataFrame) -> Watched:
    """Return what Monitoramento learns from two-pointers in the order of play."""
    how = Monitoring.model_validate(yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))["monitoring"])
    labelled = shots.dropna(subset=TARGET).astype({TARGET: np.int64})
    train, test = (part.sort_index() for part in split_base(labelled, Split(test_size=0.2, seed=SEED)))
    model = fit(candidates("lr", 2)[0], SEED, train[FEATURES], train[TARGET])
    honest = cross_fitted(model, train[FEATURES], train[TARGET], how.folds, how.seed)
    reference = admit(train.assign(**{PROBABILITY: honest}))
    own = scored(model, train)[PROBABILITY]
    return Watched(model, learn_baseline(reference, own, how), admit(scored(model, test)), how)


def scored(model: Pipeline, shots: pd.DataFrame) -> pd.DataFrame:
    """Return shots with the model's probabilities."""
    return shots.assign(**{PROBABILITY: probability_of_basket(model, shots)})


def in_order(raw: pd.DataFrame) -> pd.DataFrame:
    """Return what is watched of raw shots, in the order of play, numbered by it."""
    played = raw.dropna(subset=FEATURES).sort_values(["game_date", "game_event_id"], ignore_index=True)
    return played[WATCHED].rename_axis(ROW_ID)


def simulated(number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the two-pointers and the three-pointers of a simulated career."""
    shots = draw_career(np.random.default_rng([SEED, number])).shots
    three = shots["shot_type"] == "3PT Field Goal"
    return in_order(shots[~three]), in_order(shots[three])


def real(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the real two-pointers and three-pointers."""
    two, three = (in_order(pd.read_parquet(raw / f"dataset_kobe_{name}.parquet")) for name in ("dev", "prod"))
    return two, three


def print_quiet(watched: Watched, streams: int) -> None:
    """Print how many quiet streams raised an alarm, without labels and with them."""
    for title, shuffle in (("shuffled, nothing changes", True), ("in order of play, seasons differ", False)):
        raised = []
        for number in range(streams):
            two, _ = simulated(1 + number)
            raised.append(watched.alarms(two.sample(frac=1, random_state=number) if shuffle else two))
        any_of = [
            sum(any(a.raised for a in alarms if (a.name in WITH_LABELS) is labelled) for alarms in raised)
            for labelled in (False, True)
        ]
        each = dict.fromkeys((alarm.name for alarm in raised[0]), 0)
        for alarms in raised:
            for alarm in alarms:
                each[alarm.name] += alarm.raised
        told = f"quiet careers, {title}: of {streams} alarmed {any_of[0]} without labels, {any_of[1]} with"
        print(f"{told} {each}", flush=True)


def print_switch(title: str, watched: Watched, two: pd.DataFrame, three: pd.DataFrame, repeats: int) -> None:
    """Print how many three-pointers each alarm without labels took after some two-pointers, and the quickest."""
    for change in CHANGES:
        found: dict[str, list[float]] = {}
        for number in range(repeats):
            rng = np.random.default_rng([SEED, number, change])
            first, then = rng.integers(len(two) - change + 1), rng.integers(max(1, len(three) - THREES))
            parts = [two.iloc[first : first + change], three.iloc[then : then + THREES]]
            alarms = watched.alarms(pd.concat(parts, ignore_index=True).assign(**{TARGET: np.nan}))
            after = {a.name: np.inf if a.alarmed_at is None else a.alarmed_at - change + 1 for a in alarms}
            for name, delay in (after | {"first": min(after.values())}).items():
                found.setdefault(name, []).append(delay)
        for name, all_delays in found.items():
            print(f"{title}, after {change:>6,} two-pointers, {name:12} {spread(all_delays)}", flush=True)


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
            reference, shots = np.split(rng.permutation(said.size)[: REFERENCE + LABELLED], [REFERENCE])
            by_loss = sequential.start_risk(losses(made[reference], said[reference]), 0.0, bound)
            by_outcome = sequential.start_calibration()
            (a,) = by_loss.update(losses(made[shots], now[shots])).alarms
            (b,) = by_outcome.update(made[shots], now[shots]).alarms
            risk.append(np.inf if a.alarmed_at is None else a.alarmed_at + 1)
            calibration.append(np.inf if b.alarmed_at is None else b.alarmed_at + 1)
        for name, found in (("loss", risk), ("calibration", calibration)):
            alarmed = np.isfinite(found).mean()
            print(f"labelled, log loss +{rise:.2f}, {name:11} alarmed {alarmed:.1%}, {spread(found)}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of the raw shots")
    parser.add_argument("--streams", type=int, default=200)
    given = parser.parse_args()

    watched = learn(simulated(0)[0])
    print_quiet(watched, given.streams)
    two, three = simulated(1)
    print_switch("simulated", watched, two, three, given.streams)
    print_labelled(scored(watched.model, two)[PROBABILITY].to_numpy(), given.streams)
    if (given.raw / "dataset_kobe_dev.parquet").exists():
        two, three = real(given.raw)
        # learned from every other shot, watched on the others: none is watched that was learned
        print_switch("real", learn(two.iloc[::2]), two.iloc[1::2], three, given.streams)


if __name__ == "__main__":
    main()
