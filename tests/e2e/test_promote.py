"""Does a challenger that waits take office when somebody says so, once, and as it was judged?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kobe_shots import console, job
from kobe_shots.datasets import ChampionDataset
from kobe_shots.report import Report, Retrained

CHAMPION = ChampionDataset(name="kobe_shot", alias="champion")


def type_(*words: str) -> Result:
    return CliRunner().invoke(console.main, words)


@dataclass
class Asked:
    """A project whose challenger waited, was promoted, asked for again, withdrawn, and asked for once more."""

    before: Result
    waits: Result
    waiting: Report
    office_then: int | None
    promoted: Result
    after: Report
    carried: list[int]
    again: Result
    withdrawn: Result
    once_more: Result
    office_now: int | None


@pytest.fixture(scope="module")
def asked(ailing: Path, tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path, Path], Path]) -> Asked:
    project = copy_project(ailing, tmp_path_factory.mktemp("asked"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        before = type_("promote")
        waits = type_("retrain", "--ask")
        waiting, office_then = job.read_report(project), CHAMPION.version_in_office()
        promoted = type_("promote", "--reason", "the gate says so")
        after = job.read_report(project)
        champion = CHAMPION.load()
        again = type_("promote")
        withdrawn = type_("rollback")
        once_more = type_("promote")
        office_now = CHAMPION.version_in_office()
    carried = [len(champion.train), len(champion.test)]
    return Asked(before, waits, waiting, office_then, promoted, after, carried, again, withdrawn, once_more, office_now)


def told(report: Report) -> Retrained:
    assert report.retraining is not None
    return report.retraining


def test_without_a_challenger_there_is_nothing_to_promote(asked: Asked) -> None:
    assert asked.before.exit_code == 1
    assert asked.before.stderr.startswith("Error: No challenger has been trained yet; train one: `kobe-shots retrain")


def test_a_challenger_that_passes_the_gate_waits(asked: Asked) -> None:
    assert asked.waits.exit_code == 0, asked.waits.stderr
    record = told(asked.waiting)
    assert record.challenge is not None
    assert (record.tried, record.promoted, record.challenge.promoted_as, asked.office_then) == (True, False, None, 2)
    assert record.challenge.version == 1
    for said in ("The gate says PROMOTE.", "kobe_shot version 2 stays in office.", "`kobe-shots promote --reason"):
        assert said in asked.waits.stdout


def test_it_takes_office_when_somebody_says_so(asked: Asked) -> None:
    assert asked.promoted.exit_code == 0, asked.promoted.stderr
    assert asked.promoted.stdout.startswith(
        "kobe_shot version 3, a copy of kobe_shot_challenger/1, is in office. Score and watch the shots with it:"
    )
    record = told(asked.after)
    assert record.challenge is not None
    assert record.challenge.promoted_as == 3
    assert asked.carried[0] == record.challenge.learned
    assert (asked.after.application, asked.after.monitoring) == (None, None)


def test_said_again_it_changes_nothing(asked: Asked) -> None:
    assert asked.again.exit_code == 0
    assert asked.again.stdout.startswith("kobe_shot version 3, a copy of kobe_shot_challenger/1, is in office already")


def test_after_a_rollback_it_may_be_asked_for_once_more(asked: Asked) -> None:
    assert asked.withdrawn.stdout.startswith("kobe_shot version 2 is in office again")
    assert (asked.once_more.exit_code, asked.office_now) == (0, 4)
