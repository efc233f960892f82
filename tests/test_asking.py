"""Does the served model answer when it can, and the registry's copy, with the reason, when it cannot?"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from kobe_shots import asking
from kobe_shots.aggregates.spot import shot_at
from kobe_shots.language import speak

SHOT = shot_at(-75, 135, 9, 3, True)
ROW = [33.9093, -118.3448, 9.0, 3.0, 1.0, 15.0]
Respond = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Copy:
    """A model that gives every shot 0.25."""

    def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        return np.tile([0.75, 0.25], (len(X), 1))


@contextmanager
def serving(respond: Respond) -> Iterator[tuple[int, list[tuple[str, dict[str, Any]]]]]:
    """Run a server on a free port; yields the port, and what it was asked."""
    asked: list[tuple[str, dict[str, Any]]] = []

    class Stub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, body))
            respond(self, body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(answer: object, status: int = 200) -> Respond:
    """Answer this, whatever is asked."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def respond(to: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        to.send_response(status)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return respond


def predicting(probability: object) -> dict[str, list[dict[str, object]]]:
    return {"predictions": [{"label": 0, "probability": probability}]}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def ask(port: int, copy: Copy | None = None) -> asking.Answer:
    (answer,) = asking.ask_all(SHOT, {"trained_dt_model_prod": copy or Copy()}, {"trained_dt_model_prod": port})
    return answer


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub answers at once: a slow machine must not look like a slow server."""
    monkeypatch.setattr(asking, "PATIENCE", 20)


def test_a_server_is_asked_as_mlflow_wants_it_and_answers() -> None:
    with serving(saying(predicting(0.375))) as (port, asked):
        answer = ask(port)
    assert asked == [("/invocations", {"dataframe_split": {"columns": SHOT.columns.tolist(), "data": [ROW]}})]
    assert (answer.probability, answer.served) == (0.375, True)


def test_a_server_that_says_what_the_registry_does_is_named_alone() -> None:
    with serving(saying(predicting(0.25))) as (port, _):
        assert ask(port).sentence == f"the server on port {port}"


def test_a_server_that_holds_another_version_is_told_of() -> None:
    with serving(saying(predicting(0.375))) as (port, _):
        assert ask(port).sentence == f"the server on port {port}; the registry's latest version says 25.0%"


@pytest.mark.parametrize("certain", [0, 1, 0.0])
def test_a_certain_answer_is_an_answer(certain: float) -> None:
    with serving(saying(predicting(certain))) as (port, _):
        assert ask(port).probability == certain


def test_where_no_server_runs_the_copy_answers_and_says_so() -> None:
    port = free_port()
    answer = ask(port)
    assert (answer.probability, answer.served) == (0.25, False)
    assert answer.sentence == f"the registry's copy, as no server runs on port {port}"
    assert speak("pt").tell(answer) == f"a cópia do registro, pois não há servidor na porta {port}"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"<html>hello</html>",
        b"",
        b"\xff\xfe",
        [],
        {"predictions": []},
        {"predictions": 0.5},
        {"predictions": [0.5]},
        {"predictions": [{"label": 1}]},
        {"predictions": [{"probability": 0.5}] * 2},
        predicting("likely"),
        predicting(None),
        predicting(1.5),
        predicting(-0.1),
        b'{"predictions": [{"probability": NaN}]}',
        b'{"predictions": [{"probability": 1e999}]}',
        {"padding": "far too long" * 2_000} | predicting(0.5),
    ],
)
def test_nonsense_is_no_answer(nonsense: object) -> None:
    with serving(saying(nonsense)) as (port, _):
        answer = ask(port)
    assert (answer.probability, answer.served) == (0.25, False)
    assert answer.sentence == f"the registry's copy, as the server on port {port} gave no probability"


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_refusal_is_told_with_its_status(status: int) -> None:
    with serving(saying({"message": "no"}, status)) as (port, _):
        answer = ask(port)
    assert answer.probability == 0.25
    assert answer.sentence == f"the registry's copy, as the server on port {port} refused, with status {status}"


def test_another_server_than_one_of_http_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: int = other.getsockname()[1]

        def greet() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"220 mail.example\r\n\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        answer = ask(port)
        thread.join()
    assert answer.probability == 0.25
    assert not answer.served


@pytest.mark.parametrize("talkative", [False, True])
def test_a_slow_server_is_not_waited_for_even_when_it_goes_on_talking(
    monkeypatch: pytest.MonkeyPatch, talkative: bool
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.1)
    done = threading.Event()

    def respond(to: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        to.send_response(200)
        to.end_headers()
        while not done.wait(0.02):
            if talkative:
                to.wfile.write(b" ")
                to.wfile.flush()

    with serving(respond) as (port, _):
        try:
            answer = ask(port)
        finally:
            done.set()
    assert (answer.probability, answer.served) == (0.25, False)
    assert answer.sentence == (f"the registry's copy, as the server on port {port} has not answered within 0.1 s")


def test_all_are_asked_and_each_answers_for_itself() -> None:
    with serving(saying(predicting(0.9))) as (port, _):
        down = free_port()
        answers = asking.ask_all(
            SHOT,
            {"kobe_shot": Copy(), "trained_dt_model_prod": Copy(), "trained_lr_model_prod": None},
            {"trained_dt_model_prod": port, "trained_lr_model_prod": down, "trained_xx_model_prod": down},
        )
    assert [(one.model, one.probability) for one in answers] == [
        ("kobe_shot", 0.25),
        ("trained_dt_model_prod", 0.9),
        ("trained_lr_model_prod", None),
    ]
    assert [one.sentence for one in answers] == [
        "the registry's copy",
        f"the server on port {port}; the registry's latest version says 25.0%",
        f"nobody: the registry holds no such model, as no server runs on port {down}",
    ]


def test_a_proxy_is_never_asked_about_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(saying(predicting(0.5))) as (port, _):
        assert ask(port).served


def test_the_ports_are_those_the_commands_of_the_readme_name() -> None:
    assert asking.SERVED == {"trained_dt_model_prod": 5001, "trained_lr_model_prod": 5002}
