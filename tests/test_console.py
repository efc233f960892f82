import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kobe_shots import console
from kobe_shots.errors import KobeShotsError
from kobe_shots.shots import fetch as sources
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE, Provenance, RawFile

PROVENANCE = Provenance(
    source="simulate",
    sentence="Simulated shots, not the league's: 10,000,000 shots from seed 3.",
    why="nothing else was there",
    files=(RawFile(name=DEV_FILE, sha256="aa", rows=1234), RawFile(name=PROD_FILE, sha256="bb", rows=2)),
    fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Replace the domain's fetch and return what the command hands to it."""
    seen: dict[str, Any] = {}

    def fetch(source: str, raw_dir: Path, **options: Any) -> Provenance:
        seen.update(source=source, raw_dir=raw_dir, **options)
        return PROVENANCE

    monkeypatch.setattr(sources, "fetch", fetch)
    return seen


def test_fetch_says_loudly_what_it_did_and_why(asked: dict[str, Any]) -> None:
    result = CliRunner().invoke(console.main, ["fetch"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "===== RAW SHOTS: SIMULATE, because nothing else was there =====",
        PROVENANCE.describe(),
        f"data/01_raw/{DEV_FILE}  1,234 rows  sha256 aa",
        f"data/01_raw/{PROD_FILE}  2 rows  sha256 bb",
    ]
    assert asked == {"source": "auto", "raw_dir": Path("data/01_raw"), "shots": 30_697, "seed": 24, "timeout": 5}


def test_fetch_hands_every_option_on(asked: dict[str, Any]) -> None:
    options = ["--source", "simulate", "--raw-dir", "raw", "--shots", "10_000_000", "--seed", "3", "--timeout", "60"]
    assert CliRunner().invoke(console.main, ["fetch", *options]).exit_code == 0
    assert asked == {
        "source": "simulate",
        "raw_dir": Path("raw"),
        "shots": 10_000_000,
        "seed": 3,
        "timeout": 60,
    }


@pytest.mark.parametrize("options", [["--shots", "0"], ["--shots", "many"], ["--timeout", "nan"], ["--seed", "-1"]])
@pytest.mark.usefixtures("asked")
def test_an_impossible_option_is_a_usage_error(options: list[str]) -> None:
    result = CliRunner().invoke(console.main, ["fetch", *options])
    assert result.exit_code == 2
    assert f"Invalid value for '{options[0]}'" in result.stderr


def test_what_the_user_can_mend_is_one_sentence_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Provenance:
        raise KobeShotsError("Got a CSV; give a parquet file.")

    monkeypatch.setattr(sources, "fetch", refuse)
    result = CliRunner().invoke(console.main, ["fetch"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: Got a CSV; give a parquet file.\n"


def test_a_source_that_does_not_exist_ends_without_a_traceback(tmp_path: Path) -> None:
    options = ["--source", str(tmp_path / "nowhere"), "--raw-dir", str(tmp_path / "01_raw")]
    result = CliRunner().invoke(console.main, ["fetch", *options])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: The source '{tmp_path / 'nowhere'}' is not a folder.")


def test_the_command_line_loads_no_heavy_library_before_it_must() -> None:
    heavy = "{'pandas', 'numpy', 'pyarrow', 'pandera', 'sklearn', 'mlflow', 'kedro'}"
    code = f"import sys, kobe_shots.console; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
