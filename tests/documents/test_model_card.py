"""Is the card of the model that is in office, with numbers from the files of its run?"""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kobe_shots.documents.model_card import REPORTING, sections
from kobe_shots.errors import KobeShotsError
from kobe_shots.job import read_report
from kobe_shots.language import speak

REPOSITORY = Path(__file__).parents[2]
CARD = (REPOSITORY / "docs" / "model_card.md").read_text(encoding="utf-8")
OF_MITCHELL = (  # arXiv 1810.03993, figure 1
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Training data",
    "Evaluation data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
)


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()[2:]]


@pytest.fixture(scope="module")
def told(simulated: Path) -> dict[str, str]:
    return sections(simulated, read_report(simulated), speak("en"))


def test_the_card_has_every_part_that_the_paper_asks_for() -> None:
    headings = re.findall(r"^## (.+)$", CARD, re.MULTILINE)
    assert set(OF_MITCHELL) <= set(headings)


def test_every_section_is_in_the_card_once(told: dict[str, str]) -> None:
    assert {name: CARD.count(f"<!-- begin {name} -->") for name in told} == dict.fromkeys(told, 1)


def test_details_are_those_of_the_champion(simulated: Path, told: dict[str, str]) -> None:
    report = read_report(simulated)
    assert report.application is not None
    champion = report.application.origin.partition("/")[0]
    assert f"`{champion}`" in told["card_details"]
    chosen = report.training["dev"].models[report.training["dev"].choice.chosen]
    assert f"`{chosen.estimator}`" in told["card_details"]
    assert all(f"`{name}`" in told["card_details"] for name in chosen.params)


def test_counts_and_metrics_are_those_of_the_report(simulated: Path, told: dict[str, str]) -> None:
    report = read_report(simulated)
    assert report.preparation is not None
    assert report.application is not None
    dev = report.preparation.bases["dev"]
    counts = [row[1] for row in rows(told["card_data"])[:3]]
    assert counts == [f"{n:,}" for n in (dev.train_rows, dev.test_rows, report.application.labelled_rows)]
    model = rows(told["card_metrics"])[2]
    assert model[3] == str(report.application.metrics["log_loss"])
    skill = report.application.skill
    assert skill is not None
    assert model[-1] == f"{skill.value:+.4f} [{skill.low:+.4f}, {skill.high:+.4f}]"


def test_every_segment_has_a_line_with_its_n_and_intervals_or_says_that_it_cannot_be_told(
    simulated: Path, told: dict[str, str]
) -> None:
    table = pd.read_parquet(simulated / REPORTING / "segments.parquet")
    for section, batch in (("card_segments_two", "dev_test"), ("card_segments_three", "prod")):
        segments, lines = table[table["batch"] == batch], rows(told[section])
        assert [line[2] for line in lines] == [f"{n:,}" for n in segments["labelled"]]
        known = segments["skill"].notna().tolist()
        assert any(known)
        assert [
            bool(re.fullmatch(r"[+-]0\.\d{4} \[[+-]\d\.\d{4}, [+-]\d\.\d{4}\]", line[-1])) for line in lines
        ] == known
        assert [line[-1] == "cannot tell" for line in lines] == [not one for one in known]


def test_every_season_has_a_line(simulated: Path, told: dict[str, str]) -> None:
    health = pd.read_parquet(simulated / REPORTING / "health.parquet")
    windows = health.loc[health["batch"] == "prod", "window"].unique()
    assert [line[0] for line in rows(told["card_seasons_three"])] == [one for one in windows if one != "all"]


def test_it_is_said_in_portuguese(simulated: Path) -> None:
    portuguese = sections(simulated, read_report(simulated), speak("pt"))
    assert "arremessos com resultado" in portuguese["card_segments_two"]
    assert "área restrita" in portuguese["card_segments_two"]
    assert re.search(r"\d,\d{3} \[\d,\d{3}; \d,\d{3}\]", portuguese["card_metrics"])


def test_the_card_of_a_retrained_champion_is_refused(simulated: Path) -> None:
    report = read_report(simulated)
    assert report.application is not None
    retrained = report.application.model_copy(update={"origin": "kobe_shot_challenger/1"})
    with pytest.raises(KobeShotsError, match=r"a champion that Treinamento chose, and kobe_shot_challenger/1 is in"):
        sections(simulated, report.model_copy(update={"application": retrained}), speak("en"))


def test_a_run_that_lacks_a_step_is_refused(simulated: Path) -> None:
    report = read_report(simulated).model_copy(update={"application": None})
    with pytest.raises(KobeShotsError, match=r"needs a whole run; run the job first"):
        sections(simulated, report, speak("en"))


@pytest.mark.parametrize("missing", ["segments.parquet", "health.parquet", "picked.json"])
def test_a_file_that_is_missing_is_named(simulated: Path, tmp_path: Path, missing: str) -> None:
    shutil.copytree(simulated / REPORTING, tmp_path / REPORTING)
    for path in (tmp_path / REPORTING).rglob(missing):
        path.unlink()
    with pytest.raises(KobeShotsError, match=rf"{re.escape(missing)} .*run the job again: make run"):
        sections(tmp_path, read_report(simulated), speak("en"))
