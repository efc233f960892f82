"""How does a person grade a repository by the assignment's rubric? `rubric`."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["en", "pt"]), default="en", show_default=True, help="Language to answer in.")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def rubric(folder: Path | None, lang: str, as_json: bool) -> None:
    """Answer the assignment's 23 checks of a repository, with the evidence for each; nothing in it is run.

    FOLDER is the repository, by default the project that the current folder lies in. Exit code: 0 all pass, 1 the
    folder cannot be used, 2 the command is mistyped, 3 a check fails, 4 none fails and some cannot be told.
    """
    from kobe_shots.language import PORTUGUESE, speak
    from kobe_shots.project import find_project
    from kobe_shots.rubric import text
    from kobe_shots.rubric.grading import grade

    found = grade(folder or find_project())
    language = speak(PORTUGUESE if lang == PORTUGUESE else "en")
    click.echo(found.model_dump_json(indent=2) if as_json else text.render_grading(found, language))
    click.get_current_context().exit(found.exit_code)
