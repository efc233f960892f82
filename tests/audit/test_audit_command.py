import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from kobe_shots.console import main

# 100 shots: 30 at .75 of which 20 go in, 70 at .25 of which 20 go in; PyCaret's score is .75 for all of them
MADE = np.repeat([1, 0, 1, 0], [20, 10, 20, 50])
P = np.repeat([0.75, 0.25], [30, 70])
LABEL = np.repeat([1, 0], [30, 70])


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "predictions.parquet"
    pd.DataFrame({"shot_id": range(100), "shot_made_flag": MADE, "probability": P}).to_parquet(path)
    return path


def typed(*options):
    return CliRunner().invoke(main, ["audit", *map(str, options)])


def test_an_honest_table_and_its_claims_exit_with_zero(table):
    result = typed(table, "--claim", "Log Loss=0.617", "--claim", "f1=0.571")
    assert result.exit_code == 0
    assert result.stdout.startswith("OK: No sign of a mistake on 100 labelled shots: log loss 0.617 [")
    assert "both claims agree with it" in " ".join(result.stdout.split())


def test_a_mistake_exits_with_three(table):
    result = typed(table, "--claim", "log_loss=10.81")
    assert result.exit_code == 3
    assert result.stdout.startswith("ACT: Log loss is claimed to be 10.81 and the table gives 0.6173: 10.81 is 36.04 x")


def test_not_being_able_to_tell_exits_with_four(table, tmp_path):
    few = tmp_path / "few.csv"
    pd.read_parquet(table).head(3).to_csv(few, index=False)
    assert typed(few).exit_code == 4
    assert typed(few).stdout.startswith("CANNOT TELL: ")


def test_a_table_that_cannot_be_used_is_one_sentence_and_exits_with_one(tmp_path):
    result = typed(tmp_path / "absent.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        result.stderr
        == f"Error: There is no file '{tmp_path / 'absent.csv'}'; give a table of predictions, parquet or CSV.\n"
    )


def test_a_file_of_claims_in_which_nothing_came_out(table, tmp_path):
    claims = tmp_path / "metrics.json"
    claims.write_text(json.dumps({"log_loss": {"value": None, "step": 0}, "rows": 100}))
    result = typed(table, "--claims", claims)
    assert result.exit_code == 3
    assert result.stdout.startswith("ACT: Nothing was reported (log loss missing)")
    assert "Claims ignored, as they name no known metric: rows." in result.stdout


def test_columns_may_be_named(tmp_path):
    path = tmp_path / "t.csv"
    pd.DataFrame({"a": MADE, "b": np.full(100, 0.75), "c": LABEL}).to_csv(path, index=False)
    result = typed(path, "--made", "a", "--probability", "b", "--label", "c")
    assert result.exit_code == 3
    assert result.stdout.startswith("ACT: Column 'b' is the probability of the predicted class and not of a basket")
    assert "'a' as the outcome, 'b' as the probability of a basket, 'c' as the predicted label" in result.stdout


def test_pycarets_table_is_rectified_and_that_is_said(tmp_path):
    path = tmp_path / "t.csv"
    pd.DataFrame({"made": MADE, "prediction_score": np.full(100, 0.75), "prediction_label": LABEL}).to_csv(path)
    result = typed(path, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert [verdict["code"] for verdict in found["verdicts"]] == ["honest", "score_rectified"]
    assert found["metrics"]["log_loss"]["value"] == pytest.approx(0.61726, abs=1e-5)
    assert found["columns"]["score"] == "prediction_score"


def test_help_tells_the_exit_codes():
    assert "0 no sign of a mistake, 1 the input" in " ".join(typed("--help").stdout.split())
