"""What do tests of a retraining share? A small world: twos that a champion learned from, and threes in production."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from kobe_shots.models.lineage import base_id
from kobe_shots.models.scoring import Champion
from kobe_shots.monitoring.judgement import Judgement, Verdicts
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.report import Monitored
from kobe_shots.shots.court import to_lat, to_lon
from kobe_shots.shots.schema import FEATURES, ROW_ID, TARGET
from kobe_shots.verdicts import Finding, Severity

CONF = Path(__file__).parents[3] / "conf" / "base" / "parameters.yml"
FAST = {"lr": {"C": 0.05}, "dt": {"max_leaf_nodes": 4, "min_samples_leaf": 20}}
A_GAME = 10  # shots


def draw_raw(first: int, n: int, feet: tuple[int, int], rate: float, day: int) -> pd.DataFrame:
    """Return raw shots with ids from `first`, in the order of play, ten a game, a game a day from `day` on."""
    rng = np.random.default_rng(first)
    away, angle = rng.uniform(*feet, n) * 10, rng.uniform(0, np.pi, n)
    x, y = np.rint(away * np.cos(angle)), np.rint(away * np.sin(angle))
    game = day + np.arange(n) // A_GAME
    return pd.DataFrame(
        {
            ROW_ID: first + np.arange(n),
            "lat": to_lat(pd.Series(y)),
            "lon": to_lon(pd.Series(x)),
            "minutes_remaining": rng.integers(0, 12, n),
            "period": rng.integers(1, 5, n),
            "playoffs": 0,
            "shot_distance": (np.hypot(x, y) // 10).astype(np.int64),
            TARGET: (rng.random(n) < rate).astype(np.float64),
            "game_date": [str(date(2000, 1, 1) + timedelta(int(at))) for at in game],
            "game_id": game,
            "game_event_id": np.arange(n) % A_GAME,
            "season": np.where(game < 100, "1999-00", "2000-01"),
        }
    )


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the labelled shots, indexed by shot id."""
    return raw.set_index(ROW_ID)[[*FEATURES, TARGET]].dropna().astype({TARGET: np.int64})


@pytest.fixture(scope="session")
def dev() -> pd.DataFrame:
    """Six hundred twos, half of which go in; the last hundred without an outcome."""
    raw = draw_raw(1_000, 600, (1, 20), 0.5, day=0)
    return raw.assign(**{TARGET: raw[TARGET].mask(raw.index >= 500)})


@pytest.fixture(scope="session")
def prod() -> pd.DataFrame:
    """Eight hundred threes, of which one in four goes in; one in five without an outcome."""
    raw = draw_raw(5_000, 800, (24, 27), 0.25, day=60)
    return raw.assign(**{TARGET: raw[TARGET].mask(raw.index % 5 == 0)})


@pytest.fixture(scope="session")
def champion(dev: pd.DataFrame) -> Champion:
    """One that has learned the make rate of 400 twos, and nothing else, and was tested on 100."""
    base = prepare(dev)
    train, test = base.iloc[:400], base.iloc[400:]
    model = Pipeline([("model", DummyClassifier())]).fit(train[FEATURES].astype(float), train[TARGET])
    return Champion(model, "kobe_shot", 3, "trained_lr_model_dev/1", base_id(train), train, test)


@pytest.fixture(scope="session")
def how() -> Retraining:
    """The parameters as configured, with two families that are quick to train."""
    return Retraining.model_validate(yaml.safe_load(CONF.read_text())["retraining"] | {"families": FAST})


@pytest.fixture(scope="session")
def watching() -> Monitoring:
    """The parameters as configured."""
    return Monitoring.model_validate(yaml.safe_load(CONF.read_text())["monitoring"])


@pytest.fixture(scope="session")
def provenance() -> dict[str, Any]:
    """What names the raw shots."""
    return {"fingerprint": "abc"}


def _finding(code: str, severity: Severity, **evidence: Any) -> Finding:
    return Finding(code=code, severity=severity, sentence=f"{code} is {severity.word}.", evidence=evidence)


@pytest.fixture(scope="session")
def health() -> Callable[..., dict[str, Any]]:
    """Make the record of Monitoramento: all is well with production, but for the alarms named and what is changed."""

    def make(
        *alarms: str, share: float = 1.0, told: bool = True, version: int = 3, fingerprint: str = "abc"
    ) -> dict[str, Any]:
        ill, level = share < 0.9, "trusted" if told else "not estimable"
        seeing = [_finding(f"alarm_{one}", Severity.ACT, alarmed_at=41, shots=640, log_evidence=9.5) for one in alarms]
        blind = [
            _finding("support", Severity.ACT if ill else Severity.OK, share_in_support=share, lower_limit=0.95, n=800),
            _finding(
                "estimate",
                Severity.OK if told else Severity.CANNOT_TELL,
                level=level,
                reason="nobody knows",
                log_loss=0.68 if told else None,
                upper_limit=0.69,
                **{"labels_for_0.01": 3_000, "labels_for_0.005": 12_000, "labels_for_0.02": 750},
            ),
        ]
        well = _finding("with_labels", Severity.OK)
        with_labels, without = (
            Judgement(overall=well, causes=[], action="Nothing to do.", findings=of) for of in (seeing, blind)
        )
        verdicts = Verdicts(
            batch="prod", n=800, labelled=640, overall=well, action="", with_labels=with_labels, without_labels=without
        )
        return Monitored(
            fingerprint=fingerprint,
            base_id="d" * 12,
            model_name="kobe_shot",
            model_version=version,
            origin="trained_lr_model_dev/1",
            confidence=0.95,
            batches={"prod": verdicts},
            usual={},
            trials={},
        ).model_dump(mode="json")

    return make
