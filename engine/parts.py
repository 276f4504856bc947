"""Every part of a definition, one after the other: for those who look for one kind of part wherever it stands."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def parts_of(part: object) -> Iterator[object]:
    """Yield a part and everything inside it, outermost first."""
    if isinstance(part, tuple):
        for each in part:
            yield from parts_of(each)
    elif is_dataclass(part) and not isinstance(part, type):
        yield part
        for slot in fields(part):
            yield from parts_of(getattr(part, slot.name))
