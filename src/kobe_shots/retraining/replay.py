"""What would a policy have done? A career replayed game by game, with nothing known before its time.

In each game: its shots are scored by the champion and watched; outcomes of earlier games arrive and are watched; what
is in the shadow is compared on them; the policy decides; a challenger is trained, judged, and may take office. The
champion's score of a shot is the one it had when the shot was taken, and that is what is counted in the end.

A replay depends on the career, the labels, the parameters and nothing else. `Replay` can be pickled between any two
games and goes on as if it had not been.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kobe_shots.errors import KobeShotsError
from kobe_shots.monitoring.alarms import Watches
from kobe_shots.retraining.attempt import Attempt
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.challenger import Challenger, find_like, train, train_challenger
from kobe_shots.retraining.gate import Answer, Ledger, Served, judge
from kobe_shots.retraining.incumbent import Incumbent, renew, scores, take_office
from kobe_shots.retraining.outcomes import Arrivals, Outcomes
from kobe_shots.retraining.outlook import Ahead, Outlook, look_ahead
from kobe_shots.retraining.policies import FORESEEN, LOOKS_AGAIN, TRAINS_AGAIN, Action, Decision, decide
from kobe_shots.retraining.rules import Event, Rules
from kobe_shots.retraining.sight import see

CALENDAR, NEVER, GROWTH = "calendar", "never", "growth"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass
class Replay:
    """The state of a replay.

    Attributes:
        game: the next game.
        probability: (n,) score of each shot by the champion of its time; NaN before it is played.
        version: (n,) of the champion that gave it.
        foreseen_at: first shot of the game in which shots, without outcomes, gave the alarm; alarmed_at: labels then.
        learned_until: how many labels had come when the champion was trained; later ones are new to it.
        retrainings: challengers trained.
        in_vain: of these, in attempts that ended without a promotion.
        fitted: models fitted for it, contests and comparisons included.
        events: what was decided, in order.
    """

    career: Career
    arrivals: Arrivals
    rules: Rules
    outcomes: Outcomes
    champion: Incumbent
    watches: Watches
    game: int
    probability: Floats
    version: Ints
    attempt: Attempt | None = None
    learned_until: int = 0
    last_training: int = 0
    growth_from: int = 0
    foreseen_at: int | None = None
    alarmed_at: int = 0
    labels_since_alarm: int = 0
    retrainings: int = 0
    in_vain: int = 0
    trained_in_attempt: int = 0
    fitted: int = 0
    outlook: Outlook = field(default_factory=Outlook)
    events: list[Event] = field(default_factory=list)
    last_said: str = ""
    ahead: Ahead | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be had again: the career, the labels, and scores of games to come."""
        return self.__dict__ | {"career": None, "arrivals": None, "ahead": None}

    @property
    def is_over(self) -> bool:
        """Whether all games are played."""
        return self.game >= self.career.games

    def play(self) -> None:
        """Play the next game."""
        g, rows = self.game, self.career.game(self.game)
        if self.ahead is None or not self.ahead.holds(g):
            self.ahead = look_ahead(self.career, self.champion, g)
        score, novelty, inside = self.ahead.of(self.career, g)
        self.probability[rows], self.version[rows] = score, self.champion.version
        if self.rules.policy != NEVER:
            self.watches = self.watches.see(novelty, score)
            self.outlook.remember(score, inside, self.champion, self.rules.how.trend)
            self._take_labels(g, rows.stop)
            self._decide(g)
        self.game += 1

    def _take_labels(self, g: int, scored: int) -> None:
        at = self.arrivals.of(g)
        fresh = self.outcomes.receive(
            self.arrivals.places[at], self.arrivals.made[at], scored, int(self.arrivals.backwards[at].sum())
        )
        if not len(fresh):
            return
        features, made = self.career.features[fresh], self.outcomes.made[fresh]
        score = scores(self.champion.estimator, features)
        self.watches = self.watches.learn(made, score)
        if self.attempt is not None:
            self.attempt.compare(fresh, score, scores(self.attempt.challenger.estimator, features))

    def _decide(self, g: int) -> None:
        running = self.attempt
        if running is not None and running.is_due and self.rules.policy != CALENDAR:
            self._ask_gate(g, Decision(action=Action.RETRAIN, rule=running.rule, sentence=LOOKS_AGAIN))
            return
        decision = decide(self.rules.policy, see(self), self.rules.how)
        if decision.rule in FORESEEN and self.foreseen_at is None:
            self.foreseen_at, self.alarmed_at = int(self.career.edges[g]), len(self.outcomes.order)
        if decision.action is Action.GET_LABELS and self.last_said != decision.rule:
            self.last_said = decision.rule
            self._note(g, decision)
        if decision.action is not Action.RETRAIN:
            return
        if running is None:
            self._begin(g, decision)
        elif self.rules.policy == CALENDAR:
            self._ask_gate(g, decision)
        elif running.rule == GROWTH != decision.rule:  # an alarm is of now; what was to be gained by growth can wait
            self._begin(g, decision)

    def _begin(self, g: int, decision: Decision) -> None:
        """Train a challenger and put it in the shadow; one that was there before was trained in vain.

        Where none can be trained everything stays as it was: what asked for it asks again after the cool-down.
        """
        self.last_training = g
        known = self.outcomes.known()
        features, made = self.career.features[known], self.outcomes.made[known]
        like = self._like_served(features)
        how = self.rules.how
        try:
            challenger = train_challenger(self.rules.families, features, made, like, how)
        except KobeShotsError as error:
            self._note(g, decision, error=str(error))
            return
        self.in_vain += self.trained_in_attempt
        self.trained_in_attempt = 0
        self._count(challenger)
        self.attempt = Attempt(decision.rule, g, challenger, self._next_look(decision.rule, 0))
        self._note(g, decision)

    def _count(self, challenger: Challenger) -> None:
        self.retrainings += 1
        self.trained_in_attempt += 1
        self.fitted += challenger.fitted
        self.growth_from = challenger.learned

    def _next_look(self, rule: str, compared: int) -> int:
        """Return how many shots must be compared before the gate looks: a share of all labels, or of those compared."""
        how = self.rules.how
        if rule == GROWTH:
            return compared + int(np.ceil(how.growth * self.outcomes.count))
        return max(how.gate.minimum_labels, int(np.ceil(compared * how.look)))

    def _ask_gate(self, g: int, decision: Decision) -> None:
        attempt, how = self.attempt, self.rules.how
        assert attempt is not None  # noqa: S101 -- asked for an attempt only
        ledger = judge(
            attempt.evidence(self.career.features, self.outcomes.made),
            how.gate,
            self._expected_gain(attempt),
            self._served(attempt),
        )
        over = attempt.rule not in {GROWTH, CALENDAR} and (
            ledger.answer is not Answer.SHADOW or attempt.compared >= how.patience
        )
        self._note(g, decision, ledger)
        if ledger.answer is Answer.PROMOTE:
            self._promote(g)
        elif over:
            self._rest()
        else:
            self._train_on(g)

    def _expected_gain(self, attempt: Attempt) -> tuple[float, float]:
        """Return what a challenger should gain by the labels it has more, and how uncertain that is.

        Nobody knows what has happened to shots since; where an alarm says that something has, it may be much.
        """
        gain = self.champion.gain_of_growth(attempt.challenger.learned)
        if attempt.rule in {GROWTH, CALENDAR}:
            return gain, float(np.hypot(gain, self.rules.how.gate.minimum_effect))
        return gain, self.rules.watching.alarms.risk_increase

    def _train_on(self, g: int) -> None:
        attempt = self.attempt
        assert attempt is not None  # noqa: S101 -- asked for an attempt only
        known = self.outcomes.known()
        features, made = self.career.features[known], self.outcomes.made[known]
        self.last_training = g
        try:
            challenger = train_challenger(
                self.rules.families, features, made, self._like_served(features), self.rules.how
            )
        except KobeShotsError as error:  # the challenger of before goes on
            self._note(g, Decision(action=Action.RETRAIN, rule=attempt.rule, sentence=TRAINS_AGAIN), error=str(error))
            attempt.go_on(attempt.challenger, self._next_look(attempt.rule, attempt.compared))
            return
        self._count(challenger)
        attempt.go_on(challenger, self._next_look(attempt.rule, attempt.compared))

    def _promote(self, g: int) -> None:
        """Put the challenger in office, trained on what it was compared on too: its way of training was judged.

        Where that cannot be trained any more (its rows have become too few) it goes on in the shadow.
        """
        assert self.attempt is not None  # noqa: S101 -- asked for an attempt only
        known = self.outcomes.known()
        features, made = self.career.features[known], self.outcomes.made[known]
        way = self.attempt.challenger.way
        try:
            model, weight = train(way, features, made, self._like_served(features), self.rules.how)
            self.fitted += 1
            kept = slice(None) if weight is None else weight > 0
            self.champion = take_office(
                model,
                way.family,
                self.champion.version + 1,
                features[kept],
                made[kept],
                None if weight is None else weight[kept],
                self.rules.how,
                self.rules.watching,
            ).having(len(known))
        except KobeShotsError as error:
            again = Decision(action=Action.RETRAIN, rule=self.attempt.rule, sentence=TRAINS_AGAIN)
            self._note(g, again, error=str(error))
            self._train_on(g)
            return
        self.learned_until = len(self.outcomes.order)
        self._start_over(g)

    def _rest(self) -> None:
        """Leave the champion in office, and let what outcomes have shown since be what is usual of it."""
        self.in_vain += self.trained_in_attempt
        known = self.outcomes.known()
        new = self.outcomes.known(self.learned_until)
        self.champion = renew(
            self.champion,
            self.career.features[known],
            self.career.features[new],
            self.outcomes.made[new],
            self.rules.watching,
        )
        self._start_over(self.game)

    def _start_over(self, g: int) -> None:
        self.attempt, self.foreseen_at, self.last_said, self.last_training = None, None, "", g
        self.trained_in_attempt, self.labels_since_alarm = 0, 0
        self.growth_from = self.outcomes.count
        self.outlook, self.ahead = Outlook(), None
        self.watches = self.champion.start_watches(self.rules.watching)

    def known_since_alarm(self) -> int:
        """Return how many outcomes of shots since the alarm are known; from as many as are asked for on, no longer."""
        if self.foreseen_at is None:
            return 0
        if self.labels_since_alarm < self.rules.how.gate.minimum_labels:
            self.labels_since_alarm = self.outcomes.count_known(self.alarmed_at, self.foreseen_at)
        return self.labels_since_alarm

    def _recent(self) -> slice:
        """Return where the shots of the last games stand: what is being served."""
        first = int(self.career.edges[max(0, self.game + 1 - self.rules.how.trend)])
        return slice(max(first, self.foreseen_at or 0), int(self.career.edges[self.game + 1]))

    def _like_served(self, features: Floats) -> npt.NDArray[np.bool_]:
        return find_like(self.career.features[self._recent()], features, self.rules.watching.support)

    def _served(self, attempt: Attempt) -> Served | None:
        if not attempt.compared:
            return None
        recent, compared = self.career.features[self._recent()], self.career.features[attempt.places]
        like = find_like(compared, recent, self.rules.watching.support)
        return Served(
            champion=scores(self.champion.estimator, recent),
            challenger=scores(attempt.challenger.estimator, recent),
            share_like_evidence=float(like.mean()),
            minimum_share=self.rules.watching.trust.minimum_share_in_support,
        )

    def _note(self, g: int, decision: Decision, ledger: Ledger | None = None, error: str = "") -> None:
        way = f"{self.attempt.challenger.way.family}, {self.attempt.challenger.way.rows}" if self.attempt else ""
        labels = len(self.outcomes.order)
        self.events.append(Event(g, labels, self.champion.version, decision, ledger, way, error))
