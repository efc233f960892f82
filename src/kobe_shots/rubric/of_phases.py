"""Group 3, in bases: is there a file for each phase of the preparation, and are train and test apart?"""

from itertools import product

from kobe_shots.language import Said, join, say
from kobe_shots.rubric.answers import Evidence, Judged, failed, passed, untold
from kobe_shots.rubric.bases import PHASES, Bases, bases, phase_of, run_of_preparation, sizes
from kobe_shots.rubric.catalog import Entry
from kobe_shots.rubric.code import calls
from kobe_shots.rubric.folder import parts
from kobe_shots.rubric.found import Found
from kobe_shots.rubric.stores import Run
from kobe_shots.rubric.tables import Table
from kobe_shots.rubric.words import GAP, expanded, plain, says, stem

SPLITTING = r"(?:.*\.)?(?:train_test_split|StratifiedShuffleSplit|randomSplit)"
TEST_SHARE, SHARE_OFF = 0.2, 0.01
MOST_SIZES = 50
INDICATED = r"(?:^|/)data/.+/"


def phases_kept(found: Found) -> Judged:
    """3.7: the raw, filtered, train and test tables lie in folders under data, or in the run that made them."""
    files = {phase: [t for t in found.tables if phase_of(t.name) == phase] for phase in PHASES}
    indicated = {phase: next((t for t in held if _is_indicated(t)), None) for phase, held in files.items()}
    if astray := [held[0] for phase, held in files.items() if held and not indicated[phase]]:
        return failed(
            say("{table} does not lie in a folder of data.", table=astray[0].path), [table.here for table in astray]
        )
    if all(indicated.values()):
        return passed(say("There is a file for each phase: raw, filtered, train and test."), _places(indicated))
    lacking = join(", ", [say_phase(phase) for phase, table in indicated.items() if table is None])
    declared = {phase: _in_catalog(found, phase) for phase, table in indicated.items() if table is None}
    if all(declared.values()):
        return untold(
            say(
                "The catalog has a file in data of each phase, and of {lacking} none is here; run it, or give data.",
                lacking=lacking,
            ),
            [entry.here for entry in declared.values() if entry],
        )
    return failed(say("There is no file in data of {lacking}.", lacking=lacking), _places(indicated))


def split(found: Found) -> Judged:
    """3.8: a train and a test base add up to the filtered one, about 80 to 20."""
    here = [one for one in bases(found) if one.train or one.test]
    for one in here:
        if one.train is None or one.test is None:
            lacking = say_phase("train" if one.train is None else "test")
            return failed(
                say("Of {stage} there is no file of {lacking}.", stage=one.stage, lacking=lacking), _split_places(one)
            )
        whole = one.train.rows + one.test.rows
        if one.filtered and whole != one.filtered.rows:
            return failed(
                say(
                    "Train and test of {stage} have {whole:,} rows together, and the filtered base {rows:,}.",
                    stage=one.stage,
                    whole=whole,
                    rows=one.filtered.rows,
                ),
                [*_split_places(one), one.filtered.here],
            )
        share = one.test.rows / max(whole, 1)
        if abs(share - TEST_SHARE) > SHARE_OFF:
            return failed(
                say("The test base of {stage} has {share:.1%} of the rows, and not 20%.", stage=one.stage, share=share),
                _split_places(one),
            )
    if here:
        told = join(
            "; ",
            [
                say("{stage} {train:,} and {test:,} rows", stage=o.stage, train=o.train.rows, test=o.test.rows)
                for o in here
                if o.train and o.test
            ],
        )
        return passed(
            say("Train and test are apart: {told}.", told=told), [e for one in here for e in _split_places(one)]
        )
    return _split_elsewhere(found)


def say_phase(phase: str) -> Said:
    """Return what a phase is called."""
    return {"raw": say("raw"), "filtered": say("filtered"), "train": say("train"), "test": say("test")}[phase]


def _is_indicated(table: Table) -> bool:
    return table.in_store or says(INDICATED, table.path.lower())


def _in_catalog(found: Found, phase: str) -> Entry | None:
    """Return the dataset whose file in data is a phase's; one name with a placeholder may be several."""
    for entry in found.entries:
        names = [one for name in (entry.name, stem(parts(entry.file or "-")[-1])) for one in expanded(name)]
        of_any = [f"base_{part}" for part in ("train", "test") for name in names if name == f"base_{GAP}"]
        if says(INDICATED, entry.file.lower()) and phase in {phase_of(name) for name in [*names, *of_any]}:
            return entry
    return None


def _places(of_phases: dict[str, Table | None]) -> list[Evidence]:
    return [table.here for table in of_phases.values() if table]


def _split_places(one: Bases) -> list[Evidence]:
    return [table.here for table in (one.train, one.test) if table]


def _split_elsewhere(found: Found) -> Judged:
    """Judge the split by the sizes on record, or by the call that makes it."""
    run = run_of_preparation(found)
    if run and (places := _sizes_apart(run)):
        told = say("the run {name} has their sizes", name=run.name)
        return passed(say("Train and test are apart: {told}.", told=told), places)
    split_by = next(calls(found.sources, SPLITTING), None)
    if split_by is None:
        what = say("No file, run or code here tells of a train and a test base.")
        return failed(what) if found.sources else untold(say("{what} Give the folder that has them.", what=what))
    source, call = split_by
    share = call.numbers.get("test_size", 1 - call.numbers.get("train_size", 1 - (_share_in_conf(found) or 0)))
    if not share:
        return untold(
            say("The code makes a train and a test base, and not how large; give the files or the run."),
            [source.at(call.line)],
        )
    if abs(share - TEST_SHARE) > SHARE_OFF:
        return failed(
            say("The code keeps {share:.1%} of the rows to test, and not 20%.", share=share), [source.at(call.line)]
        )
    return passed(
        say("The code keeps {share:.1%} of the rows to test; no file is here to look at.", share=share),
        [source.at(call.line)],
    )


def _sizes_apart(run: Run) -> list[Evidence]:
    """Return two metrics of a run that are the rows of a train and a test base."""
    held = sizes(run)
    train, test = ([key for key in held if says(word, plain(key))][:MOST_SIZES] for word in (r"train|treino", "test"))
    for one, other in product(train, test):
        if abs(held[other] / (held[one] + held[other]) - TEST_SHARE) <= SHARE_OFF:
            return [run.at(one), run.at(other)]
    return []


def _share_in_conf(found: Found) -> float | None:
    for name in found.folder.ending(".yml", ".yaml"):
        if "conf" in parts(name):
            for line in (found.folder.text(name) or "").splitlines():
                key, _, value = line.partition(":")
                if plain(key).strip() == "test_size":
                    try:
                        return float(value.partition("#")[0])
                    except ValueError:
                        continue
    return None
