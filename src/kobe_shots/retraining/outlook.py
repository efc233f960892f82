"""What do shots let expect before their outcomes are known? Their scores and support, and where both are heading."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kobe_shots.monitoring.estimated import expected_log_loss
from kobe_shots.monitoring.trust import Level, check
from kobe_shots.parameters import Monitoring, Retraining
from kobe_shots.retraining.career import Career
from kobe_shots.retraining.incumbent import Incumbent, scores
from kobe_shots.retraining.policies import Heading
from kobe_shots.retraining.trend import draw_trend

AHEAD = 64  # games whose shots are scored at once

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GameRecord:
    """What was seen of a game: its shots, how many lay beyond support, and the mean log loss to be expected."""

    shots: int
    beyond: int
    expected: float


@dataclass
class Outlook:
    """The last games, from which trends are drawn."""

    games: deque[GameRecord] = field(default_factory=deque)

    def remember(self, score: Floats, inside: Bools, champion: Incumbent, most: int) -> None:
        """Take the scores of a game's shots and whether each is in support; keep so many games at most."""
        expected = expected_log_loss(score, champion.usual.calibrator(score))
        self.games.append(GameRecord(len(score), int((~inside).sum()), float(expected.mean())))
        if len(self.games) > most:
            self.games.popleft()

    def headings(
        self, champion: Incumbent, how: Retraining, watching: Monitoring
    ) -> tuple[Heading | None, Heading | None, str]:
        """Return where support and expected loss are heading; None for what cannot be told, and why the loss cannot."""
        shots = [game.shots for game in self.games]
        if len(shots) < how.trend:
            return None, None, ""
        ahead = how.horizon, how.deviations
        beyond = draw_trend([game.beyond / game.shots for game in self.games], shots)
        expected = draw_trend([game.expected for game in self.games], shots)
        limit = 1 - watching.trust.minimum_share_in_support
        support = loss = None
        if beyond is not None:
            support = Heading(value=beyond.now, limit=limit, crosses_in=beyond.crosses(limit, *ahead))
        inside = 1 - sum(game.beyond for game in self.games) / sum(shots)
        believed = check(sum(shots), inside, watching.trust)
        if believed.level is Level.NOT_ESTIMABLE:
            return support, None, believed.saying("reason")
        if expected is not None:
            limit = champion.expected_loss + watching.alarms.risk_increase
            loss = Heading(value=expected.now, limit=limit, crosses_in=expected.crosses(limit, *ahead))
        return support, loss, ""


@dataclass(frozen=True)
class Ahead:
    """Scores of a run of games by one champion, with each shot's distance to what it learned and its support."""

    games: range
    score: Floats
    novelty: Floats
    inside: Bools

    def holds(self, game: int) -> bool:
        """Return whether a game is among them."""
        return game in self.games

    def of(self, career: Career, game: int) -> tuple[Floats, Floats, Bools]:
        """Return score, distance and support of the shots of a game."""
        first, at = int(career.edges[self.games.start]), career.game(game)
        rows = slice(at.start - first, at.stop - first)
        return self.score[rows], self.novelty[rows], self.inside[rows]


def look_ahead(career: Career, champion: Incumbent, game: int) -> Ahead:
    """Return the scores of a game and of those around it: many at once cost little more than one.

    It is always the same games together, for the last bit of a score depends on what is scored beside it.
    """
    first = game // AHEAD * AHEAD
    games = range(first, min(first + AHEAD, career.games))
    rows = slice(int(career.edges[games.start]), int(career.edges[games.stop]))
    frame = career.frame(rows)
    support = champion.usual.support
    novelty = support.novelty(frame)
    score = scores(champion.estimator, career.features[rows])
    return Ahead(games, score, novelty, support.holds(frame, novelty))
