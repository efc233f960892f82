"""What does each model say of a shot, and who answered? The one that is served, or else the copy in the registry.

A server that does not run, takes too long or answers anything but a probability is told of, and never waited for.
"""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from threading import Thread
from typing import Any, NamedTuple

import pandas as pd
from pydantic import ConfigDict, Field

from kobe_shots.language import Said, Spoken, say
from kobe_shots.models.scoring import Classifier, probability_of_basket

HOST = "127.0.0.1"  # where the environment names no other: KOBE_HOST_DT, KOBE_HOST_LR
SERVED = {"trained_dt_model_prod": 5001, "trained_lr_model_prod": 5002}  # as `mlflow models serve` is typed
PATIENCE = 0.3  # seconds for all servers together: they are asked at once
ALIKE = 1e-6  # an answer that differs by more comes from another version
LONGEST = 10_000  # bytes of an answer

_directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Answer(Spoken):
    """What a model says of a shot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(description="its name in the registry")
    probability: float | None = Field(description="of a basket; none when nobody answered")
    served: bool = Field(description="whether a server answered")
    sentence: str = Field(description="who answered, and why not the server, if there should be one")


class Served(NamedTuple):
    """What a server has said: a probability, or none, and a sentence on who it is or why it has not."""

    probability: float | None
    said: Said


def ask_all(shot: pd.DataFrame, models: Mapping[str, Classifier | None], ports: Mapping[str, int]) -> list[Answer]:
    """Return the answer of every model, in order.

    Args:
        shot: the six features of one shot, one row.
        models: by name, the registry's copy, or None where there is none.
        ports: on which port a model is served, by name; on this machine, or where the environment says.
    """
    served = _ask_servers(shot, {name: port for name, port in ports.items() if name in models})
    return [_answer(name, copy, shot, served.get(name)) for name, copy in models.items()]


def _answer(name: str, copy: Classifier | None, shot: pd.DataFrame, served: Served | None) -> Answer:
    probability = None if copy is None else float(probability_of_basket(copy, shot)[0])
    if served is not None and served.probability is not None:
        by = served.said
        if probability is not None and abs(probability - served.probability) > ALIKE:
            by = say("{by}; the registry's latest version says {probability:.1%}", by=by, probability=probability)
        return Answer(model=name, probability=served.probability, served=True, sentence=by)
    by = say("nobody: the registry holds no such model") if copy is None else say("the registry's copy")
    if served is not None:
        by = say("{by}, as {why}", by=by, why=served.said)
    return Answer(model=name, probability=probability, served=False, sentence=by)


def _ask_servers(shot: pd.DataFrame, ports: Mapping[str, int]) -> dict[str, Served]:
    """Return what each has said when the time is up; a thread that still waits then is left behind."""
    got = {name: Served(None, _slow(port)) for name, port in ports.items()}

    def keep(name: str) -> None:
        got[name] = _ask(_host(name), ports[name], shot)

    threads = [Thread(target=keep, args=(name,), daemon=True) for name in ports]
    end = time.monotonic() + PATIENCE
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return dict(got)


def _host(name: str) -> str:
    """Return the machine on which a model is served; in containers, each has its own."""
    _, kind, _ = name.split("_", 2)
    return os.environ.get(f"KOBE_HOST_{kind.upper()}", HOST)


def _ask(host: str, port: int, shot: pd.DataFrame) -> Served:
    """Return what the model served on a port says of a shot."""
    body = json.dumps({"dataframe_split": shot.astype(float).to_dict("split", index=False)}).encode()
    request = urllib.request.Request(f"http://{host}:{port}/invocations", body, {"Content-Type": "application/json"})
    try:
        with _directly.open(request, timeout=PATIENCE) as response:
            probability = _probability(json.loads(response.read(LONGEST)))
    except urllib.error.HTTPError as error:
        with error:
            refused = say("the server on port {port:d} refused, with status {status:d}", port=port, status=error.code)
            return Served(None, refused)
    except (OSError, HTTPException) as error:
        if isinstance(getattr(error, "reason", error), TimeoutError):
            return Served(None, _slow(port))
        return Served(None, say("no server runs on port {port:d}", port=port))
    except (ValueError, LookupError, TypeError):
        return Served(None, say("the server on port {port:d} gave no probability", port=port))
    return Served(probability, say("the server on port {port:d}", port=port))


def _probability(answer: Any) -> float:
    """Return the probability in an answer of one shot; raises ValueError, LookupError or TypeError for any other."""
    (one,) = answer["predictions"]
    probability = float(one["probability"])
    if not 0 <= probability <= 1:
        raise ValueError(probability)
    return probability


def _slow(port: int) -> Said:
    return say("the server on port {port:d} has not answered within {seconds:g} s", port=port, seconds=PATIENCE)
