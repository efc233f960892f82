"""What do the tests of a retraining share? A copy of a project whose champion is ill."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def ill(
    ailing: Path, tmp_path: Path, copy_project: Callable[[Path, Path], Path], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of that project, and the current folder."""
    monkeypatch.chdir(copy_project(ailing, tmp_path))
    return tmp_path
