"""Which numbers stand in the documents? Those of a run's report, written between markers; none is typed by hand.

A document holds `<!-- begin NAME -->` and `<!-- end NAME -->`; what lies between is a section below. `update` writes
the sections anew, `stale` names the documents in which that would change something.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from kobe_shots.documents import dashboard, engines, retraining
from kobe_shots.documents.markdown import fields, table
from kobe_shots.engines.comparison import Comparison
from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import COUNT, MODELS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.report import Report
from kobe_shots.retraining.measured import Measured
from kobe_shots.shots.provenance import PUBLISHED_SHA256
from kobe_shots.summary import METRIC_TITLES

DOCUMENTS = (
    "README.md",
    "docs/selection.md",
    "docs/engines.md",
    "docs/health.md",
    "docs/retraining.md",
    "docs/dashboard.md",
    "docs/report.md",
)
SCHEMA_FILE = "docs/report.schema.json"
COMPARISON_FILE = "docs/engines.json"
DASHBOARD_FILE = "docs/dashboard.json"
REPLAYS_FILE = "docs/replays.json"
MEASURED_FILES = (COMPARISON_FILE, REPLAYS_FILE, DASHBOARD_FILE)  # by a benchmark, not by a run
ENGINE = "scikit-learn"
PICKED_BY = "log_loss"
SECTION = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def update(project: Path, report: Report) -> list[str]:
    """Write the sections of every document from the report, and return the documents that changed.

    Raises KobeShotsError for a report of other shots than the published bases, or one that lacks a step.
    """
    changed = []
    for name, text in _rendered(project, report):
        if (project / name).read_text(encoding="utf-8") != text:
            unfinished = project / f"{name}.partial"
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(project / name)
            changed.append(name)
    return changed


def stale(project: Path, report: Report) -> list[str]:
    """Return the documents whose sections are not those of the report; raises as `update`."""
    return [name for name, text in _rendered(project, report) if (project / name).read_text(encoding="utf-8") != text]


def _rendered(project: Path, report: Report) -> Iterator[tuple[str, str]]:
    if {file.name: file.sha256 for file in report.provenance.files} != PUBLISHED_SHA256:
        raise KobeShotsError(
            "The documents show the published bases, and the last run was on other shots: "
            "run `make run SOURCE=download` (or the folder of your copy) first."
        )
    steps = report.preparation and report.application and report.monitoring
    if not (steps and set(report.training) == {"dev", "prod"}):
        raise KobeShotsError("The last report lacks a step; run the whole job first: make run.")
    models = [model for trained in report.training.values() for model in trained.models.values()]
    if any((model.engine, model.picked_by, model.candidates) != (ENGINE, PICKED_BY, COUNT) for model in models):
        raise KobeShotsError(
            f"The documents show {COUNT} candidates of {ENGINE} picked by {PICKED_BY}, and the last run was another "
            "one: run `make run` without other parameters first."
        )
    comparison = _comparison(project, report)
    replays = _replays(project, report)
    schema = Report.model_json_schema()
    sections = {
        "results": _results(report),
        "choice": report.training["dev"].choice.verdict.sentence + "\n",
        "production": _production(report),
        "health": _health(report),
        "findings": _findings(report),
        "dimensions": _dimensions(report),
        "picks": _picks(report),
        "engine_selection": engines.selection(comparison),
        "engine_costs": engines.costs(comparison),
        "replay_in_short": retraining.in_short(replays),
        "replay_conclusions": retraining.conclusions(replays),
        "replay_overview": retraining.overview(replays),
        "replay_policies": retraining.policies(replays),
        "replay_after_change": retraining.after_change(replays),
        "replay_over_seeds": retraining.over_seeds(replays),
        "replay_quiet": retraining.quiet(replays),
        "replay_pace": retraining.pace(replays),
        "dashboard_views": dashboard.views(_viewed(project)),
        "fields": fields(schema),
    }
    for name in DOCUMENTS:
        text = (project / name).read_text(encoding="utf-8")
        yield name, SECTION.sub(lambda found: f"{found[1]}\n{sections[found[2]]}\n{found[3]}", text)
    yield SCHEMA_FILE, json.dumps(schema, indent=2) + "\n"


def _viewed(project: Path) -> dashboard.Viewed:
    try:
        return dashboard.Viewed.model_validate_json((project / DASHBOARD_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise KobeShotsError(
            f"{DASHBOARD_FILE} is not there or of another version: run `python bench/dashboard.py --write "
            f"{DASHBOARD_FILE}` first."
        ) from error


def _comparison(project: Path, report: Report) -> Comparison:
    assert report.preparation is not None  # noqa: S101 -- seen to by `_rendered`
    measure = f"run `python bench/engines.py --write {COMPARISON_FILE}` first"
    try:
        comparison = Comparison.model_validate_json((project / COMPARISON_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise KobeShotsError(f"{COMPARISON_FILE} is not there, or not one this version reads; {measure}.") from error
    if comparison.base_id != (base_id := report.preparation.bases["dev"].base_id):
        raise KobeShotsError(
            f"{COMPARISON_FILE} was measured on train base {comparison.base_id}, and the last run was on {base_id}; "
            f"{measure}."
        )
    return comparison


def _replays(project: Path, report: Report) -> Measured:
    measure = f"run `python bench/retraining.py` with each of its parts and `--write {REPLAYS_FILE}` first"
    try:
        replays = Measured.model_validate_json((project / REPLAYS_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise KobeShotsError(f"{REPLAYS_FILE} is not there, or not one this version reads; {measure}.") from error
    if replays.fingerprint != report.provenance.fingerprint:
        raise KobeShotsError(
            f"{REPLAYS_FILE} was measured on raw shots {replays.fingerprint or 'unknown'}, and the last run was on "
            f"{report.provenance.fingerprint}; {measure}."
        )
    return replays


def _results(report: Report) -> str:
    dev = report.training["dev"]
    rows = {MODELS[name]: model.test for name, model in dev.models.items()}
    rows |= {"constant make rate": dev.constant, "always a basket": dev.always_made}
    n = dev.constant["log_loss"].n
    return _estimates(f"dev test base, {n:,} shots, {dev.confidence:.0%} intervals", rows)


def _production(report: Report) -> str:
    applied = report.application
    assert applied is not None  # noqa: S101 -- seen to by `_rendered`
    rows = {f"dev {MODELS[name]}": estimates for name, estimates in applied.contenders.items()}
    rows |= {"constant, make rate of dev": applied.constant_dev, "constant, make rate of prod": applied.constant_prod}
    table = _estimates(
        f"production, {applied.labelled_rows:,} labelled of {applied.rows_scored:,} shots, "
        f"{applied.confidence:.0%} intervals",
        rows,
    )
    return f"{table}\n{applied.adherence.sentence}\n"


def _health(report: Report) -> str:
    assert report.monitoring is not None  # noqa: S101 -- seen to by `_rendered`
    return table(
        ["batch", "shots", "with an outcome", "with outcomes", "without", "what is said", "what to do"],
        [
            [
                f"`{name}`",
                f"{said.n:,}",
                f"{said.labelled:,}",
                said.with_labels.overall.severity.word,
                said.without_labels.overall.severity.word,
                said.overall.sentence,
                said.action,
            ]
            for name, said in report.monitoring.batches.items()
        ],
    )


def _findings(report: Report) -> str:
    assert report.monitoring is not None  # noqa: S101 -- seen to by `_rendered`
    prod = report.monitoring.batches["prod"]
    return table(
        ["evidence", "finding", "severity", "on production"],
        [
            [evidence, one.code.replace("_", " "), one.severity.word, one.sentence]
            for evidence, said in (("with outcomes", prod.with_labels), ("without", prod.without_labels))
            for one in said.findings
        ],
    )


def _dimensions(report: Report) -> str:
    assert report.preparation is not None  # noqa: S101 -- seen to by `_rendered`
    return table(
        ["base", "raw", "prepared", "train", "test", "unlabelled, kept apart", "make rate"],
        [
            [
                stage,
                f"{base.raw_rows:,} x {base.raw_columns}",
                f"{base.prepared_rows:,} x {base.prepared_columns}",
                f"{base.train_rows:,}",
                f"{base.test_rows:,}",
                f"{base.unlabelled_rows:,}",
                f"{base.make_rate:.4f}",
            ]
            for stage, base in report.preparation.bases.items()
        ],
    )


def _picks(report: Report) -> str:
    return table(
        ["base", "model", "picked by", "candidate", *METRIC_TITLES.values(), "called baskets"],
        [
            [
                stage,
                MODELS[name],
                METRIC_TITLES[pick.metric],
                ", ".join(f"{key} {value}" for key, value in pick.params.items()),
                *(f"{pick.test[metric]:.3f}" for metric in METRIC_TITLES),
                f"{pick.share_predicted_made:.0%}",
            ]
            for stage, trained in report.training.items()
            for name, model in trained.models.items()
            for pick in model.picks
            if pick.metric in {"log_loss", "f1"}
        ],
    )


def _estimates(title: str, rows: Mapping[str, Mapping[str, Estimate]]) -> str:
    return table(
        [title, *METRIC_TITLES.values()],
        [[name, *(str(of[metric]) for metric in METRIC_TITLES)] for name, of in rows.items()],
    )
