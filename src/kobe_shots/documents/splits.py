"""How does the choice of train and test change the model? Tables of `docs/splits.json`, by `bench/splits.py`."""

from statistics import fmean, pstdev

from pydantic import BaseModel, ConfigDict, Field

from kobe_shots.documents.markdown import table
from kobe_shots.language import Language

TITLES = {
    "stratified": "at random, stratified by outcome (the one used)",
    "random": "at random",
    "game": "whole games",
    "season": "a season left out, one after the other",
    "later": "the last fifth of the games",
}
SAID = {"lr": "regression", "dt": "tree", "tied": "tie", "equivalent": "as good as each other"}
LEARNED = {
    "dev": "two-point shots (what the assignment asks for)",
    "prod": "three-point shots",
    "both": "two- and three-point shots",
    "shuffled": "two- and three-point shots, the tested ones among them",
}


class Record(BaseModel):
    """What the records below share: frozen, and no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Split(Record):
    """One way of dividing the labelled dev shots, and the two models after it, a number for each repeat."""

    kind: str
    test_rows: tuple[int, ...]
    rate_gap: tuple[float, ...] = Field(description="make rate of the test rows minus that of the train rows")
    lr: tuple[float, ...] = Field(description="log loss on the test rows")
    dt: tuple[float, ...]
    verdicts: dict[str, int] = Field(description="how often the rule of selection says what: lr, dt, tied, equivalent")


class Learned(Record):
    """What was learned from, and the two models on the same three-point shots held out, a number for each repeat."""

    rows: str
    train_rows: int
    lr: tuple[float, ...] = Field(description="log loss on the shots held out")
    dt: tuple[float, ...]
    constant: tuple[float, ...] = Field(description="log loss of the held-out shots' own make rate")


class Size(Record):
    """How many dev shots were learned from, and the two models on a fifth of the dev shots held out."""

    train_rows: int
    lr: tuple[float, ...]
    dt: tuple[float, ...]


class Study(Record):
    """All of it; `base_id` names the train base, `params` are those that a run has picked on it."""

    base_id: str
    params: dict[str, dict[str, float | int | str | None]]
    splits: tuple[Split, ...]
    learned: tuple[Learned, ...]
    sizes: tuple[Size, ...]


def sections(study: Study, language: Language) -> dict[str, str]:
    """Return the study's tables by the name of their section."""
    return {
        "splits": _splits(study, language),
        "learned_from": _learned(study, language),
        "sizes": _sizes(study, language),
    }


def _splits(study: Study, language: Language) -> str:
    say = language.say
    head = [
        say("test shots are"),
        say("splits"),
        say("test shots a split"),
        say("make rate, test minus train"),
        say("log loss, logistic regression"),
        say("log loss, decision tree"),
        say("regression minus tree"),
        say("what the rule says"),
    ]
    return table(
        head,
        [
            [
                language.look_up(TITLES[one.kind]),
                say("{n:,}", n=len(one.lr)),
                say("{n:,.0f}", n=fmean(one.test_rows)),
                _spread(one.rate_gap, "+.4f", language),
                _spread(one.lr, ".4f", language),
                _spread(one.dt, ".4f", language),
                _spread([a - b for a, b in zip(one.lr, one.dt, strict=True)], "+.4f", language),
                ", ".join(f"{language.look_up(SAID[name])} {n:,}" for name, n in one.verdicts.items()),
            ]
            for one in study.splits
        ],
    )


def _learned(study: Study, language: Language) -> str:
    say = language.say
    head = [say("what was learned from"), say("train shots"), say("logistic regression"), say("decision tree")]
    head += [say("constant, their own make rate")]
    return table(
        head,
        [
            [
                language.look_up(LEARNED[one.rows]),
                say("{n:,}", n=one.train_rows),
                *(_spread(losses, ".4f", language) for losses in (one.lr, one.dt, one.constant)),
            ]
            for one in study.learned
        ],
    )


def _sizes(study: Study, language: Language) -> str:
    say = language.say
    return table(
        [say("train shots"), say("logistic regression"), say("decision tree")],
        [
            [say("{n:,}", n=one.train_rows), _spread(one.lr, ".4f", language), _spread(one.dt, ".4f", language)]
            for one in study.sizes
        ],
    )


def _spread(values: tuple[float, ...] | list[float], form: str, language: Language) -> str:
    return language.localise(
        f"{fmean(values):{form}} ± {pstdev(values):.4f}" if len(values) > 1 else f"{values[0]:{form}}"
    )
