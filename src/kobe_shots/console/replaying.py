"""How does a person try policies of retraining on a career? `replay`."""

import sys
from pathlib import Path

import click

SEED = 24


@click.command()
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
