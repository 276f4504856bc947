"""Text is checked without the parts that a town needs: they would triple the time of `anliu check`."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from web.cli import group

ROOT = Path(__file__).parents[3]
COMPILE = "import dsl; dsl.compile_text('角色 甲\\n')"
CHECK = "from web.cli import group; group(['check', 'processes/shared/roles.flow'], standalone_mode=False)"


@pytest.mark.parametrize("doing", [COMPILE, CHECK])
def test_neither_the_database_nor_the_web_is_loaded(doing: str) -> None:
    foreign = {"sqlalchemy", "alembic", "flask", "jinja2", "argon2", "cryptography", "gherkin"}

    said = subprocess.run(
        [sys.executable, "-c", f"{doing}; import sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert not foreign & set(said.stdout.split())


def test_every_command_of_the_list_is_there_when_it_is_called() -> None:
    context = click.Context(group)

    assert {group.get_command(context, name).name for name in group.list_commands(context)} == set(  # type: ignore[union-attr]
        group.list_commands(context)
    )
