"""When is a model trained again? Each policy is a function of what is known, and its decision is data.

- `never`: the champion stays as it is: what the others are measured against.
- `calendar`: every so many games, or every season, whatever happens.
- `reactive`: outcomes have arrived, and they say so: an alarm over the whole stream (log loss above the reference's, or
  outcomes that no longer follow the probabilities), or there are so many more of them that it is worth asking.
- `predictive`: before outcomes arrive: an alarm that shots are unlike those learned, or that scores have moved; or a
  trend of either the share beyond support or the loss to be expected that crosses its limit within some games. An
  expected loss is believed only where shots are like those learned; elsewhere support decides, and that is said.
  What shots without outcomes can show is that labels are needed, not what to learn from them: first labels are asked
  for, and a challenger is trained when they have come.
- `both`: what has come is answered first, what is expected after.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kobe_shots.language import Said, Spoken, join, say
from kobe_shots.monitoring.alarms import CALIBRATION, HIGHER, LOSS, LOWER, NOVELTY
from kobe_shots.monitoring.sequential import Alarm
from kobe_shots.parameters import Retraining


class Action(StrEnum):
    """What a decision asks for."""

    WAIT = "wait"
    GET_LABELS = "get_labels"
    RETRAIN = "retrain"


class Heading(BaseModel):
    """A figure, the limit it must not cross, and after how many games it does by its trend; None if it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    limit: float
    crosses_in: int | None

    @property
    def fires(self) -> bool:
        """Whether it is beyond the limit, or will be."""
        return self.crosses_in is not None


class Situation(Spoken):
    """What a policy knows.

    Attributes:
        game: the number of the game just played.
        date: its day.
        games_since_training: since the last challenger, or since the champion took office.
        season_begins: whether the game is the first of its season.
        labels: known outcomes, those the champion learned from included.
        new_labels: of them, those it has not learned from.
        growth_from: the number of labels that growth is counted from.
        alarms: with outcomes and without, raised or not.
        labels_since_alarm: outcomes of shots taken since the first alarm without outcomes.
        labels_to_ask: how many labels would show a change.
        support: share of shots beyond support.
        loss: expected log loss; None where that cannot be told.
        distrust: why it cannot; empty where it can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    game: int
    date: str
    games_since_training: int
    season_begins: bool
    labels: int
    new_labels: int
    growth_from: int
    alarms: tuple[Alarm, ...]
    labels_since_alarm: int
    labels_to_ask: int
    support: Heading | None
    loss: Heading | None
    distrust: str

    @property
    def growth(self) -> float:
        """By what share there are more labels than growth is counted from."""
        before = max(self.growth_from, 1)
        return (self.labels - before) / before


class Decision(Spoken):
    """What a policy decides.

    Attributes:
        action: wait, get labels, or retrain.
        rule: what made it; `none` while waiting.
        value, limit: of that rule.
        projected_game: the game in which the limit will be crossed, where that is a projection.
        labels: how many to get.
        sentence: all of it, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    rule: str
    value: float | None = None
    limit: float | None = None
    projected_game: int | None = None
    labels: int | None = None
    sentence: str

    @property
    def fired(self) -> bool:
        """Whether anything is to be done."""
        return self.action is not Action.WAIT


Policy = Callable[[Situation, Retraining], Decision]

WHAT = {
    LOSS: say("log loss is above the reference's"),
    CALIBRATION: say("outcomes no longer follow the probabilities"),
    NOVELTY: say("more shots than usual are unlike those learned"),
    HIGHER: say("scores have risen by more than they wander"),
    LOWER: say("scores have fallen by more than they wander"),
}
SUPPORT, EXPECTED_LOSS = "support", "expected_loss"
FORESEEN = (NOVELTY, HIGHER, LOWER, SUPPORT, EXPECTED_LOSS)  # rules that need no outcome
QUIET = Decision(action=Action.WAIT, rule="none", sentence=say("Nothing to do."))
LOOKS_AGAIN, TRAINS_AGAIN = say("The gate looks again."), say("Retrain.")  # of what has fired before


def never(_: Situation, __: Retraining) -> Decision:
    """Return that nothing is done."""
    return QUIET


def calendar(seen: Situation, how: Retraining) -> Decision:
    """Return that it is time, or not."""
    by, size = how.calendar.by, how.calendar.size
    due = seen.season_begins if by == "season" else seen.games_since_training >= size
    if not due or not seen.new_labels:
        return QUIET
    played = seen.games_since_training
    if by == "season":
        return _retrain("calendar", played, size, say("a season has begun since the last time"))
    return _retrain("calendar", played, size, say("{n:,} games have been played since the last time", n=played))


def reactive(seen: Situation, how: Retraining) -> Decision:
    """Return whether outcomes that have arrived ask for a new model."""
    for alarm in _raised(seen, (LOSS, CALIBRATION)):
        why = say(
            "alarm at outcome {at:,}, {what} (evidence {evidence:.1f} nats, {enough:.1f} are enough)",
            at=(alarm.alarmed_at or 0) + 1,
            what=WHAT[alarm.name],
            evidence=alarm.log_peak,
            enough=alarm.log_threshold,
        )
        return _retrain(alarm.name, alarm.log_peak, alarm.log_threshold, why)
    if has_grown(seen, how):
        why = say(
            "{labels:,} labels are {growth:.0%} more than the {before:,} before; from {worth:.0%} it is worth asking "
            "whether something better can be had",
            labels=seen.labels,
            growth=seen.growth,
            before=seen.growth_from,
            worth=how.growth,
        )
        return _retrain("growth", seen.growth, how.growth, why)
    return QUIET


def predictive(seen: Situation, how: Retraining) -> Decision:
    """Return whether shots, before their outcomes, ask for labels or for a new model."""
    reason = _foreseen(seen)
    if reason is None:
        return QUIET
    rule, value, limit, crosses_in, said = reason
    projected = None if crosses_in is None else seen.game + crosses_in
    if seen.labels_since_alarm < how.gate.minimum_labels:
        parts = [say("Get labels: {why}.", why=said)]
        if seen.distrust:
            distrust = seen.saying("distrust")
            parts.append(say("The loss to be expected cannot be told ({reason}).", reason=distrust))
        needed = say(
            "{known:,} outcomes of such shots are known; a challenger is trained from {least:,}, and {ask:,} show how "
            "good the model is on them.",
            known=seen.labels_since_alarm,
            least=how.gate.minimum_labels,
            ask=seen.labels_to_ask,
        )
        return Decision(
            action=Action.GET_LABELS,
            projected_game=projected,
            labels=seen.labels_to_ask,
            rule=rule,
            value=value,
            limit=limit,
            sentence=join(" ", [*parts, needed]),
        )
    why = say("{why}, and {known:,} outcomes of such shots are known", why=said, known=seen.labels_since_alarm)
    return _retrain(rule, value, limit, why, projected)


def both(seen: Situation, how: Retraining) -> Decision:
    """Return what outcomes ask for, or else what is foreseen; retraining goes before getting labels."""
    said = [reactive(seen, how), predictive(seen, how)]
    wanted = [one for action in (Action.RETRAIN, Action.GET_LABELS) for one in said if one.action is action]
    return wanted[0] if wanted else QUIET


POLICIES: Mapping[str, Policy] = {
    "never": never,
    "calendar": calendar,
    "reactive": reactive,
    "predictive": predictive,
    "both": both,
}


def decide(policy: str, seen: Situation, how: Retraining) -> Decision:
    """Return what a policy decides, or that the last training is too fresh for another; the calendar keeps its own.

    Labels are asked for at once: where `both` must not train yet, what is foreseen may still ask for them.
    """
    decision = POLICIES[policy](seen, how)
    if decision.action is Action.RETRAIN and policy != "calendar" and rests(seen, how):
        if policy == "both" and (foreseen := predictive(seen, how)).action is Action.GET_LABELS:
            return foreseen
        return Decision(
            action=Action.WAIT,
            rule="cool_down",
            value=seen.games_since_training,
            limit=how.cool_down,
            sentence=say(
                "Wait: {why}, but a challenger was trained {games:,} games ago, and {between:,} must lie between.",
                why=decision.said["sentence"].values["why"],
                games=seen.games_since_training,
                between=how.cool_down,
            ),
        )
    return decision


def has_grown(seen: Situation, how: Retraining) -> bool:
    """Return whether there are so many more labels that it is worth asking whether something better can be had."""
    return seen.growth >= how.growth


def rests(seen: Situation, how: Retraining) -> bool:
    """Return whether the last training is too fresh for another."""
    return seen.games_since_training < how.cool_down


def _retrain(rule: str, value: float, limit: float, why: Said, projected: int | None = None) -> Decision:
    sentence = say("Retrain: {why}.", why=why)
    return Decision(
        action=Action.RETRAIN, rule=rule, value=value, limit=limit, projected_game=projected, sentence=sentence
    )


def _raised(seen: Situation, names: tuple[str, ...]) -> list[Alarm]:
    return [alarm for alarm in seen.alarms if alarm.name in names and alarm.raised]


def _foreseen(seen: Situation) -> tuple[str, float, float, int | None, Said] | None:
    """Return the rule that fires without outcomes, its value and limit, when it will cross, and the words for it."""
    for alarm in _raised(seen, FORESEEN):
        at = say("alarm at shot {at:,}, {what}", at=(alarm.alarmed_at or 0) + 1, what=WHAT[alarm.name])
        return alarm.name, alarm.log_peak, alarm.log_threshold, None, at
    if (of := seen.support) is not None and of.fires:
        unlike = say("{share:.1%} of the shots are unlike those learned", share=of.value)
        said = _crossing(unlike, say("{limit:.1%}", limit=of.limit), of.crosses_in)
        return SUPPORT, of.value, of.limit, of.crosses_in or None, said
    if (of := seen.loss) is not None and of.fires:
        expected = say("{loss:.4f} log loss is to be expected", loss=of.value)
        said = _crossing(expected, say("{limit:.4f}", limit=of.limit), of.crosses_in)
        return EXPECTED_LOSS, of.value, of.limit, of.crosses_in or None, said
    return None


def _crossing(figure: Said, limit: Said, crosses_in: int | None) -> Said:
    if crosses_in:
        return say(
            "{figure}; by its trend that crosses {limit} in {games} games",
            figure=figure,
            limit=limit,
            games=crosses_in,
        )
    return say("{figure}, above {limit}", figure=figure, limit=limit)
