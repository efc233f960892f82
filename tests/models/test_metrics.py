import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from kobe_shots.errors import KobeShotsError
from kobe_shots.models import metrics

shots = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=2, max_size=60)


@given(shots)
def test_scores_are_those_of_scikit_learn(drawn):
    made, twentieths = np.array(drawn).T
    made[:2] = 0, 1
    probability = twentieths / 20
    expected = {
        "log_loss": sklearn.metrics.log_loss(made, probability),
        "f1": sklearn.metrics.f1_score(made, probability > 0.5, zero_division=0),
        "brier": sklearn.metrics.brier_score_loss(made, probability),
        "roc_auc": sklearn.metrics.roc_auc_score(made, probability),
    }
    for name, metric in metrics.METRICS.items():
        assert metric.of(made, probability) == pytest.approx(expected[name], abs=1e-12)


@pytest.mark.parametrize("metric", metrics.METRICS.values(), ids=list(metrics.METRICS))
def test_leading_axes_are_scored_one_by_one(metric):
    rng = np.random.default_rng(24)
    made = rng.integers(0, 2, (1, 4, 30))
    probability = rng.random((3, 4, 30)).round(1)
    one_by_one = [[metric.of(made[0, j], probability[i, j]) for j in range(4)] for i in range(3)]
    np.testing.assert_allclose(metric.of(made, probability), one_by_one, atol=1e-15)


def test_hand_computed_scores():
    made, probability = [1, 1, 0, 0], [0.8, 0.4, 0.6, 0.2]
    assert metrics.log_loss(made, probability) == pytest.approx(-np.log(0.8 * 0.4 * 0.4 * 0.8) / 4)
    assert metrics.f1(made, probability) == pytest.approx(2 * 1 / (2 + 2))
    assert metrics.brier(made, probability) == pytest.approx((0.04 + 0.36 + 0.36 + 0.04) / 4)
    assert metrics.roc_auc(made, probability) == pytest.approx(3 / 4)


def test_certain_and_wrong_costs_a_finite_log_loss():
    assert metrics.log_loss([1, 0], [0, 1]) == pytest.approx(36.0437, abs=1e-4)


def test_f1_is_zero_where_nothing_is_called_made_and_nothing_is_made():
    assert metrics.f1([0, 0], [0.1, 0.2]) == 0
    assert metrics.f1([1, 0], [0.5, 0.5]) == 0


def test_f1_moves_with_its_threshold():
    assert metrics.f1([1, 0, 1], [0.4, 0.3, 0.2], threshold=0.1) == pytest.approx(4 / 5)


def test_roc_auc_of_a_constant_is_one_half():
    assert metrics.roc_auc([1, 0, 0], [0.3, 0.3, 0.3]) == 0.5


def test_roc_auc_takes_probabilities_that_differ_in_the_last_bits_for_a_tie():
    assert metrics.roc_auc([1, 0], [0.3, np.nextafter(0.3, 1)]) == 0.5
    assert metrics.roc_auc([1, 0], [0.3, 0.3 + 1e-11]) == 0


@pytest.mark.parametrize("made", [[1, 1], [0, 0], [[0, 1], [1, 1]]])
def test_roc_auc_refuses_a_single_outcome(made):
    with pytest.raises(KobeShotsError, match="shots of one outcome only; makes and misses are needed"):
        metrics.roc_auc(made, [0.1, 0.2])


def test_only_losses_improve_downwards():
    assert [name for name, metric in metrics.METRICS.items() if not metric.greater_is_better] == ["log_loss", "brier"]


@pytest.mark.parametrize("name", [*metrics.METRICS, "F1", "ROC_AUC"])
def test_a_metric_is_found_by_its_name_in_any_case(name):
    assert metrics.metric_named(name).name == name.lower()


def test_an_unknown_metric_is_refused_with_the_allowed_ones():
    with pytest.raises(KobeShotsError, match=r"Got the metric 'acuracy'; allowed are log_loss, f1, brier, roc_auc\."):
        metrics.metric_named("acuracy")
