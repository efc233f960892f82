"""Is a replay shown as its tables tell it, game by game, and can it be played and stopped?"""

import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from tests.page.conftest import OpenPage, boxes

from kobe_shots.models.evaluation import Estimate
from kobe_shots.retraining.comparison import Comparison, Result
from kobe_shots.retraining.outcomes import Received

FOLDER = Path("data/08_reporting/replay/production_dt")
POLICIES = ("never", "reactive")
FIRST, LAST, CHANGED = 100, 300, 180
LOSS = {"never": 0.7, "reactive": 0.5, "oracle": 0.4}  # a game, after the change; before it all lose alike


def estimate(value: float) -> Estimate:
    return Estimate(metric="log_loss", value=value, low=value - 0.01, high=value + 0.01, n=2_000)


def result(policy: str, gain: float, trained: int) -> Result:
    return Result(
        policy=policy,
        log_loss=0.65 - gain,
        gain=estimate(gain),
        regret=estimate(0.02 - gain),
        recovered=gain / 0.02,
        retrainings=trained,
        in_vain=trained // 2,
        fitted=trained,
        promotions=trained // 3,
        labels_used=1_000,
        action_after=None,
        promotion_after=None,
        received=Received(**dict.fromkeys(Received.model_fields, 0)),
        served=(),
    )


@pytest.fixture
def games() -> pd.DataFrame:
    rows = []
    for policy, loss in LOSS.items():
        total = regret = 0.0
        for game in range(FIRST, LAST + 1):
            total += loss if game > CHANGED else 0.4
            regret += loss - 0.4 if game > CHANGED else 0.0
            version = 1 + (policy == "reactive" and game > CHANGED)
            row = {"policy": policy, "game": game, "date": f"2003-{1 + game % 12:02d}-01", "shots": 10, "labelled": 10}
            rows.append(row | {"log_loss": 0.4, "cumulative": total, "regret": regret, "version": version})
    return pd.DataFrame(rows)


@pytest.fixture
def replayed(reported: Path, games: pd.DataFrame) -> Path:
    """A project with one replay, in which the reactive policy changes the champion once."""
    folder = reported / FOLDER
    folder.mkdir(parents=True)
    games.to_parquet(folder / "games.parquet")
    decisions = [("reactive", CHANGED, "promote"), ("reactive", 200, "reject"), ("never", 210, None)]
    pd.DataFrame(decisions, columns=["policy", "game", "answer"]).to_parquet(folder / "decisions.parquet")
    compared = Comparison(
        scenario="production",
        family="dt",
        challengers=("dt", "lr"),
        seed=24,
        games=201,
        shots=2_010,
        labelled=2_000,
        counts=0.002,
        oracle=0.6,
        oracle_every=1,
        advantage=estimate(0.02),
        results=(result("never", 0.0, 0), result("reactive", 0.0123, 6)),
        conclusion="Reactive is worth it.",
    )
    (folder / "comparison.json").write_text(compared.model_dump_json())
    return reported


def chart(page: AppTest) -> str:
    return str(page.get("vega_lite_chart")[-1].proto.alt)


def at_game(page: AppTest) -> pd.DataFrame:
    (table,) = (table.value for table in page.table if "regret" in table.value)
    return table


@pytest.mark.usefixtures("finished")
def test_without_a_replay_the_command_that_makes_one_is_said(open_page: OpenPage) -> None:
    page = open_page("retraining")
    assert any(box.endswith("`kobe-shots replay --scenario production`") for box in boxes(page, "info"))
    assert not page.button(key="do_replay").disabled
    assert not page.slider


@pytest.mark.usefixtures("replayed")
def test_a_replay_is_shown_to_its_end_with_its_conclusion(open_page: OpenPage, games: pd.DataFrame) -> None:
    page = open_page("retraining")
    assert any("Reactive is worth it." in element.value for element in page.markdown)
    last = games[games["game"] == LAST].set_index("policy")
    assert page.slider(key="replay_game").value == LAST
    table = at_game(page)
    assert table["policy"].tolist() == ["never", "reactive"]  # the oracle is what regret is measured against
    assert table["regret"].tolist() == [f"{last['regret'][policy]:+,.1f}" for policy in POLICIES]
    assert table["log loss so far"].tolist() == [f"{last['cumulative'][policy]:,.1f}" for policy in POLICIES]
    assert chart(page) == (
        "Regret over the oracle up to game 300: never 36.0 nats, changes of champion: 0; reactive 12.0 nats, changes "
        "of champion: 1."
    )
    (ends,) = (table.value for table in page.table if "gain over never" in table.value)
    assert ends["gain over never"].tolist() == ["+0.0000 [-0.0100, +0.0100]", "+0.0123 [+0.0023, +0.0223]"]
    assert ends["trained, in vain, promoted"].tolist() == ["0, 0, 0", "6, 3, 2"]


@pytest.mark.usefixtures("replayed")
def test_the_slider_shows_any_game_and_what_had_happened_by_then(open_page: OpenPage, games: pd.DataFrame) -> None:
    page = open_page("retraining")
    for game, changes in ((CHANGED, 1), (CHANGED - 1, 0), (250, 1)):
        page.slider(key="replay_game").set_value(game).run()
        assert not page.exception
        regret = games[(games["game"] == game) & (games["policy"] == "reactive")]["regret"].iloc[0]
        assert f"reactive {regret:,.1f} nats, changes of champion: {changes}" in chart(page)
        assert at_game(page)["regret"].tolist()[1] == f"{regret:+,.1f}"


@pytest.mark.usefixtures("replayed")
def test_it_plays_from_the_first_game_to_the_last_and_stops(open_page: OpenPage) -> None:
    page = open_page("retraining")
    page.button(key="replay_toggle").click().run()
    assert page.button(key="replay_toggle").label == "Pause"
    seen = [page.slider(key="replay_game").value]
    assert FIRST <= seen[0] < FIRST + 20
    while page.button(key="replay_toggle").label == "Pause" and len(seen) < 60:
        page.run()
        assert not page.exception
        seen.append(page.slider(key="replay_game").value)
    assert seen == sorted(seen)
    assert (seen[-1], page.button(key="replay_toggle").label) == (LAST, "Play")


@pytest.mark.usefixtures("replayed")
def test_it_can_be_paused_and_goes_on_from_there(open_page: OpenPage) -> None:
    page = open_page("retraining")
    page.button(key="replay_toggle").click().run()
    page.run()
    page.button(key="replay_toggle").click().run()
    paused = page.slider(key="replay_game").value
    assert page.run().slider(key="replay_game").value == paused
    page.button(key="replay_toggle").click().run()
    assert paused < page.slider(key="replay_game").value < paused + 20


def test_in_portuguese_policies_and_numbers_are_said_so(replayed: Path, open_page: OpenPage) -> None:
    assert replayed.is_dir()
    page = open_page("retraining", lang="pt")
    assert chart(page).startswith("Arrependimento em relação ao oráculo até o jogo 300: nunca 36,0 nats")
    assert page.button(key="replay_toggle").label == "Reproduzir"


def test_a_replay_of_another_version_is_left_out_and_one_without_tables_says_so(
    replayed: Path, open_page: OpenPage
) -> None:
    (replayed / FOLDER / "games.parquet").unlink()
    assert "The tables of this replay are not whole; play it again." in boxes(open_page("retraining"), "info")
    whole = json.loads((replayed / FOLDER / "comparison.json").read_text())
    (replayed / FOLDER / "comparison.json").write_text(json.dumps(whole | {"conclusion": None}))
    assert any("No policy has been replayed here." in box for box in boxes(open_page("retraining"), "info"))
