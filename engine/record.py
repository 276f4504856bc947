"""How the records of the core are declared: slots, and frozen to the type checker only.

Run-time freezing costs a third of the speed of the core; nobody assigns to a record because the checker forbids it.
`replace` is that of `dataclasses` to the checker, and five times as fast: like the methods that `dataclasses` writes
for a class, its source is written once a class.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

__all__ = ["record", "replace"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Declare a small immutable record."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


if TYPE_CHECKING:
    from dataclasses import replace  # the checker knows its rules
else:
    _REPLACING: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}

    def replace(old: T, /, **changes: Any) -> T:
        """Return a copy of a record with some fields changed."""
        kind = type(old)
        function = _REPLACING.get(kind)
        if function is None:
            function = _REPLACING[kind] = _replacing(kind)
        return function(old, changes)


def _replacing(kind: type) -> Callable[[Any, dict[str, Any]], Any]:
    """Write the function that copies a record field by field and then sets what changes."""
    lines = [f" new.{field.name} = old.{field.name}" for field in fields(kind)]
    source = ["def replacing(old, changes):", " new = make(kind)", *lines]
    source += [" for name in changes: setattr(new, name, changes[name])", " return new"]
    bound: dict[str, Any] = {"kind": kind, "make": object.__new__}
    exec("\n".join(source), bound)  # noqa: S102  # names of our own fields
    replacing: Callable[[Any, dict[str, Any]], Any] = bound["replacing"]
    return replacing
