"""What does each rule of the policies read now? Its value, the limit it fires from, and whether it does.

The policies decide from the same situation; nothing is decided here.
"""

from pydantic import ConfigDict

from kobe_shots.language import Said, Spoken, say
from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY
from kobe_shots.parameters import Retraining
from kobe_shots.retraining.policies import (
    EXPECTED_LOSS,
    SUPPORT,
    WHAT,
    Heading,
    Situation,
    has_grown,
    rests,
)

REACTIVE, PREDICTIVE = "reactive", "predictive"
GROWTH, COOL_DOWN = "growth", "cool_down"
NATS, SHARE, LOG_LOSS, GAMES = "nats", "share", "log_loss", "games"


class Reading(Spoken):
    """What a rule reads.

    Attributes:
        rule: its name.
        policies: which of reactive and predictive heed it; `both` heeds all.
        unit: of value and limit: nats, share, log_loss or games.
        value: what it reads; None where that cannot be told.
        limit: that it fires from; None where that cannot be told.
        fired: whether it does; for the cool-down, whether it holds back. None where that cannot be told.
        sentence: in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    policies: tuple[str, ...]
    unit: str
    value: float | None
    limit: float | None
    fired: bool | None
    sentence: str


def read_rules(seen: Situation, how: Retraining, *, challenged: bool) -> tuple[Reading, ...]:
    """Return the rules of the reactive and the predictive policy, and the cool-down that holds for both.

    Args:
        seen: the situation, with all alarms, raised or not.
        how: the parameters.
        challenged: whether a challenger has been trained for the place of this champion, or was this champion.
    """
    return (
        *(_alarm(seen, name, REACTIVE) for name in (LOSS, CALIBRATION)),
        _growth(seen, how),
        *(_alarm(seen, name, PREDICTIVE) for name in (NOVELTY, HIGHER, LOWER)),
        _support(seen.support),
        _loss(seen),
        _cool_down(seen, how, challenged),
    )


def _alarm(seen: Situation, name: str, policy: str) -> Reading:
    alarm = next((alarm for alarm in seen.alarms if alarm.name == name), None)
    if alarm is None:
        said = say("Not watched: there are no outcomes yet.")
        if policy == PREDICTIVE:
            said = say("Not watched: there are no shots, or too few usual ones to compare them with.")
        return _reading(name, policy, NATS, None, None, None, said)
    figures = {"evidence": alarm.log_peak, "enough": alarm.log_threshold, "what": WHAT[name]}
    if not alarm.raised:
        said = say("Quiet: the evidence that {what} is {evidence:.1f} nats, and {enough:.1f} are enough.", **figures)
    else:
        at = (alarm.alarmed_at or 0) + 1
        place = say("outcome {at:,}", at=at) if policy == REACTIVE else say("shot {at:,}", at=at)
        said = say("Alarm at {place}: {what}; {evidence:.1f} nats, {enough:.1f} are enough.", place=place, **figures)
    return _reading(name, policy, NATS, alarm.log_peak, alarm.log_threshold, alarm.raised, said)


def _growth(seen: Situation, how: Retraining) -> Reading:
    said = say(
        "{labels:,} labels are {growth:.0%} more than the {before:,} before; from {worth:.0%} it is worth asking.",
        labels=seen.labels,
        growth=seen.growth,
        before=seen.growth_from,
        worth=how.growth,
    )
    return _reading(GROWTH, REACTIVE, SHARE, seen.growth, how.growth, has_grown(seen, how), said)


def _support(heading: Heading | None) -> Reading:
    if heading is None:
        return _reading(SUPPORT, PREDICTIVE, SHARE, None, None, None, say("There are no shots to watch."))
    said = say(
        "{share:.1%} of the shots are unlike those learned; {limit:.1%} are bearable.",
        share=heading.value,
        limit=heading.limit,
    )
    return _reading(SUPPORT, PREDICTIVE, SHARE, heading.value, heading.limit, heading.fires, said)


def _loss(seen: Situation) -> Reading:
    if seen.loss is None:
        why = seen.saying("distrust") or say("there is no estimate")
        said = say("The loss to be expected cannot be told: {why}.", why=why)
        return _reading(EXPECTED_LOSS, PREDICTIVE, LOG_LOSS, None, None, None, said)
    value, limit = seen.loss.value, seen.loss.limit
    said = say("{loss:.4f} log loss is to be expected; the limit is {limit:.4f}.", loss=value, limit=limit)
    return _reading(EXPECTED_LOSS, PREDICTIVE, LOG_LOSS, value, limit, seen.loss.fires, said)


def _cool_down(seen: Situation, how: Retraining, challenged: bool) -> Reading:
    games, between, holds = seen.games_since_training, how.cool_down, rests(seen, how)
    if not challenged:
        said = say("No challenger has been trained for this champion: nothing holds another one back.")
    elif holds:
        said = say(
            "A challenger was trained {games:,} games ago, and {between:,} must lie between.",
            games=games,
            between=between,
        )
    else:
        said = say(
            "A challenger was trained {games:,} games ago; {between:,} are enough.", games=games, between=between
        )
    value = games if challenged else None
    return Reading(
        rule=COOL_DOWN,
        policies=(REACTIVE, PREDICTIVE),
        unit=GAMES,
        value=value,
        limit=between,
        fired=holds,
        sentence=said,
    )


def _reading(
    rule: str, policy: str, unit: str, value: float | None, limit: float | None, fired: bool | None, said: Said
) -> Reading:
    return Reading(rule=rule, policies=(policy,), unit=unit, value=value, limit=limit, fired=fired, sentence=said)
