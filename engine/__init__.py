"""The engine: definitions, cases, history. It never parses and knows no Flask.

What the edge offers is loaded when it is first asked for, so that the pure core (and a compiler of definitions) never
loads a database driver.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.edge_refusals import (
        FileTooLarge,
        NotFound,
        NotVisible,
        StaleRevision,
        StorageFull,
        TaskAlreadyDone,
    )
    from engine.errors import Refusal
    from engine.opening import open_engine
    from engine.refusals import InvalidForm
    from engine.service import Engine

__all__ = [
    "Engine",
    "FileTooLarge",
    "InvalidForm",
    "NotFound",
    "NotVisible",
    "Refusal",
    "StaleRevision",
    "StorageFull",
    "TaskAlreadyDone",
    "open_engine",
]

_MODULES: Final = {
    "Engine": "engine.service",
    "FileTooLarge": "engine.edge_refusals",
    "InvalidForm": "engine.refusals",
    "NotFound": "engine.edge_refusals",
    "NotVisible": "engine.edge_refusals",
    "Refusal": "engine.errors",
    "StaleRevision": "engine.edge_refusals",
    "StorageFull": "engine.edge_refusals",
    "TaskAlreadyDone": "engine.edge_refusals",
    "open_engine": "engine.opening",
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
