"""Does `mlflow models serve`, as typed, answer as the registered model would, and refuse what it cannot answer?"""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest

SERVE = "mlflow models serve -m models:/trained_dt_model_prod/latest --env-manager=local --port"
FEATURES = ["lat", "lon", "minutes_remaining", "period", "playoffs", "shot_distance"]
SHOTS = [[33.8183, -118.3938, 10, 1, 0, 25], [33.9723, -118.1028, 0, 4, 1, 18]]
UNTIL_UP = 60  # seconds


@dataclass
class Server:
    """A scoring server of ours on the loopback interface."""

    port: int

    def post(self, body: Any) -> tuple[int, Any]:
        """Return the status and the decoded answer of /invocations."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}/invocations"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        try:
            with _urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    def wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        """Return when /ping answers; fail when the process ends or the time is up."""
        deadline = time.monotonic() + UNTIL_UP
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with _urlopen(f"http://127.0.0.1:{self.port}/ping"):
                    return
            except urllib.error.URLError:
                threading.Event().wait(0.1)
        pytest.fail(f"no server on port {self.port} within {UNTIL_UP} s; its exit code: {process.poll()}")


@pytest.fixture(scope="module")
def server(simulated: Path, shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the finished project, started as the README says."""
    served = Server(_free_port())
    with (tmp_path_factory.mktemp("server") / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [*SERVE.split(), str(served.port)],
            cwd=simulated, env=shell, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            served.wait_until_up(process)
            yield served
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(UNTIL_UP)


@pytest.fixture(scope="module")
def expected(simulated: Path) -> list[dict[str, float]]:
    """What the estimator in the registry says of the shots."""
    mlflow.set_tracking_uri(f"sqlite:///{simulated / 'mlflow.db'}")
    estimator = mlflow.sklearn.load_model("models:/trained_dt_model_prod/latest")
    probabilities = estimator.predict_proba(pd.DataFrame(SHOTS, columns=FEATURES, dtype=float))[:, 1]
    return [{"label": int(probability > 0.5), "probability": probability} for probability in probabilities]


def _named(names: list[str]) -> list[dict[str, float]]:
    return [dict(zip(names, shot, strict=True)) for shot in SHOTS]


WITH_ALIAS = ["lat", "lng", *FEATURES[2:]]
WAYS_TO_ASK = {
    "dataframe_split": {"dataframe_split": {"columns": FEATURES, "data": SHOTS}},
    "dataframe_split in another order": {
        "dataframe_split": {"columns": FEATURES[::-1], "data": [shot[::-1] for shot in SHOTS]}
    },
    "dataframe_records": {"dataframe_records": _named(FEATURES)},
    "dataframe_records with lng": {"dataframe_records": _named(WITH_ALIAS)},
    "inputs by name": {"inputs": pd.DataFrame(SHOTS, columns=FEATURES).to_dict("list")},
    "inputs by name with lng": {"inputs": pd.DataFrame(SHOTS, columns=WITH_ALIAS).to_dict("list")},
    "inputs without names": {"inputs": SHOTS},
}
WAYS_TO_GO_WRONG: dict[str, tuple[Any, str]] = {
    "a column is missing": (
        {"dataframe_records": _named(["latitude", *FEATURES[1:]])},
        "Column lat is missing; send all of lat, lon, minutes_remaining, period, playoffs, shot_distance",
    ),
    "rows are too short": ({"inputs": [shot[:5] for shot in SHOTS]}, "Rows without names have 5 values; send 6"),
    "rows are too long": ({"inputs": [[*shot, 1] for shot in SHOTS]}, "Rows without names have 7 values; send 6"),
    "rows are of different lengths": ({"inputs": [SHOTS[0], SHOTS[1][:3]]}, "inhomogeneous shape"),
    "a name is given twice": (
        {"dataframe_split": {"columns": [*FEATURES, "lng"], "data": [[*shot, -118.0] for shot in SHOTS]}},
        "Column lon is given twice; send it once",
    ),
    "a word stands for a number": ({"inputs": [["far", *SHOTS[0][1:]]]}, "could not convert string to float: 'far'"),
    "a word stands in a named column": (
        {"dataframe_split": {"columns": FEATURES, "data": [["far", *SHOTS[0][1:]]]}},
        "Failed to convert column lat to type 'float64'",
    ),
    "a value is null": ({"inputs": [[None, *SHOTS[0][1:]]]}, "Column lat holds a missing or infinite value"),
    "a number is too large": ({"inputs": [[1e300, *SHOTS[0][1:]]]}, "Column lat holds a missing or infinite value"),
    "there are no rows": (
        {"dataframe_split": {"columns": FEATURES, "data": []}},
        "There are no rows; send at least one",
    ),
    "there is no list of rows": ({"inputs": []}, "There are no rows; send at least one"),
    "nothing is asked": ({}, "must be a JSON dictionary with exactly one of the input fields"),
    "it is no JSON": (b"lat=34", "Ensure that input is a valid JSON formatted string"),
}


@pytest.mark.parametrize("way", WAYS_TO_ASK)
def test_every_way_of_asking_gets_the_label_and_probability_of_the_registered_model(
    server: Server, expected: list[dict[str, float]], way: str
) -> None:
    assert server.post(WAYS_TO_ASK[way]) == (200, {"predictions": expected})


@pytest.mark.parametrize("way", WAYS_TO_GO_WRONG)
def test_what_cannot_be_answered_is_refused_in_plain_words(server: Server, way: str) -> None:
    body, sentence = WAYS_TO_GO_WRONG[way]
    status, answer = server.post(body)
    assert status == 400
    assert sentence in answer["message"]
    assert "stack_trace" not in answer
    assert "Traceback" not in json.dumps(answer)


def test_a_port_in_use_ends_the_command_with_an_error(simulated: Path, shell: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(  # noqa: S603
            [*SERVE.split(), str(port)],
            cwd=simulated, env=shell, check=False, capture_output=True, text=True, timeout=UNTIL_UP,
        )  # fmt: skip
    assert done.returncode == 1
    assert re.search(rf"bind on address \('127.0.0.1', {port}\).*address already in use", done.stderr)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _urlopen(request: Any) -> Any:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return directly.open(request, timeout=UNTIL_UP)
