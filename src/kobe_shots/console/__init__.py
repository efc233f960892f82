"""What can be typed after `kobe-shots`? One click command for each verb.

A command imports what it needs when it runs, so that `kobe-shots --help` answers at once: pandas and its kin take most
of a second to import. A command prints; the domain function it calls does not.
"""

from typing import Any

import click

from kobe_shots.console.documents import docs
from kobe_shots.console.grading import rubric
from kobe_shots.console.judging import BACKTEST_FILE, audit, backtest
from kobe_shots.console.laying_out import new
from kobe_shots.console.office import promote, retrain, rollback
from kobe_shots.console.replaying import replay
from kobe_shots.console.working import apply, fetch, report, run
from kobe_shots.errors import KobeShotsError

__all__ = ["BACKTEST_FILE", "main"]


class SpokenErrors(click.Group):
    """A group whose commands end with `Error: <sentence>` and exit code 1 on whatever the user can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed; the one place where a KobeShotsError becomes words and an exit code."""
        try:
            return super().invoke(ctx)
        except KobeShotsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=SpokenErrors)
@click.version_option(package_name="kobe-shots", message="%(prog)s %(version)s")
def main() -> None:
    """Will this Kobe Bryant shot go in? Fetch the shots, train, apply and report."""


for command in (apply, audit, backtest, docs, fetch, new, promote, replay, report, retrain, rollback, rubric, run):
    main.add_command(command)
