"""How the records of the core are declared: slots, and frozen to the type checker only.

Run-time freezing costs a third of the speed of the core; nobody assigns to a record because the checker forbids it.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Declare a small immutable record."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
