import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from kobe_shots import console, job
from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring import backtest_text
from kobe_shots.monitoring.backtest import Revealed, reveal
from kobe_shots.monitoring.backtest_batches import (
    Batch,
    Case,
    hidden_blocks,
    hidden_careers,
    hidden_seasons,
    hidden_threes,
    labelled,
)
from kobe_shots.monitoring.backtest_errors import Asked, BackTest, assess
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trust import Level
from kobe_shots.parameters import Cut, Monitoring
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET
from kobe_shots.shots.simulator import draw_career

ASKED = Asked(fingerprint="abc", blocks=1, careers=0)
MODEL = Pipeline([("model", LogisticRegression(C=10.0, solver="newton-cholesky"))])


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return draw_career(np.random.default_rng(3), 14_000).shots


@pytest.fixture(scope="module")
def twos(raw: pd.DataFrame) -> pd.DataFrame:
    return labelled(raw[raw["shot_type"] == "2PT Field Goal"])


@pytest.fixture(scope="module")
def threes(raw: pd.DataFrame) -> pd.DataFrame:
    return labelled(raw[raw["shot_type"] == "3PT Field Goal"])


@pytest.fixture(scope="module")
def how() -> Monitoring:
    conf = Path(__file__).parents[2] / "conf" / "base" / "parameters.yml"
    given = yaml.safe_load(conf.read_text(encoding="utf-8"))["monitoring"]
    return Monitoring.model_validate(given | {"domain_shots": 1_000, "folds": 2})


@pytest.fixture(scope="module")
def revealed(twos: pd.DataFrame, threes: pd.DataFrame, how: Monitoring) -> list[Revealed]:
    truth = pd.Series(0.4, index=twos.index[:1_500])
    cases = [
        Case(
            twos.iloc[1_500:],
            Cut(by="season", size=1),
            (
                Batch("random", "1", twos.iloc[:1_500], truth),
                Batch("three-pointers", "all", threes),
                Batch("few", "1", twos.iloc[:15]),
            ),
        )
    ]
    return list(reveal(cases, {"lr": MODEL}, how))


def test_what_is_tried_on_is_labelled_and_in_the_order_of_play(raw: pd.DataFrame, twos: pd.DataFrame) -> None:
    known = raw[raw[TARGET].notna() & (raw["shot_type"] == "2PT Field Goal")]
    assert set(twos.index) == set(known[ROW_ID])
    assert twos["game_date"].is_monotonic_increasing


def test_a_hidden_season_is_whole_and_not_among_what_is_learned(twos: pd.DataFrame) -> None:
    cases = list(hidden_seasons(pd.concat([twos, twos.set_index(twos.index + 1_000_000)])))
    assert cases
    for case in cases:
        (batch,) = case.batches
        assert set(batch.shots["season"]) == {batch.name}
        assert batch.name not in set(case.learned["season"])
        assert len(batch.shots) >= 700


def test_blocks_of_a_half_share_no_shot_with_each_other_nor_with_what_is_learned(twos: pd.DataFrame) -> None:
    cases = list(hidden_blocks(twos, 7, seed=1))
    blocks = [batch for case in cases for batch in case.batches if batch.kind.startswith("random")]
    assert len(blocks) == 7
    for case in cases:
        ids = [i for batch in case.batches if batch.kind == "random blocks of 1,000" for i in batch.shots.index]
        assert len(ids) == len(set(ids))
        assert {len(batch.shots) for batch in case.batches} <= {1_000, 2_000}
        assert all(not set(batch.shots.index) & set(case.learned.index) for batch in case.batches)
        assert "season" not in case.learned  # its stretches are random blocks too


def test_shifted_batches_are_what_they_are_called(twos: pd.DataFrame) -> None:
    (case, *_) = hidden_blocks(twos, 1, seed=1)
    by_kind = {batch.kind: batch.shots for batch in case.batches}
    assert by_kind["only shots at the rim"]["shot_distance"].max() <= 3
    assert set(by_kind["only fourth quarters"]["period"]) == {4}
    assert abs(by_kind["re-weighted draws"][FEATURES].mean() - twos[FEATURES].mean()).max() > 0


def test_too_few_shots_are_refused(twos: pd.DataFrame) -> None:
    with pytest.raises(KobeShotsError, match="Got 500 labelled shots to try estimates on; at least 8,000 are needed"):
        next(hidden_blocks(twos.iloc[:500], 1, seed=1))


def test_three_pointers_are_tried_whole_and_by_season(twos: pd.DataFrame, threes: pd.DataFrame) -> None:
    whole, *seasons = hidden_threes(twos, threes).batches
    assert len(whole.shots) == len(threes)
    assert all(len(batch.shots) >= 100 and set(batch.shots["season"]) == {batch.name} for batch in seasons)


def test_of_simulated_careers_the_truth_is_known_and_another_career_is_learned() -> None:
    (case,) = hidden_careers(1, seed=5)
    assert {batch.kind for batch in case.batches} == {
        "simulated seasons",
        "simulated blocks of 2,000",
        "simulated three-pointers",
    }
    for batch in case.batches:
        assert batch.true_probability is not None
        assert batch.true_probability.index.equals(batch.shots.index)
        spread = np.sqrt((batch.true_probability * (1 - batch.true_probability)).sum())
        assert abs(batch.shots[TARGET].sum() - batch.true_probability.sum()) < 4.5 * spread


def test_each_batch_is_estimated_and_revealed_but_those_with_too_few_outcomes(revealed: list[Revealed]) -> None:
    assert [(one.kind, one.model) for one in revealed] == [("random", "lr"), ("three-pointers", "lr")]
    random, threes = revealed
    assert random.level is Level.TRUSTED
    assert random.estimates.keys() == {"confidence_based", "importance_weighted", "no_change", "in_use"}
    assert random.chance["make_rate"] == pytest.approx(np.sqrt(0.4 * 0.6 / 1_500))  # by the true probabilities
    assert random.expected_truth["make_rate"] == pytest.approx(0.4)
    assert threes.level is Level.NOT_ESTIMABLE
    assert "in_use" not in threes.estimates
    assert threes.expected_truth == {}


def test_labels_have_no_say_in_the_estimates(twos: pd.DataFrame, how: Monitoring) -> None:
    hidden = twos.iloc[:1_000]
    turned = hidden.assign(**{TARGET: 1 - hidden[TARGET]})
    batches = (Batch("as they are", "1", hidden), Batch("turned", "1", turned))
    one, other = reveal([Case(twos.iloc[1_000:], Cut(by="count", size=500), batches)], {"lr": MODEL}, how)
    assert one.estimates == other.estimates
    assert one.truth["make_rate"] == pytest.approx(1 - other.truth["make_rate"])


def _revealed(
    *,
    said: float,
    truth: float,
    chance: float = 0.005,
    level: Level = Level.TRUSTED,
    expected: float | None = None,
    name: str = "1",
    n: int = 1_000,
) -> Revealed:
    told = {"log_loss": Told(metric="log_loss", n=n, value=said, low=said - 0.01, high=said + 0.01)}
    unchanged = {"log_loss": Told(metric="log_loss", n=n, value=0.68)}
    given = {} if level is Level.NOT_ESTIMABLE else {"in_use": told}
    return Revealed(
        kind="seasons",
        name=name,
        model="lr",
        n=n,
        domain_auc=0.5,
        level=level,
        used={},
        truth={"log_loss": truth},
        expected_truth={} if expected is None else {"log_loss": expected},
        chance={"log_loss": chance},
        estimates={"confidence_based": told, "no_change": unchanged, **given},
    )


def test_an_estimate_is_wrong_when_it_misses_by_more_than_matters_and_more_than_chance() -> None:
    assert not _revealed(said=0.66, truth=0.669, chance=0.001).is_wrong(3)  # does not matter
    assert not _revealed(said=0.66, truth=0.674).is_wrong(3)  # may be chance
    assert _revealed(said=0.66, truth=0.676).is_wrong(3)
    assert not _revealed(said=0.66, truth=0.676).is_wrong(4)


def test_where_the_truth_is_known_chance_excuses_nothing_and_blames_nobody() -> None:
    assert not _revealed(said=0.66, truth=0.70, expected=0.665).is_wrong(3)
    assert _revealed(said=0.66, truth=0.66, expected=0.671).is_wrong(3)


def test_the_numbers_of_a_kind_by_hand() -> None:
    batches = [_revealed(said=0.66, truth=0.664), _revealed(said=0.66, truth=0.672, chance=0.015)]
    test = assess(batches, ASKED)
    row = next(row for row in test.rows if (row.kind, row.estimator) == ("seasons", "in_use"))
    assert row.batches == 2
    assert row.error == pytest.approx(0.008)
    assert row.bias == pytest.approx(-0.008)
    assert row.of_no_change == pytest.approx((0.016 + 0.008) / 2)
    assert row.chance == pytest.approx(0.01 * np.sqrt(2 / np.pi))
    assert row.over_chance == pytest.approx(0.8 / np.sqrt(2 / np.pi))
    assert row.covered == 0.5
    assert row.of_truth is None
    unchanged = next(row for row in test.rows if (row.kind, row.estimator) == ("seasons", "no_change"))
    assert unchanged.covered is None


def test_the_trust_check_is_confronted_with_what_came_out() -> None:
    batches = [
        _revealed(said=0.66, truth=0.66),
        _revealed(said=0.66, truth=0.70, name="2"),
        _revealed(said=0.66, truth=0.66, level=Level.CAUTION),
        _revealed(said=0.66, truth=0.66, level=Level.NOT_ESTIMABLE),
        _revealed(said=0.66, truth=0.76, level=Level.NOT_ESTIMABLE),
    ]
    test = assess(batches, ASKED)
    (found,) = test.confusion
    assert list(found.model_dump().values())[2:] == [1, 1, 1, 0, 1, 1]
    assert test.trusted_wrong == ["lr, seasons, 2: off by 0.0400 on 1,000 shots"]
    assert "ACT: 1 estimate trusted and wrong" in backtest_text.render(test)


def test_chance_is_given_more_room_the_more_often_it_is_asked() -> None:
    batches = [_revealed(said=0.66, truth=0.66)] * 10
    assert assess(batches, ASKED).sure == 3.0
    many = assess([*batches * 100, _revealed(said=0.66, truth=0.6775)], ASKED)  # 3.5 standard errors
    assert many.sure == pytest.approx(4.056, abs=0.001)  # two-sided 5% over 1,001
    assert many.trusted_wrong == []
    assert many.beyond_three == 1
    assert many.beyond_three_by_chance == pytest.approx(1_001 * 0.0027, rel=0.001)


def test_targets_are_held_against_large_batches_with_an_estimate() -> None:
    batches = [
        _revealed(said=0.66, truth=0.665),
        _revealed(said=0.66, truth=0.70, n=999),
        _revealed(said=0.66, truth=0.70, level=Level.NOT_ESTIMABLE),
    ]
    targets = {target.what: target for target in assess(batches, ASKED).targets}
    assert targets["error"].value == pytest.approx(0.005)
    assert targets["error"].met
    assert targets["error over that of no change"].value == pytest.approx(5 / 15)
    assert not targets["share covered"].met  # all of them is too many
    assert targets["share covered"].value == 1


def test_the_text_fits_a_terminal_and_the_record_comes_back_from_json(revealed: list[Revealed]) -> None:
    test = assess(revealed, ASKED)
    assert max(len(line) for line in backtest_text.render(test).splitlines()) <= 120
    assert BackTest.model_validate_json(test.model_dump_json()) == test


def test_the_command_writes_what_it_prints(
    raw: pd.DataFrame, how: Monitoring, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = raw["shot_type"] == "3PT Field Goal"
    monkeypatch.setattr(
        job, "load", lambda *_: [raw[~three], raw[three], {"fingerprint": "abc"}, how.model_dump(), MODEL]
    )
    result = CliRunner().invoke(console.main, ["backtest", "--model", "lr", "--blocks", "1", "--careers", "0"])
    assert result.exit_code == 0, result.stderr
    written = BackTest.model_validate_json((project / console.BACKTEST_FILE).read_bytes())
    assert result.stdout.strip() == backtest_text.render(written)
    assert written.asked == Asked(fingerprint="abc", blocks=1, careers=0)
    assert [path.name for path in (project / console.BACKTEST_FILE).parent.iterdir()] == ["backtest.json"]


def test_without_a_run_the_command_says_what_is_missing(project: Path, empty_store: Path) -> None:
    shutil.copy(empty_store, project / "mlflow.db")
    result = CliRunner().invoke(console.main, ["backtest"])
    assert result.exit_code == 1
    assert "Not there yet: dataset_kobe_dev, dataset_kobe_prod" in result.stderr
    assert "make run" in result.stderr
