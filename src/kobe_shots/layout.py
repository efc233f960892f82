"""What does a new project hold? Configuration, pages and empty folders, as this version of the program has them.

The wheel carries them. In a checkout they are the checkout's own, and the wheel's builder says which.
"""

import json
import shutil
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from kobe_shots.errors import KobeShotsError

PACKED = Path(__file__).parent / "new_project"
CHECKOUT = Path(__file__).parents[2]
DECLARATION = "pyproject.toml"


def lay_out(folder: Path) -> Path:
    """Make a project in a new folder, whole or not at all, and return where it is.

    Raises KobeShotsError when the folder is not empty, is the current one, or cannot be written.
    """
    folder = folder.resolve()
    if folder == Path.cwd():
        raise KobeShotsError(f"{folder} is the current folder; name one in it that is not there yet.")
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise KobeShotsError(f"{folder} is not an empty folder; name one that is not there yet.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as partial:
            _fill(Path(partial) / "project").rename(folder)
    except OSError as error:
        raise KobeShotsError(f"{folder} cannot be written ({error.strerror}); name a folder that can.") from error
    return folder


def _fill(project: Path) -> Path:
    for to, source in _files().items():
        (project / to).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, project / to)
    (project / DECLARATION).write_text(_declare(project / DECLARATION), encoding="utf-8")
    (project / "src").mkdir()  # Kedro wants one; the package itself is installed
    (project / "src" / ".gitkeep").touch()
    return project


def _declare(pyproject: Path) -> str:
    """Return what makes a folder a Kedro project: of all that the program's own declaration says, one table."""
    kedro: dict[str, str] = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["kedro"]
    return "\n".join(["[tool.kedro]", *(f"{key} = {json.dumps(value)}" for key, value in kedro.items()), ""])


def _files() -> dict[Path, Path]:
    """Return where each file of a new project comes from, by its path in the project."""
    if PACKED.is_dir():
        packed = (path for path in PACKED.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {path.relative_to(PACKED): path for path in packed}
    try:
        from hatchling.builders.wheel import WheelBuilder
    except ImportError as error:
        raise KobeShotsError(
            f"{CHECKOUT} is a checkout, and hatchling, which knows its files, is not installed; `make run` installs it."
        ) from error
    places = {
        Path(one.path): Path(one.distribution_path) for one in WheelBuilder(str(CHECKOUT)).recurse_included_files()
    }
    packed_as = PACKED.relative_to(PACKED.parents[1])
    return {to.relative_to(packed_as): path for path, to in places.items() if to.is_relative_to(packed_as)}
