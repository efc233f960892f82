"""How does a person decide who is in office? `retrain`, `promote` and `rollback`."""

from typing import Any

import click

from kobe_shots.errors import KobeShotsError


@click.command()
@click.option("--force", is_flag=True, help="Train and judge a challenger whatever the policy says.")
@click.option("--if-needed", is_flag=True, help="Only if the policy says so; this is what is done without options.")
@click.option("--ask", is_flag=True, help="Promote none: one that is better waits for `kobe-shots promote`.")
@click.option("--env", help="Configuration to run with, a folder of conf.")
def retrain(force: bool, if_needed: bool, ask: bool, env: str | None) -> None:
    """Ask the policy, train a challenger if it says so, and promote it if it is better (Retreino).

    Safe on a schedule: with nothing new it does nothing. Exit code: 0 decided, whatever was decided; 1 the input cannot
    be used; 2 the command is mistyped.
    """
    if force and if_needed:
        raise click.UsageError("--force and --if-needed exclude each other; leave one out.")
    from kobe_shots import job, summary
    from kobe_shots.pipelines import RETRAINING

    asked: dict[str, Any] = {"force": force} if force or if_needed else {}
    asked |= {"promote": "ask"} if ask else {}
    done = job.run(RETRAINING, env, {"retraining": asked} if asked else None)
    if done.retraining is None:
        raise KobeShotsError("The bases are not of the raw shots; prepare them: kedro run --pipeline=PreparacaoDados.")
    click.echo(f"\n{summary.retraining(done.retraining)}")


@click.command()
@click.option("--reason", default="none was given", metavar="TEXT", help="Why; kept with the run.")
def promote(reason: str) -> None:
    """Put the last challenger in office, if the gate has let it pass against the champion that is there now.

    It belongs to `kobe-shots retrain --ask`. Given again, it changes nothing.
    """
    from kobe_shots import job

    done = job.promote(reason)
    what = "is in office already" if done.already else "is in office"
    click.echo(
        f"{done.name} version {done.version}, a copy of {done.origin}, {what}. Score and watch the shots with it: "
        "`kobe-shots apply`, then `kedro run --pipeline=Monitoramento`; the one before comes back with `kobe-shots "
        "rollback`."
    )


@click.command()
@click.option("--reason", default="none was given", metavar="TEXT", help="Why; kept with the run.")
def rollback(reason: str) -> None:
    """Put the champion before the present one in office again, in one step; again, and it goes one further back."""
    from kobe_shots import job

    done = job.roll_back(reason)
    click.echo(
        f"{done.name} version {done.restored} is in office again, and version {done.withdrawn} is withdrawn "
        f"({done.reason}). Score and watch the shots with it: `kobe-shots apply`, then `kedro run "
        "--pipeline=Monitoramento`."
    )
