"""The core never looks at the clock: now is handed in. (That it imports nothing impure, `make check` shows.)"""

import ast
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[3]
CLOCKS = {"now", "utcnow", "today"}


def core() -> list[str]:
    """Modules that the purity contract names, and every engine module that they import."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (named,) = (
        contract["source_modules"] for contract in contracts if contract["name"].startswith("the core")
    )
    graph = grimp.build_graph("engine")
    inside = {module for name in named for module in (name, *graph.find_descendants(name))}
    return sorted(inside | {needed for module in inside for needed in graph.find_upstream_modules(module)})


@pytest.mark.parametrize("module", core())
def test_no_module_of_the_core_reads_a_clock(module: str) -> None:
    path = ROOT / (module.replace(".", "/") + ".py")
    source = path if path.exists() else path.with_suffix("") / "__init__.py"
    calls = (
        node.func
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )

    read = [
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute)
        and call.attr in CLOCKS
        and isinstance(call.value, ast.Name)
        and call.value.id in {"date", "datetime"}
    ]

    assert read == []
