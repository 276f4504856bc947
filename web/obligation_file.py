"""The list of obligations as a file that a person names on the command line."""

import json
from pathlib import Path

import click

from engine.obligations import Obligation, ObligationsMalformed, read_obligations


def obligations_of(file: Path) -> tuple[Obligation, ...]:
    """Read a list of obligations for a person.

    Raises:
        click.ClickException: it cannot be read.
    """
    try:
        return read_obligations(json.loads(file.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, ObligationsMalformed) as problem:
        raise click.ClickException(f"{file} 读不懂：{problem}") from problem
