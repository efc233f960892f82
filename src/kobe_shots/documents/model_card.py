"""What is the champion, and how good is it on whom? The tables of the model card, from a run's report and its files.

The card follows Mitchell et al. (2019), arXiv 1810.03993: it shows the model as it was measured before any retraining.
"""

from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from kobe_shots.documents.markdown import interval, table
from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Language
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.report import Picked, Report
from kobe_shots.summary import METRIC_TITLES

REPORTING = Path("data/08_reporting")
TEST, PRODUCTION, WITHHELD = "dev_test", "prod", "dev_withheld"
DIMENSIONS = {  # of segments.parquet
    "zone": "Zone",
    "distance": "Distance",
    "period": "Period",
    "playoffs": "Playoffs",
    "floor": "Floor",
}
SEASON_METRICS = {"make_rate": ".3f", "log_loss": ".3f", "skill": "+.4f", "roc_auc": ".3f"}


def sections(project: Path, report: Report, language: Language) -> dict[str, str]:
    """Return the tables of docs/model_card.md by the name of their section.

    Args:
        project: the folder of the run, in which its tables lie.
        report: of that run.
        language: to say it in.

    Raises:
        KobeShotsError: a step has not run, the champion is a retrained one, or a table is missing.
    """
    which = _which(report)
    health, segments = (_read(project / REPORTING / name) for name in ("health.parquet", "segments.parquet"))
    return {
        "card_details": _details(_picked(project / REPORTING / which / "picked.json"), which, report, language),
        "card_data": _data(report, health, language),
        "card_metrics": _metrics(which, report, language),
        "card_segments_two": _segments(segments[segments["batch"] == TEST], language),
        "card_segments_three": _segments(segments[segments["batch"] == PRODUCTION], language),
        "card_seasons_two": _seasons(health[health["batch"] == TEST], language),
        "card_seasons_three": _seasons(health[health["batch"] == PRODUCTION], language),
    }


def _which(report: Report) -> str:
    """Return the champion's name among the models trained on dev, such as `dt_model_dev`."""
    if report.preparation is None or report.application is None or "dev" not in report.training:
        raise KobeShotsError("The model card needs a whole run; run the job first: make run.")
    trained = report.application.origin.rpartition("/")[0].removeprefix("trained_")
    if trained not in {f"{model}_model_dev" for model in MODELS}:
        raise KobeShotsError(
            f"The model card is of a champion that Treinamento chose, and {report.application.origin} is in office; "
            "run the whole job in a project of its own, or go back to it: kobe-shots rollback."
        )
    return trained


def _picked(path: Path) -> Picked:
    try:
        return Picked.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise KobeShotsError(
            f"{path} is not there, or another version wrote it; run the job again: make run."
        ) from error


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except OSError as error:
        raise KobeShotsError(f"{path} cannot be read; run the job again: make run.") from error


def _details(picked: Picked, which: str, report: Report, language: Language) -> str:
    say, dev = language.say, report.training["dev"]
    trained = dev.models["lr" if which.startswith("lr") else "dt"]
    params = ", ".join(f"`{name}` {language.localise(str(value))}" for name, value in picked.params.items())
    rows = {
        say("kind"): f"{say('{model}', model=MODELS[which.partition('_')[0]])} (`{trained.estimator}`)",
        say("parameters"): params,
        say("found by"): say(
            "{engine}: {n} candidates, {folds} stratified folds, picked by {metric}, seed {seed}",
            engine=picked.made_with,
            n=trained.candidates,
            folds=picked.folds,
            metric=METRIC_TITLES[picked.metric],
            seed=picked.seed,
        ),
        say("chosen because"): language.tell(dev.choice.verdict),
        say("registered as"): say(
            "{name}, alias {alias}; a copy of {origin}",
            name="`kobe_shot`",
            alias="`champion`",
            origin=f"`trained_{which}`",
        ),
        say("learned from which shots"): say(
            "train base {base_id} of raw shots {fingerprint}",
            base_id=f"`{picked.base_id}`",
            fingerprint=f"`{dev.fingerprint}`",
        ),
    }
    return table([say("what"), say("of this model")], [[what, told] for what, told in rows.items()])


def _data(report: Report, health: pd.DataFrame, language: Language) -> str:
    """Which shots it learned from and was measured on, how many, from when, and how many of them go in."""
    assert report.preparation and report.application and report.monitoring  # noqa: PT018, S101 -- seen to by `_which`
    say, dev, applied = language.say, report.preparation.bases["dev"], report.application
    withheld = report.monitoring.batches[WITHHELD]

    def rate(value: float | None) -> str:
        return say("not known") if value is None else say("{rate:.4f}", rate=value)

    rows = [
        [
            say("training: two-point shots, train base"),
            say("{n:,}", n=dev.train_rows),
            say("the same; drawn at random"),
            rate(dev.train_make_rate),
        ],
        [
            say("evaluation: two-point shots, test base"),
            say("{n:,}", n=dev.test_rows),
            _days(health, TEST),
            rate(dev.test_make_rate),
        ],
        [
            say("evaluation: three-point shots with an outcome"),
            say("{n:,}", n=applied.labelled_rows),
            _days(health, PRODUCTION),
            rate(applied.make_rate),
        ],
        [
            say("watched without outcomes: two-point shots, withheld"),
            say("{n:,}", n=withheld.n),
            _days(health, WITHHELD),
            rate(None),
        ],
    ]
    return table([say("shots"), say("how many"), say("days"), say("make rate")], rows)


def _days(health: pd.DataFrame, batch: str) -> str:
    whole = health[(health["batch"] == batch) & (health["window"] == "all")].iloc[0]
    return f"{whole['start']} .. {whole['end']}"


def _metrics(which: str, report: Report, language: Language) -> str:
    """The champion beside the constants it must beat, on both evaluation bases, with intervals."""
    assert report.application  # noqa: S101 -- seen to by `_which`
    say, dev, applied = language.say, report.training["dev"], report.application
    trained = dev.models["lr" if which.startswith("lr") else "dt"]
    two = say("two-point shots, test base")
    three = say("three-point shots with an outcome")
    rows = [
        _row(two, say("the model"), trained.test, trained.skill, language),
        _row(two, say("constant make rate"), dev.constant, None, language),
        _row(three, say("the model"), applied.metrics, applied.skill, language),
        _row(three, say("constant, make rate of prod"), applied.constant_prod, None, language),
    ]
    titles = [language.look_up(title) for title in METRIC_TITLES.values()]
    return table([say("measured on"), say("shots"), say("who"), *titles, say("skill")], rows)


def _row(shots: str, who: str, told: dict[str, Estimate], skill: Estimate | None, language: Language) -> list[str]:
    cells = [_estimate(told[metric], ".3f", language) for metric in METRIC_TITLES]
    beside = _estimate(skill, "+.4f", language) if skill else ""
    return [shots, language.say("{n:,}", n=told["log_loss"].n), who, *cells, beside]


def _estimate(told: Estimate, form: str, language: Language) -> str:
    return interval(told.value, told.low, told.high, form, language)


def _segments(segments: pd.DataFrame, language: Language) -> str:
    """Every segment with its number of shots, make rate, mean probability and skill; and whether it is in support."""
    say = language.say
    head = [say("by"), say("segment"), say("shots with an outcome"), say("make rate"), say("mean probability")]
    head += [say("in support"), say("log loss"), say("skill")]
    rows = []
    for row in segments.to_dict("records"):
        measured = [
            _measured(row["make_rate"], row["make_rate_low"], row["make_rate_high"], ".3f", language),
            say("{value:.3f}", value=row["mean_probability"]),
            say("{share:.0%}", share=row["share_in_support"]),
            say("cannot tell") if pd.isna(row["log_loss"]) else say("{value:.3f}", value=row["log_loss"]),
            _measured(row["skill"], row["skill_low"], row["skill_high"], "+.4f", language),
        ]
        by = language.look_up(DIMENSIONS[row["dimension"]])
        rows.append([by, language.look_up(row["segment"]), say("{n:,}", n=row["labelled"]), *measured])
    return table(head, rows)


def _seasons(health: pd.DataFrame, language: Language) -> str:
    say = language.say
    head = [say("Season"), say("shots with an outcome"), say("make rate"), say("log loss"), say("skill")]
    known = health[(health["kind"] == "realized") & (health["window"] != "all")]
    rows = []
    for season, told in known.groupby("window", sort=False):
        by_metric = {row["metric"]: row for row in told.to_dict("records")}
        cells = [
            _measured(row["value"], row["low"], row["high"], form, language)
            for row, form in ((by_metric[metric], form) for metric, form in SEASON_METRICS.items())
        ]
        rows.append([str(season), say("{n:,}", n=by_metric["skill"]["labelled"]), *cells])
    return table([*head, say("ROC AUC")], rows)


def _measured(value: float, low: float, high: float, form: str, language: Language) -> str:
    """Return a metric with its interval, or that it cannot be told."""
    if pd.isna(low):
        return language.say("cannot tell")
    return interval(value, low, high, form, language)
