"""How is a comparison read? In one screen of plain text."""

from collections.abc import Iterable

from kobe_shots.models.families import FAMILIES
from kobe_shots.retraining.comparison import Comparison, Result

TITLES = {
    "career": "the career as it was",
    "switch": "two-pointers, then three-pointers",
    "production": "learned from all two-pointers, three-pointers follow",
    "mix": "ever more three-pointers",
    "rule": "a rule that changes in the middle",
    "quiet": "nothing changes",
}
HEAD = ("policy", "log loss", "gain over never", "recovered", "retrainings", "in vain", "promotions", "labels used")


def render(compared: Comparison) -> str:
    """Return the comparison in words and figures."""
    first = FAMILIES[compared.family]
    lines = [
        f"{TITLES[compared.scenario]} ({compared.scenario}): {compared.games:,} games, {compared.shots:,} shots, "
        f"{compared.labelled:,} with an outcome; the first champion is a {first}, challengers: "
        f"{', '.join(compared.challengers)}.",
        "",
        *_aligned([HEAD, *(cells(one) for one in compared.results)]),
        "",
        compared.conclusion,
        *_change(compared),
        *_labels(compared),
    ]
    return "\n".join(lines)


def cells(one: Result) -> tuple[str, ...]:
    """Return the figures of a policy, as `HEAD` names them."""
    return (
        one.policy,
        f"{one.log_loss:.4f}",
        f"{one.gain.value:+.4f} [{one.gain.low:+.4f}, {one.gain.high:+.4f}]",
        "" if one.recovered is None else f"{one.recovered:.0%}",
        f"{one.retrainings:,}",
        f"{one.in_vain:,}",
        f"{one.promotions:,}",
        f"{one.labels_used:,}",
    )


def _change(compared: Comparison) -> list[str]:
    lines = []
    for one in compared.results:
        if one.action_after is None:
            continue
        after = "" if one.promotion_after is None else f", another champion {one.promotion_after:,} labels after it"
        lines.append(f"{one.policy}: acts {one.action_after:,} shots after the change{after}.")
    return lines


def _labels(compared: Comparison) -> list[str]:
    received = compared.results[-1].received
    odd = {
        "came twice": received.repeated,
        "contradict another and count no more": received.contradicted,
        "are of shots that were never scored": received.waiting,
        "name an earlier game than labels before them": received.earlier_than_before,
        "name a game after the last": received.later_than_all,
    }
    said = [f"{n:,} {what}" for what, n in odd.items() if n]
    return [f"Of {received.arrived:,} labels {', '.join(said)}."] if said else []


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    table = list(rows)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
