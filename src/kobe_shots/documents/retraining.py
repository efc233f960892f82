"""What has retraining bought? Tables of `docs/replays.json`."""

import statistics
from collections.abc import Sequence

from kobe_shots.documents.markdown import interval, table
from kobe_shots.language import Language
from kobe_shots.models.families import FAMILIES
from kobe_shots.retraining.comparison import PLAIN, Comparison, Result
from kobe_shots.retraining.measured import Measured
from kobe_shots.retraining.text import HEAD, TITLES, cells

CALENDAR = "calendar"
OF_THREES = ("switch", "production")  # scenarios in which three-pointers are what has changed


def in_short(measured: Measured, language: Language) -> str:
    """Return what every policy bought a tree in office, with challengers of its own kind, scenario by scenario."""
    say = language.say
    policies = (CALENDAR, *PLAIN)
    head = [say("what happens"), say("training at every game would gain"), *(f"`{name}`" for name in policies)]
    rows = []
    for one in measured.real:
        if (one.family, one.challengers) == ("dt", ("dt",)):
            told = {result.policy: result for result in one.results}
            rows.append(
                [
                    f"`{one.scenario}`: {language.look_up(TITLES[one.scenario])}",
                    interval(one.advantage.value, one.advantage.low, one.advantage.high, ".4f", language),
                    *(_bought(told[name], language) for name in policies if name in told),
                ]
            )
    return table(head, rows)


def overview(measured: Measured) -> str:
    """Return, for every scenario and champion, what the oracle gains and what the best policy recovers of it."""
    head = [
        "scenario",
        "first champion",
        "challengers",
        "the oracle's gain",
        "best policy",
        "recovers",
        "retrainings",
        "calendar recovers",
        "with retrainings",
        "champions changed by reactive, predictive, both",
    ]
    return table(head, [_overview(one) for one in measured.real])


def policies(measured: Measured) -> str:
    """Return every policy, for a tree as first champion and challengers of all kinds."""
    rows = [
        [one.scenario, *cells(result)]
        for one in measured.real
        if (one.family, one.challengers) == ("dt", tuple(FAMILIES))
        for result in one.results
    ]
    return table(["scenario", *HEAD], rows)


def after_change(measured: Measured) -> str:
    """Return how soon each policy acted after a change that comes at once, and how its champions did on threes."""
    head = [
        "scenario",
        "first champion",
        "challengers",
        "policy",
        "acts after",
        "new champion after",
        "skill on threes",
    ]
    rows = [
        [
            one.scenario,
            FAMILIES[one.family],
            _challengers(one),
            result.policy,
            "" if result.action_after is None else f"{result.action_after:,} shots",
            "" if result.promotion_after is None else f"{result.promotion_after:,} labels",
            _skills(result) if one.scenario in OF_THREES else "",
        ]
        for one in measured.real
        for result in one.results
        if result.action_after is not None or (one.scenario in OF_THREES and result.policy == "never")
    ]
    return table(head, rows)


def over_seeds(measured: Measured) -> str:
    """Return the same for simulated careers: median and range over their seeds."""
    every = ", ".join(f"{n}" for n in sorted({one.oracle_every for one in measured.simulated}))
    gain = f"the oracle's gain (trained every {every} games)"
    head = ["scenario", "first champion", "careers", gain, "policy", "gain over never", "retrainings"]
    cases = sorted({(one.scenario, one.family) for one in measured.simulated})
    rows = []
    for scenario, family in cases:
        found = [one for one in measured.simulated if (one.scenario, one.family) == (scenario, family)]
        for policy in PLAIN:
            told = [result for one in found for result in one.results if result.policy == policy]
            rows.append(
                [
                    scenario,
                    FAMILIES[family],
                    f"{len(found)}",
                    _spread([one.advantage.value for one in found]),
                    policy,
                    _spread([one.gain.value for one in told]),
                    f"{statistics.median(one.retrainings for one in told):g}",
                ]
            )
    return table(head, rows)


def quiet(measured: Measured) -> str:
    """Return how often something was done in careers in which nothing changes."""
    head = ["first champion", "policy", "careers", "raised an alarm", "saw a challenger trained", "saw one promoted"]
    return table(
        head,
        [
            [
                FAMILIES[one.family],
                one.policy,
                *(f"{n:,}" for n in (one.careers, one.alarmed, one.retrained)),
                f"{one.promoted:,} ({one.promoted / one.careers:.1%})",
            ]
            for one in measured.quiet
        ],
    )


def pace(measured: Measured) -> str:
    """Return the milliseconds a game takes to score and watch, as careers get longer, and seconds of a whole one."""
    head = ["career", "games", "ms a game, first tenth", "middle", "last tenth"]
    seconds = [f"{statistics.median(measured.seconds):.0f}"] if measured.seconds else []
    whole = [f"\nThe real career, all five policies and the oracle: {said} CPU seconds.\n" for said in seconds]
    costs = table(
        head,
        [
            [
                f"{one.times} x",
                f"{one.games:,}",
                *(f"{one.milliseconds[at]:.2f}" for at in (0, len(one.milliseconds) // 2, -1)),
            ]
            for one in measured.pace
        ],
    )
    return "".join([costs, *whole])


def conclusions(measured: Measured) -> str:
    """Return the plain conclusion of every replay."""
    return "".join(
        f"- `{one.scenario}` ({TITLES[one.scenario]}), first champion a {FAMILIES[one.family]}, challengers "
        f"{_challengers(one)}: {one.conclusion}\n"
        for one in measured.real
    )


def _overview(one: Comparison) -> list[str]:
    told = {result.policy: result for result in one.results}
    best = min((told[name] for name in PLAIN if name in told), key=lambda result: result.log_loss)
    a = one.advantage
    every = "" if one.oracle_every == 1 else f", trained every {one.oracle_every} games"
    return [
        one.scenario,
        FAMILIES[one.family],
        _challengers(one),
        f"{a.value:.4f} [{a.low:.4f}, {a.high:.4f}]{every}",
        best.policy,
        _share(best, one),
        f"{best.retrainings:,}",
        _share(told[CALENDAR], one) if CALENDAR in told else "not run",
        f"{told[CALENDAR].retrainings:,}" if CALENDAR in told else "",
        ", ".join(f"{told[name].promotions:,}" for name in PLAIN),
    ]


def _bought(result: Result, language: Language) -> str:
    say = language.say
    times = say("trained {n:,}, promoted {promoted:,}", n=result.retrainings, promoted=result.promotions)
    if result.recovered is None:
        return times
    return say("{share:.0%} of it; {times}", share=result.recovered, times=times)


def _share(result: Result, one: Comparison) -> str:
    return f"nothing that counts ({one.counts:g})" if result.recovered is None else f"{result.recovered:.0%}"


def _challengers(one: Comparison) -> str:
    return "own kind" if one.challengers == (one.family,) else "all kinds"


def _skills(result: Result) -> str:
    return ", ".join(f"{served.skill:+.4f} (v{served.version}, {served.labelled:,} shots)" for served in result.served)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):+.4f} ({min(values):+.4f} to {max(values):+.4f})"
