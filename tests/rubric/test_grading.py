"""Is every check seen to pass, to fail, and to say that it cannot tell? One repository, broken one thing at a time."""

import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from tests.rubric import graduate
from tests.rubric.graduate import IDS, change, write

from kobe_shots.rubric.answers import Answer, Result
from kobe_shots.rubric.criteria import TITLES
from kobe_shots.rubric.grading import CHECKS, grade

Break = Callable[[Path], None]
TREE_FILE = f"mlruns/1/{IDS['Treinamento']}/artifacts/dt_model/model.pkl"
TRAINING_METRICS = f"mlruns/1/{IDS['Treinamento']}/metrics"
APPLIED = f"mlruns/1/{IDS['PipelineAplicacao']}"
FILTERED = "data/02_intermediate/data_filtered_dev.parquet"
TRAINING = "src/kobe/pipelines/treino/nodes.py"


def remove(*names: str) -> Break:
    def removing(folder: Path) -> None:
        for name in names:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return removing


def section(heading: str) -> Break:
    """Return what cuts a section out of the README, its heading left."""

    def cutting(folder: Path) -> None:
        before, _, after = (folder / "README.md").read_text().partition(heading)
        assert after
        rest = after.partition("\n## ")
        write(folder / "README.md", f"{before}{heading}\n{rest[1]}{rest[2]}")

    return cutting


def table(name: str, changing: Callable[[pd.DataFrame], pd.DataFrame]) -> Break:
    def rewriting(folder: Path) -> None:
        changing(pd.read_parquet(folder / name)).to_parquet(folder / name, index=False)

    return rewriting


def renamed(run: str, to: str) -> Break:
    return lambda folder: graduate.store_in_files(folder, {run: to})


def all_of(*breaks: Break) -> Break:
    def breaking(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return breaking


def wrong_tree(folder: Path) -> None:
    """The known mistake: both models are saved through one path, and the second overwrites the first."""
    (folder / TREE_FILE).write_bytes(pickle.dumps(LogisticRegression()))


def to_dev_rows(n: int) -> Break:
    return table("data/05_model_input/base_test_dev.parquet", lambda test: test.head(n))


def half_to_test(folder: Path) -> None:
    for part, cut in (("train", slice(None, 500)), ("test", slice(500, None))):
        filtered = pd.read_parquet(folder / FILTERED)
        filtered[cut].to_parquet(folder / f"data/05_model_input/base_{part}_dev.parquet", index=False)


def astray(folder: Path) -> None:
    for stage in ("dev", "prod"):
        name = f"base_train_{stage}.parquet"
        (folder / "data/05_model_input" / name).rename(folder / name)


def with_labels_filled_in(folder: Path) -> None:
    raw = pd.read_parquet(folder / "data/01_raw/dataset_kobe_dev.parquet")
    raw[[*graduate.FEATURES, graduate.TARGET]].fillna(0).to_parquet(folder / FILTERED, index=False)


CODE = ("aplicacao.py", "src", "streamlit")
ANSWERS = "## Respostas"
LIST = "import streamlit as st\n\nst.title('Monitoramento')\nst.dataframe(predictions)\n"
FAILING: list[tuple[str, Break, str]] = [
    ("1.1", section("## Os dados"), "0 of the 25 raw columns"),
    ("1.1", change("Categóricas nominais", "object"), r"1[0-9] of the 25 raw columns"),
    ("1.2", change('"dataset_kobe_prod"', '"outra"', "src/kobe/pipelines/preparacao/pipeline.py"), "dataset_kobe_prod"),
    ("1.3", all_of(remove("aplicacao.py", "streamlit"), renamed("PipelineAplicacao", "aplicação")), "no run Pipeline"),
    ("1.4", change("O modelo não é aderente à nova base, porque", "Veja:"), "No document states"),
    ("1.4", change("O modelo não é aderente", "Vamos verificar se o modelo é aderente"), "No document states"),
    ("2.1", change("[tool.kedro]", "[tool.outra]", "pyproject.toml"), r"\[tool.kedro\] is lacking"),
    ("2.2", change("Aquisição: dataset_kobe_dev", "Início"), "does not show the acquisition"),
    ("2.2", section("## Diagrama"), "no diagram"),
    ("2.3", change("from pycaret.classification", "from sklearn.x", TRAINING), "No code makes the logistic regression"),
    ("2.3", change('create_model("lr")', 'create_model("knn")', TRAINING), "No code makes the logistic regression"),
    (
        "2.4",
        remove(f"{TRAINING_METRICS}/lr_log_loss", f"{APPLIED}/metrics/log_loss"),
        "of the logistic regression: log loss",
    ),
    ("2.5", change('create_model("dt")', 'create_model("rf")', TRAINING), "No code makes the decision tree"),
    ("2.5", wrong_tree, "trained_dt_model_dev .* holds a LogisticRegression"),
    ("2.6", remove(f"{TRAINING_METRICS}/dt_f1_score"), "of the decision tree: F1"),
    ("2.6", remove(f"{TRAINING_METRICS}/dt_log_loss"), "of the decision tree: log loss"),
    ("3.1", section("## Artefatos"), "told of 0 of 9"),
    ("3.1", change("guardar os arremessos como foram publicados | 25 colunas, uma linha por arremesso", "x | y"), ""),
    ("3.2", change("| `predictions_prod` |", "| `outro` |"), "not described: predictions_prod"),
    ("3.3", renamed("PreparacaoDados", "Preparação de Dados"), "called exactly PreparacaoDados .* Preparação de Dados"),
    ("3.3", remove(f"mlruns/1/{IDS['PreparacaoDados']}/params"), "is not one with parameters and metrics"),
    ("3.4", table(FILTERED, lambda rows: rows.assign(lat=rows["lat"].where(rows.index > 2))), "3 values are missing"),
    ("3.4", with_labels_filled_in, "1,100 rows, and only 1,000 of the 1,100 raw ones"),
    ("3.5", table(FILTERED, lambda rows: rows.assign(season="2000-01")), "too many: season"),
    ("3.5", table(FILTERED, lambda rows: rows.drop(columns="lng")), "lacking: lon"),
    (
        "3.6",
        all_of(change("tem 1.000 linhas e 7 colunas", "é menor"), remove(f"mlruns/1/{IDS['PreparacaoDados']}/metrics")),
        "1,000 rows and 7 columns is stated in no",
    ),
    ("3.7", astray, "base_train_dev.parquet does not lie in a folder of data"),
    (
        "3.7",
        all_of(remove("data/05_model_input"), change("base_test", "resto", "conf/base/catalog.yml")),
        "no file in data of train, test",
    ),
    ("3.8", half_to_test, "50.0% of the rows"),
    ("3.8", to_dev_rows(150), "950 rows together, and the filtered base 1,000"),
    ("3.8", remove("data/05_model_input/base_test_dev.parquet"), "no file of test"),
    ("3.9", renamed("Treinamento", "treinamento"), "called exactly Treinamento with metrics; there is treinamento"),
    ("3.9", remove(TRAINING_METRICS), "is not one with metrics"),
    ("4.1", change("enquanto a de produção só tem arremessos de 3 pontos", "e a outra também"), "No document states"),
    ("4.2", change("acompanhamos o drift das entradas e a distribuição das probabilidades", "não há o que fazer"), ""),
    ("4.2", section(ANSWERS), "No document describes"),
    ("4.3", lambda folder: write(folder / "streamlit/main.py", graduate.FORM), "a form at most"),
    ("4.3", remove("streamlit"), "No code uses Streamlit"),
    ("4.3", lambda folder: write(folder / "streamlit/main.py", LIST), "no two figures of the model's health"),
    ("4.4", change("**Preditiva:** o modelo é retreinado antes da queda, pela tendência do drift das", "E"), ""),
    ("4.4", section(ANSWERS), "No document describes"),
]


def no_documents(folder: Path) -> None:
    (folder / "README.md").rename(folder / "relatorio.pdf")


def as_picture(folder: Path) -> None:
    section("## Diagrama")(folder)
    change("## Diagrama", "## Diagrama\n\n![o fluxo](docs/diagrama.png)\n")(folder)


NO_STORE, NO_CODE = remove("mlruns"), remove(*CODE)
UNTOLD: list[tuple[str, Break, str]] = [
    *((check, no_documents, "relatorio.pdf") for check in ("1.1", "1.4", "2.2", "3.1", "3.2", "4.1", "4.2", "4.4")),
    ("1.2", NO_CODE, "no Python code"),
    ("1.3", all_of(NO_CODE, NO_STORE), "neither code nor a run"),
    ("2.2", as_picture, "a picture cannot be read"),
    ("3.2", as_picture, "is a picture"),
    *((check, NO_STORE, "no MLflow store") for check in ("2.3", "2.4", "2.5", "2.6", "3.3", "3.9")),
    ("2.3", NO_CODE, "no Python code"),
    (
        "2.4",
        remove(f"{TRAINING_METRICS}/lr_log_loss", f"{APPLIED}/params"),
        "has log_loss, and not which model it is of",
    ),
    ("3.4", all_of(NO_CODE, remove("data")), "neither a filtered base nor Python code"),
    ("3.5", all_of(NO_CODE, remove("data")), "neither a filtered base nor Python code"),
    ("3.6", all_of(NO_STORE, remove("data"), no_documents), "20,285 rows"),
    ("3.7", remove("data/05_model_input"), "of train, test none is here"),
    ("3.8", all_of(NO_CODE, NO_STORE, remove("data")), "Give the folder"),
    ("4.3", NO_CODE, "could be a dashboard"),
]


def named(cases: list[tuple[str, Break, str]]) -> list[str]:
    return [f"{check}-{sentence[:40]}" for check, _, sentence in cases]


def test_every_check_has_a_title_and_is_broken_below() -> None:
    assert list(CHECKS) == list(TITLES)
    assert len(CHECKS) == 23
    assert {check for check, *_ in FAILING} == set(CHECKS)


@pytest.mark.parametrize("in_files", [True, False], ids=["mlruns", "sqlite"])
def test_a_repository_that_meets_all_checks_passes_all(tmp_path: Path, in_files: bool) -> None:
    grading = grade(graduate.make(tmp_path, in_files=in_files))
    assert {one.check: one.sentence for one in grading.answers if one.result != Result.PASS} == {}
    assert grading.exit_code == 0
    assert all(one.evidence for one in grading.answers)
    assert grading.remarks == []


@pytest.mark.parametrize(("check", "breaking", "sentence"), FAILING, ids=named(FAILING))
def test_a_check_fails(
    repository: Path, answer: Callable[[str], Answer], check: str, breaking: Break, sentence: str
) -> None:
    assert answer(check).result == Result.PASS
    breaking(repository)
    found = answer(check)
    assert found.result == Result.FAIL, found.sentence
    assert re.search(sentence, found.sentence)


@pytest.mark.parametrize(("check", "breaking", "sentence"), UNTOLD, ids=named(UNTOLD))
def test_a_check_cannot_be_told(
    repository: Path, answer: Callable[[str], Answer], check: str, breaking: Break, sentence: str
) -> None:
    breaking(repository)
    found = answer(check)
    assert found.result == Result.CANNOT_TELL, found.sentence
    assert sentence in found.sentence


def test_the_known_mistakes_of_the_original_are_told(repository: Path) -> None:
    wrong_tree(repository)
    for metric, value in (("lr_log_loss", 15.3), ("dt_log_loss", 15.9)):
        write(repository / TRAINING_METRICS / metric, f"1 {value} 0\n")
    write(repository / "streamlit/main.py", graduate.FORM)
    grading = grade(repository)
    assert [one.check for one in grading.answers if one.result == Result.FAIL] == ["2.5", "4.3"]
    remarked = {one.check for one in grading.answers for remark in one.remarks if "36.04" in remark.sentence}
    assert remarked == {"2.4", "2.6"}
    assert grading.exit_code == 3
