"""How does a person bring the documents up to date? `docs`."""

import click


@click.command()
def docs() -> None:
    """Write the numbers of the last run, on the published bases, into README.md and docs."""
    from kobe_shots import documents, job
    from kobe_shots.project import find_project

    project = find_project()
    changed = documents.update(project, job.read_report(project))
    click.echo(f"Changed: {', '.join(changed)}." if changed else "The documents show the last run already.")
