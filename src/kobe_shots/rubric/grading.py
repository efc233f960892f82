"""Does a folder meet the assignment? All 23 checks, asked of what was read in it."""

from collections.abc import Callable
from pathlib import Path

from kobe_shots.language import Said, say
from kobe_shots.rubric import of_artifacts, of_data, of_models, of_operation, of_phases, of_preparation, of_repository
from kobe_shots.rubric.answers import Answer, Grading, Judged, Remark
from kobe_shots.rubric.criteria import TITLES
from kobe_shots.rubric.folder import MOST_FILES, MOST_OF_A_KIND, survey
from kobe_shots.rubric.found import Found, gather

MOST_BROKEN = 10  # that are named
CHECKS: dict[str, Callable[[Found], Judged]] = {
    "1.1": of_data.categories,
    "1.2": of_data.reading,
    "1.3": of_data.applied,
    "1.4": of_data.adherence,
    "2.1": of_repository.structure,
    "2.2": of_repository.diagram,
    "2.3": of_models.regression,
    "2.4": of_models.loss_of_regression,
    "2.5": of_models.tree,
    "2.6": of_models.loss_and_f1_of_tree,
    "3.1": of_artifacts.described_all,
    "3.2": of_artifacts.diagram_covered,
    "3.3": of_artifacts.preparation_run,
    "3.4": of_preparation.missing_removed,
    "3.5": of_preparation.columns_selected,
    "3.6": of_preparation.dimensions_stated,
    "3.7": of_phases.phases_kept,
    "3.8": of_phases.split,
    "3.9": of_artifacts.training_run,
    "4.1": of_operation.change_identified,
    "4.2": of_operation.monitoring_described,
    "4.3": of_operation.dashboard,
    "4.4": of_operation.retraining_described,
}


def grade(root: Path) -> Grading:
    """Return the answers to all checks of a folder.

    Raises KobeShotsError when it is no folder, or cannot be read.
    """
    found = gather(survey(root))
    answers = [_answer(check, judge(found)) for check, judge in CHECKS.items()]
    return Grading(folder=str(root), answers=answers, remarks=[Remark(sentence=said) for said in _remarks(found)])


def _answer(check: str, judged: Judged) -> Answer:
    return Answer.model_validate(dict(judged) | {"check": check, "title": TITLES[check]})


def _remarks(found: Found) -> list[Said]:
    said = [say("{path} is broken, and was left out.", path=path) for path in found.broken[:MOST_BROKEN]]
    if found.folder.is_cut:
        said.append(say("Only the first {n:,} files were looked at; there are more.", n=MOST_FILES))
    said += [
        say("Only the first {n:,} {kind} files were opened; there are more.", n=MOST_OF_A_KIND, kind=kind)
        for kind in (".py", ".ipynb", ".md", ".parquet")
        if found.folder.is_cut_of(kind)
    ]
    return said
