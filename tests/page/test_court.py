"""Does the court show the shots of the files, and say of a spot what the registry's and the served models say?"""

import json
import re
import socket
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes
from tests.test_asking import predicting, saying, serving

from kobe_shots import asking
from kobe_shots.report import Report

SHOTS = Path("data/07_model_output/court_shots.parquet")
FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
TRAINED = {
    "logistic regression, trained on dev": "trained_lr_model_dev",
    "decision tree, trained on dev": "trained_dt_model_dev",
    "logistic regression, trained on prod": "trained_lr_model_prod",
    "decision tree, trained on prod": "trained_dt_model_prod",
}
Rewrite = Callable[..., None]
ARC_THREE, LONG_TWO = (0.0, 24.0), (0.0, 23.5)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(autouse=True)
def nobody_serves(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Ports on which no model is served, whatever runs on this machine."""
    ports = {name: free_port() for name in asking.SERVED}
    monkeypatch.setattr(asking, "SERVED", ports)
    return ports


@pytest.fixture
def court(finished: Path, open_page: OpenPage) -> AppTest:
    """The page of the finished project."""
    assert finished == Path.cwd()
    return open_page("court")


def put(page: AppTest, side: float, depth: float) -> AppTest:
    page.number_input(key="side").set_value(side)
    page.number_input(key="depth").set_value(depth)
    page.run()
    assert not page.exception
    return page


def click(page: AppTest, x: float, y: float) -> AppTest:
    """Do what the browser does when the court is clicked."""
    (chart,) = page.get("vega_lite_chart")
    states = page._tree.get_widget_states()  # AppTest has no clicks on charts
    states.widgets.add(id=chart.proto.id, string_value=json.dumps({"selection": {"spot": [{"x": x, "y": y}]}}))
    page._run(states)
    assert not page.exception
    return page


def choose_layer(page: AppTest, layer: str) -> AppTest:
    page.segmented_control(key="layer").set_value(layer).run()
    assert not page.exception
    return page


def drawn(page: AppTest) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Return the layers of the court and their data."""
    (chart,) = page.get("vega_lite_chart")
    data = {one.name: pa.ipc.open_stream(one.data.data).read_pandas() for one in chart.proto.datasets}
    return [(layer, data[layer["data"]["name"]]) for layer in json.loads(chart.proto.spec)["layer"]]


def hexagons(page: AppTest) -> tuple[str, pd.DataFrame]:
    """Return by which column the hexagons are coloured, and the hexagons that are."""
    ((layer, data),) = [(layer, data) for layer, data in drawn(page) if "color" in layer["encoding"]]
    return layer["encoding"]["color"]["field"], data


def all_hexagons(page: AppTest) -> pd.DataFrame:
    return pd.concat([data for layer, data in drawn(page) if "size" in layer["encoding"]])


def alternative(page: AppTest) -> str:
    (chart,) = page.get("vega_lite_chart")
    return str(chart.proto.alt)


def answers(page: AppTest) -> pd.DataFrame:
    return page.table[0].value


@pytest.fixture(scope="module")
def known(simulated: Path) -> pd.DataFrame:
    """Every shot of the raw files, with the champion's probability where it is monitored."""
    raw = pd.concat(
        [pd.read_parquet(simulated / f"data/01_raw/dataset_kobe_{stage}.parquet") for stage in ("dev", "prod")]
    )
    scored = pd.read_parquet(simulated / "data/07_model_output/monitored_shots.parquet")
    of_champion = scored[scored["model"] == "champion"].set_index("shot_id")[["batch", "probability"]]
    return raw.set_index("shot_id").join(of_champion, how="inner")


def probabilities(project: Path, shot: Mapping[str, float]) -> dict[str, float]:
    mlflow.set_tracking_uri(f"sqlite:///{project / 'mlflow.db'}")
    uris = {"champion": "models:/kobe_shot@champion"}
    uris |= {title: f"models:/{name}/latest" for title, name in TRAINED.items()}
    row = pd.DataFrame([shot], columns=FEATURES).astype(float)
    return {title: float(mlflow.sklearn.load_model(uri).predict_proba(row)[0, 1]) for title, uri in uris.items()}


# ---- the floor


def test_it_says_how_many_shots_there_are(court: AppTest, known: pd.DataFrame) -> None:
    page = court
    n, labelled, beyond = len(known), known["shot_made_flag"].notna().sum(), (known["loc_y"] > 430).sum()
    (said,) = [text for text in boxes(page, "markdown") if "with an outcome" in text]
    assert said.startswith(f"{n:,} of {n:,} shots, {labelled:,} with an outcome.")
    not_drawn = int((re.findall(r"([\d,]+) from beyond half court are not drawn", said) or ["0"])[0])
    assert not_drawn >= beyond
    assert all_hexagons(page)["attempts"].sum() == n - not_drawn


def test_the_hexagons_add_up_to_the_raw_files(court: AppTest, known: pd.DataFrame) -> None:
    page = court
    page.multiselect(key="batches").set_value(["dev_test"]).run()
    column, hexes = hexagons(page)
    of = known[known["batch"] == "dev_test"]
    assert column == "residual"
    assert hexes["attempts"].sum() == len(of)
    assert hexes["made"].sum() == of["shot_made_flag"].sum()
    assert hexes["expected"].sum() == pytest.approx(of["probability"].sum())
    at_the_hoop = of[np.hypot(of["loc_x"], of["loc_y"]) < 7]
    (hoop,) = hexes[(hexes["x"] == 0) & (hexes["y"] == 0)].to_dict("records")
    assert hoop["attempts"] >= len(at_the_hoop) > 0


@pytest.mark.parametrize(
    ("layer", "column"),
    [
        ("observed", "make_rate"),
        ("predicted", "mean_probability"),
        ("residual", "residual"),
        ("support", "share_in_support"),
    ],
)
def test_a_layer_colours_the_hexagons(court: AppTest, layer: str, column: str) -> None:
    page = choose_layer(court, layer)
    coloured, hexes = hexagons(page)
    assert coloured == column
    assert hexes[column].notna().all()
    assert alternative(page).startswith(f"Half court, layer {layer}.")


def test_filters_leave_what_they_say(court: AppTest, known: pd.DataFrame) -> None:
    page = court
    season = known["season"].mode()[0]
    page.multiselect(key="seasons").set_value([season])
    page.multiselect(key="periods").set_value([1, 4])
    page.slider(key="clock").set_value((0, 5))
    page.pills(key="home").set_value(False)
    page.pills(key="in_playoffs").set_value(False)
    page.pills(key="types").set_value(["3PT Field Goal"])
    page.run()
    of = known.query("season == @season and period in (1, 4) and minutes_remaining <= 5 and playoffs == 0")
    of = of[of["matchup"].str.contains("@") & (of["shot_type"] == "3PT Field Goal")]
    labelled = of["shot_made_flag"].notna().sum()
    assert 0 < len(of) < len(known)
    (said,) = [text for text in boxes(page, "markdown") if "with an outcome" in text]
    assert said.startswith(f"{len(of):,} of {len(known):,} shots, {labelled:,} with an outcome.")
    opponent = of["opponent"].mode()[0]
    page.multiselect(key="opponents").set_value([opponent]).run()
    assert any(text.startswith(f"{(of['opponent'] == opponent).sum():,} of ") for text in boxes(page, "markdown"))


def test_when_no_shot_is_left_it_says_so_and_goes_on(court: AppTest) -> None:
    page = court
    page.multiselect(key="batches").set_value(["prod"])
    page.pills(key="types").set_value(["2PT Field Goal"])
    page.run()
    assert not page.exception
    assert "No shot is left: widen the filters." in boxes(page, "info")
    assert not any("size" in layer["encoding"] for layer, _ in drawn(page))
    assert len(page.metric) == 1
    (file,) = page.get("download_button")
    assert file.proto.disabled


def test_without_outcomes_there_is_no_residual_and_it_says_what_there_is(court: AppTest) -> None:
    page = court
    page.multiselect(key="batches").set_value(["dev_withheld"]).run()
    sentence = "None of these shots has an outcome: choose the layer predicted, or support."
    assert sentence in boxes(page, "info")
    assert ", 0 with an outcome." in alternative(page)
    assert "shots, no outcome." in alternative(page)
    assert len(hexagons(page)[1]) == 0
    hollow = all_hexagons(page)
    choose_layer(page, "predicted")
    assert all_hexagons(page)["attempts"].sum() == hollow["attempts"].sum() > 0
    assert sentence not in boxes(page, "info")
    assert len(hexagons(page)[1]) > 0


def test_the_court_is_told_to_those_who_do_not_see_it(court: AppTest, known: pd.DataFrame) -> None:
    page = court
    page.multiselect(key="batches").set_value(["prod"]).run()
    of = known[known["batch"] == "prod"]
    labelled = of[of["shot_made_flag"].notna()]
    said = alternative(page)
    assert f"{len(of):,} shots, {len(labelled):,} with an outcome." in said
    row = re.search(r"Above the Break 3: ([\d,]+) shots, ([\d.]+)% made, ([\d.]+)% expected", said)
    assert row is not None
    zone = labelled[labelled["shot_zone_basic"] == "Above the Break 3"]  # by shot, where hexagons are by their centre
    assert float(row[2]) / 100 == pytest.approx(zone["shot_made_flag"].mean(), abs=0.02)
    assert float(row[3]) / 100 == pytest.approx(zone["probability"].mean(), abs=0.02)


def test_the_nearest_shots_are_those_of_the_files(court: AppTest, known: pd.DataFrame) -> None:
    page = put(court, -7.5, 13.5)
    near = page.dataframe[0].value
    feet = np.hypot(known["loc_x"] + 75, known["loc_y"] - 135) / 10
    assert near["feet"].tolist() == pytest.approx(sorted(feet)[:8])
    outcome = {1.0: "made", 0.0: "missed"}
    for row in near.itertuples():
        same = known[np.isclose(feet, row.feet) & (known["season"] == row.season) & (known["opponent"] == row.opponent)]
        outcomes = [outcome.get(made, "not known") for made in same["shot_made_flag"]]
        assert row.outcome in outcomes
        assert np.isclose(same["probability"], row.probability).any()


# ---- a spot


def test_every_model_answers_with_what_the_registry_holds(
    finished: Path, court: AppTest, report: Report, nobody_serves: dict[str, int]
) -> None:
    page = court
    page.number_input(key="minutes").set_value(9)
    page.number_input(key="period").set_value(3)
    page.toggle(key="playoffs").set_value(True)
    put(page, side=-7.5, depth=13.5)
    expected = probabilities(finished, dict(zip(FEATURES, [33.9093, -118.3448, 9, 3, 1, 15], strict=True)))
    assert report.application is not None
    assert page.metric[0].label == f"Probability of a basket: champion, version {report.application.model_version}"
    assert page.metric[0].value == f"{expected['champion']:.1%}"
    assert answers(page)["Basket"].to_dict() == {title: f"{expected[title]:.1%}" for title in TRAINED}
    assert answers(page)["Who answered"].to_dict() == {
        title: f"the registry's copy, as no server runs on port {nobody_serves[name]}"
        if name in nobody_serves
        else "the registry's copy"
        for title, name in TRAINED.items()
    }
    assert "15 ft from the hoop, lat 33.9093, lon -118.3448: they follow from the place." in boxes(page, "caption")


def test_a_served_model_answers_before_the_registry(
    finished: Path, court: AppTest, nobody_serves: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 20)
    with serving(saying(predicting(0.125))) as (port, asked):
        nobody_serves["trained_dt_model_prod"] = port
        page = put(court, *LONG_TWO)
        said = answers(page).loc["decision tree, trained on prod"]
    copy = probabilities(finished, dict(zip(FEATURES, [33.8093, -118.2698, 2, 1, 0, 23], strict=True)))
    assert said["Basket"] == "12.5%"
    latest = f"{copy['decision tree, trained on prod']:.1%}"
    assert said["Who answered"] == f"the server on port {port}; the registry's latest version says {latest}"
    _, body = asked[-1]
    assert body["dataframe_split"]["data"] == [[33.8093, -118.2698, 2.0, 1.0, 0.0, 23.0]]


def test_a_click_moves_the_spot_and_the_fields_with_it(court: AppTest) -> None:
    page = click(court, -80, 210)
    assert (page.number_input(key="side").value, page.number_input(key="depth").value) == (-8.0, 21.0)
    spots = [data for layer, data in drawn(page) if len(data) == 1 and layer["mark"].get("color") == "#000000"]
    assert [spot.to_dict("records") for spot in spots] == [[{"x": -80, "y": 210}]]
    assert "22 ft from the hoop, lat 33.8343, lon -118.3498: they follow from the place." in boxes(page, "caption")
    put(page, 3.0, 4.0)  # and the click does not come back
    assert page.number_input(key="side").value == 3.0


def test_a_click_on_a_hexagon_takes_its_centre_and_none_leaves_the_court(court: AppTest) -> None:
    page = click(court, 7.5, 12.99)
    assert (page.number_input(key="side").value, page.number_input(key="depth").value) == (0.8, 1.3)
    click(page, 255, 415)
    assert (page.number_input(key="side").value, page.number_input(key="depth").value) == (25.0, 41.5)


def test_every_spot_can_be_clicked(court: AppTest) -> None:
    (grid,) = [data for layer, data in drawn(court) if len(data) == 25 * 24 and "size" not in layer["encoding"]]
    assert sorted(grid["x"].unique()) == list(range(-240, 241, 20))
    assert sorted(grid["y"].unique()) == list(range(-50, 411, 20))


def test_what_the_champion_never_learned_from_has_a_badge(court: AppTest) -> None:
    def badge(page: AppTest) -> str:
        (said,) = [text for text in boxes(page, "markdown") if "training support" in text]
        return said

    page = put(court, 0.0, 3.0)
    assert "in training support" in badge(page)
    put(page, 0.0, 40.0)
    assert "outside training support" in badge(page)
    assert any(text.startswith("The champion knows no such shot: the 10 nearest") for text in boxes(page, "caption"))


def test_a_shot_from_beyond_the_line_is_warned_of_with_the_numbers_known(
    finished: Path, court: AppTest, report: Report
) -> None:
    page = put(court, *LONG_TWO)
    assert not any("three-point line" in text for text in boxes(page, "warning"))
    put(page, *ARC_THREE)
    (warning,) = [text for text in boxes(page, "warning") if "three-point line" in text]
    base = pd.read_parquet(finished / "data/05_model_input/base_train_dev.parquet")
    assert f"of the {len(base):,} shots the champion learned from." in warning
    assert report.application is not None
    distance = next(shift for shift in report.application.shifts if shift.feature == "shot_distance")
    assert f"{distance.learned_mean:.1f} feet away on average" in warning
    assert f"{distance.share_in_support:.1%} of the production shots" in warning


def test_an_overtime_has_five_minutes(court: AppTest) -> None:
    page = court
    page.number_input(key="minutes").set_value(11).run()
    page.number_input(key="period").set_value(5).run()
    assert not page.exception
    assert (page.number_input(key="minutes").max, page.number_input(key="minutes").value) == (4, 4)


# ---- states


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "There is nothing to show yet: the job has not run in this folder."),
        ("pt", "Ainda não há o que mostrar: o projeto não foi executado nesta pasta."),
    ],
)
def test_without_a_report_it_names_the_command_and_stops(open_page: OpenPage, lang: str, sentence: str) -> None:
    page = open_page("court", lang=lang)
    (said,) = boxes(page, "info")
    assert said.startswith(sentence)
    assert said.endswith("`make run`")
    assert [*page.get("vega_lite_chart"), *page.metric, *page.number_input] == []


@pytest.mark.parametrize("left", ["nothing", "an older version's", "no shot"])
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The shots have not been laid out on the court by this version."),
        ("pt", "Esta versão ainda não distribuiu os arremessos pela quadra."),
    ],
)
def test_without_the_shots_the_floor_is_empty_and_the_models_still_answer(
    reported: Path, open_page: OpenPage, left: str, lang: str, sentence: str
) -> None:
    shots = pd.read_parquet(reported / SHOTS)
    (reported / SHOTS).unlink()
    if left == "an older version's":
        shots.drop(columns="in_support").to_parquet(reported / SHOTS)
    elif left == "no shot":
        shots.iloc[:0].to_parquet(reported / SHOTS)
    page = open_page("court", lang=lang)
    (said,) = [text for text in boxes(page, "info") if text.startswith(sentence)]
    assert said.endswith("`kedro run --pipeline=Monitoramento`")
    assert len(page.metric) == 1
    assert len(answers(page)) == 4
    assert alternative(page) == {"en": "An empty half court.", "pt": "Meia quadra vazia."}[lang]
    assert not page.get("download_button")


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("gone", "command"),
    [(["monitoring"], "kedro run --pipeline=Monitoramento"), (["monitoring", "application"], "kobe-shots apply")],
)
def test_shots_of_another_champion_are_not_shown(
    open_page: OpenPage, rewrite_report: Rewrite, gone: list[str], command: str
) -> None:
    rewrite_report(**dict.fromkeys(gone))
    page = put(open_page("court"), *ARC_THREE)
    assert any(text.endswith(f"`{command}`") for text in boxes(page, "info"))
    assert not any("size" in layer["encoding"] for layer, _ in drawn(page))
    assert len(page.metric) == 1


def test_without_a_champion_the_others_answer(reported: Path, open_page: OpenPage) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{reported / 'mlflow.db'}")
    client.delete_registered_model_alias("kobe_shot", "champion")
    page = open_page("court")
    assert any(text.startswith("No champion is in the registry yet.") for text in boxes(page, "info"))
    assert len(page.metric) == 0
    assert not answers(page)["Basket"].str.fullmatch("-").any()
    assert hexagons(page)[1]["attempts"].sum() > 0


def test_without_a_registry_only_servers_answer(
    reported: Path, open_page: OpenPage, nobody_serves: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 20)
    (reported / "mlflow.db").write_bytes(b"no database")
    with serving(saying(predicting(0.125))) as (port, _):
        nobody_serves["trained_lr_model_prod"] = port
        page = open_page("court")
    assert any("The registry cannot be reached" in text for text in boxes(page, "caption"))
    assert answers(page).loc["logistic regression, trained on prod", "Basket"] == "12.5%"
    assert answers(page)["Basket"].tolist().count("-") == 3
    assert hexagons(page)[1]["attempts"].sum() > 0


def test_a_model_whose_files_are_gone_is_told_in_one_sentence(reported: Path, open_page: OpenPage) -> None:
    with closing(sqlite3.connect(reported / "mlflow.db")) as store, store:
        store.execute(
            "UPDATE model_versions SET source = 'models:/m-none', storage_location = ?", (f"{reported}/none",)
        )
    page = open_page("court")
    assert any("cannot be read" in text for text in boxes(page, "caption"))
    assert set(answers(page)["Basket"]) == {"-"}


@pytest.mark.usefixtures("finished")
def test_in_portuguese_numbers_and_names_are_too(open_page: OpenPage, known: pd.DataFrame) -> None:
    page = put(open_page("court", lang="pt"), *ARC_THREE)
    (said,) = [text for text in boxes(page, "markdown") if "com resultado" in text]
    assert said.startswith(f"{len(known):,} de {len(known):,} arremessos".replace(",", "."))
    assert re.fullmatch(r"\d+,\d%", page.metric[0].value)
    assert answers(page).index.tolist()[0] == "regressão logística, treinada em dev"
    assert answers(page)["Quem respondeu"].tolist()[0] == "a cópia do registro"
    assert alternative(page).startswith("Meia quadra, camada resíduo.")
    assert "garrafão" in alternative(page)
    assert any("linha de três pontos" in text for text in boxes(page, "warning"))
    assert {pill.label for pill in page.pills} == {"Mando de quadra", "Fase da temporada", "Tipo de arremesso"}
