"""The engine: definitions, cases, history. It never parses and knows no Flask."""

from engine.edge_refusals import (
    FileTooLarge,
    NotFound,
    NotVisible,
    StaleRevision,
    StorageFull,
    TaskAlreadyDone,
)
from engine.errors import Refusal
from engine.refusals import InvalidForm
from engine.service import Engine, open_engine

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
