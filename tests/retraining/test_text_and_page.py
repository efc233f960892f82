"""Do the words, the figure and the page of a comparison say what it holds?"""

from collections.abc import Mapping
from html.parser import HTMLParser

import pandas as pd
import pytest

from kobe_shots.retraining import replay_page, text
from kobe_shots.retraining.comparison import Comparison, compare
from kobe_shots.retraining.oracle import start_oracle
from kobe_shots.retraining.outcomes import Received
from kobe_shots.retraining.replay import Replay
from kobe_shots.retraining.tables import tabulate_decisions, tabulate_games


@pytest.fixture(scope="module")
def tables(replays: Mapping[str, Replay]) -> tuple[Comparison, pd.DataFrame, pd.DataFrame]:
    """The comparison of all policies on the switch, and the tables the page is drawn from."""
    never = replays["never"]
    oracle = start_oracle(never.career, "dt", never.rules.how, 60)
    while not oracle.is_over:
        oracle.play()
    return (
        compare("switch", 24, replays, oracle.probability, 60),
        tabulate_games(replays, oracle.probability, 60),
        tabulate_decisions(replays),
    )


def test_every_policy_is_a_line_with_its_figures(tables: tuple[Comparison, pd.DataFrame, pd.DataFrame]) -> None:
    compared, _, _ = tables
    lines = text.render(compared).splitlines()
    assert lines[0].startswith(f"two-pointers, then three-pointers (switch): {compared.games:,} games")
    for one in compared.results:
        (line,) = (line for line in lines if line.startswith(f"{one.policy} "))
        assert f"{one.log_loss:.4f}" in line
        assert f"{one.gain.value:+.4f} [{one.gain.low:+.4f}, {one.gain.high:+.4f}]" in line
        assert line.split()[-1] == f"{one.labels_used:,}"
    assert compared.conclusion in lines


def test_columns_stand_under_each_other(tables: tuple[Comparison, pd.DataFrame, pd.DataFrame]) -> None:
    lines = text.render(tables[0]).splitlines()
    head = lines.index(next(line for line in lines if line.startswith("policy")))
    at = lines[head].index("retrainings")
    assert all(line[at - 1] == " " != line[at] for line in lines[head + 1 : head + 6])


def test_the_first_action_after_the_change_is_told(tables: tuple[Comparison, pd.DataFrame, pd.DataFrame]) -> None:
    compared, _, _ = tables
    both = next(one for one in compared.results if one.policy == "both")
    assert f"both: acts {both.action_after:,} shots after the change" in text.render(compared)


def test_odd_labels_are_told_and_others_are_not(tables: tuple[Comparison, pd.DataFrame, pd.DataFrame]) -> None:
    compared, _, _ = tables
    assert "labels 3" not in text.render(compared)
    odd = Received(arrived=1_000, counted=9, repeated=3, contradicted=2, waiting=4, earlier_than_before=5)
    last = compared.results[-1].model_copy(update={"received": odd})
    changed = compared.model_copy(update={"results": (*compared.results[:-1], last)})
    assert text.render(changed).splitlines()[-1] == (
        "Of 1,000 labels 3 came twice, 2 contradict another and count no more, 4 are of shots that were never scored, "
        "5 name an earlier game than labels before them."
    )


class Text(HTMLParser):
    """Collects what a reader sees, and what the picture says to those who cannot see it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.labels: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.labels += [value or "" for name, value in attrs if name == "aria-label"]

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.seen.append(data.strip())


def test_the_page_shows_the_conclusion_every_policy_and_every_change_of_champion(
    tables: tuple[Comparison, pd.DataFrame, pd.DataFrame],
) -> None:
    compared, games, decisions = tables
    page = Text()
    page.feed(replay_page.render(compared, games, decisions))
    assert compared.conclusion in page.seen
    for one in compared.results:
        assert one.policy in page.seen
        assert f"{one.log_loss:.4f}" in page.seen
    promoted = decisions[decisions["answer"] == "promote"]
    assert len(promoted)
    assert all(verdict in page.seen for verdict in promoted["verdict"])
    regret = games[games["policy"] == "never"]["regret"].iloc[-1]
    assert f"never {regret:.0f};" in page.labels[0]


def test_a_replay_without_any_change_has_a_page_too(tables: tuple[Comparison, pd.DataFrame, pd.DataFrame]) -> None:
    compared, games, decisions = tables
    assert "<td>none</td>" in replay_page.render(compared, games, decisions[decisions["answer"] == "nothing"])
