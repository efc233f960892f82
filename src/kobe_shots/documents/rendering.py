"""Which numbers stand in the documents? Those of a run, written between markers; none is typed by hand.

A document holds `<!-- begin NAME -->` and `<!-- end NAME -->`; what lies between is a section below. Numbers within
sentences are in `values`. A document that ends in `.pt-BR.md` is Portuguese, any other English. `update` writes all of
it anew, `stale` names the documents in which that would change something.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kobe_shots.documents import (
    artifacts,
    dashboard,
    engines,
    evidence,
    model_card,
    retraining,
    scaling,
    splits,
    tables,
)
from kobe_shots.documents.markdown import fields
from kobe_shots.documents.measured import Benchmarks, read_benchmarks
from kobe_shots.documents.values import fill_in
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Code, Language, speak
from kobe_shots.models.candidates import COUNT
from kobe_shots.report import Report
from kobe_shots.shots.provenance import PUBLISHED_SHA256

PORTUGUESE_ENDING = ".pt-BR.md"
DOCUMENTS = (
    "README.md",
    "README.pt-BR.md",
    "docs/selection.md",
    "docs/engines.md",
    "docs/health.md",
    "docs/retraining.md",
    "docs/dashboard.md",
    "docs/report.md",
    "docs/evidence.md",
    "docs/decisions.md",
    "docs/artifacts.md",
    "docs/artifacts.pt-BR.md",
    "docs/model_card.md",
    "docs/scaling.md",
)
SCHEMA_FILE = "docs/report.schema.json"
ENGINE = "scikit-learn"
PICKED_BY = "log_loss"
SECTION = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def update(project: Path, report: Report, run: Path | None = None) -> list[str]:
    """Write the sections and numbers of every document anew, and return the documents that changed.

    Args:
        project: the folder in which the documents lie.
        report: of the run that they are to show.
        run: the project that was run; the same folder where none is given.

    Raises:
        KobeShotsError: the report is of other shots than the published bases, or lacks a step.
    """
    changed = []
    for name, text in _rendered(project, report, run or project):
        if (project / name).read_text(encoding="utf-8") != text:
            unfinished = project / f"{name}.partial"
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(project / name)
            changed.append(name)
    return changed


def stale(project: Path, report: Report, run: Path | None = None) -> list[str]:
    """Return the documents that do not show the report; takes and raises the same as `update`."""
    rendered = _rendered(project, report, run or project)
    return [name for name, text in rendered if (project / name).read_text(encoding="utf-8") != text]


def language_of(document: str) -> Language:
    """Return the language that a document is in.

    >>> language_of("docs/tdsp.pt-BR.md").code
    'pt'
    """
    return speak("pt" if document.endswith(PORTUGUESE_ENDING) else "en")


def _rendered(project: Path, report: Report, folder: Path) -> Iterator[tuple[str, str]]:
    if missing := [name for name in DOCUMENTS if not (project / name).is_file()]:
        raise KobeShotsError(
            f"{project} has no {missing[0]}: the documents are part of the repository, not of a project laid out by "
            "`kobe-shots new`. Clone it, and run `make docs` there."
        )
    run = _published(report)
    benchmarks = read_benchmarks(project, report)
    results = {name: found.model_dump(mode="json") for name, found in benchmarks._asdict().items()}
    results["report"] = report.model_dump(mode="json")
    schema = Report.model_json_schema()

    @cache
    def sections(code: Code) -> dict[str, str]:
        language = speak(code)
        return {
            **_sections(run, benchmarks, schema, language),
            **evidence.sections(results, language),
            **artifacts.sections(folder, language),
            **model_card.sections(folder, report, language),
        }

    for name in DOCUMENTS:
        text = (project / name).read_text(encoding="utf-8")
        language = language_of(name)
        known = sections(language.code)
        yield name, fill_in(_with_sections(text, known), results, language)
    yield SCHEMA_FILE, json.dumps(schema, indent=2) + "\n"


def _with_sections(text: str, known: dict[str, str]) -> str:
    return SECTION.sub(lambda found: f"{found[1]}\n{known[found[2]]}\n{found[3]}", text)


def _published(report: Report) -> tables.Finished:
    """Return the records of a whole run of the published experiment, or refuse the report."""
    if {file.name: file.sha256 for file in report.provenance.files} != PUBLISHED_SHA256:
        raise KobeShotsError(
            "The documents show the published bases, and the last run was on other shots: "
            "run `make run SOURCE=download` (or the folder of your copy) first."
        )
    if (run := tables.finished(report)) is None:
        raise KobeShotsError("The last report lacks a step; run the whole job first: make run.")
    models = [model for trained in (run.dev, run.prod) for model in trained.models.values()]
    if any((model.engine, model.picked_by, model.candidates) != (ENGINE, PICKED_BY, COUNT) for model in models):
        raise KobeShotsError(
            f"The documents show {COUNT} candidates of {ENGINE} picked by {PICKED_BY}, and the last run was another "
            "one: run `make run` without other parameters first."
        )
    return run


def _sections(
    run: tables.Finished, benchmarks: Benchmarks, schema: dict[str, Any], language: Language
) -> dict[str, str]:
    replays = benchmarks.replays
    return {
        **tables.sections(run, language),
        **splits.sections(benchmarks.splits, language),
        **scaling.sections(benchmarks.scaling, language),
        "engine_selection": engines.selection(benchmarks.engines),
        "engine_costs": engines.costs(benchmarks.engines),
        "replay_in_short": retraining.in_short(replays, language),
        "replay_conclusions": retraining.conclusions(replays),
        "replay_overview": retraining.overview(replays),
        "replay_policies": retraining.policies(replays),
        "replay_after_change": retraining.after_change(replays),
        "replay_over_seeds": retraining.over_seeds(replays),
        "replay_quiet": retraining.quiet(replays),
        "replay_pace": retraining.pace(replays),
        "dashboard_views": dashboard.views(benchmarks.dashboard),
        "fields": fields(schema),
    }
