import re

import numpy as np
import pandas as pd
import pytest

from kobe_shots.errors import KobeShotsError
from kobe_shots.models.lineage import base_id, learned_shots, refuse_other_base, refuse_unknown_shots
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET


@pytest.fixture
def base() -> pd.DataFrame:
    rng = np.random.default_rng(24)
    shots = pd.DataFrame(rng.normal(size=(50, 6)), columns=FEATURES, index=pd.Index(range(100, 150), name=ROW_ID))
    return shots.assign(**{TARGET: rng.integers(0, 2, 50)})


# ---- base_id


def test_an_id_is_twelve_hexadecimal_digits(base: pd.DataFrame) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", base_id(base))


def test_the_same_rows_have_the_same_id_and_are_left_alone(base: pd.DataFrame) -> None:
    before = base.copy()
    assert base_id(base) == base_id(base.copy())
    pd.testing.assert_frame_equal(base, before)


def test_an_id_is_the_same_in_every_process_and_on_every_machine() -> None:
    # an id in a registry outlives the process and the library that wrote it: another number breaks every champion
    known = pd.DataFrame({"lat": [34.0443, 33.9723], TARGET: [0, 1]}, index=pd.Index([7, 9], name=ROW_ID))
    assert base_id(known) == "da989046700c"


def test_an_id_survives_the_file_the_base_is_kept_in(base: pd.DataFrame, tmp_path) -> None:
    base.to_parquet(tmp_path / "base.parquet")
    assert base_id(pd.read_parquet(tmp_path / "base.parquet")) == base_id(base)


@pytest.mark.parametrize("column", [*FEATURES, TARGET])
def test_one_changed_value_changes_the_id_whichever_column_it_is_in(base: pd.DataFrame, column: str) -> None:
    changed = base.copy()
    changed.loc[125, column] = 1 - changed.loc[125, column]
    assert base_id(changed) != base_id(base)


@pytest.mark.parametrize(
    "change",
    [
        lambda base: base.iloc[:-1],
        lambda base: base.iloc[1:],
        lambda base: base.iloc[::-1],
        lambda base: base.set_axis(base.index + 1, axis=0),
        lambda base: pd.concat([base, base.tail(1)]),
        lambda base: base.iloc[:0],
    ],
    ids=["a row fewer", "another row fewer", "the order", "the shot ids", "a row twice", "no row"],
)
def test_other_rows_have_another_id(base: pd.DataFrame, change) -> None:
    assert base_id(change(base)) != base_id(base)


# ---- refuse_other_base


def test_a_model_may_stay_beside_the_rows_it_learned_from(base: pd.DataFrame) -> None:
    refuse_other_base("The champion", base_id(base), base.copy())


def test_a_model_that_learned_from_other_rows_is_refused_with_both_ids_and_the_command(base: pd.DataFrame) -> None:
    other = base.iloc[:-1]
    said = f"The champion learned from train base {base_id(base)}, and {base_id(other)} lies there now, whose test base"
    command = re.escape("Train first: kedro run --pipeline=Treinamento.")
    with pytest.raises(KobeShotsError, match=f"^{said} .* {command}$"):
        refuse_other_base("The champion", base_id(base), other)


# ---- learned_shots, refuse_unknown_shots


def test_shots_a_model_learned_from_are_known_by_their_ids(base: pd.DataFrame) -> None:
    new = base.set_axis(base.index + 1000, axis=0)
    assert learned_shots("The champion", base, pd.concat([new, base.iloc[[3, 1]]])).tolist() == [103, 101]
    assert learned_shots("The champion", base, new).empty


@pytest.mark.parametrize("column", [FEATURES[0], TARGET])
def test_another_shot_under_a_known_id_is_refused(base: pd.DataFrame, column: str) -> None:
    other = base.astype({TARGET: "float64"})
    other.loc[[101, 103], column] = [np.nan, 9.5]
    said = "^The champion learned from shots of the same ids as 2 of the raw ones, .* --pipeline=Treinamento[.]$"
    with pytest.raises(KobeShotsError, match=said):
        learned_shots("The champion", base, other)


def test_a_base_may_be_spread_over_raw_shots_and_none_of_it_may_lack(base: pd.DataFrame) -> None:
    refuse_unknown_shots("The champion", base, base.sample(frac=1, random_state=1).astype("float64"))
    with pytest.raises(
        KobeShotsError, match=r"^The champion rests on 50 shots, of which 2 are not among the raw ones;"
    ):
        refuse_unknown_shots("The champion", base, base.iloc[2:])
