"""What is evidence, and what only looks like it? What a file-matching check would accept or refuse wrongly."""

import base64
import pickle
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from skops import io as skops
from tests.rubric import graduate
from tests.rubric.graduate import IDS, change, notebook, write

from kobe_shots.rubric.answers import Answer, Result
from kobe_shots.rubric.classes import class_of

Asked = Callable[[str], Answer]
METRICS = f"mlruns/1/{IDS['Treinamento']}/metrics"
ARTIFACTS = f"mlruns/1/{IDS['Treinamento']}/artifacts"


def answers_gone(folder: Path) -> None:
    """Leave the assignment's questions, and nothing below them."""
    text = (folder / "README.md").read_text()
    before, heading, after = text.partition("## Respostas")
    questions = [line for line in after.splitlines() if line.startswith("###")]
    write(folder / "README.md", "\n\n".join([before, heading, *questions]))


def said(answer: Answer) -> str:
    return " ".join([answer.sentence, *(remark.sentence for remark in answer.remarks)])


# ---- prose


@pytest.mark.parametrize("check", ["1.4", "4.2", "4.4"])
def test_a_question_that_is_only_quoted_is_no_answer(repository: Path, answer: Asked, check: str) -> None:
    answers_gone(repository)
    assert answer(check).result == Result.FAIL


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("1.4", "We will check whether the model is adherent to production."),
        ("1.4", "O aluno indicou se o modelo é aderente à nova base."),
        ("1.4", "1.3 API or embedded, 1.4 adherence to the new base stated, 2.1 repository with the structure."),
        ("1.4", "A base nova aparece no estudo de aderência que faremos."),
        ("1.4", "Adherence is judged on the labelled rows of production."),
        ("4.4", "We use reactive and predictive retraining strategies."),
        ("4.2", "The model is monitored with and without labels."),
    ],
)
def test_naming_a_thing_is_not_telling_it(repository: Path, answer: Asked, check: str, text: str) -> None:
    answers_gone(repository)
    write(repository / "docs/more.md", f"# More\n\n{text}\n")
    assert answer(check).result == Result.FAIL


@pytest.mark.parametrize(
    "text",
    [
        "O modelo perdeu aderência na base de produção.",
        "A aderência do modelo à nova base é baixa.",
        "O modelo não se ajusta bem aos dados de produção.",
        "The model is clearly not adherent to the new base.",
        "O modelo não adere à nova base.",
        "O modelo não serve para a base de produção.",
    ],
)
def test_adherence_may_be_stated_in_many_ways(repository: Path, answer: Asked, text: str) -> None:
    answers_gone(repository)
    write(repository / "docs/more.md", f"# Mais\n\n{text}\n")
    found = answer("1.4")
    assert (found.result, [one.sentence for one in found.evidence]) == (Result.PASS, [f'docs/more.md:3 "{text}"'])


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("4.1", "Em dev há só arremessos de dois, e em produção só bolas de três."),
        (
            "4.2",
            "Quando há gabarito, vê-se a entropia cruzada. Enquanto o gabarito não chega, o teste KS das entradas.",
        ),
    ],
)
def test_it_may_be_told_in_other_words(repository: Path, answer: Asked, check: str, text: str) -> None:
    write(repository / "README.md", "# Kobe\n")
    assert answer(check).result == Result.FAIL
    write(repository / "docs/more.md", f"# Mais\n\n{text}\n")
    assert answer(check).result == Result.PASS


ENGLISH = """# Operation

## Is it adherent?

The champion is not adherent: it is worse than a constant.

## Health

| outcomes | what is watched |
| --- | --- |
| with outcomes | log loss and calibration by season |
| without outcomes | drift of the inputs and support |

## When to train again

Reactive retraining fires once the outcomes show that log loss is worse. Predictive retraining fires before outcomes
come, on a trend of drift.
"""


@pytest.mark.parametrize("check", ["1.4", "4.2", "4.4"])
@pytest.mark.parametrize("name", ["docs/operation.md", "notes.ipynb"])
def test_answers_count_in_english_and_in_a_notebook(repository: Path, answer: Asked, check: str, name: str) -> None:
    answers_gone(repository)
    write(repository / name, notebook(("markdown", ENGLISH)) if name.endswith("ipynb") else ENGLISH)
    found = answer(check)
    assert found.result == Result.PASS
    assert found.evidence[0].path == name
    assert (found.evidence[0].cell, found.evidence[0].line is None) == ((1, True) if "ipynb" in name else (None, False))


def test_a_type_of_storage_is_no_category(repository: Path, answer: Asked) -> None:
    rows = "\n".join(f"| {name} | float64 |" for name in graduate.RAW)
    write(repository / "README.md", f"# Dados\n\n| coluna | tipo |\n| --- | --- |\n{rows}\n")
    assert answer("1.1").sentence.startswith("0 of the 25")


def test_a_category_that_cannot_be_is_told_and_not_counted(repository: Path, answer: Asked) -> None:
    change("**Numéricas discretas:** minutes_remaining", "**Nominais:** minutes_remaining")(repository)
    found = answer("1.1")
    assert found.result == Result.PASS
    assert found.sentence.startswith("23 of the 25")
    assert "minutes_remaining is called categorical, which it cannot be." in said(found)


def test_the_shape_a_notebook_printed_is_stated(repository: Path, answer: Asked) -> None:
    change("tem 1.000 linhas e 7 colunas; a de prod, 500 linhas e 7 colunas", "é menor")(repository)
    (repository / f"mlruns/1/{IDS['PreparacaoDados']}/metrics/filtered_size_dev").unlink()
    assert answer("3.6").result == Result.FAIL
    cell = '{"cell_type": "code", "source": "x.shape", "outputs": [{"data": {"text/plain": ["(1000, 7)"]}}]}'
    write(repository / "eda.ipynb", f'{{"cells": [{cell}]}}')
    found = answer("3.6")
    assert found.result == Result.PASS
    assert found.evidence[0].sentence == "eda.ipynb, cell 1"
    assert "prod base, 500 rows, are stated nowhere" in said(found)


def test_text_of_the_tests_is_no_document_and_no_code(repository: Path, answer: Asked) -> None:
    (repository / "tests").mkdir()
    (repository / "README.md").rename(repository / "tests/README.md")
    (repository / "streamlit/main.py").rename(repository / "tests/main.py")
    assert answer("4.1").result == Result.CANNOT_TELL
    assert answer("4.3").result == Result.FAIL


# ---- diagrams


def test_a_picture_counts_where_the_text_beside_it_goes_through_the_steps(repository: Path, answer: Asked) -> None:
    text = (repository / "README.md").read_text()
    steps = "Da aquisição e da preparação ao treinamento, à aplicação em produção e ao monitoramento do modelo."
    drawn = re.sub(r"```mermaid.*?```", f"![fluxo](diagrama.png)\n\n{steps}", text, flags=re.DOTALL)
    write(repository / "README.md", drawn)
    assert answer("2.2").result == Result.PASS
    task = "Desenhe um diagrama da aquisição e preparação ao treinamento, à aplicação e ao monitoramento."
    write(repository / "README.md", drawn.replace(steps, task))
    assert answer("2.2").result == Result.CANNOT_TELL


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_diagram_of_drawio_is_read(repository: Path, answer: Asked, is_packed: bool) -> None:
    text = (repository / "README.md").read_text()
    write(repository / "README.md", re.sub(r"```mermaid.*?```", "", text, flags=re.DOTALL))
    boxes = "".join(f'<mxCell value="{one}"/>' for one in ("Aquisição", "Preparação", "Treinamento", "Aplicação"))
    page = f"<mxGraphModel>{boxes}</mxGraphModel>"
    if is_packed:
        packer = zlib.compressobj(wbits=-15)
        page = base64.b64encode(packer.compress(quote(page).encode()) + packer.flush()).decode()
    write(repository / "docs/fluxo.drawio", f"<mxfile><diagram>{page}</diagram></mxfile>")
    found = answer("2.2")
    assert (found.result, found.evidence[0].path) == (Result.PASS, "docs/fluxo.drawio")


# ---- code


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "README.md"])
def test_a_word_in_a_list_of_dependencies_is_no_use_of_it(repository: Path, answer: Asked, name: str) -> None:
    for path in repository.rglob("*.py"):
        write(path, path.read_text().replace("pycaret", "outra").replace("streamlit", "outra"))
    write(repository / name, (repository / name).read_text() + "\n# pycaret create_model lr streamlit st.metric\n")
    assert answer("2.3").result == Result.FAIL
    assert answer("4.3").sentence == "No code uses Streamlit."


def test_a_comment_or_a_docstring_is_no_use(repository: Path, answer: Asked) -> None:
    write(repository / "src/kobe/pipelines/treino/nodes.py", '"""import pycaret; create_model("lr")"""\n# pycaret\n')
    assert answer("2.3").result == Result.FAIL


def test_a_function_of_their_own_is_not_pycarets(repository: Path, answer: Asked) -> None:
    called = 'def create_model(name):\n    return name\nlr, dt = create_model("lr"), create_model("dt")\n'
    write(repository / "src/kobe/pipelines/treino/nodes.py", f"import pycaret.classification\n{called}")
    assert [answer("2.3").result, answer("2.5").result] == [Result.FAIL, Result.FAIL]
    write(repository / "src/kobe/pipelines/treino/nodes.py", f"from pycaret.classification import *\n{called}")
    assert answer("2.3").result == Result.PASS


def test_a_model_that_a_variable_names_counts_where_its_name_stands(repository: Path, answer: Asked) -> None:
    name = "src/kobe/pipelines/treino/nodes.py"
    change('create_model("lr")', "create_model(modelo)", name)(repository)
    assert answer("2.3").result == Result.FAIL
    write(repository / "src/kobe/modelos.py", 'MODELOS = ["lr", "dt"]\n')
    assert answer("2.3").result == Result.PASS


def test_code_in_a_notebook_counts_with_its_magic(repository: Path, answer: Asked) -> None:
    (repository / "streamlit/main.py").unlink()
    write(repository / "app.ipynb", notebook(("code", f"%matplotlib inline\n{graduate.DASHBOARD}")))
    assert answer("4.3").result == Result.PASS


def test_without_a_catalog_artifacts_are_what_the_code_saves(repository: Path, answer: Asked) -> None:
    (repository / "conf/base/catalog.yml").unlink()
    saved = '.to_parquet("data/05_model_input/base_train_dev.parquet")'
    write(repository / "src/kobe/salvar.py", f'treino{saved}\nplt.savefig("data/08_reporting/roc.png")\n')
    assert answer("3.1").sentence.endswith("told of 1 of 2 artifacts; not of roc.")
    change("| modelo treinado |", "| `roc.png` |")(repository)
    assert answer("3.1").sentence.endswith("told of all 2 artifacts.")


# ---- files that are not in the folder


@pytest.mark.parametrize(
    ("objective", "composition"), [("", ""), ("a fazer", "a fazer"), ("os dados com que os modelos aprendem", "?")]
)
def test_a_row_that_is_not_filled_in_describes_nothing(
    repository: Path, answer: Asked, objective: str, composition: str
) -> None:
    text = (repository / "README.md").read_text()
    row = re.search(r"\| `predictions_prod` .*", text)
    assert row
    write(repository / "README.md", text.replace(row[0], f"| `predictions_prod` | {objective} | {composition} |"))
    assert answer("3.2").result == (Result.PASS if len(objective.split()) > 5 else Result.FAIL)


def test_code_and_runs_are_asked_where_the_files_are_elsewhere(repository: Path, answer: Asked) -> None:
    for path in (repository / "data").rglob("*.parquet"):
        path.unlink()
    assert {check: answer(check).result for check in ("3.4", "3.5", "3.8")} == dict.fromkeys(
        ("3.4", "3.5", "3.8"), Result.PASS
    )
    assert answer("3.8").sentence == "Train and test are apart: the run PreparacaoDados has their sizes."
    assert answer("3.8").evidence[0].metric == "train_size_dev"
    assert answer("3.7").result == Result.CANNOT_TELL


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("test_size=0.2", Result.PASS),
        ("train_size=0.8", Result.PASS),
        ("test_size=0.3", Result.FAIL),
        ("test_size=share", Result.PASS),  # 0.2 in conf
    ],
)
def test_the_split_of_the_code(repository: Path, answer: Asked, written: str, result: Result) -> None:
    for path in [*(repository / "data").rglob("*.parquet"), *(repository / "mlruns").rglob("meta.yaml")]:
        path.unlink()
    change("test_size=0.2", written, "src/kobe/pipelines/preparacao/nodes.py")(repository)
    assert answer("3.8").result == result


# ---- the store


@pytest.mark.parametrize(
    ("metric", "value", "remark"),
    [
        ("lr_log_loss", 15.3, "15.30 cannot have come from probabilities: it is 36.04 x an error rate of 0.424"),
        ("lr_log_loss", 0.68, ""),
        ("lr_log_loss", -0.68, "-0.6800 is no log loss"),
        ("dt_log_loss", 15.9, "15.90 is 36.04 x an error rate of 0.441: it was computed on labels, not on prob"),
        ("dt_f1_score", 1.2, "1.2000 is no F1"),
    ],
)
def test_a_metric_that_cannot_be_is_told(
    repository: Path, answer: Asked, metric: str, value: float, remark: str
) -> None:
    write(repository / METRICS / metric, f"1 {value} 0\n")
    found = answer("2.4" if metric.startswith("lr") else "2.6")
    assert found.result == Result.PASS
    assert [remark in one.sentence for one in found.remarks] == ([True] if remark else [])


def test_a_metric_that_is_no_number_is_none(repository: Path, answer: Asked) -> None:
    write(repository / METRICS / "dt_log_loss", "1 nan 0\n")
    assert answer("2.6").result == Result.FAIL


def test_a_deleted_or_broken_off_run_is_none(repository: Path, answer: Asked) -> None:
    name = f"mlruns/1/{IDS['Treinamento']}/meta.yaml"
    change("status: 3", "status: 4", name)(repository)
    assert answer("3.9").sentence == "The run Treinamento has not ended well."
    change("lifecycle_stage: active", "lifecycle_stage: deleted", name)(repository)
    assert "runs here are called" in answer("3.9").sentence


def test_the_newest_version_of_a_model_is_looked_at(repository: Path, answer: Asked) -> None:
    other = f"{graduate.ELSEWHERE}/1/{IDS['Treinamento']}/artifacts/lr_model"
    write(
        repository / "mlruns/models/trained_dt_model_dev/version-2/meta.yaml",
        f"name: trained_dt_model_dev\nversion: 2\nrun_id: x\nsource: {other}\n",
    )
    found = answer("2.5")
    assert found.result == Result.FAIL
    assert (
        found.sentence
        == "trained_dt_model_dev in MLflow is registered as the decision tree and holds a LogisticRegression."
    )


def test_a_model_whose_files_are_elsewhere_is_told(repository: Path, answer: Asked) -> None:
    (repository / ARTIFACTS / "dt_model/model.pkl").unlink()
    found = answer("2.5")
    assert found.result == Result.PASS
    assert "The files of trained_dt_model_dev are not here" in said(found)


def test_one_wrong_model_beside_a_right_one_is_told(repository: Path, answer: Asked) -> None:
    write(
        repository / "mlruns/models/trained_dt_model_prod/version-1/meta.yaml",
        "name: trained_dt_model_prod\nversion: 1\nrun_id: x\n"
        f"source: mlflow-artifacts:/1/{IDS['Treinamento']}/artifacts/lr_model\n",
    )
    found = answer("2.5")
    assert found.result == Result.PASS
    assert "trained_dt_model_prod holds a LogisticRegression." in said(found)


def test_a_search_by_another_engine_is_told(repository: Path, answer: Asked) -> None:
    write(repository / f"mlruns/1/{IDS['Treinamento']}/params/tuning.engine", "scikit-learn")
    assert "was searched by scikit-learn" in said(answer("2.3"))


# ---- what class a model is


class Trap:
    """Writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.write_text, (self.path, "loaded")


def fitted(model: object) -> object:
    X = np.arange(40.0).reshape(20, 2)
    return make_pipeline(StandardScaler(), model).fit(X, np.arange(20) % 2)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_tells_its_class_unread(tmp_path: Path, protocol: int) -> None:
    for model in (LogisticRegression(), DecisionTreeClassifier()):
        path = tmp_path / "model.pkl"
        path.write_bytes(pickle.dumps(fitted(model), protocol))
        assert class_of(path) == type(model).__name__
        joblib.dump(fitted(model), tmp_path / "model.joblib")
        assert class_of(tmp_path / "model.joblib") == type(model).__name__


def test_a_skops_file_tells_its_class(tmp_path: Path) -> None:
    skops.dump(fitted(DecisionTreeClassifier()), tmp_path / "model.skops")
    assert class_of(tmp_path / "model.skops") == "DecisionTreeClassifier"


def test_nothing_is_loaded(repository: Path, answer: Asked) -> None:
    mark = repository / "loaded.txt"
    (repository / ARTIFACTS / "dt_model/model.pkl").write_bytes(pickle.dumps(Trap(mark)))
    write(repository / "src/kobe/side.py", f"open({str(mark)!r}, 'w').write('run')\n")
    assert answer("2.5").result == Result.PASS
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"\x80\x04", b"PK\x03\x04", bytes(range(256)), b"\x80\x05\x8e" + b"\xff" * 8])
@pytest.mark.parametrize("suffix", [".pkl", ".skops"])
def test_a_broken_model_file_names_no_class(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(content)
    assert class_of(path) is None
