"""Where do links to the registry lead? To the server of the store, without what nobody is to read."""

from pathlib import Path

import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.hooks import store
from kobe_shots.job import registry_page


def test_a_file_is_looked_at_through_the_server_that_make_serve_starts(project: Path) -> None:
    assert registry_page(project) == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("http://mlflow:5000", "http://mlflow:5000"),
        ("https://someone:secret@example.org/mlflow/", "https://example.org/mlflow"),
        ("sqlite:////elsewhere/mlflow.db", "http://127.0.0.1:5000"),
    ],
)
def test_a_server_is_looked_at_where_it_is_without_names_and_passwords(
    project: Path, monkeypatch: pytest.MonkeyPatch, address: str, page: str
) -> None:
    monkeypatch.setattr(store, "ASKED_FOR", address)
    assert registry_page(project) == page


def test_a_server_of_the_configuration_counts_too(project: Path) -> None:
    (project / "conf" / "base" / "mlflow.yml").write_text("tracking_uri: http://mlflow:5000\nexperiment: kobe-shots\n")
    assert registry_page(project) == "http://mlflow:5000"


def test_a_configuration_that_cannot_be_read_is_a_sentence(project: Path) -> None:
    (project / "conf" / "base" / "mlflow.yml").write_text("tracking_url: oops\n")
    with pytest.raises(KobeShotsError):
        registry_page(project)
