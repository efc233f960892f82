"""Does a handed over table come back whole, with the champion's scores and the verdicts that monitoring gives?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Language
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.health import examine
from kobe_shots.monitoring.judgement import judge
from kobe_shots.monitoring.newcomers import check_newcomers
from kobe_shots.monitoring.newcomers_laid_out import draw_example, lay_out, list_noted, share_scores, type_columns
from kobe_shots.monitoring.newcomers_scored import (
    Scored,
    Tally,
    Usual,
    judge_newcomers,
    learn_usual,
    score_newcomers,
)
from kobe_shots.monitoring.stream import admit
from kobe_shots.parameters import Cut, Monitoring
from kobe_shots.shots.schema import FEATURES, TARGET

N = 6_000
Draw = Callable[..., pd.DataFrame]


class Falling:
    """A model that gives 0.65 at the hoop and 0.015 less for each foot."""

    def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        made = 0.65 - 0.015 * X["shot_distance"].to_numpy()
        return np.column_stack([1 - made, made])


@pytest.fixture(scope="module")
def learned(draw_shots: Draw) -> pd.DataFrame:
    return draw_shots(1, N)


@pytest.fixture(scope="module")
def champion(learned: pd.DataFrame, draw_shots: Draw) -> Champion:
    bases = [shots[[*FEATURES, TARGET]].astype({TARGET: "int64"}) for shots in (learned, draw_shots(2, 2_000))]
    return Champion(Falling(), "kobe_shot", 3, "trained_lr_model_dev/1", "id", *bases)


@pytest.fixture(scope="module")
def monitored(learned: pd.DataFrame, draw_shots: Draw, champion: Champion) -> pd.DataFrame:
    def batch(name: str, shots: pd.DataFrame) -> pd.DataFrame:
        own = champion.estimator.predict_proba(shots)[:, 1]
        return shots.reset_index().assign(batch=name, model="champion", probability=own, own_score=own)

    parts = [batch("reference", learned), batch("dev_test", draw_shots(2, 2_000)), batch("prod", draw_shots(5, 500))]
    return pd.concat([*parts, parts[2].assign(model="lr", probability=0.5)], ignore_index=True)


@pytest.fixture(scope="module")
def usual(monitored: pd.DataFrame, champion: Champion, how: Monitoring) -> Usual:
    return learn_usual(monitored, champion, how)


@pytest.fixture
def score(champion: Champion, how: Monitoring) -> Callable[[pd.DataFrame], Scored]:
    def scored(table: pd.DataFrame) -> Scored:
        return score_newcomers(check_newcomers(table), champion, how)

    return scored


def handed(shots: pd.DataFrame) -> pd.DataFrame:
    """Return shots as somebody hands them over: text, without a score, ids that are new."""
    table = shots.drop(columns="probability").reset_index(drop=True)
    return table.assign(shot_id=range(50_000, 50_000 + len(table))).astype("str")


def test_every_row_comes_back_in_its_place_with_all_its_columns(
    score: Callable[[pd.DataFrame], Scored], draw_shots: Draw
) -> None:
    table = handed(draw_shots(7, 40)).assign(note="mine", player="Kobe")
    table.loc[3, "lat"], table.loc[5, "period"], table.loc[6, "shot_made_flag"] = "north", "", "9"
    result = lay_out(score(table))
    pd.testing.assert_frame_equal(result[table.columns], table)
    assert result.columns[-5:].tolist() == ["probability", "label", "in_support", "novelty_feet", "note_2"]
    assert result["note_2"][[0, 3, 5, 6]].tolist() == [
        "",
        "not scored: 'lat' is not a number",
        "not scored: 'period' is missing",
        "'shot_made_flag' is not from 0 to 1, and is taken as not known",
    ]
    scored = result.drop(index=[3, 5])
    expected = 0.65 - 0.015 * scored["shot_distance"].astype(float)
    np.testing.assert_allclose(scored["probability"], expected)
    np.testing.assert_array_equal(scored["label"], (expected > 0.5).astype(int))
    assert result.loc[[3, 5], ["probability", "label", "in_support", "novelty_feet"]].isna().all(axis=None)


def test_rows_with_a_note_are_listed_by_number(score: Callable[[pd.DataFrame], Scored], draw_shots: Draw) -> None:
    table = handed(draw_shots(7, 5))
    assert len(list_noted(score(table))) == 0
    table.loc[[1, 4], "lat"], table.loc[4, "period"] = "", "x"
    assert list_noted(score(table)).to_dict("list") == {
        "row": [2, 5],
        "note": ["not scored: 'lat' is missing", "not scored: 'lat' is missing; 'period' is not a number"],
    }


def test_notes_are_given_in_the_language_asked_for(score: Callable[[pd.DataFrame], Scored], draw_shots: Draw) -> None:
    table = handed(draw_shots(7, 2)).assign(lat=["", "33.9"])
    known = {"not scored: {reasons}": "sem nota: {reasons}", "{column} is missing": "falta {column}"}
    assert lay_out(score(table), Language("pt", known))["note"][0] == "sem nota: falta 'lat'"


def test_a_tally_counts_what_is_there(score: Callable[[pd.DataFrame], Scored], draw_shots: Draw) -> None:
    table = handed(draw_shots(7, 4)).drop(columns=["lat", "lon", "shot_distance", "game_date"])
    table = table.assign(
        loc_x=["0", "0", "0", "0"], loc_y=["20", "100", "800", "x"], shot_made_flag=["1", "", "0", "1"]
    )
    tally = score(table).tally
    assert (tally.low, tally.median, tally.mean, tally.high) == pytest.approx((-0.55, 0.5, 0.19, 0.62))
    assert tally == Tally(4, 3, 2, 1, 1, tally.low, tally.median, tally.mean, tally.high)


def test_a_table_of_which_nothing_can_be_scored_has_a_result(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, draw_shots: Draw, champion: Champion
) -> None:
    scored = score(handed(draw_shots(7, 3)).assign(lat="x"))
    assert scored.tally == Tally(3, 0, 0, 0, 0, None, None, None, None)
    assert lay_out(scored)["note"].tolist() == ["not scored: 'lat' is not a number"] * 3
    assert share_scores(scored, champion)["uploaded"].sum() == 0
    verdicts = judge_newcomers(scored, usual, how)
    assert (verdicts.n, verdicts.overall.severity) == (0, "cannot_tell")


@pytest.mark.parametrize("n", [1, 2, 30])
def test_few_shots_are_judged_by_saying_that_they_are_few(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, draw_shots: Draw, n: int
) -> None:
    verdicts = judge_newcomers(score(handed(draw_shots(7, n))), usual, how)
    assert (verdicts.n, verdicts.overall.severity) == (n, "cannot_tell")


@pytest.mark.parametrize("labelled", [True, False])
def test_the_verdicts_are_those_of_monitoring(
    score: Callable[[pd.DataFrame], Scored],
    usual: Usual,
    how: Monitoring,
    draw_shots: Draw,
    champion: Champion,
    labelled: bool,
) -> None:
    shots = draw_shots(8, 3_000, labelled=labelled)
    table = handed(shots).drop(columns=["shot_made_flag"] if not labelled else [])
    shots["probability"] = champion.estimator.predict_proba(shots)[:, 1]
    whole = how.model_copy(update={"windows": Cut(by="count", size=len(shots))})
    expected = judge(examine("upload", admit(shots), usual.baseline, usual.held_out, whole), usual.baseline, whole)
    given = judge_newcomers(score(table), usual, how)
    assert given == expected
    assert given.labelled == (3_000 if labelled else 0)


def test_what_orders_shots_is_of_use_only_where_it_can_be_read(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, draw_shots: Draw
) -> None:
    table = handed(draw_shots(8, 500))
    shuffled = table.sample(frac=1, random_state=1, ignore_index=True)
    by_day = judge_newcomers(score(table), usual, how)
    assert judge_newcomers(score(shuffled), usual, how) == by_day
    unread = judge_newcomers(score(shuffled.assign(game_date="yesterday")), usual, how)
    assert (unread.n, unread.overall.severity) == (500, by_day.overall.severity)


def test_shots_that_were_learned_from_are_scored_and_not_judged(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, learned: pd.DataFrame, draw_shots: Draw
) -> None:
    known = learned.drop(columns="probability").reset_index().head(200)
    others = draw_shots(9, 300).drop(columns="probability").reset_index()  # these have ids that were learned, too
    scored = score(pd.concat([known, others], ignore_index=True))
    assert scored.learned.tolist() == [True] * 200 + [False] * 300
    assert scored.tally.scored == 500
    assert lay_out(scored)["note"][0] == "the champion learned from this shot, and the verdict leaves it out"
    assert judge_newcomers(scored, usual, how).n < 500
    with pytest.raises(KobeShotsError, match="The champion learned from all 200 shots"):
        judge_newcomers(score(known), usual, how)


def test_a_repeated_shot_is_scored_and_judged_once(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, draw_shots: Draw
) -> None:
    table = handed(draw_shots(8, 500))
    scored = score(pd.concat([table, table.head(7)], ignore_index=True))
    assert scored.tally.scored == 507
    verdicts = judge_newcomers(scored, usual, how)
    assert verdicts.n == 500
    quality = next(one for one in verdicts.without_labels.findings if one.code == "quality")
    assert quality.evidence["repeated"] == 7


def test_faults_are_in_the_verdict_on_quality(
    score: Callable[[pd.DataFrame], Scored], usual: Usual, how: Monitoring, draw_shots: Draw
) -> None:
    table = handed(draw_shots(8, 500))
    table.loc[[1, 2], "lat"], table.loc[[4], "period"], table.loc[[6], "minutes_remaining"] = "", "44", "1.5"
    verdicts = judge_newcomers(score(table), usual, how)
    quality = next(one for one in verdicts.without_labels.findings if one.code == "quality")
    assert quality.severity == "act"
    assert {name: quality.evidence[name] for name in ("received", "missing_lat", "impossible_period", "unscored")} == {
        "received": 500,
        "missing_lat": 2,
        "impossible_period": 1,
        "unscored": 2,  # one for each number that no period, and no count of minutes, can be
    }


def test_what_is_usual_is_refused_from_another_champion(
    monitored: pd.DataFrame, champion: Champion, how: Monitoring
) -> None:
    other = replace(champion, train=champion.train.iloc[:-1])
    with pytest.raises(KobeShotsError, match="scored by another champion than kobe_shot version 3; watch them again"):
        learn_usual(monitored, other, how)
    flattered = monitored.assign(own_score=monitored["own_score"] + 0.01)
    with pytest.raises(KobeShotsError, match="another champion"):
        learn_usual(flattered, champion, how)
    with pytest.raises(KobeShotsError, match="another champion"):
        learn_usual(monitored[monitored["batch"] != "reference"], champion, how)


def test_shares_are_of_the_scores_in_each_bin(
    score: Callable[[pd.DataFrame], Scored], champion: Champion, draw_shots: Draw
) -> None:
    table = handed(draw_shots(7, 4)).drop(columns=["lat", "lon", "shot_distance"])
    shares = share_scores(score(table.assign(loc_x="0", loc_y=["21", "21", "21", "x"])), champion)
    assert shares["uploaded"].sum() == pytest.approx(1)
    assert shares["learned"].sum() == pytest.approx(1)
    (full,) = shares[shares["uploaded"] > 0].to_dict("records")
    assert (full["uploaded"], full["low"], full["high"]) == pytest.approx((1, 0.6, 0.625))  # 0.62, at two feet


def test_features_are_numbers_again_where_all_of_them_can_be_read(
    score: Callable[[pd.DataFrame], Scored], draw_shots: Draw
) -> None:
    table = handed(draw_shots(7, 3)).assign(lat=["33,9", "", "34.0"], period=["1", "one", "2"])
    scored = score(table)
    typed = type_columns(lay_out(scored), scored.newcomers)
    np.testing.assert_array_equal(typed["lat"], [33.9, np.nan, 34.0])
    assert typed["period"].tolist() == ["1", "one", "2"]
    assert typed["shot_id"].tolist() == ["50000", "50001", "50002"]
    assert typed["shot_made_flag"].dtype == np.float64


def test_the_example_holds_production_shots_without_outcomes(monitored: pd.DataFrame) -> None:
    example = draw_example(monitored, 20)
    assert list(example) == ["shot_id", "game_date", *FEATURES]
    prod = monitored[(monitored["batch"] == "prod") & (monitored["model"] == "champion")]
    assert len(example) == 20
    assert set(example["shot_id"]) < set(prod["shot_id"])
    assert check_newcomers(example).remarks == ()
    assert len(draw_example(monitored, 10_000)) == 500
    assert len(draw_example(monitored[monitored["batch"] != "prod"], 5)) == 0
