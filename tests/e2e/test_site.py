"""Is there a site of the documents, with nothing missing? Built as `make site` does, every warning an error."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCES = REPOSITORY / "src" / "kobe_shots"
SHOWN = ("shots", "models", "monitoring", "aggregates", "retraining", "audit", "engines", "rubric", "pipelines")
FROM_ELSEWHERE = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="https?:')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env=quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_document_is_a_page_in_both_languages(site: Path) -> None:
    documents = [path.stem for path in (REPOSITORY / "docs").glob("*.md") if not path.stem.endswith(".pt-BR")]
    assert [name for name in documents if not (site / f"{name}.html").is_file()] == []
    assert [name for name in documents if not (site / "pt-BR" / f"{name}.html").is_file()] == []
    # one that is translated is not shown in English there
    for path in (REPOSITORY / "docs").glob("*.pt-BR.md"):
        name = path.name.removesuffix(".pt-BR.md")
        titles = [(folder / f"{name}.html").read_text(encoding="utf-8") for folder in (site, site / "pt-BR")]
        assert 'lang="en"' in titles[0]
        assert 'lang="pt' in titles[1]
        assert titles[0] != titles[1]


def test_every_page_of_the_menu_is_there_and_every_document_is_in_it() -> None:
    named = re.findall(r"^ +- .*: (\S+\.md)$", (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    documents = (REPOSITORY / "docs").rglob("*.md")
    there = [path.relative_to(REPOSITORY / "docs").as_posix() for path in documents if ".pt-BR" not in path.name]
    assert sorted(named) == sorted(there)


@pytest.mark.parametrize("package", SHOWN)
def test_every_module_and_public_function_is_in_the_reference(site: Path, package: str) -> None:
    page = (site / "api" / f"{package}.html").read_text(encoding="utf-8")
    modules = [path for path in (SOURCES / package).rglob("*.py") if path.name != "__init__.py"]
    assert modules
    missing = []
    for path in modules:
        name = ".".join(path.relative_to(SOURCES.parent).with_suffix("").parts)
        text = path.read_text(encoding="utf-8")
        named = [f"{name}.{found}" for found in re.findall(r"^(?:def|class) ([a-zA-Z]\w*)", text, re.MULTILINE)]
        missing += [one for one in [name, *named] if f'id="{one}"' not in page]
    assert not missing


def test_examples_are_code(site: Path) -> None:
    page = (site / "api" / "models.html").read_text(encoding="utf-8")
    assert "&gt;&gt;&gt;" in page
    assert "<blockquote>" not in page


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loading = {path.name: FROM_ELSEWHERE.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert {name: found for name, found in loading.items() if found} == {}
