from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from kobe_shots.models.figures import draw_calibration, draw_coefficients, draw_roc, draw_tree
from kobe_shots.shots.schema import FEATURES

N = 1200


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(24)
    probability = rng.uniform(0.1, 0.9, N)
    return pd.Series((rng.random(N) < probability).astype(int)), probability


@pytest.fixture(scope="module")
def features():
    rng = np.random.default_rng(24)
    return pd.DataFrame(rng.normal(size=(N, 6)), columns=FEATURES)


def axes_of(figure):
    """Return the only axes of a figure, having drawn it."""
    assert isinstance(figure, Figure)
    content = BytesIO()
    figure.savefig(content)
    assert content.getvalue().startswith(b"\x89PNG")
    (axes,) = figure.axes
    return axes


def calibration_points(figure):
    """Return mean probability and make rate of every bin drawn."""
    ((line, *_),) = axes_of(figure).containers
    return line.get_xydata()


def grown(features, made, **params):
    return Pipeline([("model", DecisionTreeClassifier(random_state=24, **params))]).fit(features, made)


# ---- ROC


def test_a_roc_curve_is_drawn_beside_that_of_a_coin(drawn):
    axes = axes_of(draw_roc(*drawn))
    model, coin = axes.lines
    assert model.get_xydata()[[0, -1]].tolist() == [[0, 0], [1, 1]]
    assert coin.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert axes.get_title() == "ROC, n = 1,200"


def test_a_roc_curve_goes_through_points_computed_by_hand():
    axes = axes_of(draw_roc(pd.Series([1, 0, 1, 0]), np.array([0.9, 0.8, 0.4, 0.1])))
    assert axes.lines[0].get_xydata().tolist() == [[0, 0], [0, 0.5], [0.5, 0.5], [0.5, 1], [1, 1]]
    assert axes.get_legend().get_texts()[0].get_text() == "model, AUC 0.750"


def test_the_roc_curve_of_a_constant_is_the_diagonal(drawn):
    axes = axes_of(draw_roc(drawn[0], np.full(N, 0.4)))
    assert axes.lines[0].get_xydata().tolist() == [[0, 0], [1, 1]]
    assert axes.get_legend().get_texts()[0].get_text() == "model, AUC 0.500"


# ---- calibration


def test_calibration_is_ten_bins_of_equal_size(drawn):
    made, probability = drawn
    figure = draw_calibration(made, probability)
    order = np.argsort(probability)
    tenths = np.array([[probability[part].mean(), made[part].mean()] for part in np.split(order, 10)])
    np.testing.assert_allclose(calibration_points(figure), tenths, rtol=1e-12)
    assert axes_of(figure).get_title() == "Calibration, n = 1,200"
    assert axes_of(figure).lines[0].get_xydata().tolist() == [[0, 0], [1, 1]]


def test_two_standard_errors_are_drawn():
    figure = draw_calibration(pd.Series([1, 0] * 50), np.full(100, 0.5))
    ((_, _, (bars,)),) = axes_of(figure).containers
    np.testing.assert_allclose(bars.get_segments()[0][:, 1], [0.4, 0.6])  # 2 sqrt(.5 x .5 / 100) = .1


def test_the_calibration_of_a_constant_is_one_point(drawn):
    made, _ = drawn
    assert calibration_points(draw_calibration(made, np.full(N, 0.4))) == pytest.approx(np.array([[0.4, made.mean()]]))


def test_the_few_probabilities_of_a_tree_are_not_mixed(drawn):
    made, _ = drawn
    leaf = np.repeat([0.3, 0.5, 0.6], [420, 420, 360])
    points = calibration_points(draw_calibration(made, leaf))
    expected = [[value, made[leaf == value].mean()] for value in (0.3, 0.5, 0.6)]
    np.testing.assert_allclose(points, expected)


def test_the_index_of_the_outcomes_plays_no_part(drawn):
    made, probability = drawn
    points = calibration_points(draw_calibration(made, probability))
    np.testing.assert_array_equal(calibration_points(draw_calibration(made.set_axis(made + 7), probability)), points)


# ---- inside


def test_coefficients_are_six_bars_with_their_own_names(features):
    made = (features["period"] > 0).astype(int)
    model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())]).fit(features, made)
    axes = axes_of(draw_coefficients(model))
    names = [label.get_text() for label in axes.get_yticklabels()]
    widths = dict(zip(names, [bar.get_width() for bar in axes.patches], strict=True))
    assert sorted(names) == sorted(FEATURES)
    assert widths == dict(zip(FEATURES, model[-1].coef_[0], strict=True))
    assert list(widths.values()) == sorted(widths.values())
    assert names[-1] == "period"


@pytest.mark.parametrize(("depth", "drawn_levels", "levels"), [(1, 2, 2), (3, 4, 4), (6, 4, 7)])
def test_a_tree_says_how_many_of_its_levels_are_drawn(features, drawn, depth, drawn_levels, levels):
    axes = axes_of(draw_tree(grown(features, drawn[0], max_depth=depth)))
    assert axes.get_title() == f"The first {drawn_levels} of {levels} levels"


def test_a_tree_of_one_split_has_three_nodes(features):
    made = (features["lat"] > 0.5).astype(int)
    root, left, right = [
        text.get_text() for text in axes_of(draw_tree(grown(features, made))).texts if "samples" in text.get_text()
    ]
    assert root.startswith("lat <= 0.5")
    assert "samples = 100.0%" in root
    assert ("class = missed" in left, "class = made" in right) == (True, True)


def test_a_tree_that_is_a_single_leaf_is_drawn(features, drawn):
    axes = axes_of(draw_tree(grown(features, drawn[0], min_samples_leaf=N)))
    assert axes.get_title() == "The first 1 of 1 levels"
    assert len(axes.texts) == 1
