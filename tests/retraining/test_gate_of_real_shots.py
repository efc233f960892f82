import numpy as np
import pandas as pd
import pytest

from kobe_shots.models.families import fit_family
from kobe_shots.parameters import Split
from kobe_shots.pipelines.preparation.nodes import keep_labelled, split_base
from kobe_shots.retraining.challenger import find_like
from kobe_shots.retraining.gate import Answer, Served, judge
from kobe_shots.retraining.guards import Evidence
from kobe_shots.retraining.incumbent import scores
from kobe_shots.shots.provenance import DEV_FILE, PROD_FILE
from kobe_shots.shots.schema import FEATURES, TARGET


@pytest.fixture(scope="module")
def bases(real_raw):
    return [keep_labelled(pd.read_parquet(real_raw / name)) for name in (DEV_FILE, PROD_FILE)]


def test_what_a_tree_gains_on_twos_does_not_decide_for_threes(bases, how, watching):
    dev, prod = bases
    train, test = split_base(dev, Split(test_size=0.2, seed=24))
    learned, twos, threes = (base[FEATURES].to_numpy(np.float64) for base in (train, test, prod))
    lr, dt = (fit_family(family, how.families[family], how.seed, learned, train[TARGET]) for family in ("lr", "dt"))
    evidence = Evidence(twos, test[TARGET].to_numpy(np.float64), scores(lr, twos), scores(dt, twos))
    like = find_like(twos, threes, watching.support)
    served = Served(scores(lr, threes), scores(dt, threes), float(like.mean()), 0.9)
    expected = (0.0, watching.alarms.risk_increase)
    assert judge(evidence, how.gate, expected).answer is Answer.PROMOTE
    ledger = judge(evidence, how.gate, expected, served)
    assert ledger.answer is Answer.SHADOW
    assert like.mean() < 0.05
    assert f"{ledger.needed:,} labelled shots like those served" in ledger.sentence
