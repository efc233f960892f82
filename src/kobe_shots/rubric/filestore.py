"""What does an MLflow store of files hold? A folder a run, a file a parameter or metric, read as YAML and text."""

import re
from collections import defaultdict
from typing import Any

from kobe_shots.rubric.folder import Folder, parts
from kobe_shots.rubric.stores import MOST_RUNS, Run, Store, Version

VALUE = re.compile(r"^(.+)/(params|metrics|tags)/(.+)$")
META = "meta.yaml"
NAME_TAG = "mlflow.runName"


def read_file_stores(folder: Folder) -> tuple[list[Store], list[str]]:
    """Return the stores of files in a folder, and which of their records are broken."""
    values: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    metas = []
    for name in folder.files:
        if name.endswith(META):
            metas.append(name)
        elif (match := VALUE.match(name)) is not None:
            values[match[1]][match[2]].append((match[3], name))
    runs: dict[str, list[Run]] = defaultdict(list)
    versions: dict[str, list[Version]] = defaultdict(list)
    broken = []
    for name in metas:
        home = name.removesuffix(f"/{META}")
        root = "/".join(home.split("/")[:-2]) or "."  # of both: store/experiment/run, store/models/name/version
        held = folder.yaml(name)
        if not isinstance(held, dict):
            broken += [name] if "mlruns" in parts(name) else []  # others have files of this name too
        elif "run_id" in held and "artifact_uri" in held and "status" in held:
            if held.get("lifecycle_stage", "active") == "active" and sum(map(len, runs.values())) < MOST_RUNS:
                runs[root].append(_run(folder, root, held, values[home]))
        elif {"version", "name", "source"} <= held.keys():
            root = root.rpartition("/")[0] or "."
            versions[root].append(_version(root, held))
    return [Store(root, _newest(runs[root]), tuple(versions[root])) for root in sorted({*runs, *versions})], broken


def _newest(runs: list[Run]) -> tuple[Run, ...]:
    return tuple(sorted(runs, key=lambda run: run.started, reverse=True))


def _run(folder: Folder, root: str, held: dict[str, Any], values: dict[str, list[tuple[str, str]]]) -> Run:
    tags = {key: folder.text(name) or "" for key, name in values["tags"]}
    metrics = {key: _last(folder.text(name) or "") for key, name in values["metrics"]}
    started = held.get("start_time")
    return Run(
        store=root,
        id=str(held["run_id"]),
        name=str(held.get("run_name") or tags.get(NAME_TAG, "")),
        status=str(held["status"]),
        started=started if isinstance(started, int) else 0,
        params={key: folder.text(name) or "" for key, name in values["params"]},
        metrics={key: value for key, value in metrics.items() if value is not None and value == value},  # noqa: PLR0124 -- no NaN
        tags=tags,
    )


def _last(text: str) -> float | None:
    r"""Return the value on the last whole line of a metric's file: time, value, step.

    >>> _last("1 0.5 0\n2 0.25 1\n")
    0.25
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    try:
        return float(lines[-1][1])
    except (IndexError, ValueError):
        return None


def _version(root: str, held: dict[str, Any]) -> Version:
    number = str(held["version"])
    return Version(
        store=root,
        name=str(held["name"]),
        version=int(number) if number.isdecimal() else 0,
        run=str(held.get("run_id") or ""),
        sources=tuple(str(held[key]) for key in ("storage_location", "source") if held.get(key)),
    )
