import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.models import tree_path
from kobe_shots.models.candidates import Candidate, build, candidates

TRIED = candidates("dt")


@pytest.fixture
def without_ties():
    """A column alone cannot tie with another: no two columns can split a node's shots in the same way."""
    rng = np.random.default_rng(24)
    column = rng.random((1500, 1))
    return column, (rng.random(1500) < 0.5 + 0.4 * np.sin(20 * column[:, 0])).astype(int)


def directly(tried, features, made, held_out):
    return np.array([build(c, seed=24).fit(features, made).predict_proba(held_out)[:, 1] for c in tried])


def test_probabilities_are_those_of_the_library(without_ties):
    features, made = without_ties
    held_out = np.random.default_rng(7).random((400, 1))
    found = tree_path.probabilities(TRIED, features, made, held_out, seed=24)
    np.testing.assert_allclose(found, directly(TRIED, features, made, held_out), rtol=0, atol=1e-12)


def test_six_continuous_columns_and_leaves_too_large_to_tie_give_those_of_the_library():
    rng = np.random.default_rng(24)
    features = rng.normal(size=(4000, 6))
    made = (rng.random(4000) < 1 / (1 + np.exp(-features[:, 0] * features[:, 1]))).astype(int)
    tried = [c for c in TRIED if c.params["min_samples_leaf"] >= 50]
    found = tree_path.probabilities(tried, features[:3000], made[:3000], features[3000:], seed=24)
    np.testing.assert_allclose(found, directly(tried, features[:3000], made[:3000], features[3000:]), rtol=0, atol=1e-8)


def test_where_columns_tie_the_deepest_tree_is_still_that_of_the_library(without_ties):
    column, made = without_ties
    twice = np.hstack([column, column**3])
    tried = TRIED[-10:]
    found = tree_path.probabilities(tried, twice, made, twice[:200], seed=24)
    np.testing.assert_array_equal(found, directly(tried, twice, made, twice[:200]))


def test_candidates_keep_their_order(without_ties):
    features, made = without_ties
    forwards = tree_path.probabilities(TRIED, features, made, features, seed=24)
    np.testing.assert_array_equal(
        tree_path.probabilities(TRIED[::-1], features, made, features, seed=24), forwards[::-1]
    )


def test_the_order_of_the_rows_does_not_matter(without_ties):
    features, made = without_ties
    order = np.random.default_rng(7).permutation(len(made))
    one = tree_path.probabilities(TRIED, features, made, features, seed=24)
    np.testing.assert_array_equal(tree_path.probabilities(TRIED, features[order], made[order], features, seed=24), one)


def test_a_depth_beyond_the_tree_is_the_whole_tree():
    features, made = np.arange(8.0)[:, None], np.array([0, 0, 0, 0, 1, 1, 1, 1])
    tried = [
        Candidate("dt", n, {"criterion": "gini", "min_samples_leaf": 1, "max_depth": depth})
        for n, depth in enumerate([1, 9], start=1)
    ]
    found = tree_path.probabilities(tried, features, made, features, seed=24)
    assert found.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]] * 2


def test_a_cut_averages_what_lies_below_and_leaves_shallow_leaves_alone():
    # Split at 3.5 first, then the right side at 5.5: 4 misses | 2 makes | 1 make, 1 miss at 6 and 7 made alike.
    features = np.array([0, 1, 2, 3, 4, 5, 6, 6], dtype=float)[:, None]
    made = np.array([0, 0, 0, 0, 1, 1, 1, 0])
    by_depth = tree_path.cut(DecisionTreeClassifier().fit(features, made), np.array([[0.0], [4.0], [6.0]]))
    np.testing.assert_allclose(by_depth, [[3 / 8] * 3, [0, 3 / 4, 3 / 4], [0, 1, 1 / 2]])


def test_a_tree_that_never_splits_gives_the_make_rate():
    tree = DecisionTreeClassifier(min_samples_leaf=4).fit([[0], [1], [2], [3]], [0, 1, 0, 0])
    assert tree_path.cut(tree, np.array([[0.0], [3.0]])).tolist() == [[0.25, 0.25]]
