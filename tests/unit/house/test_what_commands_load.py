"""Text is checked without what a town needs, or another command: loading it is most of what an author waits for.

Neither the database nor the web, no library of graphs, no pictures and prose, no people and posts: they would triple the
time of `anliu check`.
"""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from web.cli import _COMMANDS, group

ROOT = Path(__file__).parents[3]
FILE = "processes/shared/roles.flow"
COMPILE = "import dsl; dsl.compile_text('角色 甲\\n')"
FOREIGN = {
    "sqlalchemy",
    "alembic",
    "flask",
    "jinja2",
    "argon2",
    "cryptography",
    "gherkin",
    "networkx",
    "docxtpl",
}
TOWN = {
    "engine.service",
    "engine.schema",
    "engine.views",
    "engine.directory",
    "engine.occurrences",
    "engine.decide",
}
OTHER = {
    "dsl.diagram",
    "dsl.describing",
    "dsl.editor",
    "dsl.scenarios",
    "dsl.repair",
    "dsl.recovery",
    "dsl.staffing_checks",
}
COMPILER = {"dsl.compile", "dsl.checks", "dsl.lower", "engine.definition", "engine.soundness"}


def calling(*arguments: str) -> str:
    """Program that runs a command."""
    return f"from web.cli import group; group({list(arguments)!r}, standalone_mode=False)"


def loaded_by(program: str) -> set[str]:
    """Modules that a program in a process of its own has loaded at its end."""
    said = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(); print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("program", [COMPILE, calling("check", FILE)], ids=["compile", "check"])
def test_a_check_loads_nothing_of_a_town_and_no_other_command(program: str) -> None:
    assert loaded_by(program) & (FOREIGN | TOWN | OTHER) == set()


@pytest.mark.parametrize("command", [["fmt", "--check", FILE], ["explain", "C01"]], ids=["fmt", "explain"])
def test_to_format_and_to_explain_loads_no_check(command: list[str]) -> None:
    assert loaded_by(calling(*command)) & (COMPILER | FOREIGN | TOWN) == set()


def test_the_list_of_commands_loads_none_of_them() -> None:
    assert loaded_by(calling("--help")) & {module for module, _ in _COMMANDS.values()} == set()


def test_every_command_of_the_list_is_there_and_says_the_same_of_itself() -> None:
    context = click.Context(group)
    commands = [(name, group.get_command(context, name)) for name in group.list_commands(context)]

    said = {name: command.get_short_help_str(200) for name, command in commands if command is not None}

    assert said == {name: sentence for name, (_, sentence) in _COMMANDS.items()}
