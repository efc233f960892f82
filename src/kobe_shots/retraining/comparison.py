"""What has each policy bought? Cumulative loss, regret, retrainings and delays of all policies on one career.

Differences are paired on the same shots and their intervals take games as the unit (Student's t on the games' sums), as
shots of a game share its day, its opponent and the model in office. *Recovered* is the policy's gain over `never` as a
share of the oracle's; where the oracle's own gain is less than counts, there is nothing to recover, and none is given.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy.special import stdtrit

from kobe_shots.errors import KobeShotsError
from kobe_shots.language import Said, Spoken, join, say
from kobe_shots.models.evaluation import Estimate
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.gate import Answer
from kobe_shots.retraining.incumbent import losses
from kobe_shots.retraining.outcomes import Received
from kobe_shots.retraining.replay import NEVER, Replay
from kobe_shots.retraining.rules import Event

ROUTINE = ("calendar", "growth")
PLAIN = ("reactive", "predictive", "both")

Floats = npt.NDArray[np.float64]


class Served(BaseModel):
    """How a champion did on the three-pointers it scored after what the scenario changed.

    `labels_since_change` is how many outcomes since the change were known when it took office. `skill` is the log loss
    of the constant that knows their make rate, minus the champion's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    labelled: int
    labels_since_change: int
    skill: float


class Result(BaseModel):
    """What one policy has done.

    Attributes:
        log_loss: mean over the labelled shots of the replay.
        gain: log loss of `never` minus its own.
        regret: its own minus the oracle's.
        recovered: gain over `never`, as a share of the oracle's; None where that is less than counts.
        retrainings: challengers trained; of these in vain, in attempts that ended without a promotion.
        fitted: models fitted for it all, contests included.
        promotions: changes of the champion.
        labels_used: outcomes that the last champion could learn from.
        action_after: shots from the change to the first decision to act; None without a change, or none since.
        promotion_after: labels known since the change, at the first promotion after it.
        received: what became of the labels.
        served: champions on three-pointers since the change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    log_loss: float
    gain: Estimate
    regret: Estimate
    recovered: float | None
    retrainings: int
    in_vain: int
    fitted: int
    promotions: int
    labels_used: int
    action_after: int | None
    promotion_after: int | None
    received: Received
    served: tuple[Served, ...]


class Comparison(Spoken):
    """All policies on one career."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    family: str
    challengers: tuple[str, ...]
    seed: int
    games: int
    shots: int
    labelled: int
    counts: float
    oracle: float
    oracle_every: int
    advantage: Estimate
    results: tuple[Result, ...]
    conclusion: str


def compare(
    scenario: str,
    seed: int,
    replays: Mapping[str, Replay],
    oracle: Floats,
    first_game: int,
) -> Comparison:
    """Return what each policy has bought on a career that all have played to its end; `never` must be among them."""
    never = replays[NEVER]
    career, how = never.career, never.rules.how
    played = played_shots(career, first_game)
    if not len(played):
        raise KobeShotsError(
            f"None of the {len(career) - int(career.edges[first_game]):,} shots replayed has an outcome, so nothing "
            "can be compared; give shots with outcomes, or a smaller replay.seasons_learned."
        )
    made = career.made[played]
    game = np.repeat(np.arange(career.games), np.diff(career.edges))[played]
    base, best = losses(made, never.probability[played]), losses(made, oracle[played])
    advantage = _mean(base - best, game, how.gate.confidence)
    counts = how.gate.minimum_effect
    results = []
    for policy, replay in replays.items():
        loss = losses(made, replay.probability[played])
        gain = _mean(base - loss, game, how.gate.confidence)
        results.append(
            Result(
                policy=policy,
                log_loss=float(loss.mean()),
                gain=gain,
                regret=_mean(loss - best, game, how.gate.confidence),
                recovered=gain.value / advantage.value if advantage.value > counts else None,
                retrainings=replay.retrainings,
                in_vain=replay.in_vain,
                fitted=replay.fitted,
                promotions=replay.champion.version - 1,
                labels_used=replay.champion.learned,
                action_after=_action_after(replay),
                promotion_after=_promotion_after(replay),
                received=replay.outcomes.received().model_copy(
                    update={"later_than_all": replay.arrivals.later_than_all}
                ),
                served=tuple(_served(replay)),
            )
        )
    return Comparison(
        scenario=scenario,
        family=never.champion.family,
        challengers=never.rules.families,
        seed=seed,
        games=career.games - first_game,
        shots=len(career) - int(career.edges[first_game]),
        labelled=len(played),
        counts=counts,
        oracle=float(best.mean()),
        oracle_every=how.replay.oracle_every,
        advantage=advantage,
        results=tuple(results),
        conclusion=_conclude(advantage, counts, results),
    )


def played_shots(career: Career, first_game: int) -> npt.NDArray[np.int64]:
    """Return the places of the labelled shots of the games that were played."""
    labelled = career.is_labelled.copy()
    labelled[: int(career.edges[first_game])] = False
    return np.flatnonzero(labelled)


def _mean(difference: Floats, game: npt.NDArray[np.int64], confidence: float) -> Estimate:
    """Return the mean over shots, with an interval from the sums of games."""
    value, n = float(difference.mean()), len(difference)
    sums = np.bincount(game, difference - value)[np.unique(game)]
    games = len(sums)
    if games < 2:  # noqa: PLR2004 -- one game has no spread
        return Estimate(metric="log_loss", value=value, low=-np.inf, high=np.inf, n=n)
    error = float(np.sqrt((sums**2).sum() * games / (games - 1))) / n
    half = float(stdtrit(games - 1, (1 + confidence) / 2)) * error
    return Estimate(metric="log_loss", value=value, low=value - half, high=value + half, n=n)


def _action_after(replay: Replay) -> int | None:
    """Return how many shots after the change the first answer to it came, the game it came in included.

    What would have been done without the change too, by the calendar or because labels have grown, is no answer.
    """
    changed = replay.career.changed_at
    if changed is None:
        return None
    first = int(np.searchsorted(replay.career.edges, changed))
    answers = (one for one in replay.events if one.decision.fired and one.decision.rule not in ROUTINE)
    acted = [one.game for one in answers if one.game >= first]
    return int(replay.career.edges[min(acted) + 1]) - changed if acted else None


def _promotion_after(replay: Replay) -> int | None:
    changed = replay.career.changed_at
    if changed is None:
        return None
    first = int(np.searchsorted(replay.career.edges, changed))
    later = [one for one in _promotions(replay).values() if one.game >= first]
    return _known_since(changed, replay, later[0]) if later else None


def _promotions(replay: Replay) -> dict[int, Event]:
    """Return what put each champion in office, by its version; of several tries the last."""
    return {one.version + 1: one for one in replay.events if one.ledger and one.ledger.answer is Answer.PROMOTE}


def _known_since(changed: int, replay: Replay, event: Event) -> int:
    """Return of how many shots since the change the outcome was known at an event."""
    return sum(at >= changed for at in replay.outcomes.order[: event.labels])


def _served(replay: Replay) -> list[Served]:
    career, changed = replay.career, replay.career.changed_at
    if changed is None:
        return []
    later = np.flatnonzero(career.is_labelled & career.three & (np.arange(len(career)) >= changed))
    if not len(later):
        return []
    made = career.made[later]
    constant = float(losses(made, np.full(len(made), made.mean())).mean())
    of, promotions = replay.version[later], _promotions(replay)
    rows = []
    for version in np.unique(of).tolist():
        at = later[of == version]
        loss = float(losses(career.made[at], replay.probability[at]).mean())
        begun = _known_since(changed, replay, promotions[version]) if version in promotions else 0
        rows.append(Served(version=version, labelled=len(at), labels_since_change=begun, skill=constant - loss))
    return rows


def _conclude(advantage: Estimate, counts: float, results: list[Result]) -> Said:
    told = {one.policy: one for one in results}
    ranked = sorted((one for one in results if one.policy in PLAIN), key=lambda one: one.log_loss)
    gain = say("{gain:.4f} [{low:.4f}, {high:.4f}]", gain=advantage.value, low=advantage.low, high=advantage.high)
    if advantage.value <= counts:
        changed = [say("{policy} {n}", policy=one.policy, n=one.promotions) for one in ranked if one.promotions]
        did = (
            say("champions changed: {changed}", changed=join(", ", changed))
            if changed
            else say("no policy changed the champion")
        )
        return say(
            "Retraining buys nothing that counts here: even the oracle gains only {gain} in log loss; {did}.",
            gain=gain,
            did=did,
        )
    parts = [say("The oracle gains {gain} in log loss", gain=gain)]
    if ranked:
        parts.append(
            say(
                "{policy} recovers {recovered:.0%} of it with {n:,} retrainings",
                policy=ranked[0].policy,
                recovered=ranked[0].recovered,
                n=ranked[0].retrainings,
            )
        )
    if ranked and (calendar := told.get("calendar")) is not None:
        parts.append(
            say("calendar recovers {recovered:.0%} with {n:,}", recovered=calendar.recovered, n=calendar.retrainings)
        )
    return say("{parts}.", parts=join("; ", parts))
