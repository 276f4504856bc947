"""No Python outside the tests names a process, role, document, form or table: a new process needs no Python."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dsl.declarations import Document, Enumeration, Form, Parameter, Role, Rule, Table
from dsl.parse import parse
from dsl.source import Source
from dsl.tree import ExternalProcess, Process

ROOT = Path(__file__).parents[3]


def _is_example(path: Path) -> bool:
    """The registry of findings shows a wrong and a right text for each."""
    return path.parent.name == "dsl" and path.stem.endswith("codes")


SHORTEST = 4  # shorter names (通知, 复查) are also words of the language of the office
OPERATIONS = {"延期申请"}  # what the engine calls its own operations may also be the name of a form
CODE = sorted(
    path for room in ("engine", "dsl", "web") for path in (ROOT / room).rglob("*.py") if not _is_example(path)
)


@cache
def declared() -> frozenset[str]:
    """Every name that the definitions of the tree declare."""
    names: set[str] = set()
    for path in (ROOT / "processes").rglob("*.flow"):
        tree, _ = parse(Source.from_bytes(str(path), path.read_bytes()))
        for each in tree.declarations:
            match each:
                case (
                    Process(name)
                    | ExternalProcess(name)
                    | Document(name)
                    | Form(name)
                    | Table(name)
                    | Rule(name)
                ):
                    names.add(name.text)
                case Enumeration(name) | Parameter(name):
                    names.add(name.text)
                case Role(roles):
                    names |= {role.text for role in roles}
                case _:
                    pass
    return frozenset(name for name in names if len(name) >= SHORTEST) - OPERATIONS


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """String constants of a file that do something: docstrings only explain."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.lineno, node.value


def test_the_definitions_declare_something() -> None:
    assert len(declared()) > 50


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_names_what_a_definition_declares(path: Path) -> None:
    named = [(line, name) for line, text in texts(path) for name in declared() if name in text]

    assert named == []
