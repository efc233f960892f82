"""What does a replay look like? Regret by game, with every change of the champion, as a page that stands by itself."""

from html import escape

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kobe_shots.models.families import FAMILIES
from kobe_shots.monitoring.charts import draw_svg
from kobe_shots.retraining.comparison import Comparison
from kobe_shots.retraining.text import HEAD, TITLES, cells

COLOURS = {
    "never": "#7f7f7f",
    "calendar": "#e09f3e",
    "reactive": "#3a86c8",
    "predictive": "#8d6cab",
    "both": "#d1495b",
}
COINCIDES = "both"  # often one of the others': dashed and last, so that both are seen
STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem}
.pt{color:#7f7f7f}svg{width:100%;height:auto}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
td:nth-child(3){white-space:nowrap}
td,th{text-align:left;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #7f7f7f55;vertical-align:top}
"""


def render(compared: Comparison, games: pd.DataFrame, decisions: pd.DataFrame) -> str:
    """Return the page, in English with Portuguese beside it."""
    what = TITLES[compared.scenario]
    title = f"{what[0].upper()}{what[1:]}; the first champion is a {FAMILIES[compared.family]}"
    promoted = decisions[decisions["answer"] == "promote"]
    table = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells(one))}</tr>" for one in compared.results
    )
    shown = promoted[["policy", "game", "date", "rule", "challenger", "verdict"]].astype(str)
    changes = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in shown.to_numpy().tolist()
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Replay: {escape(title)}</title><style>{STYLE}</style></head><body>
<h1>What has retraining bought? <span class="pt">O que o retreino trouxe?</span></h1>
<p>{escape(title)}, challengers: {", ".join(compared.challengers)}; {compared.games:,} games,
{compared.labelled:,} shots with an outcome, seed {compared.seed}.</p>
<p><b>{escape(compared.conclusion)}</b></p>
{draw_regret(games, promoted)}
<p>Regret: cumulative log loss above that of an oracle, trained anew before every game on all outcomes of the past.
Dots are changes of the champion. <span class="pt">Arrependimento acumulado em relação a um oráculo; pontos são
trocas de campeão.</span></p>
<div class="wide"><table><tr>{"".join(f"<th>{name}</th>" for name in HEAD)}</tr>{table}</table></div>
<h2>Every change of the champion <span class="pt">cada troca de campeão</span></h2>
<div class="wide"><table><tr><th>policy</th><th>game</th><th>day</th><th>rule</th><th>challenger</th><th>why</th></tr>
{changes or "<tr><td>none</td></tr>"}</table></div>
<p><small>All of it is in decisions.parquet, games.parquet, shots.parquet and comparison.json beside it.</small></p>
</body></html>
"""


def draw_regret(games: pd.DataFrame, promoted: pd.DataFrame) -> str:
    """Return cumulative regret by game for every policy, with the games in which the champion changed."""
    policies = [name for name in COLOURS if name in set(games["policy"])]

    def paint(axes: Axes) -> None:
        axes.axhline(0, color=COLOURS["never"], lw=0.8)
        for policy in policies:
            line = games[games["policy"] == policy].set_index("game")["regret"]
            style = "--" if policy == COINCIDES else "-"
            axes.plot(line.index.to_numpy(), line.to_numpy(), style, color=COLOURS[policy], lw=1.4, label=policy)
            at = promoted.loc[promoted["policy"] == policy, "game"].to_numpy()
            axes.plot(at, line.reindex(at).to_numpy(np.float64), "o", ms=4, color=COLOURS[policy])
        axes.set(xlabel="game", ylabel="regret over the oracle, nats")
        axes.legend(frameon=False, fontsize=8, ncols=3)

    ends = {policy: float(games.loc[games["policy"] == policy, "regret"].iloc[-1]) for policy in policies}
    said = "; ".join(f"{policy} {regret:.0f}" for policy, regret in ends.items())
    return draw_svg(paint, f"Regret over the oracle in the end, in nats: {said}", (8, 3.6))
