import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from kobe_shots.models.adherence import FeatureShift
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.selection import Choice
from kobe_shots.report import Application, Base, Pick, Preparation, Report, Retrained, TrainedModel, Training, assemble
from kobe_shots.retraining.policies import Action, Decision
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
SHIFT = FeatureShift(
    feature="lat", learned_mean=34.1, learned_low=33.9, learned_high=34.2, new_mean=33.9, share_in_support=0.5
)
ESTIMATES = dict.fromkeys(METRICS, ESTIMATE)
RATES = dict.fromkeys(METRICS, 1 / 3)
DEV, PROD, OTHER = "d" * 12, "b" * 12, "0" * 12  # ids of train bases


def preparation(fingerprint: str) -> dict[str, Any]:
    base = Base(
        base_id=DEV,
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
    return Preparation(
        fingerprint=fingerprint, bases={"dev": base, "prod": base.model_copy(update={"base_id": PROD})}
    ).model_dump()


def training(base_id: str) -> dict[str, Any]:
    params = {"C": 0.1, "class_weight": None}
    pick = Pick(metric="f1", candidate=3, params=params, cross_validated=RATES, test=RATES, share_predicted_made=0.4)
    model = TrainedModel(
        estimator="LogisticRegression",
        engine="scikit-learn",
        made_with="scikit-learn 1.9.1",
        remarks=[],
        candidates=100,
        folds=10,
        picked_by="log_loss",
        params=params,
        cross_validated=RATES,
        test=ESTIMATES,
        skill=ESTIMATE,
        certain_shots=2,
        share_predicted_made=0.4,
        picks=[pick],
    )
    return Training(
        fingerprint=PROVENANCE.fingerprint,
        base_id=base_id,
        confidence=0.95,
        models={"lr": model, "dt": model},
        constant=ESTIMATES,
        always_made=ESTIMATES,
        choice=Choice(chosen="lr", difference=ESTIMATE, verdict=VERDICT),
    ).model_dump(mode="json")


def application(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "fingerprint": PROVENANCE.fingerprint,
        "base_id": DEV,
        "model_name": "kobe_shot",
        "model_version": 2,
        "origin": "trained_lr_model_dev/7",
        "confidence": 0.95,
        "rows_scored": 10,
        "incomplete_rows": 0,
        "labelled_rows": 8,
        "learned_rows": 0,
        "share_predicted_made": 0.1,
        "mean_probability": 0.32,
        "make_rate": 0.33,
        "metrics": ESTIMATES,
        "contenders": {"lr": ESTIMATES, "dt": ESTIMATES},
        "constant_dev": ESTIMATES,
        "constant_prod": ESTIMATES,
        "learned_skill": ESTIMATE,
        "skill": ESTIMATE,
        "shifts": [SHIFT],
        "adherence": VERDICT,
    }
    return Application(**(fields | changed)).model_dump(mode="json")


def retraining(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "fingerprint": PROVENANCE.fingerprint,
        "model_name": "kobe_shot",
        "model_version": 1,
        "origin": "trained_lr_model_dev/7",
        "policy": "both",
        "forced": False,
        "labels": 30,
        "new_labels": 8,
        "newest_game": "2016-04-13",
        "decision": Decision(action=Action.WAIT, rule="none", sentence="Nothing to do."),
        "tried": False,
        "promoted": False,
        "challenge": None,
    }
    return Retrained(**(fields | changed)).model_dump(mode="json")


def report(**records: Any) -> Report:
    everything: dict[str, Any] = {
        "preparation": preparation(PROVENANCE.fingerprint),
        "training": {"dev": training(DEV), "prod": training(PROD)},
        "application": application(),
        "monitoring": None,
        "retraining": None,
        "champion_version": 2,
    }
    return assemble(PROVENANCE, {"Treinamento": "abc"}, **(everything | records), written_at=NOW)


@pytest.mark.parametrize("in_office", [1, 3, None])
def test_an_application_of_a_champion_that_is_no_longer_in_office_is_left_out(in_office: int | None) -> None:
    stale = report(champion_version=in_office)
    assert (stale.application, list(stale.training)) == (None, ["dev", "prod"])


def test_records_of_the_same_data_are_put_together() -> None:
    whole = report()
    assert whole.preparation is not None
    assert whole.application is not None
    assert whole.preparation.model_dump() == preparation(PROVENANCE.fingerprint)
    assert list(whole.training) == ["dev", "prod"]
    assert whole.training["dev"].model_dump(mode="json") == training(DEV)
    assert whole.training["prod"].model_dump(mode="json") == training(PROD)
    assert whole.application.model_dump(mode="json") == application()
    assert (whole.schema_version, whole.written_at, whole.runs) == (1, NOW, {"Treinamento": "abc"})


@pytest.mark.parametrize("unknown", [preparation("other"), None])
def test_without_a_preparation_of_the_raw_files_nothing_can_be_said_of_the_rest(unknown: dict[str, Any] | None) -> None:
    stale = report(preparation=unknown)
    assert (stale.preparation, stale.training, stale.application) == (None, {}, None)
    assert (stale.provenance, stale.written_at, stale.runs) == (PROVENANCE, NOW, {"Treinamento": "abc"})


def test_models_of_another_base_are_left_out() -> None:
    half = report(training={"dev": training(OTHER), "prod": training(PROD)})
    assert half.preparation is not None
    assert (list(half.training), half.application is not None) == (["prod"], True)
    swapped = report(training={"dev": training(PROD), "prod": training(DEV)})
    assert swapped.training == {}


@pytest.mark.parametrize("learned_from", [OTHER, PROD])
def test_an_application_of_the_champion_in_office_is_told_whatever_it_learned_from(learned_from: str) -> None:
    told = report(application=application(base_id=learned_from))
    assert told.application is not None
    assert (told.application.base_id, list(told.training)) == (learned_from, ["dev", "prod"])


OUTDATED: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
    lambda record: record | {"seed": 24},
    lambda record: {name: value for name, value in record.items() if name != "fingerprint"},
    lambda record: record | {"fingerprint": None},
]


@pytest.mark.parametrize("outdate", OUTDATED, ids=["a field too many", "a field too few", "a field of another type"])
def test_records_that_another_version_wrote_are_left_out(outdate: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert report(application=outdate(application())).application is None
    half = report(training={"dev": outdate(training(DEV)), "prod": training(PROD)})
    assert list(half.training) == ["prod"]
    none = report(preparation=outdate(preparation(PROVENANCE.fingerprint)))
    assert (none.preparation, none.training, none.application) == (None, {}, None)


@pytest.mark.parametrize("record", [preparation(PROVENANCE.fingerprint)["bases"]["dev"], training(DEV), application()])
def test_no_record_is_without_its_base(record: dict[str, Any]) -> None:
    kind = {"raw_rows": Base, "choice": Training, "adherence": Application}
    (of,) = (kind[name] for name in record if name in kind)
    with pytest.raises(ValidationError, match="base_id\n  Field required"):
        of.model_validate({name: value for name, value in record.items() if name != "base_id"})


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
    before = report(application=application(**without))
    assert Report.model_validate_json(before.model_dump_json()) == before


def test_a_field_the_schema_does_not_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Preparation.model_validate(preparation(PROVENANCE.fingerprint) | {"seed": 24})
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Report.model_validate(report().model_dump(mode="json") | {"seed": 24})


def test_a_report_of_another_schema_is_refused() -> None:
    document = report().model_dump(mode="json") | {"schema_version": 2}
    with pytest.raises(ValidationError, match="schema_version"):
        Report.model_validate(document)


def test_the_caller_keeps_its_runs() -> None:
    runs = {"Treinamento": "abc"}
    written = assemble(
        PROVENANCE,
        runs,
        preparation=None,
        training={},
        application=None,
        monitoring=None,
        retraining=None,
        champion_version=None,
        written_at=NOW,
    )
    runs["PreparacaoDados"] = "def"
    assert written.runs == {"Treinamento": "abc"}


def test_an_application_to_other_production_shots_is_left_out() -> None:
    assert report(application=application(fingerprint="other")).application is None
    assert report(application=application()).application is not None


@pytest.mark.parametrize("in_office", [1, 2, None])
def test_a_retraining_is_told_whoever_is_in_office_by_now(in_office: int | None) -> None:
    told = report(retraining=retraining(), champion_version=in_office)
    assert told.retraining is not None
    assert told.retraining.model_version == 1
    assert Report.model_validate_json(told.model_dump_json()) == told


def test_a_retraining_on_other_shots_or_of_another_version_of_the_program_is_left_out() -> None:
    assert report(retraining=retraining(fingerprint="other")).retraining is None
    assert report(retraining=retraining() | {"policy": 7}).retraining is None


@pytest.mark.parametrize(
    ("changed", "told"), [({}, True), ({"model_version": 1}, False), ({"fingerprint": "x"}, False)]
)
def test_an_outlook_is_told_of_the_champion_in_office_and_these_shots_only(changed: dict[str, Any], told: bool) -> None:
    outlook = {
        "fingerprint": PROVENANCE.fingerprint,
        "model_name": "kobe_shot",
        "model_version": 2,
        "origin": "trained_lr_model_dev/1",
        "policy": "both",
    }
    assert (report(outlook=outlook | changed).outlook is not None) == told
