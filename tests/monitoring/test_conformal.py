import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring import conformal
from kobe_shots.monitoring.conformal import BINS, Ranks, ShotWatch, earlier, log_power_bets, p_values
from kobe_shots.shots.court import to_distance
from kobe_shots.shots.simulator import draw_career

entries = st.lists(st.integers(0, BINS - 1) | st.integers(0, 2), min_size=1, max_size=80)


def draw(seed, shots, shift=0.0):
    """Return a statistic without ties and one of mostly ties."""
    rng = np.random.default_rng(seed)
    fine = rng.normal(shift, size=shots)
    return {"score": fine, "novelty": np.floor(np.maximum(0, fine + rng.normal(size=shots)))}


def after(watch, batch, *places):
    """Return the watch after the batch, cut in places, written out and read back between."""
    cut = {name: np.split(values, places) for name, values in batch.items()}
    for piece in range(len(places) + 1):
        watch = ShotWatch.model_validate_json(watch.model_dump_json())
        watch = watch.update({name: pieces[piece] for name, pieces in cut.items()})
    return watch


def without_rounding(watch):
    """Return the state but for what rounding errors reach, and that."""
    counts = [(r.number, r.edges, r.ties, r.seen, r.evidence.alarm.alarmed_at) for r in watch.ranks]
    return counts, np.array([r.evidence.log_capital for r in watch.ranks])


@given(entries)
def test_earlier_entries_are_counted(drawn):
    above, same = earlier(drawn)
    assert above.tolist() == [sum(e > entry for e in drawn[:i]) for i, entry in enumerate(drawn)]
    assert same.tolist() == [sum(e == entry for e in drawn[:i]) for i, entry in enumerate(drawn)]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(0, 30))
def test_p_values_do_not_depend_on_how_the_stream_is_cut(drawn, place):
    seen, chance = np.array([3, 1, 2]), np.random.default_rng(24).random(len(drawn))
    whole = p_values(drawn, seen, chance)
    then = seen + np.bincount(drawn[:place], minlength=3)
    pieces = [p_values(drawn[:place], seen, chance[:place]), p_values(drawn[place:], then, chance[place:])]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_the_p_value_of_the_highest_shot_is_one_over_all_that_were_seen():
    assert p_values([2], seen=[50, 49, 1], chance=[1.0]) == pytest.approx([1 / 100])
    assert p_values([0], seen=[50, 49, 1], chance=[1.0]) == pytest.approx([1.0])


def test_every_bet_is_fair():
    p = (np.arange(2_000_000) + 0.5) / 2_000_000
    assert np.exp(log_power_bets(p)).mean(axis=1)[[1, 2, 4, 5]] == pytest.approx(np.ones(4), abs=1e-3)
    edges = np.geomspace(1e-300, 1, 200_000)  # the lowest power has a tail too long for a grid of equal steps
    bets = np.exp(np.log(0.1) - 0.9 * np.log(edges))
    assert np.sum((bets[1:] + bets[:-1]) / 2 * np.diff(edges)) == pytest.approx(1, abs=1e-3)
    assert np.isfinite(log_power_bets([0.0, 1.0])).all()


@pytest.mark.parametrize("name", ["score", "novelty"])
def test_p_values_are_uniform_and_unrelated_with_ties_or_without(name, monkeypatch):
    found = []
    monkeypatch.setattr(conformal, "log_power_bets", lambda p: found.append(p) or log_power_bets(p))
    for seed in range(40):
        conformal.start({name: draw(seed, 200)[name]}, seed).update({name: draw(1_000 + seed, 500)[name]})
    p = np.array(found)
    assert kstest(p.ravel(), "uniform").pvalue > 0.01
    assert (p < 0.005).mean() == pytest.approx(0.005, abs=0.0015)
    assert kstest(p.mean(axis=1), "norm", (0.5, np.sqrt(1 / 12 / 500))).pvalue > 0.01  # no luck of a shared sample
    assert abs(np.corrcoef(p[:, 1:].ravel(), p[:, :-1].ravel())[0, 1]) < 0.03


def test_bins_hold_every_gap_between_calibration_values_and_are_narrow_at_both_ends():
    values = np.random.default_rng(24).permutation(4_000)
    ranks = Ranks.start("score", 0, values, 0.05, seed=1)
    assert sum(ranks.seen) == 4_001
    assert len(ranks.seen) <= BINS
    assert ranks.seen[:3] == ranks.seen[-3:] == (1, 1, 1)
    assert (ranks.edges[0], ranks.edges[-1]) == (0, 3_999)
    share = np.array(ranks.seen) / np.minimum(np.cumsum(ranks.seen), np.cumsum(ranks.seen[::-1])[::-1])
    assert share[5:-5].max() < 0.3


@given(st.lists(st.integers(0, 60), max_size=3), st.integers(0, 40))
def test_the_stream_may_be_cut_anywhere(places, change):
    calibration, quiet, new = draw(1, 150), draw(2, change), draw(3, 20, shift=8)
    batch = {name: np.concatenate([quiet[name], new[name]]) for name in quiet}
    watch = conformal.start(calibration, seed=24)
    counts, capital = without_rounding(after(watch, batch, *sorted(min(p, change + 20) for p in places)))
    expected_counts, expected_capital = without_rounding(watch.update(batch))
    assert counts == expected_counts
    np.testing.assert_allclose(capital, expected_capital, atol=1e-9)


def test_blocks_are_a_matter_of_memory_only(monkeypatch):
    watch, batch = conformal.start(draw(1, 150), seed=24), draw(2, 100)
    expected = without_rounding(watch.update(batch))
    monkeypatch.setattr(conformal, "BLOCK", 7)
    found = without_rounding(watch.update(batch))
    assert found[0] == expected[0]
    np.testing.assert_allclose(found[1], expected[1], atol=1e-9)


def test_a_state_does_not_grow_with_the_stream():
    watch = conformal.start(draw(1, 150), seed=24)
    size = len(watch.update(draw(2, 10)).model_dump_json())
    assert len(watch.update(draw(2, 20_000)).model_dump_json()) < 1.2 * size


def test_quiet_streams_are_left_alone():
    raised = 0
    for seed in range(60):
        watch = conformal.start(draw(seed, 500), seed).update(draw(1_000 + seed, 4_000))
        raised += any(alarm.raised for alarm in watch.alarms)
    assert raised <= 60 * 0.05


@pytest.mark.parametrize("shift", [-2, 2])
@pytest.mark.parametrize("change", [0, 3_000])
def test_a_shift_to_either_side_is_found(shift, change):
    watch = conformal.start({"score": draw(1, 1_000)["score"]}, seed=24)
    watch = watch.update({"score": draw(2, change)["score"]})
    assert not watch.alarms[0].raised
    (alarm,) = watch.update({"score": draw(3, 100, shift)["score"]}).alarms
    assert change < alarm.alarmed_at < change + 30


def test_the_alarm_names_its_statistic():
    watch = conformal.start(draw(1, 1_000), seed=24)
    score, novelty = watch.update({**draw(2, 10), "novelty": np.full(10, 50)}).alarms
    assert (score.name, score.raised) == ("score", False)
    assert (novelty.name, novelty.raised) == ("novelty", True)
    assert novelty.alarmed_at < 5


def test_a_constant_is_quiet_until_it_changes():
    watch = conformal.start({"novelty": np.zeros(1_000)}, seed=24).update({"novelty": np.zeros(5_000)})
    assert not watch.alarms[0].raised
    assert watch.update({"novelty": np.ones(10)}).alarms[0].alarmed_at < 5_005


def test_alpha_is_shared_by_the_statistics():
    both, one = conformal.start(draw(1, 150), 1, alpha=0.1), conformal.start({"a": np.arange(150)}, 1, alpha=0.05)
    assert {a.log_threshold for a in both.alarms} == {one.alarms[0].log_threshold} == {-np.log(0.05)}


@pytest.mark.parametrize("change", [100, 1_000])
def test_three_pointers_after_two_pointers_are_found_without_labels(change):
    rng = np.random.default_rng(24)
    shots = draw_career(rng, 8_000).shots
    three = (shots["shot_type"] == "3PT Field Goal").to_numpy()
    feet = to_distance(shots["loc_x"], shots["loc_y"]).astype(float)
    two = rng.permutation(feet[~three])
    calibration, before = two[:2_000], two[2_000 : 2_000 + change]
    delays = []
    for seed in range(20):
        watch = conformal.start({"distance": calibration}, seed).update({"distance": before})
        (alarm,) = watch.update({"distance": rng.permutation(feet[three])}).alarms
        delays.append(alarm.alarmed_at - change + 1)
    assert min(delays) > 0
    assert np.median(delays) <= 25


def test_batches_without_the_watched_statistics_are_refused():
    watch = conformal.start(draw(1, 150), seed=24)
    with pytest.raises(KobeShotsError, match=r"Got 2 of 'score'; allowed are as many of each of score, novelty\."):
        watch.update({"score": [1, 2]})
    with pytest.raises(KobeShotsError, match=r"Got 2 of 'score', 1 of 'novelty'; allowed are as many"):
        watch.update({"score": [1, 2], "novelty": [1]})
    with pytest.raises(KobeShotsError, match=r"Got no values; allowed are as many"):
        watch.update({})
    with pytest.raises(KobeShotsError, match=r"Got values of 'novelty' that are missing, infinite"):
        watch.update({"score": [1, 2], "novelty": [1, np.nan]})


def test_calibration_samples_of_no_use_are_refused():
    with pytest.raises(KobeShotsError, match=r"Got 99 calibration values of 'score'; at least 100 are needed\."):
        conformal.start({"score": np.arange(99)}, seed=24)
    with pytest.raises(KobeShotsError, match=r"Got no statistic to watch; at least one is needed\."):
        conformal.start({}, seed=24)
