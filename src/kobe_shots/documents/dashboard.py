"""How long until the dashboard is seen? A table of `docs/dashboard.json`, which `bench/dashboard.py` measures."""

from statistics import median

from pydantic import BaseModel, ConfigDict

from kobe_shots.documents.markdown import table

FLOOR = "the smallest page"


class View(BaseModel):
    """Something looked at or done: seconds until it could be read, and until all was drawn, repeat by repeat."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    read: tuple[float, ...]
    drawn: tuple[float, ...]


class Viewed(BaseModel):
    """All of it, by the rows that had been scored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scored: dict[str, int]
    views: dict[str, tuple[View, ...]]


def views(viewed: Viewed) -> str:
    """Return the seconds of every view, median and spread, for each project, and how many times the floor they are."""
    floor = median(next(one for one in next(iter(viewed.views.values())) if one.what == FLOOR).drawn)
    head = ["what", *(f"{name}, {viewed.scored[name]:,} scored rows: read" for name in viewed.views)]
    head += [f"{name}: drawn" for name in viewed.views] + ["drawn, over the smallest page"]
    rows = []
    for together in zip(*viewed.views.values(), strict=True):
        shown = [_spread(one.read) for one in together] + [_spread(one.drawn) for one in together]
        ratios = ", ".join(f"{median(one.drawn) / floor:.1f}" for one in together)
        rows.append([together[0].what, *shown, ratios])
    return table(head, rows)


def _spread(seconds: tuple[float, ...]) -> str:
    return f"{median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
