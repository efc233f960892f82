"""Which errors can the user mend, and what do they say? One sentence each; all others are faults of the program."""

import re

from kobe_shots.errors import KobeShotsError


def to_sentence(error: BaseException) -> str | None:
    """Return what to tell the user, or None for an error that is ours and deserves its traceback.

    A KobeShotsError may be wrapped by Kedro or MLflow on its way up, so the whole chain of causes is looked at.
    """
    from kedro.validation.exceptions import ParameterValidationError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KobeShotsError):
            return str(cause)
        if isinstance(cause, ParameterValidationError):
            return re.sub(
                r"^.*?Parameter '(\w+)': Failed to instantiate \w+ for parameter '\1': ", r"In '\1': ", _flat(cause)
            )
        if isinstance(cause, ValueError) and "Failed to find the pipeline named" in str(cause):
            return _flat(cause)
        cause = cause.__cause__ or cause.__context__
    return None


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split())
