"""What does each way of retraining buy, how often is it wrong, and what does a game cost?

    python bench/retraining.py real|simulated|quiet|pace|seconds [--raw FOLDER] [--write docs/replays.json]

- real: the published career in five scenarios; first a champion of each family with challengers of its own kind, then a
  tree with challengers of all kinds. `--kind 0` to `3` and `--scenario` choose some; the others stay as they are.
- simulated: the same on simulated careers, a seed each, without the calendar.
- quiet: careers in which nothing changes; how many see a challenger promoted?
- pace: seconds a game as careers get 10 and 100 times as long.
- seconds: CPU seconds of the whole real career, all policies.

Each part replaces its own in the file; parts may run side by side.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from filelock import FileLock

from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.career import lay_out
from kobe_shots.retraining.comparison import Comparison
from kobe_shots.retraining.keeping import Asked, replay
from kobe_shots.retraining.measured import Measured, Pace, Quiet, name_settings
from kobe_shots.retraining.outcomes import after_delay
from kobe_shots.retraining.policies import POLICIES
from kobe_shots.retraining.rules import Rules
from kobe_shots.retraining.scenarios import QUIET, set_scene
from kobe_shots.retraining.start import first_champion, start_replay
from kobe_shots.shots.provenance import Provenance
from kobe_shots.shots.schema import FEATURES
from kobe_shots.shots.simulator import draw_career

SEED = 24
SCENARIOS = ("career", "switch", "production", "mix", "rule")
FAMILIES = ("lr", "dt", "boost")
SLOW = "boost"  # its oracle is trained every so many games only, and there is no calendar with it
ORACLE_EVERY = 10
CALENDAR = "calendar"
PARAMETERS = Path(__file__).parents[1] / "conf" / "base" / "parameters.yml"
LENGTHS = (1, 10, 100)
TENTHS = 10


def parameters(oracle_every: int = 1) -> tuple[Retraining, Monitoring]:
    """Return the parameters as configured."""
    configured = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))
    how = configured["retraining"]
    how["replay"]["oracle_every"] = oracle_every
    return Retraining.model_validate(how), Monitoring.model_validate(configured["monitoring"])


def played(
    raw: pd.DataFrame, scenario: str, family: str, challengers: tuple[str, ...], seed: int, *, quick: bool = False
) -> Comparison:
    """Return what the policies have bought in a scenario.

    The calendar is left out where its trainings take hours, or when it is to be quick; so are most of the oracle's.
    """
    how, watching = parameters(ORACLE_EVERY if quick or family == SLOW else 1)
    policies = tuple(name for name in POLICIES if name != CALENDAR or not (quick or SLOW in challengers))
    asked = Asked(scenario, family, challengers, policies, seed)
    with tempfile.TemporaryDirectory() as folder:
        return replay(raw, None, asked, how, watching, Path(folder)).comparison


def measure_real(given: argparse.Namespace) -> Iterator[Measured]:
    """Play the published career."""
    raw = published(given.raw)
    kinds = [("lr", ("lr",)), ("dt", ("dt",)), ("boost", ("boost",)), ("dt", FAMILIES)]
    done: list[Comparison] = []
    for family, challengers in kinds if given.kind is None else [kinds[given.kind]]:
        for scenario in given.scenario or SCENARIOS:
            done.append(played(raw, scenario, family, challengers, SEED))
            print(f"{family} against {', '.join(challengers)}, {scenario}: {done[-1].conclusion}", flush=True)
            yield Measured(real=tuple(done))


def measure_simulated(given: argparse.Namespace) -> Iterator[Measured]:
    """Play simulated careers."""
    done: list[Comparison] = []
    for seed in range(1, given.seeds + 1):
        raw = draw_career(np.random.default_rng([SEED, seed])).shots
        for family in ("lr", "dt"):
            for scenario in ("career", "switch", "mix", "rule"):
                done.append(played(raw, scenario, family, (family,), seed, quick=True))
                print(f"seed {seed}, {family}, {scenario}: {done[-1].conclusion}", flush=True)
                yield Measured(simulated=tuple(done))


def measure_quiet(given: argparse.Namespace) -> Iterator[Measured]:
    """Play careers in which nothing changes."""
    how, watching = parameters()
    counts = {family: np.zeros(3, dtype=np.int64) for family in ("lr", "dt")}
    for seed in range(1, given.careers + 1):
        career = set_scene(QUIET, pd.DataFrame(), seed)
        first_game = career.games_of_seasons(1)
        arrivals = after_delay(career, how.replay.delay, first_game)
        for family in counts:
            champion = first_champion(career, family, first_game, how, watching)
            one = start_replay(career, arrivals, Rules("both", (family,), how, watching), champion, first_game)
            while not one.is_over:
                one.play()
            alarmed = any(event.decision.rule not in {"growth", "none"} for event in one.events)
            counts[family] += np.array([alarmed, one.retrainings > 0, one.champion.version > 1])
        if seed % 10 == 0 or seed == given.careers:
            print(f"{seed} careers: alarmed, retrained, promoted {counts}", flush=True)
            yield Measured(
                quiet=tuple(
                    Quiet(
                        family=family,
                        challengers=(family,),
                        policy="both",
                        careers=seed,
                        alarmed=int(alarmed),
                        retrained=int(retrained),
                        promoted=int(promoted),
                    )
                    for family, (alarmed, retrained, promoted) in counts.items()
                )
            )


def measure_pace(_: argparse.Namespace) -> Iterator[Measured]:
    """Time games of ever longer careers, everything watched and nothing trained."""
    how, watching = parameters()
    how = how.model_copy(update={"growth": 1e9, "cool_down": 10**9})
    done: list[Pace] = []
    for times in LENGTHS:
        parts = [draw_career(np.random.default_rng([SEED, number])).shots for number in range(times)]
        ordered = [part.dropna(subset=FEATURES).sort_values(["game_date", "game_event_id"]) for part in parts]
        shots = pd.concat(ordered, ignore_index=True)
        game = np.repeat(np.arange(times), [len(part) for part in ordered]) * 10**9 + shots["game_id"].to_numpy()
        career = lay_out(shots.assign(shot_id=np.arange(len(shots))), game)
        first_game = career.games_of_seasons(how.replay.seasons_learned)
        champion = first_champion(career, "lr", first_game, how, watching)
        arrivals = after_delay(career, how.replay.delay, first_game)
        one = start_replay(career, arrivals, Rules("both", ("lr",), how, watching), champion, first_game)
        edges = np.rint(np.linspace(first_game, career.games, TENTHS + 1)).astype(int)
        tenths = []
        for last in edges[1:].tolist():
            begun, before = one.game, time.process_time()
            while one.game < last:
                one.play()
            tenths.append(1000 * (time.process_time() - before) / (last - begun))
        done.append(Pace(times=times, games=career.games - first_game, milliseconds=tuple(tenths)))
        print(f"{times} x: {career.games:,} games, ms a game by tenths {np.round(tenths, 2).tolist()}", flush=True)
        yield Measured(pace=tuple(done))


def measure_seconds(given: argparse.Namespace) -> Iterator[Measured]:
    """Time the whole real career with all policies and the oracle."""
    raw, done = published(given.raw), []
    for _ in range(given.repeats):
        before = time.process_time()
        played(raw, "career", "dt", ("dt",), SEED)
        done.append(time.process_time() - before)
        print(f"{done[-1]:.1f} CPU s", flush=True)
        yield Measured(seconds=tuple(done))
    print(f"median {statistics.median(done):.1f} CPU s ({min(done):.1f}-{max(done):.1f})")


def merged(before: tuple[Comparison, ...], now: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
    """Return comparisons in a fixed order, those measured now in place of those before."""
    every = {(one.challengers != (one.family,), one.family, one.scenario): one for one in (*before, *now)}
    order = [FAMILIES, SCENARIOS]
    return tuple(every[key] for key in sorted(every, key=lambda key: (key[0], *map(tuple.index, order, key[1:]))))


def published(raw: Path) -> pd.DataFrame:
    """Return the published shots of both bases."""
    return pd.concat([pd.read_parquet(raw / f"dataset_kobe_{name}.parquet") for name in ("dev", "prod")])


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Measured]]] = {
    "real": measure_real,
    "simulated": measure_simulated,
    "quiet": measure_quiet,
    "pace": measure_pace,
    "seconds": measure_seconds,
}


def main() -> None:
    """Measure a part, print it, and put it into the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of the published shots")
    parser.add_argument("--write", type=Path, help="the file to put it into")
    parser.add_argument("--seeds", type=int, default=5, help="simulated careers")
    parser.add_argument("--careers", type=int, default=200, help="quiet careers")
    parser.add_argument("--kind", type=int, choices=range(4), help="of champion and challengers, of the real career")
    parser.add_argument("--scenario", action="append", choices=SCENARIOS)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    for measured in PARTS[given.part](given):
        if given.write is None:
            continue
        with FileLock(f"{given.write}.lock"):
            exists = given.write.is_file()
            before = Measured.model_validate_json(given.write.read_bytes()) if exists else Measured()
            told = {name: getattr(measured, name) for name in measured.model_fields_set}
            told["settings"] = name_settings(*parameters())
            if measured.real:
                told["real"] = merged(before.real, measured.real)
            if (given.raw / "provenance.json").is_file():
                told["fingerprint"] = Provenance.load(given.raw).fingerprint
            part = given.write.with_name(f"{given.write.name}.part")
            part.write_text(before.model_copy(update=told).model_dump_json(indent=1) + "\n", encoding="utf-8")
            part.replace(given.write)


if __name__ == "__main__":
    main()
