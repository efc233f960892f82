from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.errors import KobeShotsError
from kobe_shots.shots import career, simulator
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE
from kobe_shots.shots.schema import FEATURES, RawShots, validate_raw
from kobe_shots.shots.simulator import MIN_SHOTS, TRUTH_FILE, Career, draw_career, simulate
from kobe_shots.shots.zones import ZONES, beyond_line, zone_of

TWO, THREE = "2PT Field Goal", "3PT Field Goal"
SEASONS = pd.DataFrame(career.SEASONS)


@pytest.fixture(scope="module")
def drawn() -> Career:
    return draw_career(np.random.default_rng([24, 0]))


@pytest.fixture(scope="module")
def shots(drawn: Career) -> pd.DataFrame:
    return drawn.shots


@pytest.fixture(scope="module")
def twos(shots: pd.DataFrame) -> pd.DataFrame:
    return shots[shots["shot_type"] == TWO]


@pytest.fixture(scope="module")
def threes(shots: pd.DataFrame) -> pd.DataFrame:
    return shots[shots["shot_type"] == THREE]


@pytest.fixture(scope="module")
def two_careers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("careers")
    simulate(folder, folder / "truth", shots=2 * career.SHOTS + 1, seed=7)
    return folder


def year_of(shots: pd.DataFrame) -> pd.Series:
    return shots["season"].str[:4].astype(int)


def test_a_career_follows_the_raw_schema(shots: pd.DataFrame) -> None:
    assert validate_raw(shots) is not None
    assert list(shots.columns) == list(RawShots.to_schema().columns)
    assert len(shots) == career.SHOTS == 30_697


@pytest.mark.parametrize("size", [MIN_SHOTS, 3_000, 40_000])
def test_a_career_of_another_size_covers_the_same_ground(size: int) -> None:
    shots = validate_raw(draw_career(np.random.default_rng(5), size).shots)
    assert len(shots) == size
    assert shots["season"].nunique() == len(career.SEASONS)
    assert shots.groupby("shot_type")["shot_made_flag"].nunique().to_dict() == {TWO: 2, THREE: 2}
    assert shots["shot_made_flag"].isna().sum() == round(size * 5_000 / 30_697)


def test_too_few_shots_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KobeShotsError, match="499 shots were asked for, at least 500 are needed"):
        simulate(tmp_path, tmp_path, shots=499)
    assert not list(tmp_path.iterdir())


def test_type_and_zone_are_where_the_shot_is(shots: pd.DataFrame) -> None:
    assert ((shots["shot_type"] == THREE) == beyond_line(shots["loc_x"], shots["loc_y"])).all()
    assert shots["loc_x"].abs().max() <= 250
    zone = pd.DataFrame([ZONES[i] for i in zone_of(shots["loc_x"], shots["loc_y"])], index=shots.index)
    for name in ("basic", "area", "range"):
        assert (shots[f"shot_zone_{name}"] == zone[name]).all()


def test_shots_at_the_rim_are_recorded_at_the_hoop_until_2009_10_and_never_after(twos: pd.DataFrame) -> None:
    at_hoop = (twos["loc_x"] == 0) & (twos["loc_y"] == 0)
    early = year_of(twos) <= 2009
    assert at_hoop[early].sum() == pytest.approx(5_181, rel=0.05)
    assert not at_hoop[~early].any()
    rim = twos.loc[~early & (twos["shot_zone_basic"] == "Restricted Area")]
    assert rim["shot_distance"].value_counts(normalize=True)[[0, 1, 2, 3]].min() > 0.1
    many = draw_career(np.random.default_rng(0), 200_000).shots  # enough for rounding to reach (0, 0) if it could
    assert not ((many["loc_x"] == 0) & (many["loc_y"] == 0) & (year_of(many) > 2009)).any()


def test_the_seasons_are_those_of_the_career(shots: pd.DataFrame, twos: pd.DataFrame, threes: pd.DataFrame) -> None:
    assert shots["playoffs"].mean() == pytest.approx(0.1466, abs=0.002)
    assert (shots["shot_type"] == THREE).mean() == pytest.approx(0.2093, abs=0.01)
    assert shots["game_id"].nunique() == pytest.approx(1_559, abs=10)
    count = shots.groupby(year_of(shots)).size().to_numpy()
    assert count == pytest.approx(SEASONS["shots"] + SEASONS["playoff_shots"], abs=10)
    many = count > 500
    of_three = (shots["shot_type"] == THREE).groupby(year_of(shots)).mean().to_numpy()
    assert of_three[many] == pytest.approx(SEASONS["threes"][many], abs=0.05)
    for made, rates in ((twos, SEASONS["twos_made"]), (threes, SEASONS["threes_made"])):
        seen = made.groupby(year_of(made))["shot_made_flag"].agg(["mean", "count"])
        spread = np.sqrt(rates * (1 - rates) / seen["count"].to_numpy())
        assert (np.abs(seen["mean"].to_numpy() - rates) < 4 * spread).all()


def test_make_rates_are_those_of_the_career(twos: pd.DataFrame, threes: pd.DataFrame) -> None:
    assert twos["shot_made_flag"].mean() == pytest.approx(0.477, abs=0.012)
    assert threes["shot_made_flag"].mean() == pytest.approx(0.329, abs=0.02)
    rates = twos.groupby("shot_zone_basic")["shot_made_flag"].mean()
    assert rates["Restricted Area"] == pytest.approx(0.618, abs=0.025)
    assert rates["In The Paint (Non-RA)"] == pytest.approx(0.453, abs=0.03)
    assert rates["Mid-Range"] == pytest.approx(0.406, abs=0.02)
    heaves = threes[threes["shot_zone_area"] == "Back Court(BC)"]
    assert 50 < len(heaves) < 130
    assert heaves["shot_made_flag"].mean() < 0.08


def test_two_pointers_keep_their_distances(twos: pd.DataFrame) -> None:
    bands = pd.cut(twos["shot_distance"], [-1, 3, 7, 15, 23], labels=["rim", "near", "short", "long"])
    shares = bands.value_counts(normalize=True)
    assert shares["rim"] == pytest.approx(0.294, abs=0.015)
    assert shares["near"] == pytest.approx(0.093, abs=0.01)
    assert shares["short"] == pytest.approx(0.273, abs=0.015)
    assert shares["long"] == pytest.approx(0.340, abs=0.015)


def test_the_clock_runs_as_in_the_career_and_shots_cluster_at_the_end_of_a_period(
    shots: pd.DataFrame, threes: pd.DataFrame
) -> None:
    in_quarters = shots[shots["period"] <= 4]
    by_minute = in_quarters["minutes_remaining"].value_counts(normalize=True)
    assert by_minute[0] == pytest.approx(0.124, abs=0.01)
    assert by_minute.idxmax() == 0
    assert (threes["minutes_remaining"] == 0).mean() == pytest.approx(0.211, abs=0.025)
    buzzer = (threes["minutes_remaining"] == 0) & (threes["seconds_remaining"] < 4)
    assert threes["shot_made_flag"][buzzer].mean() < 0.2
    assert shots["minutes_remaining"][shots["period"] > 4].max() <= 4
    assert 0.005 < (shots["period"] > 4).mean() < 0.02
    quarters = in_quarters["period"].value_counts(normalize=True).sort_index()
    assert quarters.to_list() == pytest.approx([0.265, 0.222, 0.274, 0.239], abs=0.015)


def test_plays_are_numbered_as_the_game_goes_on(shots: pd.DataFrame) -> None:
    left = shots["minutes_remaining"] * 60 + shots["seconds_remaining"]
    played = shots.assign(clock=-left).sort_values(["game_id", "game_event_id"])
    in_game = played.sort_values(["game_id", "period", "clock"], kind="stable")
    assert (played["shot_id"].to_numpy() == in_game["shot_id"].to_numpy()).all()
    assert not shots.duplicated(["game_id", "game_event_id"]).any()


def test_games_have_one_day_one_opponent_and_a_season_that_fits(shots: pd.DataFrame) -> None:
    games = shots.groupby("game_id")[["game_date", "matchup", "opponent", "season", "playoffs"]].nunique()
    assert (games == 1).all(axis=None)
    one = shots.drop_duplicates("game_id")
    assert one["game_date"].is_unique
    day, year = pd.to_datetime(one["game_date"]), year_of(one)
    assert (
        (day >= pd.to_datetime(year.astype(str) + "-10-01"))
        & (day < pd.to_datetime(year.add(1).astype(str) + "-07-01"))
    ).all()
    assert ((one["game_id"] // 10_000_000 == 4) == (one["playoffs"] == 1)).all()
    assert ((one["game_id"] // 100_000 % 100) == year % 100).all()
    assert one["matchup"].str.contains("@").mean() == pytest.approx(0.5, abs=0.06)
    for name, season in one[["opponent", "season"]].drop_duplicates().itertuples(index=False):
        assert name in {team.name for team in career.opponents(int(season[:4]))}


def test_the_row_id_is_not_chronological(shots: pd.DataFrame) -> None:
    assert shots["shot_id"].is_monotonic_increasing
    assert shots["season"].iloc[0] == "2000-01"
    assert not shots["game_date"].is_monotonic_increasing


def test_the_name_of_a_shot_gives_its_outcome_away(twos: pd.DataFrame) -> None:
    family = twos.groupby("combined_shot_type")["shot_made_flag"].mean()
    assert family["Dunk"] > 0.88
    assert twos.groupby("action_type")["combined_shot_type"].nunique().max() == 1


def test_labels_are_withheld_at_random(drawn: Career) -> None:
    withheld = drawn.shots["shot_made_flag"].isna()
    assert withheld.sum() == 5_000
    by_type = withheld.groupby(drawn.shots["shot_type"]).mean()
    assert by_type.to_list() == pytest.approx([0.163, 0.163], abs=0.015)
    assert drawn.make_probability[withheld].mean() == pytest.approx(drawn.make_probability.mean(), abs=0.006)


def test_the_truth_is_calibrated(drawn: Career) -> None:
    known = drawn.shots["shot_made_flag"].notna().to_numpy()
    truth, made = drawn.make_probability[known], drawn.shots["shot_made_flag"][known].to_numpy()
    tenth = pd.qcut(truth, 10, labels=False)
    for group in range(10):
        members = tenth == group
        spread = np.sqrt((truth * (1 - truth))[members].sum()) / members.sum()
        assert abs(made[members].mean() - truth[members].mean()) < 4 * spread


def test_a_seed_draws_the_same_career_again_and_another_seed_another(drawn: Career) -> None:
    again = draw_career(np.random.default_rng([24, 0]))
    pd.testing.assert_frame_equal(drawn.shots, again.shots)
    assert (drawn.make_probability == again.make_probability).all()
    other = draw_career(np.random.default_rng([25, 0]))
    assert (other.shots["loc_x"] != drawn.shots["loc_x"]).mean() > 0.5


def test_modelling_comes_to_the_same_conclusions(twos: pd.DataFrame, threes: pd.DataFrame, drawn: Career) -> None:
    dev, prod = (shots.dropna(subset="shot_made_flag") for shots in (twos, threes))
    X, y = dev[FEATURES], dev["shot_made_flag"]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    regression = make_pipeline(StandardScaler(), LogisticRegression())
    tree = DecisionTreeClassifier(max_depth=6, min_samples_leaf=100, random_state=0)
    of_regression, of_tree = (
        cross_val_predict(model, X, y, cv=folds, method="predict_proba")[:, 1] for model in (regression, tree)
    )
    constant = log_loss(y, np.full(len(y), y.mean()))
    floor = log_loss(y, drawn.make_probability[dev.index])
    assert constant == pytest.approx(0.692, abs=0.002)
    assert log_loss(y, of_regression) == pytest.approx(0.677, abs=0.005)
    assert floor < log_loss(y, of_tree) < log_loss(y, of_regression) < constant - 0.01
    assert floor == pytest.approx(0.671, abs=0.006)
    assert roc_auc_score(y, of_regression) == pytest.approx(0.6, abs=0.015)

    on_prod = regression.fit(X, y).predict_proba(prod[FEATURES])[:, 1]
    made = prod["shot_made_flag"]
    own_rate, dev_rate = (log_loss(made, np.full(len(made), rate)) for rate in (made.mean(), y.mean()))
    assert log_loss(made, on_prod) == pytest.approx(0.629, abs=0.012)
    assert log_loss(made, on_prod) < own_rate < dev_rate - 0.02
    assert roc_auc_score(made, on_prod) == pytest.approx(0.54, abs=0.035)
    assert on_prod.max() < 0.5


def test_dev_holds_the_twos_prod_the_threes_and_neither_the_truth(two_careers: Path) -> None:
    dev, prod = (validate_raw(pd.read_parquet(two_careers / name)) for name in (DEV_FILE, PROD_FILE))
    assert set(dev["shot_type"]) == {TWO}
    assert set(prod["shot_type"]) == {THREE}
    truth = pd.read_parquet(two_careers / "truth" / TRUTH_FILE)
    assert list(truth.columns) == ["shot_id", "make_probability"]
    assert truth["make_probability"].between(0, 1, inclusive="neither").all()
    ids = pd.concat([dev["shot_id"], prod["shot_id"]])
    assert sorted(ids) == truth["shot_id"].to_list() == list(range(1, 2 * career.SHOTS + 2))


def test_careers_are_told_apart(two_careers: Path) -> None:
    dev = pd.read_parquet(two_careers / DEV_FILE)
    career_no = (dev["shot_id"] > career.SHOTS + 1).to_numpy()
    first, second = dev[~career_no], dev[career_no]
    assert not set(first["game_id"]) & set(second["game_id"])
    assert set(second["game_id"].astype(str).str[0]) == {"2", "4"}
    assert not dev.duplicated(["game_id", "game_event_id"]).any()


@pytest.mark.parametrize("name", [DEV_FILE, PROD_FILE, f"truth/{TRUTH_FILE}"])
def test_a_row_group_holds_one_career_so_that_memory_does_not_grow(two_careers: Path, name: str) -> None:
    file = pq.read_metadata(two_careers / name)
    assert [file.row_group(i).num_rows <= career.SHOTS + 1 for i in range(file.num_row_groups)] == [True, True]


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        simulate(tmp_path / folder, tmp_path / folder / "truth", shots=3_000, seed=3)
    for name in (DEV_FILE, PROD_FILE, f"truth/{TRUTH_FILE}"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_second_career_differs_and_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    for careers in (1, 2):
        simulate(tmp_path / str(careers), tmp_path / str(careers), shots=careers * career.SHOTS, seed=3)
    alone, followed = (pd.read_parquet(tmp_path / str(careers) / PROD_FILE) for careers in (1, 2))
    pd.testing.assert_frame_equal(alone, followed.head(len(alone)))
    assert followed["loc_x"].to_list()[len(alone) :] != alone["loc_x"].to_list()


def test_a_run_cut_short_leaves_no_half_file_and_the_next_one_clears_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(tmp_path, tmp_path, shots=1_000, seed=1)
    before = (tmp_path / DEV_FILE).read_bytes()

    def cut(rng: np.random.Generator, shots: int) -> Career:
        calls.append(shots)
        if len(calls) == 2:
            raise KeyboardInterrupt("stopped")
        return draw_career(rng, shots)

    calls: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(simulator, "draw_career", cut)
        with pytest.raises(KeyboardInterrupt, match="stopped"):
            simulate(tmp_path, tmp_path, shots=2 * career.SHOTS, seed=1)
    assert (tmp_path / DEV_FILE).read_bytes() == before

    simulate(tmp_path, tmp_path, shots=1_000, seed=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([DEV_FILE, PROD_FILE, TRUTH_FILE])
    assert (tmp_path / DEV_FILE).read_bytes() != before
