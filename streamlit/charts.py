"""How is a chart shown? In the page's theme and language, never without its text for those who cannot see it."""

from typing import Any

import altair as alt
import streamlit as st

from kobe_shots.language import PORTUGUESE
from words import language

# told apart on light and dark grounds, and by people who do not see red and green apart (Okabe & Ito 2008)
REALIZED, ESTIMATED, LIMIT, CONSTANT, GOOD = "#D55E00", "#0072B2", "#8A8A8A", "#8A8A8A", "#009E73"
PORTUGUESE_NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["R$", ""]}

AnyChart = alt.Chart | alt.LayerChart | alt.ConcatChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart


def show_chart(chart: AnyChart, said: str, **options: Any) -> Any:
    """Show a chart with what it says in words; return what was selected on it, where `on_select` asks for that."""
    if language().code == PORTUGUESE:
        chart = chart.copy(deep=False)
        chart.config = alt.Config() if chart.config is alt.Undefined else chart.config.copy()
        chart.config["locale"] = {"number": PORTUGUESE_NUMBERS}
    return st.altair_chart(chart, alt=said, **options)
