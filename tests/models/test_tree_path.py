import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.models import tree_path
from kobe_shots.models.candidates import Candidate, build, candidates

TRIED = candidates("dt")


@pytest.fixture
def shots():
    """A column that tells."""
    rng = np.random.default_rng(24)
    column = rng.random((1500, 1))
    return column, (rng.random(1500) < 0.5 + 0.4 * np.sin(20 * column[:, 0])).astype(int)


def directly(tried, features, made, held_out, seed=24):
    return np.array([build(c, seed).fit(features, made).predict_proba(held_out)[:, 1] for c in tried])


def test_probabilities_are_those_of_the_library_to_the_last_bit():
    rng = np.random.default_rng(24)
    features = rng.normal(size=(4000, 6))
    made = (rng.random(4000) < 1 / (1 + np.exp(-features[:, 0] * features[:, 1]))).astype(int)
    found = tree_path.probabilities(TRIED, features[:3000], made[:3000], features[3000:], seed=24)
    np.testing.assert_array_equal(found, directly(TRIED, features[:3000], made[:3000], features[3000:]))


@pytest.mark.parametrize("seed", [24, 7])
def test_so_they_are_where_columns_split_every_node_equally_well(shots, seed):
    column, made = shots
    rng = np.random.default_rng(1)
    alike = np.hstack([column, column**3, -column, np.round(column, 2), rng.integers(0, 3, (1500, 2))])
    held_out = rng.permuted(alike, axis=0)  # columns that agree where they were learned from disagree here
    found = tree_path.probabilities(TRIED, alike, made, held_out, seed)
    np.testing.assert_array_equal(found, directly(TRIED, alike, made, held_out, seed))
    assert (found != tree_path.probabilities(TRIED, alike, made, held_out, seed + 1)).any()


def test_candidates_keep_their_order(shots):
    features, made = shots
    forwards = tree_path.probabilities(TRIED, features, made, features, seed=24)
    np.testing.assert_array_equal(
        tree_path.probabilities(TRIED[::-1], features, made, features, seed=24), forwards[::-1]
    )


def test_the_order_of_the_rows_does_not_matter(shots):
    features, made = shots
    order = np.random.default_rng(7).permutation(len(made))
    one = tree_path.probabilities(TRIED, features, made, features, seed=24)
    np.testing.assert_array_equal(tree_path.probabilities(TRIED, features[order], made[order], features, seed=24), one)


def test_more_leaves_than_the_tree_can_have_are_the_whole_tree():
    features, made = np.arange(8.0)[:, None], np.array([0, 0, 0, 0, 1, 1, 1, 1])
    tried = [
        Candidate("dt", n, {"criterion": "gini", "min_samples_leaf": 1, "max_leaf_nodes": leaves})
        for n, leaves in enumerate([2, 9], start=1)
    ]
    found = tree_path.probabilities(tried, features, made, features, seed=24)
    assert found.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]] * 2


def test_a_cut_averages_what_was_split_later():
    # Split at 3.5 first, then the right side at 5.5: 4 misses | 2 makes | 1 make, 1 miss at 6.
    features = np.array([0, 1, 2, 3, 4, 5, 6, 6], dtype=float)[:, None]
    made = np.array([0, 0, 0, 0, 1, 1, 1, 0])
    tree = DecisionTreeClassifier(max_leaf_nodes=9).fit(features, made)
    by_size = tree_path.cut(tree, np.array([[0.0], [4.0], [6.0]]), [2, 3, 1])
    np.testing.assert_allclose(by_size, [[0, 3 / 4, 3 / 4], [0, 1, 1 / 2], [3 / 8] * 3])


def test_the_split_that_gains_most_comes_first():
    # Left of 3.5 a pure half is left over by a split that saves one of eight, right of it one that saves four.
    features = np.arange(16.0)[:, None]
    made = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1])
    tree = DecisionTreeClassifier(max_leaf_nodes=4).fit(features, made)
    by_size = tree_path.cut(tree, features, [2, 3, 4])
    np.testing.assert_allclose(by_size[0], [1 / 12] * 12 + [1] * 4)
    np.testing.assert_allclose(by_size[1], [0] * 7 + [1 / 5] * 5 + [1] * 4)
    np.testing.assert_allclose(by_size[2], [0] * 7 + [1] + [0] * 4 + [1] * 4)


def test_a_tree_that_never_splits_gives_the_make_rate():
    tree = DecisionTreeClassifier(min_samples_leaf=4, max_leaf_nodes=9).fit([[0], [1], [2], [3]], [0, 1, 0, 0])
    assert tree_path.cut(tree, np.array([[0.0], [3.0]]), [7]).tolist() == [[0.25, 0.25]]
