"""`anliu`: the command line. Exit 0 done, 1 refused or found something, 2 wrong usage."""

import sys

import click

from engine.errors import Refusal
from web import cli_cases, cli_definitions, cli_scenarios, cli_server, cli_town
from web.refused import refusal_sentence


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="anliu")
def group() -> None:
    """安流：乡镇安全生产流程。"""


for command in (
    cli_town.init,
    cli_definitions.check,
    cli_definitions.fmt,
    cli_definitions.graph,
    cli_scenarios.test,
    cli_definitions.deploy,
    cli_definitions.explain,
    cli_cases.cases,
    cli_cases.trace,
    cli_cases.verify,
    cli_cases.export,
    cli_town.org,
    cli_town.calendar,
    cli_town.user,
    cli_town.db,
    cli_server.serve,
    cli_server.worker,
    cli_server.demo,
):
    group.add_command(command)


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1."""
    try:
        group()
    except Refusal as refusal:
        click.echo(f"{refusal.code} {refusal_sentence(refusal)}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
