import re

import numpy as np
import pandas as pd
import pytest

from kobe_shots.audit.predictions import Columns, find_columns, read, read_table
from kobe_shots.audit.values import outcomes, probabilities
from kobe_shots.errors import KobeShotsError

NAN = float("nan")


def written(folder, name="t.csv", **columns):
    path = folder / name
    table = pd.DataFrame(columns)
    table.to_parquet(path) if name.endswith("parquet") else table.to_csv(path, index=False)
    return path


# ---- columns


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["shot_made_flag", "probability", "label"], ("shot_made_flag", "probability", None, "label")),
        (["Y_TRUE", "P_Made", "y pred"], ("Y_TRUE", "P_Made", None, "y pred")),
        (
            ["actual", "prediction_score_1", "prediction_label"],
            ("actual", "prediction_score_1", None, "prediction_label"),
        ),
        (["target", "Score_1", "Label"], ("target", "Score_1", None, "Label")),
        (["made", "prediction_score", "prediction_label"], ("made", None, "prediction_score", "prediction_label")),
        (["y_real", "Probabilidade", "Previsão"], ("y_real", "Probabilidade", None, "Previsão")),
        (["shot_id", "proba"], (None, "proba", None, None)),
    ],
)
def test_columns_are_found_by_their_usual_names(names, found):
    table = pd.DataFrame({name: [0, 1] for name in names})
    assert find_columns(table) == Columns(**dict(zip(("made", "probability", "score", "label"), found, strict=True)))


def test_a_prediction_between_zero_and_one_is_a_probability():
    table = pd.DataFrame({"y": [0, 1], "prediction": [0.4, 0.6]})
    assert find_columns(table) == Columns(made="y", probability="prediction")


def test_a_probability_goes_before_the_score_of_the_predicted_class_and_a_name_before_both():
    table = pd.DataFrame({"y": [0, 1], "p": [0.4, 0.6], "Score": [0.6, 0.6], "other": [0.1, 0.2]})
    assert find_columns(table) == Columns(made="y", probability="p")
    assert find_columns(table, probability="Score").probability == "Score"
    assert find_columns(table.drop(columns="p"), made="other") == Columns(made="other", score="Score")


def test_two_names_for_one_content_are_no_question_and_for_two_are():
    same = pd.DataFrame({"y": [0, 1], "target": [0, 1], "p": [0.4, 0.6]})
    assert find_columns(same).made == "y"
    with pytest.raises(KobeShotsError, match=r"Columns 'y', 'target' may all hold the outcomes, .*--made"):
        find_columns(same.assign(target=[1, 0]))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({}, r"No column is known to hold predictions: the table has 'a', 'b'\. Name it with --probability"),
        ({"made": "c"}, r"There is no column 'c' for --made; the table has 'a', 'b'\."),
        ({"made": "a", "label": "a"}, "Column 'a' is named for two things"),
    ],
)
def test_columns_that_cannot_be_told_are_listed(named, said):
    with pytest.raises(KobeShotsError, match=said):
        find_columns(pd.DataFrame({"a": [0, 1], "b": [1, 0]}), **named)


# ---- values


@pytest.mark.parametrize(
    "values",
    [
        [0, 1],
        [0.0, 1.0, NAN],
        [False, True],
        ["0", "1"],
        ["0.0", "1.0", None, ""],
        ["False", "True"],
        [True, None, False],
    ],
)
def test_outcomes_come_in_many_spellings(values):
    known = [value for value in outcomes(pd.Series(values, name="y")) if not np.isnan(value)]
    assert set(known) == {0, 1}
    assert len(known) == sum(not (value is None or value == "" or value != value) for value in values)  # noqa: PLR0124


def test_missing_outcomes_of_every_type_are_missing():
    assert np.isnan(outcomes(pd.Series([pd.NA, 1], dtype="Int64"))).tolist() == [True, False]
    assert np.isnan(outcomes(pd.Series([None, True], dtype="boolean"))).tolist() == [True, False]


@pytest.mark.parametrize("values", [[0, 2], [0.5, 1], ["in", "out"], [-1, 1], ["1", "yes"]])
def test_other_outcomes_are_refused(values):
    with pytest.raises(KobeShotsError, match=r"Column 'y' holds '.*'; an outcome or label is 0 \(missed\), 1 \(made\)"):
        outcomes(pd.Series(values, name="y"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([10.0, 60.5, 0.5], r"2 scores outside \[0, 1\], from 0.5 to 60.5; .* percent: divide by 100"),
        ([-0.7, 0.2], r"1 scores outside \[0, 1\], from -0.7 to 0.2; .* log odds"),
        ([np.inf, 0.2], "1 infinite values"),
        (["0.2", "abc"], "'abc' in 1 of 2 rows"),
        (["0,2", "0.3"], "'0,2' in 1 of 2 rows; a score is a number between 0 and 1, written with a point"),
        ([[0.4, 0.6], [0.5, 0.5]], r"'\[0\.4, 0\.6\]', .* in 2 of 2 rows"),
    ],
)
def test_scores_that_are_no_probabilities_are_refused(values, said):
    with pytest.raises(KobeShotsError, match=said):
        probabilities(pd.Series(values, name="p"))


# ---- files


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "parquet_without_its_name.csv"])
def test_either_kind_of_file_is_read(tmp_path, name):
    path = written(tmp_path, name, shot_id=[1, 2, 2], made=[0, 1, None], p=[0.25, None, 0.75])
    if name.startswith("parquet"):
        pd.read_csv(path).to_parquet(path)
    found = read(path)
    assert (found.rows, found.repeated_ids, found.by_class, found.label) == (3, 1, False, None)
    assert np.array_equal(found.made, [0, 1, NAN], equal_nan=True)
    assert np.array_equal(found.score, [0.25, NAN, 0.75], equal_nan=True)


@pytest.mark.parametrize("text", ["y;p\n1;0,25\n0;0,5\n", "y\tp\n1\t0.25\n0\t0.5\n", "\ufeffy,p\n1,0.25\n0,0.5\n"])
def test_every_usual_separator_is_read(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "t.csv").score.tolist() == [0.25, 0.5]


def test_the_name_of_an_index_is_a_column(tmp_path):
    pd.DataFrame({"y": [0, 1], "p": [0.4, 0.6]}, index=pd.Index([7, 7], name="shot_id")).to_parquet(tmp_path / "t")
    assert read(tmp_path / "t").repeated_ids == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        (b"", "cannot be read as a table"),
        (b"y,p\n", "has no rows"),
        (b"PK\x03\x04\0\0", r"cannot be read as a table \(it holds binary data\)"),
        (b"PAR1 and nothing else", "cannot be read as a table"),
        (b"a,b\n1,2\n1,2,3,4\n", "cannot be read as a table"),
        (b"a,b\n\xff\xfe,2\n", "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KobeShotsError, match=f"{re.escape(str(path))}.*{said}|{said}.*{re.escape(str(path))}"):
        read_table(path)


@pytest.mark.parametrize("column", ["p", "label"])
def test_a_table_without_a_single_prediction_is_refused(tmp_path, column):
    with pytest.raises(KobeShotsError, match=f"Column '{column}' holds no score in any of 2 rows"):
        read(written(tmp_path, **{"y": [0, 1], column: [None, None]}))
