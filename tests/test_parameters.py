from pathlib import Path
from typing import Any

import pytest
import yaml

from kobe_shots.errors import KobeShotsError
from kobe_shots.parameters import Adherence, Evaluation, Monitoring, Parameters, Retraining, Selection, Split, Tuning

CONF = Path(__file__).parents[1] / "conf"
GROUPS: dict[str, type[Parameters]] = {
    "preparation": Split,
    "tuning": Tuning,
    "evaluation": Evaluation,
    "selection": Selection,
    "adherence": Adherence,
    "monitoring": Monitoring,
    "retraining": Retraining,
}
ALLOWED: dict[str, dict[str, Any]] = {
    "preparation": {"test_size": 0.2, "seed": 24},
    "tuning": {"engine": "scikit-learn", "metric": "log_loss", "candidates": 100, "folds": 10, "seed": 24},
    "evaluation": {"confidence": 0.95, "resamples": 1000, "seed": 24},
    "selection": {"minimum_difference": 0.001, "when_tied": "lr"},
    "adherence": {
        "minimum_labelled": 500,
        "minimum_skill_retained": 0.5,
        "minimum_share_in_support": 0.9,
        "support_coverage": 0.98,
    },
    "monitoring": {
        "windows": {"by": "season", "size": 1},
        "confidence": 0.95,
        "threshold": 0.5,
        "folds": 10,
        "seed": 24,
        "domain_shots": 5000,
        "minimum_effect": 0.005,
        "deviations": 3,
        "limits": {},
        "support": {"neighbours": 10, "coverage": 0.99},
        "trust": {
            "minimum_shots": 100,
            "minimum_share_in_support": 0.9,
            "trusted_auc": 0.9,
            "caution_auc": 0.96,
            "minimum_effective_share": 0.1,
            "trusted_weight": [0.67, 1.5],
            "caution_weight": [0.5, 2.0],
        },
        "labels": {"confidence": 0.95, "power": 0.8, "effects": [0.005, 0.01, 0.02]},
        "drift": {"level": 0.05, "stretches": 200},
        "alarms": {"false_alarm": 0.05, "risk_increase": 0.01},
    },
    "retraining": yaml.safe_load((CONF / "base" / "parameters.yml").read_text())["retraining"],
}


def refusal(group: str, **changed: Any) -> str:
    with pytest.raises(KobeShotsError, match=r"Keys allowed here: ") as refused:
        GROUPS[group].model_validate(ALLOWED[group] | changed)
    fault, keys, advice = str(refused.value).split(". ")
    assert keys == f"Keys allowed here: {', '.join(ALLOWED[group])}"
    assert advice == "Mend it in conf, or in --params."
    return fault


def test_the_configuration_is_allowed_and_has_a_group_for_each_type() -> None:
    configured = yaml.safe_load((CONF / "base" / "parameters.yml").read_text())
    assert set(configured) == set(GROUPS)
    for group, kind in GROUPS.items():
        assert kind.model_validate(configured[group]).model_dump(mode="json") == configured[group]


def test_the_seed_configuration_picks_by_f1_and_changes_nothing_else() -> None:
    base, seed = (yaml.safe_load((CONF / env / "parameters.yml").read_text()) for env in ("base", "seed"))
    assert list(seed) == ["tuning"]
    assert Tuning.model_validate(base["tuning"] | seed["tuning"]).model_dump() == base["tuning"] | {"metric": "f1"}


def test_the_environment_pycaret_changes_the_engine_and_nothing_else() -> None:
    base, pycaret = (yaml.safe_load((CONF / env / "parameters.yml").read_text()) for env in ("base", "pycaret"))
    assert pycaret == {"tuning": {"engine": "pycaret"}}
    assert base["tuning"]["engine"] == "scikit-learn"


@pytest.mark.parametrize("group", GROUPS)
def test_a_misspelt_key_is_named_beside_the_allowed_ones(group: str) -> None:
    assert refusal(group, sed=24) == "'sed' is not known"


@pytest.mark.parametrize("group", GROUPS)
def test_every_missing_key_is_named(group: str) -> None:
    first, *others = ALLOWED[group]
    with pytest.raises(KobeShotsError, match=f"^'{first}' is missing. Keys allowed here"):
        GROUPS[group].model_validate({key: ALLOWED[group][key] for key in others})


@pytest.mark.parametrize(
    ("group", "key", "value", "said"),
    [
        ("preparation", "test_size", 0, "greater than 0"),
        ("preparation", "test_size", 1, "less than 1"),
        ("preparation", "seed", -1, "greater than or equal to 0"),
        ("preparation", "seed", 2**32, "less than 4294967296"),
        ("preparation", "seed", 0.5, "valid integer"),
        ("tuning", "metric", "accuracy", "'log_loss', 'f1', 'brier' or 'roc_auc'"),
        ("tuning", "engine", "optuna", "'scikit-learn' or 'pycaret'"),
        ("tuning", "metric", 7, "'log_loss', 'f1', 'brier' or 'roc_auc'"),
        ("tuning", "candidates", 1, "greater than or equal to 2"),
        ("tuning", "candidates", 10_001, "less than or equal to 10000"),
        ("tuning", "folds", 1, "greater than or equal to 2"),
        ("tuning", "folds", "ten", "valid integer"),
        ("tuning", "seed", -1, "greater than or equal to 0"),
        ("evaluation", "confidence", 0.5, "greater than 0.5"),
        ("evaluation", "confidence", 95, "less than 1"),
        ("evaluation", "resamples", 99, "greater than or equal to 100"),
        ("evaluation", "seed", -1, "greater than or equal to 0"),
        ("selection", "minimum_difference", -0.001, "greater than or equal to 0"),
        ("selection", "minimum_difference", float("nan"), "greater than or equal to 0"),
        ("selection", "when_tied", "tree", "'lr' or 'dt'"),
        ("adherence", "minimum_labelled", 0, "greater than or equal to 1"),
        ("adherence", "minimum_skill_retained", 0, "greater than 0"),
        ("adherence", "minimum_share_in_support", 1.1, "less than or equal to 1"),
        ("adherence", "support_coverage", 1, "less than 1"),
        ("adherence", "support_coverage", None, "valid number"),
        ("retraining", "policy", "always", "'never', 'calendar', 'reactive', 'predictive' or 'both'"),
        ("retraining", "cool_down", -1, "greater than or equal to 0"),
        ("retraining", "force", "perhaps", "valid boolean"),
    ],
)
def test_a_value_out_of_range_is_said_with_what_was_got_and_what_is_allowed(
    group: str, key: str, value: Any, said: str
) -> None:
    fault = refusal(group, **{key: value})
    assert fault.startswith(f"'{key}' is {value!r}: Input should be ")
    assert said in fault


def test_several_faults_are_said_at_once() -> None:
    fault = refusal("tuning", folds=1, fold=10)
    assert fault == "'folds' is 1: Input should be greater than or equal to 2; 'fold' is not known"


@pytest.mark.parametrize("spelling", ["F1", "f1", "Log_Loss", "ROC_AUC"])
def test_a_metric_may_be_spelt_in_capitals(spelling: str) -> None:
    assert Tuning.model_validate(ALLOWED["tuning"] | {"metric": spelling}).metric == spelling.lower()


def test_a_group_cannot_be_changed_once_it_is_made() -> None:
    split = Split.model_validate(ALLOWED["preparation"])
    with pytest.raises(ValueError, match="frozen"):
        split.seed = 7  # type: ignore[misc]  # what is tested
