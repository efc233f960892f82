"""Does Treinamento ask the engine that the parameters name, and keep what it answers?"""

from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from kobe_shots.engines.found import Found
from kobe_shots.language import say
from kobe_shots.models.candidates import Candidate, build
from kobe_shots.models.lineage import base_id
from kobe_shots.models.metrics import METRICS
from kobe_shots.models.search import best
from kobe_shots.parameters import Tuning
from kobe_shots.pipelines.training import nodes
from kobe_shots.shots.schema import FEATURES, TARGET
from kobe_shots.verdicts import Severity, Verdict

TUNING = Tuning(engine="scikit-learn", metric="log_loss", candidates=10, folds=2, seed=24)


@pytest.mark.parametrize("metric", METRICS)
def test_the_metric_of_the_parameters_picks(few_shots: pd.DataFrame, metric: str) -> None:
    table, picked, model = nodes.train_lr(few_shots, TUNING.model_copy(update={"metric": metric}))
    taken = best(table, metric)
    assert (picked["metric"], picked["candidate"], picked["params"]) == (metric, taken.number, taken.params)
    assert {name: model[-1].get_params()[name] for name in taken.params} == taken.params


def test_the_engine_of_the_parameters_is_asked_and_what_it_remarks_is_kept(
    few_shots: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    candidate = Candidate("dt", 0, {"max_depth": 1})
    sentence = say("PyCaret gave back the untuned model.")
    remark = Verdict(code="untuned", severity=Severity.WATCH, sentence=sentence)
    found = Found(
        table=pd.DataFrame({"candidate": [0]}),
        taken=candidate,
        estimator=build(candidate, 24).fit(few_shots[FEATURES].astype(float), few_shots[TARGET]),
        made_with="pycaret 3.3.2",
        remarks=(remark,),
    )

    def engine(*given: Any) -> Found:
        asked.append(given)
        return found

    monkeypatch.setitem(nodes.ENGINES, "pycaret", engine)
    tuning = TUNING.model_copy(update={"engine": "pycaret"})
    table, picked, model = nodes.train_dt(few_shots, tuning)
    ((which, features, made, how),) = asked
    assert (which, how) == ("dt", tuning)
    assert_frame_equal(features, few_shots[FEATURES])
    assert made.equals(few_shots[TARGET])
    assert table is found.table
    assert model is found.estimator
    assert picked == {
        "engine": "pycaret",
        "made_with": "pycaret 3.3.2",
        "remarks": [remark.model_dump(mode="json")],
        "metric": "log_loss",
        "candidate": 0,
        "params": {"max_depth": 1},
        "folds": 2,
        "seed": 24,
        "base_id": base_id(few_shots),
    }
