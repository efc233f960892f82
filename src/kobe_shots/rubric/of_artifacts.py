"""Group 3, in words: is every artifact described, in itself and as the diagram has it, and are the runs on record?"""

from kobe_shots.language import Said, join, say
from kobe_shots.rubric.answers import Evidence, Judged, failed, passed, untold
from kobe_shots.rubric.bases import PREPARATION
from kobe_shots.rubric.catalog import Entry
from kobe_shots.rubric.code import calls
from kobe_shots.rubric.described import Described, described, tells_of
from kobe_shots.rubric.diagrams import diagrams, pictures
from kobe_shots.rubric.folder import parts
from kobe_shots.rubric.found import NO_STORE, Found
from kobe_shots.rubric.logged import TRAINING
from kobe_shots.rubric.words import names_in, plain, says, stem

ENOUGH = 0.8  # of the artifacts; a figure more or less is no reason to refuse a catalogue of them
NAMED = 6
SHARE = r"test|teste|percent|split|prop|treino|train"
SIZE = r"size|row|linha|tamanho|len|count|shape|dim|total|quant|base|n_|num|registro|record|amostra|sample"
SAVERS = r"(?:.*\.)?(?:to_parquet|to_csv|savefig|dump|save_model|to_pickle|write_table)"
FAMILIES = {  # what artifacts are called in words
    "raw bases": r"dados brutos|bases? brut|raw|dataset_kobe",
    "filtered base": (r"filtrad|filtered|prepared (?:data|base)|base preparada|dados preparados|dados processados"),
    "train base": r"bases? de treino|dados de treino|train(?:ing)? (?:base|data|set)|base_train",
    "test base": r"bases? de teste|dados de teste|test (?:base|data|set)|base_test",
    "trained models": r"modelo|trained (?:model|_)|trained_\w*model|registered model|champion",
    "predictions": r"predic[oa]|prediction|predict_|predicted|predito|previs",
    "metrics": r"metric",
}


def described_all(found: Found) -> Judged:
    """3.1: of each artifact that the project declares, or writes, documents tell objective and composition."""
    artifacts = _artifacts(found)
    if not artifacts:
        return failed(say("No artifact is declared or written here: neither a catalog nor code that saves a file."))
    things = described(found.documents)
    told = {entry: thing for entry in artifacts if (thing := tells_of(things, entry))}
    lacking = _listed([entry.name for entry in artifacts if entry not in told])
    counted = {"n": len(told), "all": len(artifacts)}
    evidence = _places(list(told.values()))
    if len(told) < ENOUGH * len(artifacts):
        few = say(
            "Objective and composition are told of {n} of {all} artifacts; not of {lacking}.",
            **counted,
            lacking=lacking,
        )
        judged = found.not_written(few)
        return judged.model_copy(update={"evidence": evidence})
    if lacking:
        return passed(
            say(
                "Objective and composition are told of {n} of {all} artifacts; not of {lacking}.",
                **counted,
                lacking=lacking,
            ),
            evidence,
        )
    return passed(say("Objective and composition are told of all {all} artifacts.", all=len(artifacts)), evidence)


def diagram_covered(found: Found) -> Judged:
    """3.2: what the diagram names of artifacts, by name or in words, documents describe."""
    drawn = diagrams(found.folder, found.documents)
    shown = next(pictures(found.folder, found.documents), None)
    if not drawn and shown:
        return untold(
            say("The diagram is a picture, and what is on it cannot be read; compare it with the descriptions."),
            [shown.here],
        )
    if not drawn:
        return found.not_written(say("There is no diagram whose artifacts could be covered."))
    things = described(found.documents)
    covered: dict[str, Described | None] = {}
    names = names_in(drawn[0].text)
    for entry in _artifacts(found):
        if any(_is_on(entry, name) for name in names):
            covered[entry.name] = tells_of(things, entry)
    text = plain(drawn[0].text)
    for family, words in FAMILIES.items():
        if says(words, text):
            covered[family] = next((one for one in things if says(words, one.title)), None)
    if not covered:
        return failed(say("The diagram names no artifact: no base, model, prediction or metric."), [drawn[0].here])
    lacking = [name for name, thing in covered.items() if thing is None]
    if lacking:
        listed = join(", ", [say_family(name) for name in lacking])
        return failed(
            say("Of {n} artifacts on the diagram, not described: {lacking}.", n=len(covered), lacking=listed),
            [drawn[0].here],
        )
    return passed(
        say("All {n} artifacts on the diagram are described.", n=len(covered)),
        [drawn[0].here, *_places([thing for thing in covered.values() if thing])],
    )


def preparation_run(found: Found) -> Judged:
    """3.3: a run of exactly this name has the share of the test base, and sizes, as parameters and metrics."""
    if not found.stores:
        return untold(NO_STORE)
    run = next((run for run in found.runs_called(PREPARATION) if run.params and run.metrics), None)
    if run is None:
        return _no_run(found, PREPARATION, say("with parameters and metrics"))
    share = [key for key in [*run.params, *run.metrics] if says(SHARE, plain(key))]
    size = [key for key, value in run.metrics.items() if value > 1 and says(SIZE, plain(key))]
    if share and size:
        return passed(
            say(
                "The run {name} has {params} parameters and {metrics} metrics, {share} and {size} among them.",
                name=PREPARATION,
                params=len(run.params),
                metrics=len(run.metrics),
                share=share[0],
                size=size[0],
            ),
            [run.at(), run.at(size[0])],
        )
    lacking = say("the share of the test base") if not share else say("the size of a base")
    return failed(say("The run {name} does not tell {what}.", name=PREPARATION, what=lacking), [run.at()])


def training_run(found: Found) -> Judged:
    """3.9: a run of exactly this name has metrics."""
    if not found.stores:
        return untold(NO_STORE)
    run = next((run for run in found.runs_called(TRAINING) if run.metrics), None)
    if run is None:
        return _no_run(found, TRAINING, say("with metrics"))
    return passed(say("The run {name} has {n} metrics.", name=TRAINING, n=len(run.metrics)), [run.at()])


def say_family(name: str) -> Said | str:
    """Return what a kind of artifact is called, or a name as it is."""
    return {
        "raw bases": say("the raw bases"),
        "filtered base": say("the filtered base"),
        "train base": say("the train base"),
        "test base": say("the test base"),
        "trained models": say("the trained models"),
        "predictions": say("the predictions"),
        "metrics": say("the metrics"),
    }.get(name, name)


def _no_run(found: Found, name: str, what: Said) -> Judged:
    close = next((run for run in found.runs if _like(run.name) == _like(name)), None)
    if close and close.name != name:
        return failed(
            say(
                "There is no run called exactly {name} {what}; there is {close}.",
                name=name,
                what=what,
                close=close.name,
            ),
            [close.at()],
        )
    if close:
        said = (
            say("The run {name} has not ended well.", name=name)
            if not close.is_done
            else say("The run {name} is not one {what}.", name=name, what=what)
        )
        return failed(said, [close.at()])
    others = _listed(list(dict.fromkeys(run.name for run in found.runs))) or "-"
    return failed(
        say(
            "There is no run called exactly {name} {what}; runs here are called {others}.",
            name=name,
            what=what,
            others=others,
        )
    )


def _like(name: str) -> str:
    return "".join(letter for letter in plain(name) if letter.isalpha()).replace("preparacaodedados", "preparacaodados")


def _artifacts(found: Found) -> list[Entry]:
    """Return the files and models that the catalog declares; where there is none, what the code saves."""
    by_name = {entry.name: entry for entry in found.entries if entry.file or "model" in entry.type.lower()}
    if by_name:
        return list(by_name.values())
    saved = [
        Entry(stem(parts(text)[-1]).replace("{}", "{x}"), text, call.name, source.path, call.line)
        for source, call in calls(found.sources, SAVERS)
        for text in call.texts
        if "." in text and parts(text)
    ]
    return list({entry.name: entry for entry in saved if entry.name}.values())


def _is_on(entry: Entry, name: str) -> bool:
    """Return whether a name on a diagram is a dataset's, or what several of them begin with."""
    return entry.is_called(name) or ("_" in name and any(own.startswith(f"{name}_") for own in entry.names))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")


def _places(things: list[Described]) -> list[Evidence]:
    return [thing.here for thing in {thing.here.path: thing for thing in reversed(things)}.values()]
