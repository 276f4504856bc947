"""How small immutable values are declared.

`Struct` is for what every command makes and copies (state, events): laid out and compared in C, frozen also at run
time, and left out of the garbage collector's rounds, because a value that never changes cannot come to hold itself.
`record` is for trees that are built once and read often (definitions, findings): it takes keyword-only fields and
fields that do not count in comparison. A command that reads one text declares four hundred of them, and `dataclass`
compiles six methods for each, half of the command's time: so it compiles only the constructor here; comparison, hash
and text ask for the fields by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from dataclasses import replace  # the checker knows its rules
else:
    from msgspec.structs import replace

__all__ = ["Happening", "Struct", "record", "replace"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Struct(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A small immutable value that is made and copied often; `replace` returns a copy with some fields changed."""


class Happening(Struct, tag_field="kind", tag=True):
    """What events are made of; written as JSON it names its kind."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Declare a small immutable value: equal, as a key and as text like a frozen dataclass."""
    made = dataclass(slots=True, eq=False, repr=False)(cls)
    compared = _key(tuple(each.name for each in fields(made) if each.compare))  # type: ignore[arg-type]

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(compared(self))

    made.__eq__ = equal  # type: ignore[method-assign]
    made.__hash__ = hashed  # type: ignore[method-assign]
    made.__repr__ = _text  # type: ignore[method-assign]
    return made


def _key(names: tuple[str, ...]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()


def _text(self: object) -> str:
    shown = (each.name for each in fields(self) if each.repr)  # type: ignore[arg-type]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
