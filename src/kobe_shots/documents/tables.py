"""What did the run give? Its report as Markdown tables, in the language of the document."""

from collections.abc import Mapping
from typing import NamedTuple

from kobe_shots.documents.markdown import interval, table
from kobe_shots.language import Language
from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.report import Application, Monitored, Preparation, Report, Training
from kobe_shots.summary import METRIC_TITLES


class Finished(NamedTuple):
    """The records of a run that lacks no step."""

    preparation: Preparation
    dev: Training
    prod: Training
    application: Application
    monitoring: Monitored


def sections(run: Finished, language: Language) -> dict[str, str]:
    """Return every table of a report by the name of its section."""
    return {
        "dimensions": _dimensions(run.preparation, language),
        "results": _results(run.dev, language),
        "choice": language.tell(run.dev.choice.verdict) + "\n",
        "production": _production(run.application, language),
        "adherence": language.tell(run.application.adherence) + "\n",
        "shifts": _shifts(run.application, language),
        "health_in_short": _health_in_short(run.monitoring, language),
        "health": _health(run.monitoring, language),
        "findings": _findings(run.monitoring, language),
        "picks": _picks({"dev": run.dev, "prod": run.prod}, language),
    }


def finished(report: Report) -> Finished | None:
    """Return the records of a report, or None where a step is missing."""
    steps = report.preparation, report.training.get("dev"), report.training.get("prod")
    prepared, dev, prod = steps
    if not (prepared and dev and prod and report.application and report.monitoring):
        return None
    return Finished(prepared, dev, prod, report.application, report.monitoring)


def _dimensions(prepared: Preparation, language: Language) -> str:
    say = language.say
    head = [say("base"), say("raw"), say("prepared"), say("train"), say("test"), say("unlabelled, kept apart")]
    return table(
        [*head, say("make rate")],
        [
            [
                f"`{stage}`",
                say("{rows:,} x {columns}", rows=base.raw_rows, columns=base.raw_columns),
                say("{rows:,} x {columns}", rows=base.prepared_rows, columns=base.prepared_columns),
                say("{rows:,} ({share:.1f}%)", rows=base.train_rows, share=100 - base.test_percent),
                say("{rows:,} ({share:.1f}%)", rows=base.test_rows, share=base.test_percent),
                say("{n:,}", n=base.unlabelled_rows),
                say("{rate:.4f}", rate=base.make_rate),
            ]
            for stage, base in prepared.bases.items()
        ],
    )


def _results(dev: Training, language: Language) -> str:
    say = language.say
    rows = {say("{model}", model=MODELS[name]): model.test for name, model in dev.models.items()}
    rows |= {say("constant make rate"): dev.constant, say("always a basket"): dev.always_made}
    n = dev.constant["log_loss"].n
    title = say("dev test base, {n:,} shots, {confidence:.0%} intervals", n=n, confidence=dev.confidence)
    return _estimates(title, rows, language)


def _production(applied: Application, language: Language) -> str:
    say = language.say
    contenders = applied.contenders.items()
    rows = {say("dev {model}", model=MODELS[name]): estimates for name, estimates in contenders}
    rows |= {
        say("constant, make rate of dev"): applied.constant_dev,
        say("constant, make rate of prod"): applied.constant_prod,
    }
    title = say(
        "production, {labelled:,} labelled of {n:,} shots, {confidence:.0%} intervals",
        labelled=applied.labelled_rows,
        n=applied.rows_scored,
        confidence=applied.confidence,
    )
    return _estimates(title, rows, language)


def _shifts(applied: Application, language: Language) -> str:
    say = language.say
    head = [say("feature"), say("mean learned"), say("mean in production"), say("inside the central 98% learned")]
    return table(
        head,
        [
            [
                f"`{shift.feature}`",
                say("{mean:.3f}", mean=shift.learned_mean),
                say("{mean:.3f}", mean=shift.new_mean),
                say("{share:.1%}", share=shift.share_in_support),
            ]
            for shift in applied.shifts
        ],
    )


def _health_in_short(monitored: Monitored, language: Language) -> str:
    say = language.say
    head = [say("batch"), say("shots"), say("with an outcome"), say("verdict with outcomes"), say("verdict without")]
    return table(
        head,
        [
            [
                f"`{name}`",
                say("{n:,}", n=said.n),
                say("{n:,}", n=said.labelled),
                language.look_up(said.with_labels.overall.severity.word),
                language.look_up(said.without_labels.overall.severity.word),
            ]
            for name, said in monitored.batches.items()
        ],
    )


def _health(monitored: Monitored, language: Language) -> str:
    say = language.say
    return table(
        [say("batch"), say("what is said"), say("what to do")],
        [
            [f"`{name}`", language.tell(said.overall), language.tell(said, "action")]
            for name, said in monitored.batches.items()
        ],
    )


def _findings(monitored: Monitored, language: Language) -> str:
    say = language.say
    prod = monitored.batches["prod"]
    by = {say("with outcomes"): prod.with_labels, say("without"): prod.without_labels}
    return table(
        [say("evidence"), say("finding"), say("severity"), say("on production")],
        [
            [evidence, f"`{one.code}`", language.look_up(one.severity.word), language.tell(one)]
            for evidence, said in by.items()
            for one in said.findings
        ],
    )


def _picks(training: Mapping[str, Training], language: Language) -> str:
    say = language.say
    head = [say("base"), say("model"), say("picked by"), say("candidate"), *_metrics(language), say("called baskets")]
    return table(
        head,
        [
            [
                f"`{stage}`",
                say("{model}", model=MODELS[name]),
                language.look_up(METRIC_TITLES[pick.metric]),
                ", ".join(f"`{key}` {language.localise(str(value))}" for key, value in pick.params.items()),
                *(say("{value:.3f}", value=pick.test[metric]) for metric in METRIC_TITLES),
                say("{share:.0%}", share=pick.share_predicted_made),
            ]
            for stage, trained in training.items()
            for name, model in trained.models.items()
            for pick in model.picks
            if pick.metric in {"log_loss", "f1"}
        ],
    )


def _estimates(title: str, rows: Mapping[str, Mapping[str, Estimate]], language: Language) -> str:
    def shown(one: Estimate) -> str:
        return interval(one.value, one.low, one.high, ".3f", language)

    lines = [[name, *(shown(of[metric]) for metric in METRIC_TITLES)] for name, of in rows.items()]
    return table([title, *_metrics(language)], lines)


def _metrics(language: Language) -> list[str]:
    return [language.look_up(title) for title in METRIC_TITLES.values()]
