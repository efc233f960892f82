"""How is a judgement said? As data: a code, a severity and one sentence that carries its numbers."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import ConfigDict

from kobe_shots.language import Spoken


class Severity(StrEnum):
    """How much a verdict asks of its reader; `CANNOT_TELL` is a result, not an error."""

    OK = "ok"
    WATCH = "watch"
    ACT = "act"
    CANNOT_TELL = "cannot_tell"

    @property
    def word(self) -> str:
        """Return it as it is shown.

        >>> Severity.CANNOT_TELL.word
        'CANNOT TELL'
        """
        return self.name.replace("_", " ")


class Verdict(Spoken):
    """One judgement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    sentence: str


class Finding(Verdict):
    """A judgement with what it rests on: numbers by name."""

    evidence: Mapping[str, float | int | str | None] = {}
