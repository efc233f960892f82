"""How does a person start the job, or a step of it? `fetch`, `run`, `apply` and `report`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

RAW_DIR = Path("data/01_raw")
SHOTS = 30_697
SEED = 24
TIMEOUT = 5


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what decides where the shots come from."""
    for option in (
        click.option(
            "--timeout",
            type=click.IntRange(1, 600),
            default=TIMEOUT,
            show_default=True,
            metavar="SECONDS",
            help="How long the download may keep us waiting.",
        ),
        click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the simulator."),
        click.option("--shots", type=click.IntRange(min=1), default=SHOTS, show_default=True, help="To simulate."),
        click.option(
            "--source",
            default="auto",
            show_default=True,
            metavar="auto|download|simulate|PATH",
            help="auto: the files already there, else the download, else the simulator. "
            "PATH: a folder of parquet files.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@source_options
@click.option(
    "--raw-dir", type=click.Path(path_type=Path), help=f"Where to put them.  [default: the project's {RAW_DIR}]"
)
def fetch(raw_dir: Path | None, **source: Any) -> None:
    """Put the two raw bases, dev and prod, into data/01_raw."""
    obtain(raw_dir or raw_dir_of_project(), **source)


@click.command()
@source_options
@click.option(
    "--env", help="Configuration to run with, a folder of conf: `seed` picks by F1, `pycaret` searches with it."
)
def run(env: str | None, **source: Any) -> None:
    """Fetch, prepare, train, apply, watch: the whole job, and its summary."""
    obtain(raw_dir_of_project(), **source)
    from kobe_shots import job, summary

    click.echo(f"\n{summary.render(job.run(env=env))}")


@click.command()
@click.option("--env", help="Configuration to run with, a folder of conf.")
def apply(env: str | None) -> None:
    """Score the production base with the champion (PipelineAplicacao), and print the summary."""
    from kobe_shots import job, summary
    from kobe_shots.pipelines import APPLICATION

    click.echo(f"\n{summary.render(job.run(APPLICATION, env))}")


@click.command()
def report() -> None:
    """Print the summary of the last run again."""
    from kobe_shots import job, summary
    from kobe_shots.project import find_project

    click.echo(summary.render(job.read_report(find_project())))


def raw_dir_of_project() -> Path:
    """Return the project's raw folder, as seen from the current one."""
    from kobe_shots.project import find_project

    return Path(os.path.relpath(find_project() / RAW_DIR))


def obtain(raw_dir: Path, source: str, shots: int, seed: int, timeout: int) -> None:
    """Fetch the raw bases and say loudly where they come from."""
    from kobe_shots.shots import fetch as sources

    provenance = sources.fetch(source, raw_dir, shots=shots, seed=seed, timeout=timeout)
    click.echo(f"===== RAW SHOTS: {provenance.source.upper()}, because {provenance.why} =====")
    click.echo(provenance.describe())
    for file in provenance.files:
        click.echo(f"{raw_dir / file.name}  {file.rows:,} rows  sha256 {file.sha256}")
