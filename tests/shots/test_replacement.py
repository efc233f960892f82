from collections.abc import Callable
from pathlib import Path

import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE, PROVENANCE_FILE, Provenance, verify
from kobe_shots.shots.replacement import INCOMING, READY

Get = Callable[..., Provenance]
Contents = Callable[[Path], dict[str, str]]


class Killed(BaseException):
    """Stands for a kill: nothing in the code may catch it."""


@pytest.fixture
def kill_when_moving(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return a function that makes the next move onto a path the last thing the process does."""
    replace = Path.replace

    def arm(fatal: Path) -> None:
        def replace_or_die(self: Path, target: Path) -> Path:
            if target == fatal:
                monkeypatch.setattr(Path, "replace", replace)
                raise Killed
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", replace_or_die)

    return arm


@pytest.mark.parametrize("fatal", [DEV_FILE, PROD_FILE, "truth", PROVENANCE_FILE])
@pytest.mark.parametrize("prior", ["nothing", "hand-placed files", "a simulation"])
def test_a_replacement_killed_half_way_is_finished_by_the_next_auto(
    raw_dir: Path,
    kill_when_moving: Callable[[Path], None],
    fatal: str,
    prior: str,
    get: Get,
    contents: Contents,
    write_bases: Callable[..., Path],
) -> None:
    if prior == "hand-placed files":
        write_bases(raw_dir)
    elif prior == "a simulation":
        get("simulate", raw_dir, seed=3)
    kill_when_moving(raw_dir / fatal)
    with pytest.raises(Killed, match=r"^$"):
        get("simulate", raw_dir, seed=4)
    recovered = get("auto", raw_dir)
    assert (recovered.source, recovered.seed) == ("simulate", 4)
    expected = raw_dir.with_name("expected")
    get("simulate", expected, seed=4)
    found, wanted = contents(raw_dir), contents(expected)
    del found[PROVENANCE_FILE], wanted[PROVENANCE_FILE]  # the times differ
    assert found == wanted
    assert not (raw_dir / READY).exists()


def test_a_mixture_left_by_a_kill_is_refused_until_it_is_finished(
    raw_dir: Path, site: Path, kill_when_moving: Callable[[Path], None], get: Get
) -> None:
    get("simulate", raw_dir)
    kill_when_moving(raw_dir / PROD_FILE)
    with pytest.raises(Killed, match=r"^$"):
        get(str(site), raw_dir)
    with pytest.raises(KobeShotsError, match=f"does not hold the {DEV_FILE} that"):
        verify(raw_dir)
    assert get("auto", raw_dir).source == "folder"
    assert not (raw_dir / "truth").exists()


def test_a_kill_before_the_decision_leaves_the_old_files(
    raw_dir: Path,
    site: Path,
    kill_when_moving: Callable[[Path], None],
    get: Get,
    contents: Contents,
    write_bases: Callable[..., Path],
) -> None:
    get("simulate", raw_dir, seed=3)
    before = contents(raw_dir)
    kill_when_moving(raw_dir / READY)
    with pytest.raises(Killed, match=r"^$"):
        get(str(site), raw_dir)
    assert contents(raw_dir) == before
    write_bases(raw_dir / INCOMING)  # what a kill leaves where no `finally` runs
    assert get("auto", raw_dir).seed == 3
    get("simulate", raw_dir, seed=5)
    assert not (raw_dir / INCOMING).exists()
