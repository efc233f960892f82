"""What has become of a batch? What is wrong with it, its verdicts, its scores, and the table to take away."""

from collections.abc import Iterable
from pathlib import PurePath

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

import states
from charts import ESTIMATED, REALIZED, AnyChart, show_chart
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.newcomers_laid_out import ADDED, lay_out, list_noted, type_columns
from kobe_shots.monitoring.newcomers_scored import Scored
from kobe_shots.shots.handed_over import Dialect, write_csv, write_parquet
from words import language, t, told

PREVIEW = 100
HEIGHT = 340


def show_check(scored: Scored) -> None:
    """Show what was found in the table, and what is wrong with which rows."""
    st.header(t("What is in the table"))
    tally = scored.tally
    cards = {
        t("Rows"): tally.rows,
        t("Scored"): tally.scored,
        t("With an outcome"): tally.labelled,
        t("Unlike those learned"): tally.outside,
    }
    for column, (title, n) in zip(st.columns(4), cards.items(), strict=True):
        column.metric(title, t("{n:,}", n=n), border=True)
    if tally.scored == tally.rows:
        st.success(t("All {n:,} rows can be scored.", n=tally.rows), icon=":material/check_circle:")
    else:
        st.warning(
            t(
                "{n:,} of {rows:,} rows cannot be scored; they stay in the table, with the reason.",
                n=tally.rows - tally.scored,
                rows=tally.rows,
            ),
            icon=":material/rule:",
        )
    st.markdown("\n".join(f"- {t('{sentence}', sentence=remark.sentence)}" for remark in scored.remarks))
    if scored.remarks:
        with st.expander(t("Row by row"), icon=":material/list:"):
            noted = list_noted(scored, language())
            st.dataframe(
                noted,
                hide_index=True,
                width="stretch",
                column_config={
                    "row": st.column_config.NumberColumn(t("row"), width="small"),
                    "note": st.column_config.TextColumn(t("what is to be said of it"), width="large"),
                },
            )
            st.caption(t("The first {n:,} such rows; row 1 is the first shot. All are in the result.", n=len(noted)))
    st.caption(say_columns(scored))


def say_columns(scored: Scored) -> str:
    """Return which columns were taken for what, and what becomes of the others."""
    newcomers = scored.newcomers
    taken = [column if name == column else f"{column} ({name})" for name, column in newcomers.taken.items()]
    parts = [t("Read: {columns}.", columns=code(taken))]
    if newcomers.derived:
        parts.append(t("Worked out from loc_x and loc_y: {columns}.", columns=code(newcomers.derived)))
    if newcomers.extra:
        parts.append(t("Not needed, and given back as they came: {columns}.", columns=code(newcomers.extra)))
    return " ".join(parts)


def code(names: Iterable[str]) -> str:
    """Return names of columns, whatever they are, as code."""
    return ", ".join(f"`{name.replace('`', chr(39))}`" for name in names)


def show_verdicts(said: Verdicts) -> None:
    """Show whether the model is well on the batch, whether the batch is like what was learned, and what to do."""
    states.show_judgement(said.overall.severity, told(said.overall))
    st.markdown(f"**{t('What to do:')}** {told(said, 'action')}")
    support = [one for one in said.without_labels.findings if one.code == "support"]
    for finding in support:
        if told(finding) not in told(said.overall):
            states.show_verdict(finding)
    with st.expander(t("All that was looked at"), icon=":material/checklist:"):
        for judgement in (said.with_labels, said.without_labels) if said.labelled else (said.without_labels,):
            for finding in judgement.findings:
                if finding not in support:
                    states.show_verdict(finding)


def show_scores(scored: Scored, shares: pd.DataFrame) -> None:
    """Show how the scores are spread; `shares` as of `share_scores`."""
    st.header(t("What the champion says"))
    tally = scored.tally
    if tally.mean is None:
        st.info(t("No row has a score."), icon=":material/help:")
        return
    sentence = t(
        "The champion gives these {n:,} shots probabilities from {low:.3f} to {high:.3f}, {mean:.3f} on average and "
        "{median:.3f} in the middle. It calls {called:,} of them baskets.",
        n=tally.scored,
        low=tally.low,
        high=tally.high,
        mean=tally.mean,
        median=tally.median,
        called=tally.called,
    )
    show_chart(draw_scores(shares), sentence)
    st.caption(sentence)


def draw_scores(shares: pd.DataFrame) -> AnyChart:
    """Return the shares of scores in each bin: bars for the batch, a stepped line for what was learned."""
    names = {"uploaded": t("this batch"), "learned": t("shots the champion learned from")}
    shares = shares[shares[["uploaded", "learned"]].any(axis=1)]
    long = shares.melt(["low", "high"], list(names), "what", "share").replace({"what": names})
    looks = alt.Scale(domain=list(names.values()), range=[ESTIMATED, REALIZED])
    colour = alt.Color("what:N", scale=looks, legend=alt.Legend(title=None, orient="bottom", columns=1, labelLimit=400))
    tips = [
        alt.Tooltip("what:N", title=t("what")),
        alt.Tooltip("low:Q", title=t("from"), format=".3f"),
        alt.Tooltip("high:Q", title=t("to"), format=".3f"),
        alt.Tooltip("share:Q", title=t("share of the shots"), format=".1%"),
    ]
    y = alt.Y("share:Q", stack=None, title=t("share of the shots"), axis=alt.Axis(format="%"))
    title, scale = t("probability of a basket"), alt.Scale(zero=False)
    x = alt.X("low:Q", title=title, scale=scale, axis=alt.Axis(tickCount=6, format=".2f"))
    of = alt.Chart(long).encode(y=y, color=colour, tooltip=tips)
    batch = of.transform_filter(alt.datum.what == names["uploaded"]).mark_bar(opacity=0.6)
    learned = of.transform_filter(alt.datum.what == names["learned"]).mark_rule(strokeWidth=3)
    binned = batch.encode(x=x.bin("binned"), x2="high:Q")  # a bar that stands on the axis; a rule lies where its bin is
    return alt.layer(binned, learned.encode(x=x, x2="high:Q")).properties(height=HEIGHT)


def offer_result(scored: Scored, name: str, dialect: Dialect) -> None:
    """Show the first rows of the result, and offer all of it as CSV and parquet, made when they are asked for."""
    st.header(t("The result"))
    speech, stem = language(), PurePath(name).stem
    result = lay_out(scored, speech)
    columns = result.columns.tolist()
    added = columns[-len(ADDED) :]
    st.dataframe(
        result.head(PREVIEW),
        width="stretch",
        hide_index=True,
        column_order=[*added, *columns[: -len(ADDED)]],
        column_config=dict(zip(added, titles(), strict=True)),
    )
    st.caption(t("The first {n:,} of {rows:,} rows.", n=min(PREVIEW, len(result)), rows=len(result)))
    csv, parquet = st.columns(2)
    csv.download_button(
        t("Download as CSV"),
        lambda: write_csv(result, dialect),
        f"{stem}_scored.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    parquet.download_button(
        t("Download as parquet"),
        lambda: write_parquet(type_columns(result, scored.newcomers)),
        f"{stem}_scored.parquet",
        "application/vnd.apache.parquet",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )


def titles() -> list[ColumnConfig]:
    """Return what the columns are called that were added to a table."""
    return [
        st.column_config.NumberColumn(t("probability of a basket"), format="localized"),
        st.column_config.NumberColumn(t("label")),
        st.column_config.CheckboxColumn(t("like those learned")),
        st.column_config.NumberColumn(t("novelty, feet"), format="localized"),
        st.column_config.TextColumn(t("note"), width="medium"),
    ]
