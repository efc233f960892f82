"""What does every decision tree of a fold predict? The largest are grown, the smaller ones are read from them.

With `max_leaf_nodes` scikit-learn grows a tree best first: it splits the leaf that gains most until there are enough
(Friedman, Hastie & Tibshirani 2000, Annals of Statistics 28). So a tree of k leaves is the first k - 1
splits of any larger one, to the last bit: where two columns split a node's shots equally well the same random number
decides, for it has been drawn by then. Trees limited in depth are not nested in that way, and were left for it. Ten
grown trees give a hundred. The library's own way to cut a grown tree, cost-complexity pruning (`ccp_alpha`), was looked
at; it is exact too, but nobody can say beforehand what an alpha gives.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.models.candidates import Candidate, build

Floats = npt.NDArray[np.float64]


def probabilities(
    candidates: Sequence[Candidate], features: Floats, made: npt.NDArray[np.int64], held_out: Floats, seed: int
) -> Floats:
    """Return P(made) of each held-out row under each candidate, as scikit-learn's fitted pipeline would.

    `features` (rows x columns) and `made` (rows, 0 and 1, both present) are fitted; the result is candidates x held-out
    rows.
    """
    same_but_for_size = defaultdict(list)
    for candidate in candidates:
        same_but_for_size[candidate.params["criterion"], candidate.params["min_samples_leaf"]].append(candidate)
    found: dict[int, Floats] = {}
    for family in same_but_for_size.values():
        largest = max(family, key=_leaves)
        grown = build(largest, seed).fit(features, made)[-1]
        by_size = cut(grown, held_out, [_leaves(candidate) for candidate in family])
        found |= {candidate.number: row for candidate, row in zip(family, by_size, strict=True)}
    return np.array([found[candidate.number] for candidate in candidates])


def cut(tree: DecisionTreeClassifier, rows: Floats, leaves: Sequence[int]) -> Floats:
    """Return P(made) of each row under a tree grown best first, cut to each number of leaves: numbers x rows.

    The tree's nodes are numbered as they came, two for each split: a tree of k leaves has the first 2k - 1. A number
    beyond the tree's own is the whole tree.

    >>> tree = DecisionTreeClassifier(max_leaf_nodes=3).fit([[0], [1], [2], [3]], [0, 0, 1, 0])
    >>> cut(tree, np.array([[1], [2]]), [2, 3]).tolist()
    [[0.0, 0.5], [0.0, 1.0]]
    """
    nodes = tree.tree_
    parent = np.zeros(nodes.node_count, dtype=np.int64)
    inner = np.flatnonzero(nodes.children_left >= 0)
    parent[nodes.children_left[inner]] = parent[nodes.children_right[inner]] = inner
    made_share = nodes.value[:, 0, 1]
    at = tree.apply(rows)
    by_size = np.empty((len(leaves), len(rows)))
    for position in np.argsort(leaves)[::-1]:
        while (beyond := at >= 2 * leaves[position] - 1).any():
            at = np.where(beyond, parent[at], at)
        by_size[position] = made_share[at]
    return by_size


def _leaves(candidate: Candidate) -> int:
    return int(candidate.params["max_leaf_nodes"])
