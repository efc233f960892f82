import numpy as np
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models import logistic_path
from kobe_shots.models.candidates import build, candidates

TRIED = candidates("lr", 12)


def directly(features, made, held_out):
    fits = [build(candidate, seed=24).set_params(model__tol=1e-12).fit(features, made) for candidate in TRIED]
    return np.array([fit.predict_proba(held_out)[:, 1] for fit in fits])


def ordinary(rng):
    features = rng.normal(size=(700, 6))
    return features, rng.random(700) < 1 / (1 + np.exp(-features[:, 0]))


def separable(rng):
    features = rng.normal(size=(200, 6))
    return features, features[:, 0] > 0.3


def collinear_and_constant(rng):
    features, made = ordinary(rng)
    features[:, 1], features[:, 2] = features[:, 0], 3
    return features, made


def heavy_tailed(rng):
    features, made = ordinary(rng)
    return np.exp(3 * features), made


def far_from_zero(rng):
    features, made = ordinary(rng)
    return 1e6 * features + 1e8, made


def two_makes(rng):
    features, _ = ordinary(rng)
    return features, np.arange(700) < 2


@pytest.mark.parametrize("draw", [ordinary, separable, collinear_and_constant, heavy_tailed, far_from_zero, two_makes])
def test_probabilities_are_those_of_the_library(draw):
    features, made = draw(np.random.default_rng(24))
    made = made.astype(int)
    found = logistic_path.probabilities(TRIED, features, made, features[::3])
    np.testing.assert_allclose(found, directly(features, made, features[::3]), rtol=0, atol=1e-8)


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(24)
    features, made = ordinary(rng)
    order = rng.permutation(len(made))
    one = logistic_path.probabilities(TRIED, features, made.astype(int), features)
    other = logistic_path.probabilities(TRIED, features[order], made[order].astype(int), features)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-10)


def test_without_information_the_intercept_is_the_logit_of_the_rate():
    coefficients = logistic_path.fit(np.zeros((4, 1)), np.array([0, 0, 0, 1]), np.ones(2), np.array([[1, 1], [1, 3]]))
    np.testing.assert_allclose(coefficients, [[0, -np.log(3)], [0, 0]], atol=1e-9)


def test_a_lone_far_shot_does_not_lead_it_astray():
    # Two makes, one beside the hundred misses and one far out: the gradient grows on the way to the minimum.
    features = np.array([[-1.0]] * 100 + [[-0.9], [40.0]])
    made = np.array([0] * 100 + [1, 1])
    ((slope, intercept),) = logistic_path.fit(features, made, np.full(1, 1e-3), np.ones((1, 2)))
    residual = made - 1 / (1 + np.exp(-(slope * features[:, 0] + intercept)))
    assert residual.sum() == pytest.approx(0, abs=1e-7)
    assert (residual * features[:, 0]).sum() == pytest.approx(1e-3 * slope, abs=1e-7)


def test_rows_without_a_solution_are_refused():
    features = np.array([[0.0], [np.nan], [1.0]])
    with pytest.raises(KobeShotsError, match="3 rows got no stable coefficients in 100 steps; finite features"):
        logistic_path.fit(features, np.array([0, 1, 1]), np.ones(1), np.ones((1, 2)))
