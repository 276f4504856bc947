"""`anliu`: the command line. Exit 0 done, 1 refused or found something, 2 wrong usage."""

import sys
from importlib import import_module
from typing import Final

import click

from engine.errors import Refusal

_COMMANDS: Final = {
    "init": "web.cli_town",
    "check": "web.cli_definitions",
    "fmt": "web.cli_definitions",
    "describe": "web.cli_views",
    "graph": "web.cli_views",
    "test": "web.cli_scenarios",
    "deploy": "web.cli_deploy",
    "explain": "web.cli_explain",
    "articles": "web.cli_articles",
    "lsp": "web.cli_lsp",
    "cases": "web.cli_cases",
    "trace": "web.cli_cases",
    "verify": "web.cli_cases",
    "export": "web.cli_cases",
    "org": "web.cli_town",
    "calendar": "web.cli_town",
    "user": "web.cli_town",
    "db": "web.cli_town",
    "serve": "web.cli_server",
    "worker": "web.cli_server",
    "demo": "web.cli_server",
}
"""Each command and the module that holds the function of its name."""


class _Commands(click.Group):
    """A group whose commands are loaded when they are run, so that `anliu check` needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # asked by click
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # the same
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(module), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="anliu")
def group() -> None:
    """安流：乡镇安全生产流程。"""


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1."""
    try:
        group()
    except Refusal as refusal:
        from web.refused import refusal_sentence

        click.echo(f"{refusal.code} {refusal_sentence(refusal)}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
