"""What is logged of a model? Its metrics in runs, its versions in the registry, and what their files really hold."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kobe_shots.audit.signatures import CERTAIN_AND_WRONG
from kobe_shots.language import Said, say
from kobe_shots.rubric import classes
from kobe_shots.rubric.answers import Evidence, at
from kobe_shots.rubric.folder import parts
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.stores import Run
from kobe_shots.rubric.words import plain, says

NOT_THE_METRIC = (
    r"(?:^|[^a-z])(?:low|high|lower|upper|skill|constant|baseline|always|dummy|std|sd|min|max|usual|limit)(?:[^a-z]|$)"
)
VALIDATION = r"(?:^|[^a-z])(?:cv|val|fold|train|treino|learned)(?:[^a-z]|$)"
TRAINING = "Treinamento"
NAMED_IN = r"model|modelo|estimator|algorithm|algoritmo"
WORST_OF_PROBABILITIES = 2.0  # log loss: a coin has .69, and no regression fitted to shots is near this


@dataclass(frozen=True)
class Kind:
    """One of the two models: PyCaret's name for it, its class, how it is called in names, and in a sentence."""

    key: str
    estimator: str
    words: str
    said: Said


REGRESSION = Kind(
    "lr",
    classes.LOGISTIC,
    r"(?:^|[^a-z])(?:lr|logistic\w*|logreg|regress\w*|reglog)(?:[^a-z]|$)",
    say("logistic regression"),
)
TREE = Kind("dt", classes.TREE, r"(?:^|[^a-z])(?:dt|tree|arvore|decision\w*|dtree)(?:[^a-z]|$)", say("decision tree"))
KINDS = (REGRESSION, TREE)


@dataclass(frozen=True)
class Metric:
    """A metric of a run."""

    run: Run
    key: str
    value: float

    @property
    def here(self) -> Evidence:
        """Return where it is."""
        return self.run.at(self.key)


@dataclass(frozen=True)
class Model:
    """A model in a store by its name; `kind` is the class its files name, none where they are not here."""

    name: str
    here: Evidence
    files: tuple[Evidence, ...]
    kind: str | None

    def remark(self, kind: Kind) -> Said | None:
        """Return what is wrong with it, or what of it could not be seen."""
        if self.kind is None:
            return say("The files of {name} are not here, so what it holds was not seen.", name=self.name)
        if self.kind != kind.estimator:
            return say("{name} holds a {other}.", name=self.name, other=self.kind)
        return None


def log_loss(key: str) -> bool:
    """Return whether a metric is a log loss.

    >>> log_loss("dt_model_dev_log_loss"), log_loss("log_loss_low")
    (True, False)
    """
    return says(r"log[ _.-]?loss|entropia|cross[ _-]?entropy", plain(key)) and not says(NOT_THE_METRIC, plain(key))


def f1(key: str) -> bool:
    """Return whether a metric is an F1.

    >>> f1("dt_f1_score"), f1("f10")
    (True, False)
    """
    return says(r"(?:^|[^a-z0-9])f1(?:[^0-9]|$)", plain(key)) and not says(NOT_THE_METRIC, plain(key))


def find(found: Found, kind: Kind, is_metric: Callable[[str], bool]) -> Metric | None:
    """Return the metric of a model; of several the newest of its training, on the test base."""
    held = [
        Metric(run, key, value)
        for run in found.runs
        for key, value in run.metrics.items()
        if is_metric(key) and kind in _of(run, key)
    ]
    return min(held, key=_rank, default=None)


def _rank(metric: Metric) -> tuple[bool, bool, int, int]:
    """Return which of a model's metrics is nearest to what is asked for: one of its training, on the test base."""
    return says(VALIDATION, plain(metric.key)), metric.run.name != TRAINING, -metric.run.started, len(metric.key)


def of_unknown(found: Found, is_metric: Callable[[str], bool]) -> Iterator[Metric]:
    """Return metrics of which nothing tells what model they are of."""
    return (
        Metric(run, key, value)
        for run in found.runs
        for key, value in run.metrics.items()
        if is_metric(key) and not _of(run, key)
    )


def implausible(metric: Metric, kind: Kind) -> Said | None:
    """Return why a value cannot be what it is called, or cannot have come from probabilities."""
    if f1(metric.key):
        return (
            None
            if 0 <= metric.value <= 1
            else say("{value:.4f} is no F1, which lies between 0 and 1.", value=metric.value)
        )
    if metric.value < 0:
        return say("{value:.4f} is no log loss, which is never negative.", value=metric.value)
    if metric.value <= WORST_OF_PROBABILITIES:
        return None
    numbers = {"value": metric.value, "factor": CERTAIN_AND_WRONG, "share": metric.value / CERTAIN_AND_WRONG}
    if kind is TREE:
        return say(
            "A log loss of {value:.2f} is {factor:.2f} x an error rate of {share:.3f}: it was computed on labels, not "
            "on probabilities, or the tree was grown until it is certain of everything.",
            **numbers,
        )
    return say(
        "A log loss of {value:.2f} cannot have come from probabilities: it is {factor:.2f} x an error rate of "
        "{share:.3f}, what hard labels give. Use predict_proba.",
        **numbers,
    )


def models(found: Found, kind: Kind) -> list[Model]:
    """Return the models of a kind by their names: the newest version of each, and those beside runs."""
    versions = sorted((v for store in found.stores for v in store.versions), key=lambda one: (one.name, -one.version))
    listed = [next(group) for _, group in groupby(versions, key=lambda one: one.name)]
    registered = [
        _model(found, one.name, one.here, next(filter(None, map(found.places.locate, one.sources)), []))
        for one in listed
        if _kinds_in(one.name) == [kind]
    ]
    return registered or list(_beside_runs(found, kind))


def engine_remark(found: Found) -> list[Said]:
    """Return that the newest training on record says it was another engine's, where it says so."""
    for run in found.runs:
        told = [value for key, value in {**run.tags, **run.params}.items() if re.fullmatch(r"(?:.*\.)?engine", key)]
        if told:
            name = told[-1]
            return (
                []
                if "pycaret" in name.lower()
                else [
                    say("The newest run on record was searched by {name}; PyCaret is in the code beside it.", name=name)
                ]
            )
    return []


def _beside_runs(found: Found, kind: Kind) -> Iterator[Model]:
    for run in found.runs:
        for home in found.places.of_run(run.id):
            files = found.places.under(home)
            for mark in (name for name in files if parts(name)[-1] == "MLmodel"):
                folder = mark.rpartition("/")[0]
                if _kinds_in(folder.removeprefix(home)) == [kind] or _kinds_in(run.name) == [kind]:
                    yield _model(found, parts(folder)[-1], run.at(), found.places.under(folder))


def _model(found: Found, name: str, here: Evidence, files: list[str]) -> Model:
    stored = [file for file in files if file.endswith(classes.ENDINGS)]
    named = [(file, held) for file in stored if (held := classes.class_of(found.folder.path(file)))]
    return Model(name, here, tuple(at(file) for file, _ in named), named[0][1] if named else None)


def _of(run: Run, key: str) -> list[Kind]:
    """Return which models a metric is of: as its own name says, else that of its run or of its parameters."""
    if own := _kinds_in(key):
        return own
    if named := _kinds_in(run.name):
        return named
    told = {**run.params, **run.tags}.items()
    values = " ".join(value for name, value in told if says(NAMED_IN, plain(name)) and not name.startswith("mlflow."))
    return kinds if len(kinds := _kinds_in(values)) == 1 else []


def _kinds_in(name: str) -> list[Kind]:
    """Return the models that a name tells of.

    >>> [kind.key for kind in _kinds_in("trained_dt_model_dev")]
    ['dt']
    """
    return [kind for kind in KINDS if says(kind.words, plain(name))]
