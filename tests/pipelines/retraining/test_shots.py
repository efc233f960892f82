"""Are the right shots learned from, and kept apart?"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.scoring import Champion
from kobe_shots.parameters import Retraining
from kobe_shots.pipelines.retraining.shots import divide
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET


def labelled(raw: pd.DataFrame) -> list[int]:
    ids: list[int] = raw.loc[raw[TARGET].notna(), ROW_ID].tolist()
    return ids


def test_the_newest_quarter_of_the_new_labels_is_compared_on_and_all_before_is_learned_from(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    shots = divide(champion, dev, prod.sample(frac=1, random_state=1), how.gate)  # files are in no order of play
    new = labelled(prod)
    assert (shots.new, len(shots.compared), len(shots.learned)) == (640, 160, 400 + 480)
    assert shots.compared.index.tolist() == new[480:]
    assert set(shots.learned.index) == {*champion.train.index, *new[:480]}
    assert not set(champion.test.index) & {*shots.learned.index, *shots.compared.index}


def test_shots_are_in_the_order_of_play_whichever_base_they_are_of(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    mixed = prod.assign(game_date=dev["game_date"].iloc[-1])  # all on the day of the last two-pointers
    shots = divide(champion, dev, mixed, how.gate)
    assert shots.learned.index.tolist() == [*champion.train.index, *labelled(prod)[:480]]
    assert shots.learned.columns.tolist() == [*FEATURES, TARGET]
    assert shots.learned[TARGET].dtype == np.int64


def test_the_gate_gets_as_many_as_it_needs_of_few(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    few = prod.assign(**{TARGET: prod[TARGET].mask(prod.index >= 200)})
    shots = divide(champion, dev, few, how.gate)
    assert (shots.new, len(shots.compared), len(shots.learned)) == (160, 100, 460)
    fewer = divide(champion, dev, prod.assign(**{TARGET: prod[TARGET].mask(prod.index >= 50)}), how.gate)
    assert (fewer.new, len(fewer.compared), len(fewer.learned)) == (40, 40, 400)


def test_what_a_champion_learned_from_or_was_compared_on_is_not_new(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    first = divide(champion, dev, prod, how.gate)
    promoted = dataclasses.replace(
        champion, train=first.learned, test=pd.concat([champion.test, first.compared.iloc[:60]])
    )
    then = divide(promoted, dev, prod, how.gate)
    assert (then.new, len(then.compared)) == (100, 100)
    assert then.compared.index.tolist() == first.compared.index[60:].tolist()
    assert set(then.learned.index) == set(first.learned.index)


def test_every_production_shot_is_served_labelled_or_not_but_for_those_that_lack_a_feature(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    holed = prod.assign(lat=prod["lat"].mask(prod.index < 10))
    shots = divide(champion, dev, holed, how.gate)
    assert len(shots.served) == 790
    assert (shots.served.dtypes == np.float64).all()
    assert shots.games["game_date"].tolist() == sorted(prod["game_date"].unique())[1:]


def test_the_labels_have_a_name_that_changes_when_an_outcome_of_production_does(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    name = divide(champion, dev, prod, how.gate).labels_id
    assert divide(champion, dev, prod.iloc[::-1], how.gate).labels_id == name
    more = prod.assign(**{TARGET: prod[TARGET].mask(prod.index == 0, 1.0)})
    other = prod.assign(**{TARGET: prod[TARGET].where(prod.index != 1, 1 - prod[TARGET])})
    assert len({name, *(divide(champion, dev, raw, how.gate).labels_id for raw in (more, other))}) == 3


def test_a_champion_that_rests_on_other_shots_is_refused(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    with pytest.raises(KobeShotsError, match=r"rests on 400 shots, of which 300 are not among the raw ones"):
        divide(champion, dev.iloc[300:], prod, how.gate)


def test_production_without_a_whole_shot_is_refused(
    champion: Champion, dev: pd.DataFrame, prod: pd.DataFrame, how: Retraining
) -> None:
    with pytest.raises(KobeShotsError, match=r"^None of the 800 production shots has all features.*`kobe-shots fetch`"):
        divide(champion, dev, prod.assign(lat=np.nan), how.gate)
