"""Are the files of a deployment well formed, and do they say the same as the program and its documents?"""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from kobe_shots.asking import SERVED

REPOSITORY = Path(__file__).parents[2]
DECLARED = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINTERS = (
    "hadolint Containerfile",
    "shellcheck deploy/start .ci/run",
    "check-jsonschema --builtin-schema vendor.compose-spec compose.yaml",
    "check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff",
    "check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml .github/workflows/weekly.yml",
    "check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/ci.yml "
    ".github/workflows/weekly.yml",
    "yamllint --strict -c deploy/yamllint.yaml compose.yaml .github .pre-commit-config.yaml CITATION.cff",
    "zizmor --offline --no-progress .github",
)
CONTAINERFILE = (REPOSITORY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
PORTS = {"mlflow": 5000, "dt": 5001, "lr": 5002, "dashboard": 8501}


def read(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml, by name."""
    found: dict[str, dict[str, Any]] = read("compose.yaml")["services"]
    return found


@pytest.mark.parametrize("command", LINTERS)
def test_a_linter_finds_nothing(shell: dict[str, str], command: str) -> None:
    done = subprocess.run(  # noqa: S603
        command.split(), cwd=REPOSITORY, env=shell, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def copied() -> set[str]:
    """Return what the Containerfile copies from the folder that it is built in."""
    lines = re.findall(r"^COPY (?!--from)(.*)$", CONTAINERFILE, re.MULTILINE)
    return {source for line in lines for source in re.sub(r"--\S+ ", "", line).split()[:-1]}


def test_everything_that_the_image_copies_is_there_and_nothing_else_is_sent_to_its_build() -> None:
    assert all((REPOSITORY / name).exists() for name in copied())
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = {line.removeprefix("!").split("/")[0] for line in rules if line.startswith("!") and "local" not in line}
    assert sent == {name.split("/")[0] for name in copied()}
    assert {"!data/*/.gitkeep", "conf/local/*", "!conf/local/.gitkeep"} < {*rules}


def test_the_image_runs_as_nobody_and_builds_nothing() -> None:
    _, _, runtime = CONTAINERFILE.rpartition("\nFROM ")
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert "pip" not in runtime
    assert "DO_NOT_TRACK=true" in runtime


def test_one_version_everywhere(services: dict[str, dict[str, Any]]) -> None:
    version = DECLARED["version"]
    assert {one["image"] for one in services.values()} == {f"kobe-shots:{version}"}
    assert f'image.version="{version}"' in CONTAINERFILE
    assert read("CITATION.cff")["version"] == version
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(\d[^\]]*)\]", changes, re.MULTILINE)[0] == version


def test_one_licence_everywhere() -> None:
    assert read("CITATION.cff")["license"] == DECLARED["license"] == "MIT"
    assert 'image.licenses="MIT"' in CONTAINERFILE
    assert (REPOSITORY / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")


def test_the_pythons_of_ci_and_of_the_image_are_those_that_are_supported() -> None:
    declared = [one.rpartition(" ")[2] for one in DECLARED["classifiers"] if re.search(r":: 3\.\d+$", one)]
    assert read(".github/workflows/ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"] == declared
    default = re.search(r"^ARG PYTHON=(.*)$", CONTAINERFILE, re.MULTILINE)
    assert default is not None
    assert default[1] in declared


def test_every_service_is_reached_from_this_machine_at_the_port_that_the_readme_names(
    services: dict[str, dict[str, Any]],
) -> None:
    published = {name: one["ports"] for name, one in services.items() if "ports" in one}
    assert published == {name: [f"127.0.0.1:{port}:{port}"] for name, port in PORTS.items()}
    assert {int(port) for port in re.findall(r"^EXPOSE (.*)$", CONTAINERFILE, re.MULTILINE)[0].split()} == {
        *PORTS.values()
    }
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert not [port for port in PORTS.values() if f"http://127.0.0.1:{port}" not in readme]


def test_the_dashboard_asks_each_model_service_where_it_is(services: dict[str, dict[str, Any]]) -> None:
    assert {name: PORTS[name.split("_")[1]] for name in SERVED} == SERVED
    environment = services["dashboard"]["environment"]
    hosts = {name.removeprefix("KOBE_HOST_").lower(): host for name, host in environment.items() if "HOST" in name}
    assert hosts == {"dt": "dt", "lr": "lr"}


def test_every_service_is_what_its_name_says_and_may_do_no_more_than_it_must(
    services: dict[str, dict[str, Any]],
) -> None:
    assert {*services} == {"job", *PORTS}
    for name, one in services.items():
        assert one["environment"]["KOBE_ROLE"] == name
        assert one["read_only"] is one["init"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["volumes"] == ["project:/srv/kobe-shots"]
        assert one["stop_signal"] == "SIGTERM"


def test_servers_wait_for_the_job_and_the_dashboard_for_the_servers(services: dict[str, dict[str, Any]]) -> None:
    done, up = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    assert "depends_on" not in services["job"]
    for name in ("mlflow", "dt", "lr"):
        assert services[name]["depends_on"] == {"job": done}
        assert services[name]["healthcheck"]["test"] == ["CMD", "kobe-shots-start", "check"]
    assert services["dashboard"]["depends_on"] == {"job": done, "mlflow": up, "dt": up, "lr": up}


def test_workflows_may_only_read() -> None:
    for path in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml")):
        workflow = read(path.relative_to(REPOSITORY).as_posix())
        assert workflow["permissions"] == {}
        assert [job["permissions"] for job in workflow["jobs"].values()] == [{"contents": "read"}] * len(
            workflow["jobs"]
        )


def test_workflows_and_hooks_call_verbs_that_there_are() -> None:
    files = [*(REPOSITORY / ".github" / "workflows").glob("*.yml"), REPOSITORY / ".pre-commit-config.yaml"]
    asked = {verb for path in files for verb in re.findall(r"\bmake ([a-z-]+)$", path.read_text(), re.MULTILINE)}
    assert {"test", "newest", "audit", "lint", "fix", "pycaret-env"} <= asked
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert not [verb for verb in sorted(asked) if not re.search(rf"^{verb}:", makefile, re.MULTILINE)]
