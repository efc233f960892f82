"""Does every command do its step, in a run of the step's own name, and say what must be made first?"""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from click.testing import CliRunner, Result
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from kobe_shots import console, job

COMMANDS = {
    "kedro run --tags=preprocessing": ["PreparacaoDados"],
    "kedro run --pipeline=PreparacaoDados": ["PreparacaoDados"],
    "kedro run --tags=training_dev": ["Treinamento"],
    "kedro run --tags=training_prod": ["Treinamento"],
    "kedro run --tags=metrics": ["Treinamento"],
    "kedro run --pipeline=PipelineAplicacao": ["PipelineAplicacao"],
    "KedroSession": ["PreparacaoDados", "PipelineAplicacao"],
    "kobe-shots run": ["PreparacaoDados", "Treinamento", "PipelineAplicacao", "Monitoramento"],
    "kobe-shots apply": ["PipelineAplicacao"],
}
AS_TYPED = {"kedro run --tags=preprocessing": ["PreparacaoDados"], "python aplicacao.py": ["PipelineAplicacao"]}


@pytest.fixture(scope="module")
def runs_of(
    tmp_path_factory: pytest.TempPathFactory,
    make_project: Callable[[Path], Path],
    kedro_run: Callable[..., Result],
    shell: dict[str, str],
) -> dict[str, Counter[str]]:
    """Type all commands one after another in one project; the names of the finished runs each of them left."""
    project = make_project(tmp_path_factory.mktemp("commands"))
    left: dict[str, Counter[str]] = {}
    seen: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for command in COMMANDS:
            _type(command, project, kedro_run)
            now = _finished_runs(project)
            left[command], seen = now - seen, now
        for command in AS_TYPED:
            subprocess.run(command.split(), env=shell, check=True, capture_output=True)  # noqa: S603
            now = _finished_runs(project)
            left[f"{command}, as typed"], seen = now - seen, now
    return left


@pytest.mark.parametrize(("command", "names"), COMMANDS.items())
def test_a_command_leaves_one_run_for_each_of_its_steps(
    runs_of: dict[str, Counter[str]], command: str, names: list[str]
) -> None:
    assert runs_of[command] == Counter(names)


@pytest.mark.parametrize(("command", "names"), AS_TYPED.items())
def test_a_command_typed_in_a_shell_does_too(runs_of: dict[str, Counter[str]], command: str, names: list[str]) -> None:
    assert runs_of[f"{command}, as typed"] == Counter(names)


def test_the_seed_environment_picks_by_f1(quick: Path, kedro_run: Callable[..., Result]) -> None:
    seeded = ("--env=seed", "--params=tuning.candidates=4,tuning.folds=2")
    assert kedro_run(*seeded, "--tags=preprocessing,training_dev").exit_code == 0
    models = job.read_report(quick).training["dev"].models
    assert {model.picked_by for model in models.values()} == {"f1"}
    assert {model.candidates for model in models.values()} == {4}


def test_a_new_champion_is_not_reported_with_what_the_one_before_did(
    quick: Path, kedro_run: Callable[..., Result]
) -> None:
    assert kedro_run().exit_code == 0
    assert job.read_report(quick).application is not None
    assert kedro_run("--tags=training_prod").exit_code == 0
    assert job.read_report(quick).application is not None
    assert kedro_run("--tags=training_dev").exit_code == 0
    assert job.read_report(quick).application is None
    assert kedro_run("--pipeline=PipelineAplicacao").exit_code == 0
    applied = job.read_report(quick).application
    assert applied is not None
    assert applied.model_version == 2


def test_a_run_of_one_step_keeps_what_the_report_says_of_the_others(
    quick: Path, kedro_run: Callable[..., Result]
) -> None:
    assert kedro_run("--tags=preprocessing,training_dev").exit_code == 0
    before = job.read_report(quick)
    assert kedro_run("--tags=preprocessing").exit_code == 0
    after = job.read_report(quick)
    assert after.training == before.training
    assert after.runs["Treinamento"] == before.runs["Treinamento"]
    assert after.runs["PreparacaoDados"] != before.runs["PreparacaoDados"]


@pytest.mark.parametrize(
    "option",
    ["--tags=preprocessing", "--pipeline=PreparacaoDados", "--pipeline=PipelineAplicacao", "--tags=application"],
)
@pytest.mark.usefixtures("project")
def test_without_raw_shots_a_step_says_how_to_get_them(kedro_run: Callable[..., Result], option: str) -> None:
    result = kedro_run(option)
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: The raw folder lacks dataset_kobe_dev.parquet and dataset_kobe_prod.parquet. "
        "Fetch the data: kobe-shots fetch.\n"
    )


@pytest.mark.parametrize(
    ("option", "first"),
    [
        ("--tags=training_dev", "kedro run --pipeline=PreparacaoDados"),
        ("--tags=training_prod", "kedro run --pipeline=PreparacaoDados"),
        ("--pipeline=Treinamento", "kedro run --pipeline=PreparacaoDados"),
        ("--tags=metrics", "kedro run --pipeline=PreparacaoDados, then kedro run --pipeline=Treinamento"),
        (
            "--pipeline=PipelineAplicacao",
            "kedro run --pipeline=PreparacaoDados, then kedro run --pipeline=Treinamento",
        ),
    ],
)
@pytest.mark.usefixtures("quick")
def test_a_step_whose_input_is_missing_says_which_command_makes_it(
    kedro_run: Callable[..., Result], option: str, first: str
) -> None:
    result = kedro_run(option)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: This step reads what is not there yet: ")
    assert result.stderr.endswith(f" Make it first: {first}.\n")


def test_one_file_missing_in_the_middle_is_named(quick: Path, kedro_run: Callable[..., Result]) -> None:
    assert kedro_run("--tags=preprocessing").exit_code == 0
    (quick / "data" / "05_model_input" / "base_test_dev.parquet").unlink()
    assert kedro_run("--tags=training_dev").stderr == (
        "Error: This step reads what is not there yet: base_test_dev. "
        "Make it first: kedro run --pipeline=PreparacaoDados.\n"
    )


@pytest.mark.usefixtures("project")
def test_the_application_without_a_project_around_it_says_so(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = CliRunner().invoke(console.main, ["apply"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not in a kobe-shots project; go to one, or make one: `kobe-shots new FOLDER`." in result.stderr


def _type(command: str, project: Path, kedro_run: Callable[..., Result]) -> None:
    program, *options = command.split()
    if program == "KedroSession":
        bootstrap_project(project)
        with KedroSession.create(project_path=project) as session:
            session.run(tags=["preprocessing", "application"])
        return
    result = kedro_run(*options[1:]) if program == "kedro" else CliRunner().invoke(console.main, options)
    assert result.exit_code == 0, result.stderr


def _finished_runs(project: Path) -> Counter[str]:
    client = mlflow.MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments, filter_string="attributes.status = 'FINISHED'")
    return Counter(str(run.info.run_name) for run in runs)


def test_a_model_is_not_measured_on_bases_it_did_not_learn_from(quick: Path, kedro_run: Callable[..., Result]) -> None:
    assert kedro_run("--tags=preprocessing,training_dev,application").exit_code == 0
    before = job.read_report(quick).application
    again = kedro_run("--tags=preprocessing", "--params=preparation.seed=7")
    assert again.exit_code == 0, again.stderr
    assert job.read_report(quick).training == {}
    # the champion carries the bases it was trained and measured on, the models beside it do not
    assert kedro_run("--pipeline=PipelineAplicacao").exit_code == 0
    assert job.read_report(quick).application == before
    for option in ("--pipeline=Monitoramento", "--nodes=promote"):
        refused = kedro_run(option)
        assert refused.exit_code == 1
        assert "Train first: kedro run --pipeline=Treinamento." in refused.stderr
