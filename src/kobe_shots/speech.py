"""Which errors can the user mend, and what do they say? One sentence each; all others are faults of the program."""

import re

from kobe_shots.errors import KobeShotsError

WHAT_KEDRO_CANNOT_FIND = {  # what its errors start with, and where the names it knows are to be seen
    "Failed to find the pipeline named": "`kedro registry list` names the pipelines.",
    "Pipeline contains no nodes": "`kedro run --help` names the filters; the tags are preprocessing, training_dev, "
    "training_prod, metrics, application and monitoring, and retraining with --pipeline=Retreino.",
    "Pipeline does not contain": "`kedro registry describe` names the nodes.",
}


def to_sentence(error: BaseException) -> str | None:
    """Return what to tell the user, or None for an error that is ours and deserves its traceback.

    A KobeShotsError may be wrapped by Kedro or MLflow on its way up, so the whole chain of causes is looked at. An
    error that only arose while another was handled is not caused by it, and is ours.
    """
    cause: BaseException | None = error
    while cause is not None:
        if (sentence := _said_of(cause)) is not None:
            return sentence
        cause = cause.__cause__
    return None


def _said_of(error: BaseException) -> str | None:
    from kedro.config import MissingConfigException
    from kedro.validation.exceptions import ParameterValidationError
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import DatabaseError
    from yaml import YAMLError

    said, advice = _flat(error), ""
    match error:
        case KobeShotsError():
            return str(error)
        case ParameterValidationError():
            pattern = r"^.*?Parameter '(\w+)': Failed to instantiate \w+ for parameter '\1': "
            return re.sub(pattern, r"In '\1': ", said)
        case YAMLError():
            advice = "Mend the file, then run the same command again."
        case MissingConfigException():
            advice = "The folders in conf are the environments that --env takes."
        case DatabaseError():
            said = f"The MLflow store cannot be used: {error.orig}"
            advice = "Put mlflow.db in order or out of the way, or name another store in MLFLOW_TRACKING_URI."
        case MlflowException() if said.startswith("API request to "):  # what it says when a server does not answer
            said = f"The MLflow store cannot be used: {said}"
            advice = "Start its server, or name another store in MLFLOW_TRACKING_URI, then run the same command again."
        case ValueError():
            hints = (hint for start, hint in WHAT_KEDRO_CANNOT_FIND.items() if said.startswith(start))
            advice = next(hints, "")
    return f"{said.rstrip('.')}. {advice}" if advice else None


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split())
