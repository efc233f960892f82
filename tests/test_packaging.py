"""Is a registered model one artifact that is a scikit-learn model and answers label and probability?"""

from importlib.metadata import version
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.pyfunc import PyFuncModel
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from kobe_shots import packaging
from kobe_shots.shots.schema import FEATURES

SHOTS = pd.DataFrame([[33.8, -118.4, 10, 1, 0, 25], [34.0, -118.3, 0, 4, 1, 2]], columns=FEATURES, dtype=float)
TREE = Pipeline([("model", DecisionTreeClassifier(max_depth=1, random_state=0))]).fit(
    pd.concat([SHOTS] * 4), [0, 1, 0, 1, 0, 1, 1, 1]
)
EXPECTED = pd.DataFrame({"label": [0, 1], "probability": [0.25, 1.0]})


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packaged") / "model"
    packaging.save_model(str(path), Model(), estimator=TREE)
    return path


@pytest.fixture(scope="module")
def served(saved: Path) -> PyFuncModel:
    return mlflow.pyfunc.load_model(str(saved))


def test_it_is_a_scikit_learn_model_that_loads_as_the_estimator_itself(saved: Path) -> None:
    loaded = mlflow.sklearn.load_model(str(saved))
    assert isinstance(loaded[-1], DecisionTreeClassifier)
    np.testing.assert_array_equal(loaded.predict_proba(SHOTS), TREE.predict_proba(SHOTS))


def test_it_is_a_python_function_that_answers_label_and_probability(served: PyFuncModel) -> None:
    pd.testing.assert_frame_equal(served.predict(SHOTS), EXPECTED)


def test_both_flavours_and_no_pickle_are_in_the_artifact(saved: Path) -> None:
    assert set(Model.load(str(saved)).flavors) == {"python_function", "sklearn"}
    assert list(saved.glob("*.pkl")) == []


def test_columns_come_in_any_order_and_others_are_left_out(served: PyFuncModel) -> None:
    pd.testing.assert_frame_equal(served.predict(SHOTS[FEATURES[::-1]]), EXPECTED)


@pytest.mark.filterwarnings("ignore:Found extra inputs")
def test_columns_nobody_asked_for_are_left_out(served: PyFuncModel) -> None:
    pd.testing.assert_frame_equal(served.predict(SHOTS.assign(action_type="Dunk")), EXPECTED)


def test_lng_stands_for_lon(served: PyFuncModel) -> None:
    pd.testing.assert_frame_equal(served.predict(SHOTS.rename(columns={"lon": "lng"})), EXPECTED)


def test_rows_without_names_are_read_in_the_order_of_the_features(served: PyFuncModel) -> None:
    pd.testing.assert_frame_equal(served.predict(SHOTS.to_numpy()), EXPECTED)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (SHOTS.drop(columns="lat"), "Column lat is missing; send all of lat, lon, minutes_remaining"),
        (SHOTS.assign(lng=-118.0), "Column lon is given twice; send it once"),
        (SHOTS.assign(lat=np.nan), "Column lat holds a missing or infinite value"),
        (SHOTS.assign(lat=np.inf), "Column lat holds a missing or infinite value"),
        (SHOTS.assign(lat=1e300), "Column lat holds a missing or infinite value"),
        (SHOTS.to_numpy()[:, :5], "Rows without names have 5 values; send 6, in this order: lat, lon"),
        (np.ones((2, 7)), "Rows without names have 7 values; send 6, in this order: lat, lon"),
        (SHOTS.iloc[:0], "There are no rows; send at least one"),
    ],
)
def test_what_it_cannot_answer_is_refused_as_a_bad_request(
    served: PyFuncModel, rows: pd.DataFrame, sentence: str
) -> None:
    with pytest.raises(MlflowException, match=sentence) as refusal:
        served.predict(rows)
    assert refusal.value.get_http_status_code() == 400


def test_words_for_a_number_are_refused(served: PyFuncModel) -> None:
    with pytest.raises(MlflowException, match="Incompatible input types for column lat"):
        served.predict(SHOTS.astype({"lat": object}).assign(lat="far"))


def test_the_signature_names_what_comes_back(saved: Path) -> None:
    signature = Model.load(str(saved)).signature
    assert signature is not None
    assert signature.outputs.input_names() == ["label", "probability"]
    assert set(signature.inputs.input_names()) >= {*FEATURES, "lng"}


def test_the_input_example_is_an_answerable_shot(saved: Path, served: PyFuncModel) -> None:
    example = Model.load(str(saved)).load_input_example(str(saved))
    assert list(example.columns) == FEATURES
    assert served.predict(example).columns.tolist() == ["label", "probability"]


def test_requirements_are_pinned_to_what_is_installed(saved: Path) -> None:
    pinned = (saved / "requirements.txt").read_text().split()
    assert pinned == [f"{name}=={version(name)}" for name in ("mlflow", "scikit-learn", "skops", "pandas", "numpy")]
