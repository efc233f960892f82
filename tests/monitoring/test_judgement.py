from collections.abc import Callable

import numpy as np
import pandas as pd

from kobe_shots.monitoring.health import Health
from kobe_shots.monitoring.judgement import Verdicts
from kobe_shots.shots.schema import TARGET
from kobe_shots.verdicts import Severity

Draw = Callable[..., pd.DataFrame]
Look = Callable[..., tuple[Health, Verdicts]]


def codes(verdicts: Verdicts) -> dict[str, Severity]:
    return {one.code: one.severity for said in (verdicts.with_labels, verdicts.without_labels) for one in said.findings}


# ---- what is as usual


def test_shots_as_usual_are_ok_with_outcomes_and_without(draw_shots: Draw, look: Look) -> None:
    health, said = look(draw_shots(3, 3_000))
    assert said.with_labels.overall.severity is Severity.OK
    assert said.without_labels.overall.severity is Severity.OK
    assert said.overall == said.with_labels.overall
    assert not any(alarm.raised for alarm in health.alarms)
    assert {alarm.name for alarm in health.alarms} == {"novelty", "score_higher", "score_lower", "loss", "calibration"}


def test_the_estimate_covers_what_is_realized(draw_shots: Draw, look: Look) -> None:
    health, _ = look(draw_shots(4, 3_000))
    realized = {told.metric: told.value for told in health.all.realized}
    for told in health.all.expected.metrics:
        assert told.low is not None
        assert told.high is not None
        assert told.low <= (realized[told.metric] or 0) <= told.high, told.metric


def test_without_outcomes_the_verdict_is_the_one_that_scores_allow(draw_shots: Draw, look: Look) -> None:
    _, said = look(draw_shots(5, 2_000, labelled=False))
    assert said.with_labels.overall.severity is Severity.CANNOT_TELL
    assert said.with_labels.overall.sentence == "None of the 2,000 shots has a known outcome yet."
    assert said.overall == said.without_labels.overall
    assert said.overall.severity is Severity.OK


# ---- what is wrong, cause by cause


def test_shots_from_where_none_were_learned_cannot_be_told_without_outcomes(draw_shots: Draw, look: Look) -> None:
    health, said = look(draw_shots(6, 2_000, feet=(25, 30)))
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
    draw_shots: Draw, look: Look
) -> None:
    shots = draw_shots(7, 4_000)
    rng = np.random.default_rng(0)
    shots[TARGET] = (rng.random(len(shots)) < shots["probability"] - 0.15).astype(np.float64)
    said = look(shots)[1]
    found = codes(said)
    assert found["calibration"] is Severity.ACT
    assert found["ranking"] is Severity.OK
    assert found["alarm_calibration"] is Severity.ACT
    assert "too high" in next(one.sentence for one in said.with_labels.findings if one.code == "calibration")


def test_outcomes_that_have_nothing_to_do_with_the_score_are_a_matter_of_ranking(draw_shots: Draw, look: Look) -> None:
    shots = draw_shots(8, 4_000)
    shots[TARGET] = (np.random.default_rng(0).random(len(shots)) < shots["probability"].mean()).astype(np.float64)
    said = look(shots)[1]
    assert {"ranking", "skill"} <= set(said.with_labels.causes)
    assert codes(said)["ranking"] is Severity.ACT
    assert said.overall.severity is Severity.ACT


def test_scores_below_the_threshold_are_the_thresholds_doing(draw_shots: Draw, look: Look) -> None:
    shots = draw_shots(9, 3_000, feet=(12, 22))
    assert shots["probability"].max() < 0.5
    said = look(shots)[1]
    threshold = next(one for one in said.with_labels.findings if one.code == "threshold")
    assert threshold.severity is Severity.WATCH
    assert "None of 3,000 shots reach the threshold of 0.5" in threshold.sentence
    assert codes(said)["calibration"] is not Severity.ACT


def test_where_no_threshold_helps_none_is_advised(draw_shots: Draw, look: Look) -> None:
    shots = draw_shots(17, 3_000, feet=(12, 22))
    shots[TARGET] = (np.random.default_rng(0).permutation(len(shots)) % 3 == 0).astype(np.float64)
    said = look(shots)[1]
    threshold = next(one for one in said.with_labels.findings if one.code == "threshold")
    assert "no threshold beats calling every shot a basket, which gets 0.500" in threshold.sentence


def test_a_constant_is_recommended_only_where_it_wins(draw_shots: Draw, look: Look) -> None:
    shots = draw_shots(18, 6_000)
    odds = np.log(shots["probability"] / (1 - shots["probability"]))
    chance = 1 / (1 + np.exp(-3 * odds + 0.4))
    shots[TARGET] = (np.random.default_rng(0).random(len(shots)) < chance).astype(np.float64)
    said = look(shots)[1]
    assert codes(said)["calibration"] is Severity.ACT
    assert codes(said)["skill"] is Severity.OK
    assert said.action == "Recalibrate on the 6,000 labelled shots; the ranking is as usual."
