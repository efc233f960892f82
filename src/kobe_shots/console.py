"""What can be typed after `kobe-shots`? One click command for each verb.

A command imports what it needs when it runs, so that `kobe-shots --help` answers at once: pandas and its kin take most
of a second to import. A command prints; the domain function it calls does not.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kobe_shots.errors import KobeShotsError

RAW_DIR = Path("data/01_raw")
BACKTEST_FILE = Path("data/08_reporting/backtest.json")
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
    """Will this Kobe Bryant shot go in? Fetch the shots, train, apply and report."""


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


@main.command()
@source_options
@click.option(
    "--raw-dir", type=click.Path(path_type=Path), help=f"Where to put them.  [default: the project's {RAW_DIR}]"
)
def fetch(raw_dir: Path | None, **source: Any) -> None:
    """Put the two raw bases, dev and prod, into data/01_raw."""
    obtain(raw_dir or raw_dir_of_project(), **source)


@main.command()
@source_options
@click.option(
    "--env", help="Configuration to run with, a folder of conf: `seed` picks by F1, `pycaret` searches with it."
)
def run(env: str | None, **source: Any) -> None:
    """Fetch, prepare, train, apply, watch: the whole job, and its summary."""
    obtain(raw_dir_of_project(), **source)
    from kobe_shots import job, summary

    click.echo(f"\n{summary.render(job.run(env=env))}")


@main.command()
@click.option("--env", help="Configuration to run with, a folder of conf.")
def apply(env: str | None) -> None:
    """Score the production base with the champion (PipelineAplicacao), and print the summary."""
    from kobe_shots import job, summary
    from kobe_shots.pipelines import APPLICATION

    click.echo(f"\n{summary.render(job.run(APPLICATION, env))}")


@main.command()
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


@main.command()
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


@main.command()
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


@main.command()
def report() -> None:
    """Print the summary of the last run again."""
    from kobe_shots import job, summary
    from kobe_shots.project import find_project

    click.echo(summary.render(job.read_report(find_project())))


@main.command()
def docs() -> None:
    """Write the numbers of the last run, on the published bases, into README.md and docs."""
    from kobe_shots import documents, job
    from kobe_shots.project import find_project

    project = find_project()
    changed = documents.update(project, job.read_report(project))
    click.echo(f"Changed: {', '.join(changed)}." if changed else "The documents show the last run already.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--made", metavar="COLUMN", help="Outcome, 0 or 1.  [default: found by its name]")
@click.option("--probability", metavar="COLUMN", help="Probability of a basket.  [default: found by its name]")
@click.option("--label", metavar="COLUMN", help="Predicted label, 0 or 1.  [default: found by its name]")
@click.option("--claim", multiple=True, metavar="METRIC=VALUE", help="log_loss, f1, roc_auc, brier or accuracy.")
@click.option("--claims", type=click.Path(path_type=Path), metavar="FILE", help="Metrics in JSON, as MLflow has them.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Above it, a basket.")
@click.option("--json", "as_json", is_flag=True, help="Print the audit as JSON.")
def audit(
    file: Path, claim: tuple[str, ...], claims: Path | None, threshold: float, as_json: bool, **named: str | None
) -> None:
    """Say whether the published metrics of a table of predictions (parquet, CSV) can be true.

    Exit code: 0 no sign of a mistake, 1 the input cannot be used, 2 the command is mistyped, 3 a mistake was found,
    4 cannot tell.
    """
    from kobe_shots.audit import text
    from kobe_shots.audit.audit import audit as look_at
    from kobe_shots.audit.claims import read_claims
    from kobe_shots.audit.predictions import read

    claimed = read_claims(claim, claims)
    found = look_at(read(file, **named), claimed, threshold)
    click.echo(found.model_dump_json(indent=2) if as_json else text.render(found))
    click.get_current_context().exit(found.exit_code)


@main.command()
@click.option("--careers", type=click.IntRange(0, 100), default=5, show_default=True, help="Simulated ones to try on.")
@click.option("--blocks", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Random ones to hide.")
@click.option("--model", type=click.Choice(["lr", "dt", "both"]), default="both", show_default=True, help="To refit.")
def backtest(careers: int, blocks: int, model: str) -> None:
    """Hide labels that are known, estimate the model's health without them, reveal them, and say how good that was.

    Takes the raw shots and the models trained on dev, and some minutes; writes data/08_reporting/backtest.json. Exit
    code: 0 no estimate was trusted and wrong, 1 the input cannot be used, 2 the command is mistyped, 3 one was.
    """
    from kobe_shots import job
    from kobe_shots.monitoring import backtest_errors, backtest_text
    from kobe_shots.monitoring.backtest import reveal
    from kobe_shots.monitoring.backtest_batches import all_cases
    from kobe_shots.parameters import Monitoring
    from kobe_shots.project import find_project

    project, kinds = find_project(), ["lr", "dt"] if model == "both" else [model]
    dev, prod, provenance, parameters, *trained = job.load(
        project,
        *("dataset_kobe_dev", "dataset_kobe_prod", "provenance", "params:monitoring"),
        *(f"trained_{kind}_model_dev" for kind in kinds),
    )
    how = Monitoring.model_validate(parameters)
    cases = all_cases(dev, prod, blocks, careers, how.seed)
    with click.progressbar(cases, label="Hide, estimate, reveal", file=sys.stderr) as shown:
        revealed = list(reveal(shown, dict(zip(kinds, trained, strict=True)), how))
    asked = backtest_errors.Asked(fingerprint=provenance["fingerprint"], blocks=blocks, careers=careers)
    found = backtest_errors.assess(revealed, asked)
    path = project / BACKTEST_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    part.replace(path)
    click.echo(backtest_text.render(found))
    click.get_current_context().exit(3 if found.trusted_wrong else 0)


@main.command()
@click.option(
    "--scenario",
    type=click.Choice(["career", "switch", "production", "mix", "rule", "quiet"]),
    default="career",
    show_default=True,
    help="What happens: as it was; twos, then threes; the same with all twos learned; ever more threes; a rule that "
    "changes; nothing.",
)
@click.option("--model", type=click.Choice(["lr", "dt", "boost"]), default="dt", show_default=True, help="At first.")
@click.option("--against", type=click.Choice(["own", "all"]), default="own", show_default=True, help="Challengers.")
@click.option(
    "--policy",
    multiple=True,
    type=click.Choice(["never", "calendar", "reactive", "predictive", "both"]),
    help="Several may be named.  [default: all]",
)
@click.option("--shots", type=click.Path(path_type=Path), metavar="PATH", help="Raw shots, a file or a folder of them.")
@click.option("--labels", type=click.Path(path_type=Path), metavar="FILE", help="shot_id, shot_made_flag, game.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the scenario.")
def replay(scenario: str, model: str, against: str, policy: tuple[str, ...], seed: int, **given: Path | None) -> None:
    """Play a career again, game by game: policies decide when to retrain, a gate who takes office; compare them.

    The shots are those of data/01_raw, or another player's. A replay that is killed goes on where it was when the same
    command is given again. Writes data/08_reporting/replay and an MLflow run a policy.
    """
    from kobe_shots import replaying
    from kobe_shots.project import find_project

    project = find_project()
    with click.progressbar(length=100, label="Replay", file=sys.stderr) as bar:

        def notify(who: str, games: int, total: int) -> None:
            bar.label = f"Replay: {who}"
            bar.update(max(0, 100 * games // total - bar.pos))

        found = replaying.run(project, scenario, model, against, policy, seed, notify=notify, **given)
    click.echo(found)


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
