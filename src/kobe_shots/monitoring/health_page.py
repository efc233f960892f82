"""What does a person read who has one minute? The health of every batch on one page that needs nothing beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from kobe_shots.monitoring import charts
from kobe_shots.monitoring.baseline import Baseline
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.judgement import Judgement, Verdicts
from kobe_shots.verdicts import Severity

WORDS = {
    Severity.OK: ("✔", "tudo bem"),
    Severity.WATCH: ("!", "observar"),
    Severity.ACT: ("✖", "agir"),
    Severity.CANNOT_TELL: ("?", "não dá para dizer"),
}
CAUSES = {
    "support": "unlike what was learned (fora do suporte)",
    "skill": "no better than a constant, or less skill (habilidade)",
    "ranking": "ranking (ordenação)",
    "calibration": "calibration (calibração)",
    "threshold": "threshold, not the model (limiar)",
    "base_rate": "base rate (taxa de acerto)",
    "drift": "drift (mudança nas variáveis)",
    "quality": "data quality (qualidade dos dados)",
    "constant_score": "constant score (escore constante)",
}
BATCHES = {
    "prod": "Production: the champion on three-point shots (produção)",
    "prod_lr": "The logistic regression on the same shots (regressão logística)",
    "prod_dt": "The decision tree on the same shots (árvore de decisão)",
    "dev_test": "Control: test shots like those learned (controle)",
    "dev_withheld": "Two-point shots without outcomes yet (sem rótulo)",
}
STYLE = """
:root{color-scheme:light dark;--ok:#2a7d4f;--watch:#a86a00;--act:#b3261e;--cannot_tell:#4a6488}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .4rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
.pt,small{color:#7f7f7f}.verdict{border-left:.5rem solid;padding:.6rem 1rem;margin:.6rem 0;background:#7f7f7f1a}
.word{font-weight:700;color:#fff;padding:.1rem .55rem;border-radius:.3rem;white-space:nowrap}
.chip{display:inline-block;border:1px solid #7f7f7f;border-radius:1rem;padding:0 .6rem;margin:.15rem .2rem .15rem 0}
.charts{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}figure{margin:0;flex:1 1 18rem;min-width:0}
figure.broad{flex-basis:100%}figcaption{font-size:.9rem}svg{width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
td,th{text-align:left;padding:.25rem .7rem .25rem 0;vertical-align:top;border-bottom:1px solid #7f7f7f55}
""" + "".join(
    f".{one.value}{{border-color:var(--{one.value})}}.word.{one.value}{{background:var(--{one.value})}}"
    for one in Severity
)
METHODS = """
<li>Realized metrics have intervals that hold for few shots: Student's t, DeLong, Wilson.</li>
<li>Skill is the log loss of a constant that knows the make rate of the same shots, minus the model's.</li>
<li>Estimates without outcomes: confidence-based (CBPE) and importance-weighted (PAPE), from the scores alone.</li>
<li>They are believed only where shots are like those learned: support on the court, domain classifier, weights.</li>
<li>Usual is what windows of the shots the model learned from show, cross-fitted: mean and three deviations.</li>
<li>Drift tests compare with stretches of the reference that are as long, corrected for the number of features.</li>
<li>Alarms are sequential: the chance of ever raising a false one is stated for the whole stream.</li>
"""


@dataclass(frozen=True)
class Shown:
    """What is shown of one batch: the verdicts, what was found, its rows of the table, and what is usual."""

    verdicts: Verdicts
    health: Health
    rows: pd.DataFrame
    baseline: Baseline


def render(batches: Sequence[Shown], champion: str, provenance: str) -> str:
    """Return the page, in English with Portuguese beside it; the first batch is the one it opens with."""
    body = "".join(_batch(shown, first=number == 0) for number, shown in enumerate(batches))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Health of {escape(champion)}</title><style>{STYLE}</style></head><body>
<h1>Is the model well? <span class="pt">O modelo está bem?</span></h1>
<p>{escape(champion)}. {escape(provenance)}</p>
{body}
<h2>All batches <span class="pt">todos os lotes</span></h2>{_overview(batches)}
<h2>How this was measured <span class="pt">como foi medido</span></h2><ul>{METHODS}</ul>
<p><small>Every number is in health.parquet and verdicts.json beside this page.</small></p>
</body></html>
"""


def _batch(shown: Shown, *, first: bool) -> str:
    verdicts, health = shown.verdicts, shown.health
    # what outcomes say comes first; beside it, what could have been said before they came
    blind = (
        ""
        if verdicts.overall == verdicts.without_labels.overall
        else _verdict(verdicts.without_labels, "Without outcomes one could have said", "sem rótulos")
    )
    leading = verdicts.without_labels if not blind else verdicts.with_labels
    figures = _figures(shown, everything=first) if health.all.window.n else ""
    return f"""<h2>{escape(BATCHES.get(verdicts.batch, verdicts.batch))}</h2>
<p class="pt">{verdicts.n:,} shots, {verdicts.labelled:,} with an outcome</p>
{_verdict(leading, "", "")}{blind}{figures}
<details{" open" if first else ""}><summary>All findings <span class="pt">todos os achados</span></summary>
{_findings(verdicts)}</details>"""


def _verdict(said: Judgement, lead: str, portuguese: str) -> str:
    chips = "".join(f'<span class="chip">{escape(CAUSES.get(cause, cause))}</span>' for cause in said.causes)
    heading = f'<p><b>{lead}</b> <span class="pt">{portuguese}</span></p>' if lead else ""
    return f"""<div class="verdict {said.overall.severity.value}">{heading}
<p>{_word(said.overall.severity)} {escape(said.overall.sentence)}</p><p>{chips}</p>
<p><b>Do: <span class="pt">fazer:</span></b> {escape(said.action)}</p></div>"""


def _word(severity: Severity) -> str:
    icon, portuguese = WORDS[severity]
    return f'<span class="word {severity.value}">{icon} {severity.word}</span> <span class="pt">{portuguese}</span>'


def _figures(shown: Shown, *, everything: bool) -> str:
    health, rows = shown.health, shown.rows
    drawn = [
        (
            charts.draw_by_window(rows, "log_loss", "log loss"),
            "Log loss by window. Lower is better, but it falls wherever baskets are rarer: beat the constant there. "
            "(perda logarítmica por janela)",
        )
    ]
    if everything:
        drawn += [
            (charts.draw_by_window(rows, "roc_auc", "ROC AUC"), "Ranking by window; 0.5 is a coin. (ordenação)"),
            (
                charts.draw_court(health.all.window.stream, shown.baseline.reference),
                "Shots (red) over those learned (grey).",
            ),
            (
                charts.draw_reliability(health.all.window.stream),
                "Does what it says happen? Below: its scores. (calibração)",
            ),
            (charts.draw_drift(health.all.drift), "What each change does to log loss, and how much is new. (mudanças)"),
        ]
    inner = "".join(
        f"<figure{' class=broad' if 'by window' in said else ''}>{svg}<figcaption>{escape(said)}</figcaption></figure>"
        for svg, said in drawn
    )
    return f'<div class="charts">{inner}</div>'


def _findings(verdicts: Verdicts) -> str:
    parts = [
        ("with outcomes (com rótulos)", verdicts.with_labels),
        ("without outcomes (sem rótulos)", verdicts.without_labels),
    ]
    return "".join(
        f"<h3>{title}</h3><div class='wide'><table>"
        + "".join(
            f"<tr><td>{_word(one.severity)}</td><td>{escape(one.code.replace('_', ' '))}</td>"
            f"<td>{escape(one.sentence)}</td></tr>"
            for one in said.findings
        )
        + "</table></div>"
        for title, said in parts
    )


def _overview(batches: Sequence[Shown]) -> str:
    lines = "".join(
        f"<tr><td>{escape(BATCHES.get(one.verdicts.batch, one.verdicts.batch))}</td><td>{one.verdicts.n:,}</td>"
        f"<td>{one.verdicts.labelled:,}</td><td>{_word(one.verdicts.with_labels.overall.severity)}</td>"
        f"<td>{_word(one.verdicts.without_labels.overall.severity)}</td></tr>"
        for one in batches
    )
    head = "<tr><th>batch</th><th>shots</th><th>with outcome</th><th>with outcomes</th><th>without</th></tr>"
    return f"<div class='wide'><table>{head}{lines}</table></div>"
