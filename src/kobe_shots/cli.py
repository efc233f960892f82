"""How does `kedro run` speak to the user? As Kedro does, but what the user can mend is said in one sentence.

Kedro looks for this module by name and lets its commands replace Kedro's own. The project's own command line is in
`kobe_shots.console`.
"""

import copy
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run

from kobe_shots.speech import to_sentence

warnings.filterwarnings("ignore", message="Option '--pipeline' is deprecated")  # the documented commands say --pipeline


@click.group()
def cli() -> None:
    """Kedro's commands, as this project changes them."""


def _in_sentences(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Exception as error:  # `to_sentence` knows which the user can mend; the others go on
            if (sentence := to_sentence(error)) is None:
                raise
            raise click.ClickException(sentence) from error

    return spoken


run = copy.copy(kedro_run)
run.callback = _in_sentences(kedro_run.callback)  # type: ignore[arg-type]  # a command always has one
cli.add_command(run)
