"""Are the choice of a model and the verdict on a champion sayable in Portuguese, whatever they are?"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import BaseModel

from kobe_shots.language import PORTUGUESE, Said, speak
from kobe_shots.models.adherence import FeatureShift, judge
from kobe_shots.models.evaluation import Estimate
from kobe_shots.models.selection import choose
from kobe_shots.parameters import Adherence, Evaluation, Selection

CONF = yaml.safe_load((Path(__file__).parents[2] / "conf" / "base" / "parameters.yml").read_text())
Left = Callable[[BaseModel], list[str]]


@pytest.mark.parametrize("tied", ["lr", "dt"])
@pytest.mark.parametrize(("gain", "code"), [(0.0, "tied"), (0.001, "equivalent"), (0.3, "better")])
def test_every_choice_is_sayable_in_portuguese(tied: str, gain: float, code: str, english_left: Left) -> None:
    rng = np.random.default_rng(24)
    made = pd.Series((rng.random(2_000) < 0.45).astype(int))
    one = np.full(len(made), 0.45)
    other = np.clip(one + gain * (made - 0.45) + (0 if gain else rng.normal(0, 0.02, len(made))), 0.01, 0.99)
    how = Evaluation.model_validate(CONF["evaluation"])
    choice = choose(made, one, np.asarray(other), how, Selection(minimum_difference=0.005, when_tied=tied))
    assert choice.verdict.code == code
    assert not english_left(choice)
    assert isinstance(choice.verdict.saying(), Said)


def test_every_adherence_is_sayable_in_portuguese(english_left: Left) -> None:
    limits = Adherence.model_validate(CONF["adherence"])
    skills = [(0.02, 0.01, 0.03), (-0.02, -0.03, -0.01), (0.001, -0.02, 0.03), (0.001, 0.0005, 0.0012)]
    estimates = [Estimate(metric="log_loss", value=v, low=low, high=high, n=5_000) for v, low, high in skills]
    codes = set()
    for share, new, learned in product((0.2, 0.99), (None, *estimates), estimates[::2]):
        moved = FeatureShift(
            feature="lat", learned_mean=34, learned_low=33.9, learned_high=34.1, new_mean=33, share_in_support=share
        )
        verdict = judge(learned, new, [moved], limits)
        codes.add(verdict.code)
        assert not english_left(verdict)
        assert "latitude" in speak(PORTUGUESE).tell(verdict)
    assert codes == {"adherent", "skill_lost", "out_of_support", "too_few_labels"}
