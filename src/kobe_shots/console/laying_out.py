"""How does a person get a project without a clone of the repository? `new`."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a project in FOLDER: configuration, pages, and folders for the shots; what this version has.

    FOLDER may not be there yet, or be empty.
    """
    from kobe_shots.layout import lay_out

    click.echo(f"{lay_out(folder)} is a project; go on in it: cd {folder}, then kobe-shots run.")
