"""What does a person read when the MLflow server ends in the middle of a rollback? One sentence, and exit code 1."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from mlflow import MlflowClient

from kobe_shots.datasets import ChampionDataset
from kobe_shots.models.promotion import Promotion

UNTIL_UP = 60  # seconds
COMMAND = """
import os, signal, socket, mlflow
from mlflow import MlflowClient

def end_server():
    os.killpg({server}, signal.SIGTERM)
    while True:
        try:
            socket.create_connection(("127.0.0.1", {port}), 1).close()
        except OSError:
            return

log, move = mlflow.log_dict, MlflowClient.set_registered_model_alias
{patch}
from kobe_shots.console import main
main(["rollback", "--reason", "a test"])
"""
MOMENTS = {
    "while the ledger is logged": (
        "mlflow.log_dict = lambda *of: (end_server(), log(*of))",
        r"In office is kobe_shot version 3, unchanged\. When the registry answers again, run the same command again\.",
    ),
    "while the alias moves": (
        "MlflowClient.set_registered_model_alias = lambda *of: (of[2] == 'champion' and end_server(), move(*of))",
        r"In office is kobe_shot version 3 or, if the last request has arrived, version 2; either is .*",
    ),
}


@pytest.fixture
def server(project: Path, registered: MlflowClient, shell: dict[str, str]) -> Iterator[tuple[int, int]]:
    """An MLflow server on the store, and the group of its processes; it may be gone when the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (project / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [
                *("mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
                *("--backend-store-uri", registered.tracking_uri, "--no-serve-artifacts"),
                *("--default-artifact-root", (project / "mlruns").as_uri()),
            ],
            env=shell | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + UNTIL_UP
        while True:
            assert time.monotonic() < deadline, (project / "server.log").read_text()
            assert process.poll() is None, (project / "server.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                threading.Event().wait(0.1)
            else:
                break
        yield process.pid, port
    finally:
        with suppress(ProcessLookupError):  # the test has ended it
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(UNTIL_UP)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_server_that_ends_amid_a_rollback_is_one_sentence_and_the_champion_stays(
    server: tuple[int, int],
    project: Path,
    champion: ChampionDataset,
    promotion: Callable[..., Promotion],
    aliases: Callable[[], dict[str, int]],
    shell: dict[str, str],
    moment: str,
) -> None:
    for model in ("lr", "dt", "lr"):
        champion.save(promotion(f"trained_{model}_model_dev"))
    (group, port), (patch, said) = server, MOMENTS[moment]
    address = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", COMMAND.format(server=group, port=port, patch=patch)],
        cwd=project, env=shell | address, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    refused = r"Error: The rollback was interrupted, as the registry cannot be used \(API request to .*\)\. "
    assert re.fullmatch(refused + said + "\n", done.stderr), done.stderr
    assert done.returncode == 1
    assert aliases()["champion"] == champion.load().version == 3
    assert champion.roll_back("", {}).restored == 2
    assert aliases() == {"champion": 2, "previous": 1}
