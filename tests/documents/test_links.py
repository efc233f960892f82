"""Does every link of the documents lead somewhere?"""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OUTSIDE = ("http://", "https://", "mailto:")
DOCUMENTS = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`(?!\])", " ", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [to for to in LINK.findall(text) if not to.startswith(OUTSIDE) and not (document.parent / to).exists()]
    assert not missing


def test_the_documents_are_linked_to_at_all() -> None:
    assert all(
        len(LINK.findall((REPOSITORY / name).read_text(encoding="utf-8"))) > 20
        for name in ("README.md", "README.pt-BR.md")
    )
