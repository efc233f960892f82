"""Group 2, in folders: is the repository laid out as asked, and is the whole way drawn?"""

import re

from kobe_shots.language import Said, join, say
from kobe_shots.rubric.answers import Judged, at, failed, passed, untold
from kobe_shots.rubric.diagrams import STEPS, diagrams, pictures
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.words import says

KEDRO = {
    "[tool.kedro]": r"(?:^|/)pyproject\.toml$|(?:^|/)\.kedro\.yml$",
    "conf/base": r"(?:^|/)conf/base/[^/]+\.ya?ml$",
    "src/*/pipelines": r"(?:^|/)src/[^/]+/(?:pipeline_registry\.py|pipelines?(?:/.*)?\.py)$",
}
TDSP = {
    "Code": r"(?i)(?:^|/)code/[^/]*(?:acquisition|aquisicao|modell?ing|modelagem|deploy|operational)",
    "Docs": r"(?i)(?:^|/)docs?/",
    "Data": r"(?i)(?:^|/)(?:sample_)?data/",
}


def structure(found: Found) -> Judged:
    """2.1: the folders are those of Kedro, or of TDSP itself."""
    layouts = {"Kedro": _layout(found, KEDRO), "TDSP": _layout(found, TDSP)}
    toml = layouts["Kedro"]["[tool.kedro]"]
    if toml and toml.endswith(".toml") and "[tool.kedro]" not in (found.folder.text(toml) or ""):
        layouts["Kedro"]["[tool.kedro]"] = None
    for name, seen in layouts.items():
        if all(seen.values()):
            return passed(
                say("The folders are laid out as {name} does: {what}.", name=name, what=", ".join(seen)),
                [at(path) for path in seen.values() if path],
            )
    best = max(layouts, key=lambda name: sum(map(bool, layouts[name].values())))
    lacking = ", ".join(what for what, path in layouts[best].items() if not path)
    return failed(
        say(
            "The folders are neither those of Kedro nor of TDSP; for {name}, {what} is lacking.",
            name=best,
            what=lacking,
        ),
        [at(path) for path in layouts[best].values() if path],
    )


def diagram(found: Found) -> Judged:
    """2.2: a diagram goes from the acquisition of data to the operation of the model."""
    drawn = diagrams(found.folder, found.documents)
    if drawn and drawn[0].is_whole:
        steps = join(", ", [say_step(step) for step in drawn[0].steps])
        return passed(say("A diagram shows {steps}.", steps=steps), [drawn[0].here])
    shown = list(pictures(found.folder, found.documents))
    told = next((p for p in shown if all(says(words, p.around) for words in STEPS.values())), None)
    if told:
        return passed(
            say("A diagram is shown as a picture, and the text beside it goes through all the steps."), [told.here]
        )
    if shown:
        return untold(
            say("A picture of a diagram is here, and a picture cannot be read; look whether it shows all the steps."),
            [shown[0].here],
        )
    if drawn:
        lacking = join(", ", [say_step(step) for step in STEPS if step not in drawn[0].steps])
        return failed(say("The diagram does not show {steps}.", steps=lacking), [drawn[0].here])
    return found.not_written(say("There is no diagram."))


def say_step(step: str) -> Said:
    """Return the name of a step of the diagram."""
    return {
        "acquisition": say("the acquisition"),
        "preparation": say("the preparation"),
        "training": say("the training"),
        "application": say("the application"),
        "monitoring": say("the monitoring"),
    }[step]


def _layout(found: Found, wanted: dict[str, str]) -> dict[str, str | None]:
    return {
        what: next((name for name in found.folder.files if re.search(expression, name)), None)
        for what, expression in wanted.items()
    }
