import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.candidates import MODELS, Candidate, build, candidates


def test_there_are_exactly_100_by_default():
    assert [len(candidates(model)) for model in MODELS] == [100, 100]


@given(st.sampled_from(list(MODELS)), st.integers(1, 500))
def test_any_count_gives_as_many_distinct_candidates_numbered_from_one(model, count):
    tried = candidates(model, count)
    assert [candidate.number for candidate in tried] == list(range(1, count + 1))
    assert len({json.dumps(candidate.params) for candidate in tried}) == count


def test_100_logistic_regressions_are_50_penalties_with_two_class_weights():
    params = [candidate.params for candidate in candidates("lr")]
    c = np.array([p["C"] for p in params if p["class_weight"] is None])
    assert c.tolist() == [p["C"] for p in params if p["class_weight"] == "balanced"]
    assert len(c) == 50
    np.testing.assert_allclose(np.diff(np.log10(c)), 6 / 49, rtol=0.01)


def test_100_trees_are_ten_sizes_with_five_smallest_leaves_and_two_criteria():
    params = [candidate.params for candidate in candidates("dt")]
    assert sorted({p["max_leaf_nodes"] for p in params}) == [2, 4, 7, 11, 16, 22, 29, 37, 46, 56]
    assert [len({p[name] for p in params}) for name in ("min_samples_leaf", "criterion")] == [5, 2]


def test_a_lower_number_is_a_simpler_model():
    lr, dt = candidates("lr"), candidates("dt")
    assert [c.params["C"] for c in lr] == sorted(c.params["C"] for c in lr)
    size = [(c.params["max_leaf_nodes"], -c.params["min_samples_leaf"]) for c in dt]
    assert size == sorted(size)


def test_a_logistic_regression_carries_its_preprocessing():
    candidate = candidates("lr", 2)[1]
    scale, model = build(candidate, seed=24)
    assert isinstance(scale, StandardScaler)
    assert isinstance(model, LogisticRegression)
    assert {name: model.get_params()[name] for name in candidate.params} == candidate.params


def test_a_tree_is_a_pipeline_of_one_step_with_the_seed():
    candidate = candidates("dt")[-1]
    (model,) = build(candidate, seed=24)
    assert isinstance(model, DecisionTreeClassifier)
    assert model.random_state == 24
    assert {name: model.get_params()[name] for name in candidate.params} == candidate.params


def test_an_unknown_model_is_refused_with_the_allowed_ones():
    sentence = r"Got the model 'svm'; allowed are lr \(logistic regression\), dt \(decision tree\)\. Choose"
    with pytest.raises(KobeShotsError, match=sentence):
        candidates("svm")
    with pytest.raises(KobeShotsError, match=sentence):
        build(Candidate("svm", 1, {}), seed=24)


def test_fewer_than_one_candidate_is_refused():
    with pytest.raises(KobeShotsError, match="Got 0 candidates to try; allowed is 1 or more"):
        candidates("lr", 0)
