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

from kobe_shots.pipelines import RETRAINING
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


def _if_needed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let the policy decide, whatever retraining.force says in the configuration."""

    @wraps(command)
    def asked(*args: Any, if_needed: bool, **kwargs: Any) -> Any:
        if not if_needed:
            return command(*args, **kwargs)
        asked_for = [*(kwargs["pipelines"] or []), *([kwargs["pipeline"]] if kwargs["pipeline"] else [])]
        if asked_for != [RETRAINING]:
            raise click.UsageError(f"--if-needed belongs to --pipeline={RETRAINING}; leave it out, or ask for that.")
        params = kwargs["params"] or {}
        own = params.get("retraining", {})
        if own.get("force"):
            raise click.UsageError("--if-needed and retraining.force exclude each other; leave one out.")
        return command(*args, **kwargs | {"params": params | {"retraining": own | {"force": False}}})

    return asked


run = copy.copy(kedro_run)
run.params = [
    *kedro_run.params,
    click.Option(["--if-needed"], is_flag=True, help=f"With {RETRAINING}: only if the policy says so, as is usual."),
]
run.callback = _if_needed(_in_sentences(kedro_run.callback))  # type: ignore[arg-type]  # a command always has one
cli.add_command(run)
