"""How is the model on a batch of shots? All that can be measured, estimated and compared, window by window and in all.

`examine` looks, `kobe_shots.monitoring.judgement` says what it means, `kobe_shots.monitoring.table` lays it out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kobe_shots.monitoring.alarms import watch
from kobe_shots.monitoring.baseline import Baseline, mean_score, measure, share_in_support
from kobe_shots.monitoring.drift import FeatureDrift
from kobe_shots.monitoring.expectation import Expectation, expect
from kobe_shots.monitoring.histograms import place
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.monitoring.shift import Shift, domain_shift
from kobe_shots.monitoring.stream import Faults, Stream
from kobe_shots.monitoring.told import Told
from kobe_shots.monitoring.trust import labels_to_ask
from kobe_shots.monitoring.windows import Window, cut, whole
from kobe_shots.parameters import Monitoring
from kobe_shots.shots.schema import FEATURES


@dataclass(frozen=True)
class Examined:
    """What was found in one window.

    Attributes:
        window: the shots.
        realized: metrics of the labelled ones.
        expected: metrics without labels.
        share_in_support: of all shots.
        mean_score: of all shots.
        drift: of every feature and of the score.
    """

    window: Window
    realized: list[Told]
    expected: Expectation
    share_in_support: Told
    mean_score: Told
    drift: list[FeatureDrift]


@dataclass(frozen=True)
class Health:
    """What was found in a batch.

    Attributes:
        name: of the batch.
        faults: of the shots that came.
        windows: what was found in each.
        all: what was found in all of them together.
        shift: how far the shots are from the reference, where there are enough to tell.
        ask: for each change of log loss, how many labels show it.
        alarms: of the whole stream.
    """

    name: str
    faults: Faults
    windows: list[Examined]
    all: Examined
    shift: Shift | None
    ask: dict[float, int]
    alarms: tuple[Alarm, ...]


def examine(name: str, batch: Stream, baseline: Baseline, held_out: Stream | None, how: Monitoring) -> Health:
    """Return the health of the model on a batch of scored shots.

    Args:
        name: of the batch.
        batch: the shots; outcomes may be missing, some or all.
        baseline: what is usual.
        held_out: usual shots that the model has not learned from, with or without outcomes: what the alarm without
            labels compares with. Without a hundred of them there is no such alarm.
        how: the parameters.

    Raises:
        KobeShotsError: the shots cannot be cut into the windows asked for.
    """
    rng = np.random.default_rng(how.seed)
    novelty = baseline.support.novelty(batch.shots)
    in_support = baseline.support.holds(batch.shots, novelty)
    shift = None
    if len(batch) >= how.trust.minimum_shots:
        shift = domain_shift(baseline.reference.shots[FEATURES], batch.shots[FEATURES], how.domain_shots, rng)
    windows, first = [], 0
    for window in cut(batch, how.windows):
        rows = slice(first, first + window.n)
        windows.append(_examine(window, in_support[rows], baseline, how, rng))
        first += window.n
    calibrated = baseline.calibrator(batch.probability)
    return Health(
        name=name,
        faults=batch.faults,
        windows=windows,
        all=_examine(whole(batch), in_support, baseline, how, rng, shift),
        shift=shift,
        ask={
            effect: labels_to_ask(batch.probability, calibrated, effect, how.labels)
            for effect in how.labels.effects
            if len(batch)
        },
        alarms=watch(batch, novelty, baseline, held_out, how),
    )


def _examine(
    window: Window,
    in_support: npt.NDArray[np.bool_],
    baseline: Baseline,
    how: Monitoring,
    rng: np.random.Generator,
    shift: Shift | None = None,
) -> Examined:
    stream = window.stream
    return Examined(
        window=window,
        realized=measure(stream.take(stream.is_labelled), how, rng),
        expected=expect(stream.probability, in_support, baseline, how, shift),
        share_in_support=share_in_support(in_support, how.confidence),
        mean_score=mean_score(stream.probability, how.confidence),
        drift=baseline.drift.compare(place(stream.shots), window.n, how.drift.level) if window.n else [],
    )
