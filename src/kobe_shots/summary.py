"""What does a person read at the end? The report in one screen of plain text, rendered from report.json alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from kobe_shots.models.candidates import MODELS
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.families import FAMILIES
from kobe_shots.pipelines import STAGES
from kobe_shots.report import Application, Challenge, Monitored, Preparation, Report, Retrained, Training
from kobe_shots.retraining.gate import Answer, Ledger

METRIC_TITLES = {"log_loss": "log loss", "f1": "F1", "brier": "Brier", "roc_auc": "ROC AUC"}
APPLIED_ON = "this data with the champion in office"
FILES = {
    "bases": "data/05_model_input/",
    "predictions": "data/07_model_output/predictions_prod.parquet",
    "figures": "data/08_reporting/{lr,dt}_model_{dev,prod}/",
    "health": "data/08_reporting/health.html, health.parquet, verdicts.json",
    "report": "data/08_reporting/report.json",
    "runs and models": "mlflow.db, mlruns/",
}
NEXT = {
    "look at runs and models": "mlflow server",
    "serve the tree": "mlflow models serve -m models:/trained_dt_model_prod/latest --env-manager=local --port 5001",
    "open the page": "streamlit run ./streamlit/main.py",
    "challenge the champion, if it is time": "kobe-shots retrain",
    "pick by F1 instead (replaces the champion)": "kedro run --env=seed",
    "search with PyCaret (replaces the champion)": "make pycaret",
}


def render(report: Report) -> str:
    """Return the summary; steps that have not run, or ran on other data, are named as missing."""
    parts = [_section("Data", [report.provenance.describe()])]
    parts += [_preparation(report.preparation)] if report.preparation else [_missing("PreparacaoDados")]
    parts += [_training(stage, trained) for stage, trained in report.training.items()]
    parts += [_missing(f"Treinamento on {s}", f"--tags=training_{s}") for s in STAGES if s not in report.training]
    parts += (
        [_application(report.application)] if report.application else [_missing("PipelineAplicacao", on=APPLIED_ON)]
    )
    parts += [_monitoring(report.monitoring)] if report.monitoring else [_missing("Monitoramento", on=APPLIED_ON)]
    parts += [retraining(report.retraining)] if report.retraining else []
    parts.append(_section("Files", _aligned(FILES)))
    parts.append(_section("Next (source .venv/bin/activate first)", _aligned(NEXT)))
    return "\n".join(parts)


def _preparation(prepared: Preparation) -> str:
    return _section(
        "Prepared",
        [
            f"{stage:5}{base.raw_rows:,} x {base.raw_columns} -> {base.prepared_rows:,} x {base.prepared_columns} "
            f"(train {base.train_rows:,}, test {base.test_rows:,} = {base.test_percent:.1f}%), make rate "
            f"{base.make_rate:.4f}; kept apart {base.unlabelled_rows:,} unlabelled, dropped {base.incomplete_rows:,}"
            for stage, base in prepared.bases.items()
        ],
    )


def _training(stage: str, trained: Training) -> str:
    n = trained.constant["log_loss"].n
    rows = {MODELS[name]: model.test for name, model in trained.models.items()}
    rows |= {"constant make rate": trained.constant, "always a basket": trained.always_made}
    how = "; ".join(f"{MODELS[name]} with {_listed(model.params)}" for name, model in trained.models.items())
    certain = [
        f"The {MODELS[name]} is certain, with probability 0 or 1, of {model.certain_shots:,} shots; "
        "one that it is wrong about costs 36 nats."
        for name, model in trained.models.items()
        if model.certain_shots
    ]
    return _section(
        f"Models on the {stage} test base ({n:,} shots, {trained.confidence:.0%} intervals)",
        [
            *_table(rows),
            f"Searched with {trained.models['lr'].made_with}, picked by {trained.models['lr'].picked_by}: {how}.",
            *(f"{MODELS[name]}: {one.sentence}" for name, model in trained.models.items() for one in model.remarks),
            *certain,
            trained.choice.verdict.sentence,
        ],
    )


def _application(applied: Application) -> str:
    rows = {f"champion {applied.model_name} v{applied.model_version}": applied.metrics}
    rows |= {f"  dev {MODELS[name]}": estimates for name, estimates in applied.contenders.items()}
    rows |= {"constant, dev rate": applied.constant_dev, "constant, prod rate": applied.constant_prod}
    seen = "" if applied.make_rate is None else f", make rate seen {applied.make_rate:.4f}"
    known = f"; {applied.learned_rows:,} it has learned from, and is not measured on" if applied.learned_rows else ""
    return _section(
        f"Production ({applied.rows_scored:,} shots scored, {applied.labelled_rows:,} labelled, "
        f"{applied.confidence:.0%} intervals)",
        [
            *(_table(rows) if applied.metrics else []),
            f"The champion comes from {applied.origin}; mean probability {applied.mean_probability:.4f}{seen}; "
            f"it calls {applied.share_predicted_made:.1%} of the shots baskets; "
            f"{applied.incomplete_rows:,} shots lack a feature and were not scored{known}.",
            applied.adherence.sentence,
        ],
    )


def _monitoring(monitored: Monitored) -> str:
    lines = []
    for name, said in monitored.batches.items():
        lines.append(
            f"{name} ({said.n:,} shots, {said.labelled:,} with an outcome): "
            f"{said.with_labels.overall.severity.word} with outcomes, "
            f"{said.without_labels.overall.severity.word} without"
        )
        lines += [f"  {said.overall.sentence}", f"  Do: {said.action}"]
    return _section("Health", lines)


def retraining(told: Retrained) -> str:
    """Return what was decided, what became of the challenger, and what to do next."""
    champion = f"{told.model_name} version {told.model_version}"
    lines = [
        f"With {champion} in office ({told.origin}), {told.new_labels:,} labels new to it, policy {told.policy}:",
        f"  {told.decision.sentence}",
    ]
    if told.challenge is not None:
        lines += _challenge(told.challenge, "Challenger" if told.tried else "The last challenger")
    if told.promoted and told.challenge is not None:
        lines += [
            f"{told.model_name} version {told.challenge.promoted_as} is in office. Score and watch the shots with it: "
            "`kobe-shots apply`, then `kedro run --pipeline=Monitoramento`; the one before comes back with "
            "`kobe-shots rollback`."
        ]
    elif told.tried:
        lines += [f"{champion} stays in office."]
        if told.challenge is not None and told.challenge.ledger is not None:
            lines += _proposed(told.challenge.ledger)
    else:
        lines += ["Nothing was trained."]
    return _section("Retraining", lines)


def _challenge(of: Challenge, who: str) -> list[str]:
    if of.ledger is None:
        return [f"{who} (for {of.rule}): the training failed. {of.error}"]
    return [
        f"{who} (for {of.rule}): {FAMILIES[of.family or '']} on {of.rows} rows, {of.learned:,} shots learned from.",
        f"  The gate says {of.ledger.answer.value.upper()}. {of.ledger.sentence}",
    ]


def _proposed(ledger: Ledger) -> list[str]:
    if ledger.answer is not Answer.PROMOTE:
        return []
    return ["The challenger waits to be put there: `kobe-shots promote --reason TEXT`."]


def _table(rows: Mapping[str, Mapping[str, Estimate]]) -> list[str]:
    width = max(map(len, rows)) + 2
    head = " " * width + "".join(f"{title:25}" for title in METRIC_TITLES.values())
    lines = [f"{name:{width}}" + "".join(f"{of[metric]!s:25}" for metric in METRIC_TITLES) for name, of in rows.items()]
    return [line.rstrip() for line in (head, *lines)]


def _listed(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in params.items())


def _missing(step: str, selection: str | None = None, on: str = "this data") -> str:
    return _section(step, [f"has not run on {on}: kedro run {selection or f'--pipeline={step}'}"])


def _aligned(pairs: Mapping[str, str]) -> list[str]:
    width = max(map(len, pairs)) + 2
    return [f"{name:{width}}{value}" for name, value in pairs.items()]


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines), ""])
