"""What is inside a fitted model? Its coefficients, or the nodes of its tree, as a small table that a page draws."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from kobe_shots.shots.schema import FEATURES

INTERCEPT = "intercept"
TERM_COLUMNS = {"term": "str", "standardised": "float64", "per_unit": "float64", "odds_ratio": "float64"}
NODE_COLUMNS = {
    "node": "int64",
    "parent": "Int64",
    "depth": "int64",
    "start": "float64",
    "width": "float64",
    "above": "boolean",
    "split_by": "str",
    "split_at": "float64",
    "feature": "str",
    "threshold": "float64",
    "leaf": "bool",
    "n": "int64",
    "make_rate": "float64",
}


def tabulate_terms(model: Pipeline) -> pd.DataFrame:
    """Return the terms of a fitted logistic regression on standardised features, one a row, the intercept first.

    Columns: term; standardised, the change of the log odds of a basket per standard deviation of the feature; per_unit,
    that per unit of the feature as shots have it (a foot, a degree, a period); odds_ratio, what a standard deviation
    multiplies the odds by. The intercept's are the log odds, and odds, of a shot with every feature at its mean;
    per_unit, of one with every feature at zero.
    """
    scaler, regression = model[0], model[-1]
    standardised = regression.coef_[0]
    per_unit = standardised / scaler.scale_
    at_mean = regression.intercept_[0]
    at_zero = at_mean - per_unit @ scaler.mean_
    table = pd.DataFrame(
        {
            "term": [INTERCEPT, *FEATURES],
            "standardised": [at_mean, *standardised],
            "per_unit": [at_zero, *per_unit],
        }
    )
    return table.assign(odds_ratio=np.exp(table["standardised"])).astype(TERM_COLUMNS)


def tabulate_nodes(model: Pipeline) -> pd.DataFrame:
    """Return the nodes of a fitted decision tree, one a row, laid out so that children lie side by side below a parent.

    Columns: node and parent (none for the root); depth; start and width, the place among all train shots in [0, 1],
    those with smaller values to the left; split_by, split_at and above, the parent's question and whether the shots
    here are above it; feature and threshold of the node's own question; leaf; n, the train shots that came here;
    make_rate, the share of them that went in, as the tree weighs them: in a leaf the probability it gives.
    """
    tree = model[-1].tree_
    count = tree.node_count
    n, features = tree.n_node_samples, np.array([*FEATURES, ""], dtype=object)
    parent, depth, start = np.full(count, -1), np.zeros(count, np.int64), np.zeros(count)
    above = np.zeros(count, bool)
    for node in range(count):  # scikit-learn numbers a parent before its children, however it grew the tree
        left, right = tree.children_left[node], tree.children_right[node]
        if left < 0:
            continue
        parent[[left, right]], depth[[left, right]] = node, depth[node] + 1
        start[left], start[right] = start[node], start[node] + n[left] / n[0]
        above[right] = True
    leaf, root = tree.children_left < 0, parent < 0
    feature, threshold = features[np.where(leaf, -1, tree.feature)], np.where(leaf, np.nan, tree.threshold)
    values = tree.value[:, 0, :]
    return (
        pd.DataFrame(
            {
                "node": np.arange(count),
                "parent": pd.array(parent, "Int64"),
                "depth": depth,
                "start": start,
                "width": n / n[0],
                "above": pd.array(above, "boolean"),
                "split_by": np.where(root, "", feature[parent]),
                "split_at": np.where(root, np.nan, threshold[parent]),
                "feature": feature,
                "threshold": threshold,
                "leaf": leaf,
                "n": n,
                "make_rate": values[:, 1] / values.sum(axis=1),
            }
        )
        .assign(parent=lambda t: t["parent"].mask(root), above=lambda t: t["above"].mask(root))
        .astype(NODE_COLUMNS)
    )
