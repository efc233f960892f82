"""What can be typed after `kobe-shots`? One click command for each verb.

A command imports what it needs when it runs, so that `kobe-shots --help` answers at once: pandas and its kin take most
of a second to import. A command prints; the domain function it calls does not.
"""

from pathlib import Path
from typing import Any

import click

from kobe_shots.errors import KobeShotsError

RAW_DIR = Path("data/01_raw")
SHOTS = 30_697
SEED = 24
TIMEOUT = 5


class SpokenErrors(click.Group):
    """A group whose commands end with `Error: <sentence>` and exit code 1 on whatever the user can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed; the one place where a KobeShotsError becomes words and an exit code."""
        try:
            return super().invoke(ctx)
        except KobeShotsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=SpokenErrors)
def main() -> None:
    """Will this Kobe Bryant shot go in? Fetch the shots, train, apply and watch the model."""


@main.command()
@click.option(
    "--source",
    default="auto",
    show_default=True,
    metavar="auto|download|simulate|PATH",
    help="auto: the files already there, else the download, else the simulator. PATH: a folder of parquet files.",
)
@click.option(
    "--raw-dir", type=click.Path(path_type=Path), default=RAW_DIR, show_default=True, help="Where to put them."
)
@click.option("--shots", type=click.IntRange(min=1), default=SHOTS, show_default=True, help="Shots to simulate.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Seed of the simulator.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 600),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long the download may keep us waiting.",
)
def fetch(source: str, raw_dir: Path, shots: int, seed: int, timeout: int) -> None:
    """Put the two raw bases, dev and prod, into data/01_raw."""
    from kobe_shots.shots import fetch as sources  # noqa: PLC0415  see the module's docstring

    provenance = sources.fetch(source, raw_dir, shots=shots, seed=seed, timeout=timeout)
    click.echo(f"===== RAW SHOTS: {provenance.source.upper()}, because {provenance.why} =====")
    click.echo(provenance.describe())
    for file in provenance.files:
        click.echo(f"{raw_dir / file.name}  {file.rows:,} rows  sha256 {file.sha256}")
