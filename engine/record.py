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
    _REPLACING: dict[type, Callable[..., Any]] = {}

    def replace(old: T, /, **changes: Any) -> T:
        """Return a copy of a record with some fields changed."""
        kind = type(old)
        function = _REPLACING.get(kind)
        if function is None:
            function = _REPLACING[kind] = _replacing(kind)
        return function(old, **changes)


def _replacing(kind: type) -> Callable[..., Any]:
    """Write the function: replacing(old, /, *, a=kept, …) -> kind(old.a if a is kept else a, …)."""
    names = [field.name for field in fields(kind)]
    parameters = ", ".join(f"{name}=kept" for name in names)
    arguments = ", ".join(f"old.{name} if {name} is kept else {name}" for name in names)
    source = f"lambda old, /, *, {parameters}: kind({arguments})"
    function: Callable[..., Any] = eval(source, {"kind": kind, "kept": object()})  # noqa: S307  # names of our own fields
    return function
