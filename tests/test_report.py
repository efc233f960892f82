import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from kobe_shots.models.adherence import FeatureShift
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.selection import Choice
from kobe_shots.report import Application, Base, Pick, Preparation, Report, TrainedModel, Training, assemble
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE, Provenance, RawFile
from kobe_shots.verdicts import Severity, Verdict

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROVENANCE = Provenance(
    source="found",
    sentence="Shots other than the published bases, found in the raw folder.",
    why="it was asked for",
    files=(RawFile(name=DEV_FILE, sha256="aa", rows=30), RawFile(name=PROD_FILE, sha256="bb", rows=10)),
    fetched_at=NOW,
)
VERDICT = Verdict(code="tied", severity=Severity.CANNOT_TELL, sentence="Cannot tell.")
ESTIMATE = Estimate(metric="log_loss", value=2 / 3, low=0.1, high=0.7, n=30)
ESTIMATES = dict.fromkeys(METRICS, ESTIMATE)
RATES = dict.fromkeys(METRICS, 1 / 3)


def preparation(fingerprint: str) -> dict[str, Any]:
    base = Base(
        raw_rows=30,
        raw_columns=25,
        unlabelled_rows=4,
        incomplete_rows=1,
        prepared_rows=25,
        prepared_columns=7,
        train_rows=20,
        test_rows=5,
        test_percent=20,
        make_rate=0.48,
        train_make_rate=0.45,
        test_make_rate=0.6,
    )
    return Preparation(fingerprint=fingerprint, bases={"dev": base, "prod": base}).model_dump()


def training(fingerprint: str) -> dict[str, Any]:
    params = {"C": 0.1, "class_weight": None}
    pick = Pick(metric="f1", candidate=3, params=params, cross_validated=RATES, test=RATES, share_predicted_made=0.4)
    model = TrainedModel(
        estimator="LogisticRegression",
        candidates=100,
        folds=10,
        picked_by="log_loss",
        params=params,
        cross_validated=RATES,
        test=ESTIMATES,
        share_predicted_made=0.4,
        picks=[pick],
    )
    return Training(
        fingerprint=fingerprint,
        confidence=0.95,
        models={"lr": model, "dt": model},
        constant=ESTIMATES,
        always_made=ESTIMATES,
        choice=Choice(chosen="lr", difference=ESTIMATE, verdict=VERDICT),
    ).model_dump(mode="json")


def application(fingerprint: str, **changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "model_name": "kobe_shot",
        "model_version": 2,
        "origin": "trained_lr_model_dev/7",
        "confidence": 0.95,
        "rows_scored": 10,
        "incomplete_rows": 0,
        "labelled_rows": 8,
        "share_predicted_made": 0.1,
        "mean_probability": 0.32,
        "make_rate": 0.33,
        "metrics": ESTIMATES,
        "contenders": {"lr": ESTIMATES, "dt": ESTIMATES},
        "constant_dev": ESTIMATES,
        "constant_prod": ESTIMATES,
        "learned_skill": ESTIMATE,
        "skill": ESTIMATE,
        "shifts": [FeatureShift(feature="lat", learned_mean=34.1, new_mean=33.9, share_in_support=0.5)],
        "adherence": VERDICT,
    }
    return Application(fingerprint=fingerprint, **(fields | changed)).model_dump(mode="json")


def report(**records: Any) -> Report:
    current = PROVENANCE.fingerprint
    everything: dict[str, Any] = {
        "preparation": preparation(current),
        "training": {"dev": training(current), "prod": training(current)},
        "application": application(current),
    }
    return assemble(PROVENANCE, {"Treinamento": "abc"}, **(everything | records), written_at=NOW)


def test_records_of_the_same_data_are_put_together() -> None:
    whole = report()
    assert whole.preparation is not None
    assert whole.application is not None
    assert whole.preparation.model_dump() == preparation(PROVENANCE.fingerprint)
    assert list(whole.training) == ["dev", "prod"]
    assert whole.training["dev"].model_dump(mode="json") == training(PROVENANCE.fingerprint)
    assert whole.application.model_dump(mode="json") == application(PROVENANCE.fingerprint)
    assert (whole.schema_version, whole.written_at, whole.runs) == (1, NOW, {"Treinamento": "abc"})


def test_records_of_other_data_are_left_out() -> None:
    stale = report(preparation=preparation("other"), application=application("other"))
    assert (stale.preparation, stale.application) == (None, None)
    assert list(stale.training) == ["dev", "prod"]
    half = report(training={"dev": training("other"), "prod": training(PROVENANCE.fingerprint)})
    assert list(half.training) == ["prod"]


def test_steps_that_have_not_run_are_none() -> None:
    empty = report(preparation=None, training={}, application=None)
    assert (empty.preparation, empty.training, empty.application) == (None, {}, None)


@pytest.mark.parametrize("missing", [{}, {"training": {}}, {"preparation": None, "application": None}])
def test_a_report_survives_json_to_the_last_bit(missing: dict[str, Any]) -> None:
    before = report(**missing)
    assert Report.model_validate_json(json.dumps(before.model_dump(mode="json"), indent=2)) == before
    assert Report.model_validate_json(before.model_dump_json()) == before


def test_what_has_no_labels_survives_json_too() -> None:
    without = {"make_rate": None, "metrics": {}, "contenders": {"lr": {}, "dt": {}}, "skill": None}
    before = report(application=application(PROVENANCE.fingerprint, **without))
    assert Report.model_validate_json(before.model_dump_json()) == before


def test_a_field_the_schema_does_not_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        report(preparation=preparation(PROVENANCE.fingerprint) | {"seed": 24})


def test_a_report_of_another_schema_is_refused() -> None:
    document = report().model_dump(mode="json") | {"schema_version": 2}
    with pytest.raises(ValidationError, match="schema_version"):
        Report.model_validate(document)


def test_the_caller_keeps_its_runs() -> None:
    runs = {"Treinamento": "abc"}
    written = assemble(PROVENANCE, runs, preparation=None, training={}, application=None, written_at=NOW)
    runs["PreparacaoDados"] = "def"
    assert written.runs == {"Treinamento": "abc"}
