import json
from decimal import Decimal

import pytest

from kobe_shots.audit.claims import Claim, read_claims
from kobe_shots.errors import KobeShotsError


@pytest.mark.parametrize(
    ("claimed", "measured", "agrees"),
    [
        ("0.716", 0.7163, True),
        ("0.716", 0.7169, True),  # cut off
        ("0.716", 0.7154, False),
        ("0.716", 0.7171, False),
        ("15.4", 15.41, True),
        ("15.4", 15.3, False),
        ("0.6", 0.6039, True),  # one digit: one percent
        ("0.6", 0.63, False),
        ("0", 0.004, True),
        ("0", 0.02, False),
        ("0.0", 0.02, False),
        ("1.0", 0.96, False),
        ("1.0", 0.998, True),
        ("0.62880123456789", 0.62883, True),  # more digits than a table of rounded scores can give
        ("0.62880123456789", 0.6290, False),
        ("-0.25", -0.251, True),
    ],
)
def test_a_claim_agrees_to_its_own_digits(claimed, measured, agrees):
    assert Claim("f1", Decimal(claimed)).agrees(measured) is agrees


def test_nothing_agrees_with_no_number():
    assert not Claim("f1", None).agrees(0)


@pytest.mark.parametrize(
    "spelling",
    ["log_loss=0.7", "logloss=0.7", "Log Loss=0.7", "LOG-LOSS= 0.7 "],
)
def test_a_metric_may_be_spelt_as_usual(spelling):
    assert read_claims([spelling]).by_metric == {"log_loss": Claim("log_loss", Decimal("0.7"))}


def test_every_style_of_file_is_read_and_other_keys_are_named(tmp_path):
    path = tmp_path / "claims.json"
    path.write_text(
        '{"Log Loss": 0.710, "F1": {"value": 0.5, "step": 0}, "AUC": {"0": 0.6}, "rows": 12, '
        '"brier": [{"value": 0.3, "step": 0}, {"value": NaN, "step": 1}], "Accuracy": "0.61"}'
    )
    found = read_claims(path=path)
    assert {name: str(claim) for name, claim in found.by_metric.items()} == {
        "log_loss": "0.710",
        "f1": "0.5",
        "roc_auc": "0.6",
        "brier": "nothing",
        "accuracy": "0.61",
    }
    assert (found.ignored, found.given) == (("rows",), True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["gini=0.2"], "Got a claim about 'gini'; allowed are log_loss, f1, roc_auc, brier, accuracy"),
        (["f1"], "Got the claim 'f1'; write METRIC=VALUE"),
        (["f1=high"], "Got 'high' as the claimed f1; a number is needed"),
        (["f1=0,5"], "Got '0,5' as the claimed f1"),
        (["f1=inf"], "Got 'inf' as the claimed f1"),
        (["f1=0.5", "F1=0.6"], "Got two claims about f1"),
    ],
)
def test_a_claim_that_cannot_be_read_is_said(typed, said):
    with pytest.raises(KobeShotsError, match=said):
        read_claims(typed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[1]", "are no JSON object"),
        (json.dumps({"f1": True}), "Got 'True' as the claimed f1"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(tmp_path, text, said):
    path = tmp_path / "claims.json"
    path.write_text(text)
    with pytest.raises(KobeShotsError, match=said):
        read_claims(path=path)
    with pytest.raises(KobeShotsError, match=r"The claims '.*absent.json' cannot be read"):
        read_claims(path=tmp_path / "absent.json")
