"""Where does each number of a run lie? From what is shown to report.json, and to the metric of an MLflow run."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import jmespath

from kobe_shots.documents.markdown import table
from kobe_shots.documents.values import show
from kobe_shots.language import Language
from kobe_shots.summary import METRIC_TITLES

DIMENSIONS = ("raw_rows", "prepared_rows", "train_rows", "test_rows", "unlabelled_rows", "make_rate")
ONE_NUMBER = {"make_rate": ".4f", "share_predicted_made": ".4f", "mean_probability": ".4f"}


class Trace(NamedTuple):
    """A number: where it is in the results (a JMESPath expression), and which metric of which run it is."""

    expression: str
    run: str
    metric: str
    form: str


def traces(champion: str) -> Iterator[Trace]:
    """Yield every number that the tables of a run's report show, `champion` being `lr` or `dt`."""
    for base in ("dev", "prod"):
        for name in DIMENSIONS:
            place = f"report.preparation.bases.{base}.{name}"
            yield Trace(place, "PreparacaoDados", f"{base}_{name}", ONE_NUMBER.get(name, ","))
    for model in ("lr", "dt"):
        for metric in METRIC_TITLES:
            yield from _of_model(model, metric, champion)
    yield from _applied()
    prod = "report.monitoring.batches.prod"
    skill = f"{prod}.with_labels.findings[?code=='skill'].evidence.skill | [0]"
    support = f"{prod}.without_labels.findings[?code=='support'].evidence.share_in_support | [0]"
    yield Trace(skill, "Monitoramento", "prod_realized_skill", "+.4f")
    yield Trace(support, "Monitoramento", "prod_drift_share_in_support", ".4f")


def _of_model(model: str, metric: str, champion: str) -> Iterator[Trace]:
    for base in ("dev", "prod"):
        place = f"report.training.{base}.models.{model}.test.{metric}.value"
        yield Trace(place, "Treinamento", f"{model}_model_{base}_{metric}", ".3f")
    place = f"report.application.contenders.{model}.{metric}.value"
    if model == champion:
        yield Trace(place, "PipelineAplicacao", metric, ".3f")
    else:
        yield Trace(place, "Monitoramento", f"prod_{model}_realized_{metric}", ".3f")


def _applied() -> Iterator[Trace]:
    for name in ("rows_scored", "labelled_rows", "make_rate", "mean_probability", "share_predicted_made"):
        yield Trace(f"report.application.{name}", "PipelineAplicacao", name, ONE_NUMBER.get(name, ","))
    for constant in ("constant_dev", "constant_prod"):
        place = f"report.application.{constant}.log_loss.value"
        yield Trace(place, "PipelineAplicacao", f"{constant}_log_loss", ".3f")
    for name in ("skill", "learned_skill"):
        yield Trace(f"report.application.{name}.value", "PipelineAplicacao", name, "+.4f")


def sections(results: dict[str, Any], language: Language) -> dict[str, str]:
    """Return the table of all traces with their present numbers."""
    say = language.say
    head = [say("number"), say("in the results"), say("MLflow run"), say("metric")]
    champion: str = results["report"]["training"]["dev"]["choice"]["chosen"]
    rows = []
    for one in traces(champion):
        number = show(jmespath.search(one.expression, results), one.form, language) or ""
        expression = one.expression.replace("|", "\\|")
        rows.append([number, f"`{expression}`", f"`{one.run}`", f"`{one.metric}`"])
    return {"evidence": table(head, rows)}
