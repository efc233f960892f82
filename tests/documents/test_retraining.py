"""Do the tables on retraining say what was measured? By numbers small enough to check by hand."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from kobe_shots import documents
from kobe_shots.documents import retraining
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import read_report
from kobe_shots.language import speak
from kobe_shots.models.evaluation import Estimate
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.comparison import Comparison, Result, Served
from kobe_shots.retraining.keeping import Asked, replay
from kobe_shots.retraining.measured import Measured, Pace, Quiet, name_settings
from kobe_shots.retraining.outcomes import Received
from kobe_shots.shots.tables import read_shots

REPOSITORY = Path(__file__).parents[2]
RECEIVED = Received(arrived=10, counted=10, repeated=0, contradicted=0, waiting=0, earlier_than_before=0)


def estimate(value: float) -> Estimate:
    return Estimate(metric="log_loss", value=value, low=value - 0.001, high=value + 0.001, n=1_000)


def result(policy: str, gain: float, recovered: float | None, retrainings: int, promotions: int = 1) -> Result:
    return Result(
        policy=policy,
        log_loss=0.67 - gain,
        gain=estimate(gain),
        regret=estimate(0.01 - gain),
        recovered=recovered,
        retrainings=retrainings,
        in_vain=1,
        fitted=3 * retrainings,
        promotions=promotions,
        labels_used=2_000,
        action_after=9 if policy == "both" else None,
        promotion_after=541 if policy == "both" else None,
        received=RECEIVED,
        served=(Served(version=2, labelled=800, labels_since_change=541, skill=0.0024),),
    )


def compared(advantage: float, seed: int = 24, challengers: tuple[str, ...] = ("lr", "dt", "boost")) -> Comparison:
    def share(gain: float) -> float | None:
        return gain / advantage if advantage > 0.002 else None

    gains = {"never": 0.0, "calendar": 0.004, "reactive": 0.006, "predictive": 0.002, "both": 0.009}
    return Comparison(
        scenario="switch",
        family="dt",
        challengers=challengers,
        seed=seed,
        games=100,
        shots=1_200,
        labelled=1_000,
        counts=0.002,
        oracle=0.66,
        oracle_every=1,
        advantage=estimate(advantage),
        results=tuple(
            result(policy, gain, share(gain), 120 if policy == "calendar" else 20) for policy, gain in gains.items()
        ),
        conclusion="It pays.",
    )


def row(table: str, number: int = 0) -> list[str]:
    return [cell.strip() for cell in table.splitlines()[2 + number].strip("|").split("|")]


def test_the_best_of_the_three_policies_stands_beside_the_calendar() -> None:
    assert row(retraining.overview(Measured(real=(compared(0.01),)))) == [
        *("switch", "decision tree", "all kinds", "0.0100 [0.0090, 0.0110]"),
        *("both", "90%", "20", "40%", "120", "1, 1, 1"),
    ]


def test_in_short_there_is_the_tree_with_challengers_of_its_own_kind() -> None:
    regression = compared(0.01, challengers=("lr",)).model_copy(update={"family": "lr"})
    told = retraining.in_short(
        Measured(real=(regression, compared(0.01), compared(0.01, challengers=("dt",)))), speak("pt")
    )
    assert row(told) == [
        "`switch`: arremessos de dois pontos, depois de três",
        "0,0100 [0,0090; 0,0110]",
        "40% disso; treinos: 120, promoções: 1",
        "60% disso; treinos: 20, promoções: 1",
        "20% disso; treinos: 20, promoções: 1",
        "90% disso; treinos: 20, promoções: 1",
    ]
    assert len(told.splitlines()) == 3


def test_in_short_nothing_is_recovered_where_there_is_nothing_to_be_had() -> None:
    told = retraining.in_short(Measured(real=(compared(0.0015, challengers=("dt",)),)), speak("en"))
    assert row(told)[2] == "trained 120, promoted 1"


def test_where_the_oracle_gains_nothing_that_counts_nothing_is_recovered() -> None:
    told = row(retraining.overview(Measured(real=(compared(0.0015, challengers=("dt",)),))))
    assert told[2] == "own kind"
    assert told[5] == told[7] == "nothing that counts (0.002)"


def test_every_policy_of_a_tree_with_all_challengers_is_a_row() -> None:
    table = retraining.policies(Measured(real=(compared(0.01), compared(0.01, challengers=("dt",)))))
    assert [row(table, number)[1] for number in range(5)] == ["never", "calendar", "reactive", "predictive", "both"]
    assert len(table.splitlines()) == 7


def test_what_followed_a_change_is_told_of_those_that_acted() -> None:
    table = retraining.after_change(Measured(real=(compared(0.01),)))
    assert [row(table, number)[3] for number in range(2)] == ["never", "both"]
    assert row(table, 1)[4:] == ["9 shots", "541 labels", "+0.0024 (v2, 800 shots)"]


def test_over_seeds_there_are_medians_and_ranges() -> None:
    measured = Measured(simulated=tuple(compared(0.001 * seed, seed) for seed in (5, 7, 12)))
    assert row(retraining.over_seeds(measured)) == [
        *("switch", "decision tree", "3", "+0.0070 (+0.0050 to +0.0120)"),
        *("reactive", "+0.0060 (+0.0060 to +0.0060)", "20"),
    ]


def test_quiet_careers_and_the_pace_are_told() -> None:
    quiet = Quiet(family="lr", challengers=("lr",), policy="both", careers=200, alarmed=14, retrained=150, promoted=3)
    pace = Pace(times=10, games=15_000, milliseconds=(1.0, 2.0, 3.0, 4.0, 5.5))
    measured = Measured(quiet=(quiet,), pace=(pace,), seconds=(30.0, 41.6, 90.0))
    assert retraining.pace(measured).endswith("\nThe real career, all five policies and the oracle: 42 CPU seconds.\n")
    assert row(retraining.quiet(measured)) == ["logistic regression", "both", "200", "14", "150", "3 (1.5%)"]
    assert row(retraining.pace(measured)) == ["10 x", "15,000", "1.00", "3.00", "5.50"]


def test_the_document_was_measured_with_the_parameters_in_force() -> None:
    configured = yaml.safe_load((REPOSITORY / "conf" / "base" / "parameters.yml").read_text())
    how = Retraining.model_validate(configured["retraining"])
    watching = Monitoring.model_validate(configured["monitoring"])
    measured = Measured.model_validate_json((REPOSITORY / documents.REPLAYS_FILE).read_bytes())
    assert measured.settings == name_settings(how, watching), "run bench/retraining.py again"


def test_a_replay_of_the_published_career_gives_what_the_document_says(real_raw: Path, tmp_path: Path) -> None:
    configured = yaml.safe_load((REPOSITORY / "conf" / "base" / "parameters.yml").read_text())
    how = Retraining.model_validate(configured["retraining"])
    watching = Monitoring.model_validate(configured["monitoring"])
    measured = Measured.model_validate_json((REPOSITORY / documents.REPLAYS_FILE).read_bytes())
    (published,) = (one for one in measured.real if (one.scenario, one.challengers) == ("production", ("lr",)))
    asked = Asked("production", "lr", ("lr",), ("both",), published.seed)
    again = replay(read_shots(real_raw), None, asked, how, watching, tmp_path).comparison
    assert (again.games, again.shots, again.labelled) == (published.games, published.shots, published.labelled)
    assert again.advantage.value == pytest.approx(published.advantage.value, abs=1e-9)
    told = {one.policy: one for one in published.results}
    for one in again.results:
        counts = {"retrainings", "in_vain", "fitted", "promotions", "labels_used", "action_after", "promotion_after"}
        assert one.model_dump(include=counts) == told[one.policy].model_dump(include=counts)
        assert one.gain.value == pytest.approx(told[one.policy].gain.value, abs=1e-9)


def test_replays_of_other_shots_are_refused(real: Path, tmp_path: Path) -> None:
    for name in (*documents.DOCUMENTS, *documents.MEASURED_FILES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    measured = json.loads((tmp_path / documents.REPLAYS_FILE).read_text())
    (tmp_path / documents.REPLAYS_FILE).write_text(json.dumps(measured | {"fingerprint": "0123456789ab"}))
    with pytest.raises(KobeShotsError, match=r"on shots 0123456789ab, and the last run .*bench/retraining\.py"):
        documents.stale(tmp_path, read_report(real))
    (tmp_path / documents.REPLAYS_FILE).write_text('{"unknown": 1}')
    with pytest.raises(KobeShotsError, match=r"not one this version reads; run `python bench/retraining\.py"):
        documents.stale(tmp_path, read_report(real))
