from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.baseline import Baseline, learn_baseline
from kobe_shots.monitoring.health import Health, examine
from kobe_shots.monitoring.health_page import Shown, render
from kobe_shots.monitoring.judgement import Verdicts, judge
from kobe_shots.monitoring.stream import Stream, admit
from kobe_shots.monitoring.table import COLUMNS, tabulate
from kobe_shots.parameters import Monitoring
from kobe_shots.shots import court
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.verdicts import Severity

CONF = Path(__file__).parents[2] / "conf" / "base" / "parameters.yml"


def draw_shots(seed: int, n: int, feet: tuple[float, float] = (0, 22), labelled: bool = True) -> pd.DataFrame:
    """Return scored shots, spread evenly over these feet in front of the hoop; they fall by 1.5 points a foot."""
    rng = np.random.default_rng(seed)
    radius, angle = 10 * rng.uniform(*feet, n), rng.uniform(-1.2, 1.2, n)
    loc_x, loc_y = (np.rint(radius * part).astype(np.int64) for part in (np.sin(angle), np.cos(angle)))
    probability = 0.65 - 0.0015 * np.hypot(loc_x, loc_y)
    shots = pd.DataFrame(
        {
            "lat": court.to_lat(loc_y),
            "lon": court.to_lon(loc_x),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": rng.integers(0, 2, n),
            "shot_distance": court.to_distance(loc_x, loc_y),
            "probability": probability,
            TARGET: (rng.random(n) < probability).astype(np.float64) if labelled else np.nan,
            "game_date": pd.date_range("2001-01-01", periods=n, freq="h").strftime("%Y-%m-%d"),
            "game_event_id": np.arange(n),
        }
    )
    return shots.set_index(1 + rng.permutation(n)).rename_axis("shot_id").sort_values(["game_date", "game_event_id"])


@pytest.fixture(scope="session")
def how() -> Monitoring:
    """The parameters as configured, with windows by count, for these shots know no seasons."""
    configured = yaml.safe_load(CONF.read_text())["monitoring"]
    return Monitoring.model_validate(configured | {"windows": {"by": "count", "size": 500}})


@pytest.fixture(scope="session")
def baseline(how: Monitoring) -> Baseline:
    """What 6,000 such shots tell."""
    shots = draw_shots(1, 6_000)
    return learn_baseline(admit(shots), shots["probability"], how)


@pytest.fixture(scope="session")
def held_out() -> Stream:
    """Two thousand more of them."""
    return admit(draw_shots(2, 2_000))


def look(shots: pd.DataFrame, baseline: Baseline, held_out: Stream, how: Monitoring) -> tuple[Health, Verdicts]:
    health = examine("batch", admit(shots), baseline, held_out, how)
    return health, judge(health, baseline, how)


def codes(verdicts: Verdicts) -> dict[str, Severity]:
    return {one.code: one.severity for said in (verdicts.with_labels, verdicts.without_labels) for one in said.findings}


# ---- what is as usual


def test_shots_as_usual_are_ok_with_outcomes_and_without(baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    health, said = look(draw_shots(3, 3_000), baseline, held_out, how)
    assert said.with_labels.overall.severity is Severity.OK
    assert said.without_labels.overall.severity is Severity.OK
    assert said.overall == said.with_labels.overall
    assert not any(alarm.raised for alarm in health.alarms)
    assert {alarm.name for alarm in health.alarms} == {"novelty", "score_higher", "score_lower", "loss", "calibration"}


def test_the_estimate_covers_what_is_realized(baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    health, _ = look(draw_shots(4, 3_000), baseline, held_out, how)
    realized = {told.metric: told.value for told in health.all.realized}
    for told in health.all.expected.metrics:
        assert told.low is not None
        assert told.high is not None
        assert told.low <= (realized[told.metric] or 0) <= told.high, told.metric


def test_without_outcomes_the_verdict_is_the_one_that_scores_allow(
    baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    _, said = look(draw_shots(5, 2_000, labelled=False), baseline, held_out, how)
    assert said.with_labels.overall.severity is Severity.CANNOT_TELL
    assert said.with_labels.overall.sentence == "None of the 2,000 shots has a known outcome yet."
    assert said.overall == said.without_labels.overall
    assert said.overall.severity is Severity.OK


# ---- what is wrong, cause by cause


def test_shots_from_where_none_were_learned_cannot_be_told_without_outcomes(
    baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    health, said = look(draw_shots(6, 2_000, feet=(25, 30)), baseline, held_out, how)
    assert said.without_labels.overall.severity is Severity.CANNOT_TELL
    assert said.without_labels.causes[0] == "support"
    assert "unlike all that the model was trained on" in said.without_labels.overall.sentence
    assert f"Ask for {health.ask[0.01]:,} labels" in said.without_labels.action
    assert health.all.share_in_support.value == 0
    loss = next(told for told in health.all.expected.metrics if told.metric == "log_loss")
    assert loss.value is None
    realized = next(told for told in health.all.realized if told.metric == "log_loss")
    assert (loss.low or 0) <= (realized.value or 0) <= (loss.high or 0)
    novelty = next(alarm for alarm in health.alarms if alarm.name == "novelty")
    assert novelty.alarmed_at is not None
    assert novelty.alarmed_at < 25


def test_probabilities_that_are_too_high_are_a_matter_of_calibration_not_of_ranking(
    baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    shots = draw_shots(7, 4_000)
    rng = np.random.default_rng(0)
    shots[TARGET] = (rng.random(len(shots)) < shots["probability"] - 0.15).astype(np.float64)
    said = look(shots, baseline, held_out, how)[1]
    found = codes(said)
    assert found["calibration"] is Severity.ACT
    assert found["ranking"] is Severity.OK
    assert found["alarm_calibration"] is Severity.ACT
    assert "too high" in next(one.sentence for one in said.with_labels.findings if one.code == "calibration")


def test_outcomes_that_have_nothing_to_do_with_the_score_are_a_matter_of_ranking(
    baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    shots = draw_shots(8, 4_000)
    shots[TARGET] = (np.random.default_rng(0).random(len(shots)) < shots["probability"].mean()).astype(np.float64)
    said = look(shots, baseline, held_out, how)[1]
    assert {"ranking", "skill"} <= set(said.with_labels.causes)
    assert codes(said)["ranking"] is Severity.ACT
    assert said.overall.severity is Severity.ACT


def test_scores_below_the_threshold_are_the_thresholds_doing(
    baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    shots = draw_shots(9, 3_000, feet=(12, 22))
    assert shots["probability"].max() < 0.5
    said = look(shots, baseline, held_out, how)[1]
    threshold = next(one for one in said.with_labels.findings if one.code == "threshold")
    assert threshold.severity is Severity.WATCH
    assert "None of 3,000 shots reach the threshold of 0.5" in threshold.sentence
    assert codes(said)["calibration"] is not Severity.ACT


# ---- bad input: a verdict, never NaN


@pytest.mark.parametrize("n", [0, 1, 3, 15])
def test_few_shots_are_a_verdict(n: int, baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    health, said = look(draw_shots(10, 200).head(n), baseline, held_out, how)
    assert said.overall.severity is Severity.CANNOT_TELL
    table = tabulate([health], {"batch": baseline.limits}, how)
    untold = table[table["value"].isna() & (table["kind"] == "realized")]
    assert untold["note"].str.len().gt(0).all()
    assert len(untold)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_only_is_a_verdict(outcome: float, baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    _, said = look(draw_shots(11, 500).assign(**{TARGET: outcome}), baseline, held_out, how)
    assert said.with_labels.overall.severity is Severity.CANNOT_TELL
    assert "labelled; at least 10 of each are needed" in said.with_labels.overall.sentence


def test_a_constant_score_is_found(baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    _, said = look(draw_shots(12, 500).assign(probability=0.4), baseline, held_out, how)
    assert codes(said)["constant_score"] is Severity.ACT


def test_faults_of_single_shots_are_counted_and_said(baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    shots = draw_shots(13, 1_000).reset_index(drop=True).assign(colour="yellow")
    shots.loc[:4, "shot_distance"] = np.nan
    shots.loc[10:12, "period"] = 99
    shots.loc[20:21, "probability"] = np.nan
    shots = pd.concat([shots, shots.loc[[30]]])
    health, said = look(shots, baseline, held_out, how)
    quality = next(one for one in said.without_labels.findings if one.code == "quality")
    assert quality.severity is Severity.ACT
    for words in ("5 lack shot_distance", "3 have a period", "2 have no score", "1 repeat an id", "colour"):
        assert words in quality.sentence
    assert health.all.window.n == 1_001 - 11


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_that_is_always_missing_is_a_verdict(
    name: str, baseline: Baseline, held_out: Stream, how: Monitoring
) -> None:
    _, said = look(draw_shots(14, 300).assign(**{name: np.nan}), baseline, held_out, how)
    assert said.overall.severity is Severity.CANNOT_TELL
    assert codes(said)["quality"] is Severity.ACT


def test_an_empty_reference_is_refused(how: Monitoring) -> None:
    nothing = draw_shots(1, 10).head(0)
    with pytest.raises(KobeShotsError, match=r"The reference holds 0 shots, .* Give the labelled shots"):
        learn_baseline(admit(nothing), nothing["probability"], how)


def test_a_reference_of_constant_scores_is_refused(how: Monitoring) -> None:
    flat = draw_shots(1, 500).assign(probability=0.5)
    with pytest.raises(KobeShotsError, match=r"scores of the 500 reference shots cannot be calibrated"):
        learn_baseline(admit(flat), flat["probability"], how)


def test_a_limit_on_what_is_no_metric_is_refused(how: Monitoring) -> None:
    shots = draw_shots(1, 2_000)
    wrong = Monitoring.model_validate(how.model_dump() | {"limits": {"log_los": {"upper": 0.7}}})
    with pytest.raises(KobeShotsError, match=r"log_los is not a metric that has limits; allowed are log_loss"):
        learn_baseline(admit(shots), shots["probability"], wrong)


def test_a_limit_set_by_a_person_goes_before_the_learned_one(how: Monitoring) -> None:
    shots = draw_shots(1, 2_000)
    fixed = Monitoring.model_validate(how.model_dump() | {"limits": {"roc_auc": {"lower": 0.123}}})
    limits = learn_baseline(admit(shots), shots["probability"], fixed).limits.of("roc_auc", 500)
    assert limits.lower == 0.123
    assert limits.upper is not None


# ---- the table and the page


def test_the_table_is_tidy(baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    health, _ = look(draw_shots(15, 1_200), baseline, held_out, how)
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
def test_the_page_stands_by_itself(n: int, baseline: Baseline, held_out: Stream, how: Monitoring) -> None:
    health, said = look(draw_shots(16, 1_200).head(n), baseline, held_out, how)
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
