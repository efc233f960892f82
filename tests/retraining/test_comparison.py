from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.evaluation import Estimate
from kobe_shots.retraining.comparison import compare, played_shots
from kobe_shots.retraining.gate import Answer, Ledger
from kobe_shots.retraining.policies import QUIET, Action, Decision
from kobe_shots.retraining.replay import Event

FIRST = 20  # the game the replay begins with; ten shots a game
GAIN = Estimate(metric="log_loss", value=0.1, low=0.05, high=0.15, n=200)


@pytest.fixture(scope="module")
def career(make_career, draw_features):
    rng = np.random.default_rng(24)
    made = np.r_[rng.integers(0, 2, 200), np.ones(60)]
    return make_career(np.r_[draw_features(rng, 230), draw_features(rng, 30, (25, 30))], made)


@pytest.fixture
def never(career, start):
    replay = start(career, "never", ("lr",), first=FIRST)
    return with_gains(replay, np.zeros(60))


def with_gains(replay, gains, **other):
    """Return a replay whose scores are better by so much than a half, of shots that all went in."""
    probability = np.r_[np.full(200, np.nan), 0.5 * np.exp(gains)]
    return replace(replay, game=replay.career.games, probability=probability, **other)


def oracle_of(gains):
    return np.r_[np.full(200, np.nan), 0.5 * np.exp(gains)]


def promote(game, labels, version=1):
    ledger = Ledger(
        answer=Answer.PROMOTE, sentence="", observed=GAIN, expected=(0, 1), gain=GAIN, needed=None, guards=()
    )
    return Event(game, labels, version, Decision(action=Action.RETRAIN, rule="loss", sentence=""), ledger)


def act(game, action=Action.RETRAIN):
    return Event(game, 0, 1, Decision(action=action, rule="loss", sentence=""))


def compared(replays, gains=0.5):
    return compare("switch", 24, replays, oracle_of(np.full(60, gains)), FIRST)


# ---- losses, with games as the unit


def test_the_interval_takes_games_as_the_unit(never):
    # six games of ten shots, alike within a game: as good as six observations
    by_game = np.array([0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
    (_, result) = compared({"never": never, "both": with_gains(never, np.repeat(by_game, 10))}).results
    low, high = stats.t.interval(never.rules.how.gate.confidence, 5, by_game.mean(), stats.sem(by_game))
    assert result.gain.value == pytest.approx(0.2)
    assert (result.gain.low, result.gain.high) == pytest.approx((low, high))
    assert result.gain.n == 60
    assert result.log_loss == pytest.approx(np.log(2) - 0.2)
    assert result.regret.value == pytest.approx(0.3)


def test_games_count_by_their_labelled_shots(never, career):
    # of the second game one shot is labelled, of the others none: ten shots at 0.1 and one at 1.2
    made = np.where(np.arange(260) <= 210, career.made, np.nan)
    gains = np.r_[np.full(10, 0.1), np.full(50, 1.2)] * 0.5
    other = with_gains(replace(never, career=replace(career, made=made)), gains)
    base = replace(never, career=other.career)
    (_, result) = compared({"never": base, "both": other}).results
    assert result.gain.n == 11
    assert result.gain.value == pytest.approx(0.5 * (10 * 0.1 + 1.2) / 11)
    # sums of the games around the mean are plus and minus s; times 2 games / 1, over 11 shots
    s = 10 * (result.gain.value - 0.05)
    half = stats.t.ppf(0.5 + never.rules.how.gate.confidence / 2, 1) * np.sqrt(2 * s**2 * 2) / 11
    assert result.gain.high - result.gain.value == pytest.approx(half)


def test_of_one_game_nothing_is_certain(never, career):
    made = np.where(np.arange(260) < 210, career.made, np.nan)
    base = replace(never, career=replace(career, made=made))
    found = compared({"never": base})
    assert (found.advantage.low, found.advantage.high) == (-np.inf, np.inf)


def test_only_labelled_shots_of_games_played_count(career):
    unlabelled = replace(career, made=np.where(np.arange(260) % 2, career.made, np.nan))
    assert played_shots(unlabelled, FIRST).tolist() == list(range(201, 260, 2))


def test_where_no_outcome_is_known_nothing_is_compared(never, career):
    unknown = replace(never, career=replace(career, made=np.where(np.arange(260) < 200, career.made, np.nan)))
    with pytest.raises(KobeShotsError, match=r"^None of the 60 shots replayed has an outcome"):
        compared({"never": unknown})


# ---- what is recovered


def test_what_is_recovered_is_the_share_of_the_oracles_gain(never):
    half, less = with_gains(never, np.full(60, 0.1)), with_gains(never, np.full(60, -0.05))
    found = compared({"never": never, "reactive": half, "both": less}, gains=0.2)
    assert [result.recovered for result in found.results] == pytest.approx([0, 0.5, -0.25])
    assert found.advantage.value == pytest.approx(0.2)
    assert found.oracle == pytest.approx(np.log(2) - 0.2)


@pytest.mark.parametrize("gain", [-0.1, 0.0, 0.5])
def test_below_what_counts_there_is_nothing_to_recover(never, gain):
    counts = never.rules.how.gate.minimum_effect
    found = compared({"never": never, "both": with_gains(never, np.full(60, gain))}, gains=0.99 * counts)
    assert [result.recovered for result in found.results] == [None, None]
    assert found.counts == counts
    assert found.conclusion.startswith(
        f"Retraining buys nothing that counts here: even the oracle gains only {0.99 * counts:.4f} ["
    )


def test_that_nothing_was_changed_where_nothing_was_to_gain_is_said(never):
    still = with_gains(never, np.zeros(60))
    rash = with_gains(never, np.full(60, -0.1), champion=replace(never.champion, version=4))
    assert compared({"never": never, "both": still}, gains=0).conclusion.endswith("; no policy changed the champion.")
    found = compared({"never": never, "both": still, "reactive": rash, "calendar": rash}, gains=0)
    assert found.conclusion.endswith("; champions changed: reactive 3.")


def test_the_best_policy_is_named_beside_the_calendar(never):
    better = with_gains(never, np.full(60, 0.15), retrainings=7)
    worse = with_gains(never, np.full(60, 0.05), retrainings=1)
    often = with_gains(never, np.full(60, 0.18), retrainings=1_200)
    replays = {"never": never, "predictive": worse, "both": better}
    said = r"The oracle gains 0.2000 [0.2000, 0.2000] in log loss; both recovers 75% of it with 7 retrainings"
    assert compared(replays, gains=0.2).conclusion == f"{said}."
    beside = "; calendar recovers 90% with 1,200."
    assert compared(replays | {"calendar": often}, gains=0.2).conclusion == said + beside


def test_without_a_policy_that_decides_the_oracle_stands_alone(never):
    found = compared({"never": never}, gains=0.2)
    assert found.conclusion == "The oracle gains 0.2000 [0.2000, 0.2000] in log loss."


def test_what_was_replayed_is_told(never):
    found = compared({"never": never})
    assert (found.scenario, found.seed, found.family, found.challengers) == ("switch", 24, "lr", ("lr",))
    assert (found.games, found.shots, found.labelled) == (6, 60, 60)
    assert type(found).model_validate_json(found.model_dump_json()) == found


# ---- after a change


@pytest.fixture
def changed(never, career):
    """The replay of a career that changes with its game 23, of three-pointers from then on."""
    return replace(never, career=replace(career, changed_at=230))


def result_of(replay):
    return compared({"never": replay}).results[0]


def test_the_first_action_after_the_change_counts_with_the_game_it_came_in(changed):
    assert result_of(replace(changed, events=[act(22), act(24), act(25)])).action_after == 20
    assert result_of(replace(changed, events=[act(22), act(23, Action.GET_LABELS)])).action_after == 10
    assert result_of(replace(changed, events=[act(22)])).action_after is None
    waits = Event(24, 0, 1, QUIET)
    assert result_of(replace(changed, events=[waits])).action_after is None


def test_without_a_change_there_is_no_action_after_it(never):
    result = result_of(replace(never, events=[act(24), promote(24, 200)]))
    assert (result.action_after, result.promotion_after, result.served) == (None, None, ())


def test_a_promotion_counts_the_labels_of_shots_since_the_change_that_were_known(changed):
    outcomes = replace(changed.outcomes, order=[*range(200), 230, 200, 231, 201, 232, 233])
    late = replace(changed, outcomes=outcomes, events=[promote(22, 200), promote(25, 203, version=2), act(25)])
    assert result_of(late).promotion_after == 2
    assert result_of(replace(late, events=[promote(22, 200)])).promotion_after is None


def test_champions_are_measured_on_the_threes_they_scored_since(changed):
    # version 1 scores ten of them at 0.5 exp(0.1), version 2 twenty at 0.5 exp(0.3); all went in
    version = np.where(np.arange(260) < 240, 1, 2)
    outcomes = replace(changed.outcomes, order=[*range(200), *range(230, 236)])
    made = np.where(np.arange(260) == 259, 0, changed.career.made)
    gains = np.r_[np.zeros(30), np.full(10, 0.1), np.full(20, 0.3)]
    replay = with_gains(
        replace(changed, career=replace(changed.career, made=made)),
        gains,
        version=version,
        outcomes=outcomes,
        events=[promote(23, 206)],
    )
    first, second = result_of(replay).served
    rate = 29 / 30
    constant = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    assert (first.version, first.labelled, first.labels_since_change) == (1, 10, 0)
    assert first.skill == pytest.approx(constant - (np.log(2) - 0.1))
    assert (second.version, second.labelled, second.labels_since_change) == (2, 20, 6)
    p = 0.5 * np.exp(0.3)
    assert second.skill == pytest.approx(constant + (19 * np.log(p) + np.log(1 - p)) / 20)


def test_where_no_threes_were_taken_since_none_are_measured(changed):
    twos = replace(changed.career, three=np.zeros(260, dtype=bool))
    assert result_of(replace(changed, career=twos)).served == ()
