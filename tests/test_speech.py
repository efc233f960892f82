import pytest
from kedro.config import MissingConfigException
from kedro.io.core import DatasetError
from kedro.validation.exceptions import ParameterValidationError
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import OperationalError
from yaml.parser import ParserError

from kobe_shots.errors import KobeShotsError
from kobe_shots.speech import to_sentence


def test_an_error_the_user_can_mend_is_its_own_sentence() -> None:
    assert to_sentence(KobeShotsError("Got a CSV; give a parquet file.")) == "Got a CSV; give a parquet file."


def test_it_is_found_where_another_error_was_raised_from_it() -> None:
    error = DatasetError("base_train_dev: Failed while loading data")
    error.__cause__ = ValueError("no idea")
    error.__cause__.__cause__ = KobeShotsError("The prepared shots hold no rows.")
    assert to_sentence(error) == "The prepared shots hold no rows."


def test_an_error_that_arose_while_it_was_handled_is_the_programs_own() -> None:
    error = RuntimeError("on the way up")
    error.__context__ = KobeShotsError("Another run is using this folder.")
    assert to_sentence(error) is None


@pytest.mark.parametrize(
    "error", [ValueError("operands could not be broadcast together"), KeyError("fingerprint"), ZeroDivisionError()]
)
def test_an_error_of_the_program_has_no_sentence_and_keeps_its_traceback(error: Exception) -> None:
    assert to_sentence(error) is None


def test_a_refused_parameter_is_named_by_its_group() -> None:
    error = ParameterValidationError(
        "Parameter validation failed:\n"
        "- Parameter 'tuning': Failed to instantiate Tuning for parameter 'tuning': 'folds' is 1: too few."
    )
    assert to_sentence(error) == "In 'tuning': 'folds' is 1: too few."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ValueError(
                "Failed to find the pipeline named 'Treino'. Did you mean one of these instead?\n    Treinamento"
            ),
            "Failed to find the pipeline named 'Treino'. Did you mean one of these instead? Treinamento. "
            "`kedro registry list` names the pipelines.",
        ),
        (
            ValueError("Pipeline does not contain nodes named ['search']."),
            "Pipeline does not contain nodes named ['search']. `kedro registry describe` names the nodes.",
        ),
        (
            MissingConfigException("Given configuration path is not a valid directory: conf/sead"),
            "Given configuration path is not a valid directory: conf/sead. "
            "The folders in conf are the environments that --env takes.",
        ),
        (
            ParserError("Invalid YAML or JSON file conf/local/parameters.yml, unable to read line 1, position 0."),
            "Invalid YAML or JSON file conf/local/parameters.yml, unable to read line 1, position 0. "
            "Mend the file, then run the same command again.",
        ),
        (
            OperationalError("SELECT 1", None, Exception("database is locked")),
            "The MLflow store cannot be used: database is locked. Put mlflow.db in order or out of the way, "
            "or name another store in MLFLOW_TRACKING_URI.",
        ),
        (
            MlflowException("API request to http://127.0.0.1:5000/api failed with exception: refused"),
            "The MLflow store cannot be used: API request to http://127.0.0.1:5000/api failed with exception: refused. "
            "Start its server, or name another store in MLFLOW_TRACKING_URI, then run the same command again.",
        ),
    ],
)
def test_what_kedro_and_the_store_say_is_followed_by_what_to_do(error: Exception, sentence: str) -> None:
    assert to_sentence(error) == sentence
