import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.career import in_order, lay_out
from kobe_shots.shots.schema import FEATURES


def career_of(raw):
    played = in_order(raw)
    return lay_out(played, played["game_id"].to_numpy())


def test_every_shot_has_its_game_and_games_follow_each_other(raw):
    career = career_of(raw)
    assert len(career) == len(raw)
    assert career.games == raw["game_id"].nunique() == len(career.edges) - 1
    assert career.edges[0] == 0
    assert career.edges[-1] == len(career)
    assert (np.diff(career.edges) > 0).all()
    assert list(career.dates) == sorted(raw.drop_duplicates("game_id")["game_date"])
    known = raw.set_index("shot_id")
    for game in (0, 7, career.games - 1):
        of_game = known.loc[career.shot_id[career.game(game)]]
        assert (of_game["game_id"] == of_game["game_id"].iloc[0]).all()
        assert of_game["game_event_id"].is_monotonic_increasing
        assert (of_game["game_date"] == career.dates[game]).all()


def test_features_outcomes_and_kind_stay_with_their_shot(raw):
    career = career_of(raw.sample(frac=1, random_state=24))
    known = raw.set_index("shot_id").loc[career.shot_id]
    np.testing.assert_array_equal(career.features, known[FEATURES].to_numpy(float))
    np.testing.assert_array_equal(career.made, known["shot_made_flag"])
    np.testing.assert_array_equal(career.three, known["shot_type"] == "3PT Field Goal")
    np.testing.assert_array_equal(career.season, known["season"])
    np.testing.assert_array_equal(career.is_labelled, known["shot_made_flag"].notna())
    pd.testing.assert_frame_equal(
        career.frame(slice(3, 9)), known[FEATURES].iloc[3:9].astype(float).reset_index(drop=True), check_dtype=False
    )


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_shots_are_handed_over_is_of_no_account(raw, random):
    shots = raw.head(60)
    order = random.sample(range(len(shots)), len(shots))
    assert in_order(shots.iloc[order])["shot_id"].tolist() == in_order(shots)["shot_id"].tolist()


def test_a_shot_that_lacks_a_feature_is_left_out_and_one_without_outcome_is_kept(raw):
    shots = raw.head(50).copy()
    shots.loc[shots.index[3], "lat"] = np.nan
    shots.loc[shots.index[4], "shot_made_flag"] = np.nan
    kept = in_order(shots)["shot_id"].tolist()
    assert shots["shot_id"].iloc[3] not in kept
    assert shots["shot_id"].iloc[4] in kept
    assert len(kept) == 49


def test_games_with_one_shot_are_games(raw):
    single = raw.drop_duplicates("game_id")
    career = career_of(single)
    assert career.games == len(career) == len(single)
    assert (np.diff(career.edges) == 1).all()


def test_a_season_without_outcomes_is_part_of_the_career(raw):
    shots = raw.copy()
    shots.loc[shots["season"] == "2000-01", "shot_made_flag"] = np.nan
    career = career_of(shots)
    assert len(career) == len(raw)
    assert not career.is_labelled[career.season == "2000-01"].any()


def test_the_games_of_the_first_seasons_are_counted(raw):
    career = career_of(raw)
    of_season = raw.groupby("season")["game_id"].nunique()
    assert career.games_of_seasons(1) == of_season.iloc[0]
    assert career.games_of_seasons(4) == of_season.iloc[:4].sum()


def test_a_career_too_short_to_learn_from_is_refused_with_what_it_has(raw):
    seasons = sorted(raw["season"].unique())[:4]
    career = career_of(raw[raw["season"].isin(seasons)])
    assert career.games_of_seasons(3) > 0
    with pytest.raises(KobeShotsError, match=r"^The career has 4 seasons, and 4 are learned .* at least one more"):
        career.games_of_seasons(4)
    with pytest.raises(KobeShotsError, match=r"has 4 seasons, and 9 .* smaller replay\.seasons_learned\.$"):
        career.games_of_seasons(9)


def test_a_shot_id_that_stands_twice_is_refused_and_named(raw):
    shots = raw.head(10)
    again = shots["shot_id"].iloc[2]
    with pytest.raises(KobeShotsError, match=rf"^1 shot ids stand twice \(one is {again}\)"):
        in_order(pd.concat([shots, shots.iloc[[2]]]))


@pytest.mark.parametrize(
    "column", [*FEATURES, "shot_id", "shot_made_flag", "game_date", "game_id", "game_event_id", "season", "shot_type"]
)
def test_a_missing_column_is_refused_by_its_name(raw, column):
    with pytest.raises(KobeShotsError, match=rf"^The shots lack {column}, without which no career can be replayed"):
        in_order(raw.head(10).drop(columns=column))


def test_an_outcome_that_is_none_is_refused(raw):
    shots = raw.head(10).assign(shot_made_flag=[0, 1, 2, 0, np.nan, 1, 0, 0, 1, 2])
    with pytest.raises(KobeShotsError, match=r"^2 outcomes are neither 0 nor 1 \(one is 2\.0\); .* left empty"):
        in_order(shots)


def test_no_shots_are_no_career(raw):
    with pytest.raises(KobeShotsError, match=r"^There are no shots to replay; fetch some"):
        career_of(raw.head(0))
