"""What do the rules of retraining read, what would be decided, and where is it heading?"""

import pandas as pd
import streamlit as st

import states
from charts import show_chart
from kobe_shots.report import Outlook
from kobe_shots.retraining.policies import Action, Decision
from kobe_shots.retraining.projection import Course, Projection
from kobe_shots.retraining.readings import Reading
from kobe_shots.verdicts import Severity
from trend_chart import draw_trend, say_trend
from words import named, t, told

SEVERITIES = {
    Action.RETRAIN: Severity.ACT,
    Action.GET_LABELS: Severity.WATCH,
    Action.WAIT: Severity.OK,
}
COURSES = {
    Course.BEYOND: Severity.ACT,
    Course.HEADING: Severity.WATCH,
    Course.NOT_HEADING: Severity.OK,
    Course.CANNOT_TELL: Severity.CANNOT_TELL,
}


def show_decision(decision: Decision) -> None:
    """Show a decision by colour, icon, word and sentence."""
    states.show_judgement(SEVERITIES[decision.action], told(decision))


def show_policy(outlook: Outlook, policy: str) -> None:
    """Show what a policy decides, and what each of its rules reads."""
    st.subheader(t("Policy: {policy}", policy=named(policy)))
    show_decision(outlook.decisions[policy])
    rules = [rule for rule in outlook.rules if policy in rule.policies]
    table = pd.DataFrame(
        {
            t("rule"): [rule_title(rule.rule) for rule in rules],
            t("reads"): [_figure(rule, rule.value) for rule in rules],
            t("limit"): [_figure(rule, rule.limit) for rule in rules],
            t("fired?"): [_fired(rule) for rule in rules],
        }
    )
    fired = [rule_title(rule.rule) for rule in rules if rule.fired]
    said = t("Rules that fire: {rules}.", rules=", ".join(fired)) if fired else t("No rule fires.")
    st.table(table, border="horizontal", hide_index=True, alt=said)
    with st.expander(t("The rules of policy {policy} in words", policy=named(policy))):
        for rule in rules:
            st.markdown(f"- **{rule_title(rule.rule)}**: {told(rule)}")


def show_projection(projection: Projection) -> None:
    """Say where a figure is heading, and draw its trend where there is one."""
    st.markdown(f"**{rule_title(projection.rule)}**")
    states.show_judgement(COURSES[projection.course], told(projection))
    if projection.points:
        title = rule_title(projection.rule)
        show_chart(draw_trend(projection, title), say_trend(projection, title))


def rule_title(rule: str) -> str:
    """Return what a rule is called."""
    titles = {
        "loss": t("loss alarm"),
        "calibration": t("calibration alarm"),
        "growth": t("growth of labels"),
        "novelty": t("alarm of unlike shots"),
        "score_higher": t("alarm of higher scores"),
        "score_lower": t("alarm of lower scores"),
        "support": t("share of unlike shots"),
        "expected_loss": t("expected log loss"),
        "cool_down": t("rest after a training"),
        "calendar": t("calendar"),
        "force": t("by force"),
    }
    return titles.get(rule, rule)


def _figure(rule: Reading, value: float | None) -> str:
    if value is None:
        return "—"
    written = {
        "nats": t("{value:,.1f} nats", value=value),
        "share": t("{value:.1%}", value=value),
        "log_loss": t("{value:.4f}", value=value),
        "games": t("{value:,.0f} games", value=value),
    }
    return written[rule.unit]


def _fired(rule: Reading) -> str:
    if rule.fired is None:
        return f":material/help: {t('cannot tell')}"
    if rule.rule == "cool_down":
        return f":material/hourglass: {t('holds back')}" if rule.fired else f":material/check: {t('no')}"
    return f":material/notifications_active: **{t('yes')}**" if rule.fired else f":material/check: {t('no')}"
