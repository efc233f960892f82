from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.health_page import Shown, render
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.monitoring.stream import Stream, admit
from kobe_shots.monitoring.table import COLUMNS, tabulate
from kobe_shots.parameters import Monitoring
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.verdicts import Severity

Draw = Callable[..., pd.DataFrame]
Look = Callable[..., tuple[Health, Verdicts]]


def codes(verdicts: Verdicts) -> dict[str, Severity]:
    return {one.code: one.severity for said in (verdicts.with_labels, verdicts.without_labels) for one in said.findings}


# ---- bad input: a verdict, never NaN


@pytest.mark.parametrize("n", [0, 1, 3, 15])
def test_few_shots_are_a_verdict(n: int, draw_shots: Draw, look: Look, baseline: Baseline, how: Monitoring) -> None:
    health, said = look(draw_shots(10, 200).head(n))
    assert said.overall.severity is Severity.CANNOT_TELL
    table = tabulate([health], {"batch": baseline.limits}, how)
    untold = table[table["value"].isna() & (table["kind"] == "realized")]
    assert untold["note"].str.len().gt(0).all()
    assert len(untold)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_only_is_a_verdict(outcome: float, draw_shots: Draw, look: Look) -> None:
    _, said = look(draw_shots(11, 500).assign(**{TARGET: outcome}))
    assert said.with_labels.overall.severity is Severity.CANNOT_TELL
    assert "labelled; at least 10 of each are needed" in said.with_labels.overall.sentence


def test_a_constant_score_is_found(draw_shots: Draw, look: Look) -> None:
    _, said = look(draw_shots(12, 500).assign(probability=0.4))
    assert codes(said)["constant_score"] is Severity.ACT


def test_faults_of_single_shots_are_counted_and_said(draw_shots: Draw, look: Look) -> None:
    shots = draw_shots(13, 1_000).reset_index(drop=True).assign(colour="yellow")
    shots.loc[:4, "shot_distance"] = np.nan
    shots.loc[10:12, "period"] = 99
    shots.loc[20:21, "probability"] = np.nan
    shots = pd.concat([shots, shots.loc[[30]]])
    health, said = look(shots)
    quality = next(one for one in said.without_labels.findings if one.code == "quality")
    assert quality.severity is Severity.ACT
    for words in ("5 lack shot_distance", "3 have a period", "2 have no score", "1 repeat an id", "colour"):
        assert words in quality.sentence
    assert health.all.window.n == 1_001 - 11


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_that_is_always_missing_is_a_verdict(name: str, draw_shots: Draw, look: Look) -> None:
    _, said = look(draw_shots(14, 300).assign(**{name: np.nan}))
    assert said.overall.severity is Severity.CANNOT_TELL
    assert codes(said)["quality"] is Severity.ACT


def test_an_empty_reference_is_refused(draw_shots: Draw, how: Monitoring) -> None:
    nothing = draw_shots(1, 10).head(0)
    with pytest.raises(KobeShotsError, match=r"The reference holds 0 shots, .* Give the labelled shots"):
        learn_baseline(admit(nothing), nothing["probability"], how)


def test_a_reference_of_constant_scores_is_refused(draw_shots: Draw, how: Monitoring) -> None:
    flat = draw_shots(1, 500).assign(probability=0.5)
    with pytest.raises(KobeShotsError, match=r"scores of the 500 reference shots cannot be calibrated"):
        learn_baseline(admit(flat), flat["probability"], how)


def test_a_limit_on_what_is_no_metric_is_refused(draw_shots: Draw, how: Monitoring) -> None:
    shots = draw_shots(1, 2_000)
    wrong = Monitoring.model_validate(how.model_dump() | {"limits": {"log_los": {"upper": 0.7}}})
    with pytest.raises(KobeShotsError, match=r"log_los is not a metric that has limits; allowed are log_loss"):
        learn_baseline(admit(shots), shots["probability"], wrong)


def test_a_limit_set_by_a_person_goes_before_the_learned_one(draw_shots: Draw, how: Monitoring) -> None:
    shots = draw_shots(1, 2_000)
    fixed = Monitoring.model_validate(how.model_dump() | {"limits": {"roc_auc": {"lower": 0.123}}})
    limits = learn_baseline(admit(shots), shots["probability"], fixed).limits.of("roc_auc", 500)
    assert limits.lower == 0.123
    assert limits.upper is not None


def test_too_few_shots_to_compare_with_leave_the_alarms_that_need_none(
    draw_shots: Draw, look: Look, held_out: Stream
) -> None:
    health, _ = look(draw_shots(19, 500), held_out.take(slice(0, 99)))
    assert {alarm.name for alarm in health.alarms} == {"loss", "calibration"}


# ---- the table and the page


def test_the_table_is_tidy(draw_shots: Draw, look: Look, baseline: Baseline, how: Monitoring) -> None:
    health, _ = look(draw_shots(15, 1_200))
    table = tabulate([health], {"batch": baseline.limits}, how)
    assert table.columns.tolist() == list(COLUMNS)
    assert not table.duplicated(["batch", "window", "metric", "kind"]).any()
    windows = table[table["window"] != "all"].drop_duplicates("window")
    assert windows["n"].tolist() == [500, 500, 200]
    told = table[table["value"].notna()]
    assert np.isfinite(told["value"]).all()
    assert told["alert"].notna().all()
    beyond = (told["value"] < told["lower_limit"]) | (told["value"] > told["upper_limit"])
    assert (told["alert"].astype(bool) == beyond).all()


class Balanced(HTMLParser):
    """Says whether every tag that opens is closed in turn."""

    VOID = frozenset({"meta", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 -- the parser gives them
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("n", [0, 3, 1_200])
def test_the_page_stands_by_itself(n: int, draw_shots: Draw, look: Look, baseline: Baseline, how: Monitoring) -> None:
    health, said = look(draw_shots(16, 1_200).head(n))
    rows = tabulate([health], {"batch": baseline.limits}, how)
    shown = Shown(said.model_copy(update={"batch": "<b>hostile"}), health, rows, baseline)
    page = render([shown], "kobe_shot version 1", "simulated & more")
    assert page == render([shown], "kobe_shot version 1", "simulated & more")
    for outside in ("<script", "src=", "@import", 'href="http'):
        assert outside not in page
    assert "&lt;b&gt;hostile" in page
    assert "<b>hostile" not in page
    assert "simulated &amp; more" in page
    assert said.overall.severity.name.replace("_", " ") in page
    assert page.count("<svg") == page.count("aria-label=") == (5 if n else 0)
    assert len(page) < 500_000
    checked = Balanced()
    checked.feed(page)
    assert checked.open == []
