"""Which files are the phases of the preparation? The raw, filtered, train and test tables of dev and prod, by name."""

from dataclasses import dataclass

from kobe_shots.rubric.answers import Evidence
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.stores import Run
from kobe_shots.rubric.tables import Table, canonical
from kobe_shots.rubric.words import plain, says
from kobe_shots.shots.schema import FEATURES, TARGET

PREPARATION = "PreparacaoDados"
COLUMNS = frozenset([*FEATURES, TARGET])
PHASES = {
    "raw": r"dataset_kobe",
    "filtered": r"(?:data|dados|base|dataset)_?(?:filtered|filtrad\w*|prepar\w*|process\w*|clean\w*)|filtered_data",
    "train": r"(?:base|data|dados)_?(?:train|treino)|(?:train|treino)_?(?:base|data|dados|set)",
    "test": r"(?:base|data|dados)_?(?:test|teste)(?![a-z])|(?:test|teste)_?(?:base|data|dados|set)",
}
STAGES = ("dev", "prod")
PUBLISHED = {"dev": 20_285, "prod": 5_412}  # rows with a label, of the bases the assignment hands out


@dataclass(frozen=True)
class Bases:
    """The tables of one stage that are in the folder."""

    stage: str
    raw: Table | None
    filtered: Table | None
    train: Table | None
    test: Table | None

    @property
    def complete_rows(self) -> int | None:
        """Return how many raw rows lack no value of the seven columns, at most; known where the raw file is here."""
        if self.raw is None or self.raw.missing is None:
            return None
        lacking = [n for column, n in self.raw.missing.items() if canonical([column]) & COLUMNS]
        return self.raw.rows - max(lacking, default=0)


def bases(found: Found) -> list[Bases]:
    """Return the bases of dev and prod, of which there is any; a name without a stage is dev's."""
    by_phase = {
        (phase, stage): next((t for t in found.tables if phase_of(t.name) == phase and _stage(t.name) == stage), None)
        for phase in PHASES
        for stage in STAGES
    }
    listed = [Bases(stage, **{phase: by_phase[phase, stage] for phase in PHASES}) for stage in STAGES]
    return [one for one in listed if one.raw or one.filtered or one.train or one.test]


def phase_of(name: str) -> str | None:
    """Return the phase that a name tells of; `None` for another table.

    >>> phase_of("base_train_dev"), phase_of("predictions_prod")
    ('train', None)
    """
    return next((phase for phase, words in PHASES.items() if says(rf"^(?:{words})", plain(name))), None)


def prepared(found: Found) -> list[tuple[Bases, Table]]:
    """Return the bases whose filtered table is here, with it."""
    return [(one, one.filtered) for one in bases(found) if one.filtered]


def run_of_preparation(found: Found) -> Run | None:
    """Return the newest run that prepared data and came to its end."""
    return next(found.runs_called(PREPARATION), None)


def sizes(run: Run) -> dict[str, int]:
    """Return the metrics of a run that are whole numbers of rows, by name."""
    return {key: int(value) for key, value in run.metrics.items() if value > 1 and value == int(value)}


def metric_with(run: Run | None, value: int) -> Evidence | None:
    """Return the metric of a run that has a value."""
    key = next((key for key, size in sizes(run).items() if size == value), None) if run else None
    return run.at(key) if run and key else None


def number(value: int) -> str:
    """Return an expression for a number as it is written in any language.

    >>> says(number(20285), "20.285 linhas"), says(number(285), "20285")
    (True, False)
    """
    digits = str(value)
    apart = f"{digits[:-3]}[., \\u00a0\\u202f]?{digits[-3:]}" if len(digits) > 3 else digits  # noqa: PLR2004 -- thousands
    return rf"(?<![\d.,]){apart}(?![\d]|[.,]\d)"


def _stage(name: str) -> str:
    return "prod" if "prod" in name else "dev"
