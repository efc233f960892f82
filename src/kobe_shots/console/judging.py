"""How does a person question what was published, or estimated? `audit` and `backtest`."""

import sys
from pathlib import Path

import click

BACKTEST_FILE = Path("data/08_reporting/backtest.json")


@click.command()
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


@click.command()
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
