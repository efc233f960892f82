"""Group 2, in models: are both trained with PyCaret, held by MLflow, and are their metrics logged?"""

from collections.abc import Callable

from kobe_shots.language import Said, join, say
from kobe_shots.rubric import logged
from kobe_shots.rubric.answers import Evidence, Judged, failed, passed, untold
from kobe_shots.rubric.code import calls, files_with
from kobe_shots.rubric.found import NO_STORE, Found
from kobe_shots.rubric.logged import REGRESSION, TREE, Kind, Metric

PYCARET = "pycaret"
MAKERS = r"(?:.*\.)?(?:create_model|compare_models|tune_model)"


def regression(found: Found) -> Judged:
    """2.3: PyCaret makes a logistic regression in the code, and MLflow holds it."""
    return _trained(found, REGRESSION)


def tree(found: Found) -> Judged:
    """2.5: PyCaret makes a decision tree in the code, and MLflow holds it."""
    return _trained(found, TREE)


def loss_of_regression(found: Found) -> Judged:
    """2.4: the log loss of the logistic regression is a metric of a run."""
    return _logged(found, REGRESSION, [logged.log_loss])


def loss_and_f1_of_tree(found: Found) -> Judged:
    """2.6: the log loss and the F1 of the decision tree are metrics of a run."""
    return _logged(found, TREE, [logged.log_loss, logged.f1])


def _trained(found: Found, kind: Kind) -> Judged:
    if not found.sources:
        return untold(say("There is no Python code here that could use PyCaret; give the folder that has it."))
    if (code := _made_by_pycaret(found, kind)) is None:
        return failed(
            say(
                "No code makes the {model} with PyCaret: import it, and call create_model or compare_models for "
                "'{key}'.",
                model=kind.said,
                key=kind.key,
            )
        )
    if not found.stores:
        return untold(NO_STORE, [code])
    return _held(found, kind, code)


def _held(found: Found, kind: Kind, code: Evidence) -> Judged:
    """Judge what MLflow has of a model that PyCaret makes."""
    models = logged.models(found, kind)
    seen = [model for model in models if model.kind == kind.estimator]
    wrong = [model for model in models if model.kind and model.kind != kind.estimator]
    if wrong and not seen:
        return failed(
            say(
                "{name} in MLflow is registered as the {model} and holds a {other}.",
                name=", ".join(dict.fromkeys(model.name for model in wrong)),
                model=kind.said,
                other=wrong[0].kind,
            ),
            [code, *(place for model in wrong for place in (model.here, *model.files[:1]))],
        )
    engine = logged.engine_remark(found)
    if models:
        model = (seen or models)[0]
        named = {"model": kind.said, "name": model.name, "estimator": kind.estimator}
        told = (
            say("PyCaret makes the {model} in the code, and {name} in MLflow holds a {estimator}.", **named)
            if seen
            else say("PyCaret makes the {model} in the code, and MLflow has it as {name}.", **named)
        )
        remarks = [remark for one in models if (remark := one.remark(kind))]
        return passed(told, [code, model.here, *model.files[:1]], [*remarks, *engine])
    if metric := logged.find(found, kind, logged.log_loss):
        told = say("PyCaret makes the {model} in the code, and a run in MLflow has its metrics.", model=kind.said)
        return passed(told, [code, metric.here], engine)
    return failed(
        say("PyCaret makes the {model} in the code, and MLflow has no model or run of it.", model=kind.said), [code]
    )


def _made_by_pycaret(found: Found, kind: Kind) -> Evidence | None:
    """Return the call that makes a model: by its name, or by a variable where the name stands elsewhere in the code."""
    files = files_with(found.sources, PYCARET)
    made = [
        (source, call)
        for source, call in calls(found.sources, MAKERS)
        if source.path in files and (call.of or _imported(found, source.path, call.name))
    ]
    named = (source.at(call.line) for source, call in made if kind.key in call.texts)
    if place := next(named, None):
        return place
    is_named = any(text == kind.key for source in found.sources for text, _ in source.texts)
    open_calls = (source.at(call.line) for source, call in made if call.name != "tune_model" and not call.texts)
    return next(open_calls, None) if is_named else None


def _imported(found: Found, path: str, name: str) -> bool:
    """Return whether a bare name may be PyCaret's; a function of their own that is called alike is not."""
    endings = (f".{name}", ".*", "Experiment")
    imports = (one for source in found.sources if source.path == path for one in source.imports)
    return any(one.startswith(PYCARET) and one.endswith(endings) for one in imports)


def _logged(found: Found, kind: Kind, wanted: list[Callable[[str], bool]]) -> Judged:
    if not found.stores:
        return untold(NO_STORE)
    titles: dict[Callable[[str], bool], Said] = {logged.log_loss: say("log loss"), logged.f1: say("F1")}
    held: dict[Callable[[str], bool], Metric | None] = {one: logged.find(found, kind, one) for one in wanted}
    seen = [metric for metric in held.values() if metric]
    lacking = join(", ", [titles[one] for one, metric in held.items() if metric is None])
    if not lacking:
        values = join(
            ", ", [say("{what} {value:.4f}", what=titles[one], value=m.value) for one, m in held.items() if m]
        )
        return passed(
            say("MLflow has of the {model}: {values}.", model=kind.said, values=values),
            [metric.here for metric in seen],
            [remark for metric in seen if (remark := logged.implausible(metric, kind))],
        )
    if nameless := [metric for one in wanted if held[one] is None for metric in logged.of_unknown(found, one)]:
        return untold(
            say(
                "MLflow has {metric}, and not which model it is of; name the model in the metric or in the run.",
                metric=nameless[0].key,
            ),
            [nameless[0].here],
        )
    return failed(
        say("No run in MLflow has of the {model}: {lacking}.", model=kind.said, lacking=lacking),
        [metric.here for metric in seen],
    )
