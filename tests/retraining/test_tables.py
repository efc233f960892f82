import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kobe_shots.retraining.comparison import compare
from kobe_shots.retraining.oracle import start_oracle
from kobe_shots.retraining.tables import tabulate_decisions, tabulate_games, tabulate_shots

FIRST = 60


@pytest.fixture(scope="module")
def oracle(switched, how):
    oracle = start_oracle(switched, "dt", how, FIRST)
    while not oracle.is_over:
        oracle.play()
    return oracle.probability


@pytest.fixture(scope="module")
def shots(replays, oracle):
    return tabulate_shots(replays, oracle, FIRST)


@pytest.fixture(scope="module")
def games(replays, oracle):
    return tabulate_games(replays, oracle, FIRST)


@pytest.fixture(scope="module")
def decisions(replays):
    return tabulate_decisions(replays)


def loss_of(shots, name):
    made = shots["made"].astype(float)
    return -np.log(shots[name].where(made == 1, 1 - shots[name])).where(made.notna())


def interval(difference, game, confidence):
    """Return mean and Student's interval of a ratio of sums of games, each a game's own."""
    kept = difference.dropna()
    sums = (kept - kept.mean()).groupby(game.loc[kept.index]).sum()
    half = stats.t.ppf((1 + confidence) / 2, len(sums) - 1) * sums.std() * np.sqrt(len(sums)) / len(kept)
    return kept.mean(), kept.mean() - half, kept.mean() + half


def test_every_shot_played_stands_once_with_every_score(shots, switched, replays):
    first = switched.edges[FIRST]
    assert shots["shot_id"].tolist() == switched.shot_id[first:].tolist()
    np.testing.assert_array_equal(shots["three"], switched.three[first:])
    assert shots["made"].isna().to_numpy().tolist() == (~switched.is_labelled[first:]).tolist()
    assert shots["game"].is_monotonic_increasing
    assert (shots.groupby("game").size().to_numpy() == np.diff(switched.edges)[FIRST:]).all()
    for policy in replays:
        assert shots[policy].between(0.02, 0.98).all()
        assert (shots[f"{policy}_version"] >= 1).all()
    assert shots["oracle"].between(0.02, 0.98).all()


def test_the_comparison_can_be_worked_out_from_the_tables_again(
    shots, games, decisions, replays, oracle, how, switched
):
    found = compare("switch", 24, replays, oracle, FIRST)
    confidence, counts = how.gate.confidence, how.gate.minimum_effect
    best, base = loss_of(shots, "oracle"), loss_of(shots, "never")
    assert found.oracle == pytest.approx(best.mean())
    assert [found.advantage.value, found.advantage.low, found.advantage.high] == pytest.approx(
        interval(base - best, shots["game"], confidence)
    )
    assert (found.games, found.shots, found.labelled) == (
        len(games[games["policy"] == "never"]),
        len(shots),
        shots["made"].notna().sum(),
    )
    for result in found.results:
        loss = loss_of(shots, result.policy)
        assert result.log_loss == pytest.approx(loss.mean())
        for told, difference in ((result.gain, base - loss), (result.regret, loss - best)):
            again = interval(difference, shots["game"], confidence)
            assert [told.value, told.low, told.high] == pytest.approx(again, abs=1e-12)
        share = (base - loss).mean() / (base - best).mean()
        assert result.recovered == (pytest.approx(share) if (base - best).mean() > counts else None)
        of_policy = decisions[decisions["policy"] == result.policy]
        assert result.promotions == (of_policy["answer"] == "promote").sum()
        no_routine = ~of_policy["rule"].isin(["calendar", "growth"])
        acted = of_policy[no_routine & (of_policy["shot"] >= switched.changed_at)]
        assert (result.action_after is None) == acted.empty
        if not acted.empty:
            through = (shots["game"] <= acted["game"].min()).sum() + switched.edges[FIRST]
            assert result.action_after == through - switched.changed_at


def test_games_add_up_to_the_whole(shots, games):
    assert set(games["policy"]) == {"never", "calendar", "reactive", "predictive", "both", "oracle"}
    for policy, of_policy in games.groupby("policy"):
        loss = loss_of(shots, policy)
        by_game = loss.groupby(shots["game"]).sum()
        assert of_policy["game"].tolist() == by_game.index.tolist()
        assert of_policy["log_loss"].to_numpy() == pytest.approx(by_game.to_numpy())
        assert of_policy["cumulative"].to_numpy() == pytest.approx(by_game.cumsum().to_numpy())
        regret = (loss - loss_of(shots, "oracle")).groupby(shots["game"]).sum().cumsum()
        assert of_policy["regret"].to_numpy() == pytest.approx(regret.to_numpy(), abs=1e-9)
        assert of_policy["labelled"].tolist() == shots["made"].notna().groupby(shots["game"]).sum().tolist()
        if policy != "oracle":
            version = shots.groupby("game")[f"{policy}_version"].agg(["min", "max"])
            assert of_policy["version"].tolist() == version["min"].tolist() == version["max"].tolist()


def test_the_oracle_regrets_nothing(games):
    of_oracle = games[games["policy"] == "oracle"]
    assert (of_oracle["regret"] == 0).all()
    assert (of_oracle["version"] == 0).all()


def test_every_decision_stands_with_what_the_gate_said(decisions, replays):
    events = [(policy, event) for policy, replay in replays.items() for event in replay.events]
    assert len(decisions) == len(events) > 10
    for (policy, event), row in zip(events, decisions.to_dict("records"), strict=True):
        assert (row["policy"], row["game"], row["rule"]) == (policy, event.game, event.decision.rule)
        assert row["sentence"] == event.decision.sentence
        if event.ledger is None:
            assert pd.isna(row["answer"])
            assert pd.isna(row["gain"])
        else:
            assert row["answer"] == event.ledger.answer
            assert row["verdict"] == event.ledger.sentence
            assert row["compared"] == event.ledger.observed.n
            assert row["gain"] == event.ledger.gain.value


def test_tables_survive_the_file_they_are_kept_in(shots, games, decisions, tmp_path):
    for name, table in (("shots", shots), ("games", games), ("decisions", decisions)):
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), table)


def test_where_nothing_was_decided_the_table_has_its_columns_all_the_same(decisions, replays):
    empty = tabulate_decisions({"never": replays["never"]})
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, decisions.dtypes)
