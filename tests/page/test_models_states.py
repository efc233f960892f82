"""What does the page of models say of the registry, and where there is little or nothing to show?"""

import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.report import Report

REPORTING = Path("data/08_reporting")
MEASURE, TRAIN = "`kedro run --tags=metrics`", "`kedro run --pipeline=Treinamento`"
REGISTRY = 6  # tables before it, where all is there
Rewrite = Callable[..., None]


# ---- the registry


def test_every_version_is_listed_with_its_offices_and_links_to_its_run(finished: Path, open_page: OpenPage) -> None:
    page = open_page("models")
    client = mlflow.MlflowClient(f"sqlite:///{finished / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("kobe-shots")
    assert experiment is not None
    shown = page.table[REGISTRY].value
    versions = client.search_model_versions()
    assert len(shown) == len(versions)
    for one in versions:
        link = f"[{one.name} {one.version}](http://127.0.0.1:5000/#/models/{one.name}/versions/{one.version})"
        (row,) = shown[shown["model, version"] == link].to_dict("records")
        page_of_run = f"http://127.0.0.1:5000/#/experiments/{experiment.experiment_id}/runs/{one.run_id}"
        assert row["run"] == f"[{one.run_id[:8]}]({page_of_run})"
        assert row["office"] == ("**champion**" if one.name == "kobe_shot" else "")
        assert client.get_run(one.run_id).info.experiment_id == experiment.experiment_id
    assert shown["model, version"].iloc[0].startswith("[kobe_shot 1]")
    assert shown["what it is"].iloc[0].startswith("a copy of trained_")
    assert boxes(page, "caption")[-1] == (
        "The links open MLflow at http://127.0.0.1:5000; where it does not answer, start it with `make serve`."
    )


@pytest.mark.usefixtures("reported")
def test_a_registry_that_cannot_be_reached_is_one_sentence_and_the_rest_stands(open_page: OpenPage) -> None:
    Path("mlflow.db").write_text("this is no database, whatever its name says" * 50)
    page = open_page("models")
    (sentence,) = boxes(page, "error")
    assert sentence.startswith("The registry cannot be shown: The registry cannot be reached (")
    assert len(page.table) == REGISTRY


@pytest.mark.usefixtures("reported")
def test_a_registry_without_a_champion_says_so(open_page: OpenPage) -> None:
    mlflow.MlflowClient(f"sqlite:///{Path.cwd() / 'mlflow.db'}").delete_registered_model_alias("kobe_shot", "champion")
    page = open_page("models")
    assert any(
        text.startswith("There is no champion in the registry. ") and TRAIN in text for text in boxes(page, "info")
    )
    assert len(page.table) == REGISTRY + 1


@pytest.mark.usefixtures("reported")
def test_a_registry_without_anything_says_so(open_page: OpenPage) -> None:
    Path("mlflow.db").unlink()
    page = open_page("models")
    assert "No model has been registered yet. Run it, then reload this page: `make run`" in boxes(page, "info")
    assert len(page.table) == REGISTRY


# ---- little to show


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("lang", ["en", "pt"])
def test_where_nothing_has_run_the_page_names_the_command_and_ends(open_page: OpenPage, lang: str) -> None:
    page = open_page("models", lang)
    (sentence,) = boxes(page, "info")
    assert "`make run`" in sentence
    assert [*page.table, *page.get("vega_lite_chart")] == []


@pytest.mark.usefixtures("reported")
def test_where_nothing_has_been_trained_on_these_shots_the_registry_is_still_shown(
    open_page: OpenPage, rewrite_report: Rewrite
) -> None:
    rewrite_report(training={})
    page = open_page("models")
    assert boxes(page, "info") == [
        f"The models have not been trained on these shots yet. Run it, then reload this page: {TRAIN}"
    ]
    assert len(page.table) == 1


@pytest.mark.usefixtures("reported")
def test_one_base_alone_is_shown_and_the_other_is_named_with_its_command(
    open_page: OpenPage, report: Report, rewrite_report: Rewrite
) -> None:
    page = open_page("models")
    page.session_state["base"] = "prod"
    page.run()
    rewrite_report(training={"dev": report.training["dev"].model_dump(mode="json")})
    page.run()
    assert not page.exception
    assert page.session_state["base"] == "dev"
    expected = "Nothing has been trained on prod: three-point shots. Run it, then reload this page: "
    assert f"{expected}`kedro run --tags=training_prod`" in boxes(page, "info")
    assert len(page.table) == REGISTRY


def remove(path: Path) -> None:
    path.unlink()


def break_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def age(path: Path) -> None:
    pd.read_parquet(path).iloc[:, :1].to_parquet(path)


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("happened", [remove, break_off, age])
@pytest.mark.parametrize(
    ("name", "sentence", "command", "charts"),
    [
        ("lr_model_dev/curves", "The curves of these models are missing, or another version wrote them.", MEASURE, 6),
        ("dt_model_dev/explained", "The nodes of this tree are missing, or another version wrote them.", MEASURE, 7),
        ("lr_model_dev/explained", "The coefficients are missing, or another version wrote them.", MEASURE, 7),
        (
            "dt_model_dev/candidates",
            "The candidates of this search are missing, or another version wrote them.",
            TRAIN,
            7,
        ),
    ],
)
def test_a_table_that_is_missing_broken_or_of_another_version_is_one_sentence(
    open_page: OpenPage, name: str, sentence: str, command: str, charts: int, happened: Callable[[Path], None]
) -> None:
    happened(REPORTING / f"{name}.parquet")
    page = open_page("models")
    assert f"{sentence} Run it, then reload this page: {command}" in boxes(page, "info")
    assert len(page.get("vega_lite_chart")) == charts


@pytest.mark.usefixtures("reported")
def test_a_picture_that_is_missing_is_one_sentence(open_page: OpenPage) -> None:
    (REPORTING / "dt_model_dev" / "tree.png").unlink()
    sentence = f"The picture of this tree is missing. Run it, then reload this page: {MEASURE}"
    assert sentence in boxes(open_page("models"), "info")


@pytest.mark.usefixtures("reported")
def test_a_whole_training_of_older_versions_says_so_for_each_part(open_page: OpenPage) -> None:
    for folder in REPORTING.glob("*_model_*"):
        shutil.rmtree(folder)
    page = open_page("models")
    assert len([text for text in boxes(page, "info") if "another version wrote them" in text]) == 5
    assert len(page.get("vega_lite_chart")) == 2
