from itertools import pairwise

import numpy as np
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.retraining.career import in_order
from kobe_shots.retraining.scenarios import RULE_FEET, RULE_SHARE, SCENARIOS, set_scene
from kobe_shots.shots.schema import FEATURES

OF_REAL_SHOTS = sorted(set(SCENARIOS) - {"quiet"})


@pytest.fixture(scope="module")
def quiet(raw):
    return set_scene("quiet", raw, 24)


@pytest.mark.parametrize("scenario", OF_REAL_SHOTS)
def test_every_shot_is_used_once_and_keeps_its_features(raw, scenario):
    career = set_scene(scenario, raw, 24)
    assert sorted(career.shot_id.tolist()) == sorted(raw["shot_id"])
    known = raw.set_index("shot_id").loc[career.shot_id]
    np.testing.assert_array_equal(career.features, known[FEATURES].to_numpy(float))
    np.testing.assert_array_equal(career.three, known["shot_type"] == "3PT Field Goal")
    np.testing.assert_array_equal(np.isnan(career.made), known["shot_made_flag"].isna())
    if scenario != "rule":
        np.testing.assert_array_equal(career.made, known["shot_made_flag"])


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_games_hold_shots_and_cover_the_career(raw, scenario):
    career = set_scene(scenario, raw, 24)
    assert (np.diff(career.edges) > 0).all()
    assert (career.edges[0], career.edges[-1]) == (0, len(career))
    assert len(career.dates) == career.games


@pytest.mark.parametrize("scenario", ["career", "switch", "production", "mix"])
def test_the_seed_changes_nothing_of_what_really_happened(raw, scenario):
    one, other = set_scene(scenario, raw, 1), set_scene(scenario, raw, 2)
    np.testing.assert_array_equal(one.shot_id, other.shot_id)
    np.testing.assert_array_equal(one.made, other.made)


def test_the_career_is_in_the_order_of_play(raw):
    career = set_scene("career", raw, 24)
    assert career.shot_id.tolist() == in_order(raw)["shot_id"].tolist()
    assert career.changed_at is None


def test_after_the_switch_there_are_three_pointers_only(raw):
    career = set_scene("switch", raw, 24)
    assert not career.three[: career.changed_at].any()
    assert career.three[career.changed_at :].all()
    assert career.changed_at in career.edges
    for kind in (False, True):
        when = raw.set_index("shot_id").loc[career.shot_id[career.three == kind], "game_date"]
        assert when.is_monotonic_increasing


def test_in_production_all_twos_are_learned_from_and_all_threes_are_played(raw):
    career = set_scene("production", raw, 24)
    first = int(career.edges[career.games_of_seasons(1)])
    assert first == career.changed_at
    assert not career.three[:first].any()
    assert career.three[first:].all()


def test_of_the_mix_ever_more_are_three_pointers(raw):
    career = set_scene("mix", raw, 24)
    share = [part.mean() for part in np.array_split(career.three, 10)]
    assert share[0] < 0.02
    assert share[-1] > 0.75
    assert all(earlier <= later + 0.01 for earlier, later in pairwise(share))
    assert career.three[-20:].mean() > 0.95
    assert career.changed_at is None


def test_the_mix_is_played_in_the_games_that_were_played(raw):
    career, as_played = set_scene("mix", raw, 24), set_scene("career", raw, 24)
    np.testing.assert_array_equal(career.edges, as_played.edges)
    assert career.dates == as_played.dates
    np.testing.assert_array_equal(career.season, as_played.season)


def test_the_rule_takes_baskets_from_near_from_the_middle_on_and_nothing_else(raw):
    before, after = set_scene("career", raw, 24), set_scene("rule", raw, 24)
    np.testing.assert_array_equal(after.shot_id, before.shot_id)
    struck = (before.made == 1) & (after.made == 0)
    np.testing.assert_array_equal(after.made[~struck], before.made[~struck])
    near = before.features[:, FEATURES.index("shot_distance")] < RULE_FEET
    later = np.arange(len(before)) >= after.changed_at
    assert not struck[~(near & later)].any()
    concerned = near & later & (before.made == 1)
    assert struck[concerned].mean() == pytest.approx(RULE_SHARE, abs=4 * np.sqrt(0.25 / concerned.sum()))
    assert after.changed_at in after.edges
    assert 0 <= after.changed_at - len(after) // 2 < np.diff(after.edges).max()


def test_which_baskets_the_rule_takes_is_the_seeds_doing(raw):
    one, again, other = (set_scene("rule", raw, seed).made for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other)[~np.isnan(one)].any()


@pytest.mark.parametrize("games", [1, 2])
def test_the_rule_finds_a_middle_in_very_few_games(raw, games):
    few = raw[raw["game_id"].isin(raw["game_id"].unique()[:games])]
    # the last of them holds nearly all of the shots
    career = set_scene("rule", few.assign(game_id=np.minimum(np.arange(len(few)), games - 1)), 24)
    assert career.games == games
    assert career.changed_at == career.edges[games - 1]


def test_nothing_changes_in_the_quiet_and_all_of_the_first_career_is_learned_from(quiet):
    assert quiet.changed_at is None
    assert len(set(quiet.shot_id.tolist())) == len(quiet)
    assert list(dict.fromkeys(quiet.season)) == ["learned", "watched"]
    assert quiet.edges[quiet.games_of_seasons(1)] == len(quiet) // 2


def test_the_quiet_depends_on_the_seed_and_on_nothing_else(raw, quiet):
    again, other = set_scene("quiet", raw.head(5), 24), set_scene("quiet", raw, 25)
    np.testing.assert_array_equal(again.features, quiet.features)
    np.testing.assert_array_equal(again.made, quiet.made)
    assert (other.features != quiet.features).any()


def test_shots_of_the_quiet_are_alike_wherever_they_stand(quiet):
    # of exchangeable shots the place tells nothing: means of tenths differ by chance only
    watched = np.column_stack([quiet.features, np.isnan(quiet.made), quiet.three, np.nan_to_num(quiet.made)])
    for values in watched.T:
        tenths = np.array_split(values, 10)
        error = values.std() / np.sqrt(len(tenths[0]))
        assert max(abs(part.mean() - values.mean()) for part in tenths) < 4.5 * error


@pytest.mark.parametrize("scenario", ["switch", "mix"])
@pytest.mark.parametrize("kind", ["2PT Field Goal", "3PT Field Goal"])
def test_where_both_kinds_are_needed_one_is_refused(raw, scenario, kind):
    with pytest.raises(KobeShotsError, match=r"are three-pointers; this scenario needs both kinds"):
        set_scene(scenario, raw[raw["shot_type"] == kind], 24)


@pytest.mark.parametrize("scenario", OF_REAL_SHOTS)
def test_shots_that_lack_a_column_or_stand_twice_are_refused(raw, scenario):
    with pytest.raises(KobeShotsError, match=r"^The shots lack season, "):
        set_scene(scenario, raw.drop(columns="season"), 24)
    with pytest.raises(KobeShotsError, match=r"shot ids stand twice"):
        set_scene(scenario, raw.assign(shot_id=1), 24)


def test_an_unknown_scenario_is_refused_with_those_that_are_known(raw):
    with pytest.raises(KobeShotsError, match=f"^Got the scenario 'noise'; allowed are {', '.join(SCENARIOS)}"):
        set_scene("noise", raw, 24)


@pytest.mark.parametrize("scenario", OF_REAL_SHOTS)
def test_games_may_be_called_by_words(raw, scenario):
    named = raw.assign(game_id="00" + raw["game_id"].astype(str))
    one, other = set_scene(scenario, raw, 24), set_scene(scenario, named, 24)
    np.testing.assert_array_equal(one.edges, other.edges)
    np.testing.assert_array_equal(one.shot_id, other.shot_id)


@pytest.mark.parametrize("column", ["shot_id", "lat", "shot_made_flag"])
def test_a_column_of_words_is_refused(raw, column):
    with pytest.raises(KobeShotsError, match=rf"^Column '{column}' of the shots holds 'x'; numbers are needed"):
        set_scene("career", raw.assign(**{column: "x"}), 24)
