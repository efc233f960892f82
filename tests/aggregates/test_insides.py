import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.aggregates.insides import NODE_COLUMNS, TERM_COLUMNS, tabulate_nodes, tabulate_terms
from kobe_shots.shots.schema import FEATURES


def shots(n: int, seed: int = 1) -> tuple[pd.DataFrame, "pd.Series[int]"]:
    rng = np.random.default_rng(seed)
    features = pd.DataFrame(rng.integers(0, 20, (n, 6)), columns=FEATURES).astype(float)
    return features, pd.Series((rng.random(n) < 0.8 - features["shot_distance"] / 40).astype(int))


def grown(features: pd.DataFrame, made: "pd.Series[int]", **params: object) -> Pipeline:
    return Pipeline([("model", DecisionTreeClassifier(random_state=24, **params))]).fit(features, made)


# ---- the regression


def test_terms_give_the_log_odds_of_a_shot_in_its_own_units_and_in_deviations() -> None:
    features, made = shots(400)
    model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())]).fit(features, made)
    terms = tabulate_terms(model).set_index("term")
    assert terms.index.tolist() == ["intercept", *FEATURES]
    expected = model.decision_function(features)
    of_units = terms["per_unit"]["intercept"] + features @ terms["per_unit"][FEATURES]
    np.testing.assert_allclose(of_units, expected)
    deviations = (features - features.mean()) / features.std(ddof=0)
    np.testing.assert_allclose(
        terms["standardised"]["intercept"] + deviations @ terms["standardised"][FEATURES], expected
    )
    assert terms["odds_ratio"].tolist() == pytest.approx(np.exp(terms["standardised"]).tolist())
    assert tabulate_terms(model).dtypes.astype(str).to_dict() == TERM_COLUMNS


def test_a_feature_that_never_varies_has_no_weight() -> None:
    features, made = shots(200)
    model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    terms = tabulate_terms(model.fit(features.assign(playoffs=1.0), made)).set_index("term")
    assert terms.loc["playoffs", ["standardised", "per_unit", "odds_ratio"]].tolist() == [0, 0, 1]


# ---- the tree


def test_a_tree_of_two_questions_is_laid_out_as_computed_by_hand() -> None:
    features = pd.DataFrame(0.0, index=range(10), columns=FEATURES)
    features["shot_distance"] = [1, 1, 1, 1, 9, 9, 9, 9, 9, 9]
    features["period"] = [1, 1, 1, 1, 1, 1, 4, 4, 4, 4]
    made = pd.Series([1, 1, 1, 1, 0, 0, 0, 0, 1, 1])
    table = tabulate_nodes(grown(features, made))
    root, near, far, early, late = table.to_dict("records")
    assert (root["feature"], root["threshold"], root["leaf"]) == ("shot_distance", 5, False)
    assert (root["start"], root["width"], root["n"], root["make_rate"]) == (0, 1, 10, 0.6)
    assert pd.isna(root["parent"])
    assert pd.isna(root["above"])
    assert (root["split_by"], np.isnan(root["split_at"])) == ("", True)
    assert (near["start"], near["width"], near["n"], near["make_rate"], near["leaf"]) == (0, 0.4, 4, 1, True)
    assert (near["split_by"], near["split_at"], near["above"]) == ("shot_distance", 5, False)
    assert (near["feature"], np.isnan(near["threshold"])) == ("", True)
    assert (far["start"], far["width"], far["n"]) == (0.4, 0.6, 6)
    assert far["make_rate"] == pytest.approx(1 / 3)
    assert (far["feature"], far["threshold"], far["above"]) == ("period", 2.5, True)
    assert (early["parent"], early["start"], early["n"], early["make_rate"]) == (2, 0.4, 2, 0)
    assert (late["parent"], late["n"], late["make_rate"], late["depth"]) == (2, 4, 0.5, 2)
    assert late["start"] == pytest.approx(0.6)
    assert table.dtypes.astype(str).to_dict() == NODE_COLUMNS


def test_a_tree_that_asks_nothing_is_one_leaf() -> None:
    features, made = shots(50)
    (leaf,) = tabulate_nodes(grown(features, made, min_samples_leaf=50)).to_dict("records")
    assert (leaf["leaf"], leaf["start"], leaf["width"], leaf["n"]) == (True, 0, 1, 50)
    assert leaf["make_rate"] == pytest.approx(made.mean())


@given(st.integers(60, 300), st.sampled_from([{"max_leaf_nodes": 11}, {"max_depth": 4}, {"min_samples_leaf": 5}]))
def test_children_share_out_their_parent_and_leaves_give_the_trees_probabilities(
    n: int, params: dict[str, int]
) -> None:
    features, made = shots(n, seed=n)
    model = grown(features, made, **params)
    table = tabulate_nodes(model).set_index("node")
    leaves = table[table["leaf"]]
    assert leaves["n"].sum() == n
    assert leaves["width"].sum() == pytest.approx(1)
    for node, children in table.dropna(subset="parent").groupby("parent"):
        parent, (left, right) = table.loc[node], (row for _, row in children.iterrows())
        assert left["n"] + right["n"] == parent["n"]
        assert (left["start"], left["start"] + left["width"]) == pytest.approx((parent["start"], right["start"]))
        assert [left["above"], right["above"]] == [False, True]
        assert left["depth"] == right["depth"] == parent["depth"] + 1
        assert left["make_rate"] * left["n"] + right["make_rate"] * right["n"] == pytest.approx(
            parent["make_rate"] * parent["n"]
        )
    reached = leaves["make_rate"].loc[model[-1].apply(features)]
    np.testing.assert_allclose(reached, model.predict_proba(features)[:, 1])


def test_tables_keep_their_types_in_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    table = tabulate_nodes(grown(*shots(100), max_leaf_nodes=4))
    path = tmp_path_factory.mktemp("insides") / "explained.parquet"
    table.to_parquet(path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), table)
