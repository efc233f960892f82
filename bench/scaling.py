"""What does the job cost by the number of shots? Every step as it is typed, in projects of simulated shots.

    python bench/scaling.py --write docs/scaling.json [--shots 30697 300000 1300000] [--repeats 3 3 2]

A round runs every size in a project of its own, so that a ratio compares costs of the same quarter of an hour on a
machine that others may use too. A child's CPU seconds and peak memory are the operating system's (getrusage); what it
wrote is by how much the project's folder grew. The file is written after every round.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from kobe_shots.documents.scaling import Cost, Scaling

HERE = Path(__file__).parents[1]
SEED = 24
STEPS = {
    "fetch": ("kobe-shots", "fetch", "--source", "simulate", "--raw-dir", "data/01_raw"),
    "PreparacaoDados": ("kedro", "run", "--pipeline=PreparacaoDados"),
    "Treinamento": ("kedro", "run", "--tags=training_dev"),
    "PipelineAplicacao": ("kedro", "run", "--pipeline=PipelineAplicacao"),
    "Monitoramento": ("kedro", "run", "--pipeline=Monitoramento"),
}
NODE = re.compile(r"^(\d\d):(\d\d):(\d\d)  (Running|Completed) node: ([^:\s]+)", re.MULTILINE)
DAY = timedelta(days=1)
MEGABYTE = 1e6


class Once(NamedTuple):
    """What a command cost one time; as `Cost`."""

    command: str
    cpu: float
    wall: float
    peak: float
    written: float
    nodes: dict[str, float]


def main() -> None:
    """Measure, print every cost as it comes, and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, nargs=3, default=[30_697, 300_000, 1_300_000])
    parser.add_argument("--repeats", type=int, nargs=3, default=[3, 3, 2], help="of each size")
    parser.add_argument("--write", type=Path, required=True, help="file for docs/scaling.md")
    asked = parser.parse_args()
    repeats = dict(zip(sorted(asked.shots), asked.repeats, strict=True))
    found: dict[int, list[dict[str, Once]]] = {shots: [] for shots in repeats}
    for number in range(max(repeats.values())):
        for shots, times in repeats.items():
            if number < times:
                found[shots].append(_job(shots))
        _write(asked.write, found)


def _job(shots: int) -> dict[str, Once]:
    """Return what every step costs in a new project of that many shots."""
    with tempfile.TemporaryDirectory() as folder:
        project = _lay_out(Path(folder))
        costs = {}
        for step, command in STEPS.items():
            more = ("--shots", str(shots), "--seed", str(SEED)) if step == "fetch" else ()
            costs[step] = one = _measure((*command, *more), project)
            print(f"{shots:9,} {step:18} CPU {one.cpu:6.1f} s, wall {one.wall:6.1f} s, {one.peak:6,.0f} MB", flush=True)
        return costs


def _lay_out(folder: Path) -> Path:
    """Make an empty project with this repository's configuration; the package itself is installed."""
    shutil.copytree(HERE / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(HERE / name, folder / name)
    for name in ("src", "conf/local", "data/01_raw"):
        (folder / name).mkdir(parents=True)
    return folder


def _measure(command: tuple[str, ...], project: Path) -> Once:
    """Run a command in a project; ends with what it said where it fails."""
    program = str(Path(sys.executable).with_name(command[0]))
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    before = _size(project)
    with tempfile.TemporaryFile("w+") as said:
        begun = time.perf_counter()
        child = subprocess.Popen(  # noqa: S603 -- the program that is measured
            [program, *command[1:]], cwd=project, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)  # waited for here, for the sake of its usage
        said.seek(0)
        text = said.read()
    if child.returncode:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{text}")
    return Once(
        command=" ".join(command),
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak=usage.ru_maxrss * 1024 / MEGABYTE,
        written=(_size(project) - before) / MEGABYTE,
        nodes=_nodes(text),
    )


def _nodes(log: str) -> dict[str, float]:
    """Return the wall seconds of every node, from the times of day in Kedro's log; exact to a second."""
    begun, took = timedelta(), {}
    for hours, minutes, seconds, what, node in NODE.findall(log):  # one after the other
        at = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        if what == "Running":
            begun = at
        else:
            took[node] = ((at - begun) % DAY).total_seconds()
    return took


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _write(path: Path, found: dict[int, list[dict[str, Once]]]) -> None:
    sizes = {
        shots: {step: _together([costs[step] for costs in rounds]) for step in STEPS} for shots, rounds in found.items()
    }
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(
        f"{Scaling(cores=os.cpu_count() or 1, sizes=sizes).model_dump_json(indent=1)}\n", encoding="utf-8"
    )
    partial.replace(path)


def _together(rounds: list[Once]) -> Cost:
    def each(kind: str) -> tuple[float, ...]:
        return tuple(round(getattr(one, kind), 3) for one in rounds)

    nodes = {node: tuple(one.nodes[node] for one in rounds) for node in rounds[0].nodes}
    kinds = {kind: each(kind) for kind in ("cpu", "wall", "peak", "written")}
    return Cost(command=rounds[0].command, nodes=nodes, **kinds)


if __name__ == "__main__":
    main()
