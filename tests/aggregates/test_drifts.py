from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from kobe_shots.aggregates.drifts import COLUMNS, lay_out_drifts, say_drift
from kobe_shots.aggregates.separation import lay_out_separations, read_separation
from kobe_shots.monitoring.drift import FeatureDrift
from kobe_shots.monitoring.health import Examined, Health
from kobe_shots.monitoring.shift import Shift
from kobe_shots.monitoring.stream import Faults, Stream
from kobe_shots.monitoring.told import untold
from kobe_shots.monitoring.windows import Window
from kobe_shots.parameters import Monitoring
from kobe_shots.verdicts import Severity

NOBODY = untold("share_in_support", 0, "not looked at")


@pytest.fixture(scope="module")
def how() -> Monitoring:
    from kobe_shots.project import find_project

    path = find_project() / "conf" / "base" / "parameters.yml"
    return Monitoring.model_validate(yaml.safe_load(path.read_text())["monitoring"])


def drift(feature: str, **changed: Any) -> FeatureDrift:
    usual = {"unit": "feet", "n": 300, "reference_mean": 10.0, "mean": 12.0, "p_value": 0.01, "drifted": True}
    distances = dict.fromkeys(("psi", "jensen_shannon", "wasserstein"), 2.0)
    limits = {f"{name}_limit": 1.0 for name in distances}
    return FeatureDrift(feature=feature, **({"effect": 0.0, "unseen": 0.0} | usual | distances | limits | changed))


def window(name: str, n: int, *drifts: FeatureDrift) -> Examined:
    stream = Stream(pd.DataFrame(index=range(n)))
    return Examined(Window(name, "2001-01-01", "2001-12-31", stream), [], None, NOBODY, NOBODY, list(drifts))


def health(*windows: Examined, n: int = 300, shift: Shift | None = None) -> Health:
    whole, *rest = windows or (window("all", n),)
    return Health("prod", Faults(), rest, whole, shift, {}, ())


def test_what_was_never_learned_ranks_before_what_costs_in_each_window_by_itself(how: Monitoring) -> None:
    costly, unseen, quiet = (
        drift("lat", effect=-0.02),
        drift("lon", unseen=0.3),
        drift("period", p_value=0.5, drifted=False),
    )
    table = lay_out_drifts([health(window("all", 300, quiet, costly, unseen), window("2001-02", 20, quiet))], how)
    ranked = table[["window", "rank", "feature", "consequences"]].to_records(index=False).tolist()
    assert ranked == [
        ("all", 1, "lon", True),
        ("all", 2, "lat", True),
        ("all", 3, "period", False),
        ("2001-02", 1, "period", False),
    ]
    assert set(table["batch"]) == {"prod"}


def test_every_number_of_a_drift_and_the_limits_it_is_held_against_are_kept(how: Monitoring) -> None:
    one = drift("lat", effect=0.004, psi=3.5, wasserstein=0.13)
    (row,) = lay_out_drifts([health(window("all", 300, one))], how).to_dict("records")
    assert FeatureDrift.model_validate({name: row[name] for name in FeatureDrift.model_fields}) == one
    assert (row["effect_limit"], row["unseen_limit"], row["level"]) == (0.005, pytest.approx(0.1), 0.05)
    assert not row["consequences"]
    alerts = {name: row[f"{name}_alert"] for name in ("psi", "jensen_shannon", "wasserstein", "effect", "unseen")}
    assert alerts == {"psi": True, "jensen_shannon": True, "wasserstein": False, "effect": False, "unseen": False}


def test_a_batch_without_shots_has_no_drifts_and_the_table_its_columns(how: Monitoring) -> None:
    table = lay_out_drifts([health()], how)
    assert dict(table.dtypes.astype(str)) == COLUMNS


@pytest.mark.parametrize(
    ("changed", "severity", "sentence"),
    [
        (
            {"unseen": 0.5, "effect": 0.001},
            Severity.WATCH,
            "Changed, with consequences: shot_distance by 2 feet (mean 10, now 12), 50% of them beyond what was "
            "learned (log loss +0.0010 on the rest).",
        ),
        (
            {"effect": 0.001},
            Severity.OK,
            "Changed, without consequences: shot_distance by 2 feet (mean 10, now 12) (log loss +0.0010).",
        ),
        (
            {"drifted": False, "p_value": 0.6},
            Severity.OK,
            "shot_distance differs by no more than stretches of what was learned do.",
        ),
    ],
)
def test_a_drift_is_said_with_its_numbers(
    how: Monitoring, changed: dict[str, Any], severity: Severity, sentence: str
) -> None:
    (row,) = lay_out_drifts([health(window("all", 300, drift("shot_distance", **changed)))], how).to_dict("records")
    finding = say_drift(row)
    assert (finding.severity, finding.sentence) == (severity, sentence)
    assert finding.evidence["unseen"] == changed.get("unseen", 0.0)


def shift(auc: float) -> Shift:
    return Shift(auc, np.arange(4), np.array([1.0, 1.0, 1.0, 3.0]))


@pytest.mark.parametrize(
    ("auc", "severity", "said"),
    [
        (0.5, Severity.OK, "in 50.0% of the pairs (guessing: 50%); up to 90% what was learned holds for them."),
        (0.9, Severity.OK, "in 90.0% of the pairs"),
        (0.93, Severity.WATCH, "in 93.0% of the pairs (guessing: 50%); beyond 90% estimates without outcomes need"),
        (
            0.9994,
            Severity.CANNOT_TELL,
            "in 99.9% of the pairs (guessing: 50%); beyond 96% what was learned says nothing",
        ),
    ],
)
def test_telling_shots_apart_is_bearable_up_to_the_configured_limits(
    how: Monitoring, auc: float, severity: Severity, said: str
) -> None:
    table = lay_out_separations([health(n=7_000, shift=shift(auc))], how)
    (row,) = table.to_dict("records")
    one = read_separation(row)
    assert one.finding.severity == severity
    assert said in one.finding.sentence
    assert (one.n, one.judged, one.judged_learned, one.auc) == (7_000, how.domain_shots, 4, auc)
    assert one.mean_weight == 1.5
    assert one.effective_share == 36 / 12 / 4


def test_too_few_shots_cannot_be_told_apart(how: Monitoring) -> None:
    (row,) = lay_out_separations([health(n=12)], how).to_dict("records")
    one = read_separation(row)
    assert (one.auc, one.judged, one.finding.severity) == (None, 0, Severity.CANNOT_TELL)
    assert one.finding.sentence == "12 shots are too few to be told from those learned; 100 are needed."
