"""Where is the project? The folder that holds its configuration and data, from anywhere inside it."""

from pathlib import Path

from kedro.utils import find_kedro_project

from kobe_shots.errors import KobeShotsError


def find_project() -> Path:
    """Return the folder of the project that the current folder lies in.

    Raises KobeShotsError outside of one.
    """
    if (found := find_kedro_project(Path.cwd())) is None:
        raise KobeShotsError(
            f"{Path.cwd()} is not in a kobe-shots project; go to one, or make one: `kobe-shots new FOLDER`."
        )
    return Path(found)
