"""What is said of a check? Pass, fail or cannot tell, one sentence, the evidence for it, and remarks; as records."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from pydantic import ConfigDict, Field, computed_field

from kobe_shots.language import Said, Spoken, say


class Result(StrEnum):
    """How a check is answered; `CANNOT_TELL` is for what the folder does not hold."""

    PASS = "pass"  # noqa: S105 -- no password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"

    @property
    def word(self) -> str:
        """Return it as it is shown, in English.

        >>> Result.CANNOT_TELL.word
        'CANNOT TELL'
        """
        return self.name.replace("_", " ")


class Evidence(Spoken):
    """Where something was seen: a file of the folder, and a line, a cell, or a run and a metric in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str = Field(description="the place in words")
    path: str = Field(description="of the file, from the folder on; of a run, that of its store")
    line: int | None = None
    cell: int | None = Field(default=None, description="of a notebook, from 1")
    run: str | None = Field(default=None, description="id of an MLflow run")
    metric: str | None = None


class Remark(Spoken):
    """What a grader should know, whatever the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str


class Judged(Spoken):
    """What was found of one check."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    result: Result
    sentence: str
    evidence: Sequence[Evidence] = ()
    remarks: Sequence[Remark] = ()


class Answer(Judged):
    """A check of the rubric, answered."""

    check: str = Field(description="its number, 1.1 to 4.4")
    title: str


class Grading(Spoken):
    """All that is said of a folder; `remarks` tell what in it could not be read."""

    model_config = ConfigDict(frozen=True)  # the counts are written, and not read

    folder: str
    answers: list[Answer]
    remarks: list[Remark]

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know a property under it
    @property
    def counts(self) -> dict[Result, int]:
        """How many checks have each result."""
        found = Counter(answer.result for answer in self.answers)
        return {result: found[result] for result in Result}

    @property
    def exit_code(self) -> int:
        """What a shell is told: 0 all pass, 3 one fails, 4 none fails and some cannot be told."""
        return 3 if self.counts[Result.FAIL] else 4 if self.counts[Result.CANNOT_TELL] else 0


def passed(sentence: Said, evidence: Iterable[Evidence], remarks: Iterable[Said] = ()) -> Judged:
    """Return a check that is met."""
    return _judged(Result.PASS, sentence, evidence, remarks)


def failed(sentence: Said, evidence: Iterable[Evidence] = (), remarks: Iterable[Said] = ()) -> Judged:
    """Return a check that is not met."""
    return _judged(Result.FAIL, sentence, evidence, remarks)


def untold(sentence: Said, evidence: Iterable[Evidence] = (), remarks: Iterable[Said] = ()) -> Judged:
    """Return a check that the folder does not hold enough for; the sentence says what would be needed."""
    return _judged(Result.CANNOT_TELL, sentence, evidence, remarks)


def at(path: str, line: int | None = None, cell: int | None = None) -> Evidence:
    """Return a place in a file.

    >>> at("docs/a.md", 3).sentence
    'docs/a.md:3'
    """
    if cell is not None:
        return Evidence(sentence=say("{path}, cell {cell}", path=path, cell=cell), path=path, cell=cell)
    return Evidence(sentence=path if line is None else f"{path}:{line}", path=path, line=line)


def _judged(result: Result, sentence: Said, evidence: Iterable[Evidence], remarks: Iterable[Said]) -> Judged:
    different = {one.sentence: one for one in evidence}
    return Judged(
        result=result,
        sentence=sentence,
        evidence=list(different.values()),
        remarks=[Remark(sentence=remark) for remark in dict.fromkeys(remarks)],
    )
