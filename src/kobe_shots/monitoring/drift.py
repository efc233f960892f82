"""Which features have changed, is it more than chance, and what does it do to the model?

Size, certainty and consequence are three questions. On enough shots every change is significant, and most significant
changes cost nothing: what ranks features is the change of log loss that each brings.

- **Size**: population stability index (Siddiqi 2006), Jensen-Shannon distance (Lin 1991, base 2), both on bins that the
  reference fixes, and Wasserstein's distance in the feature's unit (first, on the lattice: exact).
- **Certainty**: a p-value of the Jensen-Shannon distance against stretches of the reference that are as long: what one
  season differs from the others is no alarm. Under exchangeable shots it is uniform, whatever the size of the window.
  Holm's correction (1979) over the features keeps the chance of any false alarm in a window at the stated level.
- **Consequence**: the change of expected log loss when the reference is weighted to have the new shares of the bins.

scipy's tests were looked at: their limits hold for independent continuous values and one window size, and on these
ties and seasons they alarm on everything.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from kobe_shots.monitoring.histograms import LATTICES, Placed

Floats = npt.NDArray[np.float64]

BINS = 10
DISTANCES = ("psi", "jensen_shannon", "wasserstein")
FLOOR = 1e-4  # share that an empty bin counts as in the stability index: fixed, or indices could not be compared


class FeatureDrift(BaseModel):
    """How one feature, or the score, differs from the reference in a window.

    Attributes:
        feature: its name; `probability` is the score.
        n: shots of the window.
        psi: population stability index, without unit.
        jensen_shannon: distance from 0 to 1.
        wasserstein: how far a shot has moved on average, in `unit`.
        psi_limit, jensen_shannon_limit, wasserstein_limit: what one in twenty stretches of the reference exceeds.
        p_value: of the Jensen-Shannon distance, corrected for the number of features.
        drifted: whether that is below the stated level.
        effect: change of the expected log loss that goes with it, in nats, as far as its values were learned from.
        unseen: share of shots with values beyond those of the reference, on which the effect cannot be told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    unit: str
    n: int
    reference_mean: float
    mean: float
    psi: float
    psi_limit: float
    jensen_shannon: float
    jensen_shannon_limit: float
    wasserstein: float
    wasserstein_limit: float
    p_value: float
    drifted: bool
    effect: float
    unseen: float


@dataclass(frozen=True)
class _Bins:
    """Where the bins of a lattice start, and which of them hold values that the reference knows well."""

    starts: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]

    def sums(self, counts: Floats) -> Floats:
        """Return the sum over each bin; `counts` runs over places on its last axis."""
        return np.asarray(np.add.reduceat(counts, self.starts, axis=-1))

    def shares(self, counts: Floats) -> Floats:
        """Return the share of shots in each bin."""
        return np.asarray(self.sums(counts) / counts.sum(axis=-1, keepdims=True))


def _bins(counts: Floats, coverage: float) -> _Bins:
    """Return one bin below the reference's central share, equally filled ones in it, one above; no place is split."""
    share, tail = counts / counts.sum(), (1 - coverage) / 2
    below = np.cumsum(share) - share  # share of shots before each place
    level = np.where(
        below + share <= tail, -1, np.where(below >= 1 - tail, BINS, np.minimum(below * BINS + 1e-9, BINS - 1) // 1)
    )
    level[np.flatnonzero(share)[-1] + 1 :] = BINS
    starts = np.flatnonzero(np.r_[True, np.diff(level) > 0])
    return _Bins(starts, (level[starts] >= 0) & (level[starts] < BINS))


def psi(reference: npt.ArrayLike, new: npt.ArrayLike) -> Floats:
    """Return the population stability index of two distributions over bins: sum of (q - r) ln(q / r).

    Empty bins count as a share of 0.0001. The last axis runs over the bins.

    >>> psi([0.5, 0.5], [0.4, 0.6]).round(4).tolist()
    0.0405
    """
    r, q = (np.maximum(np.asarray(shares, dtype=np.float64), FLOOR) for shares in (reference, new))
    return np.asarray(((q - r) * np.log(q / r)).sum(axis=-1))


def jensen_shannon(reference: npt.ArrayLike, new: npt.ArrayLike) -> Floats:
    """Return the Jensen-Shannon distance of two distributions over bins, from 0 to 1; the last axis runs over bins.

    As `scipy.spatial.distance.jensenshannon` with base 2, which takes one pair at a time only.

    >>> jensen_shannon([1.0, 0.0], [0.0, 1.0]).tolist()
    1.0
    """
    r, q = (np.asarray(shares, dtype=np.float64) for shares in (reference, new))
    middle = (r + q) / 2
    divergence = sum(
        np.where(s > 0, s * np.log2(np.where(s > 0, s, 1) / np.where(middle > 0, middle, 1)), 0) for s in (r, q)
    )
    return np.asarray(np.sqrt(np.maximum(np.sum(divergence, axis=-1) / 2, 0)))


def wasserstein(reference: Floats, new: Floats, step: float) -> Floats:
    """Return the first Wasserstein distance of counts on a lattice, in its unit; the last axis runs over the lattice.

    >>> wasserstein(np.array([1.0, 0, 0]), np.array([0.0, 0, 1]), 0.5).tolist()
    1.0
    """
    upto = [np.cumsum(counts, axis=-1) / counts.sum(axis=-1, keepdims=True) for counts in (reference, new)]
    return np.asarray(np.abs(upto[0] - upto[1]).sum(axis=-1) * step)


class Reference:
    """The reference as drift is measured against it, and what its own stretches differ by."""

    def __init__(
        self, placed: Placed, expected_loss: Floats, coverage: float, stretches: int, rng: np.random.Generator
    ) -> None:
        """Take the reference in order and what it expects of each shot.

        Args:
            placed: the reference shots, in order.
            expected_loss: their expected log loss, in nats.
            coverage: central share of them whose values count as known.
            stretches: how many to draw for the limits.
            rng: draws where they start.
        """
        self._placed = placed
        self._n = len(expected_loss)
        self._counts = {name: placed.counts(name) for name in LATTICES}
        self._bins = {name: _bins(counts, coverage) for name, counts in self._counts.items()}
        self._loss = {
            name: np.bincount(placed.places[name], expected_loss, len(counts)).astype(np.float64)
            for name, counts in self._counts.items()
        }
        self._starts = rng.integers(0, self._n, stretches)
        self._null: dict[int, dict[str, Floats]] = {}

    def compare(self, new: Placed, n: int, level: float) -> list[FeatureDrift]:
        """Return the drift of every feature and of the score in a window of n shots."""
        null, counts = self._null_of(n), {name: new.counts(name) for name in LATTICES}
        measured = {name: self._distances(name, self._counts[name], counts[name]) for name in LATTICES}
        p_values = {
            name: (1 + int((null[name][1] >= of[1] - 1e-12).sum())) / (1 + len(self._starts))
            for name, of in measured.items()
        }
        corrected = _holm(p_values)
        return [
            self._drift(name, counts[name], measured[name], null[name], corrected[name], level) for name in LATTICES
        ]

    def _drift(
        self, name: str, counts: Floats, measured: Floats, null: Floats, p_value: float, level: float
    ) -> FeatureDrift:
        lattice, reference = LATTICES[name], self._counts[name]
        limits = null[:, int(np.ceil((1 - level) * null.shape[1])) - 1]  # sorted
        effect, unseen = self._effect(name, counts)
        return FeatureDrift(
            feature=name,
            unit=lattice.unit,
            n=int(counts.sum()),
            reference_mean=float(reference @ lattice.values / reference.sum()),
            mean=float(counts @ lattice.values / counts.sum()),
            **dict(zip(DISTANCES, measured.tolist(), strict=True)),
            **{f"{distance}_limit": limit for distance, limit in zip(DISTANCES, limits.tolist(), strict=True)},
            p_value=p_value,
            drifted=p_value <= level,
            effect=effect,
            unseen=unseen,
        )

    def _distances(self, name: str, reference: Floats, new: Floats) -> Floats:
        """Return the three distances, on the first axis, of counts on a lattice."""
        shares = self._bins[name].shares
        r, q = shares(reference), shares(new)
        used = np.flatnonzero((reference + new).reshape(-1, reference.shape[-1]).any(axis=0))
        span = slice(used[0], used[-1] + 1)  # most of the lattice is empty
        moved = wasserstein(reference[..., span], new[..., span], LATTICES[name].step)
        return np.array([psi(r, q), jensen_shannon(r, q), moved])

    def _null_of(self, n: int) -> dict[str, Floats]:
        """Return, for each feature, the sorted distances of stretches of about n shots from the rest."""
        # limits of half-octave lengths serve all windows: a shorter stretch differs more, so they err towards silence
        length = int(2 ** (np.floor(2 * np.log2(min(n, self._n // 2))) / 2))  # the rest must be there to differ from
        if length not in self._null:
            self._null[length] = {name: self._null_distances(name, length) for name in LATTICES}
        return self._null[length]

    def _null_distances(self, name: str, length: int) -> Floats:
        twice = np.tile(self._placed.places[name], 2)  # a stretch that reaches the end goes on at the start
        size = LATTICES[name].size
        stretch = np.array([np.bincount(twice[start : start + length], minlength=size) for start in self._starts])
        return np.sort(self._distances(name, self._counts[name] - stretch, stretch.astype(np.float64)))

    def _effect(self, name: str, counts: Floats) -> tuple[float, float]:
        """Return by how much the reference's loss changes under the new shares of the bins, and the share unseen."""
        bins, reference = self._bins[name], self._counts[name]
        known = bins.known
        r, q, loss = bins.sums(reference)[known], bins.sums(counts)[known], bins.sums(self._loss[name])[known]
        if (seen := q.sum()) == 0:
            return 0.0, 1.0
        return float(q @ (loss / r) / seen - loss.sum() / r.sum()), 1 - float(seen / counts.sum())


def _holm(p_values: dict[str, float]) -> dict[str, float]:
    """Return p-values corrected for their number, by Holm's step-down procedure (1979).

    >>> _holm({"a": 0.01, "b": 0.04})
    {'a': 0.02, 'b': 0.04}
    """
    corrected, so_far = {}, 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        so_far = max(so_far, min(1.0, p * (len(p_values) - rank)))
        corrected[name] = so_far
    return {name: corrected[name] for name in p_values}
