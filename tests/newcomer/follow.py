"""Does the README do what it says, for somebody who has nothing? All its commands, in a fresh clone and home.

    python tests/newcomer/follow.py [--readme README.pt-BR.md]

Needs git, bash, curl, make and a Python, and the package index; nothing of the present environment is used but what
tells pip where that is. A line whose comment names an address is a server: it is started, waited for, and ended in the
end as Ctrl+C would. It is a script and not a test of pytest's, for it installs from the network. What is followed is
the last commit.
"""

import argparse
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
KEPT = re.compile(
    r"PATH|LANG|LC_.*|TERM|TMPDIR|PIP_.*|SSL_.*|REQUESTS_.*|(?i:https?_proxy|no_proxy)|PYENV_.*|OPENBLAS_.*"
)
MINUTES = 45
PREAMBLE = r"""
set -euo pipefail
set -m    # a server gets a process group of its own, and is interrupted as by Ctrl+C
servers=()
end() {
  for one in "${servers[@]}"; do kill "-$1" -- "-$one" 2>/dev/null || true; done
  for _ in $(seq 50); do
    alive=
    for one in "${servers[@]}"; do kill -0 -- "-$one" 2>/dev/null && alive=yes; done
    if [ -z "$alive" ]; then return 0; fi
    sleep 0.2
  done
}
finish() { end INT; end TERM; end KILL; }    # whoever started us may have had interrupts ignored, and that is inherited
trap finish EXIT
curl() { command curl --fail --show-error "$@"; }
await() {
  for _ in $(seq 600); do
    if command curl --silent --output /dev/null "$2"; then return 0; fi
    kill -0 "$1" 2>/dev/null || { echo "The server has ended before it answered." >&2; exit 1; }
    sleep 0.3
  done
  echo "Nothing answers at $2 after three minutes." >&2
  exit 1
}
"""


class Line(NamedTuple):
    """A command as typed, and the address at which it answers where it is a server."""

    command: str
    address: str | None


def read_lines(readme: str) -> list[Line]:
    """Return every command of the code blocks, in order; lines that end in a backslash are joined."""
    lines = []
    for block in BLOCK.findall(readme):
        for typed in block.replace("\\\n", " ").splitlines():
            command, _, comment = typed.partition("  #")
            if command.strip():
                found = ADDRESS.search(comment)
                lines.append(Line(command.strip(), found[0] if found else None))
    return lines


def script(lines: list[Line]) -> str:
    """Return a bash script that types them one after the other, and ends with the first that fails."""
    told = [PREAMBLE]
    for number, line in enumerate(lines, 1):
        told.append(f"printf '\\n[{number}/{len(lines)}] $ %s\\n' {shlex.quote(line.command)}")
        if line.address is None:
            told.append(line.command)
        else:
            told += [
                f"{line.command} &",
                'servers+=("$!")',
                f'await "$!" {line.address}',
                f"echo 'It answers at {line.address}.'",
            ]
    return "\n".join([*told, f"echo; echo '{len(lines)} commands of the README did what they say.'", ""])


def busy(lines: list[Line]) -> list[str]:
    """Return the addresses at which something answers already."""
    found = []
    for line in lines:
        if line.address:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(line.address.rpartition(":")[2]))) == 0:
                    found.append(line.address)
    return found


def surroundings(present: Mapping[str, str]) -> dict[str, str]:
    """Return what a newcomer has of the present environment: no variable of ours, and no program of this repository."""
    kept = {name: value for name, value in present.items() if KEPT.fullmatch(name)}
    path = [folder for folder in kept["PATH"].split(os.pathsep) if not Path(folder).is_relative_to(REPOSITORY)]
    return kept | {"PATH": os.pathsep.join(path)}


def follow(readme: str) -> int:
    """Follow a README of the last commit and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        home, clone = Path(folder) / "home", Path(folder) / "kobe-shots"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)  # noqa: S603, S607
        lines = read_lines((clone / readme).read_text(encoding="utf-8"))
        if not lines:
            return _refuse(f"{readme} holds no command in a block of sh.")
        if taken := busy(lines):
            return _refuse(f"Something answers already at {', '.join(taken)}; end it, and try again.")
        environment = surroundings(os.environ) | {"HOME": str(home)}
        with subprocess.Popen(["bash", "-c", script(lines)], cwd=clone, env=environment) as typed:  # noqa: S603, S607
            try:
                return typed.wait(timeout=60 * MINUTES)
            except subprocess.TimeoutExpired:
                typed.terminate()
                return _refuse(f"The README takes longer than {MINUTES} minutes.")


def main() -> None:
    """Follow the README that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--readme", default="README.md")
    sys.exit(follow(asked.parse_args().readme))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    main()
