"""Does following the README notice what it should? The reader of its blocks, and the script that it types."""

import re
import socket
import subprocess
from pathlib import Path

import pytest
from tests.newcomer import follow

REPOSITORY = Path(__file__).parents[2]
README = """
Text with `make nothing`.

```sh
make run     # ends with a summary
```

```mermaid
flowchart TD
```

```sh
make app     # on http://127.0.0.1:8501 until Ctrl+C
curl -s 127.0.0.1:5001/invocations \\
  -d '{"inputs": []}'
```
"""


def run(*lines: follow.Line) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- the script is this test's
        ["bash", "-c", follow.script(list(lines))],  # noqa: S607 -- whichever bash a newcomer has
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_every_command_is_found_and_servers_are_known_by_their_address() -> None:
    assert follow.read_lines(README) == [
        follow.Line("make run", None),
        follow.Line("make app", "http://127.0.0.1:8501"),
        follow.Line("""curl -s 127.0.0.1:5001/invocations    -d '{"inputs": []}'""", None),
    ]


@pytest.mark.parametrize("name", ["README.md", "README.pt-BR.md"])
def test_no_block_of_either_readme_is_left_out(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) == {"", "sh", "mermaid"}
    lines = follow.read_lines(text)
    assert [line.command for line in lines][:2] == ["make run", "make app"]
    servers = [line.command for line in lines if line.address]
    assert [command.split()[0] for command in servers] == ["make", "mlflow", "mlflow", "mlflow"]


def test_commands_share_one_shell() -> None:
    done = run(follow.Line("number=41", None), follow.Line("echo $((number + 1))", None))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-3:] == ["42", "", "2 commands of the README did what they say."]


def test_the_first_command_that_fails_ends_it() -> None:
    done = run(follow.Line("false", None), follow.Line("echo reached", None))
    assert done.returncode == 1
    assert "reached" not in done.stdout.replace("$ echo reached", "")


def test_a_server_that_ends_before_it_answers_is_a_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = run(follow.Line("true", address))
    assert done.returncode == 1
    assert "The server has ended before it answered." in done.stderr


def test_a_server_is_waited_for_and_ended(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = f"python3 -m http.server {port} --bind 127.0.0.1 --directory {tmp_path} 2>/dev/null"
    done = run(follow.Line(serve, f"http://127.0.0.1:{port}"), follow.Line(f"curl -s http://127.0.0.1:{port}", None))
    assert done.returncode == 0
    assert f"It answers at http://127.0.0.1:{port}." in done.stdout
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_server_ends_though_interrupts_are_ignored(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = f"(trap '' INT; exec python3 -m http.server {port} --bind 127.0.0.1 --directory {tmp_path} 2>/dev/null)"
    assert run(follow.Line(serve, f"http://127.0.0.1:{port}")).returncode == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_answer_that_refuses_is_a_failure(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = f"python3 -m http.server {port} --bind 127.0.0.1 --directory {tmp_path} 2>/dev/null"
    asked = follow.Line(f"curl -s http://127.0.0.1:{port}/nothing", None)
    assert run(follow.Line(serve, f"http://127.0.0.1:{port}"), asked).returncode == 22  # curl's, for an HTTP error


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert follow.busy([follow.Line("make app", address), follow.Line("make run", None)]) == [address]


def test_nothing_of_the_present_environment_is_kept_but_the_way_to_the_package_index() -> None:
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "KOBE_RAW_DIR", "HOME", "MLFLOW_TRACKING_URI")
    theirs = ("PIP_INDEX_URL", "https_proxy", "LC_ALL")
    path = f"{REPOSITORY / '.venv' / 'bin'}:/usr/bin:/bin"
    kept = follow.surroundings(dict.fromkeys(ours + theirs, "x") | {"PATH": path})
    assert kept == dict.fromkeys(theirs, "x") | {"PATH": "/usr/bin:/bin"}
