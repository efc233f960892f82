"""Does each role start as it is typed, answer its check, and end without leaving anything behind?"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

START = Path(__file__).parents[2] / "deploy" / "start"
UNTIL_UP = 90  # seconds
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only ever handed to a program that says so
SERVERS = ("mlflow", "dt", "lr", "dashboard")
NO_ROLE = "the roles are job, mlflow, dt, lr and dashboard, and check before one of them."
LAST_OF_THE_JOB = Path("data/08_reporting/replay/production_dt/comparison.json")
Typed = Callable[..., "subprocess.CompletedProcess[str]"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def session_of(leader: int) -> set[str]:
    """Return the commands of all processes in a session that are still running."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, *_, session = (folder / "stat").read_text().rpartition(") ")[2].split()[:4]
            if int(session) == leader and state != "Z":
                found.add((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has ended meanwhile
            continue
    return found


# ---- what is typed, with programs that only say what they were asked


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Programs that say how they were called, instead of those of the environment; `fails` makes one fail."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("kobe-shots", "mlflow", "streamlit"):
        said = f'#!/bin/sh\necho "{name} $*"\n[ ! -e "{folder}/fails" ] || exit 3\n'
        if name == "kobe-shots":
            said += '[ "$1" != new ] || { mkdir -p "$2/conf/base" && touch "$2/conf/base/catalog.yml"; }\n'
        (folder / name).write_text(said)
    (folder / "python3").write_text('#!/bin/sh\nfor last in "$@"; do :; done; echo "$last"\n')
    for program in folder.iterdir():
        program.chmod(0o755)
    return folder


@pytest.fixture
def typed(programs: Path, project: Path) -> Typed:
    """Type the start script in an empty project."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": f"{programs}:/usr/bin:/bin", **settings}
        return subprocess.run(  # noqa: S603
            [START, *words], cwd=project, env=environment, check=False, capture_output=True, text=True, timeout=60
        )

    return run


MODELS = "mlflow models serve -m models:/trained_{}_model_prod/latest --env-manager=local --host {} --port {}"
STARTED = {
    "mlflow": "mlflow server --host 127.0.0.1 --port 5000 --workers 1",
    "dt": MODELS.format("dt", "127.0.0.1", 5001),
    "lr": MODELS.format("lr", "127.0.0.1", 5002),
    "dashboard": "streamlit run ./streamlit/main.py --server.address 127.0.0.1 --server.port 8501",
    "job": "kobe-shots run --source auto\nkobe-shots replay --scenario production",
}


@pytest.mark.parametrize("role", STARTED)
def test_a_role_is_the_command_of_the_readme_on_this_machine_only(typed: Typed, role: str) -> None:
    done = typed(role)
    assert done.stdout == f"{STARTED[role]}\n"


@pytest.mark.parametrize("role", STARTED)
def test_a_role_may_stand_in_the_environment(typed: Typed, role: str) -> None:
    assert typed(KOBE_ROLE=role).stdout == f"{STARTED[role]}\n"


def test_address_port_source_and_options_are_passed_on(typed: Typed) -> None:
    elsewhere = {"KOBE_ADDRESS": EVERYWHERE, "KOBE_PORT": "9"}
    assert typed("dt", "--workers", "2", **elsewhere).stdout == f"{MODELS.format('dt', EVERYWHERE, 9)} --workers 2\n"
    assert typed("job", "--shots", "9", KOBE_SOURCE="a b").stdout.startswith("kobe-shots run --source a b --shots 9\n")


@pytest.mark.parametrize(
    ("role", "at"),
    [
        ("mlflow", "http://127.0.0.1:5000/health"),
        ("dt", "http://127.0.0.1:5001/ping"),
        ("lr", "http://127.0.0.1:5002/ping"),
        ("dashboard", "http://127.0.0.1:8501/_stcore/health"),
    ],
)
def test_a_server_is_checked_where_it_listens(typed: Typed, role: str, at: str) -> None:
    assert typed("check", role).stdout == typed("check", KOBE_ROLE=role, KOBE_ADDRESS=EVERYWHERE).stdout == f"{at}\n"


def test_the_job_has_no_address_to_check(typed: Typed) -> None:
    done = typed("check", "job")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("words", [(), ("nobody",), ("check",), ("check", "nobody")])
def test_another_role_is_refused_with_those_there_are(typed: Typed, words: tuple[str, ...]) -> None:
    done = typed(*words)
    name = "nobody" if "nobody" in words else ""
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: '{name}' is no role; {NO_ROLE}\n")


def test_outside_of_a_project_nothing_is_started(typed: Typed, tmp_path: Path) -> None:
    done = typed("lr", KOBE_PROJECT=str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {tmp_path / 'nowhere'} is no project; ")
    assert not (tmp_path / "nowhere").exists()


def test_without_the_programs_the_way_to_them_is_named(typed: Typed) -> None:
    done = typed("lr", PATH="/usr/bin:/bin")
    said = "Error: kobe-shots is not on the PATH; in a checkout, type first: . .venv/bin/activate\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_the_job_lays_its_project_out(typed: Typed, tmp_path: Path) -> None:
    there = tmp_path / "there"
    assert typed("job", KOBE_PROJECT=str(there)).stdout == f"kobe-shots new {there}\n{STARTED['job']}\n"
    assert typed("job", KOBE_PROJECT=str(there)).stdout == f"{STARTED['job']}\n"


def test_a_job_that_has_run_is_not_run_again(typed: Typed, project: Path) -> None:
    (project / LAST_OF_THE_JOB).parent.mkdir(parents=True)
    (project / LAST_OF_THE_JOB).touch()
    done = typed("job")
    said = f"The job has run in {project} already; to run it again, type: kobe-shots run\n"
    assert (done.returncode, done.stdout) == (0, said)


@pytest.mark.parametrize("role", STARTED)
def test_what_fails_ends_with_its_exit_code_and_nothing_follows(typed: Typed, programs: Path, role: str) -> None:
    (programs / "fails").touch()
    done = typed(role)
    assert (done.returncode, done.stdout) == (3, STARTED[role].splitlines()[0] + "\n")


# ---- the programs themselves


@pytest.mark.parametrize("role", SERVERS)
def test_a_server_answers_its_check_and_ends_clean(
    simulated: Path, shell: dict[str, str], tmp_path: Path, role: str
) -> None:
    environment = shell | {"KOBE_ROLE": role, "KOBE_PORT": str(free_port()), "KOBE_PROJECT": str(simulated)}
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(START, env=environment, stdout=file, stderr=file, start_new_session=True)  # noqa: S603
    try:
        deadline = time.monotonic() + UNTIL_UP
        while (check := subprocess.run([START, "check"], env=environment, check=False, capture_output=True)).returncode:  # noqa: S603
            assert b"does not answer" in check.stderr
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
        assert len(session_of(process.pid)) > 1
        process.terminate()
        assert process.wait(UNTIL_UP) == 0, log.read_text()
        assert not session_of(process.pid)
        assert "Traceback" not in log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def hurried(quick: Path, shell: dict[str, str]) -> dict[str, str]:
    """The environment of a job whose project takes seconds a step."""
    return shell | {"KOBE_PROJECT": str(quick), "KOBE_SOURCE": "simulate"}


def test_the_job_fills_its_project(quick: Path, hurried: dict[str, str]) -> None:
    words = [START, "job", "--shots", "3000"]
    done = subprocess.run(words, env=hurried, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert (quick / "data/08_reporting/report.json").is_file()
    assert (quick / LAST_OF_THE_JOB).is_file()


def test_a_job_that_is_ended_has_not_succeeded_and_leaves_no_process(hurried: dict[str, str]) -> None:
    process = subprocess.Popen(  # noqa: S603
        [START, "job"], env=hurried, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline()  # it is under way
        process.terminate()
        process.stdout.read()
    assert process.wait(UNTIL_UP) == 128 + signal.SIGTERM
    assert not session_of(process.pid)
