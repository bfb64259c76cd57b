"""The claim that every list Liaison knows by heart has a source and a licence."""

import ast
import re
from pathlib import Path

import pytest

NLP = Path(__file__).parents[3] / "nlp"
SOURCES = (NLP / "SOURCES.md").read_text("utf-8")
ROWS = [line.strip("|").split("|") for line in SOURCES.splitlines() if line.startswith("| `")]
NAMED = {name for where, *_ in ROWS for name in re.findall(r"`([^`]+)`", where)}
MANY, LONG = 40, 500
"""So many words together, or a string so long, are a list."""


def _is_list(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    constants = (each for each in ast.walk(node.value) if isinstance(each, ast.Constant))
    words = [each.value for each in constants if isinstance(each.value, str)]
    return len(words) > MANY or any(len(word) > LONG for word in words)


def _lists() -> set[str]:
    """The modules that hold a list, and every file that is no module."""
    found = set()
    for file in NLP.rglob("*"):
        if "__pycache__" in file.parts or not file.is_file() or file.suffix == ".md":
            continue
        is_module = file.suffix == ".py"
        if not is_module or any(map(_is_list, ast.parse(file.read_text("utf-8")).body)):
            found.add(file.relative_to(NLP).as_posix())
    return found


@pytest.mark.parametrize("name", sorted(_lists()))
def test_every_list_has_its_source(name: str) -> None:
    assert name in NAMED


def test_no_source_is_named_for_what_is_gone() -> None:
    assert [name for name in sorted(NAMED) if not (NLP / name).exists()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_every_source_says_what_it_is_and_its_licence(row: list[str]) -> None:
    assert [cell for cell in row if not cell.strip()] == []
