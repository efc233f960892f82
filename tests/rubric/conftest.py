"""What do tests of grading share? The repository they break, and its grading."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rubric import graduate

from kobe_shots.rubric.answers import Answer, Grading
from kobe_shots.rubric.grading import grade


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that meets all 23 checks, its runs in a store of files."""
    return graduate.make(tmp_path / "kobe")


@pytest.fixture
def answer(repository: Path) -> Callable[[str], Answer]:
    """The answer to one check of the repository as it is then."""

    def asked(check: str) -> Answer:
        return by_number(grade(repository))[check]

    return asked


def by_number(grading: Grading) -> dict[str, Answer]:
    return {answer.check: answer for answer in grading.answers}
