"""Paths that commands on definitions take."""

from pathlib import Path

import click

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


def flow_files(paths: tuple[Path, ...]) -> list[Path]:
    """The .flow files of paths, those of folders included."""
    return [file for path in paths for file in (sorted(path.rglob("*.flow")) if path.is_dir() else [path])]
