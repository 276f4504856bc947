"""Edits that repairs are made of: a word replaced, something added behind a line, a line added or left out."""

from dataclasses import replace

from dsl.findings import Edit
from dsl.source import Place


def replaced(place: Place, text: str) -> Edit:
    """Write something else in a place."""
    return Edit(place, text)


def inserted(place: Place, text: str) -> Edit:
    """Write something just before a place."""
    return Edit(replace(place, end_line=place.line, end_column=place.column), text)


def appended(place: Place, text: str) -> Edit:
    """Write something just behind a place."""
    return Edit(replace(place, line=place.end_line, column=place.end_column), text)


def added_line(below: Place, text: str) -> Edit:
    """Add a line below a line, indented like it."""
    return appended(below, f"\n{' ' * (below.column - 1)}{text}")


def deleted_line(place: Place) -> Edit:
    """Leave out the lines of a place; what stands there must be whole lines."""
    return Edit(Place(place.source, place.line, 1, place.end_line + 1, 1), "")
