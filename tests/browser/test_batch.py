"""Can a table be handed over in a browser, and does it come back scored as the champion scores?"""

import io
from pathlib import Path

import mlflow
import pandas as pd
from playwright.sync_api import expect
from tests.browser.conftest import Open

from kobe_shots.shots.schema import FEATURES
from served import settle

SHOTS = 150


def shots_of(project: Path) -> pd.DataFrame:
    raw = pd.read_parquet(project / "data" / "01_raw" / "dataset_kobe_prod.parquet")
    return raw[["shot_id", *FEATURES]].head(SHOTS)


def test_a_batch_is_scored_judged_and_given_back(simulated: Path, finished_app: str, open_page: Open) -> None:
    shots = shots_of(simulated)
    page = open_page(finished_app, "batch")
    page.locator("input[type=file]").set_input_files(
        {"name": "shots.csv", "mimeType": "text/csv", "buffer": shots.to_csv(index=False).encode()}
    )
    expect(page.get_by_role("heading", name="Is the model well on this batch?")).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        page.locator("button", has_text="Download as CSV").click()
    scored = pd.read_csv(io.BytesIO(Path(download.value.path()).read_bytes()))
    mlflow.set_tracking_uri(f"sqlite:///{simulated / 'mlflow.db'}")
    champion = mlflow.sklearn.load_model("models:/kobe_shot@champion")
    expected = champion.predict_proba(shots[FEATURES].astype(float))[:, 1]
    assert scored["shot_id"].tolist() == shots["shot_id"].tolist()
    assert abs(scored["probability"] - expected).max() < 1e-6


def test_a_file_that_is_no_table_is_refused_in_a_sentence(finished_app: str, open_page: Open) -> None:
    page = open_page(finished_app, "batch")
    page.locator("input[type=file]").set_input_files(
        {"name": "shots.parquet", "mimeType": "application/octet-stream", "buffer": b"This is no parquet."}
    )
    expect(page.get_by_role("alert").filter(has_text="parquet")).to_be_visible()
    expect(page.get_by_role("heading", name="Is the model well on this batch?")).to_have_count(0)
