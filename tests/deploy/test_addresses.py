"""Is a model asked on the machine that the environment names, and on this one otherwise?"""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from kobe_shots import asking
from kobe_shots.aggregates.spot import shot_at

OTHER = "127.0.0.2"  # this machine too, but not the address that is asked where none is named
ANSWER = b'HTTP/1.0 200 OK\r\n\r\n{"predictions": [{"label": 0, "probability": 0.375}]}'


@pytest.mark.parametrize(
    ("settings", "probability"),
    [({"KOBE_HOST_DT": OTHER}, 0.375), ({}, None), ({"KOBE_HOST_LR": OTHER}, None)],
)
def test_the_machine_of_a_model_service_is_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], probability: float | None
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 20)
    for name, host in settings.items():
        monkeypatch.setenv(name, host)
    with socket.create_server((OTHER, 0)) as server, ThreadPoolExecutor(1) as beside:
        served = beside.submit(answer_once, server)
        port = server.getsockname()[1]
        (answer,) = asking.ask_all(
            shot_at(0, 100, 5, 1, False), {"trained_dt_model_prod": None}, {"trained_dt_model_prod": port}
        )
        if probability is None:  # nobody came: let the other thread go
            socket.create_connection((OTHER, port)).close()
        served.result()
    assert answer.probability == probability


def answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    asked = b""
    with connection:
        while more := connection.recv(65536):
            asked += more
            if asked.endswith(b"}"):  # all of it: what is left unread would cut the answer off
                connection.sendall(ANSWER)
                return
